//! Carries one file: takes the steps that the delivery protocol asks for, and tells it what was seen.
//!
//! In: a [`Job`]. Out: a [`Finished`]. Each step is a named point at which a test can end the process
//! (`tests/it/crash.rs`). Not here: which step comes next (`delivery`), whose turn it is (`queue`), the steps from the
//! proof to the mark (`marking`).

use std::ffi::OsStr;
use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};

use futures_util::FutureExt;
use tokio::sync::watch;

use super::delivery::{Delivery, End, Seen, Step, TAKEN_AWAY};
use super::document::{Document, Hold};
use super::guarding::Guarding;
use super::ledger::{Changed, Identity, Ledger, LedgerError, Marked, Open, Sha256};
use super::scan;
use super::upload::{Means, Sent};
use crate::guard::Choice;
use crate::platform::dir::Dir;
use crate::platform::lock::FolderLock;
use crate::remote::{Failure, Progress, Verdict};

mod marking;
mod reading;

pub(super) use marking::remove_marked;

/// One file to carry.
#[derive(Debug)]
pub(super) struct Job {
    /// Relative to the watched folder.
    pub name: String,
    /// Both come back with the result.
    pub epoch: u64,
    pub edition: u64,
    pub root: Arc<Dir>,
    /// Kept for as long as anything is done in the folder.
    pub _lock: Arc<FolderLock>,
    /// What the file was when it had been still for long enough.
    pub expected: Option<Identity>,
    pub open: Option<Open>,
    pub require_json: bool,
    pub guarding: Guarding,
    /// What the person decided a moment ago, of the content with this hash.
    pub choice: Option<(Sha256, Choice)>,
    /// Gets the hash of what the guard looks through.
    pub seen: Arc<OnceLock<Sha256>>,
    /// Marked files are removed at once.
    pub delete: bool,
    pub ledger: Ledger,
    pub means: Arc<Means>,
    pub progress: Progress,
    pub leave: watch::Receiver<bool>,
}

/// How it went.
#[derive(Debug)]
pub(super) struct Finished {
    pub name: String,
    pub epoch: u64,
    /// Of the settings that it was sent with.
    pub edition: u64,
    /// It took up what an earlier life had sent: nothing was asked of the network.
    pub recovery: bool,
    pub outcome: Outcome,
    /// What the ledger holds of it now.
    pub open: Option<Open>,
}

#[derive(Debug)]
pub(super) enum Outcome {
    Done(Box<Marked>),
    Held(Hold),
    Unsent {
        verdict: Verdict,
        failure: Box<Failure>,
    },
    /// Other content stands there now.
    Changed,
    /// Sent and proven, but it cannot be renamed now: why.
    Unmarked(String),
    /// The content to send stands under this marked name.
    Orphaned(String),
    Ledger(LedgerError),
    Left,
    /// A fault of our own.
    Panicked,
}

/// Carries the file to its end, or to what holds it. A fault of our own holds this file alone.
pub(super) async fn carry(job: Job) -> Finished {
    let (name, epoch, edition, open) = (job.name.clone(), job.epoch, job.edition, job.open.clone());
    let recovery = matches!(open, Some(Open::Verified { .. }));
    let panicked = Finished { name, epoch, edition, recovery, outcome: Outcome::Panicked, open };
    AssertUnwindSafe(travel(job)).catch_unwind().await.unwrap_or(panicked)
}

async fn travel(job: Job) -> Finished {
    let (name, epoch, edition, open) = (job.name.clone(), job.epoch, job.edition, job.open.clone());
    let recovery = matches!(open, Some(Open::Verified { .. }));
    let mut trip = match Trip::begin(job) {
        Ok(trip) => trip,
        Err(error) => {
            let hold =
                if error.kind() == io::ErrorKind::NotFound { Hold::Gone } else { Hold::Unreadable(error.to_string()) };
            return Finished { name, epoch, edition, recovery, outcome: Outcome::Held(hold), open };
        }
    };
    let outcome = trip.run().await.unwrap_or_else(Outcome::Ledger);
    Finished { name, epoch, edition, recovery, outcome, open: trip.job.open }
}

struct Trip {
    job: Job,
    dir: Arc<Dir>,
    /// What stands before the last part of every name.
    prefix: String,
    delivery: Delivery,
    document: Option<Document>,
    /// Why it ended, when the protocol only knows that it did.
    why: Option<Outcome>,
    rereads: u32,
    /// When the file, as it was seen last with the bytes that were sent, was changed in any way.
    changed: Changed,
    receipt: Option<Box<Marked>>,
}

impl Trip {
    fn begin(job: Job) -> io::Result<Self> {
        let (dir, leaf) = scan::resolve(&job.root, &job.name)?;
        let prefix = job.name[..job.name.len() - leaf.len()].to_owned();
        let delivery = Delivery::begin(&job.name, job.open.as_ref());
        Ok(Self { job, dir, prefix, delivery, document: None, why: None, rereads: 0, changed: None, receipt: None })
    }

