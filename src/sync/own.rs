//! What is OutTray's own in a folder that it watches: state, logs, settings. Never a candidate.
//!
//! In: the places of the [`Setup`]. Out: whether a folder or a file is one of them, by identity and not by path.
//! A status that is sent changes the status: without this a folder above OutTray's own would keep it busy for ever.
//! Not here: refusing such a folder as `watch_dir` (`config`), which names count otherwise (`files`).

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

use super::Setup;
use crate::platform::dir::{Dir, FileId};

/// As they were when this was made: a state folder can be removed, and made anew.
#[derive(Debug, Clone, Default)]
pub(super) struct Own {
    /// Nothing in or below these counts.
    folders: Vec<FileId>,
    /// Single files: the folder, and the name in it. A file that is written anew keeps no identity of its own.
    files: Vec<(FileId, OsString)>,
}

impl Own {
    pub(super) fn of(setup: &Setup) -> Self {
        let config = &setup.config_path;
        // The file itself, where the usual place holds a link.
        let real = std::fs::canonicalize(config).ok();
        let file = |path: &Path| Some((id(path.parent()?)?, path.file_name()?.to_owned()));
        Self {
            folders: [&setup.state_dir, &setup.log_dir].into_iter().filter_map(|folder| id(folder)).collect(),
            files: [Some(config), real.as_ref()].into_iter().flatten().filter_map(|path| file(path)).collect(),
        }
    }

    pub(super) fn is_folder(&self, id: FileId) -> bool {
        self.folders.contains(&id)
    }

    pub(super) fn is_file(&self, folder: FileId, name: &OsStr) -> bool {
        self.files.iter().any(|(own, file)| *own == folder && file == name)
    }

    /// Whether a name below the watched folder is one of ours. One whose folder cannot be opened is nobody's now.
    pub(super) fn holds(&self, root: &Arc<Dir>, name: &str) -> bool {
        let mut dir = Arc::clone(root);
        let mut rest = name;
        loop {
            let Ok(here) = dir.stat_self() else { return false };
            if self.is_folder(here.id) {
                return true;
            }
            let Some((folder, below)) = rest.split_once('/') else {
                return self.is_file(here.id, OsStr::new(rest));
            };
            let Ok(next) = dir.open_folder(OsStr::new(folder)) else { return false };
            (dir, rest) = (Arc::new(next), below);
        }
    }
}

fn id(folder: &Path) -> Option<FileId> {
    Dir::open(folder).and_then(|dir| dir.stat_self()).ok().map(|stat| stat.id)
}
