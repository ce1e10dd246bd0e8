//! How much repeating the whole process may do.
//!
//! In: the wish to repeat, successes, the time. Out: yes or no. A first attempt never asks; a repetition costs tokens
//! that come back slowly, so that a broken server is not asked over and over by a thousand files at once.
//! Not here: one file's own limits (`retry`), a whole endpoint (`breaker`).

use std::time::Instant;

const FULL: f64 = 100.0;
const RETRY: f64 = 10.0;
const THROTTLED: f64 = 5.0;
const SUCCESS: f64 = 1.0;
const A_MINUTE: f64 = 10.0;

/// One for the process; the time is handed in.
#[derive(Debug, Clone)]
pub struct Budget {
    tokens: f64,
    counted: Instant,
}

impl Budget {
    pub fn new(now: Instant) -> Self {
        Self { tokens: FULL, counted: now }
    }

    /// Tokens come back with time; call it before a round's decisions.
    pub fn refill(&mut self, now: Instant) {
        let minutes = now.saturating_duration_since(self.counted).as_secs_f64() / 60.0;
        self.counted = self.counted.max(now);
        self.add(minutes * A_MINUTE);
    }

    /// Something worked.
    pub fn success(&mut self) {
        self.add(SUCCESS);
    }

    /// May an ordinary failure be repeated? Takes the price if so.
    pub fn retry(&mut self) -> bool {
        self.take(RETRY)
    }

    /// May a throttled request be repeated? The long wait before it makes it cheaper.
    pub fn retry_throttled(&mut self) -> bool {
        self.take(THROTTLED)
    }

    fn add(&mut self, tokens: f64) {
        self.tokens = (self.tokens + tokens).min(FULL);
    }

    fn take(&mut self, price: f64) -> bool {
        let can = self.tokens >= price;
        if can {
            self.tokens -= price;
        }
        can
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn ten_repetitions_then_one_a_minute() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        assert_eq!((0..50).filter(|_| budget.retry()).count(), 10);
        budget.refill(start + Duration::from_secs(59));
        assert!(!budget.retry());
        budget.refill(start + Duration::from_secs(61));
        assert!(budget.retry() && !budget.retry());
        budget.refill(start);
        assert!(!budget.retry(), "a clock that goes back brings nothing");
    }

    #[test]
    fn successes_pay_back_and_the_purse_has_a_limit() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        budget.refill(start + Duration::from_hours(10));
        assert_eq!((0..50).filter(|_| budget.retry_throttled()).count(), 20);
        (0..10).for_each(|_| budget.success());
        assert!(budget.retry() && !budget.retry_throttled());
    }
}
