//! The only home of `cfg(target_os)`: what differs between Linux, macOS and Windows, behind one portable face.
//!
//! Not here: any decision about files or the network.

pub mod autostart;
pub mod dir;
pub mod endpoint;
#[cfg(feature = "desktop")]
pub mod facts;
pub mod identity;
pub mod installed;
pub mod keychain;
#[cfg(feature = "desktop")]
pub mod language;
pub mod lock;
#[cfg(feature = "desktop")]
pub mod notification;
pub mod open;
#[cfg(feature = "desktop")]
pub mod panel;
#[cfg(windows)]
pub mod pipe;
pub mod places;
mod process;
mod read_at;
pub mod replace;
pub mod signals;
pub mod spool;

#[cfg(feature = "failpoints")]
pub use process::end_abruptly;
pub use process::harden;

pub use read_at::read_at;

/// Whether the system shows a message in a box without a window of ours.
#[cfg(feature = "desktop")]
pub fn has_message_box() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    // Without the portal's dialogs, this small program is asked; it needs a display itself.
    let display = ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    let found = |path| std::env::split_paths(&path).any(|folder| folder.join("zenity").is_file());
    display && std::env::var_os("PATH").is_some_and(found)
}
