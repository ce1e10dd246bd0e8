//! What is said to people about a file that is not sent yet: what holds it, and what happens next.
//!
//! In: holds, refusals, failures. Out: short sentences with a dotted kind and a hint. Not here: the words of network
//! failures (`remote::Failure`), layout (`cli`).

use std::time::Duration;

use super::document::{Hold, Refusal};
use super::queue::Held;
use crate::error::Explain as _;

/// How long a file may stay broken before it is called rejected.
pub(super) const BROKEN_AFTER: Duration = Duration::from_mins(1);
/// How long an empty file is taken for one that will be filled.
pub(super) const EMPTY_AFTER: Duration = Duration::from_mins(10);

fn held(kind: Option<&str>, failed: bool, reason: impl Into<String>, hint: Option<&str>) -> Held {
    Held { kind: kind.map(str::to_owned), reason: reason.into(), hint: hint.map(str::to_owned), failed }
}

/// It may yet become whole.
pub(super) fn waits(hold: &Hold) -> Held {
    match hold {
        Hold::Gone => held(None, false, "it is gone", None),
        Hold::Writing => held(None, false, "it is still being written; it is sent when it is finished", None),
        Hold::Empty => held(None, false, "it is empty; it is sent when something is written to it", None),
        Hold::Unfinished(why) => held(None, false, format!("it is not finished yet: {why}"), None),
        Hold::Reject(refusal) => refused(*refusal),
        Hold::Guarded(blocked) => held(Some(blocked.kind()), true, blocked.to_string(), blocked.hint().as_deref()),
        Hold::Unreadable(why) => held(
            Some("file.unreadable"),
            true,
            format!("reading file before upload: {why}"),
            Some("Give your user the right to read and rename this file."),
        ),
    }
}

/// It has been like that for too long, or cannot be sent at all.
pub(super) fn rejected(hold: &Hold) -> Held {
    match hold {
        Hold::Empty => held(
            Some("file.empty"),
            true,
            "it has been empty for ten minutes",
            Some("Nothing is lost. It is sent when something is written to it."),
        ),
        Hold::Unfinished(why) => held(
            Some("file.invalid_json"),
            true,
            format!("it is not a whole JSON document: {why}"),
            Some("It is sent as soon as the program that writes it finishes it."),
        ),
        other => waits(other),
    }
}

pub(super) fn refused(refusal: Refusal) -> Held {
    let (kind, reason, hint) = match refusal {
        Refusal::NotRegular => {
            ("file.not_regular", "it is a link or a device, not a regular file", "Put a copy of the file here instead.")
        }
        Refusal::HardLink => (
            "file.hard_link",
            "the file has a second name (hard link), so it may belong to somebody else",
            "Put a copy of the file here instead.",
        ),
        Refusal::NameTooLong => (
            "file.name_too_long",
            "its name is too long to take .synced at its end",
            "Use a name of at most 248 bytes.",
        ),
        Refusal::NameNotUnicode => (
            "file.name_not_unicode",
            "its name is not valid Unicode text, so the presigner cannot be told of it",
            "Rename the file.",
        ),
        Refusal::TooLarge => {
            ("file.too_large", "it is larger than 5 GiB, the most that S3 takes in one piece", "Write smaller files.")
        }
    };
    held(Some(kind), true, reason, Some(hint))
}

/// Sent, but the rename fails.
pub(super) fn unmarked(why: &str) -> Held {
    held(
        Some("file.not_renamed"),
        true,
        format!("it is in S3, but cannot be renamed to .synced: {why}"),
        Some("It will not be sent again. Allow your user to rename files in this folder."),
    )
}

/// Sent, and not renamed when the process ended.
pub(super) fn stored() -> Held {
    held(
        Some("file.not_renamed"),
        true,
        "it is in S3, but could not be renamed to .synced yet",
        Some("It will not be sent again. The next pass renames it, if your user may rename files in this folder."),
    )
}

/// Written to after it was marked.
pub(super) fn late() -> Held {
    held(None, false, "it was written to after it was sent; the newer content is sent as well", None)
}

pub(super) fn ledger(why: &str) -> Held {
    held(Some("ledger.broken"), true, format!("it waits: {why}"), Some("Free some space on the disk."))
}

pub(super) fn crashes(why: &str) -> Held {
    held(
        Some("file.crashes"),
        true,
        why,
        Some("Run `outtray retry` for it, and report it with `outtray bundle` if it happens again."),
    )
}

/// It changed a moment ago.
pub(super) fn settling(settle: Duration, changed: Duration) -> Held {
    let reason = format!("changed {} ago; waits until it has been still for {}", span(changed), span(settle));
    held(None, false, reason, None)
}

/// In its turn, or held by something that holds all files.
pub(super) fn queued(because: Option<&str>) -> Held {
    held(None, false, because.unwrap_or("in the queue"), None)
}

/// `0.5 s`, `12 s`, `3 min`, `2 h`.
pub(super) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        s if s < 9.95 && (s.fract() - 0.0).abs() > 0.05 && (1.0 - s.fract()).abs() > 0.05 => format!("{s:.1} s"),
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 90.0 * 60.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.0} h", s / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short() {
        let spans = [0.5, 2.0, 12.4, 75.0, 200.0, 7200.0].map(|s| span(Duration::from_secs_f64(s)));
        assert_eq!(spans, ["0.5 s", "2 s", "12 s", "75 s", "3 min", "2 h"]);
    }

    #[test]
    fn settling_says_the_rule() {
        let held = settling(Duration::from_millis(500), Duration::from_millis(200));
        assert_eq!(held.reason, "changed 0.2 s ago; waits until it has been still for 0.5 s");
    }
}
