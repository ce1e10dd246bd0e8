//! The three steps that ask: where to, who, from where.
//!
//! In: a field as it is shown. Out: acts, and a folder to be chosen. Not here: the last step (`finish`), the buttons at the
//! foot (`foot`).

use std::path::PathBuf;

use eframe::egui::{Align, Id, Key, Margin, Rect, Response, RichText, Sense, TextEdit, Ui, pos2, vec2};
use rust_i18n::t;

use super::FOLDER;
use crate::setup::begin::Lock;
use crate::setup::folder::{BadFolder, Look};
use crate::setup::wizard::{Act, Fault, Field, Looked, Page, Shown};
use crate::window::parts::{card, small, title, weak};
use crate::window::picture::Ask;
use crate::window::theme::{GAP, NEAR, colours};

const STEPS: [&str; 5] = ["setup.connect", "setup.computer", "setup.folder", "group.guard", "setup.finish"];

/// From 1.
pub fn number(page: &Page) -> usize {
    match page {
        Page::Connect { .. } => 1,
        Page::Computer { .. } => 2,
        Page::Folder { .. } => 3,
        Page::Guard(_) => 4,
        Page::Finish(_) => 5,
    }
}

/// Where on the way one is.
pub fn draw_path(ui: &mut Ui, page: &Page) {
    let (look, now) = (colours(ui), number(page));
    let name = STEPS[now - 1];
    title(ui, &t!("setup.step", number = now, name = t!(name)));
    let width = ui.available_width() / STEPS.len() as f32;
    let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), 5.0), Sense::hover());
    for at in 0..STEPS.len() {
        let left = place.left() + at as f32 * width;
        let part = Rect::from_min_size(pos2(left, place.top()), vec2(width - NEAR, place.height()));
        ui.painter().rect_filled(part, 2, if at < now { look.accent } else { look.line });
    }
    ui.add_space(GAP);
}

pub fn connect(ui: &mut Ui, shown: &Shown, more: usize, focus: bool, asks: &mut Vec<Ask>, acts: &mut Vec<Act>) {
    card(ui, |ui| {
        weak(ui, t!("setup.connect_about"));
        ui.add_space(NEAR);
        let edit = Edit { field: Field::Address, name: &t!("setup.address"), hint: "https://", beside: 0.0, focus };
        edit.draw(ui, shown, asks, acts);
        if more > 0 {
            let more = if more == 1 { t!("setup.more_one") } else { t!("setup.more_many", count = more) };
            good(ui, &t!("setup.taken_over", more = more));
        }
    });
}

pub fn computer(ui: &mut Ui, shown: &Shown, focus: bool, asks: &mut Vec<Ask>, acts: &mut Vec<Act>) {
    card(ui, |ui| {
        weak(ui, t!("setup.computer_about"));
        ui.add_space(NEAR);
        let edit = Edit { field: Field::Device, name: &t!("label.device_id"), hint: "", beside: 0.0, focus };
        edit.draw(ui, shown, asks, acts);
        if shown.fault.is_none() {
            small(ui, t!("setup.device_rule"));
        }
    });
}

pub fn folder(ui: &mut Ui, shown: &Shown, look: &Looked, focus: bool, asks: &mut Vec<Ask>, acts: &mut Vec<Act>) {
    card(ui, |ui| {
        weak(ui, t!("setup.folder_about"));
        ui.add_space(NEAR);
        let name = t!("label.watch_dir");
        let edit = Edit { field: Field::Folder, name: &name, hint: "", beside: 130.0, focus };
        edit.draw(ui, shown, asks, acts);
        found(ui, look);
    });
}

fn found(ui: &mut Ui, look: &Looked) {
    match look {
        Looked::Nowhere => {}
        Looked::Looking => {
            small(ui, t!("setup.looking"));
        }
        Looked::Found(Look::Good { waiting: 0 }) => good(ui, &t!("setup.folder_empty")),
        Looked::Found(Look::Good { waiting: 1 }) => good(ui, &t!("setup.folder_one")),
        Looked::Found(Look::Good { waiting }) => good(ui, &t!("setup.folder_many", count = waiting)),
        Looked::Found(Look::New) => good(ui, &t!("setup.folder_new")),
        Looked::Found(Look::Bad(bad)) => {
            let (text, reason) = match bad {
                BadFolder::Unreadable { reason, .. } => (t!("setup.folder_unreadable"), reason),
                BadFolder::ReadOnly { reason, .. } => (t!("setup.folder_read_only"), reason),
            };
            fault(ui, &text);
            small(ui, reason);
        }
    }
}

