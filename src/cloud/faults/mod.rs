//! What goes wrong on purpose, and when.
//!
//! In: [`Rule`]s: which exchanges (side, file name, the next n, after some, by chance) meet which [`Fault`]. Out: for
//! each exchange its fault, if any; for the test, how often a rule was used. Rules are tried in order, the first that
//! fits is used. Not here: the honest behaviour in between (`s3`, `presigner`).

mod act;
mod fault;
mod rule;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(super) use act::Turn;
pub use fault::{Fault, Gate, Lost};
pub use rule::{Armed, Rule, Side};

pub use super::http::Pace;

/// The rules of one cloud.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Vec<Arc<Armed>>>,
}

impl Faults {
    /// From now on; the answer tells how often it happened, and can end it.
    pub fn add(&self, rule: Rule) -> Arc<Armed> {
        let armed = Arc::new(Armed::new(rule));
        self.lock().push(armed.clone());
        armed
    }

    /// All rules are over.
    pub fn clear(&self) {
        self.lock().drain(..).for_each(|rule| rule.end());
    }

    /// The rules that never met an exchange: a test that ordered them saw less than it speaks of.
    pub fn unmet(&self) -> Vec<String> {
        self.lock().iter().filter(|rule| rule.used() == 0).map(|rule| format!("{:?}", rule.fault())).collect()
    }

    pub(super) fn take(&self, side: Side, name: &str) -> Option<Arc<Fault>> {
        self.lock().iter().find_map(|rule| rule.take(side, name))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Armed>>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
