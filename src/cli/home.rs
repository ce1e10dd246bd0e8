//! Where this OutTray lives, and how to reach one that runs there.
//!
//! In: the global flags. Out: paths, settings in force, the running engine if there is one.
//! Not here: searching the places (`paths`), reading settings (`config`).

use std::path::{Path, PathBuf};

use tracing::Level;

use super::failure::{Exit, Failure};
use crate::config::{Config, Loaded, LogFormat, LogLevel, Problems};
use crate::control::client::{AskError, Client};
use crate::control::names::Outside;
use crate::error::Explain as _;
use crate::log::Options;
use crate::paths::Paths;
use crate::platform::endpoint::Address;
use crate::platform::places;
use crate::sync::inspect::InspectError;
use crate::sync::{Setup, StartError};

#[derive(Debug, Clone)]
pub struct Home {
    pub paths: Paths,
}

impl Home {
    pub fn find(config: Option<&Path>) -> Self {
        Self { paths: Paths::of_this_process(config) }
    }

    /// The settings in force, or every problem.
    pub fn read(&self) -> Result<Loaded, Problems> {
        Config::load(&self.paths, &|name| std::env::var_os(name))
    }

    /// As [`Home::read`], for a command that cannot go on without.
    pub fn load(&self) -> Result<Loaded, Failure> {
        self.read().map_err(|problems| of_problems(&problems))
    }

    /// Settings for an engine or a look at its files; the folders exist afterwards.
    pub fn setup(&self) -> Result<Setup, Failure> {
        let config = self.load()?.config;
        self.create_dirs()?;
        Ok(self.setup_with(config))
    }

    pub fn setup_with(&self, config: Config) -> Setup {
        Setup { config, config_path: self.paths.config.clone(), state_dir: self.paths.state_dir.clone(), watch: true }
    }

    pub fn create_dirs(&self) -> Result<(), Failure> {
        self.paths.create_dirs().map_err(|error| {
            let place = self.paths.state_dir.display();
            Failure::io(format_args!("cannot make the folders for state and logs ({place})"), &error)
                .hint("Check that the folder above belongs to you and that the disk is not full.")
        })
    }

    pub fn address(&self) -> Address {
        let usual = places::user_folders().map(|folders| folders.state);
        Address::new(&self.paths.state_dir, usual.as_ref() != Some(&self.paths.state_dir))
    }

    /// The engine that runs in this home.
    pub async fn client(&self) -> Option<Client> {
        Client::connect(&self.address()).await
    }

    /// The files whose change can change the settings.
    pub fn config_files(&self) -> Vec<PathBuf> {
        vec![self.paths.config.clone(), self.paths.machine_config.clone()]
    }
}

/// What the log is to hold, as the settings say.
pub fn log_options(config: &Config) -> Options {
    Options {
        level: match config.log.level {
            LogLevel::Error => Level::ERROR,
            LogLevel::Warn => Level::WARN,
            LogLevel::Info => Level::INFO,
            LogLevel::Debug => Level::DEBUG,
            LogLevel::Trace => Level::TRACE,
        },
        json: config.log.format == LogFormat::Json,
        keep_days: config.log.keep_days,
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
