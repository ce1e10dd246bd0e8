//! The files that are not sent yet: what each waits for, and whose turn it is.
//!
//! In: facts of files and the ends of deliveries, with the time as a value. Out: the next file to send and the next moment
//! at which something is due. Pure: no clock, no disk.
//! Not here: sending (`courier`), whether the network allows it (`gate`).

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::ledger::{Identity, Open, Progress};
use crate::remote;

/// What holds a file, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    /// Dotted name; `None` while nothing is wrong.
    pub kind: Option<String>,
    pub reason: String,
    pub hint: Option<String>,
    /// It counts as failed in the report of a pass.
    pub failed: bool,
}

#[derive(Debug)]
pub(super) enum Phase {
    /// It must be still for a while.
    Settling {
        until: Instant,
    },
    /// It may be sent as soon as there is room.
    Ready,
    Busy {
        sent: remote::Progress,
    },
    /// Not now; tried again at that moment, or when it changes.
    Waiting {
        until: Option<Instant>,
        held: Held,
    },
    /// Not until it changes; `remote` ones also when somebody asks.
    Rejected {
        held: Held,
        remote: bool,
    },
}

#[derive(Debug)]
pub(super) struct Item {
    pub phase: Phase,
    /// As last seen; `None` before the first look.
    pub identity: Option<Identity>,
    /// Since when it has been seen unchanged.
    pub since: Instant,
    pub progress: Progress,
    /// What the ledger holds of it.
    pub open: Option<Open>,
    /// Something happened to it while it was being sent.
    pub dirty: bool,
    /// The number of the pass that tried it last.
    pub tried_in: u64,
}

/// All unsent files of the folder.
#[derive(Debug, Default)]
pub(super) struct Queue {
    items: HashMap<String, Item>,
    ready: VecDeque<String>,
    due: BTreeSet<(Instant, String)>,
    busy: usize,
    rejected: usize,
    /// Files that wait after a failure.
    failed: usize,
}

/// What time it is, by both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub instant: Instant,
    /// Nanoseconds since 1970.
    pub wall_ns: i64,
}

impl Queue {
    /// A file was seen. New content starts afresh; known content changes nothing.
    pub(super) fn observe(&mut self, name: &str, identity: Identity, settle: Duration, now: Now) {
        let Some(item) = self.items.get_mut(name) else {
            let item = Item {
                phase: Phase::Settling { until: now.instant },
                identity: Some(identity),
                since: now.instant,
                progress: Progress::default(),
                open: None,
                dirty: false,
                tried_in: 0,
            };
            self.items.insert(name.to_owned(), item);
            return self.settle(name, settle, now);
        };
        match &item.phase {
            _ if item.identity == Some(identity) => {}
            Phase::Busy { .. } => item.dirty = true,
            _ => {
                item.identity = Some(identity);
                item.since = now.instant;
                item.progress = Progress::default();
                self.settle(name, settle, now);
            }
        }
    }

    /// From the ledger, before the first scan. `identity` is what a parked file must still be to stay parked.
    pub(super) fn restore(
        &mut self,
        name: &str,
        identity: Option<Identity>,
        open: Open,
        progress: Progress,
        now: Instant,
    ) {
        let phase = match progress.trouble.clone() {
            Some((kind, reason)) if progress.parked => {
                self.rejected += 1;
                Phase::Rejected { held: Held { kind: Some(kind), reason, hint: None, failed: true }, remote: true }
            }
            _ => {
                self.ready.push_back(name.to_owned());
                Phase::Ready
            }
        };
        let item = Item { phase, identity, since: now, progress, open: Some(open), dirty: false, tried_in: 0 };
        self.items.insert(name.to_owned(), item);
    }

