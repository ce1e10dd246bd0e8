//! Writing changed settings into the user's file.
//!
//! In: what was changed. Out: the file with these values in place of the old, comments and order kept; or every problem.
//! Not here: the check while somebody types (`settings::form`).

use crate::config::{Problems, Sources, edit};
use crate::host::Home;

/// The settings as they are on disk now.
pub fn sources(home: &Home) -> Result<Sources, Problems> {
    Sources::read(&home.paths, &|name| std::env::var_os(name))
}

/// Onto the file as it is now: somebody else may have written to it since it was shown.
pub fn save(home: &Home, changes: &[(&str, &str)]) -> Result<(), Problems> {
    let text = edit::set_all(&sources(home)?, changes)?;
    edit::write_atomically(&home.paths.config, &text)
}
