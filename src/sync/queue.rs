//! The files that are not sent yet: what each waits for, and whose turn it is.
//!
//! In: facts of files and the ends of deliveries, with the time as a value. Out: the next file to send and the next moment
//! at which something is due. Of a long line only the front is kept with facts. Pure: no clock, no disk.
//! Not here: sending (`courier`), whether the network allows it (`gate`).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::ledger::{Identity, Open, Progress, Sha256};
use crate::guard::Choice;
use crate::remote;

mod beyond;
mod counts;

use beyond::Beyond;

/// So many files are kept ready with all their facts; of those behind them the names alone.
pub(super) const LINE: usize = 1024;

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
    /// Times that carrying this content met a fault of our own.
    pub panics: u32,
    /// The hash of what the guard looked through last, as soon as it is known.
    pub seen: Arc<OnceLock<Sha256>>,
    /// What the person decided of the content with this hash, not yet written down.
    pub choice: Option<(Sha256, Choice)>,
    /// Its place in the line, while it is ready or busy.
    turn: u64,
}

/// All unsent files of the folder.
#[derive(Debug, Default)]
pub(super) struct Queue {
    items: HashMap<String, Item>,
    ready: BTreeMap<u64, String>,
    /// Those that are under way, by turn.
    busy: BTreeMap<u64, String>,
    turns: u64,
    beyond: Beyond,
    settling: usize,
    due: BTreeSet<(Instant, String)>,
    rejected: usize,
    /// Files that wait after a failure.
    failed: usize,
    /// Those of them whose failure lies on this computer.
    failed_here: usize,
}

impl Phase {
    fn is_put(&self) -> bool {
        matches!(self, Self::Busy { sent } if sent.runs())
    }
}

/// What time it is, by both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub instant: Instant,
    /// Nanoseconds since 1970.
    pub wall_ns: i64,
}

impl Item {
    /// Seen just now, and nothing else is known of it.
    fn new(identity: Option<Identity>, now: Instant) -> Self {
        Self {
            phase: Phase::Settling { until: now },
            identity,
            since: now,
            progress: Progress::default(),
            open: None,
            dirty: false,
            panics: 0,
            seen: Arc::default(),
            choice: None,
            turn: 0,
        }
    }

    /// Rejected by a listing for its very name, under which no single look finds it.
    pub(super) fn is_unlooked(&self) -> bool {
        self.identity.is_none()
            && matches!((&self.phase, &self.open), (Phase::Rejected { remote: false, .. }, Some(Open::Intent { .. })))
    }

    /// It may be getting its marked name now, or have got it before a crash.
    pub(super) fn may_be_marked(&self) -> bool {
        matches!(self.phase, Phase::Busy { .. }) || matches!(self.open, Some(Open::Verified { .. }))
    }
}

impl Queue {
    /// A file was seen. New content starts afresh; known content changes nothing.
    pub(super) fn observe(&mut self, name: &str, identity: Identity, settle: Duration, now: Now) {
        let Some(item) = self.items.get_mut(name) else {
            self.add(name, Item::new(Some(identity), now.instant));
            return self.settle(name, settle, now);
        };
        match &item.phase {
            _ if item.identity == Some(identity) => {}
            Phase::Busy { .. } => item.dirty = true,
            _ => {
                item.identity = Some(identity);
                item.since = now.instant;
                item.progress = Progress::default();
                item.panics = 0;
                item.seen = Arc::default();
                item.choice = None;
                self.settle(name, settle, now);
            }
        }
    }

    /// From the ledger, or from the look at marked files. `identity` is what a parked file must still be to stay parked.
    /// A file that is in the queue already stays as it is.
    pub(super) fn restore(
        &mut self,
        name: &str,
        identity: Option<Identity>,
        open: Open,
        progress: Progress,
        now: Instant,
    ) {
        if self.items.contains_key(name) {
            return;
        }
        let phase = match progress.trouble.clone() {
            Some((kind, reason)) if progress.parked => {
                Phase::Rejected { held: Held { kind: Some(kind), reason, hint: None, failed: true }, remote: true }
            }
            _ => Phase::Ready,
        };
        self.add(name, Item { progress, open: Some(open), ..Item::new(identity, now) });
        self.set(name, phase);
    }

    fn add(&mut self, name: &str, settling: Item) {
        self.settling += 1;
        self.items.insert(name.to_owned(), settling);
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
        if let Some(item) = self.items.remove(name) {
            self.ready.remove(&item.turn);
        }
    }

