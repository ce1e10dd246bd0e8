//! The real tray program on a real desktop without a screen; `cargo xtask desktop` runs it.
//!
//! Each test has a desktop of its own, so that they can run side by side: an X server, a session bus, a window manager, a
//! panel with a tray, something that shows notices, and a whole cloud on loopback. Not here: what is decided without a
//! desktop (the tests beside `src/tray`).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod idle;
mod key;
mod menu;
mod network;
mod one;
mod panel;
mod pictures;
mod portal;
mod scheme;
mod session;
mod settings;
mod tray;
mod window;
mod window_pictures;
mod wizard;
mod world;
