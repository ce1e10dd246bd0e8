//! A program that hosts an engine: where it lives, its settings as they change, its control socket.
//!
//! In: the settings file that was named, if one was. Out: a running engine that others can reach. The command line's `run`
//! and the tray program do the same here. Not here: the engine (`sync`), what a person sees (`cli`, `tray`, `window`).

pub mod bundle;
mod changes;
mod heartbeat;
mod home;
mod keys;
mod reload;
mod running;

pub use changes::settings_changes;
pub use home::{Home, NoSetup, is_first_run, log_options};
pub use keys::{Keys, PATIENCE};
pub use running::{NotRunning, Running};
