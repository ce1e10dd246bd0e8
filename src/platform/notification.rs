//! Puts messages on the desktop, takes them away again, and hears which button was pressed.
//!
//! In: [`Wish`]es through a queue. Out: [`Pressed`] buttons through a callback, on the thread that runs [`serve`] or on
//! one of its own. A message that cannot be shown is logged and forgotten.
//! Not here: what is said, and when (`tray::notice`); the thread (`tray::announce`).

use tokio::sync::mpsc;

#[cfg(target_os = "macos")]
#[path = "notification/macos.rs"]
mod system;
#[cfg(windows)]
#[path = "notification/windows.rs"]
mod system;
#[cfg(not(any(windows, target_os = "macos")))]
#[path = "notification/xdg.rs"]
mod system;

/// Who speaks; the desktop shows it beside the message.
const NAME: &str = "OutTray";

/// How loud. `Critical` stays on the screen until somebody closes it: for what needs a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    Low,
    Normal,
    Critical,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// A later message of the same key takes its place, where the system can do that.
    pub key: &'static str,
    pub title: String,
    /// Plain text.
    pub body: String,
    pub urgency: Urgency,
    /// Key and label, the first one first. Only some systems show them.
    pub buttons: Vec<(&'static str, &'static str)>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    Show(Message),
    /// Take away the message of that key, if it is still there and the system can.
    Withdraw(&'static str),
}

/// A person pressed a button, or the message itself (then the button is `None`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pressed {
    pub message: &'static str,
    pub button: Option<String>,
}

/// Serves wishes until the queue is closed; blocks its thread, so not the one that draws.
pub fn serve(wishes: mpsc::Receiver<Wish>, pressed: impl Fn(Pressed) + Clone + Send + 'static) {
    system::serve(wishes, pressed);
}

fn log_failure(message: &Message, error: &dyn std::fmt::Display) {
    tracing::warn!("the notification \"{}\" cannot be shown: {error}", message.title);
}
