//! The last step: the ladder as it is climbed, what will be written, two switches; at last that it is done.
//!
//! In: the page as data. Out: acts. Not here: its buttons (`foot`), remedies in words (`fix`).

use eframe::egui::{Color32, RichText, Sense, Spinner, Stroke, Ui, WidgetInfo, pos2, vec2};
use rust_i18n::t;

use super::key::{self, Desk};
use super::{fix, personal};
use crate::setup::finish::Finished;
use crate::setup::ladder::{Rung, STEPS, Step};
use crate::setup::wizard::{Act, Ending, Finish, Proof};
use crate::window::parts::{Tone, banner, card, small, title, weak};
use crate::window::picture::Ask;
use crate::window::theme::{NEAR, colours};

/// True: from the beginning, please.
pub fn draw(ui: &mut Ui, page: &Finish, desk: &mut Desk, asks: &mut Vec<Ask>, acts: &mut Vec<Act>) -> bool {
    if let Ending::Done(done) = &page.ending {
        finished(ui, page, done, asks);
        return false;
    }
    let mut again = false;
    if let Ending::Refused(refused) = &page.ending {
        banner(ui, Tone::Error, &t!("setup.refused"), |ui| {
            ui.label(&refused.message);
            refused.hint.iter().for_each(|hint| drop(weak(ui, hint)));
            again = ui.button(&*t!("setup.begin_again")).clicked();
        });
    }
    match page.proof {
        Proof::Green => banner(ui, Tone::Plain, &t!("setup.green"), |_| {}),
        Proof::Red => banner(ui, Tone::Warning, &t!("setup.red"), |_| {}),
        Proof::Climbing | Proof::Impossible => {}
    }
    if page.proof != Proof::Impossible {
        card(ui, |ui| ladder(ui, page));
        key::draw(ui, &page.key, desk, asks, acts);
    }
    if page.start_at_login.is_some() || page.notify.is_some() {
        card(ui, |ui| switches(ui, page, acts));
    }
    card(ui, |ui| summary(ui, page));
    again
}

fn finished(ui: &mut Ui, page: &Finish, done: &Finished, asks: &mut Vec<Ask>) {
    banner(ui, Tone::Plain, &t!("setup.done"), |ui| {
        if page.proof != Proof::Green {
            ui.label(&*t!("setup.red"));
        }
        if let Some(place) = done.key {
            ui.label(key::kept(place));
        }
        if let Some(trouble) = &done.login_trouble {
            let colour = colours(ui).warning;
            ui.label(RichText::new(t!("setup.no_login", reason = trouble)).color(colour));
        }
    });
    card(ui, |ui| summary(ui, page));
    if ui.button(&*t!("settings.open_file")).clicked() {
        asks.push(Ask::OpenSettings);
    }
}

fn ladder(ui: &mut Ui, page: &Finish) {
    title(ui, &t!("setup.ladder"));
    weak(ui, t!("setup.ladder_about"));
    ui.add_space(NEAR);
    for step in STEPS {
        let rung = page.rungs.iter().find(|rung| rung.step == step);
        let is_over = page.proof == Proof::Green || page.rungs.iter().any(|rung| rung.step > step);
        // A key is seldom asked for; a presigner may tell no time, a new folder have nothing to rename in.
        let is_over = is_over || (step == Step::Key && page.under_way != Some(step));
        if rung.is_some() || !is_over {
            row(ui, step, rung, page.under_way == Some(step));
        }
    }
}

