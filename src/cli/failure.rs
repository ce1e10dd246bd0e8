//! How a command ends: exit codes, and the one way in which an error is shown.
//!
//! In: any error of ours. Out: message, causes and hint on stderr; with `--json` one object on stdout.
//! Not here: the wording (each error brings its own).

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::config::Problems;
use crate::control::client::AskError;
use crate::control::names::Outside;
use crate::error::{Explain, chain};
use crate::host::{NoSetup, NotRunning};
use crate::sync::StartError;
use crate::sync::inspect::InspectError;

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

pub fn of_problems(problems: &Problems) -> Failure {
    let failure = Failure::new(Exit::Config, problems.kind(), problems.to_string());
    match problems.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let exit = match error {
            StartError::Held { .. } => Exit::Held,
            StartError::Network(_) => Exit::Config,
            StartError::State { .. } => Exit::Failed,
        };
        Self::of(exit, &error)
    }
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        let exit = match &error {
            AskError::Refused { kind, .. } if kind.starts_with("config.") => Exit::Config,
            AskError::Refused { .. } => Exit::Failed,
            _ => Exit::Held,
        };
        Self::of(exit, &error)
    }
}

impl From<Outside> for Failure {
    fn from(error: Outside) -> Self {
        Self::of(Exit::Failed, &error)
    }
}

impl From<InspectError> for Failure {
    fn from(error: InspectError) -> Self {
        Self::new(Exit::Failed, "ledger.read", error.to_string())
            .hint("Nothing is lost by this: files that are not sent are still in the folder. See `outtray doctor`.")
    }
}

impl From<NotRunning> for Failure {
    fn from(error: NotRunning) -> Self {
        match error {
            NotRunning::Setup(error) => error.into(),
            NotRunning::Start(error) => error.into(),
            taken @ NotRunning::SocketTaken(_) => Self::of(Exit::Held, &taken),
        }
    }
}

impl From<NoSetup> for Failure {
    fn from(error: NoSetup) -> Self {
        match &error {
            NoSetup::Settings(problems) => of_problems(problems),
            NoSetup::Folders { .. } => Self::of(Exit::Failed, &error),
        }
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
