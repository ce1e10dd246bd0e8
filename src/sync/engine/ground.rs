//! The ground an engine stands on: the folder with its lock and its watch, and the ledger.
//!
//! In: paths of the settings. Out: both open, or a trouble that people are told of, tried again until it is over.
//! Not here: what the folder holds (`looks`).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::super::Setup;
use super::super::StartError;
use super::super::handle::Trouble;
use super::super::ledger::{Ledger, LedgerError, Loaded, Open, Progress};
use super::super::own::Own;
use super::super::watch::FolderWatch;
use super::{Engine, GROUND_AGAIN};
use crate::config::Config;
use crate::error::Explain;
use crate::platform::dir::{Dir, FileId};
use crate::platform::lock::{FolderLock, Taken};
use crate::platform::places;

pub(super) const READ_ONLY: &str = "folder.read_only";
pub(super) const UNREADABLE: &str = "folder.unreadable";
const MISSING: &str = "folder.missing";
const HELD: &str = "instance.held";
const LEDGER: &str = "ledger";

/// So often is looked whether the state folder is free, with this pause.
const STATE_LOOKS: u32 = 5;
const STATE_PAUSE: Duration = Duration::from_millis(10);

/// The watched folder, held open and locked.
#[derive(Debug)]
pub(super) struct Folder {
    pub dir: Arc<Dir>,
    pub path: PathBuf,
    pub id: FileId,
    /// What lies in it and is never sent.
    pub own: Own,
    /// `None` where this file system sends no events.
    pub watch: Option<FolderWatch>,
    /// Shared with the deliveries under way here: the folder is ours until the last of them has ended.
    pub lock: Arc<FolderLock>,
}

/// One host for a state folder: its socket and its ledger belong to it alone. Whoever only asks who has it (`inspect`) holds
/// it for a moment.
pub(super) fn lock_state(state_dir: &Path) -> Result<FolderLock, StartError> {
    let mut looks = 1;
    loop {
        match Dir::open(state_dir).and_then(|dir| FolderLock::take(&dir)) {
            Ok(Taken::Ours(lock)) => return Ok(lock),
            Ok(Taken::Theirs { .. }) if looks < STATE_LOOKS => {
                looks += 1;
                std::thread::sleep(STATE_PAUSE);
            }
            Ok(Taken::Theirs { holder }) => return Err(StartError::Held { folder: state_dir.to_owned(), holder }),
            Err(error) => return Err(StartError::State { place: state_dir.to_owned(), reason: error.to_string() }),
        }
    }
}

enum NoFolder {
    Held(String),
    Io(io::Error),
}

fn open_folder(setup: &Setup) -> Result<Folder, NoFolder> {
    let (path, own) = (&setup.config.watch_dir, Own::of(setup));
    let dir = Dir::open(path).map_err(NoFolder::Io)?;
    let id = dir.stat_self().map_err(NoFolder::Io)?.id;
    if own.is_folder(id) {
        // The settings are refused for it already; a link can lead here later.
        return Err(NoFolder::Io(io::Error::other("OutTray keeps its own files in it")));
    }
    let lock = match FolderLock::take(&dir).map_err(NoFolder::Io)? {
        Taken::Ours(lock) => lock,
        Taken::Theirs { holder } => return Err(NoFolder::Held(holder)),
    };
    let watch = setup.watch.then(|| FolderWatch::new(path, setup.config.files.recursive)).and_then(|watching| {
        watching
            .inspect_err(|error| tracing::warn!("this folder sends no events ({error}); it is looked at now and then"))
            .ok()
    });
    Ok(Folder { dir: Arc::new(dir), path: path.to_owned(), id, own, watch, lock: Arc::new(lock) })
}

impl Engine {
    /// The first try: a folder that somebody else holds ends the start; anything else is waited for.
    pub(super) fn first_ground(&mut self) -> Result<(), StartError> {
        match self.mend_ground() {
            Some(holder) => Err(StartError::Held { folder: self.setup.config.watch_dir.clone(), holder }),
            None => Ok(()),
        }
    }

    /// How long until folder and ledger are tried again, and the files that wait for them.
    pub(super) fn ground_again(&self) -> Duration {
        GROUND_AGAIN.min(self.setup.config.scan_interval)
    }

    /// Opens what is not open: folder first, then the ledger. Answers who else holds the folder.
    pub(super) fn mend_ground(&mut self) -> Option<String> {
        let mut held = None;
        self.ground_due = Instant::now() + self.ground_again();
        if self.folder.is_none() {
            let path = self.setup.config.watch_dir.clone();
            match open_folder(&self.setup) {
                Ok(folder) => {
                    self.folder = Some(folder);
                    self.well(MISSING);
                    self.well(HELD);
                    self.scan.last = None;
                    // Not at once: a pass that is asked for now has its own scan.
                    self.scan.due = Some(Instant::now());
                }
                Err(NoFolder::Held(holder)) => {
                    let message = StartError::Held { folder: path, holder: holder.clone() }.to_string();
                    let hint = Some("Quit the other OutTray, or choose another folder.".into());
                    self.trouble(HELD, Trouble { kind: HELD.into(), message, hint });
                    held = Some(holder);
                }
                Err(NoFolder::Io(error)) => self.trouble(MISSING, missing(&path, &error)),
            }
        }
        if self.ledger.is_none() && self.queue.busy() == 0 {
            match self.open_ledger() {
                Ok((ledger, loaded)) => {
                    self.ledger = Some(ledger);
                    self.know_own(); // the state folder may be a new one
                    self.well(LEDGER);
                    self.restore(loaded);
                    self.scan.last = None;
                    self.scan.due = Some(Instant::now());
                }
                Err(trouble) => self.trouble(LEDGER, trouble),
            }
        }
        held
    }

