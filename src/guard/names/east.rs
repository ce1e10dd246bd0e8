//! Chinese, Japanese and Korean names: a family name from the list and a given name of the right length.
//!
//! In: a reading. Out: spans in bytes, because these scripts put no space around a name.
//! Not here: romanised names (`runs`).

use std::ops::Range;

use super::cues::{Cues, Inside};
use super::learnt::Learnt;
use super::reading::Reading;
use crate::guard::tables::Word;
use crate::guard::view::Class;

const STRONG: Cues = Cues::INTRO.with(Cues::LABEL).with(Cues::TITLE);
const WEAK: Cues = Cues::MAYBE_INTRO.with(Cues::GREETING).with(Cues::RELATION).with(Cues::CLOSING).with(Cues::TOWARDS);

/// What may follow a Korean name within its word.
const PARTICLES: [&str; 25] = [
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "와",
    "과",
    "도",
    "에게",
    "한테",
    "께",
    "님",
    "씨",
    "이고",
    "이며",
    "입니다",
    "이라고",
    "라고",
    "이에요",
    "예요",
    "야",
    "아",
    "드림",
];

/// What often follows a Chinese name: it is no part of it.
const CHINESE_AFTER: &str = "的是在住说和与跟想要写发给把被对也都就很会能到从让有叫请先女老同医经总您你我他她它";

pub fn names(reading: &Reading<'_, '_>, memory: &mut Learnt) -> Vec<Range<usize>> {
    let tokens = reading.view.tokens();
    let east = |class: Class| matches!(class, Class::Han | Class::Hangul | Class::Katakana | Class::Hiragana);
    if !tokens.iter().any(|token| east(token.class)) {
        return Vec::new();
    }
    let japanese = tokens.iter().any(|token| token.class == Class::Hiragana);
    let mut spans = Vec::new();
    for inside in &reading.inside {
        if inside.cue.has(STRONG) || inside.cue.has(WEAK) {
            spans.extend(after_cue(reading, inside, japanese));
        }
        if inside.cue.has(Cues::SUFFIX) {
            spans.extend(before_suffix(reading, inside, japanese));
        }
    }
    for (at, token) in tokens.iter().enumerate() {
        match token.class {
            Class::Hangul if reading.around[at].before != Cues::NONE && Word::of(reading.text(at)).first() => {
                spans.push(token.start..token.end);
            }
            Class::Hangul => {
                spans.extend(korean(reading.text(at), false).map(|length| token.start..token.start + length));
            }
            Class::Han if japanese => spans.extend(japanese_token(reading, at)),
            Class::Han if stands_alone(reading, at) => spans.extend(lone(reading, at)),
            Class::Han => spans.extend(
                chinese_in(reading.text(at)).into_iter().map(|span| token.start + span.start..token.start + span.end),
            ),
            _ => {}
        }
    }
    spans.retain(|span| reading.free_span(span) && !reading.view.in_code(span.start));
    for span in &spans {
        memory.learn_spaceless(&reading.view.text()[span.clone()]);
    }
    spans
}

/// Learnt names inside longer words.
pub fn recall(reading: &Reading<'_, '_>, memory: &Learnt) -> Vec<Range<usize>> {
    let mut spans = memory.spaceless(reading.view.text());
    spans.retain(|span| reading.free_span(span));
    spans
}

/// The name that follows a cue, a sign or a space.
fn after_cue(reading: &Reading<'_, '_>, inside: &Inside, japanese: bool) -> Option<Range<usize>> {
    let rest = &reading.view.text()[inside.end..];
    let trimmed = rest.trim_start_matches([' ', ':', ',', '「', '"', '、', '-', '!']);
    let (rest, start) = (trimmed, inside.end + rest.len() - trimmed.len());
    let strong = inside.cue.has(STRONG);
    let length = match rest.chars().next().map(script)? {
        Script::Hangul => korean(run(rest, Script::Hangul), strong)?,
        Script::Han if japanese => japanese_run(rest, strong)?,
        Script::Han => chinese(run(rest, Script::Han), strong)?,
        Script::Katakana if strong => Some(run(rest, Script::Katakana).len()).filter(|length| *length >= 6)?,
        _ => return None,
    };
    Some(start..start + length)
}

