//! Opening the native window, and what is said when there can be none.
//!
//! In: a home, an [`Opening`], the place of the only window. Out: the window until it is closed, or a [`NoWindow`].
//! Not here: what is in it (`app`).

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{IconData, ViewportBuilder};
use eframe::{NativeOptions, Renderer};
use rust_i18n::t;
use tokio::runtime::Runtime;

use super::app::App;
use super::link::Link;
use crate::control::desktop::Door;
use crate::control::protocol::Page;
use crate::control::window::Opening;
use crate::error::{Explain, chain};
use crate::host::{Home, log_options};
use crate::platform::open::{has_terminal_windows, start_in_terminal};

const ICON: &[u8] = include_bytes!("../../icons/generated/outtray-128.png");

/// Points: it fits a small screen at twice the size.
const SIZE: [f32; 2] = [920.0, 660.0];
const LEAST: [f32; 2] = [380.0, 280.0];

/// No display, or no graphics: nothing can be drawn here.
#[derive(Debug, thiserror::Error)]
#[error("the window cannot be opened: {0}")]
pub struct NoWindow(String);

impl Explain for NoWindow {
    fn kind(&self) -> &'static str {
        "window.none"
    }

    fn hint(&self) -> Option<String> {
        Some(t!("no_window.hint").into_owned())
    }
}

pub fn show(home: &Home, opening: Opening, runtime: Runtime, door: Door) -> Result<(), NoWindow> {
    let mut viewport = ViewportBuilder::default().with_title("OutTray").with_app_id(crate::platform::identity::APP_ID);
    viewport = viewport.with_inner_size(SIZE).with_min_inner_size(LEAST);
    if let Some(icon) = icon() {
        viewport = viewport.with_icon(Arc::new(icon));
    }
    let options = NativeOptions { viewport, renderer: Renderer::Glow, ..NativeOptions::default() };
    let home = home.clone();
    // Where there is no OpenGL, parts of the graphics give up with an error, others with a panic.
    let run = AssertUnwindSafe(|| {
        eframe::run_native(
            "OutTray",
            options,
            Box::new(move |created| {
                let (link, news) = Link::start(home.clone(), runtime, door, &created.egui_ctx)?;
                Ok(Box::new(App::new(home, opening, link, news, &created.egui_ctx)))
            }),
        )
    });
    match catch_unwind(run) {
        Ok(ran) => ran.map_err(|error| NoWindow(chain(&error))),
        Err(panic) => Err(NoWindow(words_of(&*panic))),
    }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("the graphics failed").to_owned()
}

fn icon() -> Option<IconData> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(ICON)).read_info().ok()?;
    let mut rgba = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut rgba).ok()?;
    rgba.truncate(info.buffer_size());
    Some(IconData { rgba, width: info.width, height: info.height })
}

/// Says it where it can be heard: on stderr, in the log, and in a message of the system's own where there is one, which
/// offers the terminal to who wanted to set something up.
pub fn apologise(home: &Home, page: Option<Page>, error: &NoWindow) {
    let hint = error.hint().unwrap_or_default();
    eprintln!("outtray-desktop: {error}\n{hint}");
    if let (Ok(()), Ok(loaded)) = (home.create_dirs(), home.read()) {
        crate::log::start(&home.paths.log_dir, log_options(&loaded.config), None);
    }
    tracing::warn!(target: "outtray", "⚠️  {error} ({hint})");
    if crate::platform::has_message_box() {
        let is_new = home.read().is_err_and(|problems| problems.is_setup_needed());
        let text = if is_new { t!("no_window.new") } else { t!("no_window.text") };
        let program = terminal_program().filter(|_| is_new || matches!(page, Some(Page::Setup | Page::Settings)));
        let next = if program.is_some() { t!("no_window.ask").into_owned() } else { hint };
        let dialog = rfd::MessageDialog::new().set_level(rfd::MessageLevel::Warning).set_title("OutTray");
        let dialog = dialog.set_description(format!("{text}\n\n{next}"));
        let Some(program) = program else {
            dialog.show();
            return;
        };
        if dialog.set_buttons(rfd::MessageButtons::YesNo).show() == rfd::MessageDialogResult::Yes
            && let Err(error) = start_in_terminal(&program, "setup")
        {
            tracing::warn!(target: "outtray", "⚠️  cannot start {}: {error}", program.display());
        }
    }
}

/// The program for terminals, where one can be opened for it.
fn terminal_program() -> Option<PathBuf> {
    let name = format!("outtray{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::current_exe().ok()?.with_file_name(name);
    (has_terminal_windows() && path.is_file()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icon_is_there() {
        let icon = icon().expect("our own picture");
        assert_eq!((icon.width, icon.rgba.len()), (128, 128 * 128 * 4));
    }
}