    /// Moves a file to another phase; keeps timers, counts and the line of ready files in step.
    pub(super) fn set(&mut self, name: &str, phase: Phase) {
        let Some(item) = self.items.get_mut(name) else { return };
        if let Some(at) = due_of(&item.phase) {
            self.due.remove(&(at, name.to_owned()));
        }
        self.settling -= usize::from(matches!(item.phase, Phase::Settling { .. }));
        self.rejected -= usize::from(matches!(item.phase, Phase::Rejected { .. }));
        self.failed -= usize::from(has_failed(&item.phase));
        self.failed_here -= usize::from(has_failed_here(&item.phase));
        let has_turn = self.ready.remove(&item.turn).is_some() || self.busy.remove(&item.turn).is_some();
        item.phase = phase;
        if let Some(at) = due_of(&item.phase) {
            self.due.insert((at, name.to_owned()));
        }
        self.settling += usize::from(matches!(item.phase, Phase::Settling { .. }));
        self.rejected += usize::from(matches!(item.phase, Phase::Rejected { .. }));
        self.failed += usize::from(has_failed(&item.phase));
        self.failed_here += usize::from(has_failed_here(&item.phase));
        if matches!(item.phase, Phase::Ready | Phase::Busy { .. }) && !has_turn {
            self.turns += 1; // no file has turn 0
            item.turn = self.turns;
        }
        match item.phase {
            Phase::Ready => _ = self.ready.insert(item.turn, name.to_owned()),
            Phase::Busy { .. } => _ = self.busy.insert(item.turn, name.to_owned()),
            _ => {}
        }
    }

    pub(super) fn item(&self, name: &str) -> Option<&Item> {
        self.items.get(name)
    }

    pub(super) fn item_mut(&mut self, name: &str) -> Option<&mut Item> {
        self.items.get_mut(name)
    }

    /// Carrying it met a fault of our own; answers how often by now.
    pub(super) fn panicked(&mut self, name: &str) -> u32 {
        self.items.get_mut(name).map_or(0, |item| {
            item.panics += 1;
            item.panics
        })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Item)> {
        self.items.iter()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.items.keys().cloned().collect()
    }

    /// The file whose turn it is; the caller makes it busy, or something else that is not ready.
    pub(super) fn next_ready(&self) -> Option<String> {
        self.ready.values().next().cloned()
    }

    /// The files that are asked for, sent or marked at this moment.
    pub(super) fn under_way(&self) -> HashSet<String> {
        self.busy.values().cloned().collect()
    }

    /// How many of them are being PUT.
    pub(super) fn on_the_wire(&self) -> usize {
        let is_put = |name: &&String| self.items.get(*name).is_some_and(|item| item.phase.is_put());
        self.busy.values().filter(is_put).count()
    }

    /// Files that get in line from now on have this turn or a later one.
    pub(super) fn next_turn(&self) -> u64 {
        self.turns + 1
    }

    /// Whether one of those that were in line before `turn` is being sent.
    pub(super) fn is_busy_before(&self, turn: u64) -> bool {
        self.busy.first_key_value().is_some_and(|(first, _)| *first < turn)
    }

    /// Whether one of those that were in line before `turn` may still be sent.
    pub(super) fn has_ready_before(&self, turn: u64) -> bool {
        self.ready.first_key_value().is_some_and(|(first, _)| *first < turn)
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

    /// All of them, those that nobody has looked at yet, too.
    pub(super) fn len(&self) -> usize {
        self.items.len() + self.beyond.len()
    }

    /// Names that a listing found, for which there is no room in the line.
    pub(super) fn join_beyond(&mut self, names: Vec<String>) {
        self.beyond.join(names);
    }

    /// The next name to be looked at, if the line has become short.
    pub(super) fn next_beyond(&mut self) -> Option<String> {
        if self.is_short() { self.beyond.next() } else { None }
    }

    /// Whether there is room for files that wait beyond the line.
    pub(super) fn is_short(&self) -> bool {
        self.beyond.len() > 0 && self.ready.len() + self.settling < LINE
    }

    pub(super) fn beyond(&self) -> impl Iterator<Item = &String> {
        self.beyond.iter()
    }

    /// How many wait beyond the line.
    pub(super) fn len_beyond(&self) -> usize {
        self.beyond.len()
    }

    /// The place behind the last of those beyond the line.
    pub(super) fn end_beyond(&self) -> u64 {
        self.beyond.end()
    }

    /// Whether all that were beyond the line before that place have been looked at.
    pub(super) fn has_come_to(&self, place: u64) -> bool {
        self.beyond.has_come_to(place)
    }

    pub(super) fn forget_beyond(&mut self) {
        self.beyond.clear();
    }
}

fn has_failed(phase: &Phase) -> bool {
    matches!(phase, Phase::Waiting { held, .. } if held.failed)
}

fn has_failed_here(phase: &Phase) -> bool {
    let here = |held: &Held| held.failed && held.kind.as_deref().is_some_and(|kind| kind.starts_with("file."));
    matches!(phase, Phase::Waiting { held, .. } if here(held))
}

fn due_of(phase: &Phase) -> Option<Instant> {
    match phase {
        Phase::Settling { until } | Phase::Waiting { until: Some(until), .. } => Some(*until),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
