//! What is wrong with a configuration: every finding, with its place.
//!
//! In: findings of the readers and rules. Out: [`Problems`], one line of text each, with a kind and a hint.
//! Not here: finding them (`layers`, `check`).

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::Explain;

/// Which sort of trouble; programs see the dotted name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Missing,
    Unreadable,
    Syntax,
    UnknownKey,
    WrongType,
    BadValue,
    MissingKey,
    Managed,
    NotWritten,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "config.missing",
            Self::Unreadable => "config.unreadable",
            Self::Syntax => "config.syntax",
            Self::UnknownKey => "config.unknown_key",
            Self::WrongType => "config.wrong_type",
            Self::BadValue => "config.bad_value",
            Self::MissingKey => "config.missing_key",
            Self::Managed => "config.managed",
            Self::NotWritten => "config.not_written",
        }
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// Lines count from 1.
    Line {
        file: PathBuf,
        line: usize,
    },
    /// The file as a whole.
    File(PathBuf),
    Environment {
        variable: String,
    },
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line } => write!(f, "line {line} of {}", file.display()),
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Environment { variable } => write!(f, "environment variable {variable}"),
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    pub kind: Kind,
    /// Dotted name, where one key is concerned.
    pub key: Option<String>,
    /// As written, shortened, without passwords.
    pub value: Option<String>,
    pub line: Option<usize>,
    /// None when the value came from the environment.
    pub file: Option<PathBuf>,
    /// One line that names all of the above.
    pub message: String,
    pub hint: Option<String>,
}

impl Problem {
    pub(super) fn new(kind: Kind, spot: &Spot, message: impl fmt::Display) -> Self {
        let (file, line) = match spot {
            Spot::Line { file, line } => (Some(file.clone()), Some(*line)),
            Spot::File(file) => (Some(file.clone()), None),
            Spot::Environment { .. } => (None, None),
        };
        Self { kind, key: None, value: None, line, file, message: format!("{message} ({spot})"), hint: None }
    }

    /// `concurrency = 0: must be a whole number from 1 to 256 (line 5 of …)`.
    pub(super) fn with_value(kind: Kind, spot: &Spot, key: &str, value: &str, reason: impl fmt::Display) -> Self {
        let problem = Self::new(kind, spot, format_args!("{key} = {value}: {reason}"));
        Self { key: Some(key.into()), value: Some(value.into()), ..problem }
    }

    /// The message without name, value and place: for a form that shows these already.
    pub fn reason(&self) -> &str {
        let mut text = self.message.as_str();
        if let (Some(key), Some(value)) = (&self.key, &self.value) {
            text = text.strip_prefix(&format!("{key} = {value}: ")).unwrap_or(text);
        }
        let spot = match (&self.file, self.line) {
            (Some(file), Some(line)) => Spot::Line { file: file.clone(), line },
            (Some(file), None) => Spot::File(file.clone()),
            (None, _) => return text,
        };
        text.strip_suffix(&format!(" ({spot})")).unwrap_or(text)
    }

    pub(super) fn of_key(mut self, key: &str) -> Self {
        self.key = Some(key.into());
        self
    }

