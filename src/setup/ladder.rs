//! The ladder: every step of the way to S3 in order, until the first that fails.
//!
//! In: settings. Out: one [`Rung`] after another, each with plain words and at most one remedy; at last how it ended.
//! ```text
//! folder ──▶ host name ──▶ key ──▶ connection ─ clock ─ presigner ─ device (one call tells of all four) ──▶ upload ──▶ rename
//! ```
//! Not here: what each step does on the network (`way`, `sync::probe`), showing it (`cli::doctor`, the window).

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::folder::{is_missing, try_out};
use super::way;
use crate::auth::USUAL_HEADER;
use crate::config::{ApiKey, Config, Unready, left_out};
use crate::error::{Explain, chain};
use crate::host::{Home, Keys};
use crate::remote::{Class, Failure, Grant, Stage};
use crate::secret::Secret;
use crate::sync::StartError;
use crate::sync::probe::{NAME, Probe};

/// A locked keychain asks the person who waits here.
const KEYCHAIN: Duration = Duration::from_mins(1);

/// The kind of a good rung about a folder that is still to be made.
pub const NEW_FOLDER: &str = "folder.new";

/// The kind of a good rung about a presigner that has not allowed anything yet.
pub const ANSWERS: &str = "presign.answers";

/// What is tried, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Whoever has settings to climb with has taken this step.
    Settings,
    Folder,
    HostName,
    /// Only where the settings ask for a key.
    Key,
    Connection,
    Clock,
    Presigner,
    Device,
    Upload,
    Rename,
}

/// Every step of a climb. Of a key nothing is said where none is asked for, of the clock where nobody tells the time.
pub const STEPS: [Step; 9] = [
    Step::Folder,
    Step::HostName,
    Step::Key,
    Step::Connection,
    Step::Clock,
    Step::Presigner,
    Step::Device,
    Step::Upload,
    Step::Rename,
];

impl Step {
    pub fn name(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::Folder => "Folder",
            Self::HostName => "Host name",
            Self::Key => "Key",
            Self::Connection => "Connection",
            Self::Clock => "Clock",
            Self::Presigner => "Presigner",
            Self::Device => "Device",
            Self::Upload => "Upload",
            Self::Rename => "Rename",
        }
    }
}

impl Serialize for Step {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// One step and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rung {
    #[serde(rename = "name")]
    pub step: Step,
    pub ok: bool,
    pub detail: String,
    /// Of what is wrong or worth a word, for programs.
    pub kind: Option<String>,
    /// One remedy; on a good rung, a word of advice.
    pub hint: Option<String>,
}

/// Who or what a red rung speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The settings are wrong.
    Settings,
    /// Network or server cannot be reached.
    Network,
    /// Device or key are not accepted.
    Refused,
    Other,
}

/// The first red rung, which ends a climb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    pub blame: Blame,
    pub kind: String,
    pub message: String,
    pub hint: Option<String>,
}

/// A climb under way. Ask [`Climb::next`] for rungs until there are no more.
#[derive(Debug)]
pub struct Climb {
    home: Home,
    config: Config,
    /// A folder that is not there is no fault: whoever climbs is going to make it.
    makes_folder: bool,
    /// Used instead of a stored one.
    typed: Option<Secret>,
    at: At,
    found: VecDeque<Rung>,
    stop: Option<Stop>,
}

#[derive(Debug)]
enum At {
    Folder,
    HostName,
    Key,
    Presign,
    Put(Box<(Probe, Grant)>),
    Rename,
    Top,
}

impl Rung {
    pub fn good(step: Step, detail: impl Into<String>) -> Self {
        Self { step, ok: true, detail: detail.into(), kind: None, hint: None }
    }
}

impl Climb {
    /// `home` is where a key may lie.
    pub fn new(home: Home, config: Config) -> Self {
        Self { home, config, makes_folder: false, typed: None, at: At::Folder, found: VecDeque::new(), stop: None }
    }

