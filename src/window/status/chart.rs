//! Files and bytes of each hour of the last day, as two small charts.
//!
//! In: hours, oldest first. Out: bars, with a sentence of the same content for screen readers.
//! Not here: counting (`sync::inspect`).

use eframe::egui::{Ui, Vec2b};
use egui_plot::{Bar, BarChart, Plot};
use jiff::tz::TimeZone;
use rust_i18n::t;

use crate::sync::inspect::Hour;
use crate::window::parts::{card, small, title};
use crate::window::theme::{self, GAP, colours};
use crate::window::words;

/// Points.
const HEIGHT: f32 = 76.0;

pub fn draw(ui: &mut Ui, hours: &[Hour], zone: &TimeZone) {
    let (files, bytes) = hours.iter().fold((0, 0), |(files, bytes), hour| (files + hour.files, bytes + hour.bytes));
    if files == 0 {
        return; // an empty chart says nothing that the list does not say
    }
    title(ui, &t!("chart.heading"));
    card(ui, |ui| {
        let wide = ui.available_width() >= 420.0;
        let count = |hour: &Hour| (hour.files as f64, words::files(hour.files));
        let size = |hour: &Hour| (hour.bytes as f64, words::bytes(hour.bytes));
        let (files, bytes) = (words::files(files), words::bytes(bytes));
        if wide {
            ui.spacing_mut().item_spacing.x = theme::FAR;
            ui.columns_const(|[left, right]| {
                bars(left, "chart.files", &files, hours, zone, count);
                bars(right, "chart.bytes", &bytes, hours, zone, size);
            });
        } else {
            bars(ui, "chart.files", &files, hours, zone, count);
            bars(ui, "chart.bytes", &bytes, hours, zone, size);
        }
    });
    ui.add_space(GAP);
}

fn bars(ui: &mut Ui, name: &str, sum: &str, hours: &[Hour], zone: &TimeZone, value: impl Fn(&Hour) -> (f64, String)) {
    let colour = colours(ui).accent;
    let clock = |hour: &Hour| hour.start.to_zoned(zone.clone()).strftime("%H:%M").to_string();
    let bars: Vec<Bar> = hours
        .iter()
        .enumerate()
        .map(|(number, hour)| {
            let (height, text) = value(hour);
            Bar::new(number as f64, height).width(0.72).name(format!("{} · {text}", clock(hour))).fill(colour)
        })
        .collect();
    let most = hours.iter().map(|hour| value(hour).0).fold(0.0, f64::max);
    let labels = bars.iter().map(|bar| bar.name.clone()).collect::<Vec<_>>();
    small(ui, t!(name, sum = sum));
    let chart = BarChart::new(name, bars).color(colour).allow_hover(false);
    let plot = Plot::new(name)
        .height(HEIGHT)
        .show_axes(Vec2b::FALSE)
        .show_grid(Vec2b::FALSE)
        .show_background(false)
        .show_crosshair(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .include_y(0.0)
        .include_y(most * 1.05)
        .include_x(-0.6)
        .include_x(hours.len() as f64 - 0.4)
        .set_margin_fraction(eframe::egui::Vec2::ZERO)
        .sense(eframe::egui::Sense::hover());
    let shown = plot.show(ui, |plot| {
        plot.bar_chart(chart);
        plot.pointer_coordinate().map(|point| point.x.round())
    });
    let pointed = shown.inner.filter(|_| shown.response.hovered());
    if let Some(text) = pointed.and_then(|x| labels.get(x.max(0.0) as usize)) {
        shown.response.clone().on_hover_text_at_pointer(text);
    }
    shown.response.accessible_name(t!(name, sum = sum));
    if let (Some(first), Some(last)) = (hours.first(), hours.last()) {
        ui.horizontal(|ui| {
            small(ui, clock(first));
            crate::window::parts::at_right(ui, |ui| small(ui, clock(last)));
        });
    }
}
