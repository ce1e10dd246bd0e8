//! Folds characters that look alike or cannot be seen, so that detectors read what a person reads.
//!
//! In: a text. Out: the folded text and, if anything changed, the way back. Not here: letter case, accents.

use std::borrow::Cow;

use super::encoded;

/// The folded text; the second part holds the original place of each of its bytes and of its end, or nothing.
pub fn fold(original: &str) -> (Cow<'_, str>, Vec<u32>) {
    let mut written = memchr::memchr2_iter(b'%', b'&', original.as_bytes());
    let seen = |byte: u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    let same = original.bytes().all(seen) || original.chars().all(|c| folded(c) == Fold::Same);
    if same && !written.any(|at| encoded::read(original, at).is_some()) {
        return (Cow::Borrowed(original), Vec::new());
    }
    let mut text = String::with_capacity(original.len());
    let mut origin = Vec::with_capacity(original.len() + 1);
    let mut behind = 0;
    for (at, c) in original.char_indices() {
        if at < behind {
            continue;
        }
        let c = match folded(c) {
            Fold::Same => match encoded::read(original, at) {
                Some((meant, length)) => {
                    behind = at + length;
                    meant
                }
                None => c,
            },
            Fold::To(other) => other,
            Fold::Break if is_inside(original, at, c) => continue,
            Fold::Break => ' ',
            Fold::Gone => continue,
        };
        origin.resize(origin.len() + c.len_utf8(), at as u32);
        text.push(c);
    }
    origin.push(original.len() as u32);
    (Cow::Owned(text), origin)
}

/// A break within a number or an address is there to hide it.
fn is_inside(text: &str, at: usize, c: char) -> bool {
    let (before, after) = (text[..at].chars().next_back(), text[at + c.len_utf8()..].chars().next());
    let both = |fits: fn(char) -> bool| before.is_some_and(fits) && after.is_some_and(fits);
    both(|c| c.is_ascii_digit()) || before == Some('@') || after == Some('@')
}

/// The text in lower case with every character in its place.
pub fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut lower = String::with_capacity(text.len());
    for c in text.chars() {
        let mut small = c.to_lowercase();
        match (small.next(), small.next()) {
            (Some(one), None) if one.len_utf8() == c.len_utf8() => lower.push(one),
            _ => lower.push(c),
        }
    }
    lower
}

#[derive(PartialEq)]
enum Fold {
    Same,
    To(char),
    /// The end of a line or page that is no line feed.
    Break,
    Gone,
}

/// Zeros of the scripts that have digits of their own.
const ZEROS: [u32; 17] = [
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0,
    0x0f20, 0x1040, 0x17e0,
];

fn folded(c: char) -> Fold {
    let code = c as u32;
    let ascii = |code: u32| Fold::To(char::from(code as u8));
    match code {
        0x09 | 0x0a | 0x0d | 0x20..=0x7e => Fold::Same,
        0x0b | 0x0c | 0x85 | 0x2028 | 0x2029 => Fold::Break,
        // Controls, what Unicode says may be ignored, and what shows nothing: blanks of Braille and Hangul, anchors.
        0..=0x1f
        | 0x7f..=0x9f
        | 0xad
        | 0x034f
        | 0x061c
        | 0x115f
        | 0x1160
        | 0x17b4
        | 0x17b5
        | 0x180b..=0x180f
        | 0x200b..=0x200f
        | 0x202a..=0x202e
        | 0x2060..=0x206f
        | 0x2800
        | 0x3164
        | 0xfe00..=0xfe0f
        | 0xfeff
        | 0xffa0
        | 0xfff0..=0xfffc
        | 0x1bca0..=0x1bca3
        | 0x1d173..=0x1d17a
        | 0xe0000..=0xe0fff => Fold::Gone,
        0xa0 | 0x2000..=0x200a | 0x202f | 0x205f | 0x3000 => Fold::To(' '),
        0x2010..=0x2013 | 0x2212 | 0xfe63 => Fold::To('-'),
        0x2018 | 0x2019 | 0x02bc => Fold::To('\''),
        0x201c | 0x201d => Fold::To('"'),
        0xfe6b => Fold::To('@'),
        0xff01..=0xff5e => ascii(code - 0xfee0),
        // Letters and digits of formulas: alphabets of 52 letters, rows of ten digits.
        0x1d400..=0x1d6a3 => match (code - 0x1d400) % 52 {
            capital @ 0..26 => ascii(0x41 + capital),
            small => ascii(0x61 + small - 26),
        },
        0x1d7ce..=0x1d7ff => ascii(0x30 + (code - 0x1d7ce) % 10),
        0x0660..=0x17e9 => ZEROS
            .iter()
            .find(|zero| (**zero..**zero + 10).contains(&code))
            .map_or(Fold::Same, |zero| ascii(0x30 + code - zero)),
        _ => Fold::Same,
    }
}
