//! Checksums of wallet addresses: Bitcoin's in base 58 and in Bech32.
//!
//! In: a word that looks like one. Out: whether its checksum is right. Not here: what looks like one (`checks`).

use sha2::{Digest, Sha256};

/// Such an address is one whatever stands before it; no hash and no order number comes out so by chance.
pub fn is_proven(text: &str) -> bool {
    base58(text) || bech32(text)
}

/// A version byte, twenty bytes, and the first four of their double hash.
fn base58(text: &str) -> bool {
    const SIGNS: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut number = [0u8; 25];
    for sign in text.bytes() {
        let Some(worth) = SIGNS.iter().position(|known| *known == sign) else { return false };
        let mut carry = worth as u32;
        for byte in number.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return false;
        }
    }
    let (body, check) = number.split_at(21);
    (26..=35).contains(&text.len()) && Sha256::digest(Sha256::digest(body)).starts_with(check)
}

/// BIP 173 and 350: a polynomial over the prefix and the signs leaves 1, or the constant of the later version.
fn bech32(text: &str) -> bool {
    const SIGNS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let Some((prefix, signs)) = text.rsplit_once('1') else { return false };
    let worth = |sign: u8| SIGNS.iter().position(|known| *known == sign);
    let Some(signs) = signs.bytes().map(worth).collect::<Option<Vec<_>>>() else { return false };
    let high = prefix.bytes().map(|b| usize::from(b >> 5));
    let low = prefix.bytes().map(|b| usize::from(b & 31));
    let rest = high.chain([0]).chain(low).chain(signs).fold(1u32, |rest, worth| {
        let next = (rest & 0x01ff_ffff) << 5 ^ worth as u32;
        GENERATOR.iter().enumerate().filter(|(place, _)| rest >> 25 >> place & 1 == 1).fold(next, |sum, (_, g)| sum ^ g)
    });
    text.len() <= 90 && matches!(rest, 1 | 0x2bc8_30a3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_sign_breaks_the_checksum() {
        for good in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ] {
            assert!(is_proven(good), "{good}");
            let bad = good.replacen(['5', '7'], "8", 1);
            assert!(bad != good && !is_proven(&bad), "{bad}");
        }
        for other in ["", "1", "d41d8cd98f00b204e9800998ecf8427e", "1111111111111111111111111111111111111111"] {
            assert!(!is_proven(other), "{other}");
        }
    }
}
