//! The page about OutTray itself: version, licence, where things lie, where help is.
//!
//! In: paths. Out: [`Ask`]s. Not here: anything that changes.

use eframe::egui::{Grid, Label, RichText, Ui};
use rust_i18n::t;

use super::parts::{card, heading, page, small_button, weak};
use super::picture::Ask;
use crate::paths::Paths;

const DOCS: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "#readme");

pub fn draw(ui: &mut Ui, paths: &Paths, asks: &mut Vec<Ask>) {
    page(ui, "about", |ui| {
        heading(ui, concat!("OutTray ", env!("CARGO_PKG_VERSION")));
        ui.label(&*t!("about_page.what"));
        card(ui, |ui| {
            Grid::new("about").num_columns(3).show(ui, |ui| {
                let log = crate::log::path(&paths.log_dir);
                for (name, path, ask) in [
                    (t!("about_page.settings"), paths.config.display().to_string(), Some(Ask::OpenSettings)),
                    (t!("about_page.log"), log.display().to_string(), Some(Ask::OpenLogs)),
                    (t!("about_page.state"), paths.state_dir.display().to_string(), None),
                ] {
                    weak(ui, &*name);
                    ui.add(Label::new(RichText::new(&path).monospace()).wrap()).on_hover_text(&path);
                    ui.horizontal(|ui| {
                        let named = t!("about_page.copy_name", name = &name);
                        if small_button(ui, &t!("recent.copy"), &named).clicked() {
                            asks.push(Ask::Copy(path.clone()));
                        }
                        if let Some(ask) = ask {
                            let named = t!("about_page.open_name", name = &name);
                            if small_button(ui, &t!("about_page.open"), &named).clicked() {
                                asks.push(ask);
                            }
                        }
                    });
                    ui.end_row();
                }
            });
        });
        weak(ui, t!("about_page.licence"));
        if !DOCS.starts_with('#') && ui.link(&*t!("about_page.docs")).clicked() {
            asks.push(Ask::OpenWeb(DOCS.into()));
        }
    });
}
