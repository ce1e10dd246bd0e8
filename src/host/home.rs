//! Where this OutTray lives, and how to reach one that runs there.
//!
//! In: the name of a settings file, if one was given. Out: paths, settings in force, the running engine if there is one.
//! Not here: searching the places (`paths`), reading settings (`config`).

use std::path::{Path, PathBuf};

use tracing::Level;

use crate::config::{Config, Kind, Loaded, LogFormat, LogLevel, Problem, Problems};
use crate::control::client::Client;
use crate::error::Explain;
use crate::log::Options;
use crate::paths::Paths;
use crate::platform::dir::Dir;
use crate::platform::endpoint::Address;
use crate::platform::lock::{FolderLock, Taken};
use crate::platform::places;
use crate::sync::Setup;
use crate::sync::event::Status;

/// Why an engine has nothing to work with here.
#[derive(Debug, thiserror::Error)]
pub enum NoSetup {
    #[error(transparent)]
    Settings(#[from] Problems),
    #[error("cannot make the folders for state and logs ({place}): {source}", place = place.display())]
    Folders { place: PathBuf, source: std::io::Error },
}

impl NoSetup {
    /// Nobody has set it up yet; nothing is wrong.
    pub fn is_first_run(&self) -> bool {
        matches!(self, Self::Settings(problems) if is_first_run(problems))
    }

    /// As [`Self::is_first_run`], or only a part is there, as after an installation with parameters.
    pub fn is_setup_needed(&self) -> bool {
        matches!(self, Self::Settings(problems) if problems.is_setup_needed())
    }
}

/// Nothing is wrong but that this user has no settings yet. What an organisation laid down for all may say a part of them.
fn is_first_run(problems: &Problems) -> bool {
    let is_unsaid = |problem: &Problem| {
        let unsaid = matches!(problem.kind, Kind::Missing | Kind::MissingKey);
        unsaid && problem.file.as_ref().is_none_or(|file| !file.exists())
    };
    problems.list().iter().all(is_unsaid)
}

impl Explain for NoSetup {
    fn kind(&self) -> &str {
        match self {
            Self::Settings(problems) => problems.kind(),
            Self::Folders { .. } => "system.io",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Settings(problems) => problems.hint(),
            Self::Folders { .. } => {
                Some("Check that the folder above belongs to you and that the disk is not full.".into())
            }
        }
    }
}

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

    /// Settings for an engine or a look at its files; the folders exist afterwards.
    pub fn setup(&self) -> Result<Setup, NoSetup> {
        let config = self.read()?.config;
        self.create_dirs()?;
        Ok(self.setup_with(config))
    }

    /// The status of an OutTray that is not set up.
    pub fn unset(&self) -> Status {
        Status { config: self.paths.config.display().to_string(), ..Status::unset() }
    }

    pub fn setup_with(&self, config: Config) -> Setup {
        let paths = self.paths.clone();
        Setup { config, config_path: paths.config, state_dir: paths.state_dir, log_dir: paths.log_dir, watch: true }
    }

    pub fn create_dirs(&self) -> Result<(), NoSetup> {
        self.paths.create_dirs().map_err(|source| NoSetup::Folders { place: self.paths.state_dir.clone(), source })
    }

    pub fn address(&self) -> Address {
        let usual = places::user_folders().map(|folders| folders.state);
        Address::new(&self.paths.state_dir, usual.as_ref() != Some(&self.paths.state_dir))
    }

    /// The engine that runs in this home.
    pub async fn client(&self) -> Option<Client> {
        Client::connect(&self.address()).await
    }

    /// Who runs in this home, as far as the system tells: `process 1234`.
    pub fn holder(&self) -> Option<String> {
        match Dir::open(&self.paths.state_dir).and_then(|dir| FolderLock::take(&dir)) {
            Ok(Taken::Theirs { holder }) => Some(holder),
            Ok(Taken::Ours(_)) | Err(_) => None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_wide_file_alone_is_no_set_up_and_a_poor_file_no_first_run() {
        let place = tempfile::tempdir().unwrap();
        let below = |name: &str| place.path().join(name);
        let (config, machine_config) = (below("config.toml"), below("machine.toml"));
        let paths = Paths { config, machine_config, state_dir: below("s"), log_dir: below("l"), named: false };
        let home = Home { paths };
        assert!(is_first_run(&home.read().unwrap_err()));
        std::fs::write(&home.paths.machine_config, "api_url = \"https://api.example/new\"\n").unwrap();
        assert!(is_first_run(&home.read().unwrap_err()));
        std::fs::write(&home.paths.machine_config, "api_url = 7\n").unwrap();
        assert!(!is_first_run(&home.read().unwrap_err()));
        std::fs::remove_file(&home.paths.machine_config).unwrap();
        std::fs::write(&home.paths.config, "# half a file\n").unwrap();
        assert!(!is_first_run(&home.read().unwrap_err()));
    }
}
