//! Where a running engine can be reached: a Unix socket in the state folder, or a named pipe of this user.
//!
//! In: an [`Address`]. Out: streams of callers that are this very user, or a stream to whoever listens.
//! Not here: what is said (`control`).

use std::path::{Path, PathBuf};

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::{Accepted, Connected, Listener, connect};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub use windows::{Accepted, Connected, Listener, connect};

/// The file name of the socket.
pub const SOCKET: &str = "control.sock";

/// Where one engine listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    state_dir: PathBuf,
    /// Whether the state folder is not the user's usual one: then a pipe needs a name of its own.
    apart: bool,
}

impl Address {
    pub fn new(state_dir: &Path, apart: bool) -> Self {
        Self { state_dir: state_dir.to_owned(), apart }
    }

    /// As people and other programs name it.
    pub fn shown(&self) -> String {
        #[cfg(windows)]
        return windows::pipe_name(self);
        #[cfg(not(windows))]
        self.state_dir.join(SOCKET).display().to_string()
    }
}
