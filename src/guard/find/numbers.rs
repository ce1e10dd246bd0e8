//! Numbers: groups of digits that may be a phone, a card, a national id, an account.
//!
//! In: a scene. Out: claims. The longest run of groups is tried first; labels decide before shapes do.
//! Not here: numbers with letters (`ids`), dates (`dates`).

use std::ops::Range;

use super::checks;
use super::labelled;
use super::labels::Labels;
use super::national;
use super::phones;
use super::scene::{Near, Scene, Veto};
use crate::guard::kind::{Confidence, Kind};

/// Groups of digits that stand together.
#[derive(Debug, Clone)]
pub struct Number {
    pub span: Range<usize>,
    pub digits: Vec<u8>,
    /// Lengths of the groups with what stands between: `3-2-4`, `+2 3 7`, `(3) 3-4`.
    pub shape: String,
}

impl Number {
    /// One run of digits and nothing else.
    pub fn is_bare(&self) -> bool {
        self.shape.bytes().all(|b| b.is_ascii_digit())
    }

    pub fn len(&self) -> usize {
        self.digits.len()
    }
}

/// What a detector says of a number.
pub type Verdict = Option<(Kind, Confidence, &'static str)>;

const MOST_GROUPS: usize = 10;

pub fn find(scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        // A number within a word, or hyphened to one: `x86`, `INV-2026-19534`.
        let hyphened = at > 1 && bytes[at - 1] == b'-' && bytes[at - 2].is_ascii_alphabetic();
        if at > 0 && (word(&bytes[at - 1]) || hyphened) {
            at += bytes[at..].iter().take_while(|b| word(b) || (hyphened && **b == b'-')).count();
            continue;
        }
        let groups = groups(bytes, at);
        let end = groups.last().map_or(at + 1, |group| group.end);
        windows(scene, &groups);
        at = end;
    }
}

/// Groups of digits from here on, with at most two signs between them.
fn groups(bytes: &[u8], from: usize) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let mut at = from;
    loop {
        let end = at + bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        groups.push(at..end);
        let digit = |offset: usize| bytes.get(end + offset).is_some_and(u8::is_ascii_digit);
        let next = match bytes.get(end..) {
            Some([b' ' | b'-' | b'.' | b'/' | b')', ..]) if digit(1) => 1,
            Some([b')', b' ' | b'-', ..] | [b' ', b'(' | b'-' | b'/', ..] | [b'.', b' ', ..]) if digit(2) => 2,
            Some([b' ', b'-' | b'/', b' ', ..]) if digit(3) => 3,
            _ => return groups,
        };
        if groups.len() >= 24 {
            return groups;
        }
        at = end + next;
    }
}

fn windows(scene: &mut Scene<'_, '_>, groups: &[Range<usize>]) {
    let bytes = scene.bytes();
    let mut first = 0;
    while first < groups.len() {
        let start = opening(bytes, &groups[first]);
        let near = scene.near(start);
        let longest = (first..groups.len().min(first + MOST_GROUPS)).rev();
        let found = longest.into_iter().find(|last| {
            let span = start..groups[*last].end;
            let apart = |edge: Option<&u8>| edge.is_none_or(|b| matches!(b, b' ' | b'\n' | b'(' | b')' | b'.'));
            let begins = first == 0 || apart(bytes.get(groups[first].start - 1)) || start < groups[first].start;
            let ends = last + 1 == groups.len() || apart(bytes.get(span.end));
            let extension = phones::extension(scene.text(), span.end);
            let follows = scene.view.char_after(span.end);
            let letter = follows.is_some_and(|c| c.is_ascii_alphabetic() || c == '_') && extension == 0;
            if !begins || !ends || letter || !scene.claims.is_free(&span) {
                return false;
            }
            let number = number(scene.text(), span.clone(), &groups[first..=*last]);
            let Some((kind, confidence, detector)) = decide(scene, &near, &number) else { return false };
            let longer = if kind == Kind::Phone { extension } else { 0 };
            scene.claims.claim(kind, span.start..span.end + longer, confidence, detector)
        });
        first = found.unwrap_or(first) + 1;
    }
}

/// Takes a plus sign along, and a bracket that closes behind the first group.
fn opening(bytes: &[u8], group: &Range<usize>) -> usize {
    let before = |at: usize| at.checked_sub(1).map(|at| bytes[at]);
    let mut start = group.start;
    if before(start) == Some(b'(') && bytes.get(group.end) == Some(&b')') {
        start -= 1;
    }
    if before(start) == Some(b'+') {
        start -= 1;
    }
    start
}

