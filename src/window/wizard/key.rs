//! The presigner's key on the last step: asked for when the presigner wants one, and on a wish otherwise.
//!
//! In: whether it is wanted, the field. Out: acts. Not here: keeping it (`setup::key`).

use eframe::egui::{RichText, Ui};
use rust_i18n::t;

use super::steps::locked;
use crate::auth::Place;
use crate::setup::wizard::{Act, Asked};
use crate::window::key_field::KeyField;
use crate::window::parts::{card, small, title};
use crate::window::picture::Ask;
use crate::window::theme::colours;

#[derive(Debug)]
pub struct Desk {
    pub field: KeyField,
    /// A person said that a key is needed.
    pub is_open: bool,
}

impl Default for Desk {
    fn default() -> Self {
        Self { field: KeyField::new("setup.key"), is_open: false }
    }
}

pub fn draw(ui: &mut Ui, asked: &Asked, desk: &mut Desk, asks: &mut Vec<Ask>, acts: &mut Vec<Act>) {
    if let Some(lock) = &asked.lock {
        if asked.wanted {
            card(ui, |ui| {
                title(ui, &t!("key.heading"));
                locked(ui, lock, asks);
            });
        }
        return;
    }
    if !asked.wanted && !asked.typed && !desk.is_open {
        if ui.button(&*t!("key.needed")).clicked() {
            desk.is_open = true;
        }
        return;
    }
    card(ui, |ui| {
        title(ui, &t!("key.heading"));
        let look = colours(ui);
        if asked.typed && !asked.wanted {
            ui.label(RichText::new(t!("key.taken")).color(look.accent));
            if ui.button(&*t!("key.take_back")).clicked() {
                acts.push(Act::Key(None));
            }
        } else {
            match (asked.wanted, asked.typed) {
                (true, true) => drop(ui.label(RichText::new(t!("key.refused")).color(look.error))),
                (true, false) => drop(ui.label(&*t!("key.wanted"))),
                (false, _) => {}
            }
            if let Some(secret) = desk.field.draw(ui, &t!("key.try")) {
                acts.push(Act::Key(Some(secret)));
            }
        }
        small(ui, t!("key.where"));
    });
}

/// Where it was kept.
pub fn kept(place: Place) -> String {
    match place {
        Place::File => t!("key.kept_file"),
        Place::Keychain | Place::Environment => t!("key.kept"),
    }
    .into_owned()
}
