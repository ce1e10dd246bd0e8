//! Why a document is not sent: in words and counts, never with what was found.
//!
//! In: what the guard met. Out: a sentence, a kind for programs, what to do. Not here: meeting it (`pass`).

use super::tally::Tally;
use crate::error::Explain;

/// The document stays where it is until it changes, the settings do, or the person decides.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    #[error("it holds personal data ({words}), and guard.mode is \"block\"", words = .0.words())]
    Found(Tally),
    #[error("personal data ({words}) stands in an id, a number or the name of a field, where hiding it could break the document", words = .0.words())]
    InStructure(Tally),
    #[error("it holds {words}; more than {most} in one document are not sent", words = .found.words())]
    TooMany { found: Tally, most: u64 },
    #[error("the guard cannot read it: it is not valid JSON (byte {0})")]
    NotJson(usize),
    #[error("the guard cannot read it: it is not UTF-8 text")]
    NotText,
    #[error("it is too large for the guard, which reads up to {most} bytes")]
    TooLarge { most: u64 },
    #[error("it has too many values for the guard")]
    TooManyValues,
    #[error("something that looks like personal data ({words}) was left after everything was hidden", words = .0.words())]
    Left(Tally),
    #[error("the guard met a fault of its own in it")]
    Fault,
    #[error("the guard did not come to an end with it in time")]
    Slow,
    #[error("the guard has no room to work: {0}")]
    NoRoom(String),
}

impl Explain for Blocked {
    fn kind(&self) -> &'static str {
        match self {
            Self::Found(_) => "guard.blocked",
            Self::InStructure(_) => "guard.structure",
            Self::TooMany { .. } => "guard.too_many",
            Self::NotJson(_) => "guard.not_json",
            Self::NotText => "guard.not_text",
            Self::TooLarge { .. } => "guard.too_large",
            Self::TooManyValues => "guard.too_many_values",
            Self::Left(_) => "guard.left",
            Self::Fault => "guard.fault",
            Self::Slow => "guard.slow",
            Self::NoRoom(_) => "guard.no_room",
        }
    }

    fn hint(&self) -> Option<String> {
        const EITHER: &str = "Nothing was sent. `outtray guard FILE` shows what it is. `outtray retry FILE --redacted` \
                              sends it with everything hidden, `outtray retry FILE --as-is` as it stands.";
        const AS_IS: &str =
            "Nothing was sent. If you know what is in it, `outtray retry FILE --as-is` sends it as it stands.";
        Some(match self {
            Self::Found(_) | Self::InStructure(_) => EITHER.into(),
            Self::TooMany { .. } => format!("Raise guard.max_findings if that is right. {AS_IS}"),
            Self::TooLarge { .. } => format!("Raise guard.max_bytes. {AS_IS}"),
            Self::NotText => format!("Only text can be looked through. {AS_IS}"),
            Self::NotJson(_) | Self::TooManyValues | Self::Slow => AS_IS.into(),
            Self::Left(_) | Self::Fault => format!("`outtray bundle` packs what support needs to know. {AS_IS}"),
            Self::NoRoom(_) => "Nothing was sent. It is tried again by itself when there is space on the disk.".into(),
        })
    }
}
