//! `watch_dir` against the places where OutTray keeps its own files.
//!
//! In: paths and checked settings. Out: a problem when the two are one folder; the places that lie below the watched one.
//! Not here: passing them by in a listing (`sync`).

use std::path::{Path, PathBuf};

use super::problem::{Kind, Problem, Problems, Spot};
use super::{Config, Loaded};
use crate::paths::Paths;

const REASON: &str = "is a folder where OutTray keeps its own files, which it never sends";
const ADVICE: &str = "Choose the folder where your program writes its files, or make one for them.";

pub(super) fn refuse_as_folder(paths: &Paths, loaded: &Loaded) -> Result<(), Problems> {
    let folder = real(&loaded.config.watch_dir);
    if ![&paths.state_dir, &paths.log_dir].into_iter().any(|own| real(own) == folder) {
        return Ok(());
    }
    let settled = loaded.settled.get("watch_dir");
    let spot = settled.and_then(|settled| settled.spot.clone()).unwrap_or_else(|| Spot::File(paths.config.clone()));
    let written = settled.map_or_else(String::new, |settled| settled.written.clone());
    Err(Problem::with_value(Kind::BadValue, &spot, "watch_dir", &written, REASON).hinting(ADVICE).into())
}

/// OutTray's own places that a look into all sub-folders leaves out.
pub fn left_out(paths: &Paths, config: &Config) -> Vec<PathBuf> {
    let folder = real(&config.watch_dir);
    let own = [&paths.state_dir, &paths.log_dir].into_iter();
    own.filter(|own| config.files.recursive && real(own).starts_with(&folder)).cloned().collect()
}

/// The same for every spelling of one folder, as long as it is there.
fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