/// The name that ends where a suffix like さん begins.
fn before_suffix(reading: &Reading<'_, '_>, inside: &Inside, japanese: bool) -> Option<Range<usize>> {
    let before = reading.view.text()[..inside.start].trim_end_matches(' ');
    let letters: Vec<(usize, char)> = before.char_indices().rev().take(7).collect();
    let kind = script(letters.first()?.1);
    let mut starts: Vec<usize> = Vec::new();
    for (place, (at, c)) in letters.iter().enumerate() {
        let spaced = *c == ' ' && place > 0 && letters.get(place + 1).is_some_and(|next| script(next.1) == kind);
        if script(*c) == kind {
            starts.push(*at);
        } else if !spaced || kind == Script::Hangul {
            break;
        }
    }
    let fits = |start: &&usize| {
        let name = &before[**start..];
        match kind {
            Script::Hangul => {
                korean(name, true) == Some(name.len()) || name.chars().count() == 2 && Word::of(name).first()
            }
            Script::Katakana => name.chars().count() >= 2 && *start == starts.last().expect("one start at least"),
            Script::Han => {
                let words: Vec<&str> = name.split(' ').collect();
                match (&words[..], japanese) {
                    ([family, _given], _) => Word::of(family).last() || japanese,
                    ([whole], true) => family_length(whole).is_some() || Word::of(whole).first(),
                    ([whole], false) => {
                        let family = whole.chars().next().map_or(0, char::len_utf8);
                        Word::of(&whole[..family]).last() && whole.chars().count() <= 3
                    }
                    _ => false,
                }
            }
            Script::Other => false,
        }
    };
    let longest = starts.iter().rev().find(fits);
    let unknown = (japanese && kind == Script::Han && (2..=4).contains(&starts.len())).then(|| starts.last()).flatten();
    longest.or(unknown).map(|start| *start..before.len())
}

/// The length of a Korean name at the beginning of a word that holds nothing else but a particle.
fn korean(word: &str, called: bool) -> Option<usize> {
    let ends: Vec<usize> = word.char_indices().map(|(at, c)| at + c.len_utf8()).take(4).collect();
    let family = *ends.first()?;
    if !Word::of(&word[..family]).last() {
        return None;
    }
    for end in [ends.get(2), ends.get(1)].into_iter().flatten() {
        let given = Word::of(&word[family..*end]).first();
        let rest = &word[*end..];
        let alone = rest.is_empty()
            || PARTICLES.iter().any(|particle| rest == *particle || called && rest.starts_with(particle));
        let person = ["에게", "한테", "님", "씨"].iter().any(|particle| rest.starts_with(particle));
        if alone && (given || person && *end == 9 || called && end - family > 3) {
            return Some(*end);
        }
    }
    None
}

/// The length of a Chinese name at the beginning of a run.
fn chinese(run: &str, called: bool) -> Option<usize> {
    let letters: Vec<(usize, char)> = run.char_indices().take(5).collect();
    let end = |count: usize| letters.get(count).map_or(run.len(), |(at, _)| *at);
    let double = letters.len() >= 3 && Word::of(&run[..end(2)]).last() && !Word::of(&run[..end(1)]).last();
    let family = if double { 2 } else { 1 };
    if !Word::of(&run[..end(family)]).last() || letters.len() <= family {
        return None;
    }
    let given = &run[end(family)..];
    let two = letters.len() >= family + 2;
    if two && Word::of(&given[..end(family + 2) - end(family)]).first() {
        return Some(end(family + 2));
    }
    if !called && !Word::of(&given[..end(family + 1) - end(family)]).first() {
        return None;
    }
    let second = letters.get(family + 1).map(|(_, c)| *c);
    let one = second.is_none_or(|c| CHINESE_AFTER.contains(c));
    (called || one).then(|| end(if one { family + 1 } else { family + 2 }))
}

