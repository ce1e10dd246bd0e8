//! A file that the guard holds back: what a person can do about it, and the question before it leaves as it is.
//!
//! In: a file with its kind and reason. Out: buttons and their [`Ask`]s. Never what was found, only kinds and counts.
//! Not here: finding it (`guard`), doing what was decided (`sync`).

use eframe::egui::{Context, Id, Modal, Ui};
use rust_i18n::t;

use crate::guard::Choice;
use crate::sync::event::FileStatus;
use crate::window::parts::{roomy, small_button, title, weak};
use crate::window::picture::{AsItIs, Ask};
use crate::window::theme::GAP;
use crate::window::words;

/// Held back because of what is in it: that can be hidden.
const CAN_BE_HIDDEN: [&str; 2] = ["guard.blocked", "guard.structure"];

/// Nothing a person could decide.
const GOES_ON: &str = "guard.no_room";

pub fn is_held(file: &FileStatus) -> bool {
    file.kind.as_deref().is_some_and(|kind| kind.starts_with("guard.") && kind != GOES_ON)
}

pub fn buttons(ui: &mut Ui, file: &FileStatus, asks: &mut Vec<Ask>) {
    let name = &file.name;
    let hides = file.kind.as_deref().is_some_and(|kind| CAN_BE_HIDDEN.contains(&kind));
    if hides && small_button(ui, &t!("guarded.redact"), &t!("guarded.redact_name", file = name)).clicked() {
        asks.push(Ask::Decide(name.clone(), Choice::Redact));
    }
    if small_button(ui, &t!("guarded.as_is"), &t!("guarded.as_is_name", file = name)).clicked() {
        let found = words::told_in(&file.reason);
        let holds = (!found.is_empty()).then(|| words::counts(&found));
        asks.push(Ask::SendAsItIs(AsItIs { file: name.clone(), holds }));
    }
}

/// The question. True: it was answered.
pub fn sure(ctx: &Context, file: &AsItIs, asks: &mut Vec<Ask>) -> bool {
    let mut answered = false;
    let modal = Modal::new(Id::unique("as-it-is")).show(ctx, |ui| {
        roomy(ui, |ui| {
            ui.set_max_width(420.0);
            title(ui, &t!("guarded.sure", file = file.file));
            match &file.holds {
                Some(what) => weak(ui, t!("guarded.leaves", what = what)),
                None => weak(ui, t!("guarded.leaves_all")),
            };
            ui.add_space(GAP);
            ui.horizontal_wrapped(|ui| {
                let keep = ui.button(&*t!("guarded.keep"));
                // The harmless answer has the keyboard.
                if ui.memory(|memory| memory.focused().is_none()) {
                    keep.request_focus();
                }
                answered = keep.clicked();
                if ui.button(&*t!("guarded.really")).clicked() {
                    answered = true;
                    asks.push(Ask::Decide(file.file.clone(), Choice::AsIs));
                }
            });
        });
    });
    answered || modal.should_close()
}
