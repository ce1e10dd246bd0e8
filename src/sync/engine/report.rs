//! How things are, told: the state, the status, the report of a pass, the log and the events.
//!
//! In: the engine's state. Out: values for others; nothing here decides anything.
//! Not here: the shapes (`event`), the words about single files (`wording`).

use std::collections::HashSet;
use std::ffi::OsStr;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::event::{Event, FILES_SHOWN, FileState, FileStatus, Obstacle, PassReport, State, Status, Worst};
use super::super::handle::{Trouble, Why};
use super::super::inspect;
use super::super::queue::{Held, Item, Phase};
use super::super::sentence::sentence;
use super::super::wording;
use super::shown::{receipt, when};
use super::{Engine, PROGRESS_ABOVE, Pass};
use crate::files;
use crate::platform::replace::replace_lightly;

/// `status.json` is written at most this often.
const WRITE_AGAIN: Duration = Duration::from_secs(1);
/// Progress of large files is told this often.
const PROGRESS_AGAIN: Duration = Duration::from_millis(500);
/// Counts are told at most this often.
const TELL_AGAIN: Duration = Duration::from_millis(200);

/// What was told last, so that only changes are told.
#[derive(Default)]
pub(super) struct Published {
    state: Option<State>,
    /// Kinds of the obstacles.
    held_by: Vec<String>,
    counts: (usize, usize, u64),
    told: Option<Instant>,
    /// When counts that changed since are told.
    tell_due: Option<Instant>,
    /// When `status.json` is to be written.
    due: Option<Instant>,
    written: Option<Instant>,
    /// When the progress of large files is told next.
    progress: Option<Instant>,
    /// Things that are told once.
    once: HashSet<String>,
}

impl Published {
    pub(super) fn due(&self) -> Option<Instant> {
        self.due.into_iter().chain(self.tell_due).chain(self.progress).min()
    }

    /// A large file is under way.
    pub(super) fn watch_progress(&mut self) {
        self.progress.get_or_insert_with(|| Instant::now() + PROGRESS_AGAIN);
    }

    pub(super) fn first_time(&mut self, what: &str) -> bool {
        if self.once.len() >= FILES_SHOWN {
            self.once.clear(); // rather told twice than never
        }
        self.once.insert(what.to_owned())
    }
}

impl Engine {
    pub(super) fn is_paused(&self) -> bool {
        self.paused_until.is_some()
    }

    pub(super) fn is_held_by_pause(&self) -> bool {
        self.is_paused() && (self.pass.waiters.is_empty() || !self.pass.despite_pause)
    }

    pub(super) async fn set_pause(&mut self, until: Option<Timestamp>) {
        self.paused_until = until;
        self.pause_unwritten = true;
        self.write_pause().await;
    }

    /// While the ledger cannot be used, the wish is kept in mind; it is newer than what the ledger knows.
    pub(super) async fn write_pause(&mut self) {
        if let (true, Some(ledger)) = (self.pause_unwritten, self.ledger.clone()) {
            match ledger.pause(self.paused_until.map(Timestamp::as_second)).await {
                Ok(()) => self.pause_unwritten = false,
                Err(error) => self.lose_ledger(&error),
            }
        }
    }

    pub(super) fn trouble(&mut self, key: &'static str, trouble: Trouble) {
        if self.troubles.get(key) == Some(&trouble) {
            return;
        }
        let Trouble { kind, message, hint } = trouble.clone();
        self.troubles.insert(key, trouble);
        self.tell(Event::Trouble { message, kind, hint });
    }

    pub(super) fn well(&mut self, key: &'static str) {
        if let Some(trouble) = self.troubles.remove(key) {
            tracing::info!("over: {}", trouble.message);
        }
    }

    pub(super) fn state(&self) -> State {
        if !self.troubles.is_empty() {
            return State::Attention;
        }
        if self.paused_until.is_some() {
            return State::Paused;
        }
        if let Some(closed) = self.gate.closed() {
            return closed.state;
        }
        match (self.queue.busy(), self.queue.rejected() + self.queue.failed_here(), self.queue.failed()) {
            (0, 1.., _) => State::Attention,
            (0, 0, 1..) => State::Offline,
            _ if self.queue.len() > self.queue.rejected() || !self.scan.known => State::Syncing,
            _ => State::Idle,
        }
    }

    /// The status without its files, which are many.
    fn counts(&self) -> Status {
        let uploading = self.queue.on_the_wire();
        Status {
            state: self.state(),
            running: true,
            paused_until: self.paused_until,
            waiting: (self.queue.waiting() + self.queue.busy() - uploading) as u64,
            uploading: uploading as u64,
            rejected: self.queue.rejected() as u64,
            synced_total: self.totals.files,
            bytes_total: self.totals.bytes,
            last_success: self.totals.last_success,
            redacted: self.totals.redacted.clone(),
            // Trouble lasts until it is over, whatever goes well meanwhile.
            last_error: match self.troubles.values().next() {
                Some(trouble) => Some(trouble.message.clone()),
                None => self.totals.last_error.clone(),
            },
            obstacles: self.obstacles(),
            ..inspect::blank(&self.setup)
        }
    }

