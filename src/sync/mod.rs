//! THE ENGINE: a folder in, receipts and events out.
//!
//! [`start`] runs it, a [`Handle`] speaks with it, [`inspect`] looks at its folder and ledger while nothing runs.

use std::path::PathBuf;

use tokio::sync::{broadcast, mpsc};

mod audit;
mod calm;
mod courier;
mod delivery;
mod document;
#[cfg(test)]
pub(crate) mod double;
mod engine;
pub mod event;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod gate;
mod guarding;
mod handle;
pub mod inspect;
mod lanes;
mod ledger;
mod network;
mod own;
mod pace;
pub mod probe;
pub mod producer;
mod queue;
mod scan;
pub mod sentence;
mod sweep;
mod upload;
pub mod watch;
mod wording;

pub use crate::guard::Choice;
pub use handle::{Gone, Handle, Trouble, Vitals, Why};
pub use network::{beat, remote};

use crate::config::Config;
use crate::error::Explain;

/// Everything an engine needs to know.
#[derive(Debug, Clone)]
pub struct Setup {
    pub config: Config,
    /// Shown in the status.
    pub config_path: PathBuf,
    /// Where the ledger and `status.json` live; it must exist.
    pub state_dir: PathBuf,
    /// As with the state folder, nothing in it is ever sent.
    pub log_dir: PathBuf,
    /// Whether file events are listened to; a single pass does not need them.
    pub watch: bool,
}

/// Why an engine could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another engine has the folder; the text says who, as far as the system tells.
    #[error("another OutTray holds the folder {folder}: {holder}")]
    Held { folder: PathBuf, holder: String },
    #[error("cannot set up the connection: {0}")]
    Network(String),
    #[error("the state folder {place} cannot be used: {reason}")]
    State { place: PathBuf, reason: String },
}

impl Explain for StartError {
    fn kind(&self) -> &'static str {
        match self {
            Self::Held { .. } => "instance.held",
            Self::Network(_) => "network.setup",
            Self::State { .. } => "state.folder",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Held { .. } => "Use `outtray status` to see it, or quit it first.".into(),
            Self::Network(_) => "Check [network] proxy and ca_file in config.toml.".into(),
            Self::State { .. } => "Check that the disk is not full and that the folder belongs to you.".into(),
        })
    }
}

/// Starts an engine on the current tokio runtime (current-thread). The task ends after [`Handle::quit`].
pub fn start(setup: Setup) -> Result<(Handle, tokio::task::JoinHandle<()>), StartError> {
    let (commands, receiver) = mpsc::channel(64);
    let (events, _) = broadcast::channel(1024);
    let engine = engine::Engine::new(setup, receiver, events.clone())?;
    Ok((Handle { commands, events }, tokio::spawn(engine.run())))
}
