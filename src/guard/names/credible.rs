//! Whether what the tagger says makes sense, and where exactly it begins and ends.
//!
//! In: a reading and a tagged span of its tokens. Out: the span without words that cannot belong to it, or nothing.
//! Not here: the tagger (`tagger`), which lines it reads (`suspects`).

use std::ops::Range;

use super::company::{follows_place_word, is_listed};
use super::cues::Cues;
use super::reading::Reading;
use super::runs::STRIPPED;
use super::shape::{is_mixed_name, is_particle};
use crate::guard::tables::Tongues;
use crate::guard::view::Class;

/// Cues that call for a name.
const CALLING: Cues =
    Cues::INTRO.with(Cues::MAYBE_INTRO).with(Cues::GREETING).with(Cues::RELATION).with(Cues::TOWARDS).with(Cues::LABEL);

const MONEY: [char; 4] = ['$', '%', '\u{20ac}', '\u{a3}'];

/// An address has a number that is no price, and no letters of the far East: those have rules of their own.
pub fn address(reading: &Reading<'_, '_>, tokens: Range<usize>) -> Option<Range<usize>> {
    let (start, end) = (reading.token(tokens.start).start, reading.token(tokens.end - 1).end);
    let (text, rest) = (&reading.view.text()[start..end], reading.view.text()[end..].trim_start());
    let number = tokens.clone().any(|at| reading.class(at) == Class::Number);
    let odd = rest.starts_with(MONEY) || text.contains(MONEY) || text.contains(['=', '{', '_', '@']);
    let sound = tokens.clone().all(|at| is_usable(reading, at) && !is_spaceless(reading.class(at)));
    (number && !odd && sound && tokens.len() > 1).then_some(tokens)
}

/// A name has a capital or stands on a list of names, and stands where names stand.
pub fn name(reading: &Reading<'_, '_>, tokens: Range<usize>) -> Option<Range<usize>> {
    let name = trimmed(reading, tokens)?;
    let start = name.start;
    let next_is =
        |cue: Cues| name.end < reading.len() && reading.around[name.end].over.has(cue) && reading.gap(name.end) == " ";
    if reading.words[name.end - 1].known() || next_is(Cues::THING) || follows_place_word(reading, start) {
        return None;
    }
    let shaped = |at: usize| match reading.class(at) {
        Class::Number => false,
        Class::Mixed if !is_mixed_name(reading, at) => false,
        Class::Upper => name.len() > 1 || reading.words[at].first(),
        class => !is_spaceless(class),
    };
    if !name.clone().all(|at| shaped(at) && is_usable(reading, at)) {
        return None;
    }
    let around = reading.around[start];
    let word = reading.words[start];
    if is_thing(reading, name.clone()) {
        return None;
    }
    match reading.class(start) {
        // A single word must be nothing but a name, and follow something that calls for one.
        Class::Lower => {
            let called = around.before.has(CALLING) || around.behind.has(Cues::DOING);
            let plain = reading.good_first(start) && !word.common(Tongues::ALL) && reading.letters(start) > 2;
            let listed = name.clone().any(|at| reading.words[at].first() || reading.words[at].last());
            let cut = reading.gap(name.end).starts_with('\'');
            (listed && !cut && (name.len() > 1 || plain && called)).then_some(name)
        }
        Class::Title | Class::Mixed | Class::Upper => {
            // A sentence begins with a capital whatever its first word is.
            let opens = name.len() == 1 && reading.opens_sentence(start) && !around.behind.has(Cues::DOING);
            let listed = opens && (is_listed(reading, start) || reading.common(start));
            (!opens || word.first() && !listed).then_some(name)
        }
        _ => {
            let listed = name.clone().any(|at| reading.words[at].first() || reading.words[at].last());
            // A word alone that is an everyday one too must be called.
            let everyday = name.len() == 1 && (word.common(Tongues::ALL) || reading.opens_sentence(start));
            (listed && (!everyday || around.before.has(CALLING))).then_some(name)
        }
    }
}

/// "the Licensor", "Rabin-Karp", "Hervorgehobenes Suchergebnis", a lone word that no list of names holds.
fn is_thing(reading: &Reading<'_, '_>, name: Range<usize>) -> bool {
    const ARTICLES: [&str; 12] =
        ["the", "a", "an", "any", "each", "such", "this", "these", "your", "our", "its", "their"];
    let start = name.start;
    let given = name.clone().any(|at| reading.good_first(at));
    let listed = name.clone().any(|at| reading.words[at].first() || reading.words[at].last());
    // Whoever a contract calls so: "received by Licensor".
    let party = name.len() == 1 && reading.text(start).ends_with("or") && !listed;
    let called = reading.around[start].before.has(CALLING) || reading.around[name.end - 1].behind.has(Cues::DOING);
    let article = start > 0
        && reading.gap(start) == " "
        && ARTICLES.iter().any(|article| reading.text(start - 1).eq_ignore_ascii_case(article));
    let eponym = name.len() > 1 && name.clone().skip(1).all(|at| reading.gap(at) == "-");
    let stranger = !listed && !called && (name.len() == 1 || reading.tongues.has(Tongues::GERMAN));
    party || !given && article || eponym && !reading.words[start].first() && !called || stranger
}

/// Cuts titles, greetings and small words off, and takes the rest of a family name in.
fn trimmed(reading: &Reading<'_, '_>, tokens: Range<usize>) -> Option<Range<usize>> {
    let cuts = |at: &usize| {
        let short = reading.letters(*at) < 2;
        let foreign = reading.words[*at].stop() || reading.around[*at].over.has(STRIPPED) || short;
        !reading.good_first(*at) && foreign
    };
    let start = tokens.clone().find(|at| !cuts(at))?;
    let end = tokens.rev().find(|at| !cuts(at) || reading.letters(*at) == 1)? + 1;
    let small = reading.class(start) == Class::Lower;
    let same = |at: &usize| (reading.class(*at) == Class::Lower) == small || is_particle(reading.text(*at));
    let end = (start..end).take_while(same).last()? + 1;
    Some(start..surname_end(reading, end))
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
