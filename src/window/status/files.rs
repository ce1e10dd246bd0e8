//! The files that are not sent yet: rejected, on their way, waiting; each with what holds it.
//!
//! In: a [`Picture`]. Out: a card a kind, and [`Ask`]s of its buttons. Not here: the words that hold a file (`sync`).

use eframe::egui::{Color32, RichText, Ui};
use rust_i18n::t;

use super::{Clock, guarded};
use crate::sync::event::{FileState, FileStatus};
use crate::window::parts::{bar, card, small, small_button, title, weak};
use crate::window::picture::{Ask, Engine, Picture};
use crate::window::theme::{GAP, NEAR, colours};
use crate::window::words;

/// More are only counted.
const LISTED: usize = 100;

pub fn draw(ui: &mut Ui, picture: &Picture, clock: &Clock, asks: &mut Vec<Ask>) {
    let status = &picture.status;
    for (state, count, heading) in [
        (FileState::Rejected, status.rejected, "files.rejected"),
        (FileState::Uploading, status.uploading, "files.uploading"),
        (FileState::Waiting, status.waiting, "files.waiting"),
    ] {
        let files: Vec<_> = status.files.iter().filter(|file| file.state == state).take(LISTED).collect();
        if files.is_empty() {
            continue;
        }
        title(ui, &t!(heading, count = count));
        card(ui, |ui| {
            for (number, file) in files.iter().enumerate() {
                if number > 0 {
                    ui.separator();
                }
                ui.push_id(&file.name, |ui| one(ui, file, picture, clock, asks));
            }
            let more = count.saturating_sub(files.len() as u64);
            if more > 0 {
                weak(ui, t!("files.more", count = more));
            }
        });
        ui.add_space(GAP);
    }
}

fn one(ui: &mut Ui, file: &FileStatus, picture: &Picture, clock: &Clock, asks: &mut Vec<Ask>) {
    let look = colours(ui);
    let name = &file.name;
    ui.spacing_mut().item_spacing.y = NEAR;
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(name).strong());
        small(ui, words::bytes(file.size));
    });
    match file.state {
        FileState::Uploading => {
            let sent = picture.progress.get(name).copied().unwrap_or(0).max(file.sent).min(file.size);
            let share = if file.size == 0 { 0.0 } else { sent as f32 / file.size as f32 };
            bar(ui, share, &t!("files.progress", file = name));
            small(ui, t!("files.part", sent = words::bytes(sent), size = words::bytes(file.size)));
            return;
        }
        FileState::Rejected => reason(ui, file, look.error),
        FileState::Waiting => reason(ui, file, look.weak),
    }
    let mut facts = Vec::new();
    match file.attempts {
        0 => {}
        1 => facts.push(t!("files.tried_once").into_owned()),
        many => facts.push(t!("files.tried", count = many).into_owned()),
    }
    match file.next_try {
        Some(next) => facts.push(t!("files.next", time = clock.tell(next)).into_owned()),
        None if file.state == FileState::Rejected && !guarded::is_held(file) => {
            facts.push(t!("files.held").into_owned());
        }
        None => {}
    }
    if !facts.is_empty() {
        small(ui, facts.join(" · "));
    }
    ui.horizontal_wrapped(|ui| {
        let runs = picture.engine == Engine::Runs;
        ui.add_enabled_ui(runs, |ui| {
            if guarded::is_held(file) {
                guarded::buttons(ui, file, asks);
            } else if small_button(ui, &t!("files.retry"), &t!("files.retry_name", file = name)).clicked() {
                asks.push(Ask::Retry(Some(name.clone())));
            }
        });
        if small_button(ui, &t!("files.reveal"), &t!("files.reveal_name", file = name)).clicked() {
            asks.push(Ask::Reveal(name.clone()));
        }
        if small_button(ui, &t!("files.why"), &t!("files.why_name", file = name)).clicked() {
            asks.push(Ask::Why(name.clone()));
        }
    });
}

/// In a few words where there are any; else as the engine says it, in English.
fn reason(ui: &mut Ui, file: &FileStatus, colour: Color32) {
    match words::trouble(file.kind.as_deref(), &file.reason) {
        Some(short) => {
            let label = ui.label(RichText::new(short).color(colour));
            if !words::is_english() {
                label.on_hover_text(&file.reason);
            } else if !guarded::is_held(file) {
                small(ui, &file.reason);
            }
        }
        None => {
            ui.label(RichText::new(&file.reason).color(colour));
        }
    }
}