/// A Chinese name anywhere in a run, if its given name of two letters is on the list; or the whole run is one.
fn chinese_in(run: &str) -> Vec<Range<usize>> {
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
    let mut found = Vec::new();
    for (place, window) in starts.windows(4).enumerate() {
        let known = Word::of(&run[window[0]..window[1]]).last() && Word::of(&run[window[1]..window[3]]).first();
        if known && found.last().is_none_or(|last: &Range<usize>| last.end <= starts[place]) {
            found.push(window[0]..window[3]);
        }
    }
    found
}

/// A word of Chinese letters in a text of another script.
fn stands_alone(reading: &Reading<'_, '_>, at: usize) -> bool {
    if reading.view.tokens().iter().filter(|token| token.class == Class::Han).count() > 2 {
        return false;
    }
    let cased = |at: usize| matches!(reading.class(at), Class::Lower | Class::Title | Class::Upper);
    let before = at.checked_sub(1).is_some_and(cased);
    let behind = (at + 1..reading.len()).take(2).find(|next| reading.class(*next) != Class::Han).is_some_and(cased);
    before || behind
}

fn lone(reading: &Reading<'_, '_>, at: usize) -> Option<Range<usize>> {
    if let Some(name) = japanese_token(reading, at) {
        return Some(name);
    }
    let (token, text) = (reading.token(at), reading.text(at));
    let letters = text.chars().count();
    let called = reading.around[at].before != Cues::NONE && Word::of(text).first();
    let full = (2..=4).contains(&letters) && family_length(text).is_some();
    (called || full).then_some(token.start..token.end)
}

/// A Japanese name that is a token of its own, or a family name and a given name with a space between.
fn japanese_token(reading: &Reading<'_, '_>, at: usize) -> Option<Range<usize>> {
    let (token, text) = (*reading.token(at), reading.text(at));
    if let Some(family) = family_length(text) {
        let given = &text[family..];
        if !given.is_empty() && Word::of(given).first() {
            return Some(token.start..token.end);
        }
        let next = at + 1;
        let spaced = next < reading.len() && reading.gap(next) == " " && reading.class(next) == Class::Han;
        if given.is_empty() && spaced && Word::of(reading.text(next)).first() {
            return Some(token.start..reading.token(next).end);
        }
    }
    None
}

/// The bytes of the longest family name that a text begins with.
fn family_length(text: &str) -> Option<usize> {
    let ends: Vec<usize> = text.char_indices().map(|(at, c)| at + c.len_utf8()).take(3).collect();
    ends.iter().rev().copied().find(|end| Word::of(&text[..*end]).last())
}

/// The length of a Japanese name at the beginning of a text: letters of one name, at most one space.
fn japanese_run(text: &str, called: bool) -> Option<usize> {
    let han = run(text, Script::Han);
    let rest = &text[han.len()..];
    let given = rest.strip_prefix(' ').map_or("", |rest| run(rest, Script::Han));
    let family = family_length(han);
    let letters = han.chars().count();
    if !given.is_empty() && given.chars().count() <= 4 && (family == Some(han.len()) || called && letters <= 4) {
        return Some(han.len() + 1 + given.len());
    }
    let full = family.is_some_and(|family| family < han.len()) && letters <= 6;
    let family_alone = family == Some(han.len()) && letters > 1;
    (full || family_alone || called && (2..=5).contains(&letters)).then_some(han.len())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Han,
    Katakana,
    Hangul,
    Other,
}

fn script(c: char) -> Script {
    match c as u32 {
        0x4e00..=0x9fff | 0x3400..=0x4dbf | 0x3005 => Script::Han,
        0x30a1..=0x30fc => Script::Katakana,
        0xac00..=0xd7af => Script::Hangul,
        _ => Script::Other,
    }
}

/// The letters of one script that a text begins with.
fn run(text: &str, of: Script) -> &str {
    let end = text.find(|c| script(c) != of).unwrap_or(text.len());
    &text[..end]
}
