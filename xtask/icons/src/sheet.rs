//! All icons on one picture, to be looked at: on four panels, as they are and magnified, in colour and in grey.
//!
//! In: the folder of the sources. Out: pixels (not a square: the width is told).
//! Not here: what is generated (`plan`).

use std::path::Path;

use anyhow::Result;

use crate::draw::Pixels;
use crate::plan::{self, STATES};

const ZOOM: u32 = 8;
const PANELS: [(u8, &str); 5] = [(0xff, "light"), (0xf0, "light"), (0x20, "dark"), (0x00, "dark"), (0xf0, "template")];

pub struct Sheet {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
}

impl Sheet {
    fn new(width: u32, height: u32) -> Self {
        Sheet { width, height, rgb: vec![0x90; (width * height * 3) as usize] }
    }

    fn fill(&mut self, (left, top): (u32, u32), (width, height): (u32, u32), colour: [u8; 3]) {
        for y in top..top + height {
            for x in left..left + width {
                let at = ((y * self.width + x) * 3) as usize;
                self.rgb[at..at + 3].copy_from_slice(&colour);
            }
        }
    }

    /// Lays an icon on a grey panel, magnified without smoothing.
    fn put(&mut self, pixels: &Pixels, (left, top): (u32, u32), zoom: u32, panel: u8, grey: bool) {
        for (index, pixel) in (0..).zip(pixels.rgba.as_chunks::<4>().0) {
            let over = |channel: u8| {
                let alpha = u32::from(pixel[3]);
                ((u32::from(channel) * alpha + u32::from(panel) * (255 - alpha)) / 255) as u8
            };
            let [red, green, blue] = [over(pixel[0]), over(pixel[1]), over(pixel[2])];
            let luma = (f32::from(red) * 0.213 + f32::from(green) * 0.715 + f32::from(blue) * 0.072) as u8;
            let colour = if grey { [luma; 3] } else { [red, green, blue] };
            let place = (left + index % pixels.size * zoom, top + index / pixels.size * zoom);
            self.fill(place, (zoom, zoom), colour);
        }
    }
}

/// `sizes` one below the other on each panel.
pub fn sheet(sources: &Path, sizes: &[u32], grey: bool) -> Result<Sheet> {
    let row = |size: u32| size * ZOOM + 8;
    let widest = sizes.iter().max().copied().unwrap_or(16);
    let column = widest * (ZOOM + 1) + 16;
    let height = sizes.iter().map(|size| row(*size)).sum::<u32>();
    let mut sheet = Sheet::new(column * 7, height * PANELS.len() as u32);
    let mut top = 0;
    for (panel, kind) in PANELS {
        sheet.fill((0, top), (sheet.width, height), [panel; 3]);
        for size in sizes {
            for (column_index, state) in (0..).zip(STATES.map(|(state, _)| state).into_iter().chain(["app"])) {
                let pixels = match (state, kind) {
                    ("app", _) => plan::app(sources, *size, 1.0)?,
                    (_, "template") => plan::template(sources, state, *size)?,
                    _ => plan::tray(sources, state, kind, *size)?,
                };
                let left = column * column_index + 4;
                sheet.put(&pixels, (left, top + 4), 1, panel, grey);
                sheet.put(&pixels, (left + widest + 4, top + 4), ZOOM, panel, grey);
            }
            top += row(*size);
        }
    }
    Ok(sheet)
}
