//! Tells when the settings files change, also where they, or their folders, are not there yet.
//!
//! In: the names of the files. Out: a word after each change of what stands in them. There is no timer, except on file
//! systems that tell of nothing. Not here: what a change means (`reload` where an engine runs, `tray`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Notify, mpsc};

use super::home::Home;
use super::reload::{DEBOUNCE, WITHOUT_WATCH, contents};
use crate::platform::replace::with_real;
use crate::sync::watch;

/// Begins to watch before it returns: what changes afterwards is told. It ends some time after the receiver is gone.
pub fn settings_changes(home: &Home) -> mpsc::Receiver<()> {
    let (told, changes) = mpsc::channel(1);
    let mut files = Files::of(home.config_files());
    tokio::spawn(async move {
        loop {
            files.changed().await;
            // A full queue holds the same word already.
            if told.try_send(()).is_err_and(|error| matches!(error, mpsc::error::TrySendError::Closed(()))) {
                return;
            }
        }
    });
    changes
}

struct Files {
    of: Vec<PathBuf>,
    /// What is watched for: the files, and folders that are not there.
    names: Vec<PathBuf>,
    watched: Option<(watch::FilesWatch, Arc<Notify>)>,
    seen: Vec<Option<Vec<u8>>>,
}

impl Files {
    fn of(files: Vec<PathBuf>) -> Self {
        let mut watching = Self { of: files, names: Vec::new(), watched: None, seen: Vec::new() };
        watching.watch();
        watching.seen = contents(&watching.of);
        watching
    }

    async fn changed(&mut self) {
        loop {
            match &self.watched {
                Some((_, wake)) => {
                    wake.notified().await;
                    tokio::time::sleep(DEBOUNCE).await;
                }
                None => tokio::time::sleep(WITHOUT_WATCH).await,
            }
            self.watch();
            let now = contents(&self.of);
            if now != self.seen {
                self.seen = now;
                return;
            }
        }
    }

    /// Anew where other names count: a folder came or went.
    fn watch(&mut self) {
        let (names, ground) = names(&self.of);
        if names == self.names {
            return;
        }
        let watched = watch::files(&names).ok();
        self.watched = watched.filter(|(watch, _)| !watch.unwatched.contains(&ground));
        self.names = names;
    }
}

/// The files, and for a folder of the first, which is the user's, that is not there: its own name and those above it, up
/// to a folder that is. That one comes second.
fn names(files: &[PathBuf]) -> (Vec<PathBuf>, PathBuf) {
    let mut names = with_real(files.to_vec());
    let mut folder = files.first().and_then(|file| file.parent()).unwrap_or(Path::new("."));
    while !folder.is_dir() {
        let Some(above) = folder.parent() else { break };
        names.push(folder.to_owned());
        folder = above;
    }
    (names, folder.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    async fn changed(files: &mut Files) {
        tokio::time::timeout(LONG, files.changed()).await.expect("the change is told");
    }

    #[tokio::test]
    async fn tells_of_a_file_whose_folders_come_later() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("a/b/config.toml");
        let mut files = Files::of(vec![file.clone(), place.path().join("none/config.toml")]);
        assert!(files.watched.is_some(), "no need to look again and again");
        std::fs::create_dir(place.path().join("a")).unwrap();
        let silence = tokio::time::timeout(4 * DEBOUNCE, files.changed()).await;
        assert!(silence.is_err(), "an empty folder is no settings");
        std::fs::create_dir(place.path().join("a/b")).unwrap();
        std::fs::write(&file, "one").unwrap();
        changed(&mut files).await;
        for text in ["two", "three"] {
            std::fs::write(file.with_extension("new"), text).unwrap();
            std::fs::rename(file.with_extension("new"), &file).unwrap();
            changed(&mut files).await;
        }
        std::fs::remove_dir_all(place.path().join("a")).unwrap();
        changed(&mut files).await;
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "four").unwrap();
        changed(&mut files).await;
    }

    #[tokio::test]
    async fn the_same_text_again_is_no_change() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("config.toml");
        std::fs::write(&file, "one").unwrap();
        let mut files = Files::of(vec![file.clone()]);
        std::fs::write(&file, "one").unwrap();
        assert!(tokio::time::timeout(4 * DEBOUNCE, files.changed()).await.is_err());
    }
}