    #[must_use]
    pub fn making_the_folder(mut self) -> Self {
        self.makes_folder = true;
        self
    }

    #[must_use]
    pub fn with_key(mut self, key: Option<Secret>) -> Self {
        self.typed = key;
        self
    }

    /// The next rung, as soon as it is known; `None` at the end, good or bad.
    pub async fn next(&mut self) -> Option<Rung> {
        while self.found.is_empty() && !matches!(self.at, At::Top) {
            self.at = match std::mem::replace(&mut self.at, At::Top) {
                At::Folder => self.folder(),
                At::HostName => self.host_name().await,
                At::Key => self.key().await,
                At::Presign => self.presign().await,
                At::Put(both) => self.put(&both.0, &both.1).await,
                At::Rename => self.rename(),
                At::Top => At::Top,
            };
        }
        self.found.pop_front()
    }

    /// What is being tried, while [`Climb::next`] is awaited.
    pub fn under_way(&self) -> Option<Step> {
        if let Some(rung) = self.found.front() {
            return Some(rung.step);
        }
        match self.at {
            At::Folder => Some(Step::Folder),
            At::HostName => Some(Step::HostName),
            At::Key => Some(Step::Key),
            At::Presign => Some(Step::Connection),
            At::Put(_) => Some(Step::Upload),
            At::Rename => Some(Step::Rename),
            At::Top => None,
        }
    }

    /// The red rung, if one ended the climb.
    pub fn stop(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }

    fn good(&mut self, step: Step, detail: impl Into<String>) {
        self.found.push_back(Rung::good(step, detail));
    }

    /// Worth a word, but no reason to stop.
    fn odd(&mut self, step: Step, detail: String, hint: &str) {
        self.found.push_back(Rung { hint: Some(hint.into()), ..Rung::good(step, detail) });
    }

    fn bad(&mut self, step: Step, blame: Blame, error: &impl Explain) -> At {
        let end = Stop { blame, kind: error.kind().into(), message: chain(error), hint: error.hint() };
        let (kind, hint) = (Some(end.kind.clone()), end.hint.clone());
        self.found.push_back(Rung { step, ok: false, detail: end.message.clone(), kind, hint });
        self.stop = Some(end);
        At::Top
    }

    fn folder(&mut self) -> At {
        let folder = &self.config.watch_dir;
        let shown = folder.display();
        if self.will_be_made(folder) {
            let detail = format!("{shown}: not there yet, it is made when you finish");
            self.found.push_back(Rung { kind: Some(NEW_FOLDER.into()), ..Rung::good(Step::Folder, detail) });
            return At::HostName;
        }
        let mut detail = format!("{shown}: can be read, files can be renamed");
        for own in left_out(&self.home.paths, &self.config) {
            let _ = write!(detail, "\nleft out, because OutTray keeps its own files there: {}", own.display());
        }
        match try_out(folder) {
            Ok(()) => self.good(Step::Folder, detail),
            Err(bad) => {
                let is_missing = matches!(bad, super::folder::BadFolder::Unreadable { .. });
                return self.bad(Step::Folder, if is_missing { Blame::Settings } else { Blame::Other }, &bad);
            }
        }
        At::HostName
    }

    fn will_be_made(&self, folder: &Path) -> bool {
        self.makes_folder && is_missing(folder)
    }

    async fn host_name(&mut self) -> At {
        match way::look_up(&self.config).await {
            Ok(detail) => self.good(Step::HostName, detail),
            Err(unknown) => return self.bad(Step::HostName, Blame::Network, &unknown),
        }
        At::Key
    }

    async fn key(&mut self) -> At {
        if let Some(secret) = self.typed.take() {
            return self.typed_key(secret);
        }
        let mut keys = Keys::new(self.home.clone());
        keys.equip(&mut self.config, KEYCHAIN).await;
        match self.config.network.api_key.as_ref().map(|key| key.secret.as_ref().err().copied()) {
            None => {}
            Some(None) => self.good(Step::Key, keys.place.map_or("", way::place)),
            Some(Some(unready)) => return self.bad(Step::Key, Blame::Refused, &unready),
        }
        At::Presign
    }

