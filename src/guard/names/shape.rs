//! What a word of a name looks like: capitals, initials, the small words inside of family names.
//!
//! In: a reading and a token of it. Out: yes or no. Not here: what stands around it (`company`).

use super::reading::Reading;
use crate::guard::view::Class;

pub fn is_capital(reading: &Reading<'_, '_>, at: usize) -> bool {
    matches!(reading.class(at), Class::Title | Class::Upper)
        || reading.class(at) == Class::Mixed && is_mixed_name(reading, at)
}

/// `McDonald`, `DeShawn`; not `CustomError`.
pub fn is_mixed_name(reading: &Reading<'_, '_>, at: usize) -> bool {
    const BEGINNINGS: [&str; 14] =
        ["Mc", "Mac", "De", "Di", "Da", "Du", "La", "Le", "Van", "Von", "Fitz", "O", "Del", "St"];
    let (text, word) = (reading.text(at), reading.words[at]);
    let inner = text.char_indices().skip(1).find(|(_, c)| c.is_uppercase()).map_or(text, |(at, _)| &text[..at]);
    text.starts_with(char::is_uppercase) && (word.first() || word.last() || BEGINNINGS.contains(&inner))
}

pub fn is_initial(reading: &Reading<'_, '_>, at: usize) -> bool {
    reading.class(at) == Class::Title && reading.letters(at) == 1
}

/// Small words inside family names, with or without a capital.
pub fn is_particle(word: &str) -> bool {
    let mut letters = word.chars();
    let (Some(first), rest) = (letters.next(), letters.as_str()) else { return false };
    if word.len() > 5 || rest.starts_with(char::is_uppercase) {
        return false;
    }
    let small: String = first.to_lowercase().chain(rest.chars()).collect();
    matches!(
        small.as_str(),
        "de" | "da"
            | "do"
            | "dos"
            | "das"
            | "del"
            | "della"
            | "di"
            | "van"
            | "von"
            | "der"
            | "den"
            | "la"
            | "las"
            | "los"
            | "le"
            | "el"
            | "al"
            | "bin"
            | "ibn"
            | "ben"
            | "bat"
            | "ten"
            | "ter"
            | "zu"
            | "zum"
            | "zur"
            | "y"
            | "e"
            | "af"
            | "av"
            | "du"
            | "des"
            | "het"
            | "st"
            | "t"
            | "op"
            | "d"
    )
}
