//! The pictures of the tray, as the panel takes them.
//!
//! In: which state, and what the panel is like. Out: pixels. Not here: drawing them (`icons/`, `cargo xtask icons`).

use tray_icon::Icon as Pixels;

use super::view::Icon;
use crate::platform::panel::Panel;

macro_rules! pictures {
    ($panel:literal, $size:literal) => {
        [
            include_bytes!(concat!("../../icons/generated/ready-", $panel, "-", $size, ".png")),
            include_bytes!(concat!("../../icons/generated/syncing-", $panel, "-", $size, ".png")),
            include_bytes!(concat!("../../icons/generated/paused-", $panel, "-", $size, ".png")),
            include_bytes!(concat!("../../icons/generated/offline-", $panel, "-", $size, ".png")),
            include_bytes!(concat!("../../icons/generated/attention-", $panel, "-", $size, ".png")),
            include_bytes!(concat!("../../icons/generated/setup-", $panel, "-", $size, ".png")),
        ]
    };
}

/// In the order of [`Icon::ALL`].
static LIGHT_32: [&[u8]; 6] = pictures!("light", "32");
static DARK_32: [&[u8]; 6] = pictures!("dark", "32");
static LIGHT_48: [&[u8]; 6] = pictures!("light", "48");
static DARK_48: [&[u8]; 6] = pictures!("dark", "48");
static TEMPLATE: [&[u8]; 6] = pictures!("template", "36");

/// The pixels for a state, and whether the panel shall colour them itself.
pub(super) fn pixels(icon: Icon, panel: Panel) -> (Pixels, bool) {
    let (set, template) = match panel {
        Panel::Template => (&TEMPLATE, true),
        Panel::Light { scales: true } => (&LIGHT_48, false),
        Panel::Dark { scales: true } => (&DARK_48, false),
        Panel::Light { scales: false } => (&LIGHT_32, false),
        Panel::Dark { scales: false } => (&DARK_32, false),
    };
    let place = Icon::ALL.iter().position(|known| *known == icon).expect("all states are listed");
    (decoded(set[place]), template)
}

fn decoded(png: &[u8]) -> Pixels {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("our own picture");
    let mut rgba = vec![0; reader.output_buffer_size().expect("a picture of a few pixels")];
    let info = reader.next_frame(&mut rgba).expect("our own picture");
    rgba.truncate(info.buffer_size());
    Pixels::from_rgba(rgba, info.width, info.height).expect("our own picture is RGBA")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_picture_for_every_panel() {
        for icon in Icon::ALL {
            for scales in [false, true] {
                for panel in [Panel::Light { scales }, Panel::Dark { scales }, Panel::Template] {
                    assert_eq!(pixels(icon, panel).1, panel == Panel::Template);
                }
            }
        }
    }
}