fn number(text: &str, span: Range<usize>, groups: &[Range<usize>]) -> Number {
    let mut shape = text[span.start..groups[0].start].to_string();
    let mut digits = Vec::with_capacity(16);
    let mut behind = groups[0].start;
    for group in groups {
        shape.push_str(&text[behind..group.start]);
        shape.push_str(&group.len().to_string());
        digits.extend_from_slice(&text.as_bytes()[group.clone()]);
        behind = group.end;
    }
    Number { span, digits, shape }
}

fn decide(scene: &Scene<'_, '_>, near: &Near, number: &Number) -> Verdict {
    if !(2..=24).contains(&number.len()) {
        return None;
    }
    let counted = scene.unit(number.span.end).has(Labels::Count);
    if counted && !number.shape.starts_with('+') {
        return None;
    }
    // `([#1079](…))`, `owner/project#12`
    let issue = scene.text()[..number.span.start]
        .strip_suffix('#')
        .is_some_and(|before| before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '[' | '(' | '/')));
    if issue {
        return None;
    }
    if let Some(verdict) = labelled::before(scene, near, number) {
        return Some(verdict);
    }
    if is_arithmetic(scene, number) {
        return None;
    }
    if near.veto == Veto::Direct {
        return undeniable(scene, near, number);
    }
    if let Some(verdict) = proven(scene, near, number) {
        return Some(verdict);
    }
    if near.labels.is_empty()
        && let Some(verdict) = labelled::behind(scene, number)
    {
        return Some(verdict);
    }
    let doubtful = near.veto == Veto::Loose && !near.has(Labels::Phone);
    phones::by_shape(scene, number).filter(|(_, confidence, _)| *confidence == Confidence::High || !doubtful)
}

/// Money, percentages, products, fractions of something longer.
fn is_arithmetic(scene: &Scene<'_, '_>, number: &Number) -> bool {
    let text = scene.text();
    let before = text[..number.span.start].trim_end_matches(' ').chars().next_back();
    let after = text[number.span.end..].trim_start_matches(' ').chars().next();
    let money = |c: Option<char>| {
        c.is_some_and(|c| {
            matches!(c, '$' | '€' | '£' | '¥' | '₹' | '₽' | '₩' | '₪' | '*' | '^' | '%' | '=' | '<' | '>')
        })
    };
    let close = scene.view.char_before(number.span.start);
    // A Hebrew particle is hyphened to the number.
    let particle = close == Some('-')
        && text[..number.span.start - 1].chars().next_back().is_some_and(|c| !c.is_ascii() && c.is_alphabetic());
    let behind = scene.view.char_after(number.span.end);
    let continues = matches!(behind, Some('.' | ',' | ':' | '-' | '/'))
        && text.as_bytes().get(number.span.end + 1).is_some_and(u8::is_ascii_digit);
    money(before.filter(|c| !matches!(c, '=' | '>' | '<')))
        || money(after) && !matches!(after, Some('<' | '>'))
        || !particle && matches!(close, Some('#' | '.' | '-' | '/' | '\\' | '~' | '&' | '@'))
        || continues
}

/// What stays somebody's number even where a word such as `order` or `failed` stands right before it. A card in one
/// piece may be a number of that thing by chance, if the word truly names it; what only shape proves, by any such word.
fn undeniable(scene: &Scene<'_, '_>, near: &Near, number: &Number) -> Verdict {
    let grouped = matches!(number.shape.as_str(), "3.3.3-2" | "3-3-3 2" | "1 2 2 2 3 3 2");
    if let Some(verdict) = proven(scene, near, number) {
        let card = verdict.0 == Kind::Card && (!number.is_bare() || !near.named);
        if card || grouped || !near.is_denied() {
            return Some(verdict);
        }
    }
    let plus = number.shape.starts_with('+') && number.len() >= 10;
    let built = scene.view.char_before(number.span.start).is_some_and(char::is_alphanumeric);
    let bracket = number.shape.starts_with('(') || !near.is_denied();
    phones::by_shape(scene, number)
        .filter(|(_, confidence, _)| *confidence == Confidence::High && !built && (plus || bracket))
}

