//! What happened ([`Event`]) and how things are ([`Status`]): the shapes that every skin and program reads.
//!
//! In: facts from the engine. Out: serialisable values; `Status` is the JSON of `outtray --json status`.
//! Not here: who publishes them (`engine`), how they look (`cli`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::guard::{Guarded, Mode, Policy, Tally, veiled};

/// How things are, in one word. `Idle` means: the queue is empty and the last check succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    SetupNeeded,
    Idle,
    Syncing,
    Offline,
    Paused,
    Attention,
}

/// The whole picture, as `outtray --json status` and the control socket give it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    pub version: String,
    pub state: State,
    pub running: bool,
    /// Null while not paused; the far future for "until I resume".
    pub paused_until: Option<Timestamp>,
    pub device_id: String,
    /// As it may be shown (see [`crate::config::Config::shown_api_url`]).
    pub api_url: String,
    pub watch_dir: String,
    pub config: String,
    pub waiting: u64,
    /// PUTs that run at this moment.
    pub uploading: u64,
    pub rejected: u64,
    pub synced_total: u64,
    pub bytes_total: u64,
    pub last_success: Option<Timestamp>,
    pub last_error: Option<String>,
    /// What is done about personal data; off while nothing is set up.
    #[serde(default = "off")]
    pub guard: Mode,
    /// How much of each kind was redacted so far.
    #[serde(default)]
    pub redacted: Tally,
    /// What holds all files now, apart from a pause; empty while nothing does.
    #[serde(default)]
    pub obstacles: Vec<Obstacle>,
    /// At most [`FILES_SHOWN`]; the counts above count all.
    pub files: Vec<FileStatus>,
}

impl Status {
    /// Of an OutTray that is not set up: nothing is known but the version. Others are built upon it.
    pub fn unset() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            state: State::SetupNeeded,
            running: false,
            paused_until: None,
            device_id: String::new(),
            api_url: String::new(),
            watch_dir: String::new(),
            config: String::new(),
            waiting: 0,
            uploading: 0,
            rejected: 0,
            synced_total: 0,
            bytes_total: 0,
            last_success: None,
            last_error: None,
            guard: Mode::Off,
            redacted: Tally::default(),
            obstacles: Vec::new(),
            files: Vec::new(),
        }
    }
}

fn off() -> Mode {
    Mode::Off
}

/// Something that holds all files: a fault of OutTray's own ground, or a server that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obstacle {
    /// What it alone would make of the state: offline or attention.
    pub state: State,
    pub kind: String,
    pub reason: String,
    pub hint: Option<String>,
}

/// How many files a status lists.
pub const FILES_SHOWN: usize = 10_000;

/// A file that is not sent yet, with the one rule that holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileStatus {
    /// Relative to the watched folder, as it may be shown (see [`crate::files::shown`]).
    pub name: String,
    pub state: FileState,
    /// For people: what holds it, and what happens next.
    pub reason: String,
    /// For programs; null while nothing is wrong.
    pub kind: Option<String>,
    /// Failed rounds so far.
    pub attempts: u32,
    pub next_try: Option<Timestamp>,
    /// Bytes.
    pub size: u64,
    /// Bytes handed to the network so far, while uploading.
    pub sent: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileState {
    Waiting,
    Uploading,
    Rejected,
}

/// Proof that a file was carried away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub time: Timestamp,
    /// Relative to the watched folder, as it may be shown.
    pub file: String,
    /// Bytes sent.
    pub size: u64,
    /// Lower-case hex, of the bytes sent.
    pub sha256: String,
    pub bucket: String,
    pub key: String,
    /// What the guard did, with counts by kind; null where nobody looked.
    pub guard: Option<Guarded>,
    /// How it was proven: `sha256`, `crc64nvme`, `etag-md5`, `content-md5` or `412`.
    pub proof: String,
}

impl Receipt {
    /// `s3://bucket/key` as it may be shown: a presigner may put any file name into a key.
    pub fn place(&self) -> String {
        format!("s3://{}/{}", self.bucket, crate::files::shown(self.key.as_ref()))
    }
}

/// Something happened. One JSON object a line on the control socket's `events` stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The state changed, or the sentence that tells it did.
    State {
        state: State,
        sentence: String,
        waiting: u64,
        rejected: u64,
    },
    Uploading {
        file: String,
        size: u64,
    },
    Progress {
        file: String,
        sent: u64,
        size: u64,
    },
    Uploaded {
        receipt: Receipt,
    },
    /// A round failed; the file waits.
    Failed {
        file: String,
        path: String,
        cause: String,
        kind: String,
        hint: Option<String>,
        attempts: u32,
        next_try: Option<Timestamp>,
    },
    /// The file cannot be sent until it changes or somebody asks again.
    Rejected {
        file: String,
        path: String,
        reason: String,
        kind: String,
        hint: Option<String>,
    },
    /// Something about OutTray itself: folder gone, ledger broken, configuration broken.
    Trouble {
        message: String,
        kind: String,
        hint: Option<String>,
    },
    PassDone {
        report: PassReport,
    },
    /// Other settings are in force now: device, folder and addresses may be others.
    Settings,
}

/// What one whole pass over the folder achieved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassReport {
    pub synced: u64,
    pub bytes: u64,
    /// Files that failed or are rejected.
    pub failed: u64,
    /// Files that are still being written, or may not be tried yet.
    pub waiting: u64,
    /// The worst that was met; decides the exit code of `sync`.
    pub worst: Worst,
    /// Where something failed: the first reason, for people.
    pub error: Option<String>,
    /// What to do about `error`, where it is about OutTray itself and no file.
    #[serde(default)]
    pub hint: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worst {
    #[default]
    Nothing,
    /// Some files failed or were rejected.
    Failed,
    /// Server or network unreachable.
    Unreachable,
    /// Device or key not accepted.
    Refused,
}

/// Writes an event into the log. The words of uploads and failures are those that existing guides quote; names with
/// something personal in them are hidden.
pub(super) fn log(event: &Event, policy: &Policy) {
    let advice = |hint: &Option<String>| hint.as_ref().map_or_else(String::new, |hint| format!(" ({hint})"));
    match event {
        Event::Uploaded { receipt } => {
            let file = veiled(policy, &receipt.file, &receipt.file);
            tracing::info!("✅ uploaded: {file}  →  {}", receipt.place());
            if let Some(sentence) = receipt.guard.as_ref().and_then(Guarded::sentence) {
                tracing::info!("🛡  {file}: {sentence}");
            }
        }
        Event::Failed { file, path, cause: reason, hint, .. } | Event::Rejected { file, path, reason, hint, .. } => {
            let line = format!("{path}: {reason}{}", advice(hint));
            tracing::warn!("⚠️  failed processing {}", veiled(policy, &line, file));
        }
        Event::Trouble { message, hint, .. } => tracing::warn!("⚠️  {message}{}", advice(hint)),
        Event::State { state, sentence, .. } => tracing::debug!("{state:?}: {sentence}"),
        Event::PassDone { report } => {
            tracing::debug!("pass done: {} sent, {} failed, {} waiting", report.synced, report.failed, report.waiting);
        }
        Event::Uploading { file, size } => {
            let file = crate::files::shown(file.as_ref());
            tracing::debug!("sending {} ({size} bytes)", veiled(policy, &file, &file));
        }
        Event::Settings => tracing::info!("new settings are in force"),
        Event::Progress { .. } => {}
    }
}
