//! A stand-in for an engine, for tests of what speaks with one: it keeps a status and obeys at once.

use jiff::Timestamp;
use tokio::sync::{broadcast, mpsc, oneshot};

use super::event::{Event, PassReport, State, Status};
use super::handle::{Command, Handle, Vitals, Why};

/// Runs until its handles are gone or it is told to quit.
pub(crate) fn engine() -> Handle {
    let (commands, mut inbox) = mpsc::channel(8);
    let (events, _) = broadcast::channel(8);
    let handle = Handle { commands, events: events.clone() };
    tokio::spawn(async move {
        let mut now = status();
        while let Some(command) = inbox.recv().await {
            match command {
                Command::Status(answer) => told(answer, now.clone()),
                Command::Vitals(answer) => {
                    let (state, oldest_waiting) = (now.state, std::time::Duration::ZERO);
                    told(answer, Vitals { state, waiting: now.waiting, oldest_waiting, last_error_kind: None });
                }
                Command::Sync(answer) => {
                    let report = PassReport { synced: 3, bytes: 900, ..PassReport::default() };
                    let _ = events.send(Event::PassDone { report: report.clone() });
                    told(answer, report);
                }
                Command::Pause(until, answer) => {
                    (now.state, now.paused_until) = (State::Paused, Some(until));
                    told(answer, ());
                }
                Command::Resume(answer) => {
                    (now.state, now.paused_until) = (State::Idle, None);
                    told(answer, ());
                }
                Command::Retry(name, answer) => told(answer, u64::from(name.is_some())),
                Command::Decide(_, _, answer) => told(answer, 1),
                Command::Why(name, answer) => told(answer, Why::Unknown { name }),
                Command::Reload(config, answer) => told(answer, config.map(|_| ())),
                Command::Quit => return,
            }
        }
    });
    handle
}

/// A caller that is gone does not mind.
fn told<T>(answer: oneshot::Sender<T>, value: T) {
    let _ = answer.send(value);
}

/// An engine that has sent 42 files.
pub(crate) fn status() -> Status {
    Status {
        version: "0.1.0".into(),
        state: State::Idle,
        running: true,
        paused_until: None,
        device_id: "dev001".into(),
        api_url: "https://api.example/new".into(),
        watch_dir: "/home/me/memory".into(),
        config: "/home/me/config.toml".into(),
        waiting: 0,
        uploading: 0,
        rejected: 0,
        synced_total: 42,
        bytes_total: 901_233,
        last_success: Some(Timestamp::from_second(1_769_509_867).expect("a moment of 2026")),
        last_error: None,
        guard: crate::guard::Mode::Redact,
        redacted: crate::guard::Tally::default(),
        obstacles: Vec::new(),
        files: Vec::new(),
    }
}
