//! The single loop: commands, hints, ends of deliveries and timers; it owns all state, so nothing needs a lock.
//!
//! In: a [`Setup`], then commands. Out: events, answers, and files that lost their place in the queue.
//! Not here: one file's way (`courier`), what waits for what (`queue`), whether to ask the network (`gate`).

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::audit::Audit;
use super::courier::{Finished, Job, carry};
use super::event::{Event, PassReport, State};
use super::gate::{Closed, Gate};
use super::guarding::Guarding;
use super::handle::{Command, Trouble};
use super::ledger::{Ledger, LedgerError};
use super::queue::{Phase, Queue};
use super::upload::Means;
use super::watch::Hint;
use super::{Setup, StartError, network};
use crate::config::KeepSynced;
use crate::files;
use crate::guard::Tally;
use crate::remote::Budget;

mod clock;
mod ground;
mod looks;
mod outcome;
mod report;
mod settings;
mod shown;
mod vitals;

use ground::Folder;
use looks::Looked;
use report::Published;
pub(super) use shown::{moment, receipt};

/// Deliveries under way beyond the PUTs: their presigns, ledger steps and renames overlap with the PUTs in flight.
const AHEAD: usize = 16;
/// How long PUTs in flight may go on after the wish to quit.
const FAREWELL: Duration = Duration::from_secs(5);
/// A pass waits for a gate that opens within this time, and for so many of them.
const SHORT_CLOSURE: Duration = Duration::from_secs(5);
const CLOSURES: u32 = 3;
/// The progress of files above this size is told.
const PROGRESS_ABOVE: u64 = 1024 * 1024;
/// How often a missing folder or a broken ledger is tried again.
const GROUND_AGAIN: Duration = Duration::from_secs(5);

pub(super) struct Engine {
    setup: Setup,
    means: Arc<Means>,
    budget: Arc<Mutex<Budget>>,
    commands: mpsc::Receiver<Command>,
    events: broadcast::Sender<Event>,

    folder: Option<Folder>,
    ledger: Option<Ledger>,
    /// `None`: the state folder was removed, and is to be made and taken anew.
    state_lock: Option<crate::platform::lock::FolderLock>,
    /// When folder and ledger are looked after next.
    ground_due: Instant,
    /// What is wrong with OutTray's own ground, by kind.
    troubles: BTreeMap<&'static str, Trouble>,

    /// Counts the folders that were watched: what comes back from an earlier one has no place in the queue.
    epoch: u64,
    /// Counts the settings: what failed with earlier ones says nothing of these.
    edition: u64,
    queue: Queue,
    guarding: Guarding,
    gate: Gate,
    audit: Audit,
    /// Marked files that were written to afterwards, not yet in the ledger: marked name, and what it was called.
    orphans: Vec<(String, String)>,
    /// Marked files that were touched and hold what was sent, likewise: what it was called, marked name, and when.
    touched: Vec<(String, String, i64)>,
    carried: JoinSet<Finished>,
    leave: watch::Sender<bool>,

    scan: Scan,
    pass: Pass,
    paused_until: Option<Timestamp>,
    /// The ledger does not know of it yet.
    pause_unwritten: bool,
    clocks: clock::Clocks,
    totals: Totals,
    published: Published,
}

/// Looks at the whole folder.
#[derive(Default)]
struct Scan {
    running: Option<tokio::task::JoinHandle<std::io::Result<Looked>>>,
    began: Option<Instant>,
    /// Another one is wanted after the one that runs.
    wanted: bool,
    due: Option<Instant>,
    /// The folder's own time of change at the last listing, and when that was.
    last: Option<(i64, Instant)>,
    /// Marked files whose time is over are being removed.
    sweeping: Option<tokio::task::JoinHandle<Result<(), LedgerError>>>,
    /// A first listing is here: what the folder holds is known.
    known: bool,
    /// A file was sent since the look began: the listing may name what is not there any more.
    outdated: bool,
}

/// One explicit pass over the folder, and who waits for its end.
#[derive(Default)]
struct Pass {
    waiters: Vec<oneshot::Sender<PassReport>>,
    /// Asked for while the scan of this pass was under way already.
    next: Vec<oneshot::Sender<PassReport>>,
    /// Until then, files that are settling are waited for.
    patience: Option<Instant>,
    scanned: bool,
    /// Names that its scan found and nobody has looked at yet end at this place beyond the line.
    end_beyond: u64,
    /// Files that were under way when it began: what is found in their place belongs to it.
    before: HashSet<String>,
    /// Once everything is seen: the pass ends with the files that were in line before this turn.
    until_turn: Option<u64>,
    /// It was asked for while OutTray was paused; a pause that comes later holds it.
    despite_pause: bool,
    report: PassReport,
    /// Short closures of the gate that were waited for, and the moment at which the last of them ends.
    closures: (u32, Option<Instant>),
}

