//! What the tagger looks at: the word, its shape, its marks, its cues, its neighbours, the last labels.
//!
//! In: a reading. Out: rows of numbers, one number a feature. A change here asks for `cargo xtask guard-train`.
//! Not here: the weights (`tagger`).

use std::ops::Range;

use super::BUCKETS;
use crate::guard::names::reading::Reading;
use crate::guard::tables::hash;
use crate::guard::view::Class;

/// Features of one token.
pub const COUNT: usize = 30;

/// One token as the tagger sees it.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub word: u32,
    shape: u32,
    prefix: u32,
    suffix: u32,
    long_suffix: u32,
    marks: u32,
    cues: u32,
    over: u32,
    gap: u32,
    opens: u32,
}

const NOTHING: Seen = Seen {
    word: 1,
    shape: 99,
    prefix: 1,
    suffix: 1,
    long_suffix: 1,
    marks: 1 << 9,
    cues: 0,
    over: 0,
    gap: 9,
    opens: 2,
};

pub fn see(reading: &Reading<'_, '_>, tokens: Range<usize>) -> Vec<Seen> {
    tokens.map(|at| seen(reading, at)).collect()
}

fn seen(reading: &Reading<'_, '_>, at: usize) -> Seen {
    let text = reading.text(at);
    let (word, around) = (reading.words[at], reading.around[at]);
    let letters = text.chars().count();
    let number = reading.class(at) == Class::Number;
    let place = |count: usize| text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
    let shape = (reading.class(at) as u32) * 8 + letters.min(6) as u32;
    let common = u32::from(reading.common(at)) << 5;
    let marks = u32::from(word.bits() & 31) | common | u32::from(word.unknown()) << 6;
    Seen {
        word: if number { 7 + letters as u32 } else { reading.hash(at) },
        shape,
        prefix: hash(&text[..place(3)]),
        suffix: hash(&text[place(letters.saturating_sub(2))..]),
        long_suffix: hash(&text[place(letters.saturating_sub(3))..]),
        marks,
        cues: u32::from(around.before.bits()) | u32::from(around.behind.bits()) << 12,
        over: u32::from(around.over.bits()),
        gap: gap(reading, at),
        opens: u32::from(reading.opens_sentence(at)),
    }
}

/// What stands before the token, in ten classes.
fn gap(reading: &Reading<'_, '_>, at: usize) -> u32 {
    let gap = reading.gap(at);
    match gap {
        "" => 0,
        " " => 1,
        ", " | "," => 2,
        ". " => 3,
        "." | "-" | "'" | "/" => 4,
        _ if gap.contains('\n') => 5,
        _ if gap.contains(['(', '"', '<', '[']) => 6,
        _ if gap.contains(':') => 7,
        _ => 8,
    }
}

/// The features of the token at `at`, behind tokens with these labels (last, one before).
pub fn fill(seen: &[Seen], at: usize, labels: [usize; 2], row: &mut [u32; COUNT]) {
    let near = |offset: isize| at.checked_add_signed(offset).and_then(|at| seen.get(at)).unwrap_or(&NOTHING);
    let (c, left, left2, right, right2) = (near(0), near(-1), near(-2), near(1), near(2));
    let last = labels[0] as u32;
    let both = last * 5 + labels[1] as u32;
    let kinds = mix(c.marks, c.shape);
    let values = [
        c.word,
        c.shape,
        c.prefix,
        c.suffix,
        c.long_suffix,
        kinds,
        c.cues,
        mix(c.cues, c.marks),
        left.word,
        right.word,
        mix(left.word, left2.word),
        mix(right.word, right2.word),
        mix(both, c.gap),
        mix(last, kinds),
        mix(mix(left.marks, c.marks), c.gap),
        mix(mix(c.marks, right.marks), right.gap),
        mix(mix(left.shape, c.shape), mix(right.shape, c.gap * 16 + right.gap)),
        mix(left.word, c.shape),
        mix(right.word, c.shape),
        mix(last, left.word),
        mix(mix(last, c.gap), c.shape),
        mix(mix(c.gap, right.gap), kinds),
        mix(last, c.long_suffix),
        mix(mix(right.marks, right.shape), last),
        mix(c.opens, kinds),
        mix(mix(left.marks, c.gap), mix(last, c.marks)),
        mix(mix(left2.word, left.word), kinds),
        mix(mix(right.word, right.gap), mix(last, c.marks)),
        mix(c.over, c.marks),
        mix(mix(left.over, c.gap), c.marks),
    ];
    for (place, (slot, value)) in row.iter_mut().zip(values).enumerate() {
        *slot = mix(place as u32 + 1, value) & (BUCKETS as u32 - 1);
    }
}

/// Two numbers stirred into one.
fn mix(a: u32, b: u32) -> u32 {
    let mut value = a.wrapping_mul(0x9e37_79b1) ^ b.wrapping_mul(0x85eb_ca77).rotate_left(13);
    value = (value ^ (value >> 15)).wrapping_mul(0x2c1b_3c6d);
    value ^ (value >> 14)
}