fn good(ui: &mut Ui, text: &str) {
    let colour = colours(ui).accent;
    ui.label(RichText::new(text).color(colour));
}

fn fault(ui: &mut Ui, text: &str) {
    let colour = colours(ui).error;
    ui.label(RichText::new(text).color(colour));
}

/// A field to type in.
struct Edit<'a> {
    field: Field,
    name: &'a str,
    hint: &'a str,
    /// Room for a button at its side.
    beside: f32,
    focus: bool,
}

impl Edit<'_> {
    fn draw(&self, ui: &mut Ui, shown: &Shown, asks: &mut Vec<Ask>, acts: &mut Vec<Act>) {
        let name = title(ui, self.name);
        ui.horizontal_wrapped(|ui| {
            let (mut text, free) = (shown.text.clone(), shown.lock.is_none());
            let response = ui.add_enabled_ui(free, |ui| self.line(ui, &mut text)).inner.labelled_by(name.id);
            if self.focus && free {
                response.request_focus();
                response.scroll_to_me(Some(Align::Center));
            }
            if free && text != shown.text {
                acts.push(Act::Type(self.field, text));
            }
            if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                acts.push(Act::Forward);
            }
            if self.field == Field::Folder && free {
                self.button(ui, shown, asks);
            }
        });
        match &shown.lock {
            Some(lock) => locked(ui, lock, asks),
            None => shown.fault.iter().for_each(|wrong| fault(ui, &wrong_words(wrong))),
        }
    }

    fn line(&self, ui: &mut Ui, text: &mut String) -> Response {
        let width = (ui.available_width() - self.beside).max(180.0).min(ui.available_width());
        let edit = TextEdit::singleline(text).id(Id::unique(self.field.key())).desired_width(width);
        ui.add(edit.hint_text(self.hint).margin(Margin::symmetric(8, 6)))
    }

    fn button(&self, ui: &mut Ui, shown: &Shown, asks: &mut Vec<Ask>) {
        let named = t!("settings.choose_for", name = self.name);
        if ui.button(&*t!("settings.choose")).accessible_name(named).clicked() {
            asks.push(Ask::Choose { field: FOLDER.into(), folder: true, from: PathBuf::from(&shown.text) });
        }
    }
}

pub(super) fn locked(ui: &mut Ui, lock: &Lock, asks: &mut Vec<Ask>) {
    let colour = colours(ui).warning;
    let (text, help) = match lock {
        Lock::Managed { by: Some(by), help } => {
            (t!("settings.managed_by", who = crate::files::shown(by.as_ref())), help.as_deref())
        }
        Lock::Managed { by: None, help } => (t!("settings.managed"), help.as_deref()),
        Lock::Variable(name) => (t!("settings.environment", name = name), None),
    };
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(text).color(colour));
        if let Some(address) = help
            && ui.link(&*t!("settings.help")).clicked()
        {
            asks.push(Ask::OpenWeb(address.to_owned()));
        }
    });
}

fn wrong_words(wrong: &Fault) -> String {
    match wrong {
        Fault::Empty => t!("fault.empty"),
        Fault::NoAddress => t!("fault.no_address"),
        Fault::NotSecure => t!("fault.not_secure"),
        Fault::Login => t!("fault.login"),
        Fault::Fragment => t!("fault.fragment"),
        Fault::Respelled { would_be } => t!("fault.respelled", would_be = would_be),
        Fault::LineDamaged => t!("fault.line_damaged"),
        Fault::LineNewer => t!("fault.line_newer"),
        Fault::LineWithoutAddress => t!("fault.line_without_address"),
        Fault::Device => t!("fault.device"),
        Fault::Relative => t!("fault.relative"),
        Fault::Path(reason) => t!("fault.path", reason = reason),
    }
    .into_owned()
}
