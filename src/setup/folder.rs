//! A look into the folder that is to be watched: can it be read and renamed in, and how many files wait there.
//!
//! In: a path, and which names count. Out: a [`Look`]. What it makes for a trial it removes again.
//! Not here: which files are whole (`sync`), making the folder (`finish`).

use std::io;
use std::path::{Path, PathBuf};

use crate::config::Files;
use crate::error::Explain;
use crate::files::synced_name;
use crate::platform::dir::Dir;
use crate::platform::places;
use crate::sync::inspect;

/// What there is at the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// It can be read and renamed in, and so many files wait there.
    Good {
        waiting: usize,
    },
    /// It is not there yet, and can be made.
    New,
    Bad(BadFolder),
}

/// Why a folder is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFolder {
    #[error("{folder} cannot be opened: {reason}", folder = folder.display())]
    Unreadable { folder: PathBuf, reason: String },
    #[error("{what} in {folder}: {reason}", folder = folder.display())]
    ReadOnly { what: &'static str, folder: PathBuf, reason: String },
}

impl Explain for BadFolder {
    fn kind(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "folder.unreadable",
            Self::ReadOnly { .. } => "folder.read_only",
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unreadable { .. } => "Make the folder, or correct watch_dir: `outtray config set watch_dir FOLDER`.",
            Self::ReadOnly { .. } => {
                "OutTray marks sent files by renaming them: give your user the right to change this folder."
            }
        };
        Some(hint.into())
    }
}

/// Looks and tries; may take long on a network drive.
pub fn look(folder: &Path, files: &Files) -> Look {
    if is_missing(folder) {
        return if can_be_made(folder) { Look::New } else { Look::Bad(unreadable(folder, &no_place())) };
    }
    match try_out(folder) {
        Ok(()) => match inspect::count(folder, files) {
            Ok(waiting) => Look::Good { waiting },
            Err(error) => Look::Bad(unreadable(folder, &error)),
        },
        Err(bad) => Look::Bad(bad),
    }
}

/// Makes a file of our own, renames it as sent files are renamed, and removes it.
pub fn try_out(folder: &Path) -> Result<(), BadFolder> {
    let dir = Dir::open(folder).map_err(|error| unreadable(folder, &error))?;
    let name = format!(".outtray-probe-{:016x}.json", fastrand::u64(..));
    let renamed = synced_name(name.as_ref(), 0);
    let denied =
        |what, error: &io::Error| BadFolder::ReadOnly { what, folder: folder.into(), reason: error.to_string() };
    dir.list(&mut |_, _| {}).map_err(|error| denied("cannot list the files", &error))?;
    dir.create_new(name.as_ref()).map_err(|error| denied("cannot make a file", &error))?;
    if let Err(error) = dir.rename_new(name.as_ref(), &renamed) {
        // It was made a moment ago; should it stay, its name keeps it from being sent.
        let _ = dir.remove(name.as_ref());
        return Err(denied("cannot rename a file", &error));
    }
    dir.remove(&renamed).map_err(|error| denied("cannot remove a file", &error))
}

pub(super) fn is_missing(folder: &Path) -> bool {
    folder.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// The nearest folder above that exists takes new ones.
fn can_be_made(folder: &Path) -> bool {
    folder
        .ancestors()
        .skip(1)
        .find(|above| above.exists())
        .is_some_and(|above| above.is_dir() && places::is_writable(above))
}

fn no_place() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "it is not there, and your user cannot make it")
}

fn unreadable(folder: &Path, error: &io::Error) -> BadFolder {
    BadFolder::Unreadable { folder: folder.into(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn files() -> Files {
        let text = "api_url = \"https://api.example/new\"\ndevice_id = \"d\"\nwatch_dir = \"/m\"\n";
        Config::parse(text, Path::new("/c/config.toml")).unwrap().config.files
    }

    #[test]
    fn a_good_folder_is_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.json", "b.json.synced", "c.txt"] {
            std::fs::write(folder.path().join(name), "{}").unwrap();
        }
        assert_eq!(look(folder.path(), &files()), Look::Good { waiting: 1 });
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn a_missing_folder_can_be_made_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let new = folder.path().join("not/yet");
        assert_eq!(look(&new, &files()), Look::New);
        assert!(!new.parent().unwrap().exists(), "looking makes nothing");
        std::fs::write(folder.path().join("file"), "").unwrap();
        for bad in ["file", "file/below"] {
            let found = look(&folder.path().join(bad), &files());
            assert!(matches!(&found, Look::Bad(bad) if bad.kind() == "folder.unreadable"), "{found:?}");
        }
    }
}
