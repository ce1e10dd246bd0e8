//! The wish of the system, or of the person at the keyboard, that this program ends.
//!
//! In: SIGINT, SIGTERM and SIGHUP; on Windows Ctrl-C, Ctrl-Break and the closing of the console. Out: one wake-up each.
//! Not here: how to end (`cli::run`).

#[cfg(unix)]
#[path = "signals/unix.rs"]
mod system;

#[cfg(windows)]
#[path = "signals/windows.rs"]
mod system;

pub use system::Stop;
