//! Where the status comes from: an engine of our own, one that runs already in another process, or none.
//!
//! In: a [`Home`]. Out: the status, a wake-up when it changes, and a way to ask for things.
//! Not here: when to try again (`host`), what a status looks like (`view`).

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

use crate::control::client::Following;
use crate::control::protocol::{Request, Show};
use crate::error::Explain;
use crate::host::{Home, NotRunning, Running};
use crate::sync::event::{Event, Obstacle, State, Status};

/// Something was told.
pub(super) enum Heard {
    /// The status may be another one now.
    News,
    /// Somebody asked the engine to end, and it has.
    Ended,
    /// The engine in the other process is gone; the folder is free, or will be.
    Left,
    /// Our own engine ended by a fault.
    Broke,
}

pub(super) enum Source {
    /// In this process.
    Engine { running: Box<Running>, events: broadcast::Receiver<Event> },
    /// `outtray run` in another process holds the folder.
    Other { following: Box<Following> },
    /// There are no settings yet.
    Nothing,
    /// None, for this reason.
    Failed(Box<Obstacle>),
}

impl Source {
    /// `shows` is told when a caller of the engine's socket wants to see the window.
    pub(super) async fn open(home: &Home, shows: &mpsc::Sender<Show>) -> Self {
        match Running::start(home, None, Some(shows.clone())).await {
            Ok(running) => {
                let events = running.handle.subscribe();
                Self::Engine { running: Box::new(running), events }
            }
            Err(NotRunning::Setup(none)) if none.is_setup_needed() => Self::Nothing,
            Err(error) => match home.client().await {
                // Somebody runs already: the tray shows his engine.
                Some(client) => match client.follow().await {
                    Ok(following) => Self::Other { following: Box::new(following) },
                    Err(_) => Self::failed(&error),
                },
                None => Self::failed(&error),
            },
        }
    }

    fn failed(error: &NotRunning) -> Self {
        Self::Failed(Box::new(Obstacle {
            state: State::Attention,
            kind: error.kind().to_owned(),
            reason: error.to_string(),
            hint: error.hint(),
        }))
    }

    /// Our engine broke. Another one is tried after a while, not at once: it may break again.
    pub(super) fn broken() -> Self {
        Self::Failed(Box::new(Obstacle {
            state: State::Attention,
            kind: "engine.broke".into(),
            reason: "OutTray stopped sending by a fault of its own and begins anew".into(),
            hint: Some("Nothing is lost. `outtray bundle` packs what support needs to know.".into()),
        }))
    }

    pub(super) fn is_engine(&self) -> bool {
        matches!(self, Self::Engine { .. } | Self::Other { .. })
    }

    /// Whether time alone may mend it. Missing and broken settings are mended by a change of their file.
    pub(super) fn may_mend_itself(&self) -> bool {
        matches!(self, Self::Failed(obstacle) if !obstacle.kind.starts_with("config."))
    }

    /// Resolves when something is told; may be dropped and asked again.
    pub(super) async fn next(&mut self) -> Heard {
        match self {
            Self::Engine { running, events } => tokio::select! {
                event = events.recv() => match event {
                    Ok(_) | Err(RecvError::Lagged(_)) => {
                        while events.try_recv().is_ok() {} // one look serves them all
                        Heard::News
                    }
                    Err(RecvError::Closed) => Heard::Ended,
                },
                ended = running.ended() => if ended.is_ok() { Heard::Ended } else { Heard::Broke },
            },
            Self::Other { following } => match following.next().await {
                Some(_) => Heard::News,
                None => Heard::Left,
            },
            Self::Nothing | Self::Failed(_) => std::future::pending().await,
        }
    }

    pub(super) async fn status(&mut self, home: &Home) -> Status {
        let found = match self {
            Self::Engine { running, .. } => running.handle.status().await.ok(),
            Self::Other { .. } => match home.client().await {
                Some(mut client) => client.ask_for::<Status>(&Request::Status).await.ok(),
                None => None,
            },
            Self::Nothing => None,
            Self::Failed(obstacle) => {
                let obstacle = (**obstacle).clone();
                let last_error = Some(obstacle.reason.clone());
                Some(Status { state: State::Attention, last_error, obstacles: vec![obstacle], ..home.unset() })
            }
        };
        found.unwrap_or_else(|| home.unset())
    }

    /// A pass that nobody waits for: the status tells how it goes.
    pub(super) fn sync(&self, home: &Home) {
        match self {
            Self::Engine { running, .. } => {
                let handle = running.handle.clone();
                tokio::spawn(async move { handle.sync().await });
            }
            Self::Other { .. } => {
                let home = home.clone();
                tokio::spawn(async move { tell(&home, &Request::Sync).await });
            }
            Self::Nothing | Self::Failed(_) => {}
        }
    }

    /// Asks for something whose answer the status shows.
    pub(super) async fn ask(&self, home: &Home, request: &Request) {
        match self {
            Self::Engine { running, .. } => {
                let handle = &running.handle;
                // An engine that ends at this moment is noticed by its end.
                let _ = match request {
                    Request::Pause { secs } => handle.pause(until(*secs)).await,
                    Request::Resume => handle.resume().await,
                    Request::Retry { .. } => handle.retry(None).await.map(|_| ()),
                    _ => Ok(()),
                };
            }
            Self::Other { .. } => tell(home, request).await,
            Self::Nothing | Self::Failed(_) => {}
        }
    }

    /// Lets what is in flight finish.
    pub(super) async fn close(self) {
        if let Self::Engine { mut running, events } = self {
            drop(events);
            if running.quit().await.is_err() {
                tracing::error!(target: "outtray", "⚠️  the engine broke while it ended; nothing is lost");
            }
            running.clear_away().await;
        }
    }
}

/// Tells an engine in another process; its status shows whether it obeyed.
async fn tell(home: &Home, request: &Request) {
    if let Some(mut client) = home.client().await
        && let Err(error) = client.ask(request).await
    {
        tracing::warn!(target: "outtray", "the running OutTray did not do it: {error}");
    }
}

fn until(secs: Option<u64>) -> jiff::Timestamp {
    let end = secs.and_then(|secs| i64::try_from(secs).ok()).map(jiff::SignedDuration::from_secs);
    end.and_then(|span| jiff::Timestamp::now().checked_add(span).ok()).unwrap_or(jiff::Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Paths;

    #[tokio::test]
    async fn half_a_configuration_is_for_the_set_up_and_a_broken_one_for_a_person() {
        let place = tempfile::tempdir().expect("a folder");
        let home = Home { paths: Paths::below(place.path()) };
        let (shows, _wished) = mpsc::channel(1);
        for (text, is_setup) in
            [("device_id = \"desk-1\"\n", true), ("", true), ("device_id = \"desk 1\"\n", false), ("no toml", false)]
        {
            std::fs::write(&home.paths.config, text).expect("written");
            let status = Source::open(&home, &shows).await.status(&home).await;
            let wanted = if is_setup { State::SetupNeeded } else { State::Attention };
            assert_eq!(status.state, wanted, "{text}");
        }
    }
}
