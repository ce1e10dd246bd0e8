//! `outtray-desktop`: the tray icon and the engine behind it. See [`outtray::tray`].
#![cfg_attr(windows, windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    outtray::platform::harden();
    outtray::tray::main()
}
