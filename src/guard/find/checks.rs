//! Checksums of numbers that prove themselves.
//!
//! In: digits, or text. Out: yes or no. Not here: numbers of states (`national`), where such numbers are looked for.

/// The value of a run of ASCII digits.
pub fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |sum, digit| sum.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')))
}

/// Each digit times its weight.
pub fn weighed(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum()
}

pub fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = (digits.iter().rev().enumerate())
        .map(|(place, digit)| match (place % 2, u32::from(digit - b'0')) {
            (0, digit) => digit,
            (_, digit) => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// A payment card: the issuer's prefix, its length, and Luhn.
pub fn card(digits: &[u8]) -> bool {
    if digits.len() < 13 || !luhn(digits) {
        return false;
    }
    matches!(
        (digits.len(), value(&digits[..4])),
        (15, 3400..=3499 | 3700..=3799)
            | (14, 3000..=3059 | 3600..=3699 | 3800..=3999)
            | (13 | 16 | 19, 4000..=4999)
            | (16, 2221..=2720 | 5100..=5599 | 3528..=3589)
            | (16..=19, 6011 | 6221..=6229 | 6440..=6599 | 6200..=6299 | 8100..=8171)
            | (12..=19, 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763)
    )
}

/// An IBAN, with or without spaces: country, check digits, ISO 7064 mod 97.
pub fn iban(text: &str) -> bool {
    let all: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_uppercase()).collect();
    let begins = all.len() >= 15
        && all[..2].iter().all(u8::is_ascii_uppercase)
        && all[2..4].iter().all(u8::is_ascii_digit)
        && iban_length(&all[..2]).is_none_or(|length| length == all.len());
    let rest = all.iter().skip(4).chain(all.iter().take(4)).fold(0u32, |rest, b| match b {
        b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
        _ => (rest * 100 + u32::from(b - b'A') + 10) % 97,
    });
    begins && all.len() <= 34 && rest == 1
}

fn iban_length(country: &[u8]) -> Option<usize> {
    Some(match country {
        b"NO" => 15,
        b"BE" => 16,
        b"DK" | b"FI" | b"FO" | b"GL" | b"NL" | b"SD" => 18,
        b"MK" | b"SI" => 19,
        b"AT" | b"BA" | b"EE" | b"LT" | b"LU" | b"XK" => 20,
        b"CH" | b"HR" | b"LI" | b"LV" => 21,
        b"BG" | b"DE" | b"GB" | b"GE" | b"IE" | b"ME" | b"RS" | b"BH" => 22,
        b"AE" | b"GI" | b"IL" => 23,
        b"AD" | b"CZ" | b"ES" | b"MD" | b"RO" | b"SA" | b"SE" | b"SK" | b"PK" | b"TN" | b"VG" => 24,
        b"PT" => 25,
        b"IS" | b"TR" => 26,
        b"FR" | b"GR" | b"IT" | b"MC" | b"SM" => 27,
        b"AL" | b"AZ" | b"CY" | b"DO" | b"GT" | b"HU" | b"LB" | b"PL" => 28,
        b"BR" | b"EG" | b"PS" | b"QA" | b"UA" => 29,
        b"JO" | b"KW" | b"MU" => 30,
        b"MT" => 31,
        _ => return None,
    })
}

/// An ABA routing number: its Federal Reserve district, and weights 3 7 1.
pub fn routing(digits: &[u8]) -> bool {
    digits.len() == 9
        && weighed(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
        && matches!(value(&digits[..2]), 1..=12 | 21..=39 | 61..=72 | 80)
}

/// A vehicle identification number with its ninth place checked (ISO 3779, as North America uses it).
pub fn vin(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let bytes = text.as_bytes();
    if bytes.len() != 17 || !bytes.iter().any(u8::is_ascii_digit) || !bytes.iter().any(u8::is_ascii_alphabetic) {
        return false;
    }
    let mut sum = 0;
    for (byte, weight) in bytes.iter().zip(WEIGHTS) {
        let worth = match byte.to_ascii_uppercase() {
            digit @ b'0'..=b'9' => digit - b'0',
            letter @ b'A'..=b'H' => letter - b'A' + 1,
            letter @ (b'J'..=b'N' | b'P' | b'R') => letter - b'J' + 1,
            letter @ b'S'..=b'Z' => letter - b'S' + 2,
            _ => return false,
        };
        sum += u32::from(worth) * weight;
    }
    let check = if sum % 11 == 10 { b'X' } else { b'0' + (sum % 11) as u8 };
    bytes[8].eq_ignore_ascii_case(&check)
}

/// Bech32 and Base58 addresses by their alphabet and length; Ethereum by its length.
pub fn wallet(text: &str) -> bool {
    let base58 = |b: u8| b.is_ascii_alphanumeric() && !matches!(b, b'0' | b'O' | b'I' | b'l');
    let bytes = text.as_bytes();
    let mixed = bytes.iter().any(u8::is_ascii_lowercase) && bytes.iter().any(u8::is_ascii_uppercase);
    if let Some(hex) = text.strip_prefix("0x") {
        return hex.len() == 40 && hex.bytes().all(|b| b.is_ascii_hexdigit());
    }
    if let Some(body) = text.strip_prefix("bc1").or_else(|| text.strip_prefix("ltc1")) {
        return (38..=60).contains(&body.len()) && body.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    }
    (26..=35).contains(&bytes.len()) && matches!(bytes[0], b'1' | b'3') && mixed && bytes.iter().all(|b| base58(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards() {
        for good in ["4111111111111111", "378282246310005", "5555555555554444", "6011111111111117", "2221000000000009"]
        {
            assert!(card(good.as_bytes()), "{good}");
        }
        for bad in ["4111111111111112", "1711111111111114", "37828224631000", "9999999999999995"] {
            assert!(!card(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn ibans() {
        for good in ["DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19", "NL91ABNA0417164300"] {
            assert!(iban(good), "{good}");
        }
        for bad in ["DE89370400440532013001", "GB29NWBK60161331926", "1234", ""] {
            assert!(!iban(bad), "{bad}");
        }
    }

    #[test]
    fn other_checksums() {
        assert!(routing(b"021000021") && !routing(b"021000022") && !routing(b"991000021"));
        assert!(vin("1HGCM82633A004352") && !vin("1HGCM82633A004353") && !vin("11111111111111111"));
        assert!(wallet("0x52908400098527886E0F7030069857D2E4169EE7") && !wallet("0x52908400"));
        assert!(wallet("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa") && !wallet("1234567890123456789012345678"));
    }
}
