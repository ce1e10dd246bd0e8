//! What a notice says: title, text and buttons for each cause, and for its end.
//!
//! In: a cause with its detail and the picture around it. Out: a [`Notice`] with short sentences that say what it
//! means for the data. Nothing personal: counts, and at most one file name. Not here: when it is said (`notice`).

use super::picture::{Cause, Detail, Picture};
use super::{Action, Notice};
use crate::platform::notification::Urgency;

/// Longer file names are cut in the middle.
const NAME_SHOWN: usize = 48;

/// The announcement of something that is wrong.
pub(super) fn problem(cause: Cause, detail: &Detail, picture: &Picture) -> Notice {
    let (title, text, mut actions) = match cause {
        Cause::NotSetUp => {
            let text = "Tell it which folder to watch and where to send its files. It takes a minute.";
            ("OutTray is not set up yet".to_owned(), text.to_owned(), vec![Action::SetUp])
        }
        Cause::Settings => {
            let text = if picture.running {
                "The last good settings stay in force until the file is corrected."
            } else {
                "Nothing is sent until the file is corrected. Nothing is lost."
            };
            ("There is a mistake in the settings".into(), text.into(), vec![Action::OpenSettings])
        }
        Cause::Folder => folder(&detail.kind),
        Cause::Ledger => {
            let text = "Perhaps the disk is full. Until there is space, nothing is sent.";
            let actions = vec![Action::ShowProblem, Action::RetryNow];
            ("OutTray cannot write its records".into(), format!("{text} {}", safe(picture.waiting)), actions)
        }
        Cause::Refused => refused(&detail.kind, picture.waiting),
        Cause::SetUp => set_up(&detail.kind, picture.waiting),
        Cause::Offline => offline(&detail.kind, picture.waiting),
        Cause::Rejected => rejected(detail),
        Cause::Access => access(detail),
        Cause::Update => newer(&detail.kind, true),
    };
    // What is said but once needs no peace.
    if !matches!(cause, Cause::NotSetUp | Cause::Settings | Cause::Update) {
        actions.push(Action::NotToday);
    }
    let urgency = match cause {
        Cause::Folder | Cause::Ledger | Cause::Refused | Cause::SetUp => Urgency::Critical,
        _ => Urgency::Normal,
    };
    Notice { cause, title, body: text, urgency, actions }
}

/// The end of something that was announced; `None` where no word is needed.
pub(super) fn over(cause: Cause, picture: &Picture) -> Option<Notice> {
    let title = match cause {
        Cause::NotSetUp | Cause::Update => return None,
        Cause::Settings => "The settings are in order again",
        Cause::Folder => "The folder can be used again",
        Cause::Ledger => "OutTray works again",
        Cause::Refused | Cause::SetUp | Cause::Offline => "OutTray is sending again",
        Cause::Rejected | Cause::Access => "No file is held back any more",
    };
    let text = match (cause, picture.waiting, picture.rejected) {
        (Cause::Settings, ..) => "They are in force now.".to_owned(),
        (_, 0, 0) => "Everything is sent.".to_owned(),
        (_, 0, few) => format!("Everything is sent, except {}.", held_back(few)),
        (_, waiting, _) => {
            format!("{} on the way.", if waiting == 1 { "1 file is".into() } else { format!("{waiting} files are") })
        }
    };
    Some(Notice { cause, title: title.into(), body: text, urgency: Urgency::Low, actions: Vec::new() })
}

fn held_back(count: u64) -> String {
    if count == 1 {
        "1 file that cannot be sent as it is".into()
    } else {
        format!("{count} files that cannot be sent as they are")
    }
}

/// There is a newer version of OutTray.
pub fn update_is_there(version: &str, by_itself: bool) -> Notice {
    let (title, body, actions) = newer(version, by_itself);
    Notice { cause: Cause::Update, title, body, urgency: Urgency::Low, actions }
}

/// A person asked for it, and it did not work.
pub fn not_updated(reason: &str, hint: Option<String>) -> Notice {
    let hint = hint.map_or_else(String::new, |hint| format!(" {hint}"));
    Notice {
        cause: Cause::Update,
        title: "OutTray could not be updated".into(),
        body: format!("The present version stays. Reason: {reason}.{hint}"),
        urgency: Urgency::Normal,
        actions: Vec::new(),
    }
}

fn newer(version: &str, by_itself: bool) -> Words {
    let text = if by_itself {
        "It takes a moment. What waits is sent afterwards."
    } else {
        "A click shows where it is. This copy is not replaced by itself."
    };
    (format!("OutTray {version} is there"), text.into(), vec![Action::Update])
}

type Words = (String, String, Vec<Action>);

/// What it means for the data.
fn safe(waiting: u64) -> String {
    match waiting {
        0 => "Nothing is lost.".into(),
        1 => "Nothing is lost. 1 file waits here.".into(),
        many => format!("Nothing is lost. {many} files wait here."),
    }
}

fn offline(kind: &str, waiting: u64) -> Words {
    let retry = vec![Action::ShowProblem, Action::RetryNow];
    let (title, text, actions) = match kind {
        "network.portal" => {
            let text = "Sign in with the web browser; OutTray then goes on by itself.";
            ("This network wants you to sign in", text, vec![Action::SignIn, Action::RetryNow])
        }
        "network.tls_clock" => {
            ("The clock of this computer looks wrong", "No secure connection is possible until it is right.", retry)
        }
        "network.proxy" => (
            "The proxy lets nothing through",
            "Check its address and password.",
            vec![Action::OpenSettings, Action::RetryNow],
        ),
        "network.tls" | "network.tls_issuer" | "network.tls_name" => {
            ("No secure connection", "Something on this network gets in between. OutTray keeps trying.", retry)
        }
        _ if kind.starts_with("network.") => {
            ("No connection", "OutTray goes on by itself when the connection is back.", retry)
        }
        _ => ("The server has trouble", "OutTray keeps trying by itself.", retry),
    };
    (title.into(), format!("{} {text}", safe(waiting)), actions)
}

