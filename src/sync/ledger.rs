//! What is done, so that no crash can make us forget or send twice: an SQLite file on a thread of its own.
//!
//! In: the steps of the delivery protocol. Out: an answer once the step is on disk. All steps that are due at the same
//! moment share one transaction (group commit), so that the disk's flush time is paid once for all of them.
//! The ledger only ever saves work: without it every unmarked file is simply sent (again). A step that would go into a file
//! which nobody will ever find again is refused.
//! Not here: when which step is due (`delivery`), SQL (`store`, `schema`), the rows (`rows`).

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::guarding::Seal;
use super::watch::Removal;
use crate::guard::Choice;
use crate::platform::dir::{Dir, FileId};

#[cfg(test)]
mod crashes;
mod guarded;
mod rows;
mod schema;
mod store;

pub(super) use rows::{Changed, Identity, Intended, Intent, Loaded, Marked, Open, Progress, Sha256, Stored, changed};
pub(super) use store::Store;

/// The most steps that share one transaction.
const BATCH: usize = 512;
/// After a transaction of so many steps more are on their way, and this long they are waited for: a flush to the disk costs
/// as much for ten of them as for one. A single file waits for nobody.
const CROWD: usize = 6;
const GATHER: Duration = Duration::from_millis(1);

/// Whoever removes the state folder is given this long to come to the end: what is written there anew meanwhile would only
/// be in the way.
const REMOVING: Duration = Duration::from_secs(1);

/// The file's name in the state folder.
const FILE: &str = "ledger.db";

/// The ledger could not be read or written. Nothing may be uploaded until it can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    #[error("the ledger cannot be used: {0}")]
    Broken(String),
    /// Its file, or the whole state folder, was taken away while it was open: what is written now is lost.
    #[error("the state folder was removed")]
    Gone,
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

type Job = Box<dyn FnOnce(Result<&Store, LedgerError>) -> Result<Reply, LedgerError> + Send>;
type Reply = Box<dyn FnOnce(Option<LedgerError>) + Send>;

/// Speaks with the ledger's thread; cheap to clone. The thread ends when the last handle is dropped.
#[derive(Debug, Clone)]
pub(super) struct Ledger {
    jobs: mpsc::Sender<Job>,
    place: Place,
    /// `None` where the folder sends no events; then the next step or look at the folder finds out.
    removal: Option<Arc<Removal>>,
}

/// Which file is open, and where it was.
#[derive(Debug, Clone)]
struct Place {
    folder: PathBuf,
    id: FileId,
}

impl Place {
    fn of(state_dir: &Path) -> io::Result<Self> {
        let id = Dir::open(state_dir)?.stat(OsStr::new(FILE))?.id;
        Ok(Self { folder: state_dir.to_owned(), id })
    }

    /// Whether no file, or another one, has the name now. Where that cannot be told, all is held to be well.
    fn is_gone(&self) -> bool {
        match Self::of(&self.folder) {
            Ok(now) => now.id != self.id,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        }
    }
}

impl Ledger {
    /// Opens or creates `ledger.db` in `state_dir`. A file that is no sound database is moved aside.
    pub(super) fn open(state_dir: &Path, root: &Path) -> Result<(Self, Loaded), LedgerError> {
        let broken = |error: io::Error| LedgerError::Broken(error.to_string());
        let (store, loaded) = Store::open_or_replace(&state_dir.join(FILE), root)?;
        let place = Place::of(state_dir).map_err(broken)?;
        let (jobs, queue) = mpsc::channel(4 * BATCH);
        let there = place.clone();
        std::thread::Builder::new().name("ledger".into()).spawn(move || work(&store, &there, queue)).map_err(broken)?;
        let removal = Removal::new(&state_dir.join(FILE)).ok().map(Arc::new);
        Ok((Self { jobs, place, removal }, loaded))
    }

    /// Returns when what is written from now on would be lost, soon after the system has told so.
    pub(super) async fn until_gone(&self) {
        let Some(removal) = &self.removal else { return std::future::pending().await };
        loop {
            removal.bell.notified().await;
            removal.bell.notify_one(); // whoever stops waiting for us now hears it at the next call
            tokio::time::sleep(REMOVING).await;
            removal.bell.notified().await;
            if self.is_gone() {
                return;
            }
        }
    }

    /// What is written from now on would be lost.
    pub(super) fn is_gone(&self) -> bool {
        self.place.is_gone()
    }

    /// S3: this content is about to be sent.
    pub(super) async fn intend(&self, name: &str, intent: Intent) -> Result<Intended, LedgerError> {
        let name = name.to_owned();
        self.run(move |store| store.intend(&name, &intent)).await
    }

    /// S7: S3 holds the content; the file will be called `target`.
    pub(super) async fn verified(&self, name: &str, stored: Stored, target: &str) -> Result<(), LedgerError> {
        let (name, target) = (name.to_owned(), target.to_owned());
        self.run(move |store| store.verified(&name, &stored, &target)).await
    }

