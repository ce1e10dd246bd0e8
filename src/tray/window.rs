//! Starting the window, a process of its own.
//!
//! In: what it is to show. Out: a process; if it ends badly, a wish to do without. There may be one already: then the new
//! process hands it the wish and ends. Not here: the window (`window`), what to do without it (`host`).

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use tokio::sync::mpsc;

use super::wish::Wish;
use crate::control::desktop::{Only, Wish as Asked, start};
use crate::control::protocol::Page;
use crate::control::window::Opening;

/// Opens it, or brings it to the front.
pub(super) fn open(opening: &Opening, wishes: mpsc::Sender<Wish>) {
    let instead = Wish::Without(opening.show.page.unwrap_or(Page::Status));
    let begun = begin(opening, wishes.clone(), instead);
    if let Err(error) = begun {
        tracing::warn!(target: "outtray", "⚠️  the window cannot be started: {error}");
        let _ = wishes.try_send(instead); // the host has ended, or drowns in clicks
    }
}

fn begin(opening: &Opening, wishes: mpsc::Sender<Wish>, instead: Wish) -> io::Result<()> {
    let mut command = Command::new(std::env::current_exe()?);
    // What it says on stderr is for whoever started the tray in a terminal.
    let mut child = command.args(opening.args()).stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    std::thread::Builder::new().name("window".into()).stack_size(64 << 10).spawn(move || {
        if !child.wait().is_ok_and(|status| status.success()) {
            let _ = wishes.try_send(instead);
        }
    })?;
    Ok(())
}

/// The window goes with the program.
pub(super) async fn close(state_dir: &Path) {
    if let Err(error) = start(state_dir, Only::Window, &Asked::Quit).await {
        tracing::debug!(target: "outtray", "the window stays: {error}");
    }
}
