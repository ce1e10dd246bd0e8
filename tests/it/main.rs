//! What OutTray promises, one file a promise, against servers on loopback.

mod architecture;
#[cfg(all(unix, feature = "demo"))]
mod command_line;
#[cfg(all(unix, feature = "demo"))]
mod config;
#[cfg(all(feature = "failpoints", feature = "demo"))]
mod crash;
#[cfg(feature = "demo")]
mod delivery;
#[cfg(all(unix, feature = "demo"))]
mod disk;
#[cfg(feature = "demo")]
mod engine_races;
#[cfg(all(unix, feature = "demo"))]
mod odd_files;
#[cfg(feature = "demo")]
mod readme;
mod remote;
#[cfg(feature = "demo")]
mod s3_conformance;
mod support;