    /// S11: marked, and looked at afterwards. Writes the receipt.
    pub(super) async fn done(&self, name: &str, marked: Marked) -> Result<(), LedgerError> {
        let name = name.to_owned();
        self.run(move |store| store.done(&name, &marked)).await
    }

    /// The file went away or holds other content now: forget the open step.
    pub(super) async fn forget(&self, name: &str) -> Result<(), LedgerError> {
        let name = name.to_owned();
        self.run(move |store| store.forget(&name)).await
    }

    /// Content that was never sent stands under a marked name: it is to be sent from there, as `origin`.
    pub(super) async fn orphan(&self, target: &str, origin: &str) -> Result<(), LedgerError> {
        let (target, origin) = (target.to_owned(), origin.to_owned());
        self.run(move |store| store.orphan(&target, &origin)).await
    }

    /// A round ended without success.
    pub(super) async fn failed(&self, name: &str, progress: Progress) -> Result<(), LedgerError> {
        let name = name.to_owned();
        self.run(move |store| store.failed(&name, &progress)).await
    }

    /// The person decided about this content.
    pub(super) async fn choose(&self, seal: Seal, choice: Choice) -> Result<(), LedgerError> {
        self.run(move |store| store.choose(&seal, choice)).await
    }

    /// These marked files were touched, and hold what their receipts say: what they were called, the marked name, and when.
    pub(super) async fn touched(&self, files: Vec<(String, String, i64)>) -> Result<(), LedgerError> {
        self.run(move |store| store.touched(&files)).await
    }

    /// The policy removed a marked file.
    pub(super) async fn removed(&self, marked: &Marked) -> Result<(), LedgerError> {
        let (name, target) = (marked.name.clone(), marked.target.clone());
        self.run(move |store| store.removed(&name, &target)).await
    }

    /// The policy removed the marked files of these receipts.
    pub(super) async fn removed_all(&self, numbers: Vec<i64>) -> Result<(), LedgerError> {
        self.run(move |store| store.removed_all(&numbers)).await
    }

    /// A page of marked files older than `before` (seconds since 1970) whose receipt allows to remove them: those after
    /// the receipt of that number. Empty at the end.
    pub(super) async fn marked_before(&self, before: i64, after: i64) -> Result<Vec<(i64, Marked)>, LedgerError> {
        self.run(move |store| store.marked_before(before, after)).await
    }

    /// Seconds since 1970; `None` resumes.
    pub(super) async fn pause(&self, until: Option<i64>) -> Result<(), LedgerError> {
        self.run(move |store| store.set_pause(until)).await
    }

    /// The newest receipt of a name, as it stands on disk now.
    pub(super) async fn receipt_of(&self, name: &str) -> Result<Option<Marked>, LedgerError> {
        let name = name.to_owned();
        self.run(move |store| store.receipt_of(&name)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Store) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let (answer, wait) = oneshot::channel();
        let job: Job = Box::new(move |store| {
            let result = store.and_then(step);
            let broken = result.as_ref().err().cloned();
            // The answer is given after the commit; a failed commit overrides it.
            let reply: Reply = Box::new(move |commit: Option<LedgerError>| {
                let _ = answer.send(commit.map_or(result, Err)); // nobody waits any more: nothing to tell
            });
            match broken {
                None => Ok(reply),
                Some(error) => {
                    reply(None);
                    Err(error)
                }
            }
        });
        let gone = || LedgerError::Broken("its thread has ended".into());
        self.jobs.send(job).await.map_err(|_| gone())?;
        wait.await.map_err(|_| gone())?
    }
}

/// Runs the steps: everything that waits goes into one transaction, and is answered after its commit.
fn work(store: &Store, place: &Place, mut queue: mpsc::Receiver<Job>) {
    let mut crowded = false;
    while let Some(first) = queue.blocking_recv() {
        if crowded {
            std::thread::sleep(GATHER);
        }
        let mut jobs = vec![first];
        while jobs.len() < BATCH
            && let Ok(next) = queue.try_recv()
        {
            jobs.push(next);
        }
        crowded = jobs.len() >= CROWD;
        // When no transaction can be begun, each step fails by itself and is answered so.
        let ground = if place.is_gone() { Err(LedgerError::Gone) } else { Ok(store) };
        let begun = ground.is_ok() && store.begin().is_ok();
        let replies: Vec<Reply> = jobs.into_iter().filter_map(|job| job(ground.clone()).ok()).collect();
        fail::fail_point!("commit");
        let failed = if begun { store.commit().err() } else { None };
        fail::fail_point!("committed");
        for reply in replies {
            reply(failed.clone());
        }
    }
}

/// Where a damaged ledger goes.
fn aside(path: &Path) -> PathBuf {
    let stamp = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S");
    path.with_file_name(format!("ledger.corrupt-{stamp}-{:04x}.db", fastrand::u16(..)))
}
