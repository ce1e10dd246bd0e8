//! A look at folder and ledger while no engine runs: what `status`, `why`, `history`, `retry` and `pause` need then.

use jiff::Timestamp;

use super::event::{Receipt, Status};
use super::{Setup, Why};

/// The ledger or the folder could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InspectError(pub String);

/// The picture without an engine: `running` is false, reasons come from the ledger and from a look at each file.
pub fn status(_setup: &Setup) -> Result<Status, InspectError> {
    todo!()
}

pub fn why(_setup: &Setup, _name: &str) -> Result<Why, InspectError> {
    todo!()
}

/// The last `limit` receipts, newest first. Also right while an engine runs.
pub fn history(_setup: &Setup, _limit: usize) -> Result<Vec<Receipt>, InspectError> {
    todo!()
}

/// Files will be tried again by the next pass; answers how many were held.
pub fn retry(_setup: &Setup, _name: Option<&str>) -> Result<u64, InspectError> {
    todo!()
}

/// `None` resumes.
pub fn pause(_setup: &Setup, _until: Option<Timestamp>) -> Result<(), InspectError> {
    todo!()
}