/// Numbers that prove themselves, or whose shape is unmistakable.
fn proven(scene: &Scene<'_, '_>, near: &Near, number: &Number) -> Verdict {
    use Confidence::{High, Medium};
    let digits = &number.digits[..];
    match number.shape.as_str() {
        "4 4 4 4" | "4-4-4-4" | "4 6 5" | "4-6-5" | "4 4 4 4 3" | "4 6 4" if checks::card(digits) => {
            Some((Kind::Card, High, "card"))
        }
        "3-2-4" if national::ssn(digits) || national::itin(digits) => Some((Kind::Ssn, High, "ssn")),
        "3.3.3-2" if national::cpf(digits) => Some((Kind::NationalId, High, "cpf")),
        "3-3-3 2" | "3-3-3-2" if national::snils(digits) => Some((Kind::NationalId, High, "snils")),
        "6-7" if national::korean(digits) => Some((Kind::NationalId, High, "rrn")),
        "6-4" | "8-4" if national::swedish(digits) => Some((Kind::NationalId, High, "personnummer")),
        "4 4 4" if national::aadhaar(digits) => Some((Kind::NationalId, High, "aadhaar")),
        "2 3 3 3" if national::german_tax(digits) => Some((Kind::NationalId, High, "steuer-id")),
        "1 2 2 2 3 3 2" if national::french(digits) => Some((Kind::NationalId, High, "nir")),
        _ if !number.is_bare() => None,
        _ if checks::card(digits) => Some((Kind::Card, High, "card")),
        "18" if national::resident(&scene.text()[number.span.clone()]) => Some((Kind::NationalId, High, "resident id")),
        "15" if national::french(digits) => Some((Kind::NationalId, High, "nir")),
        "11" if near.veto == Veto::None && (national::cpf(digits) && national::turkish(digits)) => {
            Some((Kind::NationalId, Medium, "eleven digits"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::scene::found_by;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        found_by(text, find)
    }

    #[test]
    fn numbers_that_prove_themselves() {
        for (text, kind, span) in [
            ("I was billed on 4111 1111 1111 1111 twice", Kind::Card, "4111 1111 1111 1111"),
            ("it was 378282246310005.", Kind::Card, "378282246310005"),
            ("that is 078-05-1120, right", Kind::Ssn, "078-05-1120"),
            ("mit 86 095 742 719 angemeldet", Kind::NationalId, "86 095 742 719"),
            ("meu é 529.982.247-25", Kind::NationalId, "529.982.247-25"),
            ("811218-9876", Kind::NationalId, "811218-9876"),
        ] {
            assert_eq!(found(text), [(kind, span)], "{text}");
        }
    }

    #[test]
    fn words_in_passing_do_not_switch_the_guard_off() {
        for (text, kind, span) in [
            ("Payment failed: 4539 1488 0343 6467 was declined.", Kind::Card, "4539 1488 0343 6467"),
            ("failed 4539148803436467", Kind::Card, "4539148803436467"),
            ("order 4539-1488-0343-6467", Kind::Card, "4539-1488-0343-6467"),
            ("invoice: 4539 1488 0343 6467", Kind::Card, "4539 1488 0343 6467"),
            ("ticket 4539148803436467", Kind::Card, "4539148803436467"),
            ("the build went on 4539148803436467", Kind::Card, "4539148803436467"),
            ("please page +1 415 639 4471", Kind::Phone, "+1 415 639 4471"),
            ("ref +14156394471", Kind::Phone, "+14156394471"),
            ("retry (415) 639-4471", Kind::Phone, "(415) 639-4471"),
            ("error 078-05-1120", Kind::Ssn, "078-05-1120"),
            ("pedido 529.982.247-25", Kind::NationalId, "529.982.247-25"),
        ] {
            assert_eq!(found(text), [(kind, span)], "{text}");
        }
        for harmless in [
            "order #4539148803436467",
            "build: 4539148803436467",
            "version 1.2.3+4915112345678",
            "ticket 123-45-6789",
            "order 4539148803436468",
            "tracking number 4539148803436467",
        ] {
            assert_eq!(found(harmless), [], "{harmless}");
        }
    }

    #[test]
    fn numbers_of_things() {
        for harmless in [
            "order id 4111111111111111",
            "created_at: 1712345678, updated_at: 1712345699",
            "population was 331002651",
            "12-345-6789 rows",
            "123456789 * 987654321",
            "pages 100-200",
            "192 345 6789 bytes",
            "$1,234,567.89",
            "P/N 012-34567-89",
            "0.12345678",
            "1_000_000",
            "16/20 tests",
            "PR #4155550123",
            "978-3-1234-5678-1",
            "ratio was 100-20-3000 across",
            "14:30",
            "page 4155550123",
        ] {
            assert_eq!(found(harmless), [], "{harmless}");
        }
    }
}
