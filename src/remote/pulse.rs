//! The pulse of one PUT: when the network last took something, and when silence has lasted too long.
//!
//! In: marks from the body as it is taken. Out: a future that ends when the line stands still.
//! Not here: reading the bytes (`body`).
//!
//! What the network "takes" lies in buffers first: about 450 KiB in the HTTP library and up to a few MiB in the kernel.
//! So silence has two measures:
//!
//! - While pieces remain, it is the plain stall time. The library asks for more only when its own buffer is empty, so a
//!   line of 64 kbit/s moves within a minute, which is the default stall time.
//! - After the last piece, what is in the buffers (at most 4 MiB) must still travel. For that a pace of 8 KiB/s is
//!   allowed, or, when a body is long enough to have shown it, the pace that was seen after the first 4 MiB.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// What may lie in buffers on the way out.
const IN_BUFFERS: u64 = 4 * 1024 * 1024;
/// The slowest line that is not a fault, in bytes a second.
const SLOWEST: f64 = 8.0 * 1024.0;

#[derive(Debug)]
pub(super) struct Pulse {
    size: u64,
    taken: AtomicU64,
    marks: Mutex<Marks>,
    /// The body waits for the upload limit: that is our doing, not the network's.
    held: AtomicBool,
    /// Nobody waits for the answer any more: the body must end.
    abandoned: AtomicBool,
    broken_source: Mutex<Option<String>>,
}

#[derive(Debug)]
struct Marks {
    last: Instant,
    /// When the buffers had been filled once, and with how many bytes.
    filled: Option<(Instant, u64)>,
}

impl Pulse {
    pub(super) fn new(size: u64) -> Self {
        Self {
            size,
            taken: AtomicU64::new(0),
            marks: Mutex::new(Marks { last: Instant::now(), filled: None }),
            held: AtomicBool::new(false),
            abandoned: AtomicBool::new(false),
            broken_source: Mutex::new(None),
        }
    }

    /// The network took `bytes`.
    pub(super) fn took(&self, bytes: u64, now: Instant) {
        let taken = self.taken.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let mut marks = self.marks.lock().expect("nothing panics while it marks");
        marks.last = now;
        if taken >= IN_BUFFERS && marks.filled.is_none() {
            marks.filled = Some((now, taken));
        }
    }

    /// Whether a byte may have left this computer.
    pub(super) fn began(&self) -> bool {
        self.taken.load(Ordering::Relaxed) > 0
    }

    /// While it is held, silence is our own doing; it is counted anew from the release.
    pub(super) fn hold(&self, held: bool, now: Instant) {
        if self.held.swap(held, Ordering::Relaxed) && !held {
            self.marks.lock().expect("nothing panics while it marks").last = now;
        }
    }

    pub(super) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Relaxed)
    }

    /// Our own copy could not be read; `words` are ours.
    pub(super) fn source_broke(&self, words: String) {
        *self.broken_source.lock().expect("nothing panics while it notes") = Some(words);
    }

    pub(super) fn broken_source(&self) -> Option<String> {
        self.broken_source.lock().expect("nothing panics while it notes").clone()
    }

    /// Ends when the line has stood still for too long.
    pub(super) async fn stalls(&self, patience: Duration) {
        loop {
            let now = Instant::now();
            let deadline = self.deadline(patience, now);
            if deadline <= now {
                return;
            }
            sleep_until(deadline).await;
        }
    }

    /// When silence will have lasted too long, if nothing more is taken.
    fn deadline(&self, patience: Duration, now: Instant) -> Instant {
        if self.held.load(Ordering::Relaxed) {
            return now + patience;
        }
        let taken = self.taken.load(Ordering::Relaxed);
        let marks = self.marks.lock().expect("nothing panics while it marks");
        if taken < self.size {
            return marks.last + patience;
        }
        let seen = marks.filled.filter(|_| self.size >= 2 * IN_BUFFERS).map(|(at, bytes)| {
            let secs = (marks.last - at).as_secs_f64().max(0.001);
            (self.size - bytes) as f64 / secs
        });
        let pace = seen.unwrap_or(SLOWEST).max(SLOWEST);
        marks.last + patience + Duration::from_secs_f64(self.size.min(IN_BUFFERS) as f64 / pace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_mins(1);

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn in_the_middle_only_the_stall_time_counts() {
        let pulse = Pulse::new(16 << 20);
        let start = Instant::now();
        pulse.took(64 << 10, start);
        assert_eq!(pulse.deadline(PATIENCE, start), start + secs(60));
        pulse.took(64 << 10, start + secs(59));
        assert_eq!(pulse.deadline(PATIENCE, start + secs(60)), start + secs(119), "slow, but it moves");
    }

    #[test]
    fn after_the_last_piece_the_buffers_may_empty_themselves() {
        let start = Instant::now();
        for (size, extra) in [(0, 0), (8 << 10, 1), (4 << 20, 512), (5 << 20, 512)] {
            let pulse = Pulse::new(size);
            pulse.took(size, start);
            assert_eq!(pulse.deadline(PATIENCE, start), start + secs(60 + extra), "{size} bytes");
        }
    }

    #[test]
    fn a_long_body_shows_its_own_pace() {
        let pulse = Pulse::new(12 << 20);
        let start = Instant::now();
        pulse.took(4 << 20, start);
        (1..=8).for_each(|second| pulse.took(1 << 20, start + secs(second)));
        assert_eq!(pulse.deadline(PATIENCE, start), start + secs(8 + 60 + 4));
    }

    #[test]
    fn waiting_for_the_upload_limit_is_no_stall() {
        let pulse = Pulse::new(1 << 20);
        let start = Instant::now();
        pulse.took(1, start);
        pulse.hold(true, start);
        assert!(pulse.deadline(PATIENCE, start + secs(600)) > start + secs(600));
        pulse.hold(false, start + secs(600));
        assert_eq!(pulse.deadline(PATIENCE, start + secs(600)), start + secs(660));
    }
}
