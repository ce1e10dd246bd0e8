//! Checksums and shapes of the numbers that states give to people.
//!
//! In: digits (or text where letters belong to the number). Out: yes or no. Not here: labels (`labelled`).

use super::checks::{luhn, value, weighed};

/// US social security: area, group and serial that have been given out.
pub fn ssn(digits: &[u8]) -> bool {
    digits.len() == 9
        && !matches!(value(&digits[..3]), 0 | 666 | 900..)
        && value(&digits[3..5]) != 0
        && value(&digits[5..]) != 0
}

/// US individual taxpayer number.
pub fn itin(digits: &[u8]) -> bool {
    digits.len() == 9 && digits[0] == b'9' && matches!(value(&digits[3..5]), 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// Brazil, natural person.
pub fn cpf(digits: &[u8]) -> bool {
    let check = |length: usize| {
        let sum: u32 =
            digits[..length].iter().zip((2..=length as u32 + 1).rev()).map(|(d, w)| u32::from(d - b'0') * w).sum();
        (sum * 10 % 11 % 10) as u8 + b'0'
    };
    digits.len() == 11
        && digits.iter().any(|digit| *digit != digits[0])
        && check(9) == digits[9]
        && check(10) == digits[10]
}

/// China, resident: a birth date inside, and a check that may be X.
pub fn resident(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 18 && bytes[..17].iter().all(u8::is_ascii_digit) && {
        let rest = weighed(&bytes[..17], &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
        b"10X98765432"[rest as usize] == bytes[17].to_ascii_uppercase()
            && matches!(value(&bytes[6..8]), 18..=20)
            && matches!(value(&bytes[10..12]), 1..=12)
            && matches!(value(&bytes[12..14]), 1..=31)
    }
}

/// Russia, pension insurance.
pub fn snils(digits: &[u8]) -> bool {
    digits.len() == 11 && u64::from(weighed(digits, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100) == value(&digits[9..])
}

/// Germany, tax (ISO 7064 mod 11, 10).
pub fn german_tax(digits: &[u8]) -> bool {
    digits.len() == 11 && digits[0] != b'0' && {
        let product = digits[..10].iter().fold(10, |product, digit| {
            let sum = (u32::from(digit - b'0') + product) % 10;
            (if sum == 0 { 10 } else { sum }) * 2 % 11
        });
        (11 - product) % 10 == u32::from(digits[10] - b'0')
    }
}

/// Turkey.
pub fn turkish(digits: &[u8]) -> bool {
    digits.len() == 11 && digits[0] != b'0' && {
        let at = |place: usize| i32::from(digits[place] - b'0');
        let odd: i32 = (0..9).step_by(2).map(at).sum();
        let even: i32 = (1..8).step_by(2).map(at).sum();
        (odd * 7 - even).rem_euclid(10) == at(9) && (0..10).map(at).sum::<i32>() % 10 == at(10)
    }
}

/// France, social security, with its key.
pub fn french(digits: &[u8]) -> bool {
    digits.len() == 15
        && matches!(digits[0], b'1' | b'2')
        && matches!(value(&digits[3..5]), 1..=12 | 20..=42 | 50..=99)
        && 97 - value(&digits[..13]) % 97 == value(&digits[13..])
}

/// India, Aadhaar (Verhoeff).
pub fn aadhaar(digits: &[u8]) -> bool {
    digits.len() == 12 && !matches!(digits[0], b'0' | b'1') && verhoeff(digits)
}

fn verhoeff(digits: &[u8]) -> bool {
    const SHIFT: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    // The dihedral group of order ten: turns below five, mirror images from five on.
    let compose = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let shifted = |digit: u8, times: usize| (0..times).fold(digit, |digit, _| SHIFT[usize::from(digit)]);
    let places = digits.iter().rev().enumerate();
    places.fold(0, |sum, (place, digit)| compose(sum, shifted(digit - b'0', place % 8))) == 0
}

/// Spain, identity card or foreigner's number, with its letter.
pub fn spanish(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 9 || !bytes[1..8].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let lead = match bytes[0].to_ascii_uppercase() {
        letter @ b'X'..=b'Z' => u64::from(letter - b'X'),
        digit @ b'0'..=b'9' => u64::from(digit - b'0'),
        _ => return false,
    };
    let number = lead * 10_000_000 + value(&bytes[1..8]);
    b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize] == bytes[8].to_ascii_uppercase()
}

/// Italy, tax code, by its shape (the check letter is often mistyped, the shape is unmistakable).
pub fn italian(text: &str) -> bool {
    const SHAPE: &[u8; 16] = b"AAAAAA99A99A999A";
    text.len() == 16
        && text.bytes().zip(SHAPE).all(|(byte, shape)| match shape {
            b'A' => byte.is_ascii_uppercase(),
            // Digits turn into these letters where two people share a code.
            _ => byte.is_ascii_digit() || b"LMNPQRSTUV".contains(&byte),
        })
        && text.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// Israel, and the last ten digits of Sweden's numbers, count as Luhn does.
pub fn swedish(digits: &[u8]) -> bool {
    let ten = &digits[digits.len().saturating_sub(10)..];
    ten.len() == 10 && luhn(ten) && matches!(value(&ten[2..4]), 1..=12) && matches!(value(&ten[4..6]), 1..=31 | 61..=91)
}

/// South Korea, resident: a birth date before the hyphen.
pub fn korean(digits: &[u8]) -> bool {
    digits.len() == 13
        && matches!(value(&digits[2..4]), 1..=12)
        && matches!(value(&digits[4..6]), 1..=31)
        && matches!(digits[6], b'1'..=b'8')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_good_numbers_pass_and_neighbours_fail() {
        type Check = fn(&[u8]) -> bool;
        let cases: [(Check, &str, &str); 9] = [
            (ssn, "078051120", "666051120"),
            (itin, "912701234", "912001234"),
            (cpf, "52998224725", "52998224724"),
            (snils, "11223344595", "11223344594"),
            (german_tax, "86095742719", "86095742718"),
            (turkish, "10000000146", "10000000147"),
            (french, "255081416802538", "255081416802539"),
            (aadhaar, "234123412346", "234123412347"),
            (swedish, "8112189876", "8112189877"),
        ];
        for (place, (check, good, bad)) in cases.into_iter().enumerate() {
            assert!(check(good.as_bytes()), "case {place}: {good}");
            assert!(!check(bad.as_bytes()), "case {place}: {bad}");
            assert!(!check(b""), "case {place}: nothing");
        }
    }

    #[test]
    fn numbers_with_letters() {
        assert!(spanish("12345678Z") && spanish("X1234567L") && !spanish("12345678A"));
        assert!(italian("RSSMRA85T10A562S") && !italian("ABCDEFGHIJKLMNOP"));
        assert!(resident("11010519491231002X") && !resident("110105194912310021"));
        assert!(korean(b"8001011234567") && !korean(b"8013011234567"));
    }
}
