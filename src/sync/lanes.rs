//! The lanes of the uploads: as many PUTs side by side as the person allows, or as pay off.
//!
//! In: the wish to send, how sending ended. Out: a [`Lane`] when one is free. Not here: how many pay off (`pace`).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::pace::{Pace, WIDEST};
use crate::config::Concurrency;

#[derive(Debug)]
pub(super) struct Lanes {
    free: Semaphore,
    /// About as many presign calls side by side, of the files that come next.
    asks: Semaphore,
    width: Mutex<Width>,
}

#[derive(Debug)]
enum Width {
    Fixed(usize),
    Auto {
        pace: Pace,
        /// Lanes that are there: above the pace's width until uploads that use them have ended.
        open: usize,
    },
}

/// One upload's place among the others; free again when it is dropped.
#[derive(Debug)]
pub(super) struct Lane<'a> {
    lanes: &'a Lanes,
    permit: Option<SemaphorePermit<'a>>,
    entered: Instant,
}

impl Lanes {
    pub(super) fn new(concurrency: Concurrency) -> Self {
        let (width, open, asks) = match concurrency {
            // A few presigns more than PUTs, or a lane would stand empty for each that is late.
            Concurrency::Fixed(width) => (Width::Fixed(width), width, width + width.div_ceil(4)),
            Concurrency::Auto => {
                let pace = Pace::default();
                let open = pace.width();
                (Width::Auto { pace, open }, open, WIDEST)
            }
        };
        Self { free: Semaphore::new(open), asks: Semaphore::new(asks), width: Mutex::new(width) }
    }

    /// PUTs side by side at this moment's best knowledge.
    pub(super) fn width(&self) -> usize {
        match &*self.locked() {
            Width::Fixed(width) => *width,
            Width::Auto { pace, .. } => pace.width(),
        }
    }

    pub(super) async fn enter(&self) -> Lane<'_> {
        let permit = self.free.acquire().await.expect("lanes are never closed");
        Lane { lanes: self, permit: Some(permit), entered: Instant::now() }
    }

    pub(super) async fn ask(&self) -> SemaphorePermit<'_> {
        self.asks.acquire().await.expect("lanes are never closed")
    }

    /// A server asked for less.
    pub(super) fn crowded(&self, now: Instant) {
        if let Width::Auto { pace, .. } = &mut *self.locked() {
            pace.crowded(now);
        }
    }

    fn locked(&self) -> MutexGuard<'_, Width> {
        self.width.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane<'_> {
    /// The upload in this lane ended well.
    pub(super) fn carried(self, bytes: u64, now: Instant) {
        if let Width::Auto { pace, .. } = &mut *self.lanes.locked() {
            pace.carried(bytes, now.saturating_duration_since(self.entered), now);
        }
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        let Some(permit) = self.permit.take() else { return };
        if let Width::Auto { pace, open } = &mut *self.lanes.locked() {
            if *open > pace.width() {
                *open -= 1;
                permit.forget();
                return;
            }
            self.lanes.free.add_permits(pace.width() - *open);
            *open = pace.width();
        }
        drop(permit);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_fixed_number_stays() {
        let lanes = Lanes::new(Concurrency::Fixed(3));
        let held = [lanes.enter().await, lanes.enter().await, lanes.enter().await];
        lanes.crowded(Instant::now());
        assert_eq!((lanes.width(), lanes.free.available_permits()), (3, 0));
        drop(held);
        assert_eq!(lanes.free.available_permits(), 3);
    }

    #[tokio::test]
    async fn lanes_open_and_close_with_the_pace() {
        let lanes = Lanes::new(Concurrency::Auto);
        let start = Instant::now();
        let mut now = start;
        // Each lane carries ten uploads a second.
        while lanes.width() < 32 {
            let mut held = Vec::new();
            for _ in 0..lanes.width() {
                let mut lane = lanes.enter().await;
                lane.entered = now;
                held.push(lane);
            }
            now += Duration::from_millis(100);
            for lane in held {
                lane.carried(4096, now);
            }
            assert!(now < start + Duration::from_secs(10), "still {}", lanes.width());
        }
        let mut held = Vec::new();
        for _ in 0..32 {
            held.push(lanes.enter().await);
        }
        assert_eq!(lanes.free.available_permits(), 0);
        lanes.crowded(now);
        assert_eq!(lanes.width(), 16);
        drop(held.split_off(16));
        assert_eq!(lanes.free.available_permits(), 0, "the lanes too many are closed, not handed on");
        drop(held);
        assert_eq!(lanes.free.available_permits(), 16);
    }
}
