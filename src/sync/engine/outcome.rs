//! What becomes of a file when its delivery ends.
//!
//! In: a [`Finished`]. Out: the file's new place in the queue, the gate's new mood, the log and the events.
//! Not here: how the delivery went about it (`courier`).

use std::ffi::OsStr;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::super::courier::{Finished, Outcome};
use super::super::document::Hold;
use super::super::event::{Event, Worst};
use super::super::gate::Fate;
use super::super::ledger::{Marked, Open, Progress};
use super::super::queue::{Held, Phase};
use super::super::wording;
use super::Engine;
use super::shown::receipt;
use crate::error::Explain;
use crate::files;
use crate::guard::{Action, Blocked, Choice};
use crate::remote::{Failure, Verdict};

/// A file that somebody has open is looked at again after this long, in case no event comes.
const WRITING_AGAIN: Duration = Duration::from_secs(2);
/// A refused rename or read is tried again after this long.
const REFUSED_AGAIN: Duration = Duration::from_secs(15);
/// So many faults of our own, and the file is left alone until it changes or somebody asks.
const PANICS: u32 = 3;
/// So often may the sending of one content be begun without an end, before it is held to kill the process.
const STARTS: u32 = 10;

impl Engine {
    pub(super) async fn finished(&mut self, finished: Finished) {
        let Finished { name, epoch, edition, recovery, outcome, open } = finished;
        if epoch != self.epoch {
            if let Outcome::Done(marked) = outcome {
                self.count(&marked);
            }
            return;
        }
        let Some(item) = self.queue.item_mut(&name) else { return };
        item.open = open;
        let dirty = std::mem::take(&mut item.dirty);
        match outcome {
            Outcome::Done(marked) => self.done(&name, &marked, recovery),
            Outcome::Changed => {
                self.queue.remove(&name);
                self.look_at(&name);
            }
            Outcome::Orphaned(target) => {
                let origin = name.clone();
                self.queue.remove(&name);
                let open = Open::Orphan { origin };
                self.queue.restore(&target, None, open, Progress::default(), Instant::now());
                self.look_at(&target); // it must be still for a while, too
                self.look_at(&name);
            }
            Outcome::Held(hold) => self.held(&name, &hold),
            // Another presigner may be asked by now, in another way: its turn comes at once.
            Outcome::Unsent { .. } if edition != self.edition => {
                self.queue.set(&name, Phase::Ready);
                self.left(&name).await;
            }
            Outcome::Unsent { verdict, failure } => self.unsent(&name, &verdict, &failure).await,
            Outcome::Unmarked(why) => {
                let until = Some(Instant::now() + REFUSED_AGAIN);
                self.wait_or_tell(&name, wording::unmarked(&why), until);
            }
            Outcome::Ledger(error) => {
                let held = wording::ledger(&error.to_string());
                let until = Some(Instant::now() + self.ground_again());
                self.queue.set(&name, Phase::Waiting { until, held });
                self.lose_ledger(&error);
            }
            Outcome::Panicked if self.queue.panicked(&name) >= PANICS => {
                self.reject(&name, wording::crashes("sending it met a fault of OutTray itself three times"), true);
            }
            Outcome::Panicked => {
                let hold = Hold::Unreadable("a fault of OutTray itself".into());
                self.held(&name, &hold);
            }
            Outcome::Left => {
                self.queue.set(&name, Phase::Ready);
                self.left(&name).await;
            }
        }
        if dirty {
            self.look_at(&name);
        }
        if recovery || self.pass.before.remove(&name) {
            // What is found in its place now was there before the pass that is under way, and belongs to it.
            self.wait_for_more();
        }
        for marked in self.audit.take_postponed(&name) {
            self.check_marked(&marked);
        }
    }

    fn done(&mut self, name: &str, marked: &Marked, recovery: bool) {
        self.queue.remove(name);
        self.scan.outdated = true;
        if !recovery {
            self.gate.success(Instant::now());
        }
        self.audit.add(marked);
        if !self.pass.waiters.is_empty() {
            self.pass.report.synced += 1;
            self.pass.report.bytes += marked.intent.wire_size;
        }
        self.count(marked);
        // The producer may have finished the next file of this name meanwhile.
        self.look_at(&marked.name);
    }

    fn count(&mut self, marked: &Marked) {
        self.totals.files += 1;
        self.totals.bytes += marked.intent.wire_size;
        if let Some(guarded) = marked.intent.guarded.as_ref().filter(|guarded| guarded.mode == Action::Redact) {
            self.totals.redacted.join(&guarded.findings, 1);
        }
        self.totals.last_success = Timestamp::from_second(marked.at).ok();
        self.totals.last_error = None;
        self.tell(Event::Uploaded { receipt: receipt(marked) });
    }

