//! One desktop program and one window for each user and home: whoever comes later hands its wish to the first.
//!
//! In: the state folder, a [`Wish`]. Out: who is first; at the first, the wishes of the others.
//! The engine's socket cannot do this: without settings there is no engine, and a headless `outtray run` may have it.
//! Not here: fulfilling a wish (`tray`).

use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::client::{AskError, Client};
use super::lines::Caller;
use super::protocol::{Request, Show, VERSION, done, refusal};
use crate::platform::dir::Dir;
use crate::platform::endpoint::{Accepted, Address, Listener};
use crate::platform::lock::{FolderLock, Taken};
use crate::platform::places::create_private_folder;

/// What there may be one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// The tray program.
    Program,
    /// The window, a process of its own.
    Window,
}

impl Only {
    /// The folder of the door, in the state folder. Who holds its lock is the first.
    fn folder(self) -> &'static str {
        match self {
            Self::Program => "desktop",
            Self::Window => "window",
        }
    }
}

/// The first may be starting or ending at this very moment: so long it is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two looks meanwhile.
const LOOK: Duration = Duration::from_millis(50);

/// Callers at one time.
const CALLERS_MAX: usize = 16;

/// What somebody who starts the program again wants of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// That one runs, and nothing else.
    Run,
    Show(Show),
    Sync,
    Quit,
    /// End, and start again: it is another version on the disk.
    Restart,
}

/// How the start ended.
#[derive(Debug)]
pub enum Start {
    First(Door),
    /// Another desktop program took the wish: nothing is left to do here.
    HandedOver,
}

