//! Names in small letters: after "my name is", and a given name right before a family name.
//!
//! In: a reading. Out: ranges of tokens. Not here: names with capitals (`runs`).

use std::ops::Range;

use super::cues::Cues;
use super::reading::Reading;
use crate::guard::tables::Tongues;
use crate::guard::view::Class;

pub fn names(reading: &Reading<'_, '_>) -> Vec<Range<usize>> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < reading.len() {
        match name_at(reading, at) {
            Some(end) => {
                names.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
    names
}

fn name_at(reading: &Reading<'_, '_>, at: usize) -> Option<usize> {
    if !is_small(reading, at) || !reading.words[at].first() {
        return None;
    }
    let before = reading.around[at].before;
    let sure = !reading.words[at].common(Tongues::ALL) && !reading.words[at].known();
    let strong = before.has(Cues::INTRO);
    let next = at + 1;
    let family = next < reading.len()
        && reading.gap(next) == " "
        && is_small(reading, next)
        && reading.words[next].last()
        && reading.letters(next) > 2
        && !reading.words[next].stop()
        && (strong || !reading.common(next) || reading.around[next].behind.has(Cues::DOING));
    let weak = before.has(Cues::MAYBE_INTRO) || before.has(Cues::GREETING) || before.has(Cues::RELATION);
    let plain = sure && !reading.words[at].place() && reading.letters(at) > 2;
    let does = family && plain && reading.around[next].behind.has(Cues::DOING);
    if does || family && (plain && !reading.words[next].common(Tongues::ALL) || strong && !reading.common(at)) {
        return Some(next + 1);
    }
    let here = next < reading.len() && reading.gap(next) == " " && matches!(reading.text(next), "here" | "speaking");
    let called = strong && !reading.common(at) && !reading.words[at].stop();
    (called || plain && (weak || here) && reading.good_first(at)).then_some(next)
}

fn is_small(reading: &Reading<'_, '_>, at: usize) -> bool {
    reading.class(at) == Class::Lower
        && reading.free(at)
        && reading.letters(at) > 1
        && !reading.in_code(at)
        && !reading.in_identifier(at)
        && !touches_sign(reading, at)
}

/// Part of a path, an address or an option: `/home/ann`, `ann.rs`, `--ann`.
fn touches_sign(reading: &Reading<'_, '_>, at: usize) -> bool {
    let (bytes, token) = (reading.view.text().as_bytes(), reading.token(at));
    let before = token.start.checked_sub(1).map(|before| bytes[before]);
    let behind = bytes.get(token.end).copied();
    let next = bytes.get(token.end + 1).copied();
    matches!(before, Some(b'/' | b'-' | b'@' | b'.' | b':' | b'='))
        || matches!(behind, Some(b'/' | b'-' | b'@' | b'(' | b'=' | b':'))
        || behind == Some(b'.') && next.is_some_and(|next| next.is_ascii_alphanumeric())
}
