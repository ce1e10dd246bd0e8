//! What the desktop tells: whether anybody shows tray icons, sleep and wake, network, session lock.
//!
//! In: nothing but the system. Out: [`Fact`]s, from a thread of its own that waits and never polls.
//! Linux tells all of them, as far as login1 and NetworkManager are there. Windows and macOS have a tray host always and
//! tell no more: that a computer slept is found there by the engine, which compares two clocks, and that the network is
//! back by its next try.
//! Not here: what follows from a fact (`tray`), the engine's own look at the clocks (`sync`).

use std::io;

#[cfg(not(any(windows, target_os = "macos")))]
mod bus;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fact {
    /// Whether somebody shows tray icons now. Told once at the beginning, and again when it changes.
    TrayHost(bool),
    /// The computer slept and is back.
    Woke,
    NetworkUp,
    NetworkDown,
    SessionLocked(bool),
}

/// Where to listen. `None` stands for the usual address, which the system knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Buses {
    pub session: Option<String>,
    pub system: Option<String>,
}

/// Listens until dropped.
#[derive(Debug)]
pub struct Facts {
    _end: tokio::sync::oneshot::Sender<()>,
}

impl Facts {
    /// Calls `tell` with each fact, from another thread; it must not block for long.
    #[cfg_attr(any(windows, target_os = "macos"), allow(unused_variables))]
    pub fn listen(buses: Buses, tell: impl Fn(Fact) + Send + 'static) -> io::Result<Self> {
        let (end, ended) = tokio::sync::oneshot::channel();
        #[cfg(not(any(windows, target_os = "macos")))]
        std::thread::Builder::new()
            .name("desktop facts".into())
            .spawn(move || zbus::block_on(bus::listen(&buses, &tell, ended)))?;
        #[cfg(any(windows, target_os = "macos"))]
        {
            drop(ended);
            tell(Fact::TrayHost(true));
        }
        Ok(Self { _end: end })
    }
}
