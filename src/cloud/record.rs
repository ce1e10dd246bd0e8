//! What the cloud remembers of every exchange, for whoever asks afterwards.
//!
//! In: exchanges as they begin, go on and end. Out: lists of [`Presign`] and [`Put`], and a wake-up at each change.
//! An exchange that is cut off in any way still ends in the list. Not here: the objects (`s3::store`).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::Notify;

/// One request to the presigner.
#[derive(Debug, Clone, Default)]
pub struct Presign {
    /// Place among everything that was asked of this cloud, both sides counted together.
    pub order: u64,
    /// `filename` of the request.
    pub name: String,
    /// The whole JSON of the request; `Null` when it was none.
    pub members: Value,
    /// As they came, names in lower case. Empty with checks off.
    pub headers: Vec<(String, String)>,
    /// The key that was given out.
    pub key: Option<String>,
    /// The URL that was given out.
    pub url: Option<String>,
    /// `None`: no answer was sent.
    pub status: Option<u16>,
    /// A fault took part.
    pub faulty: bool,
    /// Nothing more will happen to this exchange.
    pub ended: bool,
}

/// One request to S3 (also one that is no PUT).
#[derive(Debug, Clone, Default)]
pub struct Put {
    /// Place among everything that was asked of this cloud, both sides counted together.
    pub order: u64,
    /// The file name for which the presigner gave out this key; empty when it did not.
    pub name: String,
    pub key: String,
    pub method: String,
    /// Path and query, as they came.
    pub target: String,
    /// As they came, names in lower case. Empty with checks off.
    pub headers: Vec<(String, String)>,
    /// Body bytes that arrived, when all of them did.
    pub size: u64,
    /// Of the body that arrived, in hex. Empty with checks off.
    pub sha256: String,
    /// `None`: no answer was sent.
    pub status: Option<u16>,
    /// S3's code of a refusal on its own account; empty where it had none.
    pub code: String,
    /// The object was stored by this request.
    pub stored: bool,
    /// A fault took part.
    pub faulty: bool,
    /// Nothing more will happen to this exchange.
    pub ended: bool,
}

/// Records that can be marked as over.
pub trait Ends {
    fn end(&mut self);
}

impl Ends for Presign {
    fn end(&mut self) {
        self.ended = true;
    }
}

impl Ends for Put {
    fn end(&mut self) {
        self.ended = true;
    }
}

#[derive(Debug)]
pub struct Log<T> {
    entries: Mutex<Vec<T>>,
    changed: Arc<Notify>,
}

impl<T: Clone + Ends> Log<T> {
    pub fn new(changed: Arc<Notify>) -> Self {
        Self { entries: Mutex::new(Vec::new()), changed }
    }

    pub fn open(&self, record: T) -> Entry<'_, T> {
        let mut entries = self.lock();
        entries.push(record);
        let index = entries.len() - 1;
        drop(entries);
        self.changed.notify_waiters();
        Entry { log: self, index }
    }

    pub fn all(&self) -> Vec<T> {
        self.lock().clone()
    }

    pub fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A record that is still being written; dropping it ends it.
#[derive(Debug)]
pub struct Entry<'l, T: Clone + Ends> {
    log: &'l Log<T>,
    index: usize,
}

impl<T: Clone + Ends> Entry<'_, T> {
    pub fn change(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.log.lock()[self.index]);
        self.log.changed.notify_waiters();
    }
}

impl<T: Clone + Ends> Drop for Entry<'_, T> {
    fn drop(&mut self) {
        self.change(T::end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_ends_when_it_is_dropped() {
        let log = Log::new(Arc::default());
        let first = log.open(Put::default());
        let second = log.open(Put::default());
        first.change(|put| put.stored = true);
        drop(first);
        let seen: Vec<_> = log.all().iter().map(|put| (put.stored, put.ended)).collect();
        assert_eq!(seen, [(true, true), (false, false)]);
        drop(second);
        assert!(log.all()[1].ended);
    }
}
