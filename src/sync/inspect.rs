//! A look at folder and ledger while no engine runs: what `status`, `why`, `history`, `retry` and `pause` need then.
//!
//! In: a [`Setup`]. Out: the same shapes that a running engine answers with. Nothing is sent, renamed or locked.
//! Not here: the same questions to a running engine (`handle`).

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::document::{self, Hold, IN_MEMORY, Refusal, Terms};
use super::engine::{moment, receipt};
use super::event::{FILES_SHOWN, FileState, FileStatus, Receipt, State, Status};
use super::guarding::{Guarding, seal};
use super::ledger::{Identity, Loaded, Open, Store};
use super::own::Own;
use super::queue::Held;
use super::scan::{self, Wanted};
use super::{Setup, Why, wording};
use crate::config::Files;
use crate::files;
use crate::guard::{Choice, Guard, Tally};
use crate::platform::dir::{Dir, Kind, Stat};
use crate::platform::lock::{FolderLock, Taken};

/// The ledger or the folder could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InspectError(pub String);

impl From<super::ledger::LedgerError> for InspectError {
    fn from(error: super::ledger::LedgerError) -> Self {
        Self(error.to_string())
    }
}

/// The error of a status whose files wait for nothing else.
pub const NOT_RUNNING: &str = "OutTray is not running";

/// So many files are looked into for a status; the others are only listed.
const LOOKED_INTO: usize = 200;

/// The picture without an engine: `running` is false, reasons come from the ledger and from a look at each file.
pub fn status(setup: &Setup) -> Result<Status, InspectError> {
    let known = match store(setup)? {
        Some(store) => store.load()?,
        None => Loaded::default(),
    };
    let mut status = Status {
        synced_total: known.synced_total,
        bytes_total: known.bytes_total,
        last_success: known.last_success.map(moment),
        redacted: known.redacted.clone(),
        paused_until: known.paused_until.map(moment).filter(|until| *until > Timestamp::now()),
        ..blank(setup)
    };
    // One that cannot be asked: `outtray sync` makes a pass, or its socket failed.
    status.running = is_at_work(setup);
    match Dir::open(&setup.config.watch_dir) {
        Ok(dir) => list(setup, &Arc::new(dir), &known, &mut status)?,
        Err(error) => {
            let place = setup.config.watch_dir.display();
            status.last_error = Some(format!("the folder {place} cannot be opened: {error}"));
        }
    }
    status.rejected = status.files.iter().filter(|file| file.state == FileState::Rejected).count() as u64;
    status.waiting = status.files.len() as u64 - status.rejected;
    if status.waiting > 0 && status.last_error.is_none() && !status.running {
        status.last_error = Some(NOT_RUNNING.into());
    }
    status.state = match () {
        () if status.running && status.waiting > 0 && status.last_error.is_none() => State::Syncing,
        () if status.paused_until.is_some() => State::Paused,
        () if status.last_error.is_some() || status.rejected > 0 => State::Attention,
        () => State::Idle,
    };
    status.files.sort_by(|a, b| a.name.cmp(&b.name));
    status.files.truncate(FILES_SHOWN);
    Ok(status)
}

/// How many candidates lie in a folder that no engine watches yet.
pub fn count(folder: &Path, files: &Files) -> io::Result<usize> {
    let listing = scan::list(&Dir::open(folder)?, &Wanted::of(files, Own::default(), usize::MAX))?;
    Ok(listing.candidates.len())
}

/// Whether an engine of this home holds its state folder. To ask takes the lock for a moment, which those who start wait out.
fn is_at_work(setup: &Setup) -> bool {
    Dir::open(&setup.state_dir)
        .and_then(|dir| FolderLock::take(&dir))
        .is_ok_and(|taken| matches!(taken, Taken::Theirs { .. }))
}

fn list(setup: &Setup, dir: &Arc<Dir>, known: &Loaded, status: &mut Status) -> Result<(), InspectError> {
    let (files, because) = (&setup.config.files, because(status.running));
    let wanted = Wanted::of(files, Own::of(setup), usize::MAX);
    let listing = scan::list(dir, &wanted).map_err(|error| InspectError(error.to_string()))?;
    for (number, (name, stat)) in listing.candidates.iter().enumerate() {
        let open = known.open.iter().find(|(known, _)| known == name).map(|(_, open)| open);
        let terms = (number < LOOKED_INTO).then(|| Terms::bare(files.require_json));
        status.files.push(file(dir, name, stat, open, because, terms));
    }
    for (name, open) in &known.open {
        // No listing shows these: their content stands under a marked name.
        if let (Open::Orphan { .. }, Ok(stat)) = (open, scan::stat(dir, name)) {
            status.files.push(file(dir, name, &stat, Some(open), because, None));
        }
    }
    for name in listing.not_unicode {
        status.files.push(row(&name, 0, FileState::Rejected, wording::refused(Refusal::NameNotUnicode)));
    }
    Ok(())
}

