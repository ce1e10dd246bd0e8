//! Looks at the folder: whole scans, single names, hints, and the marked files of the last day.
//!
//! In: listings, hints, timers. Out: files in the queue with what they are now.
//! Not here: reading the folder (`scan`), opening it (`ground`), what a file in the queue waits for (`queue`).

use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::audit::{self, Expected, Found};
use super::super::document::{IN_MEMORY, Refusal};
use super::super::handle::Trouble;
use super::super::ledger::{Identity, Ledger, LedgerError, Open, Progress};
use super::super::queue::{Item, LINE};
use super::super::scan::{self, Listing, Wanted};
use super::super::sweep::{Ground, sweep};
use super::super::watch::Hint;
use super::super::wording;
use super::Engine;
use super::ground::{READ_ONLY, UNREADABLE};
use crate::config::KeepSynced;
use crate::files;
use crate::guard::veiled;
use crate::platform::dir::{Dir, Kind, still_being_written};

/// A listing is taken anew after this long even though the folder's time of change says that nothing happened.
const LISTING_AGE: Duration = Duration::from_mins(10);
/// Changes within this time of a listing may share its time stamp, on file systems with coarse clocks (nanoseconds).
const COARSE: i64 = 2_500_000_000;

/// What a look at the folder found.
#[derive(Debug)]
pub(super) struct Looked {
    /// `None` when the folder's time of change says that a listing would tell nothing new.
    listing: Option<Listing>,
    /// Marked files that are not what they should be.
    marked: Vec<(Expected, Found)>,
}

impl Engine {
    /// Begins a look at the whole folder, on another thread. `thorough`: whatever the folder's time of change says.
    pub(super) fn start_scan(&mut self, thorough: bool) {
        self.scan.due = Some(Instant::now() + self.setup.config.scan_interval);
        if self.scan.running.is_some() {
            self.scan.wanted |= thorough;
            return;
        }
        if self.ledger.as_ref().is_some_and(Ledger::is_gone) {
            self.lose_ledger(&LedgerError::Gone);
        }
        if self.folder.is_none() {
            return;
        }
        self.know_own();
        let here = Dir::open(&self.setup.config.watch_dir).and_then(|dir| dir.stat_self());
        let Some(folder) = &self.folder else { return };
        match here {
            Ok(stat) if stat.id == folder.id => {
                if folder.dir.writable() {
                    self.well(READ_ONLY);
                } else {
                    self.trouble(READ_ONLY, read_only(&folder.path.clone()));
                }
                let unchanged = !thorough && self.is_unchanged(stat.mtime_ns);
                if unchanged {
                    self.look_at_known();
                }
                let expected = self.audit.due(jiff::Timestamp::now().as_second());
                if unchanged && expected.is_empty() {
                    return;
                }
                let Some(folder) = &self.folder else { return };
                let (dir, own) = (Arc::clone(&folder.dir), folder.own.clone());
                let wanted = Wanted::of(&self.setup.config.files, own, LINE);
                if !unchanged {
                    (self.scan.began, self.scan.outdated) = (Some(Instant::now()), false);
                    // What changes right after this listing may share the time stamp: then the stamp proves nothing.
                    self.scan.last = is_old(stat.mtime_ns).then(|| (stat.mtime_ns, Instant::now()));
                }
                self.scan.running = Some(tokio::task::spawn_blocking(move || {
                    let list = || scan::list(&dir, &wanted);
                    let listing = (!unchanged).then(list).transpose()?;
                    Ok(Looked { listing, marked: audit::look(&dir, expected) })
                }));
            }
            Ok(_) => self.lose_folder(&io::Error::other("another folder has its name now")),
            Err(error) => self.lose_folder(&error),
        }
    }

    /// New names and renames change the folder's own time; where it stands still, a listing would tell nothing new.
    fn is_unchanged(&self, mtime_ns: i64) -> bool {
        !self.setup.config.files.recursive
            && self.scan.last.is_some_and(|(last, at)| last == mtime_ns && at.elapsed() < LISTING_AGE)
    }

    pub(super) fn look_at_known(&mut self) {
        for name in self.queue.names() {
            self.look_at(&name);
        }
    }

    /// The look at the folder has ended.
    pub(super) fn scanned(&mut self, looked: io::Result<Looked>) {
        let Looked { listing, marked } = match looked {
            Ok(looked) => looked,
            Err(error) => return self.lose_folder(&error),
        };
        if let Some(listing) = listing {
            self.listed(listing);
        }
        for (expected, found) in marked {
            self.marked(&expected, found);
        }
        if std::mem::take(&mut self.scan.wanted) {
            self.start_scan(true);
        } else if !self.pass.waiters.is_empty() && !std::mem::replace(&mut self.pass.scanned, true) {
            self.pass.end_beyond = self.queue.end_beyond();
        }
    }

