//! The command line: one file per command.
pub mod failure;
pub mod output;
pub mod phrase;