/// What holds a file that nothing else holds.
fn because(running: bool) -> Option<&'static str> {
    (!running).then_some(NOT_RUNNING)
}

fn file(
    dir: &Arc<Dir>,
    name: &str,
    stat: &Stat,
    open: Option<&Open>,
    because: Option<&str>,
    look: Option<Terms>,
) -> FileStatus {
    let shown = files::shown(OsStr::new(name));
    if let Some(Open::Intent { identity, progress }) = open
        && *identity == Identity::from(stat)
        && let Some((kind, reason)) = progress.trouble.clone()
    {
        let state = if progress.parked { FileState::Rejected } else { FileState::Waiting };
        let held = Held { kind: Some(kind), reason, hint: None, failed: true };
        return FileStatus { attempts: progress.fails, ..row(&shown, stat.size, state, held) };
    }
    match open {
        Some(Open::Verified { intent, .. }) if intent.identity == Identity::from(stat) => {
            return row(&shown, stat.size, FileState::Waiting, wording::stored());
        }
        Some(Open::Orphan { .. }) => return row(&shown, stat.size, FileState::Waiting, wording::late()),
        _ => {}
    }
    let look = look.filter(|_| stat.size <= IN_MEMORY);
    let found = look.and_then(|terms| look_into(&terms, dir, name));
    let (state, held) = match found {
        None => (FileState::Waiting, wording::queued(because)),
        Some(hold) => {
            let age = Timestamp::now().as_nanosecond() - i128::from(stat.mtime_ns);
            let old = |limit: std::time::Duration| age >= i128::try_from(limit.as_nanos()).unwrap_or(i128::MAX);
            let rejected = match &hold {
                Hold::Unfinished(_) => old(wording::BROKEN_AFTER),
                Hold::Empty => old(wording::EMPTY_AFTER),
                Hold::Reject(_) | Hold::Guarded(_) => true,
                _ => false,
            };
            if rejected {
                (FileState::Rejected, wording::rejected(&hold))
            } else {
                (FileState::Waiting, wording::waits(&hold))
            }
        }
    };
    row(&shown, stat.size, state, held)
}

fn look_into(terms: &Terms, dir: &Arc<Dir>, name: &str) -> Option<Hold> {
    let (dir, leaf) = scan::resolve(dir, name).ok()?;
    let leaf = OsStr::new(&leaf);
    document::take(&dir, leaf, terms).and_then(|_| document::free_mark(&dir, leaf)).err()
}

fn row(name: &str, size: u64, state: FileState, held: Held) -> FileStatus {
    let Held { kind, reason, .. } = held;
    FileStatus { name: name.to_owned(), state, reason, kind, attempts: 0, next_try: None, size, sent: 0 }
}

/// `name` is relative to the watched folder.
pub fn why(setup: &Setup, name: &str) -> Result<Why, InspectError> {
    let store = store(setup)?;
    let dir = Dir::open(&setup.config.watch_dir).map(Arc::new);
    let open = match &store {
        Some(store) => store.open_items()?,
        None => Vec::new(),
    };
    let open = open.iter().find(|(known, _)| known == name).map(|(_, open)| open);
    if let Ok(dir) = &dir
        && let Ok(stat) = scan::stat(dir, name)
        && stat.kind == Kind::File
        && ((is_candidate(setup, name) && !Own::of(setup).holds(dir, name))
            || matches!(open, Some(Open::Orphan { .. })))
    {
        let guarding = Guarding::new(setup.config.guard.clone(), &setup.state_dir);
        guarding.remember(store.as_ref().map(Store::decided).transpose()?.unwrap_or_default());
        let terms =
            Terms { origin: name.to_owned(), guarding: Some(guarding), ..Terms::bare(setup.config.files.require_json) };
        let because = because(is_at_work(setup));
        return Ok(Why::Held { file: file(dir, name, &stat, open, because, Some(terms)) });
    }
    if let Some(store) = store
        && let Some(marked) = store.receipt_of(name)?
    {
        return Ok(Why::Sent { receipt: receipt(&marked) });
    }
    if let Ok(dir) = &dir
        && let Ok(listing) = scan::list(dir, &Wanted::of(&setup.config.files, Own::of(setup), usize::MAX))
        && listing.not_unicode.iter().any(|known| known == name)
    {
        let file = row(name, 0, FileState::Rejected, wording::refused(Refusal::NameNotUnicode));
        return Ok(Why::Held { file });
    }
    Ok(ignored(setup, name))
}

fn is_candidate(setup: &Setup, name: &str) -> bool {
    let files = &setup.config.files;
    let leaf = name.rsplit('/').next().unwrap_or(name);
    files.patterns.matches(OsStr::new(leaf)) && (files.recursive || !name.contains('/'))
}

