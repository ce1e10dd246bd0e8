//! One field of the settings, drawn: name, control, what it means, what is wrong with it.
//!
//! In: a [`Field`]. Out: what a person typed or wants. Not here: what is right (`form`).

use std::path::PathBuf;

use eframe::egui::{ComboBox, RichText, TextEdit, Ui};
use rust_i18n::t;

use super::form::{Field, Fixed, by_whom, unit};
use crate::config::Shape;
use crate::window::parts::{at_right, small, small_button};
use crate::window::picture::Ask;
use crate::window::theme::{GAP, NEAR, colours};
use crate::window::words::{about, label};

/// Settings that name a folder (true) or a file (false) of this computer.
const PATHS: [(&str, bool); 2] = [("watch_dir", true), ("network.ca_file", false)];

/// True when the text is another one than before.
pub fn draw(ui: &mut Ui, field: &mut Field, is_wanted: bool, help_url: Option<&str>, asks: &mut Vec<Ask>) -> bool {
    let name = label(field.key);
    let is_free = field.fixed.is_none();
    let mut changed = false;
    let title = ui.horizontal(|ui| {
        let title = ui.label(RichText::new(&name).strong());
        at_right(ui, |ui| {
            ui.label(RichText::new(field.key.name).small().monospace().color(colours(ui).weak));
            if let Some(default) = field.default().filter(|default| is_free && *default != shown(field)) {
                let named = t!("settings.default_of", name = &name);
                let hover = if default.is_empty() { t!("settings.empty").into_owned() } else { default.clone() };
                if small_button(ui, &t!("settings.default"), &named).on_hover_text(hover).clicked() {
                    field.change(default);
                    changed = true;
                }
            }
        });
        title
    });
    let title = title.inner;
    let control = ui.horizontal(|ui| {
        let before = field.text.clone();
        let control = ui.add_enabled_ui(is_free, |ui| control(ui, field)).inner;
        let control = control.labelled_by(title.id);
        changed |= field.text != before;
        if field.without_secrets().is_some() {
            let (text, named) = if field.is_whole {
                (t!("key.hide"), t!("settings.hide_parts", name = &name))
            } else {
                (t!("key.show"), t!("settings.show_whole", name = &name))
            };
            if ui.button(&*text).accessible_name(named).clicked() {
                field.is_whole = !field.is_whole;
            }
        }
        if let Some((_, folder)) = PATHS.iter().find(|(name, _)| is_free && *name == field.key.name) {
            let text = t!("settings.choose");
            let named = t!("settings.choose_for", name = &name);
            if ui.button(&*text).accessible_name(named).clicked() {
                let from = PathBuf::from(&field.text);
                asks.push(Ask::Choose { field: field.key.name.into(), folder: *folder, from });
            }
        }
        control
    });
    if is_wanted {
        control.inner.request_focus();
        control.inner.scroll_to_me(Some(eframe::egui::Align::Center));
    }
    notes(ui, field, help_url, asks);
    changed
}

/// What stands in the field, or would if a secret could be shown.
fn shown(field: &Field) -> String {
    field.masked.clone().filter(|_| !field.is_changed()).unwrap_or_else(|| field.text.clone())
}

fn control(ui: &mut Ui, field: &mut Field) -> eframe::egui::Response {
    match field.key.shape {
        Shape::Switch => {
            let mut on = field.text == "true";
            let text = if on { t!("settings.on") } else { t!("settings.off") };
            let response = ui.checkbox(&mut on, &*text);
            if response.changed() {
                field.change(on.to_string());
            }
            response
        }
        Shape::Choice(words) => {
            let combo = ComboBox::from_id_salt(field.key.name).selected_text(field.text.clone()).width(180.0);
            let mut chosen = field.text.clone();
            let response = combo.show_ui(ui, |ui| {
                for word in words {
                    ui.selectable_value(&mut chosen, (*word).to_owned(), *word);
                }
            });
            if chosen != field.text {
                field.change(chosen);
            }
            response.response
        }
        Shape::Integer { .. } | Shape::IntegerOr { .. } | Shape::Number { .. } => {
            let response = edit(ui, field, 110.0);
            let unit = unit(field.key);
            if !unit.is_empty() {
                small(ui, unit);
            }
            response
        }
        Shape::Text | Shape::Secret | Shape::Words | Shape::Integers { .. } => {
            let has_button = field.without_secrets().is_some() || PATHS.iter().any(|(name, _)| *name == field.key.name);
            let beside = if has_button { 130.0 } else { 0.0 };
            let width = (ui.available_width() - beside).clamp(120.0, 520.0);
            edit(ui, field, width)
        }
    }
}

fn edit(ui: &mut Ui, field: &mut Field, width: f32) -> eframe::egui::Response {
    let mut text = field.text.clone();
    let hint = match &field.masked {
        Some(masked) if !masked.is_empty() && !field.is_changed() => masked.clone(),
        _ => String::new(),
    };
    let id = ui.make_persistent_id(field.key.name);
    // Whoever types in it has to see it.
    let hidden = field.without_secrets().filter(|_| !field.is_whole && !ui.memory(|memory| memory.has_focus(id)));
    if let Some(hidden) = &hidden {
        text.clone_from(hidden);
    }
    let edit = TextEdit::singleline(&mut text).id(id).desired_width(width).hint_text(hint);
    let response = ui.add(edit.password(field.masked.is_some()).margin(eframe::egui::Margin::symmetric(8, 6)));
    if hidden.is_none() && text != field.text {
        field.change(text);
    }
    response
}

fn notes(ui: &mut Ui, field: &Field, help_url: Option<&str>, asks: &mut Vec<Ask>) {
    let look = colours(ui);
    ui.spacing_mut().item_spacing.y = NEAR;
    if let Some(fixed) = &field.fixed {
        let help = help_url.filter(|_| matches!(fixed, Fixed::Managed { .. }));
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(by_whom(fixed)).small().color(look.warning));
            if let Some(address) = help
                && ui.link(RichText::new(t!("settings.help")).small()).clicked()
            {
                asks.push(Ask::OpenWeb(address.to_owned()));
            }
        });
    }
    if let Some(problem) = &field.problem {
        ui.label(RichText::new(problem).color(look.error));
    }
    let mut text = about(field.key);
    let range = field.range();
    if !range.is_empty() {
        text = format!("{text} {range}.");
    }
    if let Some(default) = field.default().filter(|default| !default.is_empty()) {
        text = format!("{text} {}", t!("settings.default_is", value = default));
    }
    small(ui, text);
    ui.spacing_mut().item_spacing.y = GAP;
}
