//! Hints from the system that something happened to a file; never the truth, always worth a look.
//!
//! In: paths. Out: a wake-up for each burst of changes to those names. The only home of `notify`.
//! Not here: what the look finds (the engine looks at the folder, `cli` at the configuration).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind, RecursiveMode, Watcher as _};
use tokio::sync::Notify;

mod folder;
mod writing;

pub(in crate::sync) use folder::{FolderWatch, Hint};
pub(in crate::sync) use writing::{Trace, traces};

/// Watches for as long as it lives.
#[derive(Debug)]
pub struct FilesWatch {
    _watcher: notify::RecommendedWatcher,
    /// Folders that cannot be watched, because they are not there or the system has no room for more watches.
    pub unwatched: Vec<PathBuf>,
}

/// Wakes the reader when one of these files is written, replaced, renamed or removed. Their folders are watched, so
/// that a file which a program replaces by another is not lost from sight.
pub fn files(paths: &[PathBuf]) -> notify::Result<(FilesWatch, Arc<Notify>)> {
    let wake = Arc::new(Notify::new());
    let (bell, names) = (Arc::clone(&wake), paths.to_vec());
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        if event.map_or(true, |event| concerns(&event, &names)) {
            bell.notify_one();
        }
    })?;
    let mut folders: Vec<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
    folders.sort_unstable();
    folders.dedup();
    let refused = |folder: &&Path| watcher.watch(folder, RecursiveMode::NonRecursive).is_err();
    let unwatched = folders.into_iter().filter(refused).map(Path::to_owned).collect();
    Ok((FilesWatch { _watcher: watcher, unwatched }, wake))
}

/// Watches for the end of one file, for as long as it lives.
#[derive(Debug)]
pub(in crate::sync) struct Removal {
    _watcher: notify::RecommendedWatcher,
    /// Rung when the file, or the folder it is in, may have been removed or renamed. Whoever hears it looks.
    pub bell: Arc<Notify>,
}

impl Removal {
    pub(in crate::sync) fn new(path: &Path) -> notify::Result<Self> {
        let folder = path.parent().unwrap_or(path).to_owned();
        let bell = Arc::new(Notify::new());
        let (ring, names) = (Arc::clone(&bell), [path.to_owned(), folder.clone()]);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let is_end = |event: &Event| {
                let kinds = matches!(
                    event.kind,
                    EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) | EventKind::Any | EventKind::Other
                );
                kinds && concerns(event, &names)
            };
            if event.map_or(true, |event| is_end(&event)) {
                ring.notify_one();
            }
        })?;
        watcher.watch(&folder, RecursiveMode::NonRecursive)?;
        Ok(Self { _watcher: watcher, bell })
    }
}

/// Whether the event is about one of the names. An event without a path says that events were lost.
fn concerns(event: &Event, names: &[PathBuf]) -> bool {
    let only_looked_at = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => true, // our own reading, too
        _ => false,
    };
    let about = |path: &PathBuf| names.iter().any(|name| name.file_name() == path.file_name());
    !only_looked_at && (event.paths.is_empty() || event.paths.iter().any(about))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn wakes_for_a_replaced_file_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "a").unwrap();
        let (watch, wake) = files(&[path.clone(), folder.path().join("no/such/folder/x.toml")]).unwrap();
        assert_eq!(watch.unwatched, [folder.path().join("no/such/folder")]);

        std::fs::write(folder.path().join("other"), "b").unwrap();
        std::fs::read(&path).unwrap();
        let silence = tokio::time::timeout(Duration::from_millis(200), wake.notified()).await;
        assert!(silence.is_err(), "woken by another file or by reading");

        std::fs::write(folder.path().join("config.toml.new"), "c").unwrap();
        std::fs::rename(folder.path().join("config.toml.new"), &path).unwrap();
        tokio::time::timeout(Duration::from_secs(5), wake.notified()).await.expect("the rename is seen");
    }
    #[tokio::test]
    async fn hears_of_the_end_of_a_file_and_of_its_folder() {
        for end in [
            |folder: &Path| std::fs::remove_file(folder.join("ledger.db")),
            |folder: &Path| std::fs::remove_dir_all(folder),
            |folder: &Path| std::fs::rename(folder, folder.with_extension("away")),
        ] {
            let place = tempfile::tempdir().unwrap();
            let folder = place.path().join("state");
            std::fs::create_dir(&folder).unwrap();
            let path = folder.join("ledger.db");
            std::fs::write(&path, "1").unwrap();
            let removal = Removal::new(&path).unwrap();
            std::fs::write(&path, "2").unwrap();
            std::fs::write(folder.join("ledger.db-wal"), "3").unwrap();
            let silence = tokio::time::timeout(Duration::from_millis(200), removal.bell.notified()).await;
            assert!(silence.is_err(), "rung by writing");
            end(&folder).unwrap();
            tokio::time::timeout(Duration::from_secs(5), removal.bell.notified()).await.expect("the end is heard");
        }
    }
}
