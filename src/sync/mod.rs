//! THE ENGINE: a folder in, receipts and events out.
//!
//! [`start`] runs it, a [`Handle`] speaks with it, [`inspect`] looks at its folder and ledger while nothing runs.

use std::path::PathBuf;

#[cfg(test)]
pub(crate) mod double;
pub mod event;
mod handle;
pub mod inspect;
pub mod probe;
pub mod sentence;
pub mod watch;

pub use handle::{Gone, Handle, Trouble, Why};

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
}

/// Why an engine could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another engine has the folder; the text says who, as far as the system tells.
    #[error("another OutTray holds the folder {folder}: {holder}")]
    Held { folder: PathBuf, holder: String },
    #[error("cannot set up the connection: {0}")]
    Network(String),
    #[error("cannot open the ledger in {place}: {reason}")]
    Ledger { place: PathBuf, reason: String },
}

impl Explain for StartError {
    fn kind(&self) -> &'static str {
        match self {
            Self::Held { .. } => "instance.held",
            Self::Network(_) => "network.setup",
            Self::Ledger { .. } => "ledger.open",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Held { .. } => "Use `outtray status` to see it, or quit it first.".into(),
            Self::Network(_) => "Check [network] proxy and ca_file in config.toml.".into(),
            Self::Ledger { .. } => "Check that the disk is not full and that the folder belongs to you.".into(),
        })
    }
}

/// Starts an engine on the current tokio runtime (current-thread). The task ends after [`Handle::quit`].
pub fn start(_setup: Setup) -> Result<(Handle, tokio::task::JoinHandle<()>), StartError> {
    todo!()
}
