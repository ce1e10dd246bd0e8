//! Wake and the colours of the taskbar, as Windows tells them to a program without a window.
//!
//! In: nothing but the system. Out: facts, from threads of the system's or of our own, which wait and never poll.

use std::ffi::c_void;
use std::io;
use std::sync::Arc;

use windows_sys::Win32::Foundation::ERROR_SUCCESS;
use windows_sys::Win32::System::Power::{
    DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS, HPOWERNOTIFY, PowerRegisterSuspendResumeNotification,
    PowerUnregisterSuspendResumeNotification,
};
use windows_sys::Win32::System::Registry::{REG_NOTIFY_CHANGE_LAST_SET, RegNotifyChangeKeyValue};
use windows_sys::Win32::UI::WindowsAndMessaging::{DEVICE_NOTIFY_CALLBACK, PBT_APMRESUMEAUTOMATIC};

use super::Fact;
use crate::platform::panel::{PERSONALIZE, taskbar};

type Tell = Arc<dyn Fn(Fact) + Send + Sync>;

/// `None` where Windows refuses to tell of sleep; the engine's clocks find it then.
pub(super) fn listen(tell: Tell) -> io::Result<Option<Power>> {
    let colours = Arc::clone(&tell);
    std::thread::Builder::new().name("taskbar colours".into()).spawn(move || follow_taskbar(&*colours))?;
    Ok(Power::listen(tell))
}

/// Ends with the process: between two changes the thread sleeps in the system, and costs nothing there.
fn follow_taskbar(tell: &dyn Fn(Fact)) {
    let Ok(key) = windows_registry::CURRENT_USER.open(PERSONALIZE) else { return };
    let mut last = taskbar();
    loop {
        // SAFETY: the key is open for as long as `key` lives; without an event the call waits for the change itself.
        let changed =
            unsafe { RegNotifyChangeKeyValue(key.as_raw(), 0, REG_NOTIFY_CHANGE_LAST_SET, std::ptr::null_mut(), 0) };
        if changed != ERROR_SUCCESS {
            return;
        }
        let now = taskbar();
        if now != last {
            last = now;
            tell(Fact::Scheme(now));
        }
    }
}

/// Listens for the wake of the computer until dropped.
#[derive(Debug)]
pub(super) struct Power {
    handle: HPOWERNOTIFY,
    /// What the system calls; it stays where it is.
    _listener: Box<Listener>,
}

struct Listener(Tell);

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listener")
    }
}

impl Power {
    fn listen(tell: Tell) -> Option<Self> {
        let listener = Box::new(Listener(tell));
        let context = std::ptr::from_ref(&*listener).cast_mut().cast::<c_void>();
        let mut recipient = DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS { Callback: Some(told), Context: context };
        let mut handle = std::ptr::null_mut();
        // SAFETY: the system copies the recipient; what its context points to lives until after the end of the calls.
        let answer = unsafe {
            PowerRegisterSuspendResumeNotification(
                DEVICE_NOTIFY_CALLBACK,
                std::ptr::from_mut(&mut recipient).cast(),
                &raw mut handle,
            )
        };
        (answer == ERROR_SUCCESS).then(|| Self { handle: handle as HPOWERNOTIFY, _listener: listener })
    }
}

impl Drop for Power {
    fn drop(&mut self) {
        // SAFETY: the handle is the one of the registration, and is used once.
        unsafe { PowerUnregisterSuspendResumeNotification(self.handle) };
    }
}

/// Told by a thread of the system. Every wake has this event first, whoever or whatever woke the computer.
unsafe extern "system" fn told(context: *const c_void, event: u32, _: *const c_void) -> u32 {
    if event == PBT_APMRESUMEAUTOMATIC {
        // SAFETY: the context is the listener of a `Power` that lives.
        let Listener(tell) = unsafe { &*context.cast::<Listener>() };
        tell(Fact::Woke);
    }
    ERROR_SUCCESS
}
