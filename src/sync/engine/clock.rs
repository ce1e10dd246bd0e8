//! Timers: the next moment at which something is due, and what is done then.
//!
//! In: the clocks. Out: files whose turn has come, scans, the end of a pause, the notice of a sleep.
//! Not here: how long anything waits (`queue`, `gate`).

use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;

use super::super::queue::{Now, Phase};
use super::Engine;

/// A gap of this size between the two clocks means that the computer slept.
const SLEPT: Duration = Duration::from_secs(30);

/// The longest that the loop sleeps, whatever is due.
const LONGEST: Duration = Duration::from_hours(1);

impl Engine {
    /// The next moment at which something is due. Idle, that is the next scan and nothing else.
    pub(super) fn next_wake(&self) -> Instant {
        let now = Instant::now();
        let mut wake = now + LONGEST;
        let mut at = |moment: Option<Instant>| wake = wake.min(moment.unwrap_or(wake));
        at(self.scan.due);
        at(self.queue.next_due());
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
        self.notice_sleep(now.instant);
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

    /// After a sleep all URLs are old, and the network is another one perhaps.
    fn notice_sleep(&mut self, now: Instant) {
        let (instant, wall) = self.clocks;
        let wall_now = SystemTime::now();
        self.clocks = (now, wall_now);
        let Ok(passed) = wall_now.duration_since(wall) else { return };
        if passed > now.duration_since(instant) + SLEPT {
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
