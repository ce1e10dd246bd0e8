//! What the person wants done with personal data: the checked values of `[guard]`.
//!
//! In: settings, word by word. Out: a [`Policy`], and its parts. Not here: reading the settings file (`config`), what a
//! finding is (`kind`).

use serde::{Deserialize, Serialize};

use super::json::Pattern;
use super::kind::{Confidence, Kind};
use super::words::Words;

/// Fields that are left alone unless somebody says otherwise; they must still look like ids and times.
pub const SKIPPED: [&str; 4] = ["/id", "/messages/*/id", "/messages/*/timestamp", "/createdAt"];

/// What happens to a document in which personal data is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It is replaced in what is sent.
    Redact,
    /// It is sent as it is, and the receipt tells.
    Report,
    /// Nothing is sent until the person has decided.
    Block,
    /// Nobody looks.
    Off,
}

/// What stands where personal data stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `[EMAIL]`, and `[PERSON_1]` numbered in each document.
    Placeholder,
    /// `[EMAIL:7f3a]`: the same value has the same word in every document of this computer.
    Pseudonym,
}

/// What the person decided about one content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Send it with everything replaced, in ids and numbers too.
    Redact,
    /// Send it as it is.
    #[serde(rename = "off")]
    AsIs,
}

#[derive(Debug, Clone)]
pub struct Policy {
    pub mode: Mode,
    /// Kinds that are looked for.
    pub kinds: Vec<Kind>,
    pub min_confidence: Confidence,
    /// Findings that say this are fine.
    pub allow: Words,
    /// Found as [`Kind::Custom`], whatever else stands there.
    pub deny: Words,
    /// A document with more is not sent; `None` is no limit.
    pub max_findings: Option<u64>,
    /// A larger document is not sent, in bytes.
    pub max_bytes: u64,
    pub style: Style,
    /// Fields that nobody looks into.
    pub skip: Vec<Pattern>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            mode: Mode::Redact,
            kinds: Kind::ALL.to_vec(),
            min_confidence: Confidence::Low,
            allow: Words::default(),
            deny: Words::default(),
            max_findings: None,
            max_bytes: 64 * 1024 * 1024,
            style: Style::Placeholder,
            skip: Vec::new(),
        }
    }
}

impl Policy {
    /// What is sure enough to be acted upon. The tagger's guesses hide, but hold up nothing.
    pub(super) fn threshold(&self, choice: Option<Choice>) -> Confidence {
        match self.mode {
            Mode::Block if choice.is_none() => self.min_confidence.max(Confidence::Medium),
            _ => self.min_confidence,
        }
    }
}
