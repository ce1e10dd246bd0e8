//! Pixels as a file: PNG, Windows' ICO, Apple's ICNS.
//!
//! In: pixels. Out: bytes, the same for the same pixels.
//! Not here: drawing (`draw`).

use anyhow::Result;
use icns::{IconElement, IconFamily, IconType, Image, PixelFormat};
use ico::{IconDir, IconDirEntry, IconImage, ResourceType};
use png::{BitDepth, ColorType, Compression, Encoder, Filter};

use crate::draw::Pixels;
use crate::sheet::Sheet;

/// Plain RGBA, 8 bits each, so that whoever decodes it needs no case distinction. The smallest of all row filters.
pub fn png(pixels: &Pixels) -> Result<Vec<u8>> {
    let filters = [Filter::NoFilter, Filter::Sub, Filter::Up, Filter::Avg, Filter::Paeth, Filter::Adaptive];
    let mut best = png_with(pixels, filters[0])?;
    for filter in &filters[1..] {
        let other = png_with(pixels, *filter)?;
        if other.len() < best.len() {
            best = other;
        }
    }
    Ok(best)
}

fn png_with(pixels: &Pixels, filter: Filter) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, pixels.size, pixels.size);
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    encoder.set_filter(filter);
    encoder.write_header()?.write_image_data(&pixels.rgba)?;
    Ok(bytes)
}

/// Up to 48 pixels as bitmaps, which every part of Windows reads; above that as PNG, which is far smaller.
pub fn ico(images: &[Pixels]) -> Result<Vec<u8>> {
    let mut icons = IconDir::new(ResourceType::Icon);
    for pixels in images {
        let image = IconImage::from_rgba_data(pixels.size, pixels.size, pixels.rgba.clone());
        let entry = if pixels.size > 48 { IconDirEntry::encode_as_png } else { IconDirEntry::encode_as_bmp };
        icons.add_entry(entry(&image)?);
    }
    let mut bytes = Vec::new();
    icons.write(&mut bytes)?;
    Ok(bytes)
}

/// What a Mac shows at one and at two pixels a point. The drawing function is asked for one size at a time.
pub fn icns(draw: impl Fn(u32) -> Result<Pixels>) -> Result<Vec<u8>> {
    let mut family = IconFamily::new();
    for kind in [IconType::RGB24_16x16, IconType::RGB24_32x32] {
        let Pixels { size, rgba } = draw(kind.pixel_width())?;
        family.add_icon_with_type(&Image::from_data(PixelFormat::RGBA, size, size, rgba)?, kind)?;
    }
    // These are PNG inside, and ours is smaller than what the crate would write.
    for kind in [
        IconType::RGBA32_16x16_2x,
        IconType::RGBA32_32x32_2x,
        IconType::RGBA32_128x128,
        IconType::RGBA32_128x128_2x,
        IconType::RGBA32_256x256,
        IconType::RGBA32_256x256_2x,
        IconType::RGBA32_512x512,
        IconType::RGBA32_512x512_2x,
    ] {
        family.elements.push(IconElement::new(kind.ostype(), png(&draw(kind.pixel_width())?)?));
    }
    let mut bytes = Vec::new();
    family.write(&mut bytes)?;
    Ok(bytes)
}

/// The contact sheet, which is only looked at.
pub fn sheet(sheet: &Sheet) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, sheet.width, sheet.height);
    encoder.set_color(ColorType::Rgb);
    encoder.write_header()?.write_image_data(&sheet.rgb)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_gives_back_its_pixels() {
        let rgba: Vec<u8> = (0..4 * 5 * 5).map(|n| n * 2).collect();
        let bytes = png(&Pixels { size: 5, rgba: rgba.clone() }).expect("it can be written");
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("it is a PNG");
        let mut found = vec![0; rgba.len()];
        reader.next_frame(&mut found).expect("it is whole");
        assert_eq!(found, rgba);
    }
}