    pub(super) fn hinting(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Explain for Problem {
    fn kind(&self) -> &str {
        self.kind.name()
    }

    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}

/// All findings of one reading, never empty, in the order of the file; shown one a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// None when there is nothing to report.
    pub(super) fn of(mut list: Vec<Problem>) -> Option<Self> {
        list.sort_by(|a, b| (a.file.is_none(), &a.file, a.line).cmp(&(b.file.is_none(), &b.file, b.line)));
        list.dedup();
        (!list.is_empty()).then_some(Self(list))
    }

    pub fn list(&self) -> &[Problem] {
        &self.0
    }

    pub fn first(&self) -> &Problem {
        self.0.first().expect("never empty, see `of`")
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.0.iter().enumerate() {
            let end = if number + 1 < self.0.len() { "\n" } else { "" };
            write!(f, "{problem}{end}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl Explain for Problems {
    fn kind(&self) -> &str {
        self.first().kind.name()
    }

    fn hint(&self) -> Option<String> {
        self.first().hint.clone()
    }
}

/// The line that holds the byte at `offset`, counted from 1.
pub(super) fn line_at(text: &str, offset: usize) -> usize {
    // The end of the text belongs to its last line, even behind a final line break.
    let before = &text.as_bytes()[..offset.min(text.len().saturating_sub(1))];
    before.split(|byte| *byte == b'\n').count()
}

/// A value as it may stand in a message: one line, short, without the login part of an address.
pub(super) fn shown_value(written: &str, secret: bool) -> String {
    const LONGEST: usize = 80;
    let text = without_values(&if secret { without_login(written) } else { written.to_owned() });
    let text = crate::files::shown(text.trim().as_ref());
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

/// Everything between `//` and the last `@` is replaced, however odd the address is: rather too much than a password.
pub(super) fn without_login(text: &str) -> String {
    let Some(end) = text.rfind('@') else { return text.to_owned() };
    let start = text[..end].find("//").map_or(0, |place| place + 2);
    let quote = if start == 0 { text.chars().next().filter(|c| "\"'".contains(*c)) } else { None };
    let head = quote.map_or(text[..start].to_owned(), String::from);
    format!("{head}***{}", &text[end..])
}

/// The values in the query of an address are replaced: one of them may be a key. A word without a name may be one, too.
pub fn without_values(text: &str) -> String {
    let Some((address, query)) = text.split_once('?').filter(|(address, _)| address.contains("//")) else {
        return text.to_owned();
    };
    let end = query.find('#').unwrap_or(query.trim_end_matches(['"', '\'']).len());
    let hidden = |member: &str| match member.split_once('=') {
        Some((name, value)) if !value.is_empty() => format!("{name}=***"),
        Some(_) => member.to_owned(),
        None if member.is_empty() => String::new(),
        None => "***".into(),
    };
    let members: Vec<_> = query[..end].split('&').map(hidden).collect();
    format!("{address}?{}{}", members.join("&"), &query[end..])
}

/// Reading a file from disk.
pub(super) fn unreadable(file: &Path, error: &std::io::Error) -> Problem {
    let reason = format!("reading config.toml: {error}");
    Problem::new(Kind::Unreadable, &Spot::File(file.into()), reason)
        .hinting("Check that the file is an ordinary file and that it belongs to you.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_logins_in_any_shape() {
        for (text, shown) in [
            ("http://user:word@proxy:8080", "http://***@proxy:8080"),
            ("http://user:wo/rd@x@proxy", "http://***@proxy"),
            ("\"user:word@proxy\"", "\"***@proxy\""),
            ("[\"http://u:p@a\", \"http://u:q@b\"]", "[\"http://***@b\"]"),
            ("http://proxy:8080", "http://proxy:8080"),
        ] {
            assert_eq!(without_login(text), shown);
        }
    }

    #[test]
    fn a_reason_stands_alone() {
        let spot = Spot::Line { file: "/a (b)/config.toml".into(), line: 5 };
        let problem = Problem::with_value(Kind::BadValue, &spot, "concurrency", "0", "must be (much) more");
        assert_eq!(problem.to_string(), "concurrency = 0: must be (much) more (line 5 of /a (b)/config.toml)");
        assert_eq!(problem.reason(), "must be (much) more");
        let spot = Spot::Environment { variable: "OUTTRAY_CONCURRENCY".into() };
        assert_eq!(Problem::new(Kind::Syntax, &spot, "odd").reason(), "odd (environment variable OUTTRAY_CONCURRENCY)");
    }

    #[test]
    fn hides_the_values_of_a_query() {
        for (text, shown) in [
            ("https://api.example.org/x?code=a%3D%3D&v=2", "https://api.example.org/x?code=***&v=***"),
            ("\"https://api.example.org/x?token&a=&=b\"", "\"https://api.example.org/x?***&a=&=***\""),
            ("'https://api.example.org/x?a=b \"c\" d'", "'https://api.example.org/x?a=***'"),
            ("https://api.example.org/x?a=b#c", "https://api.example.org/x?a=***#c"),
            ("https://api.example.org/x?", "https://api.example.org/x?"),
            ("https://api.example.org/x", "https://api.example.org/x"),
            ("a?b=c.json", "a?b=c.json"),
        ] {
            assert_eq!(without_values(text), shown);
        }
    }

    #[test]
    fn counts_lines_from_one() {
        assert_eq!(line_at("a\nb\n", 0), 1);
        assert_eq!(line_at("a\nb\n", 2), 2);
        assert_eq!(line_at("a\nb\n", 99), 2);
        assert_eq!(line_at("", 5), 1);
    }
}
