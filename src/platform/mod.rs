//! The only home of `cfg(target_os)`: what differs between Linux, macOS and Windows, behind one portable face.
//!
//! Not here: any decision about files or the network.

pub mod dir;
pub mod lock;
pub mod open;
#[cfg(windows)]
pub mod pipe;
mod process;

pub use process::harden;
