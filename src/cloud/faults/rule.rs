//! Which exchanges meet a fault.
//!
//! In: side, file name, number, chance. Out: for each exchange yes or no, counted. Chance comes from a seed, so that a
//! run can be repeated.

use std::sync::{Arc, Mutex, PoisonError};

use super::Fault;

/// Which server an exchange is with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Presign,
    Put,
}

/// A fault and the exchanges it is meant for: the next one of its side, unless more is said.
#[derive(Debug)]
pub struct Rule {
    side: Side,
    fault: Arc<Fault>,
    name: Option<String>,
    skip: u64,
    times: Option<u64>,
    chance: Option<(f64, fastrand::Rng)>,
}

impl Rule {
    pub fn new(side: Side, fault: Fault) -> Self {
        Self { side, fault: Arc::new(fault), name: None, skip: 0, times: Some(1), chance: None }
    }

    /// The next request to the presigner.
    pub fn presign(fault: Fault) -> Self {
        Self::new(Side::Presign, fault)
    }

    /// The next request to S3.
    pub fn put(fault: Fault) -> Self {
        Self::new(Side::Put, fault)
    }

    /// The next `n`.
    #[must_use]
    pub fn times(self, n: u64) -> Self {
        Self { times: Some(n), ..self }
    }

    /// Until it is ended.
    #[must_use]
    pub fn always(self) -> Self {
        Self { times: None, ..self }
    }

    /// Lets the first `n` that fit pass.
    #[must_use]
    pub fn after(self, n: u64) -> Self {
        Self { skip: n, ..self }
    }

    /// Only exchanges about this file.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// Each with this chance (0 to 1).
    #[must_use]
    pub fn chance(self, chance: f64, seed: u64) -> Self {
        Self { chance: Some((chance, fastrand::Rng::with_seed(seed))), ..self }
    }
}

/// A rule at work.
#[derive(Debug)]
pub struct Armed {
    rule: Mutex<(Rule, u64)>,
}

impl Armed {
    pub(super) fn new(rule: Rule) -> Self {
        Self { rule: Mutex::new((rule, 0)) }
    }

    /// How many exchanges met it.
    pub fn used(&self) -> u64 {
        self.with(|_, used| *used)
    }

    /// It will meet no more.
    pub fn end(&self) {
        self.with(|rule, _| rule.times = Some(0));
    }

    pub(super) fn fault(&self) -> Arc<Fault> {
        self.with(|rule, _| rule.fault.clone())
    }

    pub(super) fn take(&self, side: Side, name: &str) -> Option<Arc<Fault>> {
        self.with(|rule, used| {
            let meant = rule.side == side && rule.name.as_deref().is_none_or(|wanted| wanted == name);
            if !meant || rule.times.is_some_and(|times| *used >= times) {
                return None;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                return None;
            }
            if let Some((chance, rng)) = &mut rule.chance
                && rng.f64() >= *chance
            {
                return None;
            }
            *used += 1;
            Some(rule.fault.clone())
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Rule, &mut u64) -> T) -> T {
        let mut held = self.rule.lock().unwrap_or_else(PoisonError::into_inner);
        let (rule, used) = &mut *held;
        act(rule, used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(rule: Rule, exchanges: &[(Side, &str)]) -> Vec<bool> {
        let armed = Armed::new(rule);
        exchanges.iter().map(|(side, name)| armed.take(*side, name).is_some()).collect()
    }

    #[test]
    fn a_rule_meets_its_side_its_file_and_its_number() {
        let seen = [(Side::Put, "a"), (Side::Presign, "a"), (Side::Put, "b"), (Side::Put, "a"), (Side::Put, "a")];
        assert_eq!(hits(Rule::put(Fault::Portal), &seen), [true, false, false, false, false]);
        assert_eq!(hits(Rule::put(Fault::Portal).named("a").times(2), &seen), [true, false, false, true, false]);
        assert_eq!(hits(Rule::put(Fault::Portal).after(1).always(), &seen), [false, false, true, true, true]);
    }

    #[test]
    fn chance_is_repeatable_and_counted() {
        let many = [(Side::Put, "a"); 200];
        let rule = || Rule::put(Fault::Portal).always().chance(0.3, 7);
        let (one, two) = (hits(rule(), &many), hits(rule(), &many));
        assert_eq!(one, two);
        let share = one.iter().filter(|hit| **hit).count();
        assert!((30..90).contains(&share), "{share}");
    }

    #[test]
    fn an_ended_rule_meets_nothing_and_remembers() {
        let armed = Armed::new(Rule::put(Fault::Portal).always());
        assert!(armed.take(Side::Put, "a").is_some());
        armed.end();
        assert!(armed.take(Side::Put, "a").is_none());
        assert_eq!(armed.used(), 1);
    }
}
