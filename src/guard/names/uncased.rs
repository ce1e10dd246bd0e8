//! Names in scripts that have spaces but no capitals: Hebrew, Arabic, Devanagari.
//!
//! In: a reading. Out: ranges of tokens. Not here: Chinese, Japanese, Korean (`east`).

use std::ops::Range;

use super::cues::Cues;
use super::reading::Reading;
use crate::guard::tables::{Tongues, Word};
use crate::guard::view::Class;

/// Letters that Hebrew and Arabic write onto the next word: and, to, in, the, from, that, like.
const PREFIXES: [char; 9] = ['ו', 'ל', 'ב', 'ה', 'מ', 'ש', 'כ', 'و', 'ل'];

const STRONG: Cues = Cues::INTRO.with(Cues::TITLE).with(Cues::LABEL);
const WEAK: Cues = Cues::GREETING.with(Cues::CLOSING).with(Cues::RELATION).with(Cues::MAYBE_INTRO).with(Cues::TOWARDS);

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
    if !usable(reading, at) {
        return geresh(reading, at);
    }
    let (word, prefixed) = marks(reading, at);
    let before = reading.around[at].before;
    let everyday = word.common(Tongues::ALL) || word.stop();
    let next = at + 1;
    let near = next < reading.len() && matches!(reading.gap(next), " " | "-") && usable(reading, next);
    let follow = if near { reading.words[next] } else { Word::default() };
    if near
        && next + 1 < reading.len()
        && matches!(reading.text(next), "אבו" | "בן" | "בת" | "אל" | "בר" | "בין" | "أبو" | "بن" | "بنت" | "آل" | "عبد")
    {
        let whole = reading.gap(next + 1) == " " && usable(reading, next + 1);
        if whole && (word.first() || before.has(STRONG)) {
            return Some(next + 2);
        }
    }
    let introduced = before.has(Cues::INTRO.with(Cues::TITLE));
    let family =
        near && (follow.last() || follow.first()) && (introduced || !follow.stop() && reading.letters(next) > 2);
    let given = word.first() && !everyday;
    if (given || word.first() && before.has(STRONG)) && family {
        return Some(next + 1);
    }
    if introduced && word.first()
        || given && (before.has(STRONG) || before.has(WEAK) || prefixed)
        || (word.last() && !everyday && before.has(Cues::TITLE))
    {
        return Some(next);
    }
    let stranger = word.unknown() && reading.letters(at) > 2 && before.has(Cues::INTRO.with(Cues::TITLE));
    stranger.then_some(if near && (family || follow.unknown()) { next + 1 } else { next })
}

/// A name with a geresh behind its first letter, which cuts the word in two.
fn geresh(reading: &Reading<'_, '_>, at: usize) -> Option<usize> {
    let next = at + 1;
    let cut = reading.class(at) == Class::Uncased
        && reading.letters(at) == 1
        && next < reading.len()
        && reading.gap(next) == "'"
        && usable(reading, next);
    if !cut || !reading.around[at].before.has(STRONG.with(WEAK)) || !reading.words[next].first() {
        return None;
    }
    let family = next + 1;
    let follows =
        family < reading.len() && reading.gap(family) == " " && usable(reading, family) && reading.words[family].last();
    Some(if follows { family + 1 } else { family })
}

fn usable(reading: &Reading<'_, '_>, at: usize) -> bool {
    reading.class(at) == Class::Uncased
        && reading.free(at)
        && (reading.around[at].over == Cues::NONE || reading.words[at].first())
        && !reading.in_code(at)
        && reading.letters(at) > 1
}

/// What is known of the word, or of the word without a prefix.
fn marks(reading: &Reading<'_, '_>, at: usize) -> (Word, bool) {
    let (text, word) = (reading.text(at), reading.words[at]);
    if word.first() || word.last() || !word.unknown() {
        return (word, false);
    }
    let bare = text.strip_prefix(PREFIXES).filter(|bare| bare.chars().count() > 2).map(Word::of);
    match bare {
        Some(bare) if bare.first() && !bare.common(Tongues::ALL) => (bare, true),
        _ => (word, false),
    }
}
