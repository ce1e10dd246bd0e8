//! The only home of `cfg(target_os)`: what differs between Linux, macOS and Windows, behind one portable face.
//!
//! Not here: any decision about files or the network.

pub mod dir;
mod read_at;

pub use read_at::read_at;