    /// Which places are OutTray's own now.
    pub(super) fn know_own(&mut self) {
        if let Some(folder) = &mut self.folder {
            folder.own = Own::of(&self.setup);
        }
    }

    /// A state folder that was removed is made anew first: somebody else may have done so, and then it is theirs.
    fn open_ledger(&mut self) -> Result<(Ledger, Loaded), Trouble> {
        let place = &self.setup.state_dir;
        if self.state_lock.is_none() || !place.is_dir() {
            self.state_lock = None;
            let made = places::create_private_folder(place).map_err(|error| LedgerError::Broken(error.to_string()));
            made.map_err(|error| broken(&error))?;
            self.state_lock = Some(lock_state(place).map_err(|error| setup(&error))?);
        }
        Ledger::open(place, &self.setup.config.watch_dir).map_err(|error| broken(&error))
    }

    fn restore(&mut self, loaded: Loaded) {
        if let Some(path) = &loaded.moved_aside {
            let place = path.display();
            tracing::warn!(
                "⚠️  the ledger was damaged; a new one is begun, the old one is kept as {place}. No file is lost"
            );
        }
        self.totals.files = loaded.synced_total;
        self.totals.bytes = loaded.bytes_total;
        self.totals.redacted = loaded.redacted;
        self.guarding.remember(loaded.choices);
        self.totals.last_success = loaded.last_success.and_then(|at| jiff::Timestamp::from_second(at).ok());
        if !self.pause_unwritten {
            self.paused_until = loaded.paused_until.map(super::shown::moment);
        }
        for receipt in loaded.recent.iter().rev() {
            self.audit.add(receipt);
        }
        self.audit.look_at_all();
        let now = Instant::now();
        for (name, open) in loaded.open {
            let (identity, progress) = match &open {
                Open::Intent { identity, progress } => (Some(*identity), progress.clone()),
                Open::Verified { .. } | Open::Orphan { .. } => (None, Progress::default()),
            };
            let in_place = matches!(open, Open::Orphan { .. });
            self.queue.restore(&name, identity, open, progress, now);
            if in_place {
                self.look_at(&name); // no listing shows it, and it must be still for a while, too
            }
        }
    }

    /// The ledger failed: nothing more is started until it can be opened again. What is known here alone when its file was
    /// removed goes into the next one.
    pub(super) fn lose_ledger(&mut self, error: &LedgerError) {
        if *error == LedgerError::Gone
            && let Some(ledger) = &self.ledger
        {
            if !ledger.is_gone() {
                return; // it was the one before
            }
            self.state_lock = None;
            self.pause_unwritten = self.is_paused();
            let orphans = self.queue.iter().filter_map(|(name, item)| match &item.open {
                Some(Open::Orphan { origin }) => Some((name.clone(), origin.clone())),
                _ => None,
            });
            self.orphans.extend(orphans.collect::<Vec<_>>());
        }
        self.ledger = None;
        self.ground_due = Instant::now() + self.ground_again();
        self.trouble(LEDGER, broken(error));
    }

    /// The folder is gone, or another one has its name now.
    pub(super) fn lose_folder(&mut self, error: &io::Error) {
        let path = self.setup.config.watch_dir.clone();
        self.trouble(MISSING, missing(&path, error));
        self.drop_folder();
        self.ground_due = Instant::now() + self.ground_again();
    }

    fn drop_folder(&mut self) {
        self.folder = None;
        self.scan.last = None;
        self.queue.forget_beyond();
        for name in self.queue.names() {
            // What the ledger knows of is kept: it is looked for when the folder is back.
            if self.queue.item(&name).is_some_and(|item| item.open.is_none()) {
                self.queue.vanished(&name);
            }
        }
    }

    pub(super) fn needs_new_folder(&self, old: &Config) -> bool {
        let new = &self.setup.config;
        new.watch_dir != old.watch_dir || new.files.recursive != old.files.recursive
    }

    /// Another folder is watched from now on. In the old one PUTs in flight come to their end, and nothing else begins.
    pub(super) fn change_folder(&mut self) {
        self.epoch += 1;
        self.leave.send_replace(true);
        self.leave = watch::channel(false).0;
        (self.folder, self.ledger) = (None, None);
        self.queue = super::Queue::default();
        self.scan = super::Scan::default(); // a listing of the old folder that still runs is nobody's
        self.audit.clear();
        self.orphans.clear();
        self.touched.clear();
        (self.pass.scanned, self.pass.until_turn) = (false, None);
        self.troubles.retain(|kind, _| *kind == "config");
        self.mend_ground();
    }
}

fn missing(path: &Path, error: &io::Error) -> Trouble {
    Trouble {
        kind: MISSING.into(),
        message: format!("the folder {} cannot be opened: {error}", path.display()),
        hint: Some("Create it, or change watch_dir. Files are sent as soon as it is there.".into()),
    }
}

fn broken(error: &LedgerError) -> Trouble {
    if *error == LedgerError::Gone {
        return Trouble {
            kind: "state.removed".into(),
            message: format!("{error} while OutTray runs; nothing is sent until there is a new one"),
            hint: Some("OutTray makes it anew by itself. No file is lost, but the history is.".into()),
        };
    }
    Trouble {
        kind: "ledger.broken".into(),
        message: format!("{error}; nothing is sent until it can"),
        hint: Some("Check that the disk is not full and that the state folder can be written.".into()),
    }
}

pub(super) fn setup(error: &StartError) -> Trouble {
    let (kind, hint) = (error.kind().to_owned(), error.hint());
    Trouble { kind, message: error.to_string(), hint }
}
