//! Which lines the tagger should read: those with a capital that nothing explains.
//!
//! In: a reading. Out: ranges of tokens, one a line. Not here: the tagger.

use std::ops::Range;

use super::cues::Cues;
use super::reading::Reading;
use super::runs::{STRIPPED, follows_place_word, is_particle};
use crate::guard::kind::Kind;
use crate::guard::tables::Tongues;
use crate::guard::view::Class;

/// Longest piece that the tagger reads at once, in tokens.
const LONGEST: usize = 120;

/// Cues that call for a name.
const CALLING: Cues =
    Cues::INTRO.with(Cues::MAYBE_INTRO).with(Cues::GREETING).with(Cues::RELATION).with(Cues::TOWARDS).with(Cues::LABEL);

/// The lines that may hold a name or an address which no rule has found.
pub fn lines(reading: &Reading<'_, '_>) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < reading.len() {
        let mut end = start + 1;
        while end < reading.len() && end - start < LONGEST && !reading.gap(end).contains('\n') {
            end += 1;
        }
        if (start..end).any(|at| is_suspicious(reading, at)) {
            lines.push(start..end);
        }
        start = end;
    }
    lines
}

fn is_suspicious(reading: &Reading<'_, '_>, at: usize) -> bool {
    if !reading.free(at) || reading.in_code(at) || reading.in_identifier(at) || reading.letters(at) < 2 {
        return false;
    }
    let word = reading.words[at];
    let named = word.first() || word.last();
    match reading.class(at) {
        Class::Title | Class::Mixed | Class::Upper => {
            let everyday = reading.common(at) || word.known() || word.stop();
            let tongue = reading.tongues.has(Tongues::GERMAN);
            if reading.opens_sentence(at) || tongue { named && !word.stop() || !everyday } else { named || !everyday }
        }
        Class::Lower => word.first() && word.last() && !word.common(Tongues::ALL) && !word.known(),
        Class::Uncased => named && !word.common(Tongues::ALL) && !word.stop(),
        _ => false,
    }
}

/// What is left of a tagged span when words are cut off that cannot belong to it; nothing, if it makes no sense.
pub fn credible(reading: &Reading<'_, '_>, tokens: Range<usize>, kind: Kind) -> Option<Range<usize>> {
    if kind == Kind::Address {
        let number = tokens.clone().any(|at| reading.class(at) == Class::Number);
        let east = tokens.clone().any(|at| is_spaceless(reading.class(at)));
        let text = &reading.view.text()[reading.token(tokens.start).start..reading.token(tokens.end - 1).end];
        let rest = reading.view.text()[reading.token(tokens.end - 1).end..].trim_start();
        let money = rest.starts_with(['$', '%', '\u{20ac}', '\u{a3}'])
            || text.contains(['$', '%', '\u{20ac}', '\u{a3}', '=', '{', '_', '@']);
        let sound = number && !east && !money && tokens.len() > 1 && tokens.clone().all(|at| is_usable(reading, at));
        return sound.then_some(tokens);
    }
    let cuts = |at: &usize| {
        let word = reading.words[*at];
        !reading.good_first(*at) && (word.stop() || reading.around[*at].over.has(STRIPPED) || reading.letters(*at) < 2)
    };
    let start = tokens.clone().find(|at| !cuts(at))?;
    let end = tokens.clone().rev().find(|at| !cuts(at) || reading.letters(*at) == 1)? + 1;
    let small = reading.class(start) == Class::Lower;
    let whole = |at: &usize| (reading.class(*at) == Class::Lower) == small || is_particle(reading.text(*at));
    let end = (start..end).take_while(whole).last()? + 1;
    let name = start..surname_end(reading, end);
    let firm =
        name.end < reading.len() && reading.around[name.end].over.has(Cues::THING) && reading.gap(name.end) == " ";
    if reading.words[name.end - 1].known() || firm || follows_place_word(reading, name.start) {
        return None;
    }
    let shaped = |at: usize| match reading.class(at) {
        Class::Number => false,
        Class::Upper => name.len() > 1 || reading.words[at].first(),
        class => !is_spaceless(class),
    };
    let sound = name.clone().all(|at| shaped(at) && is_usable(reading, at));
    let marked = name.clone().any(|at| reading.words[at].first() || reading.words[at].last());
    let cased = matches!(reading.class(start), Class::Title | Class::Mixed | Class::Upper);
    // In small letters a single word must be nothing but a name, and follow something that calls for one.
    let around = reading.around[start];
    let called = around.before.has(CALLING) || around.behind.has(Cues::DOING);
    let plain = reading.good_first(start) && !reading.words[start].common(Tongues::ALL) && reading.letters(start) > 2;
    if small && (name.len() == 1 && !(plain && called) || reading.gap(name.end).starts_with('\'')) {
        return None;
    }
    // A sentence begins with a capital whatever its first word is.
    let excused = name.len() == 1 && reading.opens_sentence(start) && !reading.around[start].behind.has(Cues::DOING);
    (sound && (marked || cased && !excused)).then_some(name)
}

/// Takes in "van der Meer" when the name was cut before it.
fn surname_end(reading: &Reading<'_, '_>, end: usize) -> usize {
    let mut at = end;
    while at < reading.len() && at < end + 3 && reading.gap(at) == " " && is_particle(reading.text(at)) {
        at += 1;
    }
    let joined = at < reading.len() && matches!(reading.gap(at), " " | "-") && reading.class(at) == Class::Title;
    let inside = at > end || is_particle(reading.text(end - 1));
    if inside && joined { at + 1 } else { end }
}

fn is_usable(reading: &Reading<'_, '_>, at: usize) -> bool {
    reading.free(at) && !reading.in_code(at) && !reading.in_identifier(at)
}

fn is_spaceless(class: Class) -> bool {
    matches!(class, Class::Han | Class::Hiragana | Class::Katakana | Class::Hangul)
}
