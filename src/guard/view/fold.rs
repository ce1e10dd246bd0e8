//! Folds characters that look alike or cannot be seen, so that detectors read what a person reads.
//!
//! In: a text. Out: the folded text and, if anything changed, the way back. Not here: letter case, accents.

use std::borrow::Cow;

/// The folded text; the second part holds the original place of each of its bytes and of its end, or nothing.
pub fn fold(original: &str) -> (Cow<'_, str>, Vec<u32>) {
    if original.is_ascii() || original.chars().all(|c| c.is_ascii() || folded(c) == Fold::Same) {
        return (Cow::Borrowed(original), Vec::new());
    }
    let mut text = String::with_capacity(original.len());
    let mut origin = Vec::with_capacity(original.len() + 1);
    for (at, c) in original.char_indices() {
        let c = match folded(c) {
            Fold::Same => c,
            Fold::To(other) => other,
            Fold::Gone => continue,
        };
        origin.resize(origin.len() + c.len_utf8(), at as u32);
        text.push(c);
    }
    origin.push(original.len() as u32);
    (Cow::Owned(text), origin)
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
    Gone,
}

fn folded(c: char) -> Fold {
    let code = c as u32;
    let digit = |zero: u32| Fold::To(char::from(b'0' + (code - zero) as u8));
    match code {
        0xad | 0x180e | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2064 | 0xfe00..=0xfe0f | 0xfeff => Fold::Gone,
        0xa0 | 0x2000..=0x200a | 0x202f | 0x205f | 0x3000 => Fold::To(' '),
        0x2010..=0x2013 | 0x2212 | 0xfe63 => Fold::To('-'),
        0x2018 | 0x2019 | 0x02bc => Fold::To('\''),
        0x201c | 0x201d => Fold::To('"'),
        0x0660..=0x0669 => digit(0x0660),
        0x06f0..=0x06f9 => digit(0x06f0),
        0x0966..=0x096f => digit(0x0966),
        0xff01..=0xff5e => char::from_u32(code - 0xfee0).map_or(Fold::Same, Fold::To),
        _ => Fold::Same,
    }
}