    pub(super) fn obstacles(&self) -> Vec<Obstacle> {
        let troubles = self.troubles.values().cloned().map(|Trouble { kind, message: reason, hint }| Obstacle {
            state: State::Attention,
            kind,
            reason,
            hint,
        });
        let closed = self.gate.closed().cloned();
        let closed = closed.map(|closed| Obstacle {
            state: closed.state,
            kind: closed.kind,
            reason: closed.reason,
            hint: closed.hint,
        });
        troubles.chain(closed).collect()
    }

    pub(super) fn status(&self) -> Status {
        let now = Instant::now();
        let mut files: Vec<FileStatus> = self.queue.iter().map(|(name, item)| self.file(name, item, now)).collect();
        files.sort_by(|a, b| (order(a.state), &a.name).cmp(&(order(b.state), &b.name)));
        files.extend(self.files_beyond().take(FILES_SHOWN.saturating_sub(files.len())));
        files.truncate(FILES_SHOWN);
        Status { files, ..self.counts() }
    }

    /// Files that nobody has looked at yet.
    fn files_beyond(&self) -> impl Iterator<Item = FileStatus> {
        let held = wording::queued(self.held_by().as_deref());
        let next_try = self.gate.closed().map(|closed| when(closed.until));
        self.queue.beyond().map(move |name| FileStatus {
            name: files::shown(OsStr::new(name)),
            state: FileState::Waiting,
            reason: held.reason.clone(),
            kind: held.kind.clone(),
            attempts: 0,
            next_try,
            size: 0,
            sent: 0,
        })
    }

    fn file(&self, name: &str, item: &Item, now: Instant) -> FileStatus {
        let plain = |held: Held| (held.kind, held.reason);
        let settle = self.setup.config.files.settle;
        let mut next = None;
        let mut bytes = 0;
        let (state, (kind, reason)) = match &item.phase {
            Phase::Settling { until } => {
                next = Some(*until);
                (FileState::Waiting, plain(wording::settling(settle, now.duration_since(item.since))))
            }
            Phase::Ready => {
                let because = self.held_by();
                next = self.gate.closed().map(|closed| closed.until);
                (FileState::Waiting, plain(wording::queued(because.as_deref())))
            }
            Phase::Busy { sent } if sent.runs() => {
                bytes = sent.sent();
                (FileState::Uploading, (None, "being sent".to_owned()))
            }
            Phase::Busy { .. } => (FileState::Waiting, (None, "its turn has come".to_owned())),
            Phase::Waiting { until, held } => {
                next = *until;
                (FileState::Waiting, plain(held.clone()))
            }
            Phase::Rejected { held, .. } => (FileState::Rejected, plain(held.clone())),
        };
        FileStatus {
            name: files::shown(OsStr::new(name)),
            state,
            reason,
            kind,
            attempts: item.progress.fails,
            next_try: next.map(when),
            size: item.identity.map_or(0, |identity| identity.size),
            sent: bytes,
        }
    }

    /// What holds all files now.
    fn held_by(&self) -> Option<String> {
        let for_all = |key: &str| key != "config" && key != super::ground::UNREADABLE;
        if let Some(trouble) = self.troubles.iter().find(|(key, _)| for_all(key)) {
            return Some(trouble.1.message.clone());
        }
        if self.is_paused() {
            return Some("OutTray is paused".into());
        }
        self.gate.closed().map(|closed| closed.reason.clone())
    }

    pub(super) async fn why(&mut self, name: &str) -> Why {
        self.call_up(name);
        if let Some(item) = self.queue.item(name) {
            return Why::Held { file: self.file(name, item, Instant::now()) };
        }
        if let Some(ledger) = &self.ledger
            && let Ok(Some(marked)) = ledger.receipt_of(name).await
        {
            return Why::Sent { receipt: receipt(&marked) };
        }
        inspect::ignored(&self.setup, name)
    }

    /// Answers the waiters when everything of the pass has come to an end, or to something that holds it.
    pub(super) fn end_pass(&mut self) {
        if self.pass.waiters.is_empty() {
            return;
        }
        let now = Instant::now();
        let grounded = self.folder.is_some() && self.ledger.is_some();
        let pass = &mut self.pass;
        let shut = self.gate.closed().is_some_and(|closed| now < closed.until && !pass.waits_for(closed, now));
        let stuck = !grounded || shut || self.is_held_by_pause() || self.is_held_by_trouble();
        if grounded && self.pass.until_turn.is_none() {
            let settling = self.pass.patience.is_some_and(|patience| now < patience) && self.queue.settling() > 0;
            let beyond = !stuck && !self.queue.has_come_to(self.pass.end_beyond);
            if !self.pass.scanned || settling || beyond {
                return;
            }
        }
        // What gets in line later belongs to no pass: a producer that never rests must not keep the answer back.
        let turn = if grounded { *self.pass.until_turn.get_or_insert(self.queue.next_turn()) } else { u64::MAX };
        if self.queue.is_busy_before(turn) || (self.queue.has_ready_before(turn) && !stuck) {
            return;
        }
        let Pass { waiters, next, report, .. } = std::mem::take(&mut self.pass);
        let report = self.report(report);
        self.tell(Event::PassDone { report: report.clone() });
        for waiter in waiters {
            _ = waiter.send(report.clone()); // who does not wait any more needs no answer
        }
        for answer in next {
            self.begin_pass(answer);
        }
    }