/// Why a name that is no candidate is none.
pub(super) fn ignored(setup: &Setup, name: &str) -> Why {
    let shown = files::shown(OsStr::new(name));
    let Ok(dir) = Dir::open(&setup.config.watch_dir).map(Arc::new) else { return Why::Unknown { name: shown } };
    let Ok(stat) = scan::stat(&dir, name) else { return Why::Unknown { name: shown } };
    let reason = match stat.kind {
        Kind::Folder => "it is a folder; only regular files are sent",
        Kind::Other | Kind::Unknown => "it is a link, a pipe or a device; only regular files are sent",
        Kind::File if Own::of(setup).holds(&dir, name) => "it is one of OutTray's own files; these are never sent",
        Kind::File if files::is_synced(OsStr::new(name)) => {
            "it carries the mark .synced already, and there is no receipt for it here"
        }
        Kind::File if !setup.config.files.recursive && name.contains('/') => {
            "it lies in a sub-folder, and files.recursive is off"
        }
        Kind::File if !is_candidate(setup, name) => "its name does not match files.include, or matches files.exclude",
        Kind::File => "it came a moment ago; OutTray looks at it soon",
    };
    Why::Ignored { name: shown, reason: reason.into() }
}

/// The last `limit` receipts, newest first. Also right while an engine runs.
pub fn history(setup: &Setup, limit: usize) -> Result<Vec<Receipt>, InspectError> {
    match store(setup)? {
        Some(store) => Ok(store.history(limit)?.iter().map(receipt).collect()),
        None => Ok(Vec::new()),
    }
}

/// What was sent within one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    pub start: Timestamp,
    pub files: u64,
    pub bytes: u64,
}

/// The last `count` hours up to the present one, oldest first; all of them, also those without a file.
pub fn hours(setup: &Setup, now: Timestamp, count: i64) -> Result<Vec<Hour>, InspectError> {
    const HOUR: i64 = 3600;
    let last = now.as_second().div_euclid(HOUR);
    let first = last - count + 1;
    let found = match store(setup)? {
        Some(store) => store.hours(first)?,
        None => Vec::new(),
    };
    let hour = |number: i64| {
        let (files, bytes) = found.iter().find(|found| found.0 == number).map_or((0, 0), |found| (found.1, found.2));
        Hour { start: moment(number * HOUR), files: files.unsigned_abs(), bytes: bytes.unsigned_abs() }
    };
    Ok((first..=last).map(hour).collect())
}

/// How much of each kind was redacted since then.
pub fn redacted(setup: &Setup, since: Timestamp) -> Result<Tally, InspectError> {
    match store(setup)? {
        Some(store) => Ok(store.redacted_since(since.as_second())?),
        None => Ok(Tally::default()),
    }
}

/// Files will be tried again by the next pass; answers how many were held.
pub fn retry(setup: &Setup, name: Option<&str>) -> Result<u64, InspectError> {
    match store(setup)? {
        Some(store) => Ok(store.release(name)?),
        None => Ok(0),
    }
}

/// The person decided how the content that a file has now is sent. Answers how many files that is: one or none.
pub fn decide(setup: &Setup, name: &str, choice: Choice) -> Result<u64, InspectError> {
    let dir = Dir::open(&setup.config.watch_dir).map(Arc::new);
    let content = dir.and_then(|dir| {
        let (dir, leaf) = scan::resolve(&dir, name)?;
        document::content_of(&dir, OsStr::new(&leaf))
    });
    let Some(content) = content.map_err(|error| InspectError(error.to_string()))? else { return Ok(0) };
    let store = Store::open_or_replace(&place(setup), &setup.config.watch_dir)?.0;
    let open = store.open_items()?;
    let origin = open.iter().find_map(|(known, open)| match open {
        Open::Orphan { origin } if known == name => Some(origin.as_str()),
        _ => None,
    });
    store.choose(&seal(&content.sha256, origin.unwrap_or(name)), choice)?;
    store.release(Some(name))?;
    Ok(1)
}

/// The guard as an engine with these settings uses it.
pub fn guard(setup: &Setup) -> Result<Guard, InspectError> {
    let guard = Guarding::new(setup.config.guard.clone(), &setup.state_dir).guard();
    Ok(Guard::clone(&*guard.map_err(|error| InspectError(error.to_string()))?))
}

/// `None` resumes.
pub fn pause(setup: &Setup, until: Option<Timestamp>) -> Result<(), InspectError> {
    let store = Store::open_or_replace(&place(setup), &setup.config.watch_dir)?.0;
    Ok(store.set_pause(until.map(Timestamp::as_second))?)
}

/// A status of which only the settings are known.
pub(super) fn blank(setup: &Setup) -> Status {
    let config = &setup.config;
    Status {
        state: State::Idle,
        device_id: config.device_id.as_str().into(),
        api_url: config.shown_api_url(),
        watch_dir: config.watch_dir.to_string_lossy().into_owned(),
        config: setup.config_path.to_string_lossy().into_owned(),
        guard: config.guard.mode,
        ..Status::unset()
    }
}

fn place(setup: &Setup) -> std::path::PathBuf {
    setup.state_dir.join("ledger.db")
}

fn store(setup: &Setup) -> Result<Option<Store>, InspectError> {
    Ok(Store::open_beside(&place(setup), &setup.config.watch_dir)?)
}
