//! The name of a file, as far as others are told: personal data in it is replaced like that in the document.
//!
//! In: the producer's name, below the watched folder. Out: texts to look at, and the name with their findings replaced.
//! Not here: the file itself, which keeps its name (`sync`).

use std::borrow::Cow;
use std::ops::Range;

use super::find::{Confidence, Field, Finding};
use super::pass::look;
use super::policy::{Mode, Policy, Style};
use super::quiet::quietly;
use super::replacement::{Key, Replacements};

/// What the presigner is told in the place of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub name: String,
    /// Stands for the name where the identity of the object is made: nobody can guess the name from it.
    pub seed: String,
}

/// A text about a file, such as a line of the log, for others to read: where its name holds something personal, the name
/// is replaced as the presigner is told it.
pub fn veiled<'t>(policy: &Policy, text: &'t str, origin: &str) -> Cow<'t, str> {
    let told = || {
        let name = FileName::new(origin);
        let (_, mut findings) = look(&[], &name.fields(), policy, Confidence::Medium);
        for findings in &mut findings {
            findings.retain(|found| found.confidence > Confidence::Low);
        }
        let nobody = Key([0; 32]);
        let mut words = Replacements::new(Style::Placeholder, &nobody, "");
        name.told(&findings, &nobody, &mut words).map(|(told, _)| told.name)
    };
    if policy.mode == Mode::Off || origin.is_empty() {
        return Cow::Borrowed(text);
    }
    match quietly(told) {
        Some(None) => Cow::Borrowed(text),
        Some(Some(told)) => Cow::Owned(text.replace(origin, &told)),
        // A name that nobody could look through is not told.
        None => Cow::Owned(text.replace(origin, "…")),
    }
}

/// A name, taken apart.
#[derive(Debug)]
pub struct FileName<'a> {
    origin: &'a str,
    folder: &'a str,
    stem: &'a str,
    ending: &'a str,
    /// With spaces between the words; byte for byte as long.
    spaced: [String; 2],
}

impl<'a> FileName<'a> {
    pub fn new(origin: &'a str) -> Self {
        let (folder, leaf) = origin.rsplit_once('/').unwrap_or(("", origin));
        let dot = leaf.rfind('.').filter(|dot| *dot > 0 && leaf.len() - dot <= 8).unwrap_or(leaf.len());
        let (stem, ending) = leaf.split_at(dot);
        Self { origin, folder, stem, ending, spaced: [folder, stem].map(spaced) }
    }

    /// In this order [`FileName::told`] takes their findings.
    pub fn fields(&self) -> [Field<'_>; 4] {
        let [folder, stem] = &self.spaced;
        [self.folder, folder, self.stem, stem].map(|text| Field { pointer: "", text })
    }

    /// What is said instead, and how many findings it hides; `None` when there is nothing to hide.
    pub fn told(
        &self,
        findings: &[Vec<Finding>],
        key: &Key,
        words: &mut Replacements<'_>,
    ) -> Option<(Told, Vec<Finding>)> {
        let [folder, folder_spaced, stem, stem_spaced] = findings else { return None };
        let hidden = joined(stem, stem_spaced);
        let in_folder = !folder.is_empty() || !folder_spaced.is_empty();
        if hidden.is_empty() && !in_folder {
            return None;
        }
        let mut name = String::new();
        let mut at = 0;
        for found in &hidden {
            name.push_str(&self.stem[at..found.span.start]);
            // A colon is no character for a file name.
            name.push_str(&words.of(found.kind, &self.stem[found.span.clone()]).replace(':', "-"));
            at = found.span.end;
        }
        name.push_str(&self.stem[at..]);
        name.push_str(self.ending);
        let seed = format!("{name}\0{}", key.stamp(&["name", self.origin], 32));
        Some((Told { name, seed }, hidden))
    }
}

fn spaced(text: &str) -> String {
    let text = text.replace("%20", "   ");
    text.chars().map(|c| if matches!(c, '_' | '-' | '.' | '+' | '/') { ' ' } else { c }).collect()
}

/// Both readings of one text: where they overlap, the first that begins gives the kind, and all of it is hidden.
fn joined(one: &[Finding], other: &[Finding]) -> Vec<Finding> {
    let mut all: Vec<Finding> = one.iter().chain(other).cloned().collect();
    all.sort_by_key(|found| (found.span.start, std::cmp::Reverse(found.span.end)));
    let mut joined: Vec<Finding> = Vec::new();
    for found in all {
        match joined.last_mut() {
            Some(last) if found.span.start < last.span.end => last.span = union(&last.span, &found.span),
            _ => joined.push(found),
        }
    }
    joined
}

fn union(one: &Range<usize>, other: &Range<usize>) -> Range<usize> {
    one.start.min(other.start)..one.end.max(other.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::Kind;

    const KEY: Key = Key([7; 32]);

    fn found(kind: Kind, span: Range<usize>) -> Finding {
        Finding { kind, span, confidence: Confidence::High, detector: "test" }
    }

    #[test]
    fn a_name_is_read_with_and_without_its_separators() {
        let name = FileName::new("2026/Ann_Lee-chat.json");
        assert_eq!(name.fields().map(|field| field.text.to_owned()), ["2026", "2026", "Ann_Lee-chat", "Ann Lee chat"]);
        assert_eq!(FileName::new(".json").fields()[2].text, ".json");
    }

    #[test]
    fn what_is_told_hides_both_readings() {
        let name = FileName::new("2026/Ann_Lee-chat.json");
        let mut words = Replacements::new(Style::Placeholder, &KEY, "");
        let none = || vec![Vec::new(); 4];
        assert_eq!(name.told(&none(), &KEY, &mut words), None);
        let findings =
            [none()[0].clone(), Vec::new(), vec![found(Kind::Person, 0..3)], vec![found(Kind::Person, 0..7)]];
        let (told, hidden) = name.told(&findings, &KEY, &mut words).expect("hidden");
        assert_eq!((told.name.as_str(), hidden.len()), ("[PERSON_1]-chat.json", 1));
        assert!(told.seed.starts_with("[PERSON_1]-chat.json\0") && !told.seed.contains("Lee"));
        let in_folder = [vec![found(Kind::Email, 0..4)], Vec::new(), Vec::new(), Vec::new()];
        let (told, hidden) = name.told(&in_folder, &KEY, &mut words).expect("hidden");
        assert_eq!((told.name.as_str(), hidden.len()), ("Ann_Lee-chat.json", 0));
        assert!(!told.seed.contains("2026"));
    }

    #[test]
    fn what_is_said_of_a_file_hides_its_name() {
        let policy = Policy::default();
        let line = "sent: 2026/ann.lee@example.org.json, at last";
        assert_eq!(veiled(&policy, line, "2026/ann.lee@example.org.json"), "sent: [EMAIL].json, at last");
        assert_eq!(
            veiled(&policy, "sent: conversation_123.json", "conversation_123.json"),
            "sent: conversation_123.json"
        );
        let off = Policy { mode: Mode::Off, ..Policy::default() };
        assert_eq!(veiled(&off, line, "2026/ann.lee@example.org.json"), line);
    }
}