impl Pass {
    /// Whether the pass goes on when the gate opens: "slow down" for a second is no reason to give up. Bounded, or a
    /// server that always says so would keep the answer back.
    fn waits_for(&mut self, closed: &Closed, now: Instant) -> bool {
        let (count, last) = self.closures;
        if last == Some(closed.until) {
            return true;
        }
        let short = closed.state == State::Offline
            && !closed.kind.starts_with("network.")
            && closed.until.saturating_duration_since(now) <= SHORT_CLOSURE;
        if short && count < CLOSURES {
            self.closures = (count + 1, Some(closed.until));
        }
        short && count < CLOSURES
    }
}

#[derive(Debug, Default)]
struct Totals {
    files: u64,
    bytes: u64,
    redacted: Tally,
    last_success: Option<Timestamp>,
    last_error: Option<String>,
}

enum Happening {
    Command(Option<Command>),
    Finished(Finished),
    Hint(Option<Hint>),
    Scanned(std::io::Result<Looked>),
    Removed,
    Tick,
}

impl Engine {
    pub(super) fn new(
        setup: Setup,
        commands: mpsc::Receiver<Command>,
        events: broadcast::Sender<Event>,
    ) -> Result<Self, StartError> {
        let budget = Arc::new(Mutex::new(Budget::new(Instant::now())));
        let means = Arc::new(network::means(&setup.config, &budget)?);
        let guarding = Guarding::new(setup.config.guard.clone(), &setup.state_dir);
        let now = Instant::now();
        let mut engine = Self {
            means,
            budget,
            commands,
            events,
            folder: None,
            ledger: None,
            state_lock: Some(ground::lock_state(&setup.state_dir)?),
            ground_due: now,
            troubles: BTreeMap::new(),
            epoch: 0,
            edition: 0,
            queue: Queue::default(),
            guarding,
            gate: Gate::default(),
            audit: Audit::default(),
            orphans: Vec::new(),
            touched: Vec::new(),
            carried: JoinSet::new(),
            leave: watch::channel(false).0,
            scan: Scan::default(),
            pass: Pass::default(),
            paused_until: None,
            pause_unwritten: false,
            clocks: clock::Clocks::at(now, SystemTime::now()),
            totals: Totals::default(),
            published: Published::default(),
            setup,
        };
        engine.look_at_key();
        engine.first_ground()?;
        Ok(engine)
    }

    pub(super) async fn run(mut self) {
        loop {
            self.write_looks().await;
            self.write_pause().await;
            self.fill_line();
            self.fill();
            self.end_pass();
            self.publish();
            let happening = self.wait().await;
            self.notice_sleep(Instant::now(), SystemTime::now());
            match happening {
                Happening::Command(None | Some(Command::Quit)) => break,
                Happening::Command(Some(command)) => self.obey(command).await,
                Happening::Finished(finished) => {
                    self.finished(finished).await;
                    while let Some(Ok(more)) = self.carried.try_join_next() {
                        self.finished(more).await;
                    }
                }
                Happening::Hint(hint) => self.hinted(hint),
                Happening::Scanned(listing) => {
                    self.scanned(listing);
                    self.sweep_marked().await;
                }
                Happening::Removed => self.lose_ledger(&LedgerError::Gone),
                Happening::Tick => self.tick().await,
            }
        }
        self.farewell().await;
    }

