//! What the window knows and what it can ask for, as plain values: pages draw the one and answer the other.
//!
//! In: what the engine tells. Out: values for pages and tests. Not here: how they come here (`link`), drawing (`status`).

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::keys::{KeyAsk, KeyState};
use crate::control::protocol::Show;
use crate::guard::{Choice, Tally};
use crate::sync::event::{Receipt, Status};
use crate::sync::inspect::Hour;

/// Whether somebody sends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Engine {
    /// Nobody has looked yet.
    #[default]
    Unknown,
    Runs,
    /// There are no settings yet.
    SetupNeeded,
    /// It does not run; with the reason, where the settings are one.
    Off(Option<String>),
}

/// Everything that the status page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub engine: Engine,
    pub status: Status,
    /// Newest first.
    pub receipts: Vec<Receipt>,
    /// What was sent in each of the last 24 hours, oldest first.
    pub hours: Vec<Hour>,
    /// What was redacted within these hours.
    pub redacted: Tally,
    /// Bytes on their way, by name; newer than the status.
    pub progress: BTreeMap<String, u64>,
}

impl Default for Picture {
    fn default() -> Self {
        Self {
            engine: Engine::Unknown,
            status: Status::unset(),
            receipts: Vec::new(),
            hours: Vec::new(),
            redacted: Tally::default(),
            progress: BTreeMap::new(),
        }
    }
}

/// Something that came in.
#[derive(Debug)]
pub enum News {
    Picture(Box<Picture>),
    Progress {
        file: String,
        sent: u64,
    },
    /// Another start wants the window to show something.
    Show(Show),
    /// An answer for the person, at the foot of the window.
    Said(Said),
    /// A folder or file was chosen for the control of that name.
    Chosen {
        field: String,
        path: PathBuf,
    },
    /// Where the API key is; `None` while the settings are not in order.
    Key(Option<KeyState>),
    /// The settings on disk may be others now.
    Settings,
    /// The desktop is dark, or light.
    Dark(bool),
    /// OutTray quits, and its window with it.
    Quit,
}

/// What would leave if a file that the guard holds back is sent as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsItIs {
    pub file: String,
    /// In kinds and counts, where they are known.
    pub holds: Option<String>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    pub good: bool,
}

/// What a page wants to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    Sync,
    /// Without seconds until somebody resumes.
    Pause(Option<u64>),
    Resume,
    /// Without a name all files.
    Retry(Option<String>),
    Why(String),
    /// A file that the guard holds back is sent so.
    Decide(String, Choice),
    /// It would be sent as it is: not without a question.
    SendAsItIs(AsItIs),
    /// About the API key.
    Key(KeyAsk),
    /// Shows a file of the watched folder in the file manager.
    Reveal(String),
    OpenFolder,
    OpenLogs,
    /// The settings file in an editor.
    OpenSettings,
    /// A page of the web.
    OpenWeb(String),
    Copy(String),
    Bundle,
    /// Starts the program that sends.
    Start,
    /// The folder (or file) for that control is to be chosen.
    Choose {
        field: String,
        folder: bool,
        from: PathBuf,
    },
    /// Shows another page.
    Go(Show),
    /// The settings were written: everybody is to read them.
    Reload,
}
