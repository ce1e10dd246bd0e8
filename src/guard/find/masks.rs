//! Harmless things that look like numbers of people: ids, times, hashes, links, placeholders.
//!
//! In: a scene. Out: kept stretches in its claims, so that no detector touches them.
//! Not here: links to a person's profile or with credentials (`links`, which runs first).

use std::ops::Range;

use super::scene::Scene;
use crate::guard::view::Class;

/// Keeps placeholders of earlier redactions: `[EMAIL]`, `[PERSON_1]`, `[EMAIL:7f3a]`, `BLOCKED`.
pub fn placeholders(scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes();
    for start in memchr::memchr_iter(b'[', bytes) {
        let inner = bytes[start + 1..].iter().take(40).take_while(|b| b.is_ascii_alphanumeric() || b"_:".contains(b));
        let end = start + 1 + inner.count();
        let begins = bytes.get(start + 1).is_some_and(u8::is_ascii_uppercase);
        if begins && bytes.get(end) == Some(&b']') && end - start > 2 {
            let word = bytes[start + 1..end].split(|b| *b == b':').next().unwrap_or_default();
            if word.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_') {
                scene.claims.keep(start..end + 1);
            }
        }
    }
    for start in memchr::memmem::find_iter(bytes, b"BLOCKED") {
        scene.claims.keep(start..start + 7);
    }
}

/// Keeps UUIDs, times with a date, and hexadecimal hashes.
pub fn ids_and_times(scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let run = bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        let word = &bytes[at..at + run];
        let rest = &bytes[at..];
        let kept = if run == 8 && is_uuid(rest) {
            36
        } else if (run == 4 || run >= 7) && word.iter().any(u8::is_ascii_digit) {
            time(rest).max(hash(word)).max(wide_id(word))
        } else {
            0
        };
        if kept > 0 && scene.claims.is_free(&(at..at + kept)) {
            scene.claims.keep(at..at + kept);
        }
        at += kept.max(run);
    }
}

/// Keeps amounts of money: `$1,234.56`, `9.408,60 €`, `USD 61,282`.
pub fn money(scene: &mut Scene<'_, '_>) {
    let (text, bytes) = (scene.text(), scene.bytes());
    let amount = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b',');
    for found in currencies(scene) {
        let gap = usize::from(bytes.get(found.end) == Some(&b' '));
        let run = bytes[found.end + gap..].iter().take_while(|b| amount(b)).count();
        let end = found.end + gap + text[found.end + gap..][..run].trim_end_matches(['.', ',']).len();
        if end > found.end + gap && scene.claims.is_free(&(found.start..end)) {
            scene.claims.keep(found.start..end);
            continue;
        }
        let gap = usize::from(found.start > 0 && bytes[found.start - 1] == b' ');
        let before = found.start - gap;
        let start = before - bytes[..before].iter().rev().take_while(|b| amount(b)).count();
        let clean = start == 0 || !bytes[start - 1].is_ascii_alphanumeric() && bytes[start - 1] != b'-';
        if start < before && clean && scene.claims.is_free(&(start..found.end)) {
            scene.claims.keep(start..found.end);
        }
    }
}

/// Signs and codes of currencies.
fn currencies(scene: &Scene<'_, '_>) -> Vec<Range<usize>> {
    const CODES: [&str; 9] = ["USD", "EUR", "GBP", "CHF", "JPY", "INR", "PLN", "SEK", "BRL"];
    let text = scene.text();
    let mut found: Vec<Range<usize>> = memchr::memchr_iter(b'$', text.as_bytes()).map(|at| at..at + 1).collect();
    let upper = scene.view.tokens().iter().filter(|token| token.class == Class::Upper && token.end - token.start == 3);
    found.extend(upper.filter(|token| CODES.contains(&scene.view.word(token))).map(|token| token.start..token.end));
    if !text.is_ascii() {
        let sign = |(at, c): (usize, char)| match c {
            '€' | '£' | '¥' | '₹' | '₽' | '₩' | '₪' => Some(at..at + c.len_utf8()),
            'ł' if text[..at].ends_with('z') => Some(at - 1..at + c.len_utf8()),
            _ => None,
        };
        found.extend(text.char_indices().filter_map(sign));
    }
    found.sort_unstable_by_key(|span| span.start);
    found
}

