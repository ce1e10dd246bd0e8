//! Ages of ninety and more, which point at few people.
//!
//! In: a scene. Out: claims. Not here: younger ages, which are left alone.

use std::ops::Range;

use super::checks::value;
use super::labels::Labels;
use super::scene::Scene;
use crate::guard::kind::{Confidence, Kind};
use crate::guard::view::{Class, Token};

/// Whose age is told without the word `old`: `my neighbour is 97, …`.
const PEOPLE: &[&str] = &[
    "she",
    "he",
    "i'm",
    "i",
    "who",
    "grandmother",
    "grandfather",
    "grandma",
    "grandpa",
    "granny",
    "grandad",
    "granddad",
    "gran",
    "nan",
    "nana",
    "mother",
    "father",
    "mom",
    "mum",
    "dad",
    "aunt",
    "uncle",
    "wife",
    "husband",
    "neighbour",
    "neighbor",
    "patient",
    "friend",
    "sister",
    "brother",
    "cousin",
    "lady",
    "man",
    "woman",
    "gentleman",
    "resident",
    "client",
    "oma",
    "opa",
    "nonna",
    "nonno",
    "abuela",
    "abuelo",
    "avó",
    "avô",
    "babcia",
    "dziadek",
    "mormor",
    "farmor",
    "morfar",
    "farfar",
    "бабушка",
    "дедушка",
    "бабушке",
    "дедушке",
];

/// What may follow such an age.
const GOES_ON: &[&str] =
    &["and", "now", "today", "but", "this", "next", "in", "with", "so", "soon", "already", "tomorrow"];

pub fn find(scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes();
    let is_great = |token: &Token| {
        token.class == Class::Number
            && token.end - token.start <= 3
            && (90..=120).contains(&value(&bytes[token.start..token.end]))
    };
    let ages: Vec<Range<usize>> =
        scene.view.tokens().iter().filter(|token| is_great(token)).map(|token| token.start..token.end).collect();
    for span in ages {
        let part = |c: Option<char>| {
            c.is_some_and(|c| matches!(c, '.' | ',' | '/' | ':' | '%' | '$' | '€' | '_' | '#' | '-' | '='))
        };
        let decimal = bytes.get(span.end).is_some_and(|b| matches!(b, b'.' | b',' | b'/' | b':' | b'%'))
            && bytes.get(span.end + 1).is_some_and(u8::is_ascii_digit);
        let percent = scene.text()[span.end..].trim_start().starts_with(['%', '$', '€', '°']);
        if part(scene.view.char_before(span.start)) || decimal || percent {
            continue;
        }
        let labelled =
            scene.near(span.start).labels.first().is_some_and(|(labels, gap)| labels.has(Labels::Age) && *gap <= 6);
        if labelled || scene.unit(span.end).has(Labels::Age) || is_told(scene, &span) {
            scene.claim(Kind::Age, span, Confidence::Medium, "age");
        }
    }
}

/// `… is 97,` of a person.
fn is_told(scene: &Scene<'_, '_>, span: &Range<usize>) -> bool {
    let lower = scene.view.lower();
    let start = scene.clause_start(span.start, 48);
    let before: Vec<&str> = lower[start..span.start]
        .split(|c: char| !c.is_alphabetic() && c != '\'')
        .filter(|word| !word.is_empty())
        .collect();
    let after = lower[span.end..].trim_start_matches(' ');
    let next = after.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let ends = next.is_empty() && !after.starts_with(['-', '+', '*', '=', '/', '(']) || GOES_ON.contains(&next);
    let verb = before.last().is_some_and(|word| {
        matches!(
            *word,
            "is" | "was"
                | "i'm"
                | "she's"
                | "he's"
                | "be"
                | "just"
                | "almost"
                | "nearly"
                | "ist"
                | "è"
                | "tem"
                | "tiene"
                | "wird"
        )
    });
    let person = before.iter().rev().take(6).any(|word| PEOPLE.contains(word) || matches!(*word, "she's" | "he's"));
    verb && person && ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::scene::found_by;

    fn found(text: &str) -> Vec<&str> {
        found_by(text, find).into_iter().map(|(_, span)| span).collect()
    }

    #[test]
    fn great_ages() {
        for (text, age) in [
            ("she is 93 years old", "93"),
            ("a 101-year-old", "101"),
            ("turned 95", "95"),
            ("Sie ist 92 Jahre alt", "92"),
            ("93歳", "93"),
            ("my neighbour is 97, still drives", "97"),
            ("My grandma is 91 and lives alone", "91"),
        ] {
            assert_eq!(found(text), [age], "{text}");
        }
    }

    #[test]
    fn other_numbers() {
        for harmless in [
            "he is 45 years old",
            "95% of",
            "age 12",
            "99 bottles",
            "it turned 1.95",
            "she is 99% sure",
            "the score is 97, fine",
            "he is 100 percent right",
        ] {
            assert_eq!(found(harmless), Vec::<&str>::new(), "{harmless}");
        }
    }
}
