//! Traces of how a program writes: what the system tells of each change, kept apart by kind.
//!
//! In: a folder. Out: [`Trace`]s with the name they are about. Linux and Windows tell renames and writes apart; macOS
//! reports them merged and late, so that there less can be said.
//! Not here: what the traces mean (`producer`).

use std::path::{Path, PathBuf};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

/// What was done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) enum Trace {
    /// It came to be under this name.
    Created,
    /// It got this name by a rename.
    RenamedInto,
    /// Bytes were written under this name, or its writer closed it.
    Written,
}

/// More traces than this at once are not kept: a minute's look needs no full account.
const TRACES: usize = 16_384;

/// Tells traces for as long as the first part lives.
pub(in crate::sync) fn traces(folder: &Path) -> notify::Result<(impl Sized, mpsc::Receiver<(PathBuf, Trace)>)> {
    let (sender, traces) = mpsc::channel(TRACES);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        let Ok(event) = event else { return };
        let Some(trace) = trace_of(event.kind) else { return };
        // A rename that is told as one event has two paths; the new name is the last.
        if let Some(path) = event.paths.into_iter().next_back() {
            let _ = sender.try_send((path, trace)); // too many, or nobody listens any more
        }
    })?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok((watcher, traces))
}

fn trace_of(kind: EventKind) -> Option<Trace> {
    match kind {
        EventKind::Create(_) => Some(Trace::Created),
        EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Any)) => Some(Trace::RenamedInto),
        EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any)
        | EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Trace::Written),
        _ => None,
    }
}
