//! The look at marked files: a writer that kept its handle may write again after the mark.
//!
//! In: receipts of the last day. Out: names whose bytes are not what the receipt says. Events tell at once; where there are
//! none, every scan looks at the young ones and now and then at all.
//! Not here: what becomes of such a file (`engine::outcome`).

use std::collections::{HashMap, HashSet, VecDeque};
use std::ffi::OsStr;
use std::sync::Arc;

use super::delivery::TAKEN_AWAY;
use super::document::content_of;
use super::ledger::{Changed, Identity, Marked, Sha256, changed};
use super::scan;
use crate::platform::dir::{Dir, Stat};

/// Receipts younger than this are looked at with every scan, in seconds.
const YOUNG_SECS: i64 = 600;
/// After this no more is expected of a writer, in seconds.
const OLD_SECS: i64 = 24 * 3600;

/// At most so many files are kept in mind, the newest.
const MOST: usize = 100_000;

#[derive(Debug, Default)]
pub(super) struct Audit {
    /// By marked name. There may be a hundred thousand of them, so they are kept small.
    marked: HashMap<Arc<str>, Mark>,
    /// Marked names, oldest first; some may be forgotten already.
    order: VecDeque<Arc<str>>,
    /// What the producer called those whose marked name does not begin with it.
    origins: HashMap<Arc<str>, String>,
    all: bool,
    /// Looked at when the delivery under way has ended.
    postponed: Vec<String>,
    /// Looked at with the next scan, whatever their age.
    wanted: HashSet<String>,
}

/// What a marked file should be.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    pub name: Arc<str>,
    identity: Identity,
    changed: Changed,
    sha256: Sha256,
}

impl Expected {
    /// Whether the file need not be read: nobody has touched it. A copy over it that keeps size and time (`cp -p`) shows
    /// in the time of its last change.
    pub(super) fn fits(&self, stat: &Stat) -> bool {
        Identity::from(stat) == self.identity && (self.changed.is_none() || changed(stat) == self.changed)
    }
}

/// What it is instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Touched, or restored from a copy: the bytes are the same.
    Touched(Identity, Changed),
    Other,
    Gone,
}

#[derive(Debug)]
struct Mark {
    /// So much of the marked name is what the producer called the file; 0: see [`Audit::origins`].
    origin: u16,
    identity: Identity,
    changed: Changed,
    sha256: Sha256,
    at: i64,
}

impl Mark {
    fn expected(&self, name: &Arc<str>) -> Expected {
        Expected { name: Arc::clone(name), identity: self.identity, changed: self.changed, sha256: self.sha256 }
    }
}

impl Audit {
    pub(super) fn add(&mut self, receipt: &Marked) {
        if receipt.target == TAKEN_AWAY {
            return; // there is nothing to look at
        }
        let target: Arc<str> = receipt.target.as_str().into();
        let front = target.starts_with(&receipt.name).then(|| u16::try_from(receipt.name.len()).ok()).flatten();
        if front.is_none() {
            self.origins.insert(Arc::clone(&target), receipt.name.clone());
        }
        let mark = Mark {
            origin: front.unwrap_or(0),
            identity: receipt.intent.identity,
            changed: receipt.changed,
            sha256: receipt.intent.source_sha256,
            at: receipt.at,
        };
        if self.marked.insert(Arc::clone(&target), mark).is_none() {
            self.order.push_back(target);
        }
        while self.order.len() > MOST {
            let Some(oldest) = self.order.pop_front() else { break };
            self.forget(&oldest);
        }
    }

    fn forget(&mut self, name: &str) {
        self.marked.remove(name);
        self.origins.remove(name);
    }

    pub(super) fn clear(&mut self) {
        self.marked.clear();
        self.order.clear();
        self.origins.clear();
        self.postponed.clear();
        self.wanted.clear();
    }

    /// The next scan looks at every file of the last day.
    pub(super) fn look_at_all(&mut self) {
        self.all = true;
    }

