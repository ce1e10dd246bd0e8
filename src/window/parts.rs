//! The few parts that every page is built of: heading, card, banner, first button, copy button.
//!
//! In: words. Out: widgets in our look, each with a name for screen readers. Not here: colours and sizes (`theme`).

use eframe::egui::{
    Align, Button, Color32, CornerRadius, Frame, Layout, Margin, Response, RichText, ScrollArea, Sense, Stroke, Ui,
    vec2,
};

use super::theme::{self, APART, COLUMN, FAR, GAP, colours};

/// How a banner is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Warning,
    Error,
}

/// A page that scrolls, in a column that is not too wide.
pub fn page(ui: &mut Ui, name: &str, add: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().id_salt(name).auto_shrink(false).show(ui, |ui| {
        let side = ((ui.available_width() - COLUMN) / 2.0).clamp(APART, FAR * 2.0);
        let margin = Margin { left: side as i8, right: side as i8, top: FAR as i8, bottom: FAR as i8 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            ui.set_max_width(ui.available_width().min(COLUMN));
            add(ui);
        });
    });
}

pub fn heading(ui: &mut Ui, text: &str) -> Response {
    let response = ui.heading(RichText::new(text).strong());
    ui.add_space(GAP);
    response
}

/// Of a part of a page.
pub fn title(ui: &mut Ui, text: &str) -> Response {
    ui.label(RichText::new(text).text_style(theme::title()).strong())
}

pub fn weak(ui: &mut Ui, text: impl Into<String>) -> Response {
    let colour = colours(ui).weak;
    ui.label(RichText::new(text).color(colour))
}

pub fn small(ui: &mut Ui, text: impl Into<String>) -> Response {
    let colour = colours(ui).weak;
    ui.label(RichText::new(text).small().color(colour))
}

/// What belongs together.
pub fn card<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    let look = colours(ui);
    let frame = Frame::new().fill(look.card).stroke(Stroke::new(1.0, look.line)).corner_radius(10);
    let inside = frame.inner_margin(APART as i8).show(ui, |ui| {
        ui.set_width(ui.available_width());
        add(ui)
    });
    ui.add_space(GAP);
    inside.inner
}

/// Something to know before all else.
pub fn banner<R>(ui: &mut Ui, tone: Tone, text: &str, add: impl FnOnce(&mut Ui) -> R) -> R {
    let look = colours(ui);
    let mark = match tone {
        Tone::Plain => look.accent,
        Tone::Warning => look.warning,
        Tone::Error => look.error,
    };
    let frame = Frame::new().fill(mark.gamma_multiply(0.12)).stroke(Stroke::new(1.0, mark.gamma_multiply(0.5)));
    let inside = frame.corner_radius(10).inner_margin(Margin::symmetric(14, 12)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(text).color(look.text));
        add(ui)
    });
    ui.add_space(GAP);
    inside.inner
}

/// Room around a question that stands before everything.
pub fn roomy<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    Frame::new().inner_margin(GAP as i8).show(ui, add).inner
}

/// The button that most people want.
pub fn first_button(ui: &mut Ui, text: &str, enabled: bool) -> Response {
    let look = colours(ui);
    let (fill, ink) = if enabled { (look.accent, look.on_accent) } else { (look.line, look.weak) };
    let visuals = ui.visuals_mut();
    let kept = visuals.widgets.clone();
    for widget in [&mut visuals.widgets.inactive, &mut visuals.widgets.hovered, &mut visuals.widgets.active] {
        widget.fg_stroke.color = ink;
    }
    // The keyboard's frame must be seen on our own colour.
    visuals.widgets.active.bg_stroke = Stroke::new(2.0, look.text);
    let button = Button::new(RichText::new(text).color(ink).strong()).fill(fill);
    let response = ui.add_enabled(enabled, button);
    ui.visuals_mut().widgets = kept;
    response
}

/// A small button within text.
pub fn small_button(ui: &mut Ui, text: &str, name: &str) -> Response {
    ui.add(Button::new(RichText::new(text).small())).accessible_name(name)
}

/// Buttons at the right end of a line; the first is the rightmost.
pub fn at_right<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.with_layout(Layout::right_to_left(Align::Center), add).inner
}

/// How far something has come.
pub fn bar(ui: &mut Ui, share: f32, name: &str) {
    let look = colours(ui);
    let (place, response) = ui.allocate_exact_size(vec2(ui.available_width(), 6.0), Sense::hover());
    let round = CornerRadius::same(3);
    ui.painter().rect_filled(place, round, look.line);
    let mut done = place;
    done.set_width(place.width() * share.clamp(0.0, 1.0));
    ui.painter().rect_filled(done, round, look.accent);
    let value = f64::from(share.clamp(0.0, 1.0));
    response.widget_info(|| {
        let mut info = eframe::egui::WidgetInfo::labeled(eframe::egui::Role::ProgressIndicator, true, name);
        info.value = Some(value * 100.0);
        info
    });
}

/// A round mark in a colour that tells how things are.
pub fn mark(ui: &mut Ui, colour: Color32) {
    let (place, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
    ui.painter().circle_filled(place.center(), 6.0, colour);
}
