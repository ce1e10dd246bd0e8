//! What OutTray promises, one file a promise, against servers on loopback.

mod architecture;
mod contract;
mod remote;
#[cfg(feature = "demo")]
mod s3_conformance;
mod support;
