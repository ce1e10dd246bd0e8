//! The plots: bars of time and processor time for each client.
//!
//! In: results. Out: SVG files beside `results.json`. Colours are told apart without colour sight, too: OutTray is the
//! dark one.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use serde_json::Value;

const OURS: RGBColor = RGBColor(0x1f, 0x4e, 0x79);
const THEIRS: RGBColor = RGBColor(0xb0, 0xb8, 0xc1);

struct Bar {
    label: String,
    value: f64,
}

pub fn all(folder: &Path, results: &[Value]) -> Result<()> {
    let figures = [("wall_s", "seconds", "wall"), ("cpu_us_per_file", "µs of processor time a file", "cpu")];
    for (id, file) in [
        ("W1", "w1"),
        ("W1, SeaweedFS", "w1-seaweedfs"),
        ("W2, 32", "w2-32"),
        ("W2, 8", "w2-8"),
        ("W2, 2", "w2-2"),
        ("W3", "w3"),
        ("W4", "w4"),
        ("https", "https"),
    ] {
        let Some(result) = results.iter().find(|result| result.get("id").and_then(Value::as_str) == Some(id)) else {
            continue;
        };
        let what = result.get("what").and_then(Value::as_str).unwrap_or_default();
        for (figure, unit, ending) in figures {
            let mut bars = bars(result, figure);
            if ending == "wall"
                && let Some(bound) = result.get("bound_s").and_then(Value::as_f64)
            {
                bars.push(Bar { label: "the bound".into(), value: bound });
            }
            draw(&folder.join(format!("{file}-{ending}.svg")), &format!("{what}: {unit}"), &bars)?;
        }
    }
    Ok(())
}

fn bars(result: &Value, figure: &str) -> Vec<Bar> {
    let clients = result.get("clients").and_then(Value::as_array).into_iter().flatten();
    clients
        .filter_map(|client| {
            Some(Bar { label: client.get("client")?.as_str()?.to_owned(), value: client.get(figure)?.as_f64()? })
        })
        .collect()
}

fn draw(path: &Path, title: &str, bars: &[Bar]) -> Result<()> {
    const WIDTH: i32 = 640;
    const LEFT: i32 = 170;
    const LINE: i32 = 30;
    const TOP: i32 = 44;
    let most = bars.iter().map(|bar| bar.value).fold(f64::MIN_POSITIVE, f64::max);
    let height = TOP + LINE * i32::try_from(bars.len())? + 12;
    let root = SVGBackend::new(path, (WIDTH.unsigned_abs(), height.unsigned_abs())).into_drawing_area();
    let failed = |error: &dyn std::fmt::Display| anyhow!("drawing {}: {error}", path.display());
    root.fill(&WHITE).map_err(|error| failed(&error))?;
    let text = |size: i32, side: HPos| ("sans-serif", size).into_font().color(&BLACK).pos(Pos::new(side, VPos::Center));
    root.draw(&Text::new(title.to_owned(), (12, 20), text(15, HPos::Left))).map_err(|error| failed(&error))?;
    for (bar, line) in bars.iter().zip(0..) {
        let middle = TOP + LINE * line + LINE / 2;
        let right = LEFT + (bar.value / most * f64::from(WIDTH - LEFT - 90)) as i32;
        let colour = if bar.label.starts_with("OutTray") { OURS } else { THEIRS };
        let shape = Rectangle::new([(LEFT, middle - 10), (right.max(LEFT + 1), middle + 10)], colour.filled());
        root.draw(&shape).map_err(|error| failed(&error))?;
        let label = Text::new(bar.label.clone(), (LEFT - 8, middle), text(13, HPos::Right));
        root.draw(&label).map_err(|error| failed(&error))?;
        let value = if bar.value < 10.0 { format!("{:.2}", bar.value) } else { format!("{:.0}", bar.value) };
        root.draw(&Text::new(value, (right + 6, middle), text(13, HPos::Left))).map_err(|error| failed(&error))?;
    }
    root.present().map_err(|error| failed(&error))?;
    drop(root);
    Ok(())
}
