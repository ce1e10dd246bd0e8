//! Messages as Windows toasts.
//!
//! Toasts cannot be replaced or taken away, so only the caller keeps them few. They need an AppUserModelID that a
//! shortcut in the Start menu carries (the installer puts it there); without it a toast fails, which is logged.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use notify_rust::{Notification, NotificationResponse};
use tokio::sync::mpsc;

use super::{Message, NAME, Pressed, Urgency, Wish, log_failure};
use crate::platform::identity::AUMID;

/// Toasts whose buttons are heard at the same time; each costs a thread until it is closed.
const HEARD: usize = 8;

pub(super) fn serve(mut wishes: mpsc::Receiver<Wish>, pressed: impl Fn(Pressed) + Clone + Send + 'static) {
    let heard = Arc::new(AtomicUsize::new(0));
    while let Some(wish) = wishes.blocking_recv() {
        let Wish::Show(message) = wish else { continue };
        let handle = match notification(&message).show() {
            Ok(handle) => handle,
            Err(error) => {
                log_failure(&message, &error);
                continue;
            }
        };
        if heard.fetch_add(1, Ordering::Relaxed) >= HEARD {
            heard.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let (key, pressed, done) = (message.key, pressed.clone(), Arc::clone(&heard));
        let listen = move || {
            _ = handle.wait_for_response(|response: &NotificationResponse| match response {
                NotificationResponse::Default => pressed(Pressed { message: key, button: None }),
                NotificationResponse::Action(button) => {
                    pressed(Pressed { message: key, button: Some(button.clone()) });
                }
                _ => {}
            });
            done.fetch_sub(1, Ordering::Relaxed);
        };
        if let Err(error) = std::thread::Builder::new().name("toast".into()).spawn(listen) {
            heard.fetch_sub(1, Ordering::Relaxed);
            tracing::warn!("the buttons of a notification do nothing: {error}");
        }
    }
}

fn notification(message: &Message) -> Notification {
    let mut notification = Notification::new();
    notification.appname(NAME).app_id(AUMID).summary(&message.title).body(&message.body);
    notification.urgency(match message.urgency {
        // `Critical` is a reminder on Windows, which covers other programs until it is closed: too loud for us.
        Urgency::Low => notify_rust::Urgency::Low,
        Urgency::Normal | Urgency::Critical => notify_rust::Urgency::Normal,
    });
    for (key, label) in &message.buttons {
        notification.action(key, label);
    }
    notification.finalize()
}
