//! What OutTray promises, one file a promise, against servers on loopback.

mod architecture;
#[cfg(all(feature = "failpoints", feature = "demo"))]
mod crash;
#[cfg(feature = "demo")]
mod engine_races;
#[cfg(feature = "demo")]
mod readme;
mod remote;
#[cfg(feature = "demo")]
mod s3_conformance;
mod support;
