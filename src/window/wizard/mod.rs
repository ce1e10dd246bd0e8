//! The first steps, from nothing to the first file that is sent.
//!
//! Not here: the settings page (`settings`).

use eframe::egui::Ui;
use rust_i18n::t;

use super::link::Link;
use super::parts::{heading, page};
use super::picture::Ask;

/// The wizard, kept for as long as the window is open.
#[derive(Debug, Default)]
pub struct Wizard {}

impl Wizard {
    /// Something was chosen for the control of that name.
    pub fn chosen(&mut self, _field: &str, _path: &std::path::Path) {}

    /// Draws the step that is on. `None` in tests without an engine's link.
    pub fn draw(&mut self, ui: &mut Ui, _link: Option<&Link>, asks: &mut Vec<Ask>) {
        page(ui, "setup", |ui| {
            heading(ui, &t!("setup.heading"));
            ui.label(&*t!("setup.by_hand"));
            if ui.button(&*t!("settings.open_file")).clicked() {
                asks.push(Ask::OpenSettings);
            }
        });
    }
}
