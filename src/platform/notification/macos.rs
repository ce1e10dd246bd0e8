//! Messages in the Notification Centre of macOS.
//!
//! They are shown without buttons and cannot be replaced: waiting for an answer blocks a thread for as long as the
//! message is there, and the menu of the tray has the same commands.

use notify_rust::Notification;
use tokio::sync::mpsc;

use super::{NAME, Pressed, Wish, log_failure};
use crate::platform::identity::APP_ID;

pub(super) fn serve(mut wishes: mpsc::Receiver<Wish>, _pressed: impl Fn(Pressed) + Clone + Send + 'static) {
    // Without this, the first message asks the user for the name of the application.
    if let Err(error) = notify_rust::set_application(APP_ID) {
        tracing::warn!("notifications do not come from the application bundle: {error}");
    }
    while let Some(wish) = wishes.blocking_recv() {
        let Wish::Show(message) = wish else { continue };
        let shown = Notification::new().appname(NAME).summary(&message.title).body(&message.body).show();
        if let Err(error) = shown {
            log_failure(&message, &error);
        }
    }
}