    fn report(&self, mut report: PassReport) -> PassReport {
        for (_, item) in self.queue.iter() {
            let failed = match &item.phase {
                Phase::Rejected { .. } => true,
                Phase::Waiting { held, .. } => held.failed,
                Phase::Ready => self.held_by().is_some(),
                _ => false,
            };
            report.failed += u64::from(failed);
            report.waiting += u64::from(!failed);
        }
        let beyond = self.queue.len_beyond() as u64;
        *(if self.held_by().is_some() { &mut report.failed } else { &mut report.waiting }) += beyond;
        if report.failed > 0 {
            report.worst = report.worst.max(Worst::Failed);
        }
        if let Some((key, trouble)) = self.troubles.iter().find(|(key, _)| **key != "config") {
            report.worst = report.worst.max(if *key == super::vitals::KEY { Worst::Refused } else { Worst::Failed });
            report.error = Some(trouble.message.clone());
            report.hint.clone_from(&trouble.hint);
        }
        report
    }

    /// Tells a change: of the state at once, of the counts a few times a second.
    pub(super) fn publish(&mut self) {
        let state = self.state();
        let counts = (self.queue.waiting() + self.queue.busy(), self.queue.rejected(), self.totals.files);
        let held_by: Vec<String> = self.obstacles().into_iter().map(|obstacle| obstacle.kind).collect();
        let changed = self.published.state != Some(state) || self.published.held_by != held_by;
        self.published.tell_due = None;
        if !changed && self.published.counts == counts {
            return;
        }
        let now = Instant::now();
        if changed || self.published.told.is_none_or(|at| now >= at + TELL_AGAIN) {
            self.published.state = Some(state);
            self.published.held_by = held_by;
            self.published.counts = counts;
            self.published.told = Some(now);
            let status = self.counts();
            let sentence = sentence(&status, Timestamp::now(), &TimeZone::system());
            let waiting = status.waiting + status.uploading;
            self.tell(Event::State { state, sentence, waiting, rejected: status.rejected });
            let again = self.published.written.map_or(now, |at| at + WRITE_AGAIN);
            self.published.due.get_or_insert(again);
        } else {
            self.published.tell_due = self.published.told.map(|at| at + TELL_AGAIN);
        }
    }

    pub(super) fn publish_now_if_due(&mut self) {
        if self.published.due.is_some_and(|due| due <= Instant::now()) {
            self.published.due = None;
            self.published.written = Some(Instant::now());
            self.write_status(true);
        }
        if self.published.progress.is_some_and(|due| due <= Instant::now()) {
            self.published.progress = None;
            self.tell_progress();
        }
    }

    fn tell_progress(&mut self) {
        let under_way = self.queue.iter().filter_map(|(name, item)| match &item.phase {
            Phase::Busy { sent } => Some((name, sent.sent(), item.identity?.size)),
            _ => None,
        });
        let large: Vec<Event> = under_way
            .filter(|(.., size)| *size > PROGRESS_ABOVE)
            .map(|(name, sent, size)| Event::Progress { file: files::shown(OsStr::new(name)), sent, size })
            .collect();
        if !large.is_empty() {
            self.published.watch_progress();
        }
        for event in large {
            self.tell(event);
        }
    }

    /// `status.json`, for programs that cannot speak with the socket. Losing it loses nothing.
    pub(super) fn write_status(&self, running: bool) {
        let status = Status { running, ..self.status() };
        let place = self.setup.state_dir.join("status.json");
        let text = serde_json::to_vec(&status).expect("a status is plain data");
        if let Err(error) = replace_lightly(&place, &text) {
            tracing::debug!("status.json cannot be written: {error}");
        }
    }

    /// The one place where events are logged and published.
    pub(super) fn tell(&self, event: Event) {
        super::super::event::log(&event, self.guarding.policy());
        _ = self.events.send(event); // nobody listens: nothing to do
    }

    pub(super) fn path_of(&self, name: &str) -> String {
        files::shown(self.setup.config.watch_dir.join(name).as_os_str())
    }
}

fn order(state: FileState) -> u8 {
    match state {
        FileState::Rejected => 0,
        FileState::Uploading => 1,
        FileState::Waiting => 2,
    }
}