fn refused(kind: &str, waiting: u64) -> Words {
    let (title, text, actions) = match kind {
        "presign.forbidden" => (
            "The server does not accept this device",
            "Check the device ID and key, or ask whoever runs the server.",
            vec![Action::ShowProblem, Action::OpenSettings],
        ),
        "auth.locked" => (
            "OutTray cannot get at its key",
            "Unlock the keychain, or answer its question on the screen.",
            vec![Action::ShowProblem, Action::RetryNow],
        ),
        _ if kind.starts_with("auth.") => (
            "OutTray has no key for the server",
            "Store the one you were given: outtray auth set.",
            vec![Action::ShowProblem, Action::OpenSettings],
        ),
        "put.forbidden" => (
            "The storage refuses the uploads",
            "Tell whoever runs the server.",
            vec![Action::ShowProblem, Action::RetryNow],
        ),
        _ => (
            "Something changes the uploads on their way",
            "Often it is a proxy or a security program.",
            vec![Action::ShowProblem, Action::RetryNow],
        ),
    };
    (title.into(), format!("{} {text}", safe(waiting)), actions)
}

fn set_up(kind: &str, waiting: u64) -> Words {
    let settings = || vec![Action::ShowProblem, Action::OpenSettings];
    let (title, text, actions) = match kind {
        "presign.not_found" | "presign.redirect" | "presign.bad_reply" => {
            ("The API URL seems to be wrong", "Compare it with the one you were given.", settings())
        }
        "presign.bad_request" => ("The server refuses every file", "Check the device ID.", settings()),
        _ => (
            "The server does not do what it should",
            "Tell whoever runs it.",
            vec![Action::ShowProblem, Action::RetryNow],
        ),
    };
    (title.into(), format!("{} {text}", safe(waiting)), actions)
}

fn folder(kind: &str) -> Words {
    let actions = vec![Action::ShowProblem, Action::OpenSettings];
    let (title, text) = match kind {
        "folder.read_only" => (
            "OutTray may not change the watched folder",
            "It has to rename each sent file. Until it may, nothing is sent. Nothing is lost.",
        ),
        "instance.held" => (
            "Another OutTray uses the watched folder",
            "Quit it, or choose another folder. Until then this one sends nothing.",
        ),
        _ => (
            "The watched folder is not there",
            "Connect its drive, or choose another folder. OutTray has deleted nothing and goes on when it is back.",
        ),
    };
    (title.into(), text.into(), actions)
}

fn rejected(detail: &Detail) -> Words {
    let actions = vec![Action::ShowProblem];
    let named = detail.file.as_deref().map(shortened);
    if let Some(reason) = &detail.guard {
        let file = named.unwrap_or_else(|| "A file".into());
        let title = match detail.count {
            1 => "1 file is held back for your decision".into(),
            many => format!("{many} files are held back or cannot be sent"),
        };
        return (title, format!("{file}: {reason}. Nothing was sent of it; other files go on."), actions);
    }
    if detail.count == 1 {
        let file = named.unwrap_or_else(|| "The file".into());
        let text = format!("{file} {}. It stays where it is; other files go on.", fault(&detail.kind));
        return ("1 file cannot be sent as it is".into(), text, actions);
    }
    let title = format!("{} files cannot be sent as they are", detail.count);
    let text = match named {
        Some(file) => format!("{file} is one of them. They stay where they are; other files go on."),
        None => "They stay where they are; other files go on.".into(),
    };
    (title, text, actions)
}

/// Why one file is rejected, after its name.
fn fault(kind: &str) -> &'static str {
    match kind {
        "file.invalid_json" => "is not a whole JSON document",
        "file.empty" => "is empty",
        "file.too_large" | "put.too_large" => "is too large",
        "file.name_too_long" | "presign.too_large" => "has too long a name",
        "file.name_not_unicode" => "has a name that is no valid text",
        "file.not_regular" => "is a link or a device",
        "file.hard_link" => "has a second name elsewhere",
        _ => "was not taken by the server",
    }
}

fn access(detail: &Detail) -> Words {
    let actions = vec![Action::ShowProblem, Action::RetryNow];
    let files = if detail.count == 1 { "1 file".to_owned() } else { format!("{} files", detail.count) };
    let which = detail.file.as_deref().map_or_else(String::new, |file| match detail.count {
        1 => format!("{}: ", shortened(file)),
        _ => format!("{} is one of them. ", shortened(file)),
    });
    if detail.kind == "file.not_renamed" {
        let text = format!("{which}Safely stored and not sent again. Another program may have it open.");
        return (format!("{files} cannot be marked as sent"), text, actions);
    }
    let text = format!("{which}Another program may have it open, or OutTray lacks the right. Nothing is lost.");
    (format!("{files} cannot be read"), text, actions)
}

/// A name of bearable length; it comes escaped (see [`crate::files::shown`]).
fn shortened(name: &str) -> String {
    let length = name.chars().count();
    if length <= NAME_SHOWN {
        return name.to_owned();
    }
    let half = NAME_SHOWN / 2;
    let (head, tail) = (name.chars().take(half), name.chars().skip(length - half + 1));
    head.chain(['…']).chain(tail).collect()
}
