//! The language that a person has chosen for this computer.
//!
//! In: nothing but the system. Out: a BCP 47 tag. Not here: which of OutTray's languages that means (`window`).

/// `de-DE`; `None` where nobody has said.
pub fn of_this_user() -> Option<String> {
    sys_locale::get_locale()
}
