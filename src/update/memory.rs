//! What is remembered about updates over restarts.
//!
//! In: the state folder. Out: `update.json` in it. One that cannot be read or written costs a question too many, never the
//! program. Not here: what follows from it (`daily`).

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::platform::replace::replace_lightly;

const FILE: &str = "update.json";

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// When the release server was last asked.
    pub asked: Option<Timestamp>,
    /// The mark of its answer.
    pub etag: Option<String>,
    /// The newest version there.
    pub newest: Option<String>,
    /// The version that a person was told of.
    pub told: Option<String>,
}

impl Memory {
    pub fn read(state_dir: &Path) -> Self {
        let text = std::fs::read_to_string(file(state_dir)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub fn keep(&self, state_dir: &Path) {
        let text = serde_json::to_string(self).expect("texts and times always serialise");
        if let Err(error) = replace_lightly(&file(state_dir), text.as_bytes()) {
            tracing::warn!(target: "outtray", "{} cannot be written: {error}", file(state_dir).display());
        }
    }

    pub fn newest(&self) -> Option<Version> {
        Version::parse(self.newest.as_deref()?).ok()
    }
}

fn file(state_dir: &Path) -> PathBuf {
    state_dir.join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_and_odd_files_are_as_good_as_none() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("state");
        assert_eq!(Memory::read(&folder), Memory::default());
        let memory = Memory {
            asked: Some("2026-03-01T10:00:00Z".parse().expect("a time")),
            etag: Some("\"x\"".into()),
            newest: Some("1.4.0".into()),
            told: None,
        };
        memory.keep(&folder);
        assert_eq!(Memory::read(&folder), memory);
        assert_eq!(memory.newest(), Some(Version::new(1, 4, 0)));
        for text in ["", "[1]", "{\"asked\":\"soon\"}"] {
            std::fs::write(folder.join(FILE), text).expect("written");
            assert_eq!(Memory::read(&folder), Memory::default(), "{text}");
        }
    }
}
