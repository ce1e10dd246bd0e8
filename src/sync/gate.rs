//! Whether the network is to be asked at all: one closed gate saves a thousand futile calls.
//!
//! In: how deliveries ended, with the time as a value. Out: how many files may start now, and what becomes of a file that
//! failed. Closed, it lets one file through at a time when its pause is over (the probe); when that arrives, it opens
//! slowly, doubling with each success. Pure, but for the spread of pauses. Not here: the short retries of one round (`remote::retry`).

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use super::event::State;
use crate::error::Explain;
use crate::remote::{Breaker, Failure, Permit, Stage, Verdict, schedule};

/// So many different files must fail alike before the set-up is at fault, and not the files.
const ALIKE: usize = 3;
/// The first pause after "slow down" without a time given; it doubles up to [`THROTTLE_CAP`].
const THROTTLE_BASE: Duration = Duration::from_secs(1);
const THROTTLE_CAP: Duration = Duration::from_mins(1);

/// Why nothing is sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Closed {
    pub state: State,
    pub kind: String,
    pub reason: String,
    pub hint: Option<String>,
    /// When the next file is let through.
    pub until: Instant,
}

/// What becomes of a file whose round failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Rejected until it changes or somebody asks.
    Park,
    /// Tried again then; `counts`: the file's own schedule moves on.
    Wait { until: Instant, counts: bool },
}

#[derive(Debug)]
pub(super) struct Gate {
    closed: Option<Closed>,
    /// Times that it closed, or stayed closed, without a success in between.
    rounds: u32,
    /// Of the presigner and of the bucket.
    breakers: [Breaker; 2],
    /// Files that failed alike, and how.
    alike: (&'static str, Vec<String>),
    /// How many files may be under way while it opens; `None`: as many as there are slots.
    opening: Option<usize>,
}

impl Default for Gate {
    fn default() -> Self {
        let breakers = [Breaker::new(fastrand::u64(..)), Breaker::new(fastrand::u64(..))];
        Self { closed: None, rounds: 0, breakers, alike: ("", Vec::new()), opening: None }
    }
}

impl Gate {
    /// How many more files may start, with `busy` under way and `limit` slots.
    pub(super) fn room(&self, now: Instant, busy: usize, limit: usize) -> usize {
        match (&self.closed, self.opening) {
            (Some(closed), _) if now < closed.until => 0,
            (Some(_), _) => 1_usize.saturating_sub(busy),
            (None, Some(few)) => few.min(limit).saturating_sub(busy),
            (None, None) => limit.saturating_sub(busy),
        }
    }

    /// Why nothing is sent now, if so.
    pub(super) fn closed(&self) -> Option<&Closed> {
        self.closed.as_ref()
    }

    /// A file arrived.
    pub(super) fn success(&mut self, now: Instant) {
        if self.closed.take().is_some() {
            self.opening = Some(1);
        }
        self.opening = self.opening.and_then(|few| (few < 1024).then_some(few * 2));
        self.rounds = 0;
        self.breakers.iter_mut().for_each(|breaker| breaker.success(now));
        self.alike.1.clear();
    }

    /// Something gives new hope (sync now, wake, network, other settings): the next file may try at once.
    pub(super) fn knock(&mut self, now: Instant) {
        if let Some(closed) = &mut self.closed {
            closed.until = now;
        }
        self.rounds = 0;
        self.breakers.iter_mut().for_each(|breaker| breaker.half_open_now(now));
    }

    /// A round failed. `fails` is how many rounds of this file had failed before.
    pub(super) fn failed(
        &mut self,
        file: &str,
        fails: u32,
        verdict: &Verdict,
        failure: &Failure,
        now: Instant,
    ) -> Fate {
        let again = |after: Duration| now + after;
        match verdict {
            Verdict::Park if failure.is_setup_when_shared() && self.is_shared(file, failure.kind) => {
                self.close_for_setup(failure, now)
            }
            Verdict::Park => Fate::Park,
            Verdict::SetUp => self.close_for_setup(failure, now),
            Verdict::Offline => {
                let until = again(schedule::offline_probe(self.rounds + 1, fastrand::f64()));
                self.close(State::Offline, failure, until, now);
                Fate::Wait { until: self.until().unwrap_or(until), counts: false }
            }
            Verdict::Throttled(asked) => {
                let own = THROTTLE_BASE.saturating_mul(1 << self.rounds.min(6)).min(THROTTLE_CAP);
                // Computers that were refused together must not come back together.
                let until = again(match asked {
                    Some(asked) => *asked + THROTTLE_BASE.mul_f64(fastrand::f64()),
                    None => own / 2 + own.mul_f64(fastrand::f64()),
                });
                self.close(State::Offline, failure, until, now);
                Fate::Wait { until: self.until().unwrap_or(until), counts: false }
            }
            Verdict::Later | Verdict::Reread => {
                if let Some(pause) = self.endpoint_pause(file, failure, now) {
                    self.close(State::Offline, failure, again(pause), now);
                }
                Fate::Wait { until: again(schedule::after_round(fails + 1, fastrand::f64())), counts: true }
            }
        }
    }

    /// How long all files should wait for the endpoint that failed; `None` while it may be the file's own bad luck.
    fn endpoint_pause(&mut self, file: &str, failure: &Failure, now: Instant) -> Option<Duration> {
        if !failure.blames_endpoint() {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        file.hash(&mut hasher);
        let breaker = &mut self.breakers[usize::from(matches!(failure.stage, Stage::Put | Stage::PutStatus))];
        if self.closed.as_ref().is_some_and(|closed| closed.until <= now) {
            breaker.half_open_now(now); // this file was the probe
        }
        breaker.failure(now, hasher.finish());
        if breaker.is_closed() {
            return None;
        }
        match breaker.allow(now) {
            Permit::Wait(pause) => Some(pause),
            Permit::Go | Permit::Probe => None,
        }
    }

    fn close_for_setup(&mut self, failure: &Failure, now: Instant) -> Fate {
        let until = now + schedule::after_round(self.rounds + 1, fastrand::f64());
        self.close(State::Attention, failure, until, now);
        Fate::Wait { until: self.until().unwrap_or(until), counts: true }
    }

    /// Failures that come in after it closed, from files that were under way, do not close it further.
    fn close(&mut self, state: State, failure: &Failure, until: Instant, now: Instant) {
        if self.closed.as_ref().is_some_and(|closed| now < closed.until) {
            return;
        }
        self.rounds += 1;
        self.opening = None;
        self.closed = Some(Closed {
            state,
            kind: failure.kind.to_owned(),
            reason: failure.to_string(),
            hint: failure.hint(),
            until,
        });
    }

    fn until(&self) -> Option<Instant> {
        self.closed.as_ref().map(|closed| closed.until)
    }

    fn is_shared(&mut self, file: &str, kind: &'static str) -> bool {
        if self.alike.0 != kind {
            self.alike = (kind, Vec::new());
        }
        if !self.alike.1.iter().any(|known| known == file) {
            self.alike.1.push(file.to_owned());
        }
        self.alike.1.len() >= ALIKE
    }
}
