//! One endpoint's breaker: when a server is broken, ask it rarely and with one file only.
//!
//! In: successes and failures with the file they happened to, the time. Out: go, go as the one probe, or wait.
//! Not here: what counts as a failure of the endpoint ([`super::Failure::blames_endpoint`]), the waiting (`sync`).
//!
//! ```text
//! closed ──5 in a row over different files, or most of the last 20──▶ open ──cool-down──▶ half open: one probe
//!    ▲                                                                  ▲                        │
//!    └──────────────────────────── success ─────────────────────────────┴──────── failure ───────┘ (longer cool-down)
//! ```

use std::collections::VecDeque;
use std::time::{Duration, Instant};

const IN_A_ROW: u32 = 5;
const WINDOW: usize = 20;
const COOL_DOWNS: [u64; 5] = [30, 60, 120, 300, 900];
/// A probe that never reports (its file vanished, its task ended) is forgotten after this time.
const PROBE_LOST: Duration = Duration::from_mins(3);

/// Whether a request may go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permit {
    Go,
    /// Only this one; everybody else waits for its outcome.
    Probe,
    /// Ask again after this time, or when the probe has reported.
    Wait(Duration),
}

/// One for the presigner, one for each bucket host; the time is handed in.
#[derive(Debug)]
pub struct Breaker {
    state: State,
    /// The last results while closed, `true` is bad.
    window: VecDeque<bool>,
    in_a_row: u32,
    /// Whether the failures in a row happened to more than one file.
    first_file: Option<u64>,
    different: bool,
    openings: usize,
    random: fastrand::Rng,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed,
    Open { until: Instant },
    HalfOpen { probe_since: Option<Instant> },
}

impl Breaker {
    pub fn new(seed: u64) -> Self {
        Self {
            state: State::Closed,
            window: VecDeque::with_capacity(WINDOW),
            in_a_row: 0,
            first_file: None,
            different: false,
            openings: 0,
            random: fastrand::Rng::with_seed(seed),
        }
    }

    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed)
    }

    pub fn allow(&mut self, now: Instant) -> Permit {
        if let State::Open { until } = self.state {
            if now < until {
                return Permit::Wait(until.saturating_duration_since(now));
            }
            self.state = State::HalfOpen { probe_since: None };
        }
        match self.state {
            State::HalfOpen { probe_since: Some(since) } if now < since + PROBE_LOST => {
                Permit::Wait((since + PROBE_LOST).saturating_duration_since(now))
            }
            State::HalfOpen { .. } => {
                self.state = State::HalfOpen { probe_since: Some(now) };
                Permit::Probe
            }
            _ => Permit::Go,
        }
    }

    /// The endpoint answered sensibly, whatever it said about the file.
    pub fn success(&mut self, _now: Instant) {
        if self.is_closed() {
            self.note(false);
            self.forget_row();
        } else {
            self.close();
        }
    }

    /// The endpoint failed; `file` tells files apart.
    pub fn failure(&mut self, now: Instant, file: u64) {
        match self.state {
            State::Closed => {
                self.note(true);
                self.in_a_row += 1;
                self.different |= *self.first_file.get_or_insert(file) != file;
                let bad = self.window.iter().filter(|bad| **bad).count();
                let mostly_bad = self.window.len() == WINDOW && bad * 2 > WINDOW;
                if (self.in_a_row >= IN_A_ROW && self.different) || mostly_bad {
                    self.open(now);
                }
            }
            State::HalfOpen { .. } => self.open(now),
            // Requests that were under way when it opened say nothing new.
            State::Open { .. } => {}
        }
    }

    /// The network came back, the computer woke up, or somebody wants it now: one file may try at once.
    pub fn half_open_now(&mut self, _now: Instant) {
        if let State::Open { .. } = self.state {
            self.state = State::HalfOpen { probe_since: None };
        }
    }

    /// Between a third of the cool-down and all of it, so that a fleet does not come back at once.
    fn open(&mut self, now: Instant) {
        let cool_down = Duration::from_secs(COOL_DOWNS[self.openings.min(COOL_DOWNS.len() - 1)]);
        let share = 1.0 / 3.0 + self.random.f64() * 2.0 / 3.0;
        self.openings += 1;
        self.state = State::Open { until: now + cool_down.mul_f64(share) };
        self.window.clear();
        self.forget_row();
    }

    fn close(&mut self) {
        self.state = State::Closed;
        self.openings = 0;
        self.window.clear();
        self.forget_row();
    }

    fn forget_row(&mut self) {
        self.in_a_row = 0;
        self.first_file = None;
        self.different = false;
    }

    fn note(&mut self, bad: bool) {
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(bad);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::new(7);
        (0..5).for_each(|file| breaker.failure(now, file));
        breaker
    }

    fn wait(permit: Permit) -> Duration {
        match permit {
            Permit::Wait(time) => time,
            other => panic!("not waiting but {other:?}"),
        }
    }

    #[test]
    fn one_bad_file_does_not_open_it_but_five_files_do() {
        let now = Instant::now();
        let mut breaker = Breaker::new(1);
        (0..9).for_each(|_| breaker.failure(now, 1));
        assert_eq!(breaker.allow(now), Permit::Go);
        breaker.failure(now, 2);
        assert!(!breaker.is_closed());
        let time = wait(opened(now).allow(now));
        assert!((Duration::from_secs(10)..=Duration::from_secs(30)).contains(&time), "{time:?}");
    }

    #[test]
    fn a_success_breaks_the_row_but_mostly_bad_opens_it() {
        let now = Instant::now();
        let mut breaker = Breaker::new(1);
        for _ in 0..6 {
            (0..2).for_each(|file| breaker.failure(now, file));
            breaker.success(now);
        }
        assert!(breaker.is_closed(), "18 results are not enough to judge");
        breaker.failure(now, 1);
        breaker.failure(now, 2);
        assert!(!breaker.is_closed());
    }

    #[test]
    fn half_open_lets_exactly_one_through() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + Duration::from_secs(31);
        assert_eq!(breaker.allow(later), Permit::Probe);
        wait(breaker.allow(later));
        breaker.success(later);
        assert_eq!(breaker.allow(later), Permit::Go);
    }

    #[test]
    fn failing_probes_make_the_pauses_longer() {
        let mut now = Instant::now();
        let mut breaker = opened(now);
        for cool_down in [30, 60, 120, 300, 900, 900] {
            let time = wait(breaker.allow(now));
            assert!(time <= Duration::from_secs(cool_down) && time * 3 >= Duration::from_secs(cool_down), "{time:?}");
            now += time;
            assert_eq!(breaker.allow(now), Permit::Probe);
            breaker.failure(now, 1);
        }
        breaker.half_open_now(now);
        assert_eq!(breaker.allow(now), Permit::Probe);
        breaker.success(now);
        (0..5).for_each(|file| breaker.failure(now, file));
        assert!(wait(breaker.allow(now)) <= Duration::from_secs(30), "success starts the pauses again");
    }

    #[test]
    fn a_lost_probe_does_not_block_for_ever() {
        let now = Instant::now();
        let mut breaker = opened(now);
        breaker.half_open_now(now);
        assert_eq!(breaker.allow(now), Permit::Probe);
        assert_eq!(breaker.allow(now + PROBE_LOST), Permit::Probe);
    }
}
