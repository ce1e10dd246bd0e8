//! How many files are in which state, kept up to date with each change and never counted anew.
//!
//! Not here: the changes (`queue`).

use super::Queue;

impl Queue {
    /// Files that must be still for a while.
    pub(in crate::sync) fn settling(&self) -> usize {
        self.settling
    }

    pub(in crate::sync) fn busy(&self) -> usize {
        self.busy.len()
    }

    pub(in crate::sync) fn rejected(&self) -> usize {
        self.rejected
    }

    /// Files that wait after a failure.
    pub(in crate::sync) fn failed(&self) -> usize {
        self.failed
    }

    /// Those of them that cannot be read or renamed here; the network has no part in it.
    pub(in crate::sync) fn failed_here(&self) -> usize {
        self.failed_here
    }

    /// Files that are neither under way nor rejected.
    pub(in crate::sync) fn waiting(&self) -> usize {
        self.len() - self.busy.len() - self.rejected
    }
}
