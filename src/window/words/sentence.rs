//! The tray's sentence in the window's language.
//!
//! In: a status. Out: the same facts as `sync::sentence`, which speaks English for log, tray and command line; a test
//! holds the two together.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use rust_i18n::t;

use super::{clock, files};
use crate::sync::event::{FileState, State, Status};

pub fn sentence(status: &Status, now: Timestamp, zone: &TimeZone) -> String {
    let clock = |moment: Timestamp| clock(moment, now, zone);
    let waiting = status.waiting + status.uploading;
    match status.state {
        State::SetupNeeded => t!("sentence.setup").into_owned(),
        State::Paused => match status.paused_until.filter(|until| *until < far(now)) {
            Some(until) => t!("sentence.paused_until", time = clock(until), rest = here(waiting)).into_owned(),
            None => t!("sentence.paused", rest = here(waiting)).into_owned(),
        },
        State::Syncing => t!("sentence.syncing", files = files(waiting.max(1))).into_owned(),
        State::Offline => match next_try(status) {
            Some(next) => t!("sentence.offline_until", time = clock(next), rest = here(waiting)).into_owned(),
            None => t!("sentence.offline", rest = here(waiting)).into_owned(),
        },
        State::Attention => {
            let trouble = trouble(status);
            match waiting {
                0 => t!("sentence.trouble", trouble = trouble).into_owned(),
                _ => t!("sentence.trouble_and", trouble = trouble, rest = here(waiting)).into_owned(),
            }
        }
        State::Idle => match (status.synced_total, status.last_success) {
            (0, _) => t!("sentence.nothing").into_owned(),
            (1, Some(moment)) => t!("sentence.one_sent", time = clock(moment)).into_owned(),
            (sent, Some(moment)) => t!("sentence.all_sent", count = sent, time = clock(moment)).into_owned(),
            (sent, None) => t!("sentence.all", count = sent).into_owned(),
        },
    }
}

fn trouble(status: &Status) -> String {
    match (status.rejected, &status.last_error) {
        // The engine's reason is English.
        (0, Some(_)) if !super::is_english() && of_obstacle(status).is_some() => {
            of_obstacle(status).unwrap_or_default()
        }
        (0, Some(error)) => {
            let line = error.lines().next().unwrap_or_default().trim_end_matches('.');
            let mut letters = line.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
        (0, None) => t!("sentence.something").into_owned(),
        (1, _) => t!("sentence.one_rejected").into_owned(),
        (many, _) => t!("sentence.many_rejected", count = many).into_owned(),
    }
}

fn of_obstacle(status: &Status) -> Option<String> {
    let obstacle = status.obstacles.iter().find(|obstacle| obstacle.state == State::Attention)?;
    super::kind(Some(&obstacle.kind)).map(|text| text.trim_end_matches('.').to_owned())
}

fn here(waiting: u64) -> String {
    match waiting {
        0 => t!("here.none").into_owned(),
        1 => t!("here.one").into_owned(),
        many => t!("here.many", count = many).into_owned(),
    }
}

fn next_try(status: &Status) -> Option<Timestamp> {
    status.files.iter().filter(|file| file.state == FileState::Waiting).filter_map(|file| file.next_try).min()
}

/// A pause that ends after this moment has no end that anybody means.
fn far(now: Timestamp) -> Timestamp {
    now.checked_add((24 * 366 * 20).hours()).unwrap_or(Timestamp::MAX)
}
