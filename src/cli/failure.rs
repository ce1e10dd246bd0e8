//! How a command ends: exit codes, and the one way in which an error is shown.
//!
//! In: any error of ours. Out: message, causes and hint on stderr; with `--json` one object on stdout.
//! Not here: the wording (each error brings its own).

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::error::{Explain, chain};

/// What scripts can rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Done = 0,
    /// Some files failed or were rejected.
    Failed = 1,
    Usage = 2,
    /// The configuration is missing or wrong.
    Config = 3,
    /// Server or network cannot be reached.
    Unreachable = 4,
    /// Another instance holds the folder and cannot be asked.
    Held = 5,
    /// Device or key not accepted.
    Refused = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A command that could not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    pub kind: String,
    pub message: String,
    pub hint: Option<String>,
}

impl Failure {
    pub fn new(exit: Exit, kind: &str, message: impl Into<String>) -> Self {
        Self { exit, kind: kind.into(), message: message.into(), hint: None }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// From an error of ours, with its causes.
    pub fn of(exit: Exit, error: &impl Explain) -> Self {
        Self { exit, kind: error.kind().into(), message: chain(error), hint: error.hint() }
    }

    /// From the system: what was tried, and what it said.
    pub fn io(what: impl std::fmt::Display, error: &std::io::Error) -> Self {
        Self::new(Exit::Failed, "system.io", format!("{what}: {error}"))
    }

    /// Whoever read our output has gone away: nobody needs to be told.
    pub fn nobody_reads() -> Self {
        Self::new(Exit::Done, "output.closed", "")
    }

    pub fn json(&self) -> Value {
        json!({"error": {"kind": self.kind, "message": self.message, "hint": self.hint}})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_get_kind_message_and_hint() {
        let failure =
            Failure::new(Exit::Config, "config.missing", "there is no config.toml").hint("Run `outtray setup`.");
        insta::assert_snapshot!(failure.json(), @r#"{"error":{"hint":"Run `outtray setup`.","kind":"config.missing","message":"there is no config.toml"}}"#);
    }
}
