//! A whole cloud on loopback: a presigner and a strict S3, for `outtray demo`, tests and benchmarks.
//!
//! In: [`Options`], then HTTP on ports of 127.0.0.1. Out: objects, a record of every exchange, and whatever
//! misbehaviour was ordered. Signatures, conditions and checksums are really verified.
//!
//! **For demonstrations and tests only.** It speaks plain http, listens on loopback alone, has keys that everybody can
//! read, and forgets its records when it ends.
//!
//! ```text
//! http ──Request──▶ presigner ──Plan──▶ sign ──URL──▶ (the client) ──▶ http ──Request──▶ s3: sign::check, rules, store
//!          ▲                                                                             │
//!          └──────────────────────── faults act on either side ◀────────────────────────┘
//! ```
//!
//! Imports nothing of this crate. Not here: the client (`remote`).

mod clock;
pub mod faults;
mod http;
mod options;
mod presigner;
mod record;
mod refusal;
mod running;
mod s3;
pub mod sign;
mod state;

pub use clock::Clock;
pub use http::Request;
pub use options::{Behaviour, Mode, Options, Store};
pub use presigner::Plan;
pub use record::{Presign, Put};
pub use refusal::Refusal;
pub use running::Cloud;
pub use s3::Object;

#[cfg(test)]
mod tests;
