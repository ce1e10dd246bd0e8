//! The picture in one sentence: `All 42 files are sent, the last one at 10:31.`
//!
//! In: a [`Status`] and the zone whose clock the reader sees. Out: one sentence for menu, command line and events.
//! Not here: the status itself (`event`), tables and colours (`cli`).

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::event::{FileState, State, Status};

mod plain;

/// What a person wants to know first, without a jargon word.
pub fn sentence(status: &Status, now: Timestamp, zone: &TimeZone) -> String {
    let clock = |moment: Timestamp| clock(moment, now, zone);
    let waiting = status.waiting + status.uploading;
    match status.state {
        State::SetupNeeded => "OutTray is not set up yet.".into(),
        State::Paused => {
            let until = match status.paused_until {
                Some(moment) if moment < far(now) => format!("until {}", clock(moment)),
                _ => "until you resume".into(),
            };
            format!("Paused {until}; {}.", still_here(waiting))
        }
        State::Syncing => format!("Sending {}.", files(waiting.max(1))),
        State::Offline => match next_try(status) {
            Some(moment) => format!("No connection; {}, next try at {}.", still_here(waiting), clock(moment)),
            None => format!("No connection; {}.", still_here(waiting)),
        },
        State::Attention => attention(status),
        State::Idle => match (status.synced_total, status.last_success) {
            (0, _) => "Nothing to send yet.".into(),
            (1, Some(moment)) => format!("The one file is sent, at {}.", clock(moment)),
            (sent, Some(moment)) => format!("All {sent} files are sent, the last one at {}.", clock(moment)),
            (sent, None) => format!("All {sent} files are sent."),
        },
    }
}

fn attention(status: &Status) -> String {
    let waiting = status.waiting + status.uploading;
    let obstacle = status.obstacles.iter().find(|obstacle| obstacle.state == State::Attention);
    let trouble = match (status.rejected, &status.last_error) {
        (0, _) if let Some(words) = obstacle.and_then(plain::of) => words,
        (0, Some(error)) => capital(first_line(error)),
        (0, None) => "Something needs your attention".into(),
        (1, _) => "1 file cannot be sent as it is".into(),
        (many, _) => format!("{many} files cannot be sent as they are"),
    };
    if waiting == 0 { format!("{trouble}.") } else { format!("{trouble}; {}.", still_here(waiting)) }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_end_matches('.')
}

/// Errors begin small, as a part of a line; a sentence does not.
fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn still_here(waiting: u64) -> String {
    match waiting {
        0 => "nothing waits".into(),
        1 => "1 file waits here".into(),
        many => format!("{many} files wait here"),
    }
}

fn files(count: u64) -> String {
    if count == 1 { "1 file".into() } else { format!("{count} files") }
}

fn next_try(status: &Status) -> Option<Timestamp> {
    status.files.iter().filter(|file| file.state == FileState::Waiting).filter_map(|file| file.next_try).min()
}

/// A pause that ends after this moment has no end that anybody means.
fn far(now: Timestamp) -> Timestamp {
    now.checked_add((24 * 366 * 20).hours()).unwrap_or(Timestamp::MAX)
}

/// The time of day, with the date when it is another day.
pub fn clock(moment: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (moment, today) = (moment.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
    let form = if moment.date() == today { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    moment.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::event::FileStatus;
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn status(state: State) -> Status {
        Status { state, last_success: Some(at("2026-01-27T10:31:07Z")), ..super::super::double::status() }
    }

    fn said(status: &Status) -> String {
        sentence(status, at("2026-01-27T12:00:00Z"), &TimeZone::UTC)
    }

    #[test]
    fn tells_each_state() {
        assert_eq!(said(&status(State::Idle)), "All 42 files are sent, the last one at 10:31.");
        assert_eq!(
            said(&Status { last_success: Some(at("2026-01-26T09:00:00Z")), ..status(State::Idle) }),
            "All 42 files are sent, the last one at 2026-01-26 09:00."
        );
        assert_eq!(said(&Status { synced_total: 0, ..status(State::Idle) }), "Nothing to send yet.");
        assert_eq!(said(&Status { waiting: 2, uploading: 1, ..status(State::Syncing) }), "Sending 3 files.");
        assert_eq!(
            said(&Status { paused_until: Some(Timestamp::MAX), waiting: 1, ..status(State::Paused) }),
            "Paused until you resume; 1 file waits here."
        );
        assert_eq!(
            said(&Status { paused_until: Some(at("2026-01-27T13:00:00Z")), ..status(State::Paused) }),
            "Paused until 13:00; nothing waits."
        );
        assert_eq!(
            said(&Status { rejected: 2, waiting: 3, ..status(State::Attention) }),
            "2 files cannot be sent as they are; 3 files wait here."
        );
        assert_eq!(
            said(&Status { last_error: Some("the folder /m is gone\nmore".into()), ..status(State::Attention) }),
            "The folder /m is gone."
        );
    }

    /// What was wrong: the icon said "Non-200 from presign endpoint: status 403".
    #[test]
    fn a_refusal_is_told_in_plain_words() {
        let obstacle = |kind: &str, reason: &str| {
            let (kind, reason) = (kind.into(), reason.into());
            vec![super::super::event::Obstacle { state: State::Attention, kind, reason, hint: None }]
        };
        let told = |kind: &str, reason: &str| {
            let (last_error, obstacles) = (Some(reason.to_owned()), obstacle(kind, reason));
            said(&Status { last_error, obstacles, waiting: 3, ..status(State::Attention) })
        };
        assert_eq!(
            told("presign.forbidden", "non-200 from presign endpoint: status 403"),
            "The server does not accept this device (403); 3 files wait here."
        );
        assert_eq!(
            told("put.no_bucket", "upload failed with status 404: NoSuchBucket"),
            "The storage has no such bucket (404); 3 files wait here."
        );
        assert_eq!(
            told("network.tls_issuer", "calling presign endpoint: the certificate's issuer is not trusted"),
            "The server's certificate is not trusted; 3 files wait here."
        );
        assert_eq!(told("folder.missing", "the folder /m is gone"), "The folder /m is gone; 3 files wait here.");
    }

    #[test]
    fn offline_tells_the_next_try() {
        let file = FileStatus {
            name: "a.json".into(),
            state: FileState::Waiting,
            reason: "no connection".into(),
            kind: None,
            attempts: 1,
            next_try: Some(at("2026-01-27T12:04:00Z")),
            size: 1,
            sent: 0,
        };
        let offline = Status { waiting: 1, files: vec![file], ..status(State::Offline) };
        assert_eq!(said(&offline), "No connection; 1 file waits here, next try at 12:04.");
    }
}
