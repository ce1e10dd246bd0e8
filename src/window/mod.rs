//! THE WINDOW: what people see when an icon is not enough. A process of its own, started by the tray.
//!
//! ```text
//! tray ──spawn──▶ main ──▶ app ──▶ status · settings · wizard · about      (drawn from plain values)
//!                           │ Ask ▲ News
//!                           ▼     │
//!                          link: control socket of the engine, ledger, a second start's wish      (its own thread)
//! ```
//!
//! In: an [`Opening`], what the engine tells. Out: a window, wishes to the engine, changed settings.
//! Pages are functions of plain values and answer with [`picture::Ask`]s, so that tests drive them without an engine.
//! Not here: the icon (`tray`), sending (`sync`).

use std::process::ExitCode;

use crate::control::desktop::{Only, Start, Wish};
use crate::control::window::Opening;
use crate::error::Explain;
use crate::host::Home;

pub mod about;
pub mod app;
mod begin;
mod chooser;
#[cfg(test)]
mod cut_off;
mod key_field;
mod keys;
pub mod link;
pub mod parts;
pub mod picture;
mod saving;
pub mod settings;
pub mod status;
pub mod theme;
mod wishes;
pub mod wizard;
pub mod words;

/// Shows the window until it is closed. A second one hands its wish to the first and ends.
pub fn main(opening: Opening) -> ExitCode {
    let home = Home::find(None);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime.inspect_err(|error| eprintln!("outtray-desktop: {error}")) else {
        return ExitCode::FAILURE;
    };
    let wish = Wish::Show(opening.show.clone());
    let door = match runtime.block_on(crate::control::desktop::start(&home.paths.state_dir, Only::Window, &wish)) {
        Ok(Start::First(door)) => door,
        Ok(Start::HandedOver) => return ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("outtray-desktop: {}", crate::error::chain(&error));
            return ExitCode::FAILURE;
        }
    };
    words::choose(&home.read().map_or("auto".into(), |loaded| loaded.config.ui.language));
    let page = opening.show.page;
    match begin::show(&home, opening, runtime, door) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            begin::apologise(&home, page, &error);
            debug_assert!(error.hint().is_some());
            ExitCode::FAILURE
        }
    }
}