    fn held(&mut self, name: &str, hold: &Hold) {
        let settle = self.setup.config.files.settle;
        let now = Self::now();
        let Some(item) = self.queue.item(name) else { return };
        let age = item.identity.map_or(0, |identity| now.wall_ns.saturating_sub(identity.mtime_ns));
        let age = Duration::from_nanos(u64::try_from(age).unwrap_or(0)).max(now.instant.duration_since(item.since));
        let wait =
            |limit: Duration| limit.checked_sub(age).map(|left| now.instant + left).filter(|at| *at > now.instant);
        match hold {
            Hold::Gone => {
                self.queue.remove(name);
                self.look_at(name);
            }
            Hold::Writing => {
                let until = Some(now.instant + settle.max(WRITING_AGAIN));
                self.queue.set(name, Phase::Waiting { until, held: wording::waits(hold) });
                self.look_at(name);
            }
            Hold::Unfinished(_) | Hold::Empty => {
                let limit = if *hold == Hold::Empty { wording::EMPTY_AFTER } else { wording::BROKEN_AFTER };
                match wait(limit) {
                    Some(until) => {
                        self.queue.set(name, Phase::Waiting { until: Some(until), held: wording::waits(hold) });
                    }
                    None => self.reject(name, wording::rejected(hold), false),
                }
            }
            Hold::Reject(refusal) => self.reject(name, wording::refused(*refusal), false),
            Hold::Guarded(Blocked::NoRoom(_)) | Hold::Unreadable(_) => {
                self.wait_or_tell(name, wording::waits(hold), Some(now.instant + REFUSED_AGAIN));
            }
            Hold::Guarded(_) => self.reject(name, wording::waits(hold), false),
        }
    }

    async fn unsent(&mut self, name: &str, verdict: &Verdict, failure: &Failure) {
        let now = Instant::now();
        let Some(item) = self.queue.item_mut(name) else { return };
        let fate = self.gate.failed(name, item.progress.fails, verdict, failure, now);
        item.progress.starts = 0;
        item.progress.fails += u32::from(!matches!(fate, Fate::Wait { counts: false, .. }));
        item.progress.trouble = Some((failure.kind.to_owned(), failure.to_string()));
        item.progress.parked = fate == Fate::Park;
        let progress = item.progress.clone();
        self.worsen(worst(verdict, failure), || format!("{}: {failure}", files::shown(OsStr::new(name))));
        self.totals.last_error = Some(failure.to_string());
        let held = Held {
            kind: Some(failure.kind.to_owned()),
            reason: failure.to_string(),
            hint: failure.hint(),
            failed: true,
        };
        let (attempts, path) = (progress.fails, self.path_of(name));
        match fate {
            Fate::Park => self.reject(name, held, true),
            Fate::Wait { until, .. } => {
                self.tell(Event::Failed {
                    file: files::shown(OsStr::new(name)),
                    path,
                    cause: failure.to_string(),
                    kind: failure.kind.to_owned(),
                    hint: failure.hint(),
                    attempts,
                    next_try: Some(super::shown::when(until)),
                });
                self.queue.set(name, Phase::Waiting { until: Some(until), held });
            }
        }
        if let Some(ledger) = self.ledger.clone()
            && let Err(error) = ledger.failed(name, progress).await
        {
            self.lose_ledger(&error);
        }
    }

    /// It ended by our own wish: that says nothing against the file.
    async fn left(&mut self, name: &str) {
        let Some(item) = self.queue.item_mut(name) else { return };
        item.progress.starts = 0;
        let progress = item.progress.clone();
        if let Some(ledger) = self.ledger.clone()
            && let Err(error) = ledger.failed(name, progress).await
        {
            self.lose_ledger(&error);
        }
    }

    /// A local fault that may pass: told in the log when it is new.
    fn wait_or_tell(&mut self, name: &str, held: Held, until: Option<Instant>) {
        self.worsen(Worst::Failed, || format!("{}: {}", files::shown(OsStr::new(name)), held.reason));
        if self.published.first_time(&format!("{name}\0{}", held.reason)) {
            self.totals.last_error = Some(held.reason.clone());
            self.tell(Event::Failed {
                file: files::shown(OsStr::new(name)),
                path: self.path_of(name),
                cause: held.reason.clone(),
                kind: held.kind.clone().unwrap_or_default(),
                hint: held.hint.clone(),
                attempts: 0,
                next_try: until.map(super::shown::when),
            });
        }
        self.queue.set(name, Phase::Waiting { until, held });
    }

