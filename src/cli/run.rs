//! `outtray run`: the engine in the foreground, until it is told to end.
//!
//! In: settings, signals, callers of the control socket, changes of the configuration. Out: files sent; exit code 0.
//! Not here: the engine (`sync`), the socket (`control::server`), reading changed settings (`reload`).

use std::io::ErrorKind;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::Level;

use super::failure::{Exit, Failure};
use super::home::{Home, log_options};
use super::output::Output;
use super::reload::Reloader;
use crate::control::server::{Host, serve};
use crate::log::{self, Echo};
use crate::platform::endpoint::Listener;
use crate::platform::signals::Stop;
use crate::sync::{self, Handle};

/// Callers that ask for a reload at one moment; more wait.
const RELOADS: usize = 4;

/// How long a slow reader of `--json` can hold up the end.
const LAST_WORDS: Duration = Duration::from_secs(1);

pub async fn run(home: &Home, out: Output) -> Result<Exit, Failure> {
    let setup = home.setup()?;
    let log = log::start(&home.paths.log_dir, log_options(&setup.config), Some(echo(out)));
    let mut stop = Stop::listen().map_err(|error| Failure::io("cannot listen for Ctrl-C", &error))?;
    let config = setup.config.clone();
    let (handle, engine) = sync::start(setup)?;
    let listener = match listen(home) {
        Ok(listener) => listener,
        Err(failure) => {
            handle.quit().await;
            let _ = engine.await;
            return Err(failure);
        }
    };
    out.note(format!(
        "Watching {} as {}. The log is {}. Ctrl-C ends.",
        config.watch_dir.display(),
        config.device_id.as_str(),
        log::path(&home.paths.log_dir).display()
    ));
    let (reload, asked) = mpsc::channel(RELOADS);
    let reloader = Reloader::new(home.clone(), handle.clone(), log, config.scan_interval);
    let reloading = tokio::spawn(reloader.run(asked));
    let serving =
        listener.map(|listener| tokio::spawn(serve(listener, Host { handle: handle.clone(), reload, show: None })));
    let telling = out.json.then(|| tokio::spawn(tell(handle.clone(), out)));

    let end = wait(&handle, engine, &mut stop, out).await;

    // Whoever asked to quit shall hear that it is done, before the socket goes.
    tokio::task::yield_now().await;
    for task in [Some(reloading), serving].into_iter().flatten() {
        task.abort();
        // Its socket is gone when the task is.
        let _ = task.await;
    }
    drop(handle);
    if let Some(telling) = telling {
        // Without any handle left its stream ends, after the last event.
        let _ = tokio::time::timeout(LAST_WORDS, telling).await;
    }
    end
}

/// `None` when there can be no socket for another reason than that somebody has it: sending matters more.
fn listen(home: &Home) -> Result<Option<Listener>, Failure> {
    match Listener::bind(&home.address()) {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let place = home.paths.state_dir.display();
            Err(Failure::new(
                Exit::Held,
                "instance.held",
                format!("another OutTray runs with the same state folder {place}"),
            )
            .hint("Use `outtray status` to see it. A second one needs an OUTTRAY_HOME of its own."))
        }
        Err(error) => {
            tracing::warn!(
                target: "outtray",
                "⚠️  no control socket at {}: {error}; `outtray status` cannot ask this OutTray", home.address().shown()
            );
            Ok(None)
        }
    }
}

async fn wait(handle: &Handle, mut engine: JoinHandle<()>, stop: &mut Stop, out: Output) -> Result<Exit, Failure> {
    tokio::select! {
        ended = &mut engine => return engine_end(ended),
        () = stop.next() => {}
    }
    out.note("Ending: an upload in flight may finish. Ctrl-C again ends at once.");
    tokio::select! {
        ended = async { handle.quit().await; engine.await } => engine_end(ended),
        // What was not proven to have arrived is sent again after the next start.
        () = stop.next() => std::process::exit(130),
    }
}

fn engine_end(ended: Result<(), tokio::task::JoinError>) -> Result<Exit, Failure> {
    match ended {
        Ok(()) => Ok(Exit::Done),
        Err(error) => {
            tracing::error!(target: "outtray", "⚠️  the engine broke: {error}");
            Err(Failure::new(Exit::Failed, "engine.broke", "OutTray ended by a fault of its own")
                .hint("Nothing is lost; start it again. `outtray bundle` packs what support needs to know."))
        }
    }
}

/// With `--json`, stdout tells all events.
async fn tell(handle: Handle, out: Output) {
    let mut events = handle.subscribe();
    drop(handle);
    loop {
        match events.recv().await {
            // A reader that went away does not end the engine.
            Ok(event) if out.object(&event).is_ok() => {}
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
            _ => return,
        }
    }
}

fn echo(out: Output) -> Echo {
    let level = match (out.quiet, out.verbose) {
        (true, _) => Level::WARN,
        (_, 0) => Level::INFO,
        (_, 1) => Level::DEBUG,
        _ => Level::TRACE,
    };
    Echo { level, timed: true }
}
