//! An engine of the library at work on a folder, with a loopback cloud.
//!
//! In: files, faults of the cloud. Out: what became of them. Not here: what must be so (`delivery` and its parts).

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use outtray::cloud::{Cloud, Mode, Options};
use outtray::config::Config;
use outtray::sync::event::{Event, PassReport, Receipt, State, Status};
use outtray::sync::{self, Handle, Setup, StartError, inspect};
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;
use tokio::task::JoinHandle;

use crate::support::tray;

/// What does not happen in this time does not happen.
pub const LIMIT: Duration = Duration::from_secs(30);

pub struct Desk {
    pub cloud: Cloud,
    pub home: TempDir,
}

/// A running engine.
pub struct Engine {
    pub handle: Handle,
    pub events: Receiver<Event>,
    task: JoinHandle<()>,
}

impl Desk {
    pub fn new(mode: Mode) -> Self {
        let mut options = Options::default();
        options.behaviour.mode = mode;
        Self::with(options)
    }

    pub fn with(options: Options) -> Self {
        let cloud = Cloud::spawn_thread(options).expect("a cloud on loopback");
        let home = tempfile::tempdir().expect("a folder");
        fs::create_dir(home.path().join("tray")).expect("a folder");
        fs::create_dir(home.path().join("state")).expect("a folder");
        Self { cloud, home }
    }

    pub fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join("tray").join(name)
    }

    pub fn produce(&self, name: &str, text: &str) {
        tray::finish(&self.path(name), text);
    }

    pub fn marked(&self) -> Vec<String> {
        tray::names(&self.path(""), ".synced")
    }

    pub fn unsent(&self) -> Vec<String> {
        tray::names(&self.path(""), ".json")
    }

    pub fn config(&self, change: impl FnOnce(&mut String)) -> Config {
        let mut text = tray::settings(&self.cloud.api_url(), "");
        change(&mut text);
        let file = self.home.path().join("config.toml");
        Config::parse(&text, &file).unwrap_or_else(|problems| panic!("{problems:?}\n{text}")).config
    }

    pub fn setup(&self) -> Setup {
        let (config, state_dir) = (self.config(|_| ()), self.state());
        let (config_path, log_dir) = (self.home.path().join("config.toml"), self.home.path().join("logs"));
        Setup { config, config_path, state_dir, log_dir, watch: true }
    }

    pub fn start(&self) -> Engine {
        Engine::start(self.setup()).expect("it starts")
    }

    /// One whole pass by an engine that lives no longer.
    pub async fn pass(&self) -> PassReport {
        let engine = self.start();
        let report = engine.sync().await;
        engine.quit().await;
        report
    }

    pub fn receipts(&self) -> Vec<Receipt> {
        inspect::history(&self.setup(), 1_000_000).expect("a history")
    }

    /// How often S3 was given this content of this file, in objects that are there now.
    pub fn copies(&self, name: &str, text: &str) -> u64 {
        let hash = tray::sha256(text.as_bytes());
        self.cloud.objects_of(name).iter().filter(|object| object.sha256 == hash).map(|object| object.versions).sum()
    }

    pub async fn cloud_until(&self, is_so: impl FnMut(&Cloud) -> bool) {
        tokio::time::timeout(LIMIT, self.cloud.wait_until(is_so)).await.expect("the cloud comes to it in time");
    }

    /// Every marked file is what S3 holds.
    #[track_caller]
    pub fn no_mark_lies(&self) {
        for marked in self.marked() {
            let hash = tray::sha256(&fs::read(self.path(&marked)).expect("readable"));
            assert!(self.cloud.objects().iter().any(|object| object.sha256 == hash), "{marked} is not in S3");
        }
    }
}

impl Engine {
    pub fn start(setup: Setup) -> Result<Self, StartError> {
        let (handle, task) = sync::start(setup)?;
        Ok(Self { events: handle.subscribe(), handle, task })
    }

    pub async fn sync(&self) -> PassReport {
        tokio::time::timeout(LIMIT, self.handle.sync()).await.expect("a pass ends").expect("it runs")
    }

    pub async fn status(&self) -> Status {
        self.handle.status().await.expect("it runs")
    }

    /// The first event that fits.
    #[track_caller]
    pub fn hears(&mut self, mut fits: impl FnMut(&Event) -> bool) -> impl Future<Output = Event> {
        let place = std::panic::Location::caller();
        let seek = async move {
            loop {
                let event = self.events.recv().await.expect("it runs, and tells not too much");
                if fits(&event) {
                    return event;
                }
            }
        };
        async move { tokio::time::timeout(LIMIT, seek).await.unwrap_or_else(|_| panic!("never heard of it: {place}")) }
    }

    pub async fn hears_state(&mut self, wanted: State) {
        self.hears(|event| matches!(event, Event::State { state, .. } if *state == wanted)).await;
    }

    pub async fn hears_uploaded(&mut self, name: &str) -> Receipt {
        match self.hears(|event| matches!(event, Event::Uploaded { receipt } if receipt.file == name)).await {
            Event::Uploaded { receipt } => receipt,
            other => unreachable!("{other:?}"),
        }
    }

    pub async fn quit(self) {
        self.handle.quit().await;
        tokio::time::timeout(LIMIT, self.task).await.expect("it ends").expect("it does not panic");
    }
}

/// The ledger's thread ends a moment after its engine; then its side files are gone.
pub async fn ledger_closed(state: &Path) {
    let closed = async {
        while state.join("ledger.db-wal").exists() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(LIMIT, closed).await.expect("the ledger is closed");
}
