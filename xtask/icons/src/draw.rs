//! One SVG source drawn at one size in one ink.
//!
//! In: a file of `icons/`, where the shapes are placed, and the ink. Out: its pixels.
//! Not here: which sources, sizes and inks there are (`plan`), file formats (`encode`).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// Red, green, blue and alpha of each pixel, not premultiplied, row by row. Always a square.
#[derive(Clone)]
pub struct Pixels {
    pub size: u32,
    pub rgba: Vec<u8>,
}

/// The colours of a drawing. Its shapes have the class `ink` (the tray) or `mark` (what stands in it).
#[derive(Clone, Copy)]
pub enum Ink<'a> {
    /// As the source says.
    Source,
    Colours {
        ink: &'a str,
        mark: &'a str,
    },
}

/// Draws `source` in the middle of a square of `size` pixels, `drawn` of which the drawing fills.
pub fn draw(source: &Path, size: u32, drawn: u32, ink: Ink) -> Result<Pixels> {
    let text = fs::read(source).with_context(|| format!("cannot read {}", source.display()))?;
    let tree = Tree::from_data(&text, &options(ink)).with_context(|| source.display().to_string())?;
    let edge = tree.size().width();
    ensure!((edge - tree.size().height()).abs() < f32::EPSILON, "{} is not a square", source.display());
    let scale = drawn as f32 / edge;
    // Only whole pixels: half a pixel of margin would blur every edge.
    let margin = ((size - drawn) / 2) as f32;
    let mut canvas = Pixmap::new(size, size).context("an icon has at least one pixel")?;
    resvg::render(&tree, Transform::from_row(scale, 0.0, 0.0, scale, margin, margin), &mut canvas.as_mut());
    let rgba = canvas.pixels().iter().flat_map(|pixel| {
        let colour = pixel.demultiply();
        [colour.red(), colour.green(), colour.blue(), colour.alpha()]
    });
    Ok(Pixels { size, rgba: rgba.collect() })
}

fn options(ink: Ink) -> Options<'static> {
    let mut style = String::new();
    if let Ink::Colours { ink, mark } = ink {
        write!(style, ".ink{{fill:{ink}}} .mark{{fill:{mark}}}").expect("a string takes what is written to it");
    }
    Options { style_sheet: Some(style), ..Options::default() }
}