    /// That marked file is looked at when the delivery under way has ended: [`Audit::take_postponed`].
    pub(super) fn postpone(&mut self, name: &str) {
        if self.marked.contains_key(name) && !self.postponed.iter().any(|known| known == name) {
            self.postponed.push(name.to_owned());
        }
    }

    /// The marked names whose look was put off, of files that the producer calls `origin`.
    pub(super) fn take_postponed(&mut self, origin: &str) -> Vec<String> {
        let (ended, postponed) = std::mem::take(&mut self.postponed)
            .into_iter()
            .partition(|name| self.origin(name).is_none_or(|known| known == origin));
        self.postponed = postponed;
        ended
    }

    /// The next scan looks at this one, whatever its age.
    pub(super) fn look_at(&mut self, name: &str) {
        self.wanted.insert(name.to_owned());
    }

    /// What a marked file should be; `None` when it is none of ours.
    pub(super) fn expected(&self, name: &str) -> Option<Expected> {
        let (name, mark) = self.marked.get_key_value(name)?;
        Some(mark.expected(name))
    }

    /// What the producer called the file.
    pub(super) fn origin(&self, name: &str) -> Option<&str> {
        let (name, mark) = self.marked.get_key_value(name)?;
        match mark.origin {
            0 => self.origins.get(name).map(String::as_str),
            front => name.get(..usize::from(front)),
        }
    }

    /// Takes in what a look found. If the file holds other bytes than its receipt says: what it was called. Forgets it
    /// then, and when it is gone. A look at what an older receipt said counts for nothing.
    pub(super) fn take_in(&mut self, expected: &Expected, found: Found) -> Option<String> {
        let mark = self.marked.get_mut(&expected.name)?;
        if (mark.identity, mark.sha256) != (expected.identity, expected.sha256) {
            return None;
        }
        match found {
            Found::Touched(identity, changed) => {
                (mark.identity, mark.changed) = (identity, changed);
                None
            }
            Found::Gone => {
                self.forget(&expected.name);
                None
            }
            Found::Other => {
                let origin = self.origin(&expected.name).map(str::to_owned);
                self.forget(&expected.name);
                origin
            }
        }
    }

    /// The files that are due with a scan at `now` (seconds since 1970).
    pub(super) fn due(&mut self, now: i64) -> Vec<Expected> {
        self.marked.retain(|_, mark| now - mark.at < OLD_SECS);
        self.origins.retain(|name, _| self.marked.contains_key(name));
        let (all, wanted) = (std::mem::take(&mut self.all), std::mem::take(&mut self.wanted));
        let is_due = |name: &str, mark: &Mark| all || now - mark.at < YOUNG_SECS || wanted.contains(name);
        let due = self.marked.iter().filter(|(name, mark)| is_due(name, mark));
        due.map(|(name, mark)| mark.expected(name)).collect()
    }
}

/// Looks at marked files, and answers those that are not what they should be. Reads whole files: not on the engine's thread.
pub(super) fn look(root: &Arc<Dir>, expected: Vec<Expected>) -> Vec<(Expected, Found)> {
    expected.into_iter().filter_map(|one| found(root, &one).map(|found| (one, found))).collect()
}

fn found(root: &Arc<Dir>, expected: &Expected) -> Option<Found> {
    if scan::stat(root, &expected.name).is_ok_and(|stat| expected.fits(&stat)) {
        return None;
    }
    let (dir, leaf) = scan::resolve(root, &expected.name).ok()?;
    match content_of(&dir, OsStr::new(&leaf)) {
        Ok(Some(content)) if content.sha256 == expected.sha256 => {
            Some(Found::Touched(content.identity, content.changed))
        }
        Ok(Some(_)) => Some(Found::Other),
        Ok(None) => Some(Found::Gone),
        Err(_) => None, // unreadable now; the next look will tell
    }
}

#[cfg(test)]
mod tests {
    use super::super::ledger::{Intent, Stored};
    use super::*;

