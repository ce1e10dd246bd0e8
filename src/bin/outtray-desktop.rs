//! `outtray-desktop`: the tray icon and the engine behind it, or its window. See [`outtray::tray`], [`outtray::window`].
#![cfg_attr(windows, windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    outtray::platform::harden();
    match outtray::control::window::Opening::of_args(std::env::args_os().skip(1)) {
        Some(opening) => outtray::window::main(opening),
        None => outtray::tray::main(),
    }
}
