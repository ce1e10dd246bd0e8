//! Receipts and moments as they are shown.
//!
//! In: rows of the ledger, seconds, the monotonic clock. Out: the values of `event`. Not here: when they are told (`report`).

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::time::Instant;

use jiff::Timestamp;

use super::super::event::Receipt;
use super::super::ledger::Marked;
use crate::files;

/// A receipt as it is shown.
pub(in crate::sync) fn receipt(marked: &Marked) -> Receipt {
    Receipt {
        time: moment(marked.at),
        file: files::shown(OsStr::new(&marked.name)),
        size: marked.intent.wire_size,
        sha256: hex(&marked.intent.wire_sha256),
        bucket: marked.stored.bucket.clone(),
        key: marked.stored.key.clone(),
        guard: marked.intent.guarded.clone(),
        proof: marked.stored.proof.clone(),
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        _ = write!(text, "{byte:02x}");
    }
    text
}

/// Seconds since 1970 as a time; far away is for ever.
pub(in crate::sync) fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// A moment of the monotonic clock as a time, in whole seconds.
pub(super) fn when(instant: Instant) -> Timestamp {
    let left = instant.saturating_duration_since(Instant::now());
    let seconds = i64::try_from(left.as_secs()).unwrap_or(i64::MAX);
    moment(Timestamp::now().as_second().saturating_add(seconds))
}
