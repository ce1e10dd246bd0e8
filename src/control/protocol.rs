//! What is said on the control socket.
//!
//! In: one line from a caller. Out: a [`Request`], or an [`Unfit`] that tells the caller what is wrong with the line.
//! Not here: carrying lines (`client`, `server`), the shapes of status and events (`sync::event`).

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::Explain;
use crate::sync::Choice;

/// A longer line is refused, whatever it says. In bytes.
pub const LINE_MAX: usize = 64 * 1024;

/// The version of this protocol, as `hello` tells it.
pub const VERSION: u32 = 1;

/// The longest pause that can be asked for, in seconds: ten years. For ever is said by no number.
pub const PAUSE_MAX_SECS: u64 = 10 * 366 * 86_400;

/// No setting has a longer name. In bytes.
const FIELD_MAX: usize = 80;

/// One command to a running engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "cmd", rename_all = "snake_case")]
pub enum Request {
    /// Who is there: program, version, protocol.
    Hello,
    /// Answers the status itself.
    Status,
    /// A whole pass; answers when it is done.
    Sync,
    /// Without seconds: until somebody resumes.
    Pause {
        #[serde(skip_serializing_if = "Option::is_none")]
        secs: Option<u64>,
    },
    Resume,
    /// Without a file: all of them.
    Retry {
        #[serde(skip_serializing_if = "Option::is_none")]
        file: Option<String>,
    },
    /// As [`Request::Retry`], for a file that the guard holds back: how its present content is sent.
    #[serde(rename = "retry")]
    Decide {
        file: String,
        guard: Choice,
    },
    Why {
        file: String,
    },
    /// Reads the configuration again.
    Reload,
    /// A stream of events; the first line is the present state.
    Events,
    Quit,
    /// To the desktop program alone: it ends and starts itself again, as after an update.
    Restart,
    /// Brings the window to the front.
    Show(Show),
}

/// What the window shall show; without a page what it shows anyway.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Show {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    /// The setting to begin at, for example `device_id`. Whether there is such a setting is for the window to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    Status,
    Settings,
    Setup,
    About,
}

/// A line that cannot be obeyed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("this line is longer than 64 KiB")]
    TooLong,
    #[error("this line is not a JSON object")]
    NotAnObject,
    #[error("the command is missing")]
    NoCommand,
    #[error("there is no command {0:?}")]
    UnknownCommand(String),
    #[error("{member} of {command:?} must be {wanted}")]
    BadMember { command: &'static str, member: &'static str, wanted: &'static str },
}

impl Explain for Unfit {
    fn kind(&self) -> &'static str {
        match self {
            Self::TooLong => "control.line_too_long",
            Self::NotAnObject => "control.not_json",
            Self::NoCommand => "control.no_command",
            Self::UnknownCommand(_) => "control.unknown_command",
            Self::BadMember { .. } => "control.bad_member",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::TooLong | Self::NotAnObject | Self::NoCommand => {
                "Send one JSON object a line, for example {\"cmd\":\"status\"}.".into()
            }
            Self::UnknownCommand(_) => {
                "Known are hello, status, sync, pause, resume, retry, why, reload, events, quit and show.".into()
            }
            Self::BadMember { .. } => return None,
        })
    }
}

impl Request {
    /// Reads one line. Members that a command does not know are left alone: a newer caller may send more.
    pub fn parse(line: &[u8]) -> Result<Self, Unfit> {
        let Ok(Value::Object(object)) = serde_json::from_slice(line) else { return Err(Unfit::NotAnObject) };
        let command = match object.get("cmd") {
            Some(Value::String(command)) => command.as_str(),
            Some(_) | None => return Err(Unfit::NoCommand),
        };
        Ok(match command {
            "hello" | "version" => Self::Hello,
            "status" => Self::Status,
            "sync" => Self::Sync,
            "pause" => Self::Pause { secs: seconds(&object)? },
            "resume" => Self::Resume,
            "retry" => match (file(&object, "retry")?, guard(&object)?) {
                (file, None) => Self::Retry { file },
                (Some(file), Some(guard)) => Self::Decide { file, guard },
                (None, Some(_)) => return Err(bad_file("retry")),
            },
            "why" => Self::Why { file: file(&object, "why")?.ok_or(bad_file("why"))? },
            "reload" => Self::Reload,
            "events" => Self::Events,
            "quit" => Self::Quit,
            "restart" => Self::Restart,
            "show" => Self::Show(show(&object)?),
            other => return Err(Unfit::UnknownCommand(other.chars().take(40).collect())),
        })
    }

    /// As a line, with its end.
    pub fn line(&self) -> String {
        // Maps of strings and numbers always serialise.
        serde_json::to_string(self).map_or_else(|_| "\n".into(), |text| text + "\n")
    }
}

fn seconds(object: &Map<String, Value>) -> Result<Option<u64>, Unfit> {
    let bad = Unfit::BadMember { command: "pause", member: "secs", wanted: "a whole number from 1 to ten years" };
    match object.get("secs") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_u64().filter(|secs| (1..=PAUSE_MAX_SECS).contains(secs)).map(Some).ok_or(bad),
    }
}

