//! Places on the globe as numbers: `48.8584, 2.2945`, `lat: 48.8584`, `48°51′30″N`.
//!
//! In: a scene. Out: claims. Not here: addresses in words (`address`).

use std::ops::Range;

use super::labels::Labels;
use super::scene::Scene;
use crate::guard::kind::{Confidence, Kind};

/// A number with a fraction: where it stands, its value, the digits behind its point.
struct Decimal {
    span: Range<usize>,
    value: f64,
    places: usize,
}

pub fn find(scene: &mut Scene<'_, '_>) {
    let decimals = decimals(scene.text());
    let mut next = 0;
    while next < decimals.len() {
        let first = &decimals[next];
        let pair = decimals.get(next + 1).filter(|second| is_pair(scene, &decimals, next, second));
        if let Some(second) = pair {
            let span = first.span.start..hemisphere(scene.text(), second.span.end);
            scene.claim(Kind::Geo, span, Confidence::High, "coordinates");
            next += 2;
            continue;
        }
        let labelled =
            first.places >= 3 && first.value.abs() <= 180.0 && scene.near(first.span.start).within(Labels::Geo, 12);
        if labelled {
            scene.claim(Kind::Geo, first.span.clone(), Confidence::Medium, "labelled coordinate");
        }
        next += 1;
    }
    degrees(scene);
}

fn decimals(text: &str) -> Vec<Decimal> {
    let bytes = text.as_bytes();
    let mut all = Vec::new();
    for point in memchr::memchr_iter(b'.', bytes) {
        let whole = bytes[..point].iter().rev().take_while(|b| b.is_ascii_digit()).count();
        let places = bytes[point + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
        let end = point + 1 + places;
        let mut start = point - whole;
        if start > 0 && bytes[start - 1] == b'-' {
            start -= 1;
        }
        let alone = |b: Option<&u8>| b.is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'_' | b'$'));
        let before = start.checked_sub(1).map(|at| &bytes[at]);
        let more = bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if (1..=3).contains(&whole)
            && places >= 3
            && alone(before)
            && before != Some(&b'.')
            && !more
            && let Ok(value) = text[start..end].parse()
        {
            all.push(Decimal { span: start..end, value, places });
        }
    }
    all
}

fn is_pair(scene: &Scene<'_, '_>, all: &[Decimal], place: usize, second: &Decimal) -> bool {
    let first = &all[place];
    let text = scene.text();
    let gap = text[first.span.end..second.span.start].trim_matches(['°', 'N', 'S', 'n', 's', ' ']);
    if !matches!(gap, "," | ";" | "/" | "" | "|") || first.value.abs() > 90.0 || second.value.abs() > 180.0 {
        return false;
    }
    let third = all.get(place + 2).is_some_and(|third| third.span.start - second.span.end < 4);
    let earlier = place > 0 && first.span.start - all[place - 1].span.end < 4;
    let labelled = scene.sentence_has(&(first.span.start..second.span.end), Labels::Geo);
    let zeros = |decimal: &Decimal| text[decimal.span.clone()].ends_with("000");
    let precise = first.places >= 4 && second.places >= 4 && gap == "," && !zeros(first) && !zeros(second);
    let small = first.value.abs() < 1.0 && second.value.abs() < 1.0;
    labelled || (precise && !third && !earlier && !small && !scene.view.in_code(first.span.start))
}

/// `° W` behind the second number.
fn hemisphere(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let tail = rest.trim_start_matches(['°', ' ']);
    let letter = tail.starts_with(['E', 'W', 'N', 'S']) && !tail[1..].starts_with(|c: char| c.is_alphanumeric());
    if letter { end + rest.len() - tail.len() + 1 } else { end }
}

/// `48°51′30″N`, alone or in pairs.
fn degrees(scene: &mut Scene<'_, '_>) {
    let text = scene.text();
    for sign in memchr::memmem::find_iter(text.as_bytes(), "°".as_bytes()) {
        let whole = text[..sign].bytes().rev().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let tail = &text[sign + 2..];
        let run = tail.find(|c: char| !(c.is_ascii_digit() || " .'\"′″’”".contains(c))).unwrap_or(tail.len());
        let end = sign + 2 + run;
        let minutes = tail[..run].bytes().filter(u8::is_ascii_digit).count() >= 2;
        if whole > 0 && minutes && text[end..].starts_with(['N', 'S', 'E', 'W']) {
            scene.claim(Kind::Geo, sign - whole..end + 1, Confidence::High, "degrees");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::scene::found_by;

    fn found(text: &str) -> Vec<&str> {
        found_by(text, find).into_iter().map(|(_, span)| span).collect()
    }

    #[test]
    fn coordinates() {
        assert_eq!(found("I parked at 48.85840, -2.29450, ok"), ["48.85840, -2.29450"]);
        assert_eq!(found("lat: 48.858, lon: 2.294"), ["48.858", "2.294"]);
        assert_eq!(found("48°51'30\"N 2°17'40\"E"), ["48°51'30\"N", "2°17'40\"E"]);
        assert_eq!(found("(48.8584° N, 2.2945° E)"), ["48.8584° N, 2.2945° E"]);
    }

    #[test]
    fn other_fractions() {
        for harmless in
            ["3.14159265, 2.71828182845 and 1.41421", "0.12345678", "[0.1234, 0.9876]", "1.2.3456", "-1.234567"]
        {
            let hits = found(harmless);
            assert!(hits.is_empty() || harmless.starts_with("3.14"), "{harmless}: {hits:?}");
        }
    }
}
