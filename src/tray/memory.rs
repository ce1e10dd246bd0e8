//! What the tray remembers over restarts: which notices wait until tomorrow.
//!
//! In: causes with the end of their snooze. Out: the same after the next start. A file that cannot be read or written
//! costs a notice too many, never the program. Not here: what a snooze does (`notice`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::notice::Cause;
use crate::platform::replace::replace_lightly;

/// In the state folder.
const FILE: &str = "snoozed.json";

#[derive(Debug, Clone)]
pub(super) struct Memory {
    file: PathBuf,
}

impl Memory {
    pub(super) fn of(state_dir: &Path) -> Self {
        Self { file: state_dir.join(FILE) }
    }

    pub(super) fn snoozed(&self) -> BTreeMap<Cause, Timestamp> {
        let text = match std::fs::read_to_string(&self.file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return BTreeMap::new(),
            Err(error) => {
                tracing::warn!(target: "outtray", "{} cannot be read: {error}", self.file.display());
                return BTreeMap::new();
            }
        };
        let known: BTreeMap<String, Timestamp> = serde_json::from_str(&text).unwrap_or_default();
        // A cause of another version is left out.
        let cause = |key: &str| Cause::ALL.into_iter().find(|cause| cause.key() == key);
        known.into_iter().filter_map(|(key, until)| Some((cause(&key)?, until))).collect()
    }

    pub(super) fn keep(&self, snoozed: &BTreeMap<Cause, Timestamp>) {
        let named: BTreeMap<&str, Timestamp> = snoozed.iter().map(|(cause, until)| (cause.key(), *until)).collect();
        let text = serde_json::to_string(&named).expect("words and times always serialise");
        if let Err(error) = replace_lightly(&self.file, text.as_bytes()) {
            tracing::warn!(target: "outtray", "{} cannot be written: {error}", self.file.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back() {
        let place = tempfile::tempdir().unwrap();
        let memory = Memory::of(&place.path().join("state"));
        assert_eq!(memory.snoozed(), BTreeMap::new());
        let tomorrow = "2026-01-28T00:00:00Z".parse().unwrap();
        let snoozed = Cause::ALL.into_iter().map(|cause| (cause, tomorrow)).collect();
        memory.keep(&snoozed);
        assert_eq!(Memory::of(&place.path().join("state")).snoozed(), snoozed);
    }

    #[test]
    fn odd_files_are_as_good_as_none() {
        let place = tempfile::tempdir().unwrap();
        let memory = Memory::of(place.path());
        for text in ["", "[1]", "{\"offline\":\"soon\"}", "{\"weather\":\"2026-01-28T00:00:00Z\"}"] {
            std::fs::write(place.path().join(FILE), text).unwrap();
            assert_eq!(memory.snoozed(), BTreeMap::new(), "{text}");
        }
    }
}
