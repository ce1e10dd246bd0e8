//! The page about OutTray itself: version, licence, where things lie, where help is.
//!
//! In: paths. Out: [`Ask`]s. Not here: anything that changes.

use std::path::Path;

use eframe::egui::{Label, RichText, Ui};
use rust_i18n::t;

use super::parts::{card, heading, page, small_button, weak};
use super::picture::Ask;
use crate::paths::Paths;

const DOCS: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "#readme");

pub fn draw(ui: &mut Ui, paths: &Paths, asks: &mut Vec<Ask>) {
    page(ui, "about", |ui| {
        heading(ui, concat!("OutTray ", env!("CARGO_PKG_VERSION")));
        ui.label(&*t!("about_page.what"));
        let log = crate::log::path(&paths.log_dir);
        card(ui, |ui| {
            place(ui, &t!("about_page.settings"), &paths.config, Some(Ask::OpenSettings), asks);
            ui.separator();
            place(ui, &t!("about_page.log"), &log, Some(Ask::OpenLogs), asks);
            ui.separator();
            place(ui, &t!("about_page.state"), &paths.state_dir, None, asks);
        });
        weak(ui, t!("about_page.licence"));
        if !DOCS.starts_with('#') && ui.link(&*t!("about_page.docs")).clicked() {
            asks.push(Ask::OpenWeb(DOCS.into()));
        }
    });
}

/// Where something lies, to be copied or opened.
fn place(ui: &mut Ui, name: &str, path: &Path, ask: Option<Ask>, asks: &mut Vec<Ask>) {
    let path = path.display().to_string();
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(name).strong());
        if small_button(ui, &t!("recent.copy"), &t!("about_page.copy_name", name = name)).clicked() {
            asks.push(Ask::Copy(path.clone()));
        }
        if let Some(ask) = ask
            && small_button(ui, &t!("about_page.open"), &t!("about_page.open_name", name = name)).clicked()
        {
            asks.push(ask);
        }
    });
    ui.add(Label::new(RichText::new(&path).monospace()).wrap());
}
