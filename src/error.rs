//! How an error speaks to a person and to a program.
//!
//! In: any error of ours, as a chain of causes. Out: one text for people, a `kind` for programs, a hint to act on.
//! Not here: the errors themselves (each lives beside the code that fails) and exit codes (`cli`).

use std::error::Error;

/// What every error of ours can say beside its message.
pub trait Explain: Error {
    /// A stable dotted name for programs, for example `config.unknown_key` or `presign.forbidden`.
    fn kind(&self) -> &str;

    /// What a person can do about it, where there is something to do.
    fn hint(&self) -> Option<String> {
        None
    }
}

/// The message and its causes in one line: `reading config.toml: permission denied`.
///
/// A cause whose text the line holds already is not repeated.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = inner.source();
    }
    text
}
