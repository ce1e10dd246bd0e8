//! A small learnt tagger for names and addresses that no rule explains: an averaged perceptron over hashed features.
//!
//! In: a reading and a range of its tokens. Out: spans of tokens. 1.3 MB of weights, eight bits each, part of the
//! program's file. `cargo xtask guard-train` learns them with the very functions of this module.
//! Not here: which lines are worth the effort (`suspects`), what a finding is worth (`names`).

pub mod features;

use std::ops::Range;

use features::{COUNT, Seen};

use super::reading::Reading;
use crate::guard::kind::Kind;

/// Rows of the weight table.
pub const BUCKETS: usize = 1 << 18;
/// Outside, and the beginning and the inside of a name and of an address.
pub const LABELS: usize = 5;
pub const OUTSIDE: usize = 0;
pub const NAME: usize = 1;
pub const ADDRESS: usize = 3;

static WEIGHTS: &[u8] = include_bytes!("tagger/weights.bin");

/// What a token's features weigh for each label.
pub type Scores = [i32; LABELS];

/// Names and addresses among these tokens. A higher `margin` finds less and errs less.
pub fn tag(reading: &Reading<'_, '_>, tokens: Range<usize>, margin: i32) -> Vec<(Range<usize>, Kind)> {
    let seen = features::see(reading, tokens.clone());
    let mut spans: Vec<(Range<usize>, Kind)> = Vec::new();
    for (at, label) in decode(&seen, scores, margin).into_iter().enumerate() {
        let token = tokens.start + at;
        match label {
            NAME => spans.push((token..token + 1, Kind::Person)),
            ADDRESS => spans.push((token..token + 1, Kind::Address)),
            OUTSIDE => {}
            _ => spans.last_mut().expect("an inside follows a beginning").0.end = token + 1,
        }
    }
    spans
}

/// The best label of each token, from left to right.
pub fn decode(seen: &[Seen], score: impl Fn(&[u32; COUNT]) -> Scores, margin: i32) -> Vec<usize> {
    let mut labels = Vec::with_capacity(seen.len());
    let (mut last, mut before) = (OUTSIDE, OUTSIDE);
    let mut row = [0; COUNT];
    for at in 0..seen.len() {
        features::fill(seen, at, [last, before], &mut row);
        let mut scores = score(&row);
        if last == OUTSIDE {
            scores[OUTSIDE] += margin;
        }
        let best =
            (0..LABELS).filter(|label| follows(*label, last)).max_by_key(|label| (scores[*label], LABELS - label));
        before = last;
        last = best.expect("outside always follows");
        labels.push(last);
    }
    labels
}

/// Whether a label may stand behind another: an inside needs its beginning.
pub fn follows(label: usize, last: usize) -> bool {
    match label {
        2 => matches!(last, 1 | 2),
        4 => matches!(last, 3 | 4),
        _ => true,
    }
}

fn scores(row: &[u32; COUNT]) -> Scores {
    let mut scores = [0; LABELS];
    for feature in row {
        let at = *feature as usize * LABELS;
        for (score, weight) in scores.iter_mut().zip(&WEIGHTS[at..at + LABELS]) {
            *score += i32::from(weight.cast_signed());
        }
    }
    scores
}
