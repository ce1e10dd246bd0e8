//! `outtray sync`: one whole pass, now; by the running engine, or here when none runs.
//!
//! In: the folder. Out: a line for each file, failures with reason and hint, a summary; the exit code of the worst.
//! Not here: the pass itself (`sync`), what moves on a terminal (`progress`).

use std::time::Duration;

use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;

use super::failure::{Exit, Failure};
use super::output::Output;
use super::pass::Pass;
use super::progress::Progress;
use crate::control::client::{Client, Following, falls_silent};
use crate::control::protocol::Request;
use crate::host::{Home, Keys, log_options};
use crate::log::{self, Echo};
use crate::sync::event::{Event, PassReport, Status, Worst};
use crate::sync::{self, Gone, Setup};

/// How long the last events of a pass may be behind its answer.
const STRAGGLERS: Duration = Duration::from_millis(500);

/// A locked keychain asks the person who typed the command.
const KEYCHAIN: Duration = Duration::from_mins(1);

pub async fn run(home: &Home, out: Output) -> Result<Exit, Failure> {
    let mut progress = Progress::new(out);
    let (report, pass) = match home.client().await {
        Some(client) => asked(home, out, client, &mut progress).await?,
        None => here(home, out, &mut progress).await?,
    };
    progress.end();
    tell(&report, &pass, out)?;
    Ok(match report.worst {
        Worst::Nothing => Exit::Done,
        Worst::Failed => Exit::Failed,
        Worst::Unreachable => Exit::Unreachable,
        Worst::Refused => Exit::Refused,
    })
}

/// By the engine that runs already.
async fn asked(
    home: &Home,
    out: Output,
    mut client: Client,
    progress: &mut Progress,
) -> Result<(PassReport, Pass), Failure> {
    // One that hangs would keep us for as long as it does.
    client.ask(&Request::Status).await?;
    let mut pass = Pass::new(out.json);
    // A second connection tells what happens while the first waits for the answer.
    let mut events = match home.client().await {
        Some(listener) => Some(listener.follow().await?),
        None => None,
    };
    let report: PassReport = {
        let answer = client.ask_for(&Request::Sync);
        tokio::pin!(answer);
        let address = home.address();
        let silence = falls_silent(&address);
        tokio::pin!(silence);
        loop {
            tokio::select! {
                report = answer.as_mut() => break report?,
                silent = silence.as_mut() => return Err(silent.into()),
                event = next(&mut events) => match event {
                    Some(event) => hear(event, &mut pass, progress),
                    None => events = None,
                },
            }
        }
    };
    // What happened last may still be on its way.
    while !pass.done
        && let Ok(Some(event)) = tokio::time::timeout(STRAGGLERS, next(&mut events)).await
    {
        hear(event, &mut pass, progress);
    }
    let status: Status = client.ask_for(&Request::Status).await?;
    pass.look(&status);
    Ok((report, pass))
}

/// Never comes back once the stream has ended: only the answer is left to wait for.
async fn next(events: &mut Option<Following>) -> Option<Event> {
    match events {
        Some(stream) => stream.next().await,
        None => std::future::pending().await,
    }
}

/// By an engine of our own, for as long as the pass takes.
async fn here(home: &Home, out: Output, progress: &mut Progress) -> Result<(PassReport, Pass), Failure> {
    let mut setup = Setup { watch: false, ..home.setup()? };
    Keys::new(home.clone()).equip(&mut setup.config, KEYCHAIN).await;
    let echo = (out.verbose > 0).then_some(Echo {
        level: if out.verbose > 1 { tracing::Level::TRACE } else { tracing::Level::DEBUG },
        timed: false,
    });
    log::start(&home.paths.log_dir, log_options(&setup.config), echo);
    let (handle, engine) = sync::start(setup)?;
    let mut events = handle.subscribe();
    let mut pass = Pass::new(out.json);
    let answer = handle.sync();
    tokio::pin!(answer);
    let report = loop {
        tokio::select! {
            // Events first: what led to the answer is told before it.
            biased;
            event = events.recv() => match event {
                Ok(event) => hear(event, &mut pass, progress),
                // The counts of the report are right even so.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break answer.as_mut().await,
            },
            report = answer.as_mut() => break report,
        }
    };
    while let Ok(event) = events.try_recv() {
        hear(event, &mut pass, progress);
    }
    if let Ok(status) = handle.status().await {
        pass.look(&status);
    }
    handle.quit().await;
    let ended = engine.await;
    let gone = |_: Gone| {
        Failure::new(
            Exit::Failed,
            "engine.broke",
            "OutTray ended by a fault of its own; what was not sent is still in the folder",
        )
        .hint("`outtray bundle` packs what support needs to know.")
    };
    match ended {
        Ok(()) => Ok((report.map_err(gone)?, pass)),
        Err(_) => Err(gone(Gone)),
    }
}

/// The answer for programs.
#[derive(Serialize)]
struct Told<'a, F> {
    #[serde(flatten)]
    report: &'a PassReport,
    ok: bool,
    files: F,
}

fn hear(event: Event, pass: &mut Pass, progress: &mut Progress) {
    progress.show(&event);
    pass.hear(event);
}

fn tell(report: &PassReport, pass: &Pass, out: Output) -> Result<(), Failure> {
    if out.json {
        return out.object(&Told { report, ok: report.worst == Worst::Nothing, files: pass.files() });
    }
    for line in pass.problems() {
        out.problem(line);
    }
    if pass.names_no_problem() && report.worst != Worst::Nothing {
        // Trouble from before the pass tells no event in it.
        let message = report.error.as_deref().unwrap_or("the pass could not be finished");
        for line in super::pass::trouble(message, report.hint.as_deref()) {
            out.problem(line);
        }
    }
    out.data(super::pass::summary(report))
}
