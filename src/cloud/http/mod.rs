//! A small HTTP/1.1 server that also knows how to misbehave.
//!
//! In: connections on a loopback port. Out: a [`Wire`] for each, from which requests are taken and to which answers,
//! raw bytes or rude endings are given. Not here: what is answered (`s3`, `presigner`) and when it goes wrong
//! (`faults`).

mod outlet;
mod reply;
mod request;
mod wire;

pub(super) use outlet::Outlet;
pub(super) use reply::Reply;
pub use request::Request;
pub use wire::Pace;
pub(super) use wire::Wire;
