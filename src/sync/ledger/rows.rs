//! The rows of the ledger as values.

use std::path::PathBuf;

use crate::guard::{Choice, Guarded, Tally};
use crate::platform::dir::{FileId, Stat};
use crate::sync::guarding::Seal;

pub(in crate::sync) type Sha256 = [u8; 32];

/// Which bytes of which file: equal before and after a read means that one consistent content was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) struct Identity {
    pub id: FileId,
    pub size: u64,
    pub mtime_ns: i64,
}

impl From<&Stat> for Identity {
    fn from(stat: &Stat) -> Self {
        Self { id: stat.id, size: stat.size, mtime_ns: stat.mtime_ns }
    }
}

/// When anything about a file was changed last, in nanoseconds since 1970: its bytes, its rights, its name. No program can
/// set it back. `None` where the system or an older ledger does not tell.
pub(in crate::sync) type Changed = Option<i64>;

pub(in crate::sync) fn changed(stat: &Stat) -> Changed {
    (stat.ctime_ns != 0).then_some(stat.ctime_ns)
}

/// A content that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) struct Intent {
    pub identity: Identity,
    /// Of the file's bytes; stays on this computer.
    pub source_sha256: Sha256,
    /// Of the bytes that are sent.
    pub wire_sha256: Sha256,
    pub wire_size: u64,
    /// `None` while nobody looks for personal data.
    pub guarded: Option<Guarded>,
}

/// What the ledger knows of a content that is about to be sent.
#[derive(Debug)]
pub(in crate::sync) struct Intended {
    /// The receipt of exactly this file, if it was sent before.
    pub before: Option<Marked>,
    /// When this content was first seen under this name: the time of its last write then.
    pub created_ns: i64,
}

/// Where the content is now, and how that was proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) struct Stored {
    pub bucket: String,
    pub key: String,
    pub proof: String,
}

/// A receipt: sent, proven, marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) struct Marked {
    pub name: String,
    /// The marked name.
    pub target: String,
    pub intent: Intent,
    pub stored: Stored,
    /// Of the marked file, as it was last seen to hold what was sent.
    pub changed: Changed,
    /// Seconds since 1970.
    pub at: i64,
}

/// An open step from an earlier life of the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) enum Open {
    /// It was being sent, or a round failed.
    Intent { identity: Identity, progress: Progress },
    /// S3 holds it; whether it was marked must be looked at.
    Verified { intent: Intent, stored: Stored, target: String },
    /// `name` is a marked name whose content was never sent; `origin` is what the file was called.
    Orphan { origin: String },
}

/// How the sending of one content has gone so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sync) struct Progress {
    /// Times it was begun without an end being written: a file that kills the process is noticed by this.
    pub starts: u32,
    /// Failed rounds.
    pub fails: u32,
    /// Kind and reason of the last failure.
    pub trouble: Option<(String, String)>,
    /// Not tried again until the file changes or somebody asks.
    pub parked: bool,
}

/// Everything that the engine keeps in mind from the ledger.
#[derive(Debug, Default)]
pub(in crate::sync) struct Loaded {
    pub open: Vec<(String, Open)>,
    /// Receipts of the last day: their marked files are looked at now and then.
    pub recent: Vec<Marked>,
    pub synced_total: u64,
    pub bytes_total: u64,
    /// Seconds since 1970.
    pub last_success: Option<i64>,
    pub paused_until: Option<i64>,
    /// What people decided about contents that the guard held back.
    pub choices: Vec<(Seal, Choice)>,
    /// Redacted so far, by kind.
    pub redacted: Tally,
    /// A damaged ledger was found and put here.
    pub moved_aside: Option<PathBuf>,
}
