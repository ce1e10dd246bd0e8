//! Cuts a folded text into words and numbers, and finds its code zones.
//!
//! In: a text. Out: tokens and zones in order. Not here: what a word means.

use std::ops::Range;

/// What a token is made of. Words of scripts without spaces are cut where the script changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Number,
    /// `name`
    Lower,
    /// `Name`, and `O` of one letter
    Title,
    /// `NAME`, two letters or more
    Upper,
    /// `iPhone`, `McDonald`
    Mixed,
    Han,
    Hiragana,
    Katakana,
    Hangul,
    /// Letters without case: Hebrew, Arabic, Devanagari, Thai.
    Uncased,
}

/// A run of letters or of ASCII digits; apostrophes and hyphens stand between tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub start: usize,
    pub end: usize,
    pub class: Class,
}

pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5 + 1);
    let mut run: Option<(usize, Sort)> = None;
    for (at, c) in text.char_indices() {
        let sort = sort(c);
        match run {
            Some((_, open)) if sort == Some(open) || (sort == Some(Sort::Joining)) => {}
            _ => {
                if let Some((start, open)) = run.take() {
                    tokens.push(token(text, start, at, open));
                }
                run = sort.filter(|sort| *sort != Sort::Joining).map(|sort| (at, sort));
            }
        }
    }
    if let Some((start, open)) = run {
        tokens.push(token(text, start, text.len(), open));
    }
    tokens
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Digit,
    Cased,
    Han,
    Hiragana,
    Katakana,
    Hangul,
    Uncased,
    /// Marks and the long-vowel bar belong to the run before them.
    Joining,
}

fn sort(c: char) -> Option<Sort> {
    match c as u32 {
        0x30..=0x39 => Some(Sort::Digit),
        0x41..=0x5a | 0x61..=0x7a => Some(Sort::Cased),
        0..=0x7f => None,
        0x0300..=0x036f | 0x0591..=0x05c7 | 0x064b..=0x065f | 0x30fc => Some(Sort::Joining),
        0x4e00..=0x9fff | 0x3400..=0x4dbf | 0x3005..=0x3007 | 0xf900..=0xfaff => Some(Sort::Han),
        0x3041..=0x309f => Some(Sort::Hiragana),
        0x30a1..=0x30fa | 0xff66..=0xff9f => Some(Sort::Katakana),
        0xac00..=0xd7af | 0x1100..=0x11ff => Some(Sort::Hangul),
        _ if c.is_lowercase() || c.is_uppercase() => Some(Sort::Cased),
        _ if c.is_alphabetic() => Some(Sort::Uncased),
        _ => None,
    }
}

fn token(text: &str, start: usize, end: usize, sort: Sort) -> Token {
    let class = match sort {
        Sort::Digit => Class::Number,
        Sort::Cased => case(&text[start..end]),
        Sort::Han => Class::Han,
        Sort::Hiragana => Class::Hiragana,
        Sort::Katakana => Class::Katakana,
        Sort::Hangul => Class::Hangul,
        Sort::Uncased | Sort::Joining => Class::Uncased,
    };
    Token { start, end, class }
}

fn case(word: &str) -> Class {
    let mut letters = word.chars();
    let first = letters.next().is_some_and(char::is_uppercase);
    let (mut upper, mut lower) = (0, 0);
    for c in letters {
        if c.is_uppercase() {
            upper += 1;
        } else {
            lower += 1;
        }
    }
    match (first, upper, lower) {
        (false, 0, _) => Class::Lower,
        (true, 0, _) => Class::Title,
        (true, _, 0) => Class::Upper,
        _ => Class::Mixed,
    }
}

/// Fenced blocks, and what stands between back-ticks on one line.
pub fn code(text: &str) -> Vec<Range<usize>> {
    let mut zones = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'`', &text.as_bytes()[at..]).map(|found| at + found) {
        let rest = &text[start..];
        let end = if let Some(block) = rest.strip_prefix("```") {
            block.find("```").map_or(text.len(), |found| start + found + 6)
        } else {
            let close = rest[1..].find(['`', '\n']).map(|found| start + 1 + found);
            let Some(close) = close.filter(|close| text.as_bytes()[*close] == b'`') else {
                at = start + 1;
                continue;
            };
            close + 1
        };
        zones.push(start..end);
        at = end;
    }
    let indented: Vec<Range<usize>> = indented(text, &zones).collect();
    if !indented.is_empty() {
        zones.extend(indented);
        zones.sort_unstable_by_key(|zone| zone.start);
    }
    zones
}

/// Lines that are set in and hold what only programs say; not those of the other zones.
fn indented<'t>(text: &'t str, zones: &'t [Range<usize>]) -> impl Iterator<Item = Range<usize>> + 't {
    const SIGNS: [&str; 16] = [
        "(self", "{0", "!s}", "!r}", "%s", "def ", "class ", "return ", "print", "();", ") {", "=> ", "->", "</", "/>",
        "):",
    ];
    memchr::memmem::find_iter(text.as_bytes(), "\n   ").filter_map(move |line| {
        let start = line + 1;
        let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |end| start + end);
        let apart = zones.get(zones.partition_point(|zone| zone.end <= start)).is_none_or(|zone| zone.start >= end);
        (apart && SIGNS.iter().any(|sign| text[start..end].contains(sign))).then_some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_and_classed() {
        let text = "Ann O'Neil, 42 iPads; ANNA さん田中 שלום re\u{301}el";
        let seen: Vec<(&str, Class)> = tokens(text).iter().map(|t| (&text[t.start..t.end], t.class)).collect();
        assert_eq!(
            seen,
            [
                ("Ann", Class::Title),
                ("O", Class::Title),
                ("Neil", Class::Title),
                ("42", Class::Number),
                ("iPads", Class::Mixed),
                ("ANNA", Class::Upper),
                ("さん", Class::Hiragana),
                ("田中", Class::Han),
                ("שלום", Class::Uncased),
                ("re\u{301}el", Class::Lower),
            ]
        );
    }

    #[test]
    fn an_open_fence_reaches_to_the_end_and_a_lone_tick_is_nothing() {
        assert_eq!(code("it`s\n```a"), vec![5..9]);
    }
}
