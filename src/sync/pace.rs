//! How many uploads side by side pay off on this line: more while that is faster, half when a server asks for less.
//!
//! In: each upload that ended well, with its size and how long it had a lane; each wish of a server for less. Out: the
//! width. Pure: the time is handed in. Not here: who waits for a lane (`lanes`), how long everybody pauses (`calm`).
//!
//! Uploads are counted in stretches. Only a stretch in which the lanes were nearly all in use tells something: otherwise
//! the files, the disk or the presigner set the speed, and more lanes would change nothing.

use std::time::{Duration, Instant};

pub(super) const NARROWEST: usize = 1;
pub(super) const WIDEST: usize = 64;
const FIRST: usize = 2;
/// A stretch has at least so many uploads, and two for each lane.
const FEWEST: usize = 8;
/// And lasts at least this long: shorter ones tell more of the scheduler than of the line.
const SHORTEST: Duration = Duration::from_millis(100);
/// After growth that did not pay, nothing is tried for so long; after a server's wish, for less: half is little.
const REST: Duration = Duration::from_secs(30);
const SHORT_REST: Duration = Duration::from_secs(5);
/// Wishes that come so soon after one are the same wish.
const SAME_WISH: Duration = Duration::from_secs(1);
/// So long the width stays below the one at which a server asked for less.
const MEMORY: Duration = Duration::from_mins(5);
/// The part of all lanes' time that must have been in use.
const FULL: f64 = 0.75;
/// What an upload costs beside its bytes, as bytes: small files are mostly round trips.
const OVERHEAD: u64 = 16 * 1024;

#[derive(Debug)]
pub(super) struct Pace {
    width: usize,
    /// Doubles until the first growth that does not pay, then grows by an eighth.
    finding: bool,
    stretch: Option<Stretch>,
    /// Width and speed of the last stretch before the growth that is being tried.
    before: Option<(usize, f64)>,
    rest_until: Option<Instant>,
    wish: Option<Wish>,
}

/// A server asked for less: when, and the width that is kept since.
#[derive(Debug)]
struct Wish {
    at: Instant,
    most: usize,
}

#[derive(Debug)]
struct Stretch {
    began: Instant,
    uploads: usize,
    work: u64,
    /// How long lanes were in use, all together.
    used: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { width: FIRST, finding: true, stretch: None, before: None, rest_until: None, wish: None }
    }
}

impl Pace {
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// An upload of `bytes` ended well, after it had `held` a lane for so long.
    pub(super) fn carried(&mut self, bytes: u64, held: Duration, now: Instant) {
        let Some(stretch) = &mut self.stretch else {
            // The end of one upload begins a stretch: its own duration is unknown.
            self.stretch = Some(Stretch { began: now, uploads: 0, work: 0, used: Duration::ZERO });
            return;
        };
        stretch.uploads += 1;
        stretch.work += bytes + OVERHEAD;
        stretch.used += held;
        let lasted = now.saturating_duration_since(stretch.began);
        if stretch.uploads < FEWEST.max(2 * self.width) || lasted < SHORTEST {
            return;
        }
        let speed = stretch.work as f64 / lasted.as_secs_f64();
        let was_full = stretch.used.as_secs_f64() >= FULL * self.width as f64 * lasted.as_secs_f64();
        self.stretch = None;
        if was_full {
            self.judge(speed, now);
        }
    }

    /// A server asked for less. Uploads that began before that ask again: they are heard once.
    pub(super) fn crowded(&mut self, now: Instant) {
        if self.wish.as_ref().is_some_and(|wish| now < wish.at + SAME_WISH) {
            return;
        }
        self.wish = Some(Wish { at: now, most: (self.width - self.width.div_ceil(8)).max(NARROWEST) });
        self.width = (self.width / 2).max(NARROWEST);
        self.rest(now + SHORT_REST);
    }

    fn judge(&mut self, speed: f64, now: Instant) {
        if self.rest_until.is_some_and(|until| now < until) {
            return;
        }
        self.rest_until = None;
        if let Some((width, slower)) = self.before.take() {
            let growth = self.width as f64 / width as f64 - 1.0;
            if speed < slower * (1.0 + growth / 2.0) {
                self.width = width;
                self.rest(now + REST);
                return;
            }
        }
        let step = if self.finding { self.width } else { self.width.div_ceil(8) };
        self.wish.take_if(|wish| now > wish.at + MEMORY);
        let most = self.wish.as_ref().map_or(WIDEST, |wish| wish.most);
        let wider = (self.width + step).min(most);
        if wider > self.width {
            self.before = Some((self.width, speed));
            self.width = wider;
        }
    }

    fn rest(&mut self, until: Instant) {
        self.finding = false;
        self.before = None;
        self.stretch = None;
        self.rest_until = Some(until);
    }
}

#[cfg(test)]
#[path = "pace_tests.rs"]
mod tests;
