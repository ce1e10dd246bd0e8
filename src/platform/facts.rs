//! What the desktop tells: whether anybody shows tray icons, its colours, sleep and wake, network, session lock.
//!
//! In: nothing but the system. Out: [`Fact`]s, from a thread of its own that waits and never polls.
//! Linux tells all of them, as far as login1, NetworkManager and the settings portal are there. Windows and macOS have a
//! tray host always; Windows tells wake and colours besides. What nobody tells is found by the engine: that the computer
//! slept, as its clocks show it, and that the network is back, by its next try.
//! Not here: what follows from a fact (`tray`), the engine's own look at the clocks (`sync`).

use std::io;

#[cfg(not(any(windows, target_os = "macos")))]
mod bus;
#[cfg(windows)]
#[allow(unsafe_code, reason = "no safe binding")]
mod windows;

use super::panel::Scheme;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fact {
    /// Whether somebody shows tray icons now. Told once at the beginning, and again when it changes.
    TrayHost(bool),
    /// The computer slept and is back.
    Woke,
    NetworkUp,
    NetworkDown,
    SessionLocked(bool),
    /// The colours of the applications (Linux) or of the taskbar (Windows). Told at the beginning where it is known.
    Scheme(Scheme),
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
    #[cfg(windows)]
    _power: Option<windows::Power>,
}

impl Facts {
    /// Calls `tell` with each fact, from another thread; it must not block for long.
    #[cfg_attr(any(windows, target_os = "macos"), allow(unused_variables))]
    pub fn listen(buses: Buses, tell: impl Fn(Fact) + Send + Sync + 'static) -> io::Result<Self> {
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
        #[cfg(windows)]
        let power = windows::listen(std::sync::Arc::new(tell))?;
        Ok(Self {
            _end: end,
            #[cfg(windows)]
            _power: power,
        })
    }
}
