//! The settings page: every public setting, grouped as in `config.toml`.
//!
//! In: a [`Form`], or what is wrong with the file. Out: typed texts in the form, [`Ask`]s, and whether to save.
//! Not here: writing the file (`saving`), one field (`field`).

use eframe::egui::{Frame, Margin, Panel, RichText, Ui};
use rust_i18n::t;

pub mod api_key;
mod field;
pub mod form;
#[cfg(test)]
mod tests;

use crate::config::Problems;
use crate::config::keys::table_of;
use crate::control::protocol::{Page as Named, Show};
use crate::window::parts::{Tone, banner, card, first_button, heading, page, title};
use crate::window::picture::Ask;
use crate::window::theme::{APART, GAP, colours};
use api_key::KeyRow;
use form::Form;

/// What the page shows.
#[derive(Debug)]
pub enum Settings {
    Form(Box<Form>),
    /// There is nothing yet: the wizard makes a beginning.
    Missing,
    /// The file is somebody's unfinished work; it is not touched.
    Broken(Problems),
}

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    None,
    Save,
    Discard,
}

pub fn draw(ui: &mut Ui, settings: &mut Settings, key: &mut KeyRow, asks: &mut Vec<Ask>) -> Decision {
    let form = match settings {
        Settings::Form(form) => form,
        Settings::Missing => {
            page(ui, "settings", |ui| {
                heading(ui, &t!("settings.heading"));
                banner(ui, Tone::Plain, &t!("settings.missing"), |ui| {
                    if first_button(ui, &t!("nav.setup"), true).clicked() {
                        asks.push(Ask::Go(Show { page: Some(Named::Setup), field: None }));
                    }
                });
            });
            return Decision::None;
        }
        Settings::Broken(problems) => {
            page(ui, "settings", |ui| broken(ui, problems, asks));
            return Decision::None;
        }
    };
    let decision = foot(ui, form);
    page(ui, "settings", |ui| {
        heading(ui, &t!("settings.heading"));
        let mut changed = false;
        let wanted = form.wanted.take();
        key.wanted |= wanted.as_deref() == Some(api_key::NAME);
        let help = form.help_url.clone();
        for group in form.groups() {
            title(ui, &group_title(group));
            card(ui, |ui| {
                ui.spacing_mut().item_spacing.y = GAP;
                let fields = form.fields.iter_mut().filter(|field| table_of(field.key.name) == group);
                for (number, field) in fields.enumerate() {
                    if number > 0 {
                        ui.separator();
                    }
                    let is_wanted = wanted.as_deref() == Some(field.key.name);
                    changed |=
                        ui.push_id(field.key.name, |ui| field::draw(ui, field, is_wanted, help.as_deref(), asks)).inner;
                    // It is a key of this device for this presigner.
                    if field.key.name == "device_id" {
                        ui.separator();
                        ui.push_id(api_key::NAME, |ui| key.draw(ui, asks));
                    }
                }
            });
            ui.add_space(GAP);
        }
        if changed {
            form.check();
        }
    });
    decision
}

/// `[files]` in words.
fn group_title(group: Option<&str>) -> String {
    t!(format!("group.{}", group.unwrap_or("top"))).into_owned()
}

/// Save and Discard, always in sight.
fn foot(ui: &mut Ui, form: &Form) -> Decision {
    let look = colours(ui);
    let frame = Frame::new().fill(look.side).inner_margin(Margin::symmetric(APART as i8, 10));
    let mut decision = Decision::None;
    Panel::bottom("settings-foot").frame(frame).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            let (changed, good) = (form.is_changed(), form.is_good());
            if first_button(ui, &t!("settings.save"), changed && good).clicked() {
                decision = Decision::Save;
            }
            let discard = eframe::egui::Button::new(&*t!("settings.discard"));
            if ui.add_enabled(changed, discard).clicked() {
                decision = Decision::Discard;
            }
            let (text, colour) = match (changed, good) {
                (_, false) => (t!("settings.wrong"), look.error),
                (true, true) => (t!("settings.unsaved"), look.weak),
                (false, true) => (t!("settings.live"), look.weak),
            };
            // That nothing is to be done needs no room where there is little.
            if changed || !good || ui.available_width() > 380.0 {
                ui.label(RichText::new(text).color(colour));
            }
            for problem in &form.problems {
                ui.label(RichText::new(problem).color(look.error));
            }
        });
    });
    decision
}

fn broken(ui: &mut Ui, problems: &Problems, asks: &mut Vec<Ask>) {
    heading(ui, &t!("settings.heading"));
    banner(ui, Tone::Error, &t!("settings.broken"), |ui| {
        for problem in problems.list() {
            ui.label(problem.to_string());
            if let Some(hint) = &problem.hint {
                crate::window::parts::weak(ui, hint);
            }
        }
        if first_button(ui, &t!("settings.open_file"), true).clicked() {
            asks.push(Ask::OpenSettings);
        }
    });
}
