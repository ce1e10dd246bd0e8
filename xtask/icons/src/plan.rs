//! Which icons there are: sources, inks and sizes.
//!
//! In: the folder of the sources. Out: every generated file by its name.
//! Not here: drawing (`draw`), file formats (`encode`), files on disk (`main`).

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::draw::{Ink, Pixels, draw};
use crate::encode;

/// A state of the tray, and the colour of its mark on a dark panel. The sources have the colours for a light one.
pub const STATES: [(&str, &str); 6] = [
    ("ready", "#4ade80"),
    ("syncing", "#60a5fa"),
    ("paused", "#fbbf24"),
    ("offline", "#a8b0ba"),
    ("attention", "#ff7a70"),
    ("setup", "#c4a1ff"),
];
const PANELS: [&str; 2] = ["light", "dark"];
/// Linux panels: 16, 22 and 24, once and twice. Windows at 100, 125, 150, 200, 250, 300 and 400 %: 16 to 64.
const TRAY_SIZES: [u32; 9] = [16, 20, 22, 24, 32, 40, 44, 48, 64];
/// A menu bar of macOS takes 18 points.
const TEMPLATE_SIZES: [u32; 2] = [18, 36];
/// What menus and docks of Linux look for.
const APP_SIZES: [u32; 8] = [16, 24, 32, 48, 64, 128, 256, 512];
const ICO_SIZES: [u32; 7] = [16, 20, 24, 32, 48, 64, 256];
/// Apple's grid leaves a margin around the tile.
const APPLE_SHARE: f32 = 824.0 / 1024.0;

const DARK_INK: &str = "#eceff4";

pub type Files = BTreeMap<String, Vec<u8>>;

pub fn files(sources: &Path) -> Result<Files> {
    let mut files = Files::new();
    for (state, _) in STATES {
        for (panel, size) in PANELS.iter().flat_map(|panel| TRAY_SIZES.map(|size| (panel, size))) {
            files.insert(format!("{state}-{panel}-{size}.png"), encode::png(&tray(sources, state, panel, size)?)?);
        }
        for size in TEMPLATE_SIZES {
            files.insert(format!("{state}-template-{size}.png"), encode::png(&template(sources, state, size)?)?);
        }
    }
    for size in APP_SIZES {
        files.insert(format!("outtray-{size}.png"), encode::png(&app(sources, size, 1.0)?)?);
    }
    let ico = ICO_SIZES.iter().map(|size| app(sources, *size, 1.0)).collect::<Result<Vec<_>>>()?;
    files.insert("outtray.ico".into(), encode::ico(&ico)?);
    files.insert("outtray.icns".into(), encode::icns(|size| app(sources, size, APPLE_SHARE))?);
    Ok(files)
}

/// A state on a light or a dark panel.
pub fn tray(sources: &Path, state: &str, panel: &str, size: u32) -> Result<Pixels> {
    let (_, mark) = STATES.iter().find(|(name, _)| *name == state).context("there is no such state")?;
    let ink = if panel == "dark" { Ink::Colours { ink: DARK_INK, mark } } else { Ink::Source };
    glyph(sources, state, size, ink)
}

/// A state for macOS, which takes the alpha alone and colours it itself.
pub fn template(sources: &Path, state: &str, size: u32) -> Result<Pixels> {
    glyph(sources, state, size, Ink::Colours { ink: "#000", mark: "#000" })
}

/// There are two drawings, on 16 and on 20 pixels. The one is taken that keeps its edges on whole pixels.
fn glyph(sources: &Path, state: &str, size: u32, ink: Ink) -> Result<Pixels> {
    let (grid, drawn) = match size {
        20 | 22 | 24 => (20, 20),
        40 | 44 => (20, 40),
        _ => (16, size / 16 * 16),
    };
    draw(&sources.join(format!("tray-{state}-{grid}.svg")), size, drawn, ink)
}

/// The application's icon, which fills `share` of the square.
pub fn app(sources: &Path, size: u32, share: f32) -> Result<Pixels> {
    let small = if size < 32 { "app-16.svg" } else { "app.svg" };
    let margin = (size as f32 * (1.0 - share) / 2.0).floor() as u32;
    draw(&sources.join(small), size, size - 2 * margin, Ink::Source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../icons")
    }

    fn luminance(colour: [u8; 3]) -> f64 {
        let linear = colour.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        if one > other { one / other } else { other / one }
    }

    #[test]
    fn every_colour_stands_out_from_its_panel() {
        let panels = [("light", [0xff, 0xf0]), ("dark", [0x20, 0x00])];
        for (state, (panel, greys)) in STATES.iter().flat_map(|(state, _)| panels.map(|panel| (state, panel))) {
            let pixels = tray(&sources(), state, panel, 32).expect("it can be drawn");
            for pixel in pixels.rgba.as_chunks::<4>().0.iter().filter(|pixel| pixel[3] == 255) {
                let least = greys.map(|grey| contrast([pixel[0], pixel[1], pixel[2]], [grey; 3])).into_iter();
                let least = least.fold(f64::INFINITY, f64::min);
                assert!(least >= 4.5, "{state} on {panel}: {pixel:?} has only {least:.1}");
            }
        }
    }

    /// In grey and at the smallest size, two states share the tray and little else.
    #[test]
    fn states_differ_by_shape_alone() {
        let shapes = STATES.map(|(state, _)| (state, template(&sources(), state, 16).expect("it can be drawn")));
        for (index, (state, shape)) in shapes.iter().enumerate() {
            for (other, other_shape) in &shapes[..index] {
                let alphas = shape.rgba.iter().zip(&other_shape.rgba).skip(3).step_by(4);
                let differing = alphas.filter(|(one, other)| one.abs_diff(**other) > 127).count();
                assert!(differing >= 24, "{state} and {other} differ in {differing} of 256 pixels");
            }
        }
    }

    #[test]
    fn a_template_is_black_with_alpha() {
        let pixels = template(&sources(), "offline", 36).expect("it can be drawn");
        assert!(pixels.rgba.as_chunks::<4>().0.iter().all(|pixel| pixel[..3] == [0, 0, 0]));
        assert!(pixels.rgba.iter().skip(3).step_by(4).any(|alpha| *alpha == 255));
    }
}