/// Why this start can neither be the first nor reach it.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    #[error("the state folder cannot be used")]
    Folder(#[source] io::Error),
    #[error("another OutTray runs ({holder}) and does not answer")]
    Silent { holder: String },
    #[error(transparent)]
    Ask(#[from] AskError),
}

impl crate::error::Explain for DoorError {
    fn kind(&self) -> &str {
        match self {
            Self::Folder(_) => "desktop.folder",
            Self::Silent { .. } => "desktop.silent",
            Self::Ask(error) => error.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Folder(_) => Some("Check that the folder belongs to you and that the disk is not full.".into()),
            Self::Silent { .. } => {
                Some("Nothing is lost. End it in the system's list of programs, then start again.".into())
            }
            Self::Ask(error) => error.hint(),
        }
    }
}

/// The place of the first desktop program; free for the next when dropped.
#[derive(Debug)]
pub struct Door {
    listener: Listener,
    /// Released after the listener: whoever gets it next finds no old socket of ours.
    _lock: Option<FolderLock>,
}

/// Becomes the first, or hands the wish to it. A wish to quit is fulfilled when the first is gone.
pub async fn start(state_dir: &Path, only: Only, wish: &Wish) -> Result<Start, DoorError> {
    let folder = state_dir.join(only.folder());
    create_private_folder(&folder).map_err(DoorError::Folder)?;
    let address = Address::new(&folder, true);
    let begun = Instant::now();
    loop {
        let holder = match take(&folder, &address).map_err(DoorError::Folder)? {
            Ok(door) => return Ok(Start::First(door)),
            Err(holder) => holder,
        };
        if let Some(client) = Client::connect(&address).await
            && hand_over(client, wish).await?
        {
            return Ok(Start::HandedOver);
        }
        if begun.elapsed() > PATIENCE {
            return Err(DoorError::Silent { holder });
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The door, or who has it.
fn take(folder: &Path, address: &Address) -> io::Result<Result<Door, String>> {
    // Two starts at one moment: the lock lets one of them through.
    let lock = match FolderLock::take(&Dir::open(folder)?) {
        Ok(Taken::Ours(lock)) => Some(lock),
        Ok(Taken::Theirs { holder }) => return Ok(Err(holder)),
        // Some file systems have no locks; there the socket alone has to do.
        Err(error) => {
            tracing::debug!(target: "outtray", "no lock in {}: {error}", folder.display());
            None
        }
    };
    match Listener::bind(address) {
        Ok(listener) => Ok(Ok(Door { listener, _lock: lock })),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Ok(Err("another process".into())),
        Err(error) => Err(error),
    }
}

/// Whether the first took the wish. When it ends before it answers, the place is free and somebody else's turn.
async fn hand_over(mut client: Client, wish: &Wish) -> Result<bool, AskError> {
    let request = match wish {
        Wish::Run => Request::Hello,
        Wish::Show(show) => Request::Show(show.clone()),
        Wish::Sync => Request::Sync,
        Wish::Quit => Request::Quit,
        Wish::Restart => Request::Restart,
    };
    match client.ask(&request).await {
        Ok(_) if *wish == Wish::Quit => {
            let _ = tokio::time::timeout(PATIENCE, client.ended()).await;
            Ok(true)
        }
        Ok(_) => Ok(true),
        Err(AskError::Ended) => Ok(false),
        Err(AskError::Silent(error)) if error.kind() != ErrorKind::TimedOut => Ok(false),
        Err(error) => Err(error),
    }
}

impl Door {
    /// Takes in wishes for as long as it is polled; drop it to leave the place.
    pub async fn serve(mut self, wishes: mpsc::Sender<Wish>) {
        let mut callers = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok(stream) if callers.len() < CALLERS_MAX => {
                        callers.spawn(converse(stream, wishes.clone()));
                    }
                    Ok(_) => {}
                    Err(error) => {
                        tracing::debug!(target: "outtray", "the desktop program's door: {error}");
                        tokio::time::sleep(LOOK).await;
                    }
                },
                Some(_) = callers.join_next() => {}
            }
        }
    }
}

async fn converse(stream: Accepted, wishes: mpsc::Sender<Wish>) {
    let mut caller = Caller::new(stream);
    while let Some(request) = caller.next().await {
        let answer = match request {
            Request::Hello => done(json!({
                "program": "outtray-desktop", "version": env!("CARGO_PKG_VERSION"), "protocol": VERSION,
                "pid": std::process::id(),
            })),
            Request::Show(show) => take_in(Wish::Show(show), &wishes).await,
            Request::Sync => take_in(Wish::Sync, &wishes).await,
            Request::Quit => take_in(Wish::Quit, &wishes).await,
            Request::Restart => take_in(Wish::Restart, &wishes).await,
            _ => refusal("control.no_engine", "here are only hello, show, sync and quit understood", None),
        };
        if caller.tell(&answer).await.is_err() {
            return;
        }
    }
}

async fn take_in(wish: Wish, wishes: &mpsc::Sender<Wish>) -> Value {
    match wishes.send_timeout(wish, PATIENCE / 2).await {
        Ok(()) => done(Value::Null),
        Err(_) => refusal("control.busy", "the running OutTray does not take wishes", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::protocol::Page;

    fn settings() -> Wish {
        Wish::Show(Show { page: Some(Page::Settings), field: Some("api_url".into()) })
    }

    async fn first(folder: &Path) -> Door {
        match start(folder, Only::Program, &Wish::Sync).await.unwrap() {
            Start::First(door) => door,
            Start::HandedOver => panic!("nobody else is there"),
        }
    }

    #[tokio::test]
    async fn the_second_hands_its_wish_to_the_first() {
        let place = tempfile::tempdir().unwrap();
        let (wishes, mut heard) = mpsc::channel(1);
        let serving = tokio::spawn(first(place.path()).await.serve(wishes));
        for wish in [settings(), Wish::Show(Show::default()), Wish::Sync] {
            assert!(matches!(start(place.path(), Only::Program, &wish).await.unwrap(), Start::HandedOver));
            assert_eq!(heard.recv().await, Some(wish));
        }
        assert!(matches!(start(place.path(), Only::Program, &Wish::Run).await.unwrap(), Start::HandedOver));
        assert!(heard.try_recv().is_err(), "one that runs is all that was asked for");
        serving.abort();
        assert!(serving.await.unwrap_err().is_cancelled());
        first(place.path()).await;
    }

    #[tokio::test]
    async fn of_many_starts_at_one_moment_one_is_first() {
        let place = tempfile::tempdir().unwrap();
        let (wishes, mut heard) = mpsc::channel(64);
        let (place, mut starts, mut firsts) = (place.path().to_owned(), JoinSet::new(), 0);
        for _ in 0..12 {
            let (place, wishes) = (place.clone(), wishes.clone());
            starts.spawn(async move {
                match start(&place, Only::Program, &settings()).await.unwrap() {
                    Start::First(door) => Some(tokio::spawn(door.serve(wishes))),
                    Start::HandedOver => None,
                }
            });
        }
        while let Some(ended) = starts.join_next().await {
            firsts += usize::from(ended.unwrap().is_some());
        }
        assert_eq!(firsts, 1);
        for _ in 0..11 {
            assert_eq!(heard.try_recv(), Ok(settings()));
        }
    }

    #[tokio::test]
    async fn a_wish_to_quit_ends_when_the_first_is_gone() {
        let place = tempfile::tempdir().unwrap();
        let (wishes, mut heard) = mpsc::channel(1);
        let serving = tokio::spawn(first(place.path()).await.serve(wishes));
        let folder = place.path().to_owned();
        let mut quitting = tokio::spawn(async move { start(&folder, Only::Program, &Wish::Quit).await.unwrap() });
        assert_eq!(heard.recv().await, Some(Wish::Quit));
        assert!(tokio::time::timeout(Duration::from_millis(50), &mut quitting).await.is_err(), "it did not wait");
        serving.abort();
        assert!(matches!(quitting.await.unwrap(), Start::HandedOver));
    }

    #[tokio::test]
    async fn the_engines_commands_are_refused_here() {
        let place = tempfile::tempdir().unwrap();
        let (wishes, _heard) = mpsc::channel(1);
        tokio::spawn(first(place.path()).await.serve(wishes));
        let address = Address::new(&place.path().join(Only::Program.folder()), true);
        let mut client = Client::connect(&address).await.unwrap();
        assert_eq!(client.ask(&Request::Hello).await.unwrap()["program"], "outtray-desktop");
        let refused = client.ask(&Request::Status).await.unwrap_err();
        assert!(matches!(refused, AskError::Refused { kind, .. } if kind == "control.no_engine"));
    }
}
