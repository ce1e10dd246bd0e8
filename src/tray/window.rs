//! Starting the window, a process of its own.
//!
//! In: what it is to show. Out: a process; if it ends badly, a wish to do without. There may be one already: then the new
//! process hands it the wish and ends. Not here: the window (`window`), what to do without it (`host`).

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use tokio::sync::mpsc;

use super::wish::Wish;
use crate::control::desktop::{Only, start};
use crate::control::protocol::Page;
use crate::control::window::Opening;

/// Who wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Somebody waits for something to open.
    ByPerson,
    /// It is only an offer: without a window nothing opens.
    ByNobody,
}

/// Opens it, or brings it to the front.
pub(super) fn open(opening: &Opening, asked: Asked, wishes: &mpsc::Sender<Wish>) {
    let page = opening.show.page.unwrap_or(Page::Status);
    let instead = (asked == Asked::ByPerson).then_some(Wish::Without(page));
    if let Err(error) = begin(opening, wishes.clone(), instead) {
        tracing::warn!(target: "outtray", "⚠️  the window cannot be started: {error}");
        do_without(wishes, instead);
    }
}

fn do_without(wishes: &mpsc::Sender<Wish>, instead: Option<Wish>) {
    if let Some(wish) = instead {
        let _ = wishes.try_send(wish); // the host has ended, or drowns in clicks
    }
}

fn begin(opening: &Opening, wishes: mpsc::Sender<Wish>, instead: Option<Wish>) -> io::Result<()> {
    let mut command = Command::new(std::env::current_exe()?);
    // What it says on stderr is for whoever started the tray in a terminal.
    let mut child = command.args(opening.args()).stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    std::thread::Builder::new().name("window".into()).stack_size(64 << 10).spawn(move || {
        if !child.wait().is_ok_and(|status| status.success()) {
            do_without(&wishes, instead);
        }
    })?;
    Ok(())
}

/// The window goes with the program.
pub(super) async fn close(state_dir: &Path) {
    if let Err(error) = start(state_dir, Only::Window, &crate::control::desktop::Wish::Quit).await {
        tracing::debug!(target: "outtray", "the window stays: {error}");
    }
}
