//! The question what is done about personal data, and the words of its answers in the settings.
//!
//! In: what the settings say, what the person chose. Out: the mode that is wanted, and whether it is agreed to: nobody
//! turns the guard off with one careless click. Not here: what each mode does (`crate::guard`), asking (whoever shows it).

use crate::guard::Mode;
use crate::setup::begin::{Beginning, Lock};
use crate::setup::enrolment::Settings;

pub(super) const KEY: &str = "guard.mode";

/// In the order in which they are offered.
pub const MODES: [Mode; 4] = [Mode::Redact, Mode::Report, Mode::Block, Mode::Off];

/// The question as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal {
    pub mode: Mode,
    pub lock: Option<Lock>,
    /// Off is wanted and was not before: a word is needed.
    pub asks_twice: bool,
    /// The person wanted to go on without the word.
    pub lacks_word: bool,
}

#[derive(Debug, Default)]
pub(super) struct Answer {
    /// `None` leaves it as it is.
    pub mode: Option<Mode>,
    pub agreed: bool,
}

/// As the settings write it.
pub fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Redact => "redact",
        Mode::Report => "report",
        Mode::Block => "block",
        Mode::Off => "off",
    }
}

impl Answer {
    pub(super) fn wanted(&self, beginning: &Beginning, shared: &Settings) -> Mode {
        let of_line = shared.get(KEY).and_then(|text| MODES.into_iter().find(|mode| word(*mode) == text));
        self.mode.or(of_line).unwrap_or(beginning.known.config.guard.mode)
    }

    pub(super) fn shown(&self, beginning: &Beginning, shared: &Settings, pressed: bool) -> Personal {
        let (mode, lock) = (self.wanted(beginning, shared), beginning.lock(KEY));
        let asks_twice = lock.is_none() && mode == Mode::Off && beginning.known.config.guard.mode != Mode::Off;
        Personal { mode, lock, asks_twice, lacks_word: asks_twice && pressed && !self.agreed }
    }

    /// Into what is to be written; a default that stands nowhere goes on standing nowhere.
    pub(super) fn put(&self, beginning: &Beginning, settings: &mut Settings) {
        let Some(mode) = self.mode.filter(|_| beginning.lock(KEY).is_none()) else { return };
        if mode == beginning.known.config.guard.mode {
            settings.remove(KEY);
        } else {
            settings.insert(KEY.into(), word(mode).into());
        }
    }
}
