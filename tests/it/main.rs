//! What OutTray promises, one file a promise, against servers on loopback.

mod architecture;
#[cfg(all(unix, feature = "demo"))]
mod command_line;
#[cfg(all(unix, feature = "demo"))]
mod config;
#[cfg(all(unix, feature = "demo"))]
mod disk;
#[cfg(all(unix, feature = "demo"))]
mod odd_files;
mod remote;
#[cfg(feature = "demo")]
mod s3_conformance;
mod support;
