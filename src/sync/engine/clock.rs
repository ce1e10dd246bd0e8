//! Timers: the next moment at which something is due, and what is done then.
//!
//! In: the clocks. Out: files whose turn has come, scans, the end of a pause, the notice of a sleep.
//! Not here: how long anything waits (`queue`, `gate`).

use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;

use super::super::queue::{Now, Phase};
use super::Engine;

/// A gap of this size, between the two clocks or behind a timer, means that the computer slept.
const SLEPT: Duration = Duration::from_secs(30);

/// The longest that the loop sleeps, whatever is due.
const LONGEST: Duration = Duration::from_hours(1);

/// The two clocks when the loop was last awake, and when it was to be woken at the latest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clocks {
    instant: Instant,
    wall: SystemTime,
    pub(super) due: Instant,
}

impl Clocks {
    pub(super) fn at(instant: Instant, wall: SystemTime) -> Self {
        Self { instant, wall, due: instant + LONGEST }
    }

    /// Whether the computer slept between then and now.
    ///
    /// On Linux and macOS the clock of spans stands still meanwhile, with all timers, and the wall clock runs ahead of it.
    /// On Windows it goes on and only the timers stand still: they come late.
    fn show_a_sleep_until(&self, instant: Instant, wall: SystemTime) -> bool {
        let ahead = wall.duration_since(self.wall).unwrap_or_default();
        let gap = ahead > instant.duration_since(self.instant) + SLEPT;
        gap || instant > self.due + SLEPT
    }
}

impl Engine {
    /// The next moment at which something is due. Idle, that is the next scan and nothing else.
    pub(super) fn next_wake(&self) -> Instant {
        let now = Instant::now();
        let mut wake = now + LONGEST;
        let mut at = |moment: Option<Instant>| wake = wake.min(moment.unwrap_or(wake));
        at(self.scan.due);
        at(self.queue.next_due());
        at(self.queue.is_short().then_some(now));
        at((self.folder.is_none() || self.ledger.is_none()).then_some(self.ground_due));
        at(self.gate.closed().map(|closed| closed.until).filter(|until| *until > now));
        at(self.pass.patience.filter(|patience| *patience > now));
        at(self.published.due());
        at(self.paused_until.map(|until| {
            let left = until.duration_since(Timestamp::now());
            now + Duration::try_from(left).unwrap_or_default().min(LONGEST)
        }));
        wake.max(now)
    }

    pub(super) async fn tick(&mut self) {
        let now = Self::now();
        if self.paused_until.is_some_and(|until| until <= Timestamp::now()) {
            self.set_pause(None).await;
        }
        for name in self.queue.pop_due(now.instant) {
            self.look_at_due(&name);
        }
        if (self.folder.is_none() || self.ledger.is_none()) && self.ground_due <= now.instant {
            self.mend_ground();
        }
        if self.scan.due.is_some_and(|due| due <= now.instant) {
            self.start_scan(false);
        }
        self.publish_now_if_due();
    }

    /// A file whose pause is over: has it been still meanwhile?
    fn look_at_due(&mut self, name: &str) {
        let settling = self.queue.item(name).is_some_and(|item| matches!(item.phase, Phase::Settling { .. }));
        if settling {
            self.look_at(name);
        }
        // Unchanged, or a pause after a failure: its turn has come.
        let due = self.queue.item(name).is_some_and(|item| match item.phase {
            Phase::Settling { until } | Phase::Waiting { until: Some(until), .. } => until <= Instant::now(),
            _ => false,
        });
        if due {
            self.queue.set(name, Phase::Ready);
        }
    }

    /// After a sleep all URLs are old, and the network is another one perhaps. Whatever wakes the loop shows it: where
    /// the system tells of the wake, that is at once, elsewhere with the next timer.
    pub(super) fn notice_sleep(&mut self, now: Instant, wall: SystemTime) {
        let before = std::mem::replace(&mut self.clocks, Clocks::at(now, wall));
        if before.show_a_sleep_until(now, wall) {
            tracing::info!("the computer slept; looking at the folder again");
            self.knock();
            self.means.remote.reconnect();
            self.start_scan(true);
        }
    }

    /// Something gives new hope: the next file may try at once.
    pub(super) fn knock(&mut self) {
        self.gate.knock(Instant::now());
        self.means.calm.end();
    }

    pub(super) fn now() -> Now {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Now { instant: Instant::now(), wall_ns: i64::try_from(wall.as_nanos()).unwrap_or(i64::MAX) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    /// Nine hours asleep with a timer of a minute, then awake for `awake`; `counts`: the clock of spans went on.
    fn night(counts: bool, awake: Duration) -> bool {
        let (instant, wall) = (Instant::now(), SystemTime::now());
        let before = Clocks { due: instant + MINUTE, ..Clocks::at(instant, wall) };
        let asleep = 540 * MINUTE;
        let instant = instant + awake + if counts { asleep } else { Duration::ZERO };
        before.show_a_sleep_until(instant, wall + asleep + awake)
    }

    #[test]
    fn a_night_is_seen_on_every_kind_of_clock() {
        for counts in [false, true] {
            assert!(night(counts, MINUTE), "by the timer");
            assert!(night(counts, Duration::ZERO), "by an event right after the wake");
        }
    }

    #[test]
    fn a_day_awake_is_no_sleep() {
        let (instant, wall) = (Instant::now(), SystemTime::now());
        let clocks = Clocks { due: instant + LONGEST, ..Clocks::at(instant, wall) };
        for passed in [Duration::ZERO, MINUTE, LONGEST, LONGEST + SLEPT] {
            assert!(!clocks.show_a_sleep_until(instant + passed, wall + passed), "{passed:?}");
        }
        // Somebody set the clock back, or put it right by a little.
        assert!(!clocks.show_a_sleep_until(instant + MINUTE, wall - LONGEST));
        assert!(!clocks.show_a_sleep_until(instant + MINUTE, wall + MINUTE + SLEPT));
    }
}
