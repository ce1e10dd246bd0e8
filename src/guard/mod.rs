//! The guard finds personal data in a document and hides it before the document leaves.
//!
//! In: text. Out: findings, and text in which they are replaced. Pure: no files, no network, no clock.
//! Not here: reading and sending documents (`sync`), the settings as they are written (`config`).
//!
//! ```text
//! bytes ──json──▶ leaves (strings, with the way back) ──search──▶ find, names ──▶ findings
//!                                                                                    │ pass: held back (blocked), or
//! wire bytes ◀── looked at again ◀── checked token by token ◀── rewrite ◀── replacement ◀┘
//! ```

mod blocked;
mod filename;
pub mod find;
mod json;
pub mod kind;
mod leaves;
mod lexicon;
pub mod names;
mod pass;
mod policy;
mod quiet;
mod replacement;
mod rewrite;
mod search;
mod structure;
pub mod tables;
mod tally;
pub mod view;
mod words;

pub use blocked::Blocked;
pub use filename::{Told, veiled};
pub use json::Pattern;
pub use kind::{Confidence, Kind};
pub use leaves::Role;
pub use pass::{Form, Guard, Passed, Spot};
pub use policy::{Choice, Mode, Policy, SKIPPED, Style};
pub use replacement::Key;
pub use tally::{Action, Guarded, Tally};
pub use words::Words;
