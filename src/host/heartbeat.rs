//! Tells whoever runs the presigner, every few minutes, that this device lives and how it does.
//!
//! In: the settings in force as they change, the engine's vitals. Out: one small request at a time; without the setting
//! there is not even a timer. A heartbeat that fails is not repeated and troubles nobody: its absence is the message.
//! Not here: what it says (`sync::beat`, `remote`).

use std::time::Duration;

use tokio::sync::watch;

use crate::config::Config;
use crate::error::Explain as _;
use crate::sync::event::State;
use crate::sync::{self, Handle};

/// The first one comes within this part of the interval, the others are off by as much: computers that start together
/// shall not speak together.
const JITTER: f64 = 0.1;

/// Longer than the network edge waits for an answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Until the engine is gone or the task is dropped.
pub async fn run(handle: Handle, mut settings: watch::Receiver<Config>) {
    let mut first = true;
    loop {
        let config = settings.borrow_and_update().clone();
        let Some(interval) = config.fleet.heartbeat else {
            if settings.changed().await.is_err() {
                return;
            }
            continue;
        };
        let chance = fastrand::f64();
        let wait = interval.mul_f64(if first { JITTER * chance } else { 1.0 - JITTER + 2.0 * JITTER * chance });
        tokio::select! {
            changed = settings.changed() => match changed {
                // A changed setting starts anew, within the first part again.
                Ok(()) => first = true,
                Err(_) => return,
            },
            () = tokio::time::sleep(wait) => {
                if !beat(&handle, &config, first).await {
                    return;
                }
                first = false;
            }
        }
    }
}

/// `false` when the engine is gone.
async fn beat(handle: &Handle, config: &Config, first: bool) -> bool {
    let Ok(vitals) = handle.vitals().await else { return false };
    // Nobody would hear it. Without its key the presigner would not listen.
    let deaf = vitals.state == State::Offline || config.network.api_key.as_ref().is_some_and(|key| key.secret.is_err());
    if deaf {
        return true;
    }
    let sent = match sync::remote(config) {
        Ok(remote) => tokio::time::timeout(PATIENCE, sync::beat(&remote, vitals)).await,
        Err(error) => {
            tracing::debug!(target: "outtray", "no heartbeat: {error}");
            return true;
        }
    };
    match sent {
        Ok(Ok(())) => tracing::debug!(target: "outtray", "heartbeat sent"),
        // Nothing but a person can mend that.
        Ok(Err(failure)) if first && failure.kind() == "heartbeat.no_address" => {
            tracing::warn!(target: "outtray", "⚠️  {failure}");
        }
        Ok(Err(failure)) => tracing::debug!(target: "outtray", "{failure}"),
        Err(_) => tracing::debug!(target: "outtray", "sending a heartbeat: no answer"),
    }
    true
}
