//! The look: spacing, type sizes, colours, for light and dark.
//!
//! In: the theme that the system has. Out: an egui style for each, and the few colours that mean something.
//! Not here: single widgets (`parts`).

use std::sync::Arc;

use eframe::egui::style::{ScrollStyle, Selection, WidgetVisuals, Widgets};
use eframe::egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme, Ui, Visuals,
    vec2,
};

/// Steps of distance, in points. Every gap is one of them.
pub const NEAR: f32 = 4.0;
pub const GAP: f32 = 8.0;
pub const APART: f32 = 16.0;
pub const FAR: f32 = 24.0;

/// The widest line that is read with ease, in points.
pub const COLUMN: f32 = 760.0;

/// What a colour means.
#[derive(Debug, Clone, Copy)]
pub struct Colours {
    /// Ours: what can be done first, what is chosen.
    pub accent: Color32,
    /// On top of it.
    pub on_accent: Color32,
    pub text: Color32,
    pub weak: Color32,
    pub warning: Color32,
    pub error: Color32,
    /// Behind everything.
    pub ground: Color32,
    /// Behind the list of pages.
    pub side: Color32,
    /// Behind what belongs together.
    pub card: Color32,
    pub line: Color32,
    control: Color32,
    hovered: Color32,
}

const LIGHT: Colours = Colours {
    // The icon's, a little darker, so that text in it can be read on every ground.
    accent: Color32::from_rgb(0x0c, 0x72, 0x7b),
    on_accent: Color32::WHITE,
    text: Color32::from_rgb(0x1d, 0x24, 0x26),
    weak: Color32::from_rgb(0x5a, 0x67, 0x6b),
    warning: Color32::from_rgb(0x9a, 0x4a, 0x06),
    error: Color32::from_rgb(0xb3, 0x26, 0x1e),
    ground: Color32::from_rgb(0xf6, 0xf8, 0xf8),
    side: Color32::from_rgb(0xeb, 0xf0, 0xf0),
    card: Color32::WHITE,
    line: Color32::from_rgb(0xd7, 0xde, 0xdf),
    control: Color32::from_rgb(0xe9, 0xee, 0xee),
    hovered: Color32::from_rgb(0xdd, 0xe5, 0xe6),
};

const DARK: Colours = Colours {
    accent: Color32::from_rgb(0x46, 0xb4, 0xbd),
    on_accent: Color32::from_rgb(0x06, 0x21, 0x24),
    text: Color32::from_rgb(0xe6, 0xea, 0xea),
    weak: Color32::from_rgb(0x9c, 0xa8, 0xaa),
    warning: Color32::from_rgb(0xf0, 0xa8, 0x5c),
    error: Color32::from_rgb(0xf2, 0x8b, 0x82),
    ground: Color32::from_rgb(0x1a, 0x1e, 0x20),
    side: Color32::from_rgb(0x14, 0x18, 0x19),
    card: Color32::from_rgb(0x22, 0x27, 0x29),
    line: Color32::from_rgb(0x37, 0x3e, 0x41),
    control: Color32::from_rgb(0x2f, 0x36, 0x39),
    hovered: Color32::from_rgb(0x3a, 0x42, 0x45),
};

pub fn colours(ui: &Ui) -> &'static Colours {
    if ui.visuals().dark_mode { &DARK } else { &LIGHT }
}

/// Both looks; which of them is shown follows the system.
pub fn wear(context: &Context) {
    // A desktop that tells nothing is more often light.
    context.options_mut(|options| options.fallback_theme = Theme::Light);
    context.set_style_of(Theme::Light, Arc::new(style(&LIGHT, Visuals::light())));
    context.set_style_of(Theme::Dark, Arc::new(style(&DARK, Visuals::dark())));
}

fn style(colours: &Colours, visuals: Visuals) -> Style {
    let mut style = Style { visuals: self::visuals(colours, visuals), ..Style::default() };
    let size = |points| FontId::new(points, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Small, size(12.5)),
        (TextStyle::Body, size(14.5)),
        (TextStyle::Button, size(14.5)),
        (TextStyle::Heading, size(22.0)),
        (TextStyle::Monospace, FontId::new(13.0, FontFamily::Monospace)),
        (title(), size(16.5)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(GAP, GAP);
    spacing.button_padding = vec2(12.0, 6.0);
    spacing.interact_size.y = 30.0;
    spacing.icon_width = 18.0;
    spacing.icon_width_inner = 10.0;
    spacing.menu_margin = Margin::same(6);
    spacing.scroll = ScrollStyle::solid();
    spacing.scroll.bar_width = 8.0;
    style.animation_time = 0.0; // a window at rest is not painted
    style.url_in_tooltip = true;
    style
}

/// The style of headings within a page.
pub fn title() -> TextStyle {
    TextStyle::Name("title".into())
}

fn visuals(colours: &Colours, mut visuals: Visuals) -> Visuals {
    let widget = |fill, line: Stroke, text| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: line,
        corner_radius: CornerRadius::same(6),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let (thin, thick) = (Stroke::new(1.0, colours.line), Stroke::new(2.0, colours.accent));
    visuals.widgets = Widgets {
        noninteractive: widget(colours.card, thin, colours.text),
        inactive: widget(colours.control, thin, colours.text),
        hovered: widget(colours.hovered, Stroke::new(1.0, colours.weak), colours.text),
        // Also what has the keyboard: a thick frame in our colour.
        active: widget(colours.hovered, thick, colours.text),
        open: widget(colours.hovered, thin, colours.text),
    };
    visuals.selection =
        Selection { bg_fill: colours.accent.gamma_multiply(0.35), stroke: Stroke::new(1.0, colours.text) };
    visuals.weak_text_color = Some(colours.weak);
    visuals.hyperlink_color = colours.accent;
    visuals.warn_fg_color = colours.warning;
    visuals.error_fg_color = colours.error;
    visuals.panel_fill = colours.ground;
    visuals.window_fill = colours.card;
    visuals.window_stroke = thin;
    visuals.extreme_bg_color = colours.ground;
    visuals.text_edit_bg_color = Some(if visuals.dark_mode { colours.side } else { Color32::WHITE });
    visuals.faint_bg_color = colours.side;
    visuals.code_bg_color = colours.side;
    visuals.window_corner_radius = CornerRadius::same(10);
    visuals.popup_shadow = Shadow { offset: [0, 4], blur: 12, spread: 0, color: Color32::from_black_alpha(40) };
    visuals.window_shadow = visuals.popup_shadow;
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG: the brighter against the darker, both plus a little.
    fn contrast(one: Color32, two: Color32) -> f32 {
        let light = |colour: Color32| {
            let part = |byte: u8| {
                let share = f32::from(byte) / 255.0;
                if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(colour.r()) + 0.7152 * part(colour.g()) + 0.0722 * part(colour.b())
        };
        let (one, two) = (light(one) + 0.05, light(two) + 0.05);
        one.max(two) / one.min(two)
    }

    #[test]
    fn every_text_can_be_read_on_every_ground() {
        for colours in [LIGHT, DARK] {
            for ground in [colours.ground, colours.card, colours.side] {
                for text in [colours.text, colours.weak, colours.warning, colours.error, colours.accent] {
                    assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}: {}", contrast(text, ground));
                }
            }
            assert!(contrast(colours.on_accent, colours.accent) >= 4.5);
            assert!(contrast(colours.text, colours.control) >= 7.0 && contrast(colours.text, colours.hovered) >= 7.0);
        }
    }
}
