//! Messages through the session bus, for every desktop that follows freedesktop.org.
//!
//! Each message has its own task and its own connection, kept until it is closed: some servers drop a message when
//! the connection that sent it ends, and buttons are answered to it. A later message of the key is sent over the same
//! connection, in place of the earlier one. All tasks share one thread.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::{Message, NAME, Pressed, Urgency, Wish, log_failure};
use crate::platform::identity::APP_ID;

/// A bus without a notification service may keep a caller waiting for minutes. Asking first whether the service runs
/// would not do: many desktops start it with the first message.
const PATIENCE: Duration = Duration::from_secs(10);
/// When the program ends, messages whose buttons would do nothing any more are taken away within this time.
const LAST_MOMENT: Duration = Duration::from_millis(500);
/// Wishes for one message that wait while the system shows an earlier one.
const PENDING: usize = 4;

pub(super) fn serve(wishes: mpsc::Receiver<Wish>, pressed: impl Fn(Pressed) + Clone + Send + 'static) {
    match tokio::runtime::Builder::new_current_thread().enable_time().build() {
        Ok(runtime) => runtime.block_on(share_out(wishes, pressed)),
        Err(error) => tracing::warn!("there will be no notifications: {error}"),
    }
}

/// Hands each wish to the task of its message.
async fn share_out(mut wishes: mpsc::Receiver<Wish>, pressed: impl Fn(Pressed) + Clone + Send + 'static) {
    let mut open: HashMap<&'static str, mpsc::Sender<Option<Message>>> = HashMap::new();
    let mut tasks = JoinSet::new();
    while let Some(wish) = wishes.recv().await {
        let (key, message) = match wish {
            Wish::Show(message) => (message.key, Some(message)),
            Wish::Withdraw(key) => (key, None),
        };
        while tasks.try_join_next().is_some() {}
        // A task that has ended, or that the system keeps busy, does not get it.
        let handed = match open.get(key).map(|task| task.try_send(message.clone())) {
            Some(Ok(())) => true,
            Some(Err(mpsc::error::TrySendError::Full(_))) => {
                tracing::warn!("a notification about {key} is left out: the desktop is too slow");
                true
            }
            Some(Err(mpsc::error::TrySendError::Closed(_))) | None => false,
        };
        if let (false, Some(message)) = (handed, message) {
            let (task, inbox) = mpsc::channel(PENDING);
            open.insert(key, task);
            tasks.spawn(present(message, inbox, pressed.clone()));
        }
    }
    drop(open);
    _ = tokio::time::timeout(LAST_MOMENT, async { while tasks.join_next().await.is_some() {} }).await;
}

/// Shows one message and its successors until it is closed, withdrawn or answered.
async fn present(first: Message, mut inbox: mpsc::Receiver<Option<Message>>, pressed: impl Fn(Pressed) + Clone) {
    let mut next = Some(first);
    while let Some(message) = next {
        if let Some(shown) = show(&message).await {
            stay(shown, message.key, &mut inbox, pressed.clone()).await;
        }
        // What came in while it went away is shown anew. Nothing can come in between this look and the end of the
        // task: both happen in one turn of the one thread.
        next = None;
        while let Ok(later) = inbox.try_recv() {
            next = later;
        }
    }
}

/// Follows one message for as long as it is on the screen.
async fn stay(
    mut shown: NotificationHandle,
    key: &'static str,
    inbox: &mut mpsc::Receiver<Option<Message>>,
    pressed: impl Fn(Pressed),
) {
    loop {
        let answer = Mutex::new(None);
        let next = tokio::select! {
            () = answered(&shown, &answer) => {
                let button = match answer.into_inner().unwrap_or_else(PoisonError::into_inner) {
                    Some(NotificationResponse::Default) => None,
                    Some(NotificationResponse::Action(button)) => Some(button),
                    _ => return,
                };
                pressed(Pressed { message: key, button });
                None
            }
            next = inbox.recv() => next.flatten(),
        };
        let Some(message) = next else { return shown.close_async().await };
        match replace(shown, message).await {
            Some(handle) => shown = handle,
            None => return,
        }
    }
}

async fn answered(shown: &NotificationHandle, answer: &Mutex<Option<NotificationResponse>>) {
    let note = |response: &NotificationResponse| {
        *answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(response.clone());
    };
    shown.wait_for_action_async(note).await;
}

async fn show(message: &Message) -> Option<NotificationHandle> {
    match tokio::time::timeout(PATIENCE, notification(message).show_async()).await {
        Ok(Ok(handle)) => return Some(handle),
        Ok(Err(error)) => log_failure(message, &error),
        Err(_) => log_failure(message, &"the desktop does not answer"),
    }
    None
}

/// Puts the message into the place of the one that is shown.
async fn replace(mut shown: NotificationHandle, message: Message) -> Option<NotificationHandle> {
    let kept = Arc::new(message);
    let message = Arc::clone(&kept);
    // The crate offers this step only as a blocking call.
    let update = tokio::task::spawn_blocking(move || {
        let fresh = notification(&message);
        (shown.summary, shown.body, shown.actions, shown.hints) =
            (fresh.summary, fresh.body, fresh.actions, fresh.hints);
        shown.update().map(|()| shown)
    });
    match tokio::time::timeout(PATIENCE, update).await {
        Ok(Ok(Ok(handle))) => return Some(handle),
        Ok(Ok(Err(error))) => log_failure(&kept, &error),
        Ok(Err(error)) => log_failure(&kept, &error),
        Err(_) => log_failure(&kept, &"the desktop does not answer"),
    }
    None
}

fn notification(message: &Message) -> Notification {
    let mut notification = Notification::new();
    notification
        .appname(NAME)
        .icon(APP_ID)
        .summary(&message.title)
        .body(&without_markup(&message.body))
        .hint(Hint::DesktopEntry(APP_ID.into()))
        .urgency(match message.urgency {
            Urgency::Low => notify_rust::Urgency::Low,
            Urgency::Normal => notify_rust::Urgency::Normal,
            Urgency::Critical => notify_rust::Urgency::Critical,
        });
    if !message.buttons.is_empty() {
        // What a click on the message itself means.
        notification.action("default", message.buttons[0].1);
    }
    for (key, label) in &message.buttons {
        notification.action(key, label);
    }
    notification.finalize()
}

/// Bodies may hold markup, so a file name must not look like one.
fn without_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_format_the_message() {
        let message = Message {
            key: "rejected",
            title: "1 file".into(),
            body: "<b>a&b</b>.json is empty".into(),
            urgency: Urgency::Normal,
            buttons: vec![("show-problem", "Show problem")],
        };
        let made = notification(&message);
        assert_eq!(made.body, "&lt;b&gt;a&amp;b&lt;/b&gt;.json is empty");
        assert_eq!(made.actions, ["default", "Show problem", "show-problem", "Show problem"]);
        assert_eq!((made.appname.as_str(), made.icon.as_str()), ("OutTray", APP_ID));
        assert!(made.hints.contains(&Hint::DesktopEntry(APP_ID.into())));
    }
}
