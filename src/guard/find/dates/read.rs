//! Reads dates in the ways people write them, in some twenty languages.
//!
//! In: a scene. Out: spans, in order. Not here: what kind of date it is.

use std::ops::Range;

use crate::guard::find::checks::value;
use crate::guard::find::labels::Labels;
use crate::guard::find::scene::Scene;

pub fn dates(scene: &Scene<'_, '_>) -> Vec<Range<usize>> {
    let mut all = numeric(scene.text());
    all.extend(
        scene
            .hits
            .iter()
            .filter(|hit| hit.labels.has(Labels::Month))
            .filter_map(|hit| with_month(scene.text(), hit.start, hit.end)),
    );
    all.extend(east_asian(scene.text()));
    all.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    all.dedup_by(|later, earlier| later.start < earlier.end);
    all
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
}

/// `3/14/1985`, `14.03.85`, `1985-03-14`: three numbers with one sign between them.
fn numeric(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut all = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let one = digits(&bytes[at..]);
        let span = three(bytes, at, one).filter(|end| {
            let before = at.checked_sub(1).map(|at| bytes[at]);
            let open = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.');
            let follows = bytes.get(*end).copied().is_some_and(|b| {
                b.is_ascii_alphanumeric()
                    || (matches!(b, b'/' | b'-' | b'_' | b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit))
            });
            (before.is_none_or(|b| !open(b)) || (before == Some(b'-') && at > 1 && bytes[at - 2] >= 0x80)) && !follows
        });
        if let Some(end) = span {
            all.push(at..end);
        }
        at = span.unwrap_or(at + one);
    }
    all
}

fn three(bytes: &[u8], start: usize, one: usize) -> Option<usize> {
    let sign = *bytes.get(start + one)?;
    if !matches!(sign, b'/' | b'.' | b'-') || !matches!(one, 1 | 2 | 4) {
        return None;
    }
    let (first, mut at) = (&bytes[start..start + one], start + one + 1);
    at += digits_space(bytes, at, sign);
    let two = digits(&bytes[at..]);
    let second = &bytes[at..at + two];
    at += two;
    if !matches!(two, 1 | 2) || bytes.get(at) != Some(&sign) {
        return None;
    }
    at += 1;
    at += digits_space(bytes, at, sign);
    let three = digits(&bytes[at..]);
    let third = &bytes[at..at + three];
    let (first, second, last) = (value(first), value(second), value(third));
    let year = |year: u64| (1880..=2100).contains(&year);
    let real = match (one, three) {
        (4, 1 | 2) => year(first) && (1..=12).contains(&second) && (1..=31).contains(&last),
        (1 | 2, 4) => year(last) && day_and_month(first, second),
        (1 | 2, 2) => day_and_month(first, second) && (sign != b'.' || two == 2),
        _ => false,
    };
    real.then_some(at + three)
}

/// `14. 3. 1985` has a space behind its full stops.
fn digits_space(bytes: &[u8], at: usize, sign: u8) -> usize {
    usize::from(sign == b'.' && bytes.get(at) == Some(&b' ') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
}

fn day_and_month(first: u64, second: u64) -> bool {
    first > 0 && second > 0 && ((first <= 12 && second <= 31) || (first <= 31 && second <= 12))
}

/// `March 3rd, 1985`, `3 March 1985`, `3. März`, `3 de mayo de 1985`, `May 1985`.
fn with_month(text: &str, mut start: usize, mut end: usize) -> Option<Range<usize>> {
    let mut day = false;
    let mut year = false;
    // Hebrew puts a particle on the month.
    if text[..start].ends_with('ב') {
        start -= 'ב'.len_utf8();
    }
    let before = text[..start].trim_end_matches(' ');
    let before = before.strip_suffix(" de").or_else(|| before.strip_suffix(" of")).unwrap_or(before);
    let before = before.strip_suffix(['.', '-']).unwrap_or(before);
    let before =
        ["st", "nd", "rd", "th", "º", "er"].iter().find_map(|suffix| before.strip_suffix(suffix)).unwrap_or(before);
    let width = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    if (1..=2).contains(&width) && (1..=31).contains(&value(&before.as_bytes()[before.len() - width..])) {
        start = before.len() - width;
        day = true;
        let particle = text[..start].ends_with("ב-");
        if !particle && text[..start].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | ':' | '-')) {
            return None;
        }
    }
    let bytes = text.as_bytes();
    let mut at = end;
    for _ in 0..2 {
        let gap = gap(&text[at..]);
        let width = digits(&bytes[at + gap..]);
        let number = &bytes[at + gap..at + gap + width];
        let after = at + gap + width;
        match width {
            4 if (1880..=2100).contains(&value(number)) => {
                year = true;
                end = after;
                break;
            }
            1 | 2 if !day && gap > 0 && (1..=31).contains(&value(number)) && bytes.get(after) != Some(&b':') => {
                day = true;
                let suffix = ["st", "nd", "rd", "th"].iter().any(|suffix| text[after..].starts_with(suffix));
                at = after + if suffix { 2 } else { 0 };
                end = at;
            }
            2 if day
                && gap > 0
                && text[at..].starts_with([' ', '-', '/', '\''])
                && bytes.get(after).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b':') =>
            {
                year = true;
                end = after;
                break;
            }
            _ => break,
        }
    }
    let small = text[start..].starts_with(|c: char| c.is_lowercase());
    (day || (year && !small)).then_some(start..end)
}

/// What may stand between month, day and year.
fn gap(rest: &str) -> usize {
    let spaces = |rest: &str| rest.len() - rest.trim_start_matches([' ', ',', '.', '-', '\'']).len();
    let first = spaces(rest);
    if first > 3 {
        return 0;
    }
    let word = ["de ", "del ", "of ", "the "]
        .iter()
        .find(|word| rest[first..].starts_with(**word))
        .map_or(0, |word| word.len());
    first + word
}

/// `1985年3月14日`, `1985년 3월 14일`.
fn east_asian(text: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    for (year, month, day) in [("年", "月", "日"), ("년", "월", "일")] {
        for sign in memchr::memmem::find_iter(text.as_bytes(), year.as_bytes()) {
            let width = text[..sign].bytes().rev().take_while(u8::is_ascii_digit).count();
            let mut at = sign + year.len();
            let mut complete = width == 4 || width == 2;
            for part in [month, day] {
                let spaces = text[at..].len() - text[at..].trim_start_matches(' ').len();
                let number = digits(&text.as_bytes()[at + spaces..]);
                let after = at + spaces + number;
                if complete && (1..=2).contains(&number) && text[after..].starts_with(part) {
                    at = after + part.len();
                } else {
                    complete = complete && part == day;
                }
            }
            if complete {
                all.push(sign - width..at);
            }
        }
    }
    all
}
