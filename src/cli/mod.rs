//! The command line: one file per command.
pub mod args;
pub mod failure;
pub mod home;
mod names;
pub mod output;
mod pass;
pub mod phrase;
mod progress;
mod reload;
mod run;
mod span;
mod status;
mod sync;
