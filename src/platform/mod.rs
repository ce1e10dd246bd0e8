//! The only home of `cfg(target_os)`: what differs between Linux, macOS and Windows, behind one portable face.
//!
//! Not here: any decision about files or the network.

pub mod autostart;
pub mod dir;
pub mod endpoint;
#[cfg(feature = "desktop")]
pub mod facts;
pub mod keychain;
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