    async fn run(&mut self) -> Result<Outcome, LedgerError> {
        loop {
            let seen = match self.delivery.step().clone() {
                Step::Read => self.read().await?,
                Step::Intend(intent) => {
                    fail::fail_point!("intend");
                    let intended = self.job.ledger.intend(&self.job.name, intent).await?;
                    fail::fail_point!("intended");
                    if let Some(document) = &mut self.document {
                        document.created_ns = intended.created_ns;
                    }
                    Seen::Intended(intended.before.map(Box::new))
                }
                Step::Send(_) => self.send().await,
                Step::Verify(intent, stored) => match self.mark() {
                    Ok(mark) => {
                        let target = format!("{}{}", self.prefix, mark.to_string_lossy());
                        fail::fail_point!("verify");
                        self.job.ledger.verified(&self.job.name, stored.clone(), &target).await?;
                        self.job.open = Some(Open::Verified { intent, stored, target: target.clone() });
                        fail::fail_point!("verified");
                        Seen::Chosen(target)
                    }
                    Err(hold) => return Ok(Outcome::Held(hold)),
                },
                Step::LookAgain(intent, _, target) => {
                    fail::fail_point!("look_again");
                    self.look(&intent, &target).await
                }
                Step::LookBefore(intent, ..) => self.look_before(&intent).await,
                Step::Rename(_, _, target) => {
                    fail::fail_point!("rename");
                    let name = self.job.name.clone();
                    let renamed = self.rename(&name, &target).await;
                    fail::fail_point!("renamed");
                    renamed
                }
                Step::LookAfter(intent, _, target) => self.look_after(&intent, &target).await,
                Step::Close(intent, stored, target) => {
                    let marked = Marked {
                        name: self.delivery.origin().to_owned(),
                        target: target.clone(),
                        intent,
                        stored,
                        changed: self.changed,
                        at: jiff::Timestamp::now().as_second(),
                    };
                    fail::fail_point!("close");
                    self.job.ledger.done(&self.job.name, marked.clone()).await?;
                    self.receipt = Some(Box::new(marked));
                    self.job.open = None;
                    fail::fail_point!("closed");
                    Seen::Well
                }
                Step::PutBack(target) => {
                    fail::fail_point!("put_back");
                    let name = self.job.name.clone();
                    let put_back = self.rename(&target, &name).await;
                    fail::fail_point!("put_back_done");
                    put_back
                }
                Step::Orphan(target) => {
                    // In this order: a crash in between leaves both rows, never none.
                    fail::fail_point!("orphan");
                    self.job.ledger.orphan(&target, self.delivery.origin()).await?;
                    fail::fail_point!("orphaned");
                    self.job.ledger.forget(&self.job.name).await?;
                    self.job.open = None;
                    fail::fail_point!("orphan_done");
                    Seen::Well
                }
                Step::Forget(_) => {
                    fail::fail_point!("forget");
                    self.job.ledger.forget(&self.job.name).await?;
                    self.job.open = None;
                    fail::fail_point!("forgotten");
                    Seen::Well
                }
                Step::End(end) => return self.end(end).await,
            };
            self.delivery.saw(seen);
        }
    }

    fn leaf<'a>(&self, name: &'a str) -> &'a OsStr {
        OsStr::new(&name[self.prefix.len()..])
    }

    fn hold(&mut self, hold: Hold) -> Seen {
        self.why = Some(Outcome::Held(hold));
        Seen::Held
    }

    async fn send(&mut self) -> Seen {
        let document = self.document.as_ref().expect("a document is read before it is sent");
        let origin = self.delivery.origin().to_owned();
        match self.job.means.send(&origin, document, self.rereads > 0, &self.job.progress, &mut self.job.leave).await {
            Sent::Stored(stored) => Seen::Stored(stored),
            Sent::Differs if self.rereads == 0 => {
                self.rereads += 1;
                Seen::Differs
            }
            Sent::Differs => self.hold(Hold::Writing),
            Sent::Unsent { verdict, failure } => {
                self.why = Some(Outcome::Unsent { verdict, failure });
                Seen::Held
            }
            Sent::Left => {
                self.why = Some(Outcome::Left);
                Seen::Held
            }
        }
    }

    async fn end(&mut self, end: End) -> Result<Outcome, LedgerError> {
        Ok(match end {
            End::Done => {
                let marked = self.receipt.take().expect("the receipt is written before the end");
                if self.job.delete && marked.target != TAKEN_AWAY {
                    self.delete(&marked).await?;
                }
                Outcome::Done(marked)
            }
            End::Changed => Outcome::Changed,
            End::Orphaned(target) => Outcome::Orphaned(target),
            End::NotSent | End::Unmarked => self.why.take().unwrap_or(Outcome::Held(Hold::Gone)),
        })
    }
}
