//! The only way in: commands to a running engine, and the stream of what happens there.
//!
//! In: what a person or program wishes. Out: answers when it is done. Not here: what the engine does with it (`engine`).

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{broadcast, mpsc, oneshot};

use super::event::{Event, FileStatus, PassReport, Receipt, State, Status};
use crate::config::Config;
use crate::guard::Choice;

/// Talks to one engine; cheap to clone. When the engine has ended, every call answers [`Gone`].
#[derive(Debug, Clone)]
pub struct Handle {
    pub(super) commands: mpsc::Sender<Command>,
    pub(super) events: broadcast::Sender<Event>,
}

/// The engine has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("OutTray is no longer running")]
pub struct Gone;

/// Why a file is where it is.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Why {
    /// It was carried away.
    Sent { receipt: Receipt },
    /// It waits, is being sent, or is rejected.
    Held { file: FileStatus },
    /// It is there, but no candidate: its name, its kind, its folder.
    Ignored { name: String, reason: String },
    /// Nothing of that name is or was there.
    Unknown { name: String },
}

#[derive(Debug)]
pub(super) enum Command {
    Status(oneshot::Sender<Status>),
    Vitals(oneshot::Sender<Vitals>),
    Sync(oneshot::Sender<PassReport>),
    Pause(Timestamp, oneshot::Sender<()>),
    Resume(oneshot::Sender<()>),
    Retry(Option<String>, oneshot::Sender<u64>),
    Decide(String, Choice, oneshot::Sender<u64>),
    Why(String, oneshot::Sender<Why>),
    Reload(Box<Result<Config, Trouble>>, oneshot::Sender<Result<(), Trouble>>),
    Quit,
}

/// How this engine does, in numbers that say nothing of any file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vitals {
    pub state: State,
    /// Files that are not sent yet and may be.
    pub waiting: u64,
    /// How long the oldest of them has been waiting.
    pub oldest_waiting: Duration,
    pub last_error_kind: Option<String>,
}

/// Something that is wrong with OutTray's own ground: shown as *attention* until it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub kind: String,
    pub message: String,
    pub hint: Option<String>,
}

impl Handle {
    pub async fn status(&self) -> Result<Status, Gone> {
        self.ask(Command::Status).await
    }

    pub async fn vitals(&self) -> Result<Vitals, Gone> {
        self.ask(Command::Vitals).await
    }

    /// One whole pass, now: every waiting file is tried, whatever its schedule. Answers when the pass is done.
    pub async fn sync(&self) -> Result<PassReport, Gone> {
        self.ask(Command::Sync).await
    }

    /// Until that moment nothing new is sent; [`Timestamp::MAX`] means until [`Handle::resume`].
    pub async fn pause(&self, until: Timestamp) -> Result<(), Gone> {
        self.ask(|answer| Command::Pause(until, answer)).await
    }

    pub async fn resume(&self) -> Result<(), Gone> {
        self.ask(Command::Resume).await
    }

    /// Tries one file (a name relative to the folder), or all, again at once. Answers how many files that is.
    pub async fn retry(&self, name: Option<String>) -> Result<u64, Gone> {
        self.ask(|answer| Command::Retry(name, answer)).await
    }

    /// Sends a file that the guard holds back, as the person wishes. It holds for the content that the file has now.
    /// Answers how many files that is: one, or none when it is not there to be sent.
    pub async fn decide(&self, name: String, choice: Choice) -> Result<u64, Gone> {
        self.ask(|answer| Command::Decide(name, choice, answer)).await
    }

    /// `name` is relative to the watched folder.
    pub async fn why(&self, name: String) -> Result<Why, Gone> {
        self.ask(|answer| Command::Why(name, answer)).await
    }

    /// New settings take effect at once; a broken configuration is shown and the last good one goes on. Answers what is
    /// wrong with them.
    pub async fn reload(&self, config: Result<Config, Trouble>) -> Result<Result<(), Trouble>, Gone> {
        self.ask(|answer| Command::Reload(Box::new(config), answer)).await
    }

    /// Lets the PUTs in flight finish (at most five seconds), then ends. Await the engine's task for the end.
    pub async fn quit(&self) {
        // An engine that is gone already has quit.
        let _ = self.commands.send(Command::Quit).await;
    }

    /// From now on; a reader that is too slow loses the oldest events and is told how many.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, Gone> {
        let (answer, wait) = oneshot::channel();
        self.commands.send(command(answer)).await.map_err(|_| Gone)?;
        wait.await.map_err(|_| Gone)
    }
}