    /// The file must have been still for `settle`: since its last write, or since it was first seen like this when its
    /// time of change lies in the future or is not to be believed.
    fn settle(&mut self, name: &str, settle: Duration, now: Now) {
        let Some(item) = self.items.get(name) else { return };
        let seen = settle.saturating_sub(now.instant.duration_since(item.since));
        let age = item.identity.map_or(0, |identity| now.wall_ns.saturating_sub(identity.mtime_ns));
        let left = match u64::try_from(age) {
            Ok(age) => seen.min(settle.saturating_sub(Duration::from_nanos(age))),
            Err(_) => seen,
        };
        let phase = if left.is_zero() { Phase::Ready } else { Phase::Settling { until: now.instant + left } };
        self.set(name, phase);
    }

    /// The file is not there any more.
    pub(super) fn vanished(&mut self, name: &str) {
        match self.items.get_mut(name) {
            Some(Item { phase: Phase::Busy { .. }, dirty, .. }) => *dirty = true,
            Some(_) => self.remove(name),
            None => {}
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.set(name, Phase::Ready); // takes it out of timers and counts
        self.items.remove(name);
    }

    /// Moves a file to another phase; keeps timers, counts and the line of ready files in step.
    pub(super) fn set(&mut self, name: &str, phase: Phase) {
        let Some(item) = self.items.get_mut(name) else { return };
        if let Some(at) = due_of(&item.phase) {
            self.due.remove(&(at, name.to_owned()));
        }
        self.busy -= usize::from(matches!(item.phase, Phase::Busy { .. }));
        self.rejected -= usize::from(matches!(item.phase, Phase::Rejected { .. }));
        self.failed -= usize::from(has_failed(&item.phase));
        let was_ready = matches!(item.phase, Phase::Ready);
        item.phase = phase;
        if let Some(at) = due_of(&item.phase) {
            self.due.insert((at, name.to_owned()));
        }
        self.busy += usize::from(matches!(item.phase, Phase::Busy { .. }));
        self.rejected += usize::from(matches!(item.phase, Phase::Rejected { .. }));
        self.failed += usize::from(has_failed(&item.phase));
        if matches!(item.phase, Phase::Ready) && !was_ready {
            self.ready.push_back(name.to_owned());
        }
    }

    pub(super) fn item(&self, name: &str) -> Option<&Item> {
        self.items.get(name)
    }

    pub(super) fn item_mut(&mut self, name: &str) -> Option<&mut Item> {
        self.items.get_mut(name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Item)> {
        self.items.iter()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.items.keys().cloned().collect()
    }

    /// Takes the next ready file out of the line; the caller makes it busy.
    pub(super) fn next_ready(&mut self) -> Option<String> {
        while let Some(name) = self.ready.pop_front() {
            if self.items.get(&name).is_some_and(|item| matches!(item.phase, Phase::Ready)) {
                return Some(name);
            }
        }
        None
    }

    pub(super) fn has_ready(&mut self) -> bool {
        while let Some(name) = self.ready.front() {
            if self.items.get(name).is_some_and(|item| matches!(item.phase, Phase::Ready)) {
                return true;
            }
            self.ready.pop_front();
        }
        false
    }

    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Files whose moment has come.
    pub(super) fn pop_due(&mut self, now: Instant) -> Vec<String> {
        let mut names = Vec::new();
        while self.due.first().is_some_and(|(at, _)| *at <= now) {
            names.extend(self.due.pop_first().map(|(_, name)| name));
        }
        names
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn busy(&self) -> usize {
        self.busy
    }

    pub(super) fn rejected(&self) -> usize {
        self.rejected
    }

    /// Files that wait after a failure.
    pub(super) fn failed(&self) -> usize {
        self.failed
    }

    /// Files that are neither being sent nor rejected.
    pub(super) fn waiting(&self) -> usize {
        self.items.len() - self.busy - self.rejected
    }
}

fn has_failed(phase: &Phase) -> bool {
    matches!(phase, Phase::Waiting { held, .. } if held.failed)
}

fn due_of(phase: &Phase) -> Option<Instant> {
    match phase {
        Phase::Settling { until } | Phase::Waiting { until: Some(until), .. } => Some(*until),
        _ => None,
    }
}
