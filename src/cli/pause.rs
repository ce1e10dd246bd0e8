//! `outtray pause` and `outtray resume`: whether anything is sent at all.
//!
//! In: a length of time, or none. Out: the running engine, or the ledger of the next one, holds still until then.
//! Not here: reading the length (`span`).

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::json;

use super::failure::{Exit, Failure};
use super::output::Output;
use super::span::Span;
use crate::control::protocol::Request;
use crate::host::Home;
use crate::sync::inspect;
use crate::sync::sentence::clock;

pub async fn pause(home: &Home, out: Output, time: Option<Span>) -> Result<Exit, Failure> {
    let now = Zoned::now();
    let until = time.map(|span| span.end(&now));
    match home.client().await {
        Some(mut client) => {
            client.ask(&Request::Pause { secs: time.map(|span| span.secs(&now)) }).await?;
        }
        None => inspect::pause(&home.setup()?, Some(until.unwrap_or(Timestamp::MAX)))?,
    }
    out.answer(&json!({"ok": true, "paused_until": until.unwrap_or(Timestamp::MAX)}), || match until {
        Some(until) => {
            let until = clock(until, now.timestamp(), &TimeZone::system());
            format!("Paused until {until}. Files wait in the folder; `outtray resume` goes on sooner.")
        }
        None => "Paused. Files wait in the folder until `outtray resume`.".into(),
    })?;
    Ok(Exit::Done)
}

pub async fn resume(home: &Home, out: Output) -> Result<Exit, Failure> {
    let client = home.client().await;
    let running = client.is_some();
    if let Some(mut client) = client {
        client.ask(&Request::Resume).await?;
    } else {
        inspect::pause(&home.setup()?, None)?;
    }
    out.answer(&json!({"ok": true, "running": running}), || {
        if running {
            "Sending again.".into()
        } else {
            "No longer paused. OutTray is not running: `outtray run` starts it, `outtray sync` sends once.".into()
        }
    })?;
    Ok(Exit::Done)
}
