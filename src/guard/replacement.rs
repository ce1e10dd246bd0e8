//! What stands where personal data stood: `[EMAIL]`, `[PERSON_2]`, `[EMAIL:7f3a]`.
//!
//! In: a kind and what was said. Out: a word in ASCII that needs no escaping in JSON, however deep. The same person has
//! the same number throughout a document; the same value has the same pseudonym on this computer.
//! Not here: putting it there (`rewrite`), where the key is kept (`sync`).

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::kind::Kind;
use super::policy::Style;

/// With it, pseudonyms of this computer are made; nobody else can tell what they stand for.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(pub [u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// A keyed hash in hexadecimal digits, of so many bytes.
    pub(super) fn stamp(&self, parts: &[&str], bytes: usize) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length will do");
        for part in parts {
            mac.update(part.as_bytes());
            mac.update(b"\0");
        }
        mac.finalize().into_bytes().iter().take(bytes).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// The replacements of one document.
#[derive(Debug)]
pub struct Replacements<'a> {
    style: Style,
    key: &'a Key,
    /// The words of each person's names, in the order in which they came.
    people: Vec<BTreeSet<String>>,
    /// The first person whose name has these words, among others or alone: documents can be full of people.
    parts: HashMap<String, usize>,
    wholes: HashMap<String, usize>,
    /// Numbers up to this one stand in the document already.
    taken: usize,
}

impl<'a> Replacements<'a> {
    /// `document` may hold numbered people that somebody else has hidden.
    pub fn new(style: Style, key: &'a Key, document: &str) -> Self {
        let mark = "[PERSON_";
        let numbers = memchr::memmem::find_iter(document.as_bytes(), mark).filter_map(|at| {
            let digits = document[at + mark.len()..].split(']').next()?;
            digits.parse::<usize>().ok().filter(|number| *number < 1_000_000)
        });
        Self {
            style,
            key,
            people: Vec::new(),
            parts: HashMap::new(),
            wholes: HashMap::new(),
            taken: numbers.max().unwrap_or(0),
        }
    }

    pub fn of(&mut self, kind: Kind, said: &str) -> String {
        let label = kind.label();
        match self.style {
            Style::Pseudonym => format!("[{label}:{}]", self.key.stamp(&[label, &plain(said)], 2)),
            Style::Placeholder if kind == Kind::Person => format!("[{label}_{}]", self.person(said)),
            Style::Placeholder => format!("[{label}]"),
        }
    }

    /// The number of a person: who has a part of another's name, and nothing else, is that other.
    fn person(&mut self, said: &str) -> usize {
        let words: BTreeSet<String> = plain(said).split(' ').map(str::to_owned).collect();
        let among = self.parts.get(&joined(&words)).copied();
        let of_it = subsets(&words).iter().filter_map(|part| self.wholes.get(part).copied()).min();
        let place = among.into_iter().chain(of_it).min().unwrap_or_else(|| {
            self.people.push(BTreeSet::new());
            self.people.len() - 1
        });
        let known = &mut self.people[place];
        if !known.is_superset(&words) {
            if self.wholes.get(&joined(known)) == Some(&place) {
                self.wholes.remove(&joined(known));
            }
            known.extend(words);
            let first = |places: &mut HashMap<String, usize>, words| {
                let known = places.entry(words).or_insert(place);
                *known = place.min(*known);
            };
            for part in subsets(known) {
                first(&mut self.parts, part);
            }
            first(&mut self.wholes, joined(known));
        }
        self.taken + place + 1
    }
}

fn joined(words: &BTreeSet<String>) -> String {
    words.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Some of the words or all of them, in their order; of a name with very many words, one or all.
fn subsets(words: &BTreeSet<String>) -> Vec<String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.len() > 6 {
        return words.iter().map(|word| (*word).to_owned()).chain([words.join(" ")]).collect();
    }
    let some = |choice: usize| {
        let chosen = words.iter().enumerate().filter(|(place, _)| choice >> place & 1 == 1);
        chosen.map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
    };
    (1..1 << words.len()).map(some).collect()
}

/// In small letters, with single spaces for all that is no letter and no digit.
fn plain(said: &str) -> String {
    let words = said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = Key([7; 32]);

    #[test]
    fn people_are_numbered_and_known_again() {
        let mut words = Replacements::new(Style::Placeholder, &KEY, "");
        let said = ["Ann Lee", "Bob", "ann", "LEE", "Bob  Ray", "Cy", "Lee,\nAnn"];
        assert_eq!(
            said.map(|name| words.of(Kind::Person, name)).map(|word| word[8..9].to_owned()),
            ["1", "2", "1", "1", "2", "3", "1"]
        );
        assert_eq!(words.of(Kind::NationalId, "x"), "[NATIONAL_ID]");
    }

    #[test]
    fn numbers_of_somebody_else_are_not_used_again() {
        let mut words = Replacements::new(Style::Placeholder, &KEY, "[PERSON_3] met [PERSON_12] and [PERSON_x]");
        assert_eq!(words.of(Kind::Person, "Ann"), "[PERSON_13]");
    }

    #[test]
    fn pseudonyms_are_stable_and_keyed() {
        let word = |key: &Key, said| Replacements::new(Style::Pseudonym, key, "").of(Kind::Email, said);
        let one = word(&KEY, "ann@example.org");
        assert!(one.len() == 12 && one.starts_with("[EMAIL:") && one.ends_with(']'), "{one}");
        assert_eq!(one, word(&KEY, "ANN@example.org"));
        assert_ne!(one, word(&KEY, "bob@example.org"));
        assert_ne!(one, word(&Key([8; 32]), "ann@example.org"));
        assert!(!format!("{KEY:?}").contains('7'));
    }
}