    /// Looks at files that waited beyond the line, now that it has become short.
    pub(super) fn fill_line(&mut self) {
        for _ in 0..2 * LINE {
            let Some(name) = self.queue.next_beyond() else { break };
            self.look_at(&name);
        }
    }

    /// Looks at a file out of its turn, if it waits beyond the line: somebody asks for it.
    pub(super) fn call_up(&mut self, name: &str) {
        if self.queue.beyond().any(|waits| waits == name) {
            self.look_at(name);
        }
    }

    fn listed(&mut self, listing: Listing) {
        let (now, settle) = (Self::now(), self.setup.config.files.settle);
        let began = self.scan.began.take();
        let mut gone: HashSet<String> = self.queue.names().into_iter().collect();
        for (name, stat) in &listing.candidates {
            if gone.remove(name) || !self.scan.outdated {
                self.queue.observe(name, Identity::from(stat), settle, now);
            } else {
                self.look_at(name);
            }
        }
        let mut beyond = listing.beyond;
        // What is known is looked at, wherever it stands in the listing.
        for name in beyond.extract_if(.., |name| gone.remove(name.as_str())) {
            self.look_at(&name);
        }
        self.queue.join_beyond(beyond);
        for name in listing.not_unicode {
            gone.remove(&name);
            self.reject_name(&name);
        }
        for name in gone {
            // Files that came after the listing began are not in it.
            let Some(item) = self.queue.item(&name) else { continue };
            if item.is_unlooked() {
                self.queue.remove(&name);
            } else if began.is_some_and(|began| item.since < began) {
                self.look_at(&name);
            }
        }
        for (name, kind) in listing.passed_by {
            self.pass_by(&name, kind);
        }
        match listing.unreadable.first() {
            Some(first) => self.trouble(UNREADABLE, unreadable(first, listing.unreadable.len())),
            None => self.well(UNREADABLE),
        }
        self.scan.known = true;
    }

    fn pass_by(&mut self, name: &str, kind: Kind) {
        let what = if kind == Kind::Other { "a link, a pipe or a device" } else { "no regular file" };
        if self.published.first_time(name) {
            let name = veiled(self.guarding.policy(), name, name);
            tracing::info!("left alone: {name} is {what}; only regular files are sent");
        }
    }

    /// Looks at one name, whatever it is.
    pub(super) fn look_at(&mut self, name: &str) {
        self.look(name, false);
    }

    /// `placed`: it got this name by a rename just now.
    fn look(&mut self, name: &str, placed: bool) {
        let Some(folder) = &self.folder else { return };
        let item = self.queue.item(name);
        if item.is_some_and(Item::is_unlooked) {
            return;
        }
        let open = item.and_then(|item| item.open.as_ref());
        let in_place = matches!(open, Some(Open::Orphan { .. }));
        let verified = matches!(open, Some(Open::Verified { .. }));
        match scan::stat(&folder.dir, name) {
            Ok(_) if !in_place && !verified && folder.own.holds(&folder.dir, name) => self.queue.vanished(name),
            Ok(stat) if stat.kind == Kind::File => {
                let leaf = name.rsplit('/').next().unwrap_or(name);
                let wanted = self.setup.config.files.patterns.matches(OsStr::new(leaf));
                if wanted || in_place || verified {
                    let files = &self.setup.config.files;
                    let is_whole = placed && files.require_json && is_closed(&folder.dir, name);
                    let settle = if is_whole { Duration::ZERO } else { files.settle };
                    self.queue.observe(name, Identity::from(&stat), settle, Self::now());
                } else {
                    self.queue.vanished(name); // other settings leave it out now
                }
            }
            // A verified file is not under its own name any more: its delivery looks for it under the other.
            _ if verified => {}
            Ok(_) => self.queue.vanished(name),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.queue.vanished(name),
            Err(_) => {} // the next look will tell
        }
    }

    /// Something happened to a marked file. Large ones are read with the next scan, beside the loop.
    pub(super) fn check_marked(&mut self, name: &str) {
        let (Some(folder), Some(expected)) = (&self.folder, self.audit.expected(name)) else { return };
        if self.queue.item(name).is_some() {
            return; // it is on its way already
        }
        match scan::stat(&folder.dir, name) {
            Ok(stat) if expected.fits(&stat) => {}
            Ok(stat) if stat.size > IN_MEMORY => {
                self.audit.look_at(name);
                self.start_scan(true);
            }
            _ => {
                for (expected, found) in audit::look(&folder.dir, vec![expected]) {
                    self.marked(&expected, found);
                }
            }
        }
    }