fn file(object: &Map<String, Value>, command: &'static str) -> Result<Option<String>, Unfit> {
    match object.get("file") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) if !name.is_empty() => Ok(Some(name.clone())),
        Some(_) => Err(bad_file(command)),
    }
}

fn guard(object: &Map<String, Value>) -> Result<Option<Choice>, Unfit> {
    match object.get("guard") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => serde_json::from_value(value.clone()).map(Some).map_err(|_| Unfit::BadMember {
            command: "retry",
            member: "guard",
            wanted: "redact or off",
        }),
    }
}

fn show(object: &Map<String, Value>) -> Result<Show, Unfit> {
    let bad = |member, wanted| Unfit::BadMember { command: "show", member, wanted };
    let page = match object.get("page") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) if name == "status" => Some(Page::Status),
        Some(Value::String(name)) if name == "settings" => Some(Page::Settings),
        Some(Value::String(name)) if name == "setup" => Some(Page::Setup),
        Some(Value::String(name)) if name == "about" => Some(Page::About),
        Some(_) => return Err(bad("page", "status, settings, setup or about")),
    };
    let field = match object.get("field") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) if (1..=FIELD_MAX).contains(&name.len()) => Some(name.clone()),
        Some(_) => return Err(bad("field", "the name of a setting")),
    };
    Ok(Show { page, field })
}

fn bad_file(command: &'static str) -> Unfit {
    Unfit::BadMember { command, member: "file", wanted: "the name of a file" }
}

/// `{"ok":true}` with further members.
pub fn done(members: Value) -> Value {
    let mut answer = Map::from_iter([("ok".to_owned(), Value::Bool(true))]);
    if let Value::Object(more) = members {
        answer.extend(more);
    }
    Value::Object(answer)
}

/// `{"ok":false,"error":{…}}`.
pub fn refused(error: &dyn Explain) -> Value {
    refusal(error.kind(), &error.to_string(), error.hint())
}

#[allow(clippy::needless_pass_by_value, reason = "made in place by every caller")]
pub fn refusal(kind: &str, message: &str, hint: Option<String>) -> Value {
    json!({"ok": false, "error": {"kind": kind, "message": message, "hint": hint}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for request in [
            Request::Hello,
            Request::Pause { secs: Some(3600) },
            Request::Pause { secs: None },
            Request::Retry { file: Some("a.json".into()) },
            Request::Decide { file: "a.json".into(), guard: Choice::AsIs },
            Request::Decide { file: "a.json".into(), guard: Choice::Redact },
            Request::Why { file: "sub/ü.json".into() },
            Request::Events,
            Request::Restart,
            Request::Show(Show::default()),
            Request::Show(Show { page: Some(Page::Setup), field: None }),
            Request::Show(Show { page: Some(Page::Settings), field: Some("files.settle_ms".into()) }),
        ] {
            assert_eq!(Request::parse(request.line().trim_end().as_bytes()), Ok(request));
        }
    }

    #[test]
    fn a_bare_show_stays_as_short_as_it_was() {
        assert_eq!(Request::Show(Show::default()).line(), "{\"cmd\":\"show\"}\n");
        assert_eq!(Request::parse(br#"{"cmd":"show","page":null,"field":null}"#), Ok(Request::Show(Show::default())));
    }

    #[test]
    fn ignores_members_of_newer_callers() {
        assert_eq!(Request::parse(br#"{"cmd":"sync","wait":true,"id":7}"#), Ok(Request::Sync));
    }

    #[test]
    fn names_what_is_wrong() {
        let kinds: Vec<_> = [
            &b"not json"[..],
            b"[]",
            b"\xff\xfe\0",
            b"{}",
            br#"{"cmd":7}"#,
            br#"{"cmd":"no_such"}"#,
            br#"{"cmd":"pause","secs":-1}"#,
            br#"{"cmd":"pause","secs":1.5}"#,
            br#"{"cmd":"pause","secs":99999999999}"#,
            br#"{"cmd":"why"}"#,
            br#"{"cmd":"retry","file":["a"]}"#,
            br#"{"cmd":"retry","file":"a","guard":"on"}"#,
            br#"{"cmd":"retry","guard":"off"}"#,
            br#"{"cmd":"show","page":"secrets"}"#,
            br#"{"cmd":"show","page":1}"#,
            br#"{"cmd":"show","page":"settings","field":""}"#,
        ]
        .iter()
        .map(|line| Request::parse(line).unwrap_err().kind().to_owned())
        .collect();
        let [json, none, unknown, member] =
            ["control.not_json", "control.no_command", "control.unknown_command", "control.bad_member"];
        let wanted = [vec![json, json, json, none, none, unknown], vec![member; 10]].concat();
        assert_eq!(kinds, wanted);
    }

    #[test]
    fn answers_in_two_shapes() {
        assert_eq!(done(json!({"synced": 3})).to_string(), r#"{"ok":true,"synced":3}"#);
        let answer = refused(&Unfit::UnknownCommand("x".into()));
        assert_eq!(answer["ok"], false);
        assert_eq!(answer["error"]["message"], "there is no command \"x\"");
    }
}
