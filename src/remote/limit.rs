//! The upload limit: one stream of permission that all uploads share.
//!
//! In: how many bytes somebody wants to hand over, and the time. Out: the moment at which that may be done.
//! Not here: the waiting itself (`body`).

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

/// Bytes a second for everybody together.
#[derive(Debug)]
pub(super) struct Limit {
    bytes_per_second: u64,
    /// When the line is free again.
    free_at: Mutex<Option<Instant>>,
}

impl Limit {
    pub(super) fn new(bytes_per_second: u64) -> Self {
        Self { bytes_per_second: bytes_per_second.max(1), free_at: Mutex::new(None) }
    }

    /// How much to hand over at a time: an eighth of a second's worth, so that a low limit does not come in gulps.
    pub(super) fn piece(&self) -> usize {
        (self.bytes_per_second / 8).clamp(512, 64 * 1024) as usize
    }

    /// Books `bytes` and says when they may go. Whoever gives up after booking leaves a short gap, nothing worse.
    pub(super) fn book(&self, bytes: usize, now: Instant) -> Instant {
        let takes = Duration::from_secs_f64(bytes as f64 / self.bytes_per_second as f64);
        let mut free_at = self.free_at.lock().expect("nothing panics while it books");
        let start = free_at.map_or(now, |free| free.max(now));
        *free_at = Some(start + takes);
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_sum_of_all_uploads_below_the_limit() {
        let limit = Limit::new(1000);
        let now = Instant::now();
        let starts: Vec<_> = (0..5).map(|_| limit.book(500, now) - now).collect();
        assert_eq!(starts, [0, 500, 1000, 1500, 2000].map(Duration::from_millis));
        let later = now + Duration::from_mins(1);
        assert_eq!(limit.book(500, later), later, "time that nobody used is not saved up");
    }
}
