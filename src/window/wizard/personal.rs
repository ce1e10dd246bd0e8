//! The step that asks what is done about personal data.
//!
//! In: the question as data, the word that was typed. Out: acts. Not here: what follows (`setup::wizard`).

use eframe::egui::{Frame, Id, Margin, RichText, TextEdit, Ui};
use rust_i18n::t;

use super::steps::locked;
use crate::guard::Mode;
use crate::setup::wizard::{Act, MODES, Personal};
use crate::window::parts::{card, small, weak};
use crate::window::picture::Ask;
use crate::window::theme::{GAP, NEAR, colours};

pub fn draw(ui: &mut Ui, shown: &Personal, typed: &mut String, asks: &mut Vec<Ask>, acts: &mut Vec<Act>) {
    card(ui, |ui| {
        weak(ui, t!("personal.about"));
        ui.add_space(NEAR);
        ui.add_enabled_ui(shown.lock.is_none(), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for mode in MODES {
                let mut label = name(mode);
                if mode == Mode::Redact {
                    label = format!("{label} {}", t!("personal.recommended"));
                }
                if ui.radio(shown.mode == mode, label).clicked() && shown.mode != mode {
                    typed.clear();
                    acts.push(Act::Guard(mode));
                }
                // Below the words, not below the circle.
                let left = ui.spacing().icon_width + ui.spacing().icon_spacing;
                let beneath = Margin { left: left as i8, bottom: GAP as i8, ..Margin::ZERO };
                Frame::new().inner_margin(beneath).show(ui, |ui| small(ui, means(mode)));
            }
        });
        if let Some(lock) = &shown.lock {
            locked(ui, lock, asks);
        }
        if shown.asks_twice {
            confirm(ui, shown, typed, acts);
        }
    });
}

fn confirm(ui: &mut Ui, shown: &Personal, typed: &mut String, acts: &mut Vec<Act>) {
    let look = colours(ui);
    let word = t!("personal.off_word");
    ui.add_space(NEAR);
    let asked = ui.label(RichText::new(t!("personal.confirm", word = word)).color(look.warning));
    let edit = TextEdit::singleline(typed).id(Id::unique("personal.word")).desired_width(180.0);
    if ui.add(edit.margin(Margin::symmetric(8, 6))).labelled_by(asked.id).changed() {
        acts.push(Act::Agree(typed.trim().to_lowercase() == word.to_lowercase()));
    }
    if shown.lacks_word {
        ui.label(RichText::new(t!("personal.lacks_word", word = word)).color(look.error));
    }
}

/// What it is called, in a line.
pub fn name(mode: Mode) -> String {
    match mode {
        Mode::Redact => t!("personal.redact"),
        Mode::Report => t!("personal.report"),
        Mode::Block => t!("personal.block"),
        Mode::Off => t!("personal.off"),
    }
    .into_owned()
}

fn means(mode: Mode) -> String {
    match mode {
        Mode::Redact => t!("personal.redact_means"),
        Mode::Report => t!("personal.report_means"),
        Mode::Block => t!("personal.block_means"),
        Mode::Off => t!("personal.off_means"),
    }
    .into_owned()
}
