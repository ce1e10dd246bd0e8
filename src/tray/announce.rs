//! Shows what `notice` decided, on a thread of its own, and brings back what people pressed.
//!
//! In: [`Told`]. Out: [`Action`]s through a callback, on another thread than the caller's. The queue is short; a desktop
//! that does not keep up loses notices, never the program. Failures are logged and nothing else.
//! Not here: what is said and when (`notice`), how each system shows it (`platform::notification`).

use std::sync::mpsc as signal;
use std::time::Duration;

use tokio::sync::mpsc;

use super::notice::{Action, Cause, Notice, Told};
use crate::platform::notification::{Message, Pressed, Wish, serve};

/// Notices that wait for the desktop.
const QUEUE: usize = 16;
/// How long the end of the program waits until notices are taken away.
const GOODBYE: Duration = Duration::from_secs(1);

/// A pressed button, or the notice itself, with what it was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub cause: Cause,
    pub action: Action,
}

/// The thread that speaks to the desktop. Dropping it takes away what is shown, where the system can.
#[derive(Debug)]
pub struct Announcer {
    wishes: Option<mpsc::Sender<Wish>>,
    /// Closed when the thread has ended.
    ended: signal::Receiver<()>,
}

impl Announcer {
    /// `answer` must not block for long: it holds up the answers of other notices.
    pub fn start(answer: impl Fn(Answer) + Clone + Send + 'static) -> Self {
        let (wishes, inbox) = mpsc::channel(QUEUE);
        let (alive, ended) = signal::channel::<()>();
        let pressed = move |pressed: Pressed| {
            if let Some(pressed) = meaning(&pressed) {
                answer(pressed);
            }
        };
        let work = move || {
            serve(inbox, pressed);
            drop(alive);
        };
        let thread = std::thread::Builder::new().name("notices".into()).spawn(work);
        if let Err(error) = thread {
            tracing::warn!("there will be no notifications: {error}");
        }
        Self { wishes: Some(wishes), ended }
    }

    /// Returns at once.
    pub fn tell(&self, told: Told) {
        let wish = match told {
            Told::Show(notice) => Wish::Show(message(notice)),
            Told::Withdraw(cause) => Wish::Withdraw(cause.key()),
        };
        let sent = self.wishes.as_ref().map(|wishes| wishes.try_send(wish));
        if let Some(Err(error)) = sent {
            tracing::warn!("a notification is left out: {error}");
        }
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        self.wishes = None;
        // Either it has ended, or it hangs in the desktop's hands and is left behind.
        _ = self.ended.recv_timeout(GOODBYE);
    }
}

fn message(notice: Notice) -> Message {
    Message {
        key: notice.cause.key(),
        title: notice.title,
        body: notice.body,
        urgency: notice.urgency,
        buttons: notice.actions.iter().map(|action| (action.key(), action.label())).collect(),
    }
}

/// A click on the message itself asks for a look at the matter.
fn meaning(pressed: &Pressed) -> Option<Answer> {
    let cause = Cause::ALL.into_iter().find(|cause| cause.key() == pressed.message)?;
    let action = match &pressed.button {
        Some(button) => Action::ALL.into_iter().find(|action| action.key() == button)?,
        None => match cause {
            Cause::NotSetUp => Action::SetUp,
            Cause::Settings => Action::OpenSettings,
            Cause::Update => Action::Update,
            _ => Action::ShowProblem,
        },
    };
    Some(Answer { cause, action })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_come_back_as_actions() {
        for cause in Cause::ALL {
            for action in Action::ALL {
                let pressed = Pressed { message: cause.key(), button: Some(action.key().into()) };
                assert_eq!(meaning(&pressed), Some(Answer { cause, action }));
            }
        }
        let foreign = Pressed { message: "offline", button: Some("format-disk".into()) };
        assert_eq!(meaning(&foreign), None);
    }

    #[test]
    fn a_click_on_the_notice_shows_the_matter() {
        let clicked =
            |cause: Cause| meaning(&Pressed { message: cause.key(), button: None }).map(|answer| answer.action);
        assert_eq!(clicked(Cause::Offline), Some(Action::ShowProblem));
        assert_eq!(clicked(Cause::NotSetUp), Some(Action::SetUp));
        assert_eq!(clicked(Cause::Settings), Some(Action::OpenSettings));
    }
}
