//! Settings that change while OutTray runs are in force within two seconds.
//!
//! In: changes of the configuration files, and callers that ask for a look. Out: new settings, or what is wrong with
//! them, handed to the engine. A broken file changes nothing but the state that is shown.
//! Not here: watching (`sync::watch`), checking (`config`).

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{mpsc, oneshot, watch};

use super::home::{Home, log_options};
use super::keys::{Keys, PATIENCE};
use crate::config::{Config, Problems};
use crate::error::Explain as _;
use crate::log::Log;
use crate::platform::replace::with_real;
use crate::sync::event::Event;
use crate::sync::{self, Handle, Trouble};

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
    /// Those in force, for whoever else depends on them. Looks that nobody asked for are as far apart as they say: some file
    /// systems tell of nothing.
    settings: watch::Sender<Config>,
    keys: Keys,
    /// The file on disk has faults, and the engine was told.
    broken: bool,
    seen: Vec<Option<Vec<u8>>>,
}

impl Reloader {
    pub fn new(home: Home, handle: Handle, log: Log, settings: watch::Sender<Config>, keys: Keys) -> Self {
        let seen = contents(&home.config_files());
        Self { home, handle, log, settings, keys, broken: false, seen }
    }

    /// Until the engine is gone or the task is dropped.
    pub async fn run(mut self, mut asked: mpsc::Receiver<Asked>) {
        let files = with_real(self.home.config_files());
        let watched = sync::watch::files(&files);
        let mut events = self.handle.subscribe();
        let wake = watched.as_ref().map(|(_, wake)| std::sync::Arc::clone(wake)).unwrap_or_default();
        // The machine-wide folder is often not there; the user's always is.
        let blind = match &watched {
            Ok((watch, _)) => files
                .first()
                .and_then(|file| file.parent())
                .is_some_and(|folder| watch.unwatched.iter().any(|one| one == folder)),
            Err(_) => true,
        };
        let mut looked = Instant::now();
        loop {
            let interval = if blind { WITHOUT_WATCH } else { self.settings.borrow().scan_interval };
            let goes_on = tokio::select! {
                () = wake.notified() => {
                    tokio::time::sleep(DEBOUNCE).await;
                    self.look(None).await
                }
                () = tokio::time::sleep_until((looked + interval).into()) => {
                    looked = Instant::now();
                    self.look(None).await
                }
                Some(answer) = asked.recv() => self.look(Some(answer)).await,
                () = self.keys.news() => self.look_at_key().await,
                event = events.recv() => match event {
                    Ok(Event::Failed { kind, .. }) if kind == REFUSED && self.keys.doubts() => self.look_at_key().await,
                    // Somebody asked for a pass, and there was no key for it.
                    Ok(Event::PassDone { .. }) if self.keys.are_awaited() => self.look_at_key().await,
                    Ok(_) | Err(RecvError::Lagged(_)) => true,
                    Err(RecvError::Closed) => false,
                },
            };
            if !goes_on {
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
        let read = match self.home.read() {
            Ok(loaded) => {
                let mut config = loaded.config;
                self.log.apply(log_options(&config));
                self.keys.equip(&mut config, PATIENCE).await;
                self.settings.send_replace(config.clone());
                Ok(config)
            }
            Err(problems) => Err(trouble(&problems)),
        };
        self.broken = read.is_err();
        let Ok(found) = self.handle.reload(read).await else { return false };
        if let Some(answer) = answer {
            // A caller that hung up does not mind.
            let _ = answer.send(found);
        }
        true
    }

    /// The key may be another one by now; all else stays as it is. `false` when the engine is gone.
    async fn look_at_key(&mut self) -> bool {
        let mut config = self.settings.borrow().clone();
        self.keys.equip(&mut config, PATIENCE).await;
        if config.network.api_key == self.settings.borrow().network.api_key {
            return true;
        }
        self.settings.send_replace(config.clone());
        if self.handle.reload(Ok(config)).await.is_err() {
            return false;
        }
        if self.broken {
            self.seen.clear(); // the engine took these for settings from the file
            return self.look(None).await;
        }
        true
    }
}

/// The presigner's word for a key that it does not accept.
const REFUSED: &str = "presign.forbidden";

pub(super) fn contents(files: &[PathBuf]) -> Vec<Option<Vec<u8>>> {
    files.iter().map(|file| std::fs::read(file).ok()).collect()
}

fn trouble(problems: &Problems) -> Trouble {
    const KEPT: &str = "so the settings from before stay in force";
    if problems.kind() == "config.missing" {
        let place = problems.first().file.as_ref().map_or_else(String::new, |file| format!(" {}", file.display()));
        let message = format!("the configuration{place} is gone, {KEPT}");
        let hint =
            "Put the file back, or write a new one with `outtray setup`. After a restart without it nothing is sent.";
        return Trouble { kind: problems.kind().into(), message, hint: Some(hint.into()) };
    }
    let message = format!("reading config.toml failed, {KEPT}: {problems}");
    Trouble { kind: problems.kind().into(), message, hint: problems.hint() }
}
