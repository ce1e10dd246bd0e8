//! Names in scripts with capitals: runs of capitalised words, weighed by what they are and what stands around them.
//!
//! In: a reading. Out: runs of tokens that are names. Not here: names in small letters (`small`), other scripts.

use std::ops::Range;

use super::company::{follows_place_word, is_firm, is_listed, is_partner, is_shouted, is_town};
use super::cues::Cues;
use super::learnt::Learnt;
use super::reading::Reading;
use super::shape::{is_capital, is_initial, is_particle};
use crate::guard::tables::Tongues;
use crate::guard::view::Class;

/// What a run must weigh to be a name, in tenths.
const ENOUGH: i32 = 28;
/// Most words of one run.
const LONGEST: usize = 7;

/// Cues whose own words are no part of the name that follows.
pub const STRIPPED: Cues = Cues::GREETING
    .with(Cues::TITLE)
    .with(Cues::RELATION)
    .with(Cues::INTRO)
    .with(Cues::MAYBE_INTRO)
    .with(Cues::LABEL)
    .with(Cues::TOWARDS)
    .with(Cues::WHERE)
    .with(Cues::CLOSING);
const CALLED: Cues = Cues::TITLE.with(Cues::INTRO).with(Cues::GREETING);

/// The names of a text, as ranges of tokens.
pub fn names(reading: &Reading<'_, '_>, learnt: &Learnt) -> Vec<Range<usize>> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < reading.len() {
        if !begins(reading, at) {
            at += 1;
            continue;
        }
        let end = run_end(reading, at);
        if let Some(name) = name_in(reading, learnt, at..end) {
            names.push(name);
        }
        at = end;
    }
    names
}

fn begins(reading: &Reading<'_, '_>, at: usize) -> bool {
    is_capital(reading, at)
        && reading.free(at)
        && !reading.in_identifier(at)
        && (!reading.in_code(at) || reading.around[at].before.has(Cues::LABEL))
}

/// The end of the run of capitalised words that begins here.
fn run_end(reading: &Reading<'_, '_>, start: usize) -> usize {
    let mut end = start + 1;
    while end < reading.len() && end - start < LONGEST && reading.free(end) {
        let joined = |at: usize| match reading.gap(at) {
            " " | "-" | "'" => true,
            ". " | "." => is_initial(reading, at - 1) || reading.around[at - 1].over.has(Cues::TITLE),
            _ => false,
        };
        if !joined(end) {
            break;
        }
        if is_capital(reading, end) {
            end += 1;
            continue;
        }
        let mut next = end;
        while next < reading.len() && next - end < 3 && is_particle(reading.text(next)) && joined(next) {
            next += 1;
        }
        if next > end && next < reading.len() && joined(next) && is_capital(reading, next) && reading.free(next) {
            end = next + 1;
        } else {
            break;
        }
    }
    end
}

/// The part of a run that is a name, if it is one.
fn name_in(reading: &Reading<'_, '_>, learnt: &Learnt, run: Range<usize>) -> Option<Range<usize>> {
    let start = head(reading, run.clone());
    if start >= run.end {
        return None;
    }
    let end = tail(reading, start..run.end);
    if start >= end || (start + 1 == end && reading.letters(start) == 1) {
        return None;
    }
    let name = start..end;
    let weight = words(reading, name.clone()) + context(reading, learnt, name.clone(), run.end);
    if weight >= ENOUGH {
        return Some(with_stripped(reading, run.start, name));
    }
    // Title-case text can put an everyday word before a name: "Will Anna come", "About Maria Lopez".
    let rest = start + 1..run.end;
    (rest.len() < run.len() && !rest.is_empty() && is_capital(reading, rest.start))
        .then(|| name_in(reading, learnt, rest))
        .flatten()
}

