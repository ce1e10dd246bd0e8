//! THE NETWORK EDGE: HTTP, and nothing of folders.
//!
//! ```text
//! Ask ──presign──▶ policy ──Grant──▶ put ──▶ proof
//!        │                            │
//!        └── classify · transport ────┘ ──▶ Failure ──▶ retry: same URL · presign anew · give up
//! ```
//!
//! In: what to say about a document, and its bytes. Out: a [`Grant`], then a [`Proof`], or a [`Failure`] that says which
//! class of trouble it is. [`Round`] decides what to do next, [`Budget`] and [`Breaker`] keep the whole process polite,
//! [`schedule`] says when a file has its next round. Not here: waiting, and what becomes of the file (`sync`).

mod answer;
mod body;
mod breaker;
mod budget;
mod classify;
mod client;
mod digest;
mod failure;
mod fetch;
mod fleet;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod grant;
mod headers;
mod hints;
mod hosts;
mod limit;
mod policy;
mod presign;
mod proof;
mod pulse;
mod put;
mod resolver;
mod retry;
pub mod schedule;
mod transport;

pub use body::{Progress, Source, Wire};
pub use breaker::{Breaker, Permit};
pub use budget::Budget;
pub use client::{BuildError, Key, Options, ProxyChoice, Remote};
pub use failure::{Class, Failure, Stage};
pub use fetch::{FetchOptions, Fetched, Fetcher};
pub use fleet::Beat;
pub use grant::Grant;
pub use presign::Ask;
pub use proof::Proof;
pub use retry::{Jitter, Next, Round, RoundPolicy, Verdict};
