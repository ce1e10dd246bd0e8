//! The look at marked files: a writer that kept its handle may write again after the mark.
//!
//! In: receipts of the last day. Out: names whose bytes are not what the receipt says. Events tell at once; where there are
//! none, every scan looks at the young ones and now and then at all.
//! Not here: what becomes of such a file (`engine::outcome`).

use std::collections::{HashMap, VecDeque};
use std::ffi::OsStr;
use std::sync::Arc;

use super::delivery::TAKEN_AWAY;
use super::document::content_of;
use super::ledger::{Identity, Marked, Sha256};
use super::scan;
use crate::platform::dir::Dir;

/// Receipts younger than this are looked at with every scan, in seconds.
const YOUNG_SECS: i64 = 600;
/// After this no more is expected of a writer, in seconds.
const OLD_SECS: i64 = 24 * 3600;

/// At most so many files are kept in mind, the newest.
const MOST: usize = 100_000;

#[derive(Debug, Default)]
pub(super) struct Audit {
    /// By marked name.
    marked: HashMap<String, Mark>,
    /// Marked names, oldest first; some may be forgotten already.
    order: VecDeque<String>,
    all: bool,
    postponed: Vec<String>,
}

#[derive(Debug)]
struct Mark {
    origin: String,
    identity: Identity,
    sha256: Sha256,
    at: i64,
}

impl Audit {
    pub(super) fn add(&mut self, receipt: &Marked) {
        if receipt.target == TAKEN_AWAY {
            return; // there is nothing to look at
        }
        let mark = Mark {
            origin: receipt.name.clone(),
            identity: receipt.intent.identity,
            sha256: receipt.intent.source_sha256,
            at: receipt.at,
        };
        self.marked.insert(receipt.target.clone(), mark);
        self.order.push_back(receipt.target.clone());
        while self.order.len() > MOST {
            self.order.pop_front().and_then(|oldest| self.marked.remove(&oldest));
        }
    }

    pub(super) fn clear(&mut self) {
        self.marked.clear();
        self.order.clear();
        self.postponed.clear();
    }

    /// The next scan looks at every file of the last day.
    pub(super) fn look_at_all(&mut self) {
        self.all = true;
    }

    /// What the producer called the file of that marked name, if it is one of ours.
    pub(super) fn origin_of(&self, name: &str) -> Option<&str> {
        self.marked.get(name).map(|mark| mark.origin.as_str())
    }

    /// That marked file is looked at when the delivery under way has ended: [`Audit::take_postponed`].
    pub(super) fn postpone(&mut self, name: &str) {
        if self.marked.contains_key(name) && !self.postponed.iter().any(|known| known == name) {
            self.postponed.push(name.to_owned());
        }
    }

    /// The marked names whose look was put off, of files that the producer calls `origin`.
    pub(super) fn take_postponed(&mut self, origin: &str) -> Vec<String> {
        let marked = &self.marked;
        let ended = |name: &mut String| marked.get(name).is_none_or(|mark| mark.origin == origin);
        self.postponed.extract_if(.., ended).collect()
    }

    /// If the marked file holds other bytes than its receipt says: what it was called. Forgets it then, and when it is gone.
    pub(super) fn check(&mut self, root: &Arc<Dir>, name: &str) -> Option<String> {
        let mark = self.marked.get_mut(name)?;
        if scan::stat(root, name).is_ok_and(|stat| Identity::from(&stat) == mark.identity) {
            return None;
        }
        let (dir, leaf) = scan::resolve(root, name).ok()?;
        match content_of(&dir, OsStr::new(&leaf)) {
            Ok(Some((identity, sha256))) if sha256 == mark.sha256 => {
                mark.identity = identity; // touched, or restored from a copy
                None
            }
            Ok(Some(_)) => self.marked.remove(name).map(|mark| mark.origin),
            Ok(None) => {
                self.marked.remove(name);
                None
            }
            Err(_) => None, // unreadable now; the next look will tell
        }
    }

    /// The files that are due with a scan at `now` (seconds since 1970).
    pub(super) fn due(&mut self, now: i64) -> Vec<String> {
        self.marked.retain(|_, mark| now - mark.at < OLD_SECS);
        let all = std::mem::take(&mut self.all);
        let young = |mark: &Mark| all || now - mark.at < YOUNG_SECS;
        self.marked.iter().filter(|(_, mark)| young(mark)).map(|(name, _)| name.clone()).collect()
    }
}
