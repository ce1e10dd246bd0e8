//! The names by which the systems know the desktop program. Installers write the same names.
//!
//! Not here: the name that people read, which is OutTray everywhere.

/// Linux: desktop file (`ID.desktop`), autostart entry, icon and windows. macOS: bundle and launch agent.
pub const APP_ID: &str = "io.github.outtray.OutTray";

/// Windows: the AppUserModelID of the shortcut in the Start menu, which toasts need.
pub const AUMID: &str = "OutTray.Desktop";

/// The argument with which the system starts the program at login: no window opens, nobody is disturbed.
pub const AT_LOGIN: &str = "--background";