    async fn wait(&mut self) -> Happening {
        let wake = self.next_wake();
        self.clocks.due = wake;
        let Self { commands, carried, folder, scan, ledger, .. } = self;
        let hints = async {
            match folder.as_mut().and_then(|folder| folder.watch.as_mut()) {
                Some(watch) => watch.hints.recv().await,
                None => std::future::pending().await,
            }
        };
        let removed = async {
            match ledger {
                Some(ledger) => ledger.until_gone().await,
                None => std::future::pending().await,
            }
        };
        let scanned = async {
            match scan.running.as_mut() {
                Some(running) => running.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            command = commands.recv() => Happening::Command(command),
            Some(finished) = carried.join_next() => match finished {
                Ok(finished) => Happening::Finished(finished),
                // Couriers catch their own panics; what is left is our own abort.
                Err(_) => Happening::Tick,
            },
            listing = scanned => {
                scan.running = None;
                Happening::Scanned(listing.unwrap_or_else(|error| Err(std::io::Error::other(error.to_string()))))
            }
            // Before the hints: a program that writes without a pause must not hold up what is due.
            () = tokio::time::sleep_until(wake.into()) => Happening::Tick,
            () = removed => Happening::Removed,
            hint = hints => Happening::Hint(hint),
        }
    }

    /// Starts as many deliveries as there is room for.
    fn fill(&mut self) {
        let (Some(folder), Some(ledger)) = (&self.folder, &self.ledger) else { return };
        let (dir, lock, ledger) = (Arc::clone(&folder.dir), Arc::clone(&folder.lock), ledger.clone());
        if self.is_held_by_trouble() || *self.leave.borrow() || self.is_held_by_pause() {
            return;
        }
        let config = &self.setup.config;
        let (require_json, delete) = (config.files.require_json, config.files.keep_synced == KeepSynced::Delete);
        let width = self.means.lanes.width();
        let limit = 2 * width + width.max(AHEAD);
        let mut room = self.gate.room(Instant::now(), self.queue.busy(), limit);
        while room > 0 {
            let Some(name) = self.queue.next_ready() else { break };
            if self.is_suspect(&name) {
                self.reject_suspect(&name);
                continue;
            }
            room -= 1;
            let Some(item) = self.queue.item_mut(&name) else { continue };
            (item.dirty, item.seen) = (false, Arc::default());
            let job = Job {
                name: name.clone(),
                epoch: self.epoch,
                edition: self.edition,
                _lock: Arc::clone(&lock),
                root: Arc::clone(&dir),
                expected: item.identity,
                open: item.open.clone(),
                require_json,
                guarding: self.guarding.clone(),
                choice: item.choice,
                seen: Arc::clone(&item.seen),
                delete,
                ledger: ledger.clone(),
                means: Arc::clone(&self.means),
                progress: crate::remote::Progress::default(),
                leave: self.leave.subscribe(),
            };
            let size = job.expected.map_or(0, |identity| identity.size);
            if size > PROGRESS_ABOVE {
                self.published.watch_progress();
            }
            self.queue.set(&name, Phase::Busy { sent: job.progress.clone() });
            self.tell(Event::Uploading { file: files::shown(name.as_ref()), size });
            self.carried.spawn(carry(job));
        }
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Status(answer) => _ = answer.send(self.status()),
            Command::Vitals(answer) => _ = answer.send(self.vitals()),
            Command::Sync(answer) => self.begin_pass(answer),
            Command::Pause(until, answer) => {
                self.pass.despite_pause = false;
                self.set_pause(Some(until)).await;
                _ = answer.send(());
            }
            Command::Resume(answer) => {
                self.set_pause(None).await;
                self.knock();
                _ = answer.send(());
            }
            Command::Retry(name, answer) => _ = answer.send(self.retry(name.as_deref())),
            Command::Decide(name, choice, answer) => _ = answer.send(self.decide(&name, choice)),
            Command::Why(name, answer) => _ = answer.send(self.why(&name).await),
            Command::Reload(config, answer) => _ = answer.send(self.reload(*config)),
            Command::Quit => {}
        }
    }

    fn begin_pass(&mut self, answer: oneshot::Sender<PassReport>) {
        if !self.pass.waiters.is_empty() {
            self.pass.next.push(answer);
            return;
        }
        let (before, despite_pause) = (self.queue.under_way(), self.is_paused());
        self.pass = Pass { waiters: vec![answer], before, despite_pause, ..Pass::default() };
        let now = Instant::now();
        self.wait_for_more();
        self.knock();
        self.retry(None);
        self.audit.look_at_all();
        self.ground_due = now;
        if self.folder.is_none() || self.ledger.is_none() {
            self.mend_ground();
        }
        self.start_scan(true);
    }

    /// The pass takes in what gets in line from now on, until everything that is there has been still for long enough.
    fn wait_for_more(&mut self) {
        self.pass.patience = Some(Instant::now() + self.setup.config.files.settle + Duration::from_millis(250));
        self.pass.until_turn = None;
    }

    async fn farewell(mut self) {
        self.leave.send_replace(true);
        let deadline = tokio::time::Instant::now() + FAREWELL;
        while let Ok(Some(finished)) = tokio::time::timeout_at(deadline, self.carried.join_next()).await {
            if let Ok(finished) = finished {
                self.finished(finished).await;
            }
        }
        self.carried.abort_all();
        if let Some(sweeping) = self.scan.sweeping.take() {
            _ = sweeping.await; // it ends with its page
        }
        self.write_status(false);
    }
}
