//! What OutTray promises, one file a promise, against servers on loopback.

#[cfg(feature = "demo")]
mod s3_conformance;
mod support;
