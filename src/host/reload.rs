//! Settings that change while OutTray runs are in force within two seconds.
//!
//! In: changes of the configuration files, and callers that ask for a look. Out: new settings, or what is wrong with
//! them, handed to the engine. A broken file changes nothing but the state that is shown.
//! Not here: watching (`sync::watch`), checking (`config`).

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::home::{Home, log_options};
use crate::config::Problems;
use crate::error::Explain as _;
use crate::log::Log;
use crate::platform::replace::with_real;
use crate::sync::{Handle, Trouble, watch};

/// Programs write a file in several steps; one look after the last of them is enough.
pub(super) const DEBOUNCE: Duration = Duration::from_millis(150);

/// Between looks where the system does not tell of changes.
pub(super) const WITHOUT_WATCH: Duration = Duration::from_secs(1);

type Asked = oneshot::Sender<Result<(), Trouble>>;

#[derive(Debug)]
pub struct Reloader {
    home: Home,
    handle: Handle,
    log: Log,
    /// Between looks that nobody asked for: some file systems tell of nothing.
    interval: Duration,
    seen: Vec<Option<Vec<u8>>>,
}

impl Reloader {
    pub fn new(home: Home, handle: Handle, log: Log, interval: Duration) -> Self {
        let seen = contents(&home.config_files());
        Self { home, handle, log, interval, seen }
    }

    /// Until the engine is gone or the task is dropped.
    pub async fn run(mut self, mut asked: mpsc::Receiver<Asked>) {
        let files = with_real(self.home.config_files());
        let watched = watch::files(&files);
        let wake = watched.as_ref().map(|(_, wake)| std::sync::Arc::clone(wake)).unwrap_or_default();
        // The machine-wide folder is often not there; the user's always is.
        let blind = match &watched {
            Ok((watch, _)) => files
                .first()
                .and_then(|file| file.parent())
                .is_some_and(|folder| watch.unwatched.iter().any(|one| one == folder)),
            Err(_) => true,
        };
        loop {
            let interval = if blind { WITHOUT_WATCH } else { self.interval };
            let answer = tokio::select! {
                () = wake.notified() => {
                    tokio::time::sleep(DEBOUNCE).await;
                    None
                }
                () = tokio::time::sleep(interval) => None,
                Some(answer) = asked.recv() => Some(answer),
            };
            if !self.look(answer).await {
                return;
            }
        }
    }

    /// `false` when the engine is gone.
    async fn look(&mut self, answer: Option<Asked>) -> bool {
        let now = contents(&self.home.config_files());
        if now == self.seen && answer.is_none() {
            return true;
        }
        self.seen = now;
        let read = self.home.read();
        if let Ok(loaded) = &read {
            self.log.apply(log_options(&loaded.config));
            self.interval = loaded.config.scan_interval;
        }
        let read = read.map(|loaded| loaded.config).map_err(|problems| trouble(&problems));
        let Ok(found) = self.handle.reload(read).await else { return false };
        if let Some(answer) = answer {
            // A caller that hung up does not mind.
            let _ = answer.send(found);
        }
        true
    }
}

pub(super) fn contents(files: &[PathBuf]) -> Vec<Option<Vec<u8>>> {
    files.iter().map(|file| std::fs::read(file).ok()).collect()
}

fn trouble(problems: &Problems) -> Trouble {
    let message = format!("reading config.toml failed, so the settings from before stay in force: {problems}");
    Trouble { kind: problems.kind().into(), message, hint: problems.hint() }
}
