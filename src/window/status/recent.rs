//! What was sent lately: time, name, size, place in the bucket.
//!
//! In: receipts, newest first. Out: a list, and [`Ask`]s to copy a place. Not here: the ledger (`sync`).

use eframe::egui::{Label, RichText, Ui};
use rust_i18n::t;

use super::Clock;
use crate::sync::event::Receipt;
use crate::window::parts::{at_right, card, small, small_button, title, weak};
use crate::window::picture::Ask;
use crate::window::theme::{GAP, NEAR, colours};
use crate::window::words;

pub fn draw(ui: &mut Ui, receipts: &[Receipt], clock: &Clock, asks: &mut Vec<Ask>) {
    title(ui, &t!("recent.heading"));
    card(ui, |ui| {
        if receipts.is_empty() {
            weak(ui, t!("recent.empty"));
        }
        for (number, receipt) in receipts.iter().enumerate() {
            if number > 0 {
                ui.separator();
            }
            ui.push_id(number, |ui| one(ui, receipt, clock, asks));
        }
    });
    ui.add_space(GAP);
}

fn one(ui: &mut Ui, receipt: &Receipt, clock: &Clock, asks: &mut Vec<Ask>) {
    let place = receipt.place();
    ui.spacing_mut().item_spacing.y = NEAR;
    ui.horizontal(|ui| {
        small(ui, clock.tell(receipt.time));
        at_right(ui, |ui| {
            if small_button(ui, &t!("recent.copy"), &t!("recent.copy_name", file = receipt.file)).clicked() {
                asks.push(Ask::Copy(place.clone()));
            }
            small(ui, words::bytes(receipt.size));
            ui.with_layout(eframe::egui::Layout::left_to_right(eframe::egui::Align::Center), |ui| {
                ui.add(Label::new(RichText::new(&receipt.file).strong()).truncate());
            });
        });
    });
    if let Some(sentence) = receipt.guard.as_ref().and_then(words::guarded) {
        small(ui, sentence);
    }
    let colour = colours(ui).weak;
    ui.add(Label::new(RichText::new(&place).small().monospace().color(colour)).truncate()).on_hover_text(&place);
}