    /// A marked file that was written to after its mark is queued again, from where it stands.
    fn marked(&mut self, expected: &Expected, found: Found) {
        let name: &str = &expected.name;
        // After a restart, its older receipt is there as well; a row written now could outlive the delivery under way.
        if self.queue.item(name).is_some() {
            return;
        }
        // Its file's next content may be getting this very name at this moment, when the one before was taken away.
        let origin = self.audit.origin(name).and_then(|origin| self.queue.item(origin));
        if origin.is_some_and(Item::may_be_marked) {
            return self.audit.postpone(name);
        }
        let told = self.audit.origin(name).map(str::to_owned);
        let Some(origin) = self.audit.take_in(expected, found) else {
            if let (Found::Touched(_, Some(changed)), Some(origin)) = (found, told) {
                self.touched.push((origin, name.to_owned(), changed));
            }
            return;
        };
        let shown = files::shown(name.as_ref());
        tracing::warn!(
            "{} was written to after it was sent; the newer content is sent as well",
            veiled(self.guarding.policy(), &shown, &shown)
        );
        let now = Instant::now();
        self.queue.restore(name, None, Open::Orphan { origin: origin.clone() }, Progress::default(), now);
        self.orphans.push((name.to_owned(), origin));
        self.look_at(name); // it must be still for a while, too
    }

    pub(super) fn hinted(&mut self, hint: Option<Hint>) {
        let Some(folder) = &mut self.folder else { return };
        let Some(first) = hint else {
            folder.watch = None;
            return;
        };
        let mut hints = vec![first];
        let mut lost = false;
        if let Some(watch) = &mut folder.watch {
            while hints.len() < 1024
                && let Ok(more) = watch.hints.try_recv()
            {
                hints.push(more);
            }
            lost = watch.lost_some();
        }
        let root = folder.path.clone();
        let (mut names, mut placed) = (BTreeSet::new(), HashSet::new());
        for hint in hints {
            match hint {
                Hint::Placed(path) => {
                    let name = scan::name_below(&root, &path);
                    placed.extend(name.clone());
                    names.extend(name);
                }
                Hint::Rescan => lost = true,
                Hint::Paths(paths) if paths.contains(&root) => lost = true,
                Hint::Paths(paths) => names.extend(paths.iter().filter_map(|path| scan::name_below(&root, path))),
            }
        }
        if names.iter().any(|name| name.contains('/')) {
            self.know_own(); // somebody may have made the state folder anew
        }
        for name in names {
            self.check_marked(&name);
            self.look(&name, placed.contains(&name));
        }
        if lost {
            self.start_scan(true);
        }
    }

    /// `keep_synced = "30d"`: marked files whose time is over are removed, if they are what was sent. With "delete" these
    /// are the ones that a crash, or a program that had them open, has kept from being removed at once.
    pub(super) async fn sweep_marked(&mut self) {
        let age = match self.setup.config.files.keep_synced {
            KeepSynced::Forever => return,
            KeepSynced::For(age) => age,
            KeepSynced::Delete => Duration::ZERO,
        };
        let ended = self.scan.sweeping.take_if(|sweeping| sweeping.is_finished());
        if let Some(ended) = ended
            && let Ok(Err(error)) = ended.await
        {
            self.lose_ledger(&error);
        }
        let (Some(folder), Some(ledger), None) = (&self.folder, &self.ledger, &self.scan.sweeping) else { return };
        // Receipts know whole seconds: the one that has begun counts.
        let before = jiff::Timestamp::now().as_second() + 1 - i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
        let ground = Ground {
            dir: Arc::clone(&folder.dir),
            path: folder.path.clone(),
            id: folder.id,
            _lock: Arc::clone(&folder.lock),
        };
        self.scan.sweeping = Some(tokio::spawn(sweep(ground, ledger.clone(), before, self.leave.subscribe())));
    }

    fn reject_name(&mut self, name: &str) {
        self.reject_unlooked(name, wording::refused(Refusal::NameNotUnicode));
    }
}

fn unreadable(first: &str, count: usize) -> Trouble {
    let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
    Trouble {
        kind: UNREADABLE.into(),
        message: format!("the sub-folder {first}{more} cannot be read; its files wait"),
        hint: Some("Give your user the right to read it; its name must be valid Unicode text.".into()),
    }
}

/// Whether the system is sure that nobody has the file open for writing.
fn is_closed(root: &Arc<Dir>, name: &str) -> bool {
    let file = scan::resolve(root, name).and_then(|(dir, leaf)| dir.open_file(OsStr::new(&leaf)));
    file.is_ok_and(|file| still_being_written(&file) == Some(false))
}

fn is_old(mtime_ns: i64) -> bool {
    Engine::now().wall_ns.saturating_sub(mtime_ns) > COARSE
}

fn read_only(path: &Path) -> Trouble {
    Trouble {
        kind: READ_ONLY.into(),
        message: format!("files in {} cannot be renamed, so nothing is sent", path.display()),
        hint: Some("Give your user the right to write in this folder.".into()),
    }
}
