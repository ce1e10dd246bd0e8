//! `outtray run`: the engine in the foreground, until it is told to end.
//!
//! In: settings, signals, callers of the control socket, changes of the configuration. Out: files sent; exit code 0.
//! Not here: the engine (`sync`), its socket and its changing settings (`host`).

use std::time::Duration;

use tracing::Level;

use super::failure::{Exit, Failure};
use super::output::Output;
use crate::host::{Home, Running};
use crate::log::{self, Echo};
use crate::platform::signals::Stop;
use crate::sync::Handle;

/// How long a slow reader of `--json` can hold up the end.
const LAST_WORDS: Duration = Duration::from_secs(1);

pub async fn run(home: &Home, out: Output) -> Result<Exit, Failure> {
    let mut stop = Stop::listen().map_err(|error| Failure::io("cannot listen for Ctrl-C", &error))?;
    let mut running = Running::start(home, Some(echo(out)), None).await?;
    out.note(format!(
        "Watching {} as {}. The log is {}. Ctrl-C ends.",
        running.config.watch_dir.display(),
        running.config.device_id.as_str(),
        log::path(&home.paths.log_dir).display()
    ));
    let telling = out.json.then(|| tokio::spawn(tell(running.handle.clone(), out)));
    let end = wait(&mut running, &mut stop, out).await;
    running.clear_away().await;
    if let Some(telling) = telling {
        // Without any handle left its stream ends, after the last event.
        let _ = tokio::time::timeout(LAST_WORDS, telling).await;
    }
    end
}

async fn wait(running: &mut Running, stop: &mut Stop, out: Output) -> Result<Exit, Failure> {
    tokio::select! {
        ended = running.ended() => return engine_end(ended),
        () = stop.next() => {}
    }
    out.note("Ending: an upload in flight may finish. Ctrl-C again ends at once.");
    tokio::select! {
        ended = running.quit() => engine_end(ended),
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