/// Skips words that stand before names but are none: "Dear", "Mrs", "The".
fn head(reading: &Reading<'_, '_>, run: Range<usize>) -> usize {
    let mut at = run.start;
    while at < run.end {
        let (word, over) = (reading.words[at], reading.around[at].over);
        let called = reading.around[at].before.has(CALLED.with(Cues::RELATION));
        let name = reading.good_first(at)
            || word.first() && called
            || word.first() && run.len() > 1 && at + 1 < run.end && reading.good_last(at + 1) && !word.stop();
        let small = word.stop()
            && !(word.first() && at + 1 < run.end && reading.good_last(at + 1))
            && !reading.around[at].before.has(CALLED);
        let initial = is_initial(reading, at) && at + 1 < run.end && reading.gap(at + 1).starts_with('.');
        let irish = at + 1 < run.end && reading.gap(at + 1) == "'" && reading.letters(at) == 1;
        if name
            || irish
            || initial
            || !(over.has(STRIPPED) || small || is_particle(reading.text(at)))
            || is_particle(reading.text(at)) && called
        {
            break;
        }
        at += 1;
    }
    at
}

/// Cuts everyday words off the end.
fn tail(reading: &Reading<'_, '_>, name: Range<usize>) -> usize {
    let mut end = name.start + 1;
    for at in name.start + 1..name.end {
        let word = reading.words[at];
        let part = is_initial(reading, at)
            || word.last()
            || word.first()
            || !(reading.common(at) || word.known() || word.place() || word.stop())
                && reading.class(at) != Class::Upper
            || reading.class(at) == Class::Upper && reading.class(name.start) == Class::Upper && !reading.common(at);
        if part {
            end = at + 1;
            continue;
        }
        if is_particle(reading.text(at)) {
            continue;
        }
        // An everyday word alone behind a given name is its family name: "Maciej Kwoka".
        let alone = at == end && at + 1 == name.end && reading.class(at) == Class::Title;
        let thing = word.stop() || word.known() || word.place() || reading.around[at].over.has(Cues::THING);
        if alone && !thing && reading.good_first(at - 1) {
            end = at + 1;
        }
        break;
    }
    while end > name.start + 1 && is_initial(reading, end - 1) && !reading.words[name.start].first() {
        end -= 1;
    }
    end
}

/// A given name that was taken for a title or greeting belongs to the name after all: "Don Miller".
fn with_stripped(reading: &Reading<'_, '_>, run: usize, name: Range<usize>) -> Range<usize> {
    let mut start = name.start;
    let belongs = |at: usize| {
        reading.words[at].first() && !reading.common(at)
            || is_particle(reading.text(at)) && reading.class(at) == Class::Title
    };
    while start > run && belongs(start - 1) {
        start -= 1;
    }
    start..name.end
}

/// What the words alone weigh.
fn words(reading: &Reading<'_, '_>, name: Range<usize>) -> i32 {
    let german = reading.tongues.has(Tongues::GERMAN);
    let mut weight = 0;
    let lead = name.clone().find(|at| !is_particle(reading.text(*at))).unwrap_or(name.start);
    let first_is_first = reading.words[lead].first();
    let mut good = false;
    for at in name.clone() {
        let word = reading.words[at];
        let (common, known) = (reading.common(at), word.known());
        let upper = reading.class(at) == Class::Upper;
        good |= !(common || known || word.stop());
        if is_initial(reading, at) {
            weight += if at == lead { 8 } else { 6 };
        } else if at == lead {
            weight += if reading.good_first(at) {
                31
            } else if word.first() && !common {
                15
            } else if word.first() {
                10
            } else if word.last() && !common && !known {
                12
            } else if word.last() {
                3
            } else if word.stop() {
                -30
            } else if common || known || word.place() {
                let titled = reading.around[at].before.has(Cues::TITLE) && !known && !word.common(Tongues::ENGLISH);
                if titled { 0 } else { -15 }
            } else if german {
                3
            } else {
                7
            };
            if upper {
                weight -= if reading.letters(at) <= 3 { 20 } else { 12 };
            }
        } else if is_particle(reading.text(at)) {
            weight += 2;
        } else {
            weight += if word.last() && !common && !known && (first_is_first || !word.place()) {
                20
            } else if word.last() && first_is_first {
                if known { 4 } else { 10 }
            } else if reading.good_first(at) {
                15
            } else if word.unknown() {
                if first_is_first { 10 } else { 7 }
            } else {
                0
            };
        }
    }
    if !good && name.end > lead + 1 {
        weight -= 10;
    }
    // "R. Krishnamurthy": initials and a word that is nothing else.
    let last = name.end - 1;
    let stranger = !(reading.common(last) || reading.words[last].known() || reading.words[last].place());
    if is_initial(reading, lead) && stranger && reading.class(last) == Class::Title && reading.letters(last) > 3 {
        weight += if reading.gap(lead + 1).starts_with('.') { 8 } else { 0 };
    }
    // "Rabin-Karp", "Damerau-Levenshtein": what is called after people, not the people.
    let hyphened = name.len() > 1 && name.clone().skip(1).all(|at| reading.gap(at) == "-");
    let double = hyphened && !(reading.words[name.start].first() && reading.words[name.end - 1].first());
    if double || reading.gap(name.start) == "-" {
        weight -= 15;
    }
    if is_town(reading, &name) {
        weight -= 30;
    }
    if is_firm(reading, &name) {
        weight -= 40;
    }
    if name.len() > 1 && name.clone().all(|at| reading.words[at].place()) {
        weight -= 20;
    }
    weight
}