fn row(ui: &mut Ui, step: Step, rung: Option<&Rung>, under_way: bool) {
    let look = colours(ui);
    ui.horizontal_top(|ui| {
        match rung {
            Some(rung) if !rung.ok => sign(ui, look.error, Sign::Bad, &t!("setup.bad")),
            Some(rung) if rung.hint.is_some() => sign(ui, look.warning, Sign::Odd, &t!("setup.odd")),
            Some(_) => sign(ui, look.accent, Sign::Good, &t!("setup.good")),
            None if under_way => drop(ui.add(Spinner::new().size(SIGN).color(look.accent))),
            None => sign(ui, look.line, Sign::Open, &t!("setup.open")),
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = NEAR;
            match rung {
                Some(rung) if !rung.ok => bad(ui, rung),
                Some(rung) if rung.hint.is_some() => {
                    ui.label(RichText::new(t!("setup.clock_off")).color(look.warning));
                    small(ui, &rung.detail);
                }
                Some(rung) => drop(ui.label(fix::good(rung)).on_hover_text(&rung.detail)),
                None => drop(weak(ui, fix::name(step))),
            }
        });
    });
}

/// What happened, the one thing to do, and the exact words for whoever helps.
fn bad(ui: &mut Ui, rung: &Rung) {
    let colour = colours(ui).error;
    let (what, remedy) = fix::words(rung);
    ui.label(RichText::new(&what).strong().color(colour));
    if let Some(remedy) = remedy {
        ui.label(remedy);
    }
    if what != rung.detail {
        small(ui, &rung.detail);
    }
}

const SIGN: f32 = 18.0;

#[derive(Clone, Copy)]
enum Sign {
    Good,
    Odd,
    Bad,
    Open,
}

/// Drawn by hand: a font may lack such characters, and shape tells them apart without colour.
fn sign(ui: &mut Ui, colour: Color32, sign: Sign, name: &str) {
    let (place, response) = ui.allocate_exact_size(vec2(SIGN, SIGN), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(eframe::egui::Role::Image, true, name));
    let (middle, paint) = (place.center(), ui.painter());
    let line = |from: (f32, f32), to: (f32, f32)| {
        let stroke = Stroke::new(2.0, colours(ui).card);
        let at = |(x, y): (f32, f32)| pos2(middle.x + x, middle.y + y);
        paint.line_segment([at(from), at(to)], stroke);
    };
    if matches!(sign, Sign::Open) {
        paint.circle_stroke(middle, SIGN / 2.0 - 2.0, Stroke::new(1.5, colour));
        return;
    }
    paint.circle_filled(middle, SIGN / 2.0, colour);
    match sign {
        Sign::Good => {
            line((-4.0, 0.5), (-1.2, 3.5));
            line((-1.2, 3.5), (4.0, -3.0));
        }
        Sign::Odd => {
            line((0.0, -5.0), (0.0, 1.0));
            line((0.0, 3.0), (0.0, 5.0));
        }
        Sign::Bad => {
            line((-3.2, -3.2), (3.2, 3.2));
            line((-3.2, 3.2), (3.2, -3.2));
        }
        Sign::Open => {}
    }
}

fn summary(ui: &mut Ui, page: &Finish) {
    title(ui, &t!("setup.summary"));
    // Lines of text, not of controls.
    ui.spacing_mut().interact_size.y = 0.0;
    let (folder, file) = (page.folder.display().to_string(), page.file.display().to_string());
    let personal = personal::name(page.guard);
    let lines = [
        (t!("label.api_url"), &page.address),
        (t!("label.device_id"), &page.device),
        (t!("label.watch_dir"), &folder),
        (t!("group.guard"), &personal),
        (t!("setup.file"), &file),
    ];
    for (name, value) in lines {
        ui.horizontal_wrapped(|ui| {
            weak(ui, name);
            ui.label(value);
        });
    }
}

fn switches(ui: &mut Ui, page: &Finish, acts: &mut Vec<Act>) {
    if let Some(mut on) = page.start_at_login
        && ui.checkbox(&mut on, &*t!("setup.login")).changed()
    {
        acts.push(Act::StartAtLogin(on));
    }
    if let Some(mut on) = page.notify
        && ui.checkbox(&mut on, &*t!("setup.notify")).changed()
    {
        acts.push(Act::Notify(on));
    }
}
