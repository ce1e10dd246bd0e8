//! Names: which files are candidates, what a sent file is called, how a name is shown.
//!
//! In: file names as the folder holds them. Out: yes or no, the marked name, printable text.
//! Not here: reading and renaming (`platform::dir`), when a file is whole (`sync::document`).

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// The ending that marks a sent file.
pub const SYNCED: &str = ".synced";

/// The longest file name that common file systems hold, in bytes.
pub const NAME_MAX: usize = 255;

/// `files.include` and `files.exclude`, compiled; letter case never matters.
#[derive(Debug, Clone)]
pub struct Patterns {
    include: GlobSet,
    exclude: GlobSet,
}

/// A pattern that cannot be understood, with the reason.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the pattern {pattern:?} cannot be read: {reason}")]
pub struct BadPattern {
    pub pattern: String,
    pub reason: String,
}

impl Patterns {
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, BadPattern> {
        Ok(Self { include: compile(include)?, exclude: compile(exclude)? })
    }

    /// Whether a file of this name (without its folder) is to be sent.
    ///
    /// Marked files and our own work files never are, whatever the patterns say: sending them would never end.
    pub fn matches(&self, name: &OsStr) -> bool {
        !is_synced(name) && !is_ours(name) && self.include.is_match(name) && !self.exclude.is_match(name)
    }
}

fn compile(patterns: &[String]) -> Result<GlobSet, BadPattern> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let bad = |error: &globset::Error| BadPattern { pattern: pattern.clone(), reason: error.kind().to_string() };
        set.add(GlobBuilder::new(pattern).case_insensitive(true).literal_separator(true).build().map_err(|e| bad(&e))?);
    }
    set.build().map_err(|error| BadPattern { pattern: patterns.join(", "), reason: error.to_string() })
}

/// Whether the name carries the mark of a sent file.
pub fn is_synced(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.len() > SYNCED.len() && bytes[bytes.len() - SYNCED.len()..].eq_ignore_ascii_case(SYNCED.as_bytes())
}

/// Files that OutTray itself puts into a watched folder for moments (`doctor`'s probe).
pub fn is_ours(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".outtray")
}

/// What a sent file is called: `x.json.synced`, and for the n-th of that name `x.json.n.synced`.
pub fn synced_name(name: &OsStr, number: u32) -> OsString {
    let mut marked = name.to_os_string();
    if number > 0 {
        marked.push(format!(".{number}"));
    }
    marked.push(SYNCED);
    marked
}

/// A name as it may be shown and logged: control characters, reordering marks and characters that nobody sees are escaped,
/// so that no name can forge a line, steer a terminal, show itself backwards or look like another one.
pub fn shown(name: &OsStr) -> String {
    let mut text = String::with_capacity(name.len());
    for character in name.to_string_lossy().chars() {
        if character.is_control() || is_unseen(character) {
            let _ = write!(text, "{}", character.escape_unicode());
        } else {
            text.push(character);
        }
    }
    text
}

/// Line and paragraph separators, the format characters of Unicode (general category Cf: bidirectional controls, joiners,
/// zero-width spaces, tags and their kind), and the letters that are drawn as nothing.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}'
            // Hangul fillers, the blank of Braille, the joiner of graphemes.
            | '\u{115f}'..='\u{1160}'
            | '\u{3164}'
            | '\u{ffa0}'
            | '\u{2800}'
            | '\u{34f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns() -> Patterns {
        Patterns::new(&["*.json".into()], &["*.tmp".into(), "*.synced".into()]).expect("the defaults are good")
    }

    #[test]
    fn matches_finished_json_in_any_case() {
        for name in ["a.json", "A.JSON", "x.json.json", ".x.json", ".json"] {
            assert!(patterns().matches(OsStr::new(name)), "{name}");
        }
        for name in
            ["a.json.tmp", "a.json.synced", "A.JSON.SYNCED", "a.jsonl", "json", "a.json~", ".outtray-probe.json"]
        {
            assert!(!patterns().matches(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn never_sends_marked_files_even_when_told_to() {
        let all = Patterns::new(&["*".into()], &[]).expect("good");
        assert!(all.matches(OsStr::new("notes.txt")));
        assert!(!all.matches(OsStr::new("a.json.2.synced")));
    }

    #[test]
    fn numbers_the_marks_of_one_name() {
        assert_eq!(synced_name(OsStr::new("x.json"), 0), "x.json.synced");
        assert_eq!(synced_name(OsStr::new("x.json"), 2), "x.json.2.synced");
    }

    #[test]
    fn shows_no_control_character() {
        assert_eq!(shown(OsStr::new("a\n✅ b\u{1b}[2J\u{202e}.json")), "a\\u{a}✅ b\\u{1b}[2J\\u{202e}.json");
        assert_eq!(shown(OsStr::new("gespräch 会話.json")), "gespräch 会話.json");
    }

    /// What was wrong: a name with a zero-width space in it looked like the name without.
    #[test]
    fn shows_what_nobody_would_see() {
        for unseen in ['\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{e0061}', '\u{3164}', '\u{2066}'] {
            let (hidden, shown) = (format!("a{unseen}.json"), shown(format!("a{unseen}.json").as_ref()));
            assert!(shown.starts_with("a\\u{") && !shown.contains(unseen), "{shown} for {hidden:?}");
        }
        for seen in ["naïve.json", "日本語 – “x”.json", "नमस्ते.json", "🚀.json", "عربي.json"]
        {
            assert_eq!(shown(OsStr::new(seen)), seen);
        }
    }
}
