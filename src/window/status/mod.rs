//! The status page: how things are, what waits and why, what was sent.
//!
//! In: a [`Picture`] and the time. Out: [`Ask`]s. Not here: where the picture comes from (`link`).

use eframe::egui::{RichText, Ui};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use rust_i18n::t;

mod chart;
mod files;
mod guarded;
mod recent;
#[cfg(test)]
mod tests;

pub use guarded::sure;

use super::parts::{Tone, banner, card, first_button, mark, page, small, weak};
use super::picture::{Ask, Engine, Picture};
use super::theme::{self, colours};
use super::words::{self, sentence};
use crate::control::protocol::{Page, Show};
use crate::sync::event::{State, Status};

/// The clock on the wall, as a value.
#[derive(Debug, Clone)]
pub struct Clock {
    pub now: Timestamp,
    pub zone: TimeZone,
}

impl Clock {
    pub fn of_this_place() -> Self {
        Self { now: Timestamp::now(), zone: TimeZone::system() }
    }

    pub fn tell(&self, moment: Timestamp) -> String {
        words::clock(moment, self.now, &self.zone)
    }
}

pub fn draw(ui: &mut Ui, picture: &Picture, clock: &Clock, asks: &mut Vec<Ask>) {
    page(ui, "status", |ui| match &picture.engine {
        Engine::Unknown => {
            weak(ui, t!("status.looking"));
        }
        Engine::SetupNeeded => {
            banner(ui, Tone::Plain, &t!("status.setup"), |ui| {
                if first_button(ui, &t!("nav.setup"), true).clicked() {
                    asks.push(Ask::Go(Show { page: Some(Page::Setup), field: None }));
                }
            });
        }
        Engine::Off(why) => {
            off(ui, why.as_deref(), asks);
            if why.is_none() {
                everything(ui, picture, clock, asks);
            }
        }
        Engine::Runs => everything(ui, picture, clock, asks),
    });
}

fn everything(ui: &mut Ui, picture: &Picture, clock: &Clock, asks: &mut Vec<Ask>) {
    head(ui, picture, clock, asks);
    obstacles(ui, &picture.status);
    files::draw(ui, picture, clock, asks);
    chart::draw(ui, &picture.hours, &clock.zone);
    recent::draw(ui, &picture.receipts, clock, asks);
    ui.horizontal_wrapped(|ui| {
        if ui.button(&*t!("status.logs")).clicked() {
            asks.push(Ask::OpenLogs);
        }
        if ui.button(&*t!("status.bundle")).on_hover_text(t!("status.bundle_hover")).clicked() {
            asks.push(Ask::Bundle);
        }
    });
}

fn off(ui: &mut Ui, why: Option<&str>, asks: &mut Vec<Ask>) {
    let tone = if why.is_some() { Tone::Error } else { Tone::Warning };
    banner(ui, tone, &t!("status.off"), |ui| {
        if let Some(why) = why {
            ui.label(why);
        }
        ui.horizontal_wrapped(|ui| {
            // Settings that are not in order come first: nothing starts without them.
            if why.is_some() && first_button(ui, &t!("settings.open_file"), true).clicked() {
                asks.push(Ask::OpenSettings);
            }
            let start = t!("status.start");
            let start = if why.is_some() { ui.button(&*start) } else { first_button(ui, &start, true) };
            if start.clicked() {
                asks.push(Ask::Start);
            }
        });
    });
}

fn head(ui: &mut Ui, picture: &Picture, clock: &Clock, asks: &mut Vec<Ask>) {
    let status = &picture.status;
    let look = colours(ui);
    let colour = match status.state {
        _ if picture.engine != Engine::Runs => look.weak,
        State::Idle | State::Syncing => look.accent,
        State::Paused => look.weak,
        State::Offline => look.warning,
        State::Attention | State::SetupNeeded => look.error,
    };
    card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            mark(ui, colour);
            let text = sentence(status, clock.now, &clock.zone);
            ui.label(RichText::new(text).text_style(theme::title()).strong());
        });
        let sent =
            t!("status.sent", files = words::files(status.synced_total), size = words::bytes(status.bytes_total));
        small(ui, format!("{sent} · {} · {}", status.device_id, status.watch_dir));
        if let Some(sentence) = words::redacted(&picture.redacted) {
            small(ui, t!("guarded.day", sentence = sentence));
        }
        ui.horizontal_wrapped(|ui| {
            let runs = picture.engine == Engine::Runs;
            if first_button(ui, &t!("status.sync"), runs).clicked() {
                asks.push(Ask::Sync);
            }
            ui.add_enabled_ui(runs, |ui| pause(ui, status, clock, asks));
            if ui.button(&*t!("status.folder")).clicked() {
                asks.push(Ask::OpenFolder);
            }
        });
    });
}

fn pause(ui: &mut Ui, status: &Status, clock: &Clock, asks: &mut Vec<Ask>) {
    if status.paused_until.is_some() {
        if ui.button(&*t!("status.resume")).clicked() {
            asks.push(Ask::Resume);
        }
        return;
    }
    ui.menu_button(&*t!("status.pause"), |ui| {
        if ui.button(&*t!("pause.hour")).clicked() {
            asks.push(Ask::Pause(Some(3600)));
        }
        if ui.button(&*t!("pause.day")).clicked() {
            asks.push(Ask::Pause(Some(until_tomorrow(clock))));
        }
        if ui.button(&*t!("pause.open")).clicked() {
            asks.push(Ask::Pause(None));
        }
    });
}

/// Seconds to midnight of this place.
fn until_tomorrow(clock: &Clock) -> u64 {
    let now = clock.now.to_zoned(clock.zone.clone());
    let midnight = now.checked_add(1.day()).and_then(|then| then.start_of_day());
    midnight.map_or(86_400, |midnight| midnight.timestamp().duration_since(clock.now).as_secs().max(1).unsigned_abs())
}

/// What holds all files.
fn obstacles(ui: &mut Ui, status: &Status) {
    for obstacle in &status.obstacles {
        let tone = if obstacle.state == State::Attention { Tone::Error } else { Tone::Warning };
        let short = words::kind(Some(&obstacle.kind));
        banner(ui, tone, short.as_ref().unwrap_or(&obstacle.reason), |ui| {
            if short.is_some() && words::is_english() {
                weak(ui, &obstacle.reason);
            }
            let own = super::wizard::remedy(&obstacle.kind).filter(|_| !words::is_english());
            if let Some(hint) = own.as_ref().or(obstacle.hint.as_ref()) {
                weak(ui, hint);
            }
        });
    }
}
