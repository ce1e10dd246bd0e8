//! Words of addresses: kinds of streets, parts of buildings, particles, states.
//!
//! In: a word in lower case. Out: yes or no. Not here: how they combine; the words themselves stand in `words.txt`.

use std::collections::HashSet;
use std::sync::OnceLock;

#[derive(Default)]
struct Words {
    clear: HashSet<&'static str>,
    vague: HashSet<&'static str>,
    before: HashSet<&'static str>,
    compound: HashSet<&'static str>,
    units: HashSet<&'static str>,
    particles: HashSet<&'static str>,
    states: HashSet<&'static str>,
    stops: HashSet<&'static str>,
}

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut words = Words::default();
        let mut section = "";
        for line in include_str!("words.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = name;
                continue;
            }
            let set = match section {
                "clear" => &mut words.clear,
                "vague" => &mut words.vague,
                "before" => &mut words.before,
                "compound" => &mut words.compound,
                "units" => &mut words.units,
                "particles" => &mut words.particles,
                "states" => &mut words.states,
                _ => &mut words.stops,
            };
            set.extend(line.split(',').map(str::trim).filter(|word| !word.is_empty()));
        }
        words
    })
}

/// `street`: a word behind a name that is clear without a label.
pub fn is_clear_suffix(word: &str) -> bool {
    words().clear.contains(word)
}

/// `street` or `meadow`.
pub fn is_suffix(word: &str) -> bool {
    words().clear.contains(word) || words().vague.contains(word)
}

/// `rue`, `calle`, `ul`: a word before a name.
pub fn is_before_name(word: &str) -> bool {
    words().before.contains(word)
}

/// `hauptstraße`
pub fn is_compound(word: &str) -> bool {
    let starts = word.char_indices().skip(2).map(|(at, _)| at);
    starts.into_iter().any(|at| word.len() - at <= 12 && words().compound.contains(&word[at..]))
}

/// `straße` by itself.
pub fn is_compound_end(word: &str) -> bool {
    words().compound.contains(word)
}

/// `apt`, `piso`, `кв`
pub fn is_unit(word: &str) -> bool {
    words().units.contains(word)
}

/// `de`, `am`, `of`
pub fn is_particle(word: &str) -> bool {
    words().particles.contains(word)
}

/// `OR`, `NSW`
pub fn is_state(word: &str) -> bool {
    words().states.contains(word)
}

/// What follows an address in a form, and never belongs to it.
pub fn is_stop(word: &str) -> bool {
    words().stops.contains(word)
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
