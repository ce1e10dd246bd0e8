//! The settings in force: checked values, each with its unit in its type.
//!
//! In: the text of `config.toml`, the machine-wide file, the environment. Out: a [`Config`] or every problem at once.
//! Not here: where the files lie (`paths`).
//!
//! ```text
//! sources (files, variables) ──▶ layers (known keys, shapes, ranges) ──▶ desk (who wins) ──▶ check (what it means) ──▶ Loaded
//!      edit changes them             keys: the one list of settings                           rules, folder: single texts
//! ```

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use url::Url;

use crate::files::Patterns;
use crate::guard::Policy;
use crate::paths::Paths;

mod api_key;
mod check;
mod desk;
pub mod edit;
pub mod folder;
mod guard;
pub mod keys;
mod layers;
mod own;
mod problem;
mod rules;
mod shown;
mod sources;
#[cfg(test)]
mod tests;
mod value;

pub use api_key::{ApiKey, Unready};
pub use own::left_out;
pub use problem::{Kind, Problem, Problems, Spot, without_values};
pub use rules::{BadApiUrl, api_url};
pub use shown::{Loaded, Origin, Shown};
pub use sources::{Source, Sources};
pub use value::{Shape, Value};

/// The commented file with every setting, in its default form: documentation and pattern for a first file.
pub const DEFAULT_TEXT: &str = include_str!("../../config.toml");

/// Everything that a person can set, checked. Names are those of `config.toml`.
#[derive(Debug, Clone)]
pub struct Config {
    /// Used exactly as written.
    pub api_url: Url,
    pub device_id: DeviceId,
    /// Absolute; relative spellings are resolved against the folder of the config file.
    pub watch_dir: PathBuf,
    /// A whole scan of the folder; events usually come first.
    pub scan_interval: Duration,
    pub concurrency: Concurrency,
    pub files: Files,
    pub retry: Retry,
    pub network: Network,
    pub guard: Policy,
    pub notify: Notify,
    pub log: Log,
    pub ui: Ui,
    pub fleet: Fleet,
    pub update: UpdateMode,
    pub managed: Managed,
}

/// PUTs side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concurrency {
    /// 1-256.
    Fixed(usize),
    /// As many as pay off.
    Auto,
}

/// 1-64 of `A-Z a-z 0-9 . _ -`, neither `.` nor `..`: it becomes part of object keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct DeviceId(String);

#[derive(Debug, Clone)]
pub struct Files {
    pub patterns: Patterns,
    pub recursive: bool,
    /// A file must have been still for this long before it is read.
    pub settle: Duration,
    pub require_json: bool,
    pub keep_synced: KeepSynced,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepSynced {
    Forever,
    For(Duration),
    Delete,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// One pause before each further presign call of a round.
    pub presign_delays: Vec<Duration>,
    /// PUTs of one round.
    pub upload_attempts: u32,
    pub upload_base: Duration,
    pub factor: f64,
    pub cap: Duration,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    pub proxy: Proxy,
    /// PEM certificates trusted beside those of the system.
    pub ca_file: Option<PathBuf>,
    pub connect_timeout: Duration,
    pub stall_timeout: Duration,
    /// Bytes a second for all uploads together.
    pub upload_limit: Option<u64>,
    pub allow_insecure_http: bool,
    /// Hosts, beside those of AWS, that a presigned URL may name; `minio.example.org` admits its sub-domains too.
    pub bucket_hosts: Vec<String>,
    /// `None`: the presigner asks for no key. The secret itself is looked up by whoever starts an engine.
    pub api_key: Option<ApiKey>,
}

#[derive(Clone, PartialEq, Eq)]
pub enum Proxy {
    System,
    None,
    /// May hold a password: never shown as it is.
    Url(Url),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notify {
    pub level: NotifyLevel,
    pub grace: Duration,
    pub repeat: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotifyLevel {
    All,
    Problems,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    pub level: LogLevel,
    pub keep_days: u32,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ui {
    /// `auto` or a BCP 47 tag.
    pub language: String,
    pub tray: bool,
}

/// What this computer tells about itself to whoever runs the presigner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fleet {
    /// Between two heartbeats; `None`: there are none.
    pub heartbeat: Option<Duration>,
}

/// What becomes of newer versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateMode {
    /// Nobody looks for them.
    Off,
    /// A person is told, and decides.
    Notify,
    /// They are installed where OutTray can do that.
    Auto,
}

/// What an organisation has fixed in the machine-wide file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Managed {
    /// Dotted names of keys that the user cannot change.
    pub locked: Vec<String>,
    pub by: Option<String>,
    pub help_url: Option<String>,
}

impl Config {
    /// What is in force for these files and this environment, or everything that is wrong with them.
    pub fn load(paths: &Paths, env: &dyn Fn(&str) -> Option<OsString>) -> Result<Loaded, Problems> {
        let loaded = Sources::read(paths, env)?.check()?;
        own::refuse_as_folder(paths, &loaded)?;
        Ok(loaded)
    }

    /// `api_url` as it may be shown and copied: without the values of its query, one of which may be a key.
    pub fn shown_api_url(&self) -> String {
        problem::without_values(self.api_url.as_str())
    }

    /// One text as if it stood in `file` (absolute), with nothing above or below it and no home folder.
    pub fn parse(text: &str, file: &Path) -> Result<Loaded, Problems> {
        Sources::of_text(text, file).check()
    }
}

impl DeviceId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::System => f.write_str("System"),
            Self::None => f.write_str("None"),
            Self::Url(url) => write!(f, "Url({})", url.host_str().unwrap_or_default()),
        }
    }
}
