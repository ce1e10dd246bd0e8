//! Words of addresses: kinds of streets, parts of buildings, particles, states.
//!
//! In: a word in lower case. Out: yes or no. Not here: how they combine; the words themselves stand in `words.txt`.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::guard::lexicon::Lexicon;

const CLEAR: u8 = 1;
const VAGUE: u8 = 1 << 1;
const BEFORE: u8 = 1 << 2;
const COMPOUND: u8 = 1 << 3;
const UNIT: u8 = 1 << 4;
const PARTICLE: u8 = 1 << 5;
const STATE: u8 = 1 << 6;
const STOP: u8 = 1 << 7;

fn words() -> &'static Lexicon<u8> {
    static WORDS: OnceLock<Lexicon<u8>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut words: HashMap<&str, u8> = HashMap::new();
        let mut section = 0;
        for line in include_str!("words.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = match name {
                    "clear" => CLEAR,
                    "vague" => VAGUE,
                    "before" => BEFORE,
                    "compound" => COMPOUND,
                    "units" => UNIT,
                    "particles" => PARTICLE,
                    "states" => STATE,
                    _ => STOP,
                };
                continue;
            }
            for word in line.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                *words.entry(word).or_default() |= section;
            }
        }
        Lexicon::new(words.into_iter().map(|(word, sections)| (word.to_string(), sections)))
    })
}

fn is(word: &str, sections: u8) -> bool {
    words().whole(word).is_some_and(|of| of & sections != 0)
}

/// `street`: a word behind a name that is clear without a label.
pub fn is_clear_suffix(word: &str) -> bool {
    is(word, CLEAR)
}

/// `street` or `meadow`.
pub fn is_suffix(word: &str) -> bool {
    is(word, CLEAR | VAGUE)
}

/// `rue`, `calle`, `ul`: a word before a name.
pub fn is_before_name(word: &str) -> bool {
    is(word, BEFORE)
}

/// `hauptstraße`
pub fn is_compound(word: &str) -> bool {
    let starts = word.char_indices().skip(2).map(|(at, _)| at);
    starts.into_iter().any(|at| word.len() - at <= 12 && is(&word[at..], COMPOUND))
}

/// `straße` by itself.
pub fn is_compound_end(word: &str) -> bool {
    is(word, COMPOUND)
}

/// `apt`, `piso`, `кв`
pub fn is_unit(word: &str) -> bool {
    is(word, UNIT)
}

/// `de`, `am`, `of`
pub fn is_particle(word: &str) -> bool {
    is(word, PARTICLE)
}

/// `OR`, `NSW`
pub fn is_state(word: &str) -> bool {
    is(word, STATE)
}

/// What follows an address in a form, and never belongs to it.
pub fn is_stop(word: &str) -> bool {
    is(word, STOP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_is_read() {
        assert!(is_clear_suffix("street") && is_suffix("meadow") && !is_clear_suffix("meadow"));
        assert!(is_before_name("rue") && is_compound("hauptstraße") && is_compound_end("weg") && !is_compound("weg"));
        assert!(is_unit("apt") && is_particle("de") && is_state("OR") && is_stop("email") && !is_stop("oak"));
    }
}