    fn typed_key(&mut self, secret: Secret) -> At {
        if !self.config.may_carry_key() {
            return self.bad(Step::Key, Blame::Refused, &Unready::Insecure);
        }
        let header = self.config.network.api_key.take().map_or_else(|| USUAL_HEADER.to_owned(), |key| key.header);
        self.config.network.api_key = Some(ApiKey { header, secret: Ok(secret) });
        self.good(Step::Key, "as you gave it");
        At::Presign
    }

    async fn presign(&mut self) -> At {
        let probe = match Probe::new(&self.config) {
            Ok(probe) => probe,
            Err(error) => {
                let blame = if matches!(error, StartError::Network(_)) { Blame::Settings } else { Blame::Other };
                return self.bad(Step::Connection, blame, &error);
            }
        };
        let grant = match probe.presign().await {
            Ok(grant) => grant,
            Err(failure) => return self.not_granted(&failure),
        };
        self.good(Step::Connection, way::connection(&self.config));
        match way::clock(&grant) {
            None => {}
            Some(way::Clock::Right) => self.good(Step::Clock, "right"),
            Some(way::Clock::Off(detail)) => self.odd(Step::Clock, detail, way::CLOCK_ADVICE),
        }
        self.good(Step::Presigner, way::presigner(&grant));
        let with = if self.config.network.api_key.is_some() { " with its key" } else { "" };
        self.good(Step::Device, format!("{} is accepted{with}", self.config.device_id.as_str()));
        At::Put(Box::new((probe, grant)))
    }

    /// The presign call tries several steps at once; its failure tells how far it came.
    fn not_granted(&mut self, failure: &Failure) -> At {
        let blame = blame(failure);
        if failure.kind == "network.tls_clock" {
            return self.bad(Step::Clock, blame, failure);
        }
        if failure.stage == Stage::CallPresign {
            return self.bad(Step::Connection, blame, failure);
        }
        self.good(Step::Connection, "somebody answers");
        if failure.is_refusal() {
            let answers = Rung { kind: Some(ANSWERS.into()), ..Rung::good(Step::Presigner, "it answers") };
            self.found.push_back(answers);
            return self.bad(Step::Device, blame, failure);
        }
        self.bad(Step::Presigner, blame, failure)
    }

    async fn put(&mut self, probe: &Probe, grant: &Grant) -> At {
        match probe.put(grant).await {
            Ok(proof) => {
                let place = format!("s3://{}/{}", grant.bucket(), grant.key());
                self.good(Step::Upload, format!("{NAME} arrived at {place}, proven by {}", proof.as_str()));
                At::Rename
            }
            Err(failure) => self.bad(Step::Upload, blame(&failure), &failure),
        }
    }

    /// Once more at the end, as it is after a real upload: the first look was long ago on a network drive.
    fn rename(&mut self) -> At {
        let folder = self.config.watch_dir.clone();
        if !self.will_be_made(&folder) {
            match try_out(&folder) {
                Ok(()) => self.good(Step::Rename, "a sent file can be marked .synced"),
                Err(bad) => return self.bad(Step::Rename, Blame::Other, &bad),
            }
        }
        At::Top
    }
}

fn blame(failure: &Failure) -> Blame {
    let wrong_address = matches!(failure.kind, "presign.not_found" | "presign.redirect" | "network.private_address");
    let far_away = failure.transport
        || failure.stage == Stage::CallPresign
        || matches!(failure.class, Class::Network | Class::Throttled | Class::Again | Class::AgainSoon)
        || failure.kind.starts_with("network.");
    if failure.is_refusal() {
        Blame::Refused
    } else if wrong_address {
        Blame::Settings
    } else if far_away {
        Blame::Network
    } else {
        Blame::Other
    }
}
