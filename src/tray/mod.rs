//! THE TRAY: what people see of OutTray on their desktop.

use std::process::ExitCode;

pub mod announce;
pub mod notice;

/// Runs the desktop program until it is told to quit.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
