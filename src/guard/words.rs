//! Words and patterns of the person's own: what is fine, and what never leaves.
//!
//! In: `Example Ltd`, or a regular expression between slashes such as `/PRJ-\d{5}/`. Out: whether a text is one of them,
//! and where in a text they stand. Letter case never matters. Not here: the settings they stand in (`config`).

use std::ops::Range;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;

/// A compiled pattern may take this much memory, in bytes.
const PATTERN_MAX: usize = 1 << 20;

/// A list of them.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Each finds its word anywhere.
    patterns: Vec<Regex>,
}

impl Words {
    /// The error continues a sentence about the list.
    pub fn new(list: &[String]) -> Result<Self, String> {
        Ok(Self { patterns: list.iter().map(|word| compile(word)).collect::<Result<_, _>>()? })
    }

    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether the whole text is one of them.
    pub(super) fn is(&self, text: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.find_iter(text).any(|found| found.range() == (0..text.len())))
    }

    /// Every place at which one of them stands, in order, overlaps joined.
    pub(super) fn places(&self, text: &str) -> Vec<Range<usize>> {
        let each = self.patterns.iter().flat_map(|pattern| pattern.find_iter(text).map(|found| found.range()));
        let mut places: Vec<Range<usize>> = each.filter(|place| !place.is_empty()).collect();
        places.sort_by_key(|place| place.start);
        let mut joined: Vec<Range<usize>> = Vec::new();
        for place in places {
            match joined.last_mut() {
                Some(last) if place.start < last.end => last.end = last.end.max(place.end),
                _ => joined.push(place),
            }
        }
        joined
    }
}

fn compile(word: &str) -> Result<Regex, String> {
    let bad = |why: &str| Err(format!("holds {word:?}, {why}"));
    if word.trim().is_empty() {
        return bad("which is empty");
    }
    let pattern = match word.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        Some("") => return bad("which is an empty pattern"),
        Some(pattern) => pattern.to_owned(),
        None => {
            // Whole words only: "Ann" is not in "planned".
            let edge = |c: Option<char>| if c.is_some_and(char::is_alphanumeric) { r"\b" } else { "" };
            format!("{}{}{}", edge(word.chars().next()), quoted(word), edge(word.chars().last()))
        }
    };
    let options = Regex::config().nfa_size_limit(Some(PATTERN_MAX)).onepass_size_limit(Some(PATTERN_MAX));
    let syntax = syntax::Config::new().case_insensitive(true);
    Regex::builder().configure(options).syntax(syntax).build(&pattern).or_else(|error| match error.size_limit() {
        Some(_) => bad("a pattern that is too large"),
        None => bad("which is no regular expression that can be used"),
    })
}

/// The word with every character that patterns give a meaning disarmed.
fn quoted(word: &str) -> String {
    word.chars().fold(String::with_capacity(word.len() + 8), |mut text, c| {
        if c.is_ascii_punctuation() {
            text.push('\\');
        }
        text.push(c);
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Words {
        Words::new(&list.iter().map(ToString::to_string).collect::<Vec<_>>()).expect("good")
    }

    #[test]
    fn words_are_whole_and_of_any_case() {
        let own = words(&["Example Ltd.", "Ann", "müller"]);
        assert!(own.is("EXAMPLE LTD.") && own.is("MÜLLER") && !own.is("Ann Lee"));
        assert_eq!(own.places("planned by Ann, ann@x"), [11..14, 16..19]);
    }

    #[test]
    fn patterns_stand_between_slashes() {
        let own = words(&[r"/PRJ-\d{3}/", "/[a-z.]+@example\\.org/", "a.b"]);
        assert!(own.is("prj-123") && own.is("ann.lee@example.org") && own.is("A.B") && !own.is("axb"));
        assert_eq!(own.places("see PRJ-123-prj-456"), [4..11, 12..19]);
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        for (word, reason) in [
            ("", "which is empty"),
            ("//", "empty pattern"),
            ("/(/", "no regular expression"),
            (r"/(\w{500}){500}/", "too large"),
        ] {
            let told = Words::new(&[word.to_owned()]).expect_err("bad");
            assert!(told.contains(reason), "{told}");
        }
    }
}
