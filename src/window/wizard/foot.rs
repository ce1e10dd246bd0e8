//! The buttons of the wizard, always in sight: back, forward, and at the end the last word.
//!
//! In: the page that is on. Out: acts. Not here: the page itself (`steps`, `finish`).

use eframe::egui::{Frame, Margin, Panel, Ui};
use rust_i18n::t;

use crate::control::protocol::{Page as Named, Show};
use crate::setup::wizard::{Act, Ending, Finish, Page, Proof};
use crate::window::parts::first_button;
use crate::window::picture::Ask;
use crate::window::theme::{APART, colours};

pub fn draw(ui: &mut Ui, page: &Page, acts: &mut Vec<Act>, asks: &mut Vec<Ask>) {
    let frame = Frame::new().fill(colours(ui).side).inner_margin(Margin::symmetric(APART as i8, 10));
    Panel::bottom("setup-foot").frame(frame).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| match page {
            Page::Finish(finish) => last(ui, finish, acts, asks),
            Page::Connect { .. } => forward(ui, false, acts),
            Page::Computer { .. } | Page::Folder { .. } => forward(ui, true, acts),
            Page::Guard(_) => {
                if ready(ui, &t!("setup.forward")) {
                    acts.push(Act::Forward);
                }
                back(ui, acts);
            }
        });
    });
}

fn forward(ui: &mut Ui, can_go_back: bool, acts: &mut Vec<Act>) {
    if first_button(ui, &t!("setup.forward"), true).clicked() {
        acts.push(Act::Forward);
    }
    if can_go_back {
        back(ui, acts);
    }
}

fn back(ui: &mut Ui, acts: &mut Vec<Act>) {
    if ui.button(&*t!("setup.back")).clicked() {
        acts.push(Act::Back);
    }
}

fn last(ui: &mut Ui, finish: &Finish, acts: &mut Vec<Act>, asks: &mut Vec<Ask>) {
    match &finish.ending {
        Ending::Done(_) => {
            if ready(ui, &t!("setup.show_status")) {
                asks.push(Ask::Go(Show { page: Some(Named::Status), field: None }));
            }
            return;
        }
        Ending::Writing => {
            first_button(ui, &t!("setup.write"), false);
            return;
        }
        Ending::Open | Ending::Refused(_) => {}
    }
    match finish.proof {
        Proof::Green => {
            if ready(ui, &t!("setup.write")) {
                acts.push(Act::Finish);
            }
        }
        Proof::Red => {
            if ready(ui, &t!("setup.again")) {
                acts.push(Act::TryAgain);
            }
            if ui.button(&*t!("setup.write_anyway")).clicked() {
                acts.push(Act::Finish);
            }
        }
        Proof::Climbing => {
            if ui.button(&*t!("setup.write_anyway")).clicked() {
                acts.push(Act::Finish);
            }
        }
        Proof::Impossible => {}
    }
    back(ui, acts);
}

/// Enter is the way forward here too, as soon as there is something to agree to.
fn ready(ui: &mut Ui, text: &str) -> bool {
    let button = first_button(ui, text, true);
    if ui.memory(|memory| memory.focused().is_none()) {
        button.request_focus();
    }
    button.clicked()
}