/// What the surroundings weigh.
fn context(reading: &Reading<'_, '_>, learnt: &Learnt, name: Range<usize>, run_end: usize) -> i32 {
    let around = reading.around[name.start];
    let behind = reading.around[name.end - 1].behind;
    let mut weight = 0;
    for (cue, worth) in [
        (Cues::INTRO, 25),
        (Cues::MAYBE_INTRO, 10),
        (Cues::LABEL, 20),
        (Cues::TITLE, 30),
        (Cues::GREETING, 20),
        (Cues::CLOSING, 22),
        (Cues::RELATION, 17),
        (Cues::TOWARDS, 6),
    ] {
        if around.before.has(cue) && (cue != Cues::CLOSING || ends_line(reading, run_end)) {
            weight += worth;
        }
    }
    weight = weight.min(36);
    if behind.has(Cues::DOING) && name.end == run_end {
        weight += 8;
    }
    let single = name.len() == 1;
    let only_first = reading.good_first(name.start);
    if around.before.has(Cues::WHERE) && !only_first {
        weight -= 10;
    }
    if follows_place_word(reading, name.start) {
        weight -= 12;
    }
    if name.end < run_end && reading.around[name.end].over.has(Cues::THING) {
        weight -= 25;
    } else if behind.has(Cues::THING) && (single || !reading.words[name.start].first()) {
        weight -= 15;
    }
    if name.end < run_end && single {
        weight -= 5;
    }
    if single {
        weight += if reading.opens_sentence(name.start) { -3 } else { 3 };
        weight -= if is_listed(reading, name.start) { 12 } else { 0 };
        weight -= if is_partner(reading, name.start) { 25 } else { 0 };
    }
    if single && reading.class(name.start) == Class::Upper && is_shouted(reading, name.start) {
        weight -= 10;
    }
    let rest = &reading.view.text()[reading.token(name.end - 1).end..];
    if rest.starts_with("'s ") {
        weight += 5;
    }
    if rest.starts_with(", who ") {
        weight += 8;
    }
    if rest.starts_with(" et al") {
        weight += 20;
    }
    // "Reyes, Heather"
    let next = name.end;
    if single
        && rest.starts_with(", ")
        && reading.good_last(name.start)
        && next < reading.len()
        && reading.good_first(next)
    {
        weight += 20;
    }
    if (rest.starts_with(" <") || rest.starts_with(" (")) && reading.is_taken(name.end) {
        weight += 25;
    }
    if name.clone().any(|at| learnt.in_mail(reading.text(at)) && !reading.common(at)) {
        weight += 25;
    }
    weight
}

/// Nothing more stands on the line: so a signature ends.
fn ends_line(reading: &Reading<'_, '_>, run_end: usize) -> bool {
    let rest = &reading.view.text()[reading.token(run_end - 1).end..];
    let rest = rest.trim_start_matches([' ', '.', ',', '!', '-']);
    rest.is_empty() || rest.starts_with(['\n', '\r', '"', '`'])
}
