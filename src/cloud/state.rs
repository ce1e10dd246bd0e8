//! What presigner and S3 of one cloud share.
//!
//! In: options. Out: the settings of the moment, the records, the objects. No lock is held across an await.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::fmt::rfc2822::DateTimePrinter;
use tokio::sync::Notify;

use super::clock::Clock;
use super::faults::Faults;
use super::options::{Behaviour, Options};
use super::record::{Log, Presign, Put};
use super::s3::Objects;

#[derive(Debug)]
pub struct State {
    pub options: Options,
    behaviour: Mutex<Behaviour>,
    pub clock: Clock,
    pub faults: Faults,
    pub objects: Objects,
    pub presigns: Log<Presign>,
    pub puts: Log<Put>,
    /// Heartbeats that were taken.
    pub heartbeats: Mutex<Vec<serde_json::Value>>,
    /// The file name behind every key that was given out.
    names: Mutex<HashMap<String, String>>,
    pub changed: Arc<Notify>,
    orders: AtomicU64,
    /// Connections to the host that nobody should ever talk to.
    pub strangers: AtomicU64,
}

impl State {
    pub fn new(options: Options) -> Self {
        let changed = Arc::new(Notify::new());
        Self {
            behaviour: Mutex::new(options.behaviour.clone()),
            clock: Clock::default(),
            faults: Faults::default(),
            objects: Objects::new(options.store.clone()),
            presigns: Log::new(changed.clone()),
            puts: Log::new(changed.clone()),
            heartbeats: Mutex::default(),
            names: Mutex::default(),
            changed,
            orders: AtomicU64::new(0),
            strangers: AtomicU64::new(0),
            options,
        }
    }

    pub fn behaviour(&self) -> Behaviour {
        self.behaviour.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn change(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub fn next_order(&self) -> u64 {
        self.orders.fetch_add(1, Ordering::Relaxed)
    }

    pub fn name_key(&self, key: String, name: String) {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).insert(key, name);
    }

    pub fn name_of(&self, key: &str) -> String {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned().unwrap_or_default()
    }

    /// The cloud's time as the `Date` header has it.
    pub fn date(&self) -> String {
        DateTimePrinter::new().timestamp_to_rfc9110_string(&self.clock.now()).unwrap_or_default()
    }
}
