//! When a file has its next round, and when an unreachable network is tried again.
//!
//! In: how often it failed already, and a random number between 0 and 1. Out: a pause. A file is tried for ever; the
//! pauses grow to an hour. Not here: the pauses within a round (`retry`), whole endpoints (`breaker`).

use std::time::Duration;

const AFTER_ROUND: [u64; 5] = [30, 120, 600, 1800, 3600];
const OFFLINE: [u64; 5] = [5, 10, 20, 30, 60];

/// The pause after the `n`-th failed round in a row (the first is 1), spread so that a fleet does not come back at once.
pub fn after_round(n: u32, chance: f64) -> Duration {
    spread(&AFTER_ROUND, n, chance)
}

/// The pause before the `n`-th look (the first is 1) whether the network is back.
pub fn offline_probe(n: u32, chance: f64) -> Duration {
    spread(&OFFLINE, n, chance)
}

/// Between three quarters and five quarters of the step.
fn spread(steps: &[u64], n: u32, chance: f64) -> Duration {
    let at = (n.max(1) as usize - 1).min(steps.len() - 1);
    Duration::from_secs(steps[at]).mul_f64(0.75 + chance.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_to_its_cap_and_stays_there() {
        let middle: Vec<_> = (0..=7).map(|n| after_round(n, 0.5).as_secs()).collect();
        assert_eq!(middle, [30, 30, 120, 600, 1800, 3600, 3600, 3600]);
        assert_eq!(offline_probe(1, 0.5), Duration::from_secs(5));
        assert_eq!(offline_probe(u32::MAX, 0.5), Duration::from_mins(1));
        assert_eq!(after_round(1, 0.0), Duration::from_millis(22_500));
        assert_eq!(after_round(1, 1.0), Duration::from_millis(37_500));
    }
}
