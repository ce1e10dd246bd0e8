//! Processor time, where the system tells it; else the time on the wall.
//!
//! In: nothing. Out: durations. A busy machine stretches both. Not here: what is measured.

use std::time::{Duration, Instant};

pub struct Clock {
    wall: Instant,
    processor: Option<Duration>,
}

impl Clock {
    pub fn now() -> Self {
        Self { wall: Instant::now(), processor: processor() }
    }

    pub fn elapsed(&self) -> Duration {
        match (self.processor, processor()) {
            (Some(start), Some(end)) => end.saturating_sub(start),
            _ => self.wall.elapsed(),
        }
    }
}

/// Linux: nanoseconds that this thread has run.
fn processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
}
