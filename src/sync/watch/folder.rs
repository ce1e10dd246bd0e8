//! File events as hints: something may have happened here, look soon.
//!
//! In: folders to watch. Out: hints, never facts: every system drops, merges and reorders events, and some folders (network
//! shares) send none. Whoever listens must also look by himself now and then.
//! Not here: what a hint leads to (`engine`).

use std::path::{Path, PathBuf};

use notify::event::{ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

/// Hints that wait to be read; when they are more, they become one "look at everything".
const HINTS: usize = 4096;

/// Something may have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) enum Hint {
    /// To these paths.
    Paths(Vec<PathBuf>),
    /// A file got this name by a rename: it came into being whole, unless its writer has it open still.
    Placed(PathBuf),
    /// Somewhere: events were lost.
    Rescan,
}

/// Watches a folder until it is dropped.
#[derive(Debug)]
pub(in crate::sync) struct FolderWatch {
    _watcher: RecommendedWatcher,
    pub hints: mpsc::Receiver<Hint>,
    lost: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl FolderWatch {
    pub(in crate::sync) fn new(folder: &Path, recursive: bool) -> notify::Result<Self> {
        let (sender, hints) = mpsc::channel(HINTS);
        let lost = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let flag = std::sync::Arc::clone(&lost);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let Some(hint) = hint_of(event) else { return };
            if sender.try_send(hint).is_err() {
                flag.store(true, std::sync::atomic::Ordering::Release);
            }
        })?;
        let depth = if recursive { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        watcher.watch(folder, depth)?;
        Ok(Self { _watcher: watcher, hints, lost })
    }

    /// Whether hints were lost since the last call, because they came faster than they were read.
    pub(in crate::sync) fn lost_some(&self) -> bool {
        self.lost.swap(false, std::sync::atomic::Ordering::AcqRel)
    }
}

fn hint_of(event: notify::Result<Event>) -> Option<Hint> {
    match event {
        Err(_) => Some(Hint::Rescan),
        Ok(event) if event.need_rescan() => Some(Hint::Rescan),
        // Reading a file, and our own looks at it, change nothing. The end of writing does.
        Ok(event) if matches!(event.kind, EventKind::Access(kind) if !is_end_of_writing(kind)) => None,
        Ok(Event { kind: EventKind::Modify(ModifyKind::Name(RenameMode::To)), mut paths, .. }) if paths.len() == 1 => {
            paths.pop().map(Hint::Placed)
        }
        Ok(event) => Some(Hint::Paths(event.paths)),
    }
}

fn is_end_of_writing(kind: notify::event::AccessKind) -> bool {
    use notify::event::{AccessKind, AccessMode};
    matches!(kind, AccessKind::Close(AccessMode::Write))
}
