//! Why there is no newer version, or why it did not come here. Nothing of it harms the version that runs.

use std::io;

use crate::error::Explain;
use crate::remote::{BuildError, Failure};

#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    #[error(transparent)]
    Fetch(#[from] Failure),
    #[error("the connection cannot be set up: {0}")]
    Network(#[from] BuildError),
    #[error("reading {file}: {source}")]
    CaFile { file: String, source: io::Error },
    #[error("OUTTRAY_UPDATE_BASE is no address that begins with https://")]
    BadBase,
    #[error("the list of the release cannot be read")]
    BadList,
    #[error("the list of the release is not signed by OutTray's publishers")]
    NotSigned,
    #[error("this OutTray was built without the key of its publishers, so it cannot tell whether an update is theirs")]
    NoKey,
    #[error("the release holds no program for {target}")]
    NoFile { target: &'static str },
    #[error("{name} is not what the release says it is")]
    Damaged { name: String },
    #[error("{name} cannot be unpacked: {reason}")]
    Archive { name: String, reason: String },
    #[error("the new program does not run on this computer: {reason}")]
    DoesNotRun { reason: String },
    #[error("{what}: {source}")]
    Files { what: String, source: io::Error },
    #[error("another update is under way ({holder})")]
    Busy { holder: String },
}

impl UpdateError {
    /// For `map_err`.
    pub(super) fn files(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        |source| Self::Files { what, source }
    }
}

impl Explain for UpdateError {
    fn kind(&self) -> &str {
        match self {
            Self::Fetch(failure) => failure.kind(),
            Self::Network(error) => error.kind(),
            Self::CaFile { .. } => "network.ca_file",
            Self::BadBase => "update.bad_base",
            Self::BadList => "update.bad_list",
            Self::NotSigned => "update.not_signed",
            Self::NoKey => "update.no_key",
            Self::NoFile { .. } => "update.no_file",
            Self::Damaged { .. } => "update.damaged",
            Self::Archive { .. } => "update.archive",
            Self::DoesNotRun { .. } => "update.does_not_run",
            Self::Files { .. } => "update.files",
            Self::Busy { .. } => "update.busy",
        }
    }

    fn hint(&self) -> Option<String> {
        let say = |text: &str| Some(text.to_owned());
        match self {
            Self::Fetch(failure) => match failure.kind {
                // Their usual advice speaks of uploads.
                "network.dns" | "network.refused" | "network.unreachable" | "network.timeout" => {
                    say("Check the network connection. OutTray goes on with the version it has.")
                }
                _ => failure.hint(),
            },
            Self::Network(error) => error.hint(),
            Self::CaFile { .. } => say("Check [network] ca_file in config.toml."),
            Self::BadBase => say("Unset the variable to ask the usual release server."),
            Self::NotSigned => {
                say("Nothing was changed. Do not install it by hand either; tell whoever looks after this computer.")
            }
            Self::NoKey => Some(format!("Take the newer version from {}.", super::RELEASES)),
            Self::NoFile { .. } | Self::DoesNotRun { .. } => {
                Some(format!("Nothing was changed. See {} for what there is.", super::RELEASES))
            }
            Self::BadList | Self::Damaged { .. } | Self::Archive { .. } => {
                say("Nothing was changed. Try again later, or on another network.")
            }
            Self::Files { .. } => say("The present version stays. Check that the disk is not full, then try again."),
            Self::Busy { .. } => say("Wait until it is done."),
        }
    }
}