    /// One marked file of each of these names, in a folder of its own.
    fn marked(names: &[&str]) -> (tempfile::TempDir, Arc<Dir>, Audit) {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = Arc::new(Dir::open(folder.path()).expect("it opens"));
        let mut audit = Audit::default();
        for name in names {
            std::fs::write(folder.path().join(name), "{}").expect("written");
            let content = content_of(&dir, name.as_ref()).expect("read").expect("there");
            let (identity, sha256) = (content.identity, content.sha256);
            let identity = if *name == "touched" { Identity { mtime_ns: 0, ..identity } } else { identity };
            let intent = Intent { identity, source_sha256: sha256, wire_sha256: sha256, wire_size: 2, guarded: None };
            let stored = Stored { bucket: "bucket".into(), key: "key".into(), proof: "etag".into() };
            let (name, target, changed) = (format!("origin of {name}"), (*name).to_owned(), content.changed);
            audit.add(&Marked { name, target, intent, stored, changed, at: 1000 });
        }
        (folder, dir, audit)
    }

    fn names(found: &[(Expected, Found)]) -> Vec<&str> {
        let mut names: Vec<&str> = found.iter().map(|(expected, _)| &*expected.name).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn a_look_tells_touched_from_changed_and_an_old_look_counts_for_nothing() {
        let (folder, dir, mut audit) = marked(&["same", "touched", "changed", "gone", "sent_again"]);
        std::fs::write(folder.path().join("changed"), "{\"late\": 1}").expect("written");
        std::fs::write(folder.path().join("sent_again"), "{\"newer\": 1}").expect("written");
        std::fs::remove_file(folder.path().join("gone")).expect("removed");
        assert!(audit.due(1000 + YOUNG_SECS).is_empty(), "old ones are not due with every scan");
        let found = look(&dir, audit.due(1001));
        assert_eq!(names(&found), ["changed", "gone", "sent_again", "touched"]);
        // Meanwhile its newer content got a receipt of its own.
        audit.marked.get_mut("sent_again").expect("known").sha256 = [9; 32];
        let late: Vec<_> = found.into_iter().filter_map(|(expected, found)| audit.take_in(&expected, found)).collect();
        assert_eq!(late, ["origin of changed"]);
        assert!(audit.expected("gone").is_none());
        assert_ne!(audit.expected("touched").expect("kept").identity.mtime_ns, 0);
    }

    /// What was wrong: `cp -p` over a marked file keeps inode, size and time of the last write, and was not noticed.
    #[cfg(unix)]
    #[test]
    fn a_copy_that_keeps_size_and_time_is_noticed_and_new_rights_are_looked_at_once() {
        use std::os::unix::fs::PermissionsExt as _;
        let (folder, dir, mut audit) = marked(&["copied_over", "other_rights", "of_an_old_ledger"]);
        audit.marked.get_mut("of_an_old_ledger").expect("known").changed = None;
        // The system's clock moves in steps of a few milliseconds.
        let before = content_of(&dir, "copied_over".as_ref()).expect("read").expect("there");
        while content_of(&dir, "copied_over".as_ref()).expect("read").expect("there").changed == before.changed {
            copy_over(&folder.path().join("copied_over"));
        }
        let other = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(folder.path().join("other_rights"), other).expect("set");
        let found = look(&dir, audit.due(1001));
        assert_eq!(names(&found), ["copied_over", "other_rights"]);
        let late: Vec<_> = found.into_iter().filter_map(|(expected, found)| audit.take_in(&expected, found)).collect();
        assert_eq!(late, ["origin of copied_over"]);
        assert!(look(&dir, audit.due(1001)).is_empty(), "what was read once is not read again");
    }

    #[cfg(unix)]
    fn copy_over(path: &std::path::Path) {
        let time = std::fs::metadata(path).and_then(|facts| facts.modified()).expect("a time");
        std::fs::write(path, "[]").expect("written");
        std::fs::File::options().write(true).open(path).and_then(|file| file.set_modified(time)).expect("set");
    }
}
