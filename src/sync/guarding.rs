//! The guard at work for one engine: its policy and key, what people decided, whose turn it is to be looked through.
//!
//! In: the settings, the state folder. Out: a [`Guarding`] that every delivery shares. The key in `guard.key` makes
//! pseudonyms and hides file names; without it they are other ones, and nothing else is lost.
//! Not here: the guard itself (`guard`), the bytes (`document`).

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256 as Hash};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::ledger::Sha256;
use crate::guard::{Choice, Guard, Key, Mode, Policy};
use crate::platform::replace::replace_file;

/// Larger documents are looked through one at a time: each is in memory meanwhile.
const LARGE: u64 = 1024 * 1024;
/// Nobody's document takes so long; what does is held back. A slow computer may need a good part of it.
const PATIENCE: Duration = Duration::from_mins(3);
/// And so much more for each mebibyte.
const PATIENCE_EACH: Duration = Duration::from_secs(20);

/// What a decision is bound to: one content under one name. The name may hold personal data of its own, so nobody who let
/// one file go has let go another one of the same content.
pub(super) type Seal = Sha256;

pub(super) fn seal(content: &Sha256, name: &str) -> Seal {
    Hash::new().chain_update(content).chain_update(name).finalize().into()
}

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Guarding {
    policy: Arc<Policy>,
    /// Made when the first document needs it: without room for the key, nothing else need fail.
    guard: Arc<Mutex<Option<Arc<Guard>>>>,
    /// Where bytes may lie that are too many for memory.
    pub state_dir: Arc<PathBuf>,
    decisions: Arc<Mutex<HashMap<Seal, Choice>>>,
    large: Arc<Semaphore>,
    /// As many as there are processors: more would only wait for each other, each with a thread and its memory.
    seats: Arc<Semaphore>,
}

impl Guarding {
    pub(super) fn new(policy: Policy, state_dir: &Path) -> Self {
        Self {
            policy: Arc::new(policy),
            guard: Arc::default(),
            state_dir: Arc::new(state_dir.to_owned()),
            decisions: Arc::default(),
            large: Arc::new(Semaphore::new(1)),
            seats: Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from).max(2))),
        }
    }

    /// Other settings; what people decided stays.
    pub(super) fn with(&self, policy: Policy) -> Self {
        let (decisions, large, seats) = (Arc::clone(&self.decisions), Arc::clone(&self.large), Arc::clone(&self.seats));
        Self { decisions, large, seats, ..Self::new(policy, &self.state_dir) }
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Fails when there is no key and none can be kept.
    pub(super) fn guard(&self) -> io::Result<Arc<Guard>> {
        let mut made = self.guard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(guard) = &*made {
            return Ok(Arc::clone(guard));
        }
        let guard = Arc::new(Guard::new(Policy::clone(&self.policy), key(&self.state_dir)?));
        *made = Some(Arc::clone(&guard));
        Ok(guard)
    }

    pub(super) fn is_off(&self) -> bool {
        self.policy.mode == Mode::Off
    }

    fn decisions(&self) -> MutexGuard<'_, HashMap<Seal, Choice>> {
        self.decisions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the person decided about this content under this name.
    pub(super) fn choice(&self, content: &Sha256, name: &str) -> Option<Choice> {
        self.decisions().get(&seal(content, name)).copied()
    }

    pub(super) fn remember(&self, decisions: impl IntoIterator<Item = (Seal, Choice)>) {
        self.decisions().extend(decisions);
    }

    /// Waits until a document of this size may be looked through.
    pub(super) async fn turn(&self, size: u64) -> Option<OwnedSemaphorePermit> {
        if self.is_off() || size <= LARGE {
            return None;
        }
        Arc::clone(&self.large).acquire_owned().await.ok() // it is never closed
    }

    /// Waits until a document may be read at all. Given back by whoever waits for the end, even if that never comes.
    pub(super) async fn seat(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).acquire_owned().await.ok() // it is never closed
    }

    pub(super) fn patience(size: u64) -> Duration {
        PATIENCE + PATIENCE_EACH * u32::try_from(size / LARGE).unwrap_or(u32::MAX / 32)
    }
}

/// The key of this computer, made when there is none.
fn key(state_dir: &Path) -> io::Result<Key> {
    let place = state_dir.join("guard.key");
    match std::fs::read(&place) {
        Ok(bytes) => {
            if let Ok(key) = bytes.try_into() {
                return Ok(Key(key));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    // Two random UUIDs hold 244 bits from the system's own source.
    let random = [Uuid::new_v4(), Uuid::new_v4()].map(Uuid::into_bytes).concat();
    let key: [u8; 32] = Hash::digest(random).into();
    replace_file(&place, &key)?;
    Ok(Key(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_kept_private() {
        let place = tempfile::tempdir().expect("a folder");
        let first = key(place.path()).expect("made");
        assert_eq!(key(place.path()).expect("read"), first);
        assert_ne!(first.0, [0; 32]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(place.path().join("guard.key")).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(place.path().join("guard.key"), "short").expect("written");
        assert_ne!(key(place.path()).expect("made anew"), first);
    }

    #[test]
    fn no_guard_leaves_no_key() {
        let place = tempfile::tempdir().expect("a folder");
        let off = Guarding::new(Policy { mode: Mode::Off, ..Policy::default() }, place.path());
        assert!(off.is_off() && !place.path().join("guard.key").exists());
        let on = off.with(Policy::default());
        assert!(on.guard().is_ok() && place.path().join("guard.key").exists());
        on.remember([(seal(&[1; 32], "a.json"), Choice::AsIs)]);
        let kept = [off.choice(&[1; 32], "a.json"), off.choice(&[2; 32], "a.json"), off.choice(&[1; 32], "b.json")];
        assert_eq!(kept, [Some(Choice::AsIs), None, None], "one content under one name");
    }
}