fn is_uuid(rest: &[u8]) -> bool {
    rest.len() >= 36
        && rest[..36].iter().enumerate().all(|(place, b)| match place {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
        && rest.get(36).is_none_or(|b| !b.is_ascii_alphanumeric())
}

/// `2026-01-27T10:30:00.000Z`, `2026-01-27 10:30:00+02:00`, `20260127T103000Z`: a date with a time, and its length.
fn time(rest: &[u8]) -> usize {
    let digits = |from: usize, count: usize| {
        rest.get(from..from + count).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let at = |place: usize| rest.get(place).copied().unwrap_or_default();
    let dashed = digits(0, 4) && matches!(at(4), b'-' | b'/') && digits(5, 2) && at(7) == at(4) && digits(8, 2);
    let start = if dashed && matches!(at(10), b'T' | b' ' | b't' | b'_') && digits(11, 2) && at(13) == b':' {
        11
    } else if digits(0, 8) && at(8) == b'T' && digits(9, 4) {
        9
    } else {
        return 0;
    };
    let tail = rest[start..].iter().take_while(|b| b.is_ascii_digit() || b":.+-Zz,".contains(b)).count();
    let text = &rest[..start + tail];
    text.len() - text.iter().rev().take_while(|b| b".,:-+".contains(b)).count()
}

/// A hash as git, MD5, SHA-1 and SHA-2 write it: lower-case hexadecimal with letters and digits.
fn hash(word: &[u8]) -> usize {
    let hex = word.iter().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(b));
    let mixed = word.iter().any(u8::is_ascii_digit) && word.iter().any(u8::is_ascii_alphabetic);
    let length = matches!(word.len(), 7..=12 | 16 | 32 | 40 | 64);
    if hex && mixed && length { word.len() } else { 0 }
}

/// `20240501123000`: a date and a time in one number, as ids often begin; epoch milliseconds.
fn wide_id(word: &[u8]) -> usize {
    if !word.iter().all(u8::is_ascii_digit) {
        return 0;
    }
    let two = |from: usize| u32::from(word[from] - b'0') * 10 + u32::from(word[from + 1] - b'0');
    let stamped = matches!(word.len(), 14 | 17)
        && matches!(two(0), 19..=20)
        && matches!(two(4), 1..=12)
        && matches!(two(6), 1..=31)
        && two(8) < 24
        && two(10) < 60;
    let millis = word.len() == 13 && (b"14".as_slice()..b"19".as_slice()).contains(&&word[..2]);
    if stamped || millis { word.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::labels::Labels;
    use crate::guard::view::View;

    fn kept(text: &str) -> Vec<&str> {
        let view = View::new(text);
        let mut scene = Scene::new(&view, Labels::NONE);
        placeholders(&mut scene);
        ids_and_times(&mut scene);
        money(&mut scene);
        scene.claims.taken().iter().map(|span| &text[span.clone()]).collect()
    }

    #[test]
    fn ids_times_and_hashes_are_kept() {
        for harmless in [
            "550e8400-e29b-41d4-a716-446655440000",
            "2026-01-27T10:30:00.123Z",
            "2026-01-27 10:30:00",
            "2024-01-01T00:00:00+02:00",
            "20260127T103000Z",
            "d41d8cd98f00b204e9800998ecf8427e",
            "825044c",
            "1712345678901",
            "20240501123000",
            "[PERSON_1]",
            "[EMAIL:7f3a]",
            "BLOCKED",
            "$1,234.56",
            "9.408,60 €",
            "USD 61,282",
        ] {
            assert_eq!(kept(&format!("a {harmless}. b")), [harmless]);
        }
    }

    #[test]
    fn numbers_of_people_are_not() {
        for open in ["415-555-0123", "123-45-6789", "4111111111111111", "2026-01-27", "[x]", "DE89370400440532013000"] {
            assert_eq!(kept(open), Vec::<&str>::new());
        }
    }
}
