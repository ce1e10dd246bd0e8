//! What OutTray promises, one file a promise, against servers on loopback.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![allow(clippy::similar_names, reason = "killed and killer, mode and node: short stories")]

#[cfg(feature = "demo")]
mod any_order;
mod architecture;
#[cfg(all(unix, feature = "demo"))]
mod auth;
#[cfg(all(target_os = "linux", feature = "demo"))]
mod clocks;
#[cfg(all(unix, feature = "demo"))]
mod command_line;
#[cfg(all(unix, feature = "demo"))]
mod config;
mod contract;
#[cfg(all(feature = "failpoints", feature = "demo"))]
mod crash;
#[cfg(feature = "demo")]
mod delivery;
#[cfg(all(unix, feature = "demo"))]
mod disk;
#[cfg(feature = "demo")]
mod engine_races;
mod evidence;
#[cfg(all(target_os = "linux", feature = "demo"))]
mod frozen;
#[cfg(all(unix, feature = "demo"))]
mod guard;
#[cfg(all(target_os = "linux", feature = "demo"))]
mod keychain;
#[cfg(all(unix, feature = "demo"))]
mod meddling;
#[cfg(all(target_os = "linux", feature = "demo"))]
mod misled;
#[cfg(feature = "desktop")]
mod notices;
#[cfg(all(unix, feature = "demo"))]
mod odd_files;
#[cfg(all(unix, feature = "demo"))]
mod odd_homes;
#[cfg(all(unix, feature = "demo"))]
mod own_places;
#[cfg(all(unix, feature = "demo"))]
mod proxies;
#[cfg(feature = "demo")]
mod readme;
mod remote;
#[cfg(feature = "demo")]
mod s3_conformance;
#[cfg(all(unix, feature = "demo"))]
mod setup;
mod support;
#[cfg(all(target_os = "linux", feature = "demo"))]
mod syscalls;
#[cfg(all(unix, feature = "demo"))]
mod trust;
#[cfg(all(unix, feature = "demo"))]
mod update;
#[cfg(all(target_os = "linux", feature = "demo"))]
mod watching;