    fn reject(&mut self, name: &str, held: Held, remote: bool) {
        self.worsen(Worst::Failed, || format!("{}: {}", files::shown(OsStr::new(name)), held.reason));
        self.tell(Event::Rejected {
            file: files::shown(OsStr::new(name)),
            path: self.path_of(name),
            reason: held.reason.clone(),
            kind: held.kind.clone().unwrap_or_default(),
            hint: held.hint.clone(),
        });
        self.queue.set(name, Phase::Rejected { held, remote });
    }

    /// A file that cannot even be looked at under its name.
    pub(super) fn reject_unlooked(&mut self, name: &str, held: Held) {
        if self.queue.item(name).is_none() {
            let open = Open::Intent {
                identity: super::super::ledger::Identity {
                    id: crate::platform::dir::FileId { device: 0, inode: 0 },
                    size: 0,
                    mtime_ns: 0,
                },
                progress: Progress::default(),
            };
            self.queue.restore(name, None, open, Progress::default(), Instant::now());
            self.reject(name, held, false);
        }
    }

    /// Every file, or one, is tried again as soon as possible. Answers how many that are.
    pub(super) fn retry(&mut self, name: Option<&str>) -> u64 {
        let mut count = 0;
        let names = match name {
            Some(name) => {
                self.call_up(name);
                vec![name.to_owned()]
            }
            None => self.queue.names(),
        };
        for name in names {
            let Some(item) = self.queue.item_mut(&name) else { continue };
            let again = match &item.phase {
                Phase::Waiting { .. } | Phase::Rejected { remote: true, .. } => true,
                Phase::Rejected { .. } => item.identity.is_some(),
                _ => false,
            };
            if again {
                item.progress = Progress::default();
                item.panics = 0;
                self.queue.set(&name, Phase::Ready);
                count += 1;
            }
        }
        if count > 0 {
            self.knock();
        }
        count
    }

    /// The person decided how the content is sent that the guard found in a file. Whatever else stands there by now is
    /// judged anew; a file that is under way has its terms already.
    pub(super) fn decide(&mut self, name: &str, choice: Choice) -> u64 {
        self.call_up(name);
        let Some(item) = self.queue.item_mut(name) else { return 0 };
        let (false, Some(content)) = (matches!(item.phase, Phase::Busy { .. }), item.seen.get()) else { return 0 };
        item.choice = Some((*content, choice));
        self.retry(Some(name));
        1
    }

    /// The pass met this; the report keeps the worst.
    fn worsen(&mut self, worst: Worst, error: impl FnOnce() -> String) {
        if !self.pass.waiters.is_empty() {
            if worst > self.pass.report.worst || self.pass.report.error.is_none() {
                self.pass.report.error = Some(error());
            }
            self.pass.report.worst = self.pass.report.worst.max(worst);
        }
    }

    /// Writes what the looks found to the ledger, before it is sent.
    pub(super) async fn write_looks(&mut self) {
        while let (Some(ledger), Some((target, origin))) = (self.ledger.clone(), self.orphans.last()) {
            fail::fail_point!("late");
            if let Err(error) = ledger.orphan(target, origin).await {
                return self.lose_ledger(&error); // those that are left are written when it is back
            }
            fail::fail_point!("late_written");
            self.orphans.pop();
        }
        if let (Some(ledger), false) = (self.ledger.clone(), self.touched.is_empty())
            && let Err(error) = ledger.touched(std::mem::take(&mut self.touched)).await
        {
            self.lose_ledger(&error); // they are read once more
        }
    }

    /// A content whose sending was begun again and again without an end is suspected of killing the process.
    pub(super) fn is_suspect(&self, name: &str) -> bool {
        self.queue.item(name).is_some_and(|item| item.progress.starts >= STARTS)
    }

    pub(super) fn reject_suspect(&mut self, name: &str) {
        self.reject(name, wording::crashes("sending it was begun ten times and never came to an end"), true);
    }
}

fn worst(verdict: &Verdict, failure: &Failure) -> Worst {
    match verdict {
        _ if failure.is_refusal() => Worst::Refused,
        Verdict::Park | Verdict::Reread => Worst::Failed,
        Verdict::SetUp if !failure.kind.starts_with("network.") => Worst::Failed,
        _ => Worst::Unreachable,
    }
}
