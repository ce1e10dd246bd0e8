//! A soak as numbers and as a picture: memory above, open descriptors below, one line for each OutTray.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;

use crate::site::{Life, Sample};

const COLOURS: [&str; 3] = ["#c2410c", "#0f766e", "#1d4ed8"];
const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 50.0;

pub fn json(lives: &[Life], took: Duration, seed: u64) -> String {
    let lives = lives.iter().map(|life| {
        let samples = life.samples.iter().map(|s| json!([s.secs.round(), s.rss_mb, s.descriptors]));
        json!({
            "name": life.name, "files": life.files, "stored_twice": life.doubled, "reckonings": life.reckonings,
            "events": life.events, "samples": samples.collect::<Vec<_>>(),
        })
    });
    json!({ "secs": took.as_secs(), "seed": seed, "columns": ["secs", "rss_mb", "descriptors"],
            "lives": lives.collect::<Vec<_>>() })
    .to_string()
}

pub fn svg(lives: &[Life]) -> String {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 840 430\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"840\" height=\"430\" fill=\"#ffffff\"/>\n",
    );
    chart(&mut svg, lives, 30.0, "memory, MB", |sample| sample.rss_mb);
    chart(&mut svg, lives, 225.0, "open descriptors", |sample| sample.descriptors as f64);
    for (at, (life, colour)) in lives.iter().zip(COLOURS).enumerate() {
        let x = LEFT + 260.0 * at as f64;
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"420\" fill=\"{colour}\">{}: {} files, 0 lost, {} stored twice</text>",
            life.name, life.files, life.doubled
        );
    }
    svg + "</svg>\n"
}

fn chart(svg: &mut String, lives: &[Life], top: f64, title: &str, value: fn(&Sample) -> f64) {
    let all = || lives.iter().flat_map(|life| &life.samples);
    let longest = all().map(|sample| sample.secs).fold(1.0, f64::max);
    let highest = all().map(value).fold(1.0, f64::max) * 1.1;
    let (x, y) = (|secs: f64| LEFT + secs / longest * WIDTH, |v: f64| top + HEIGHT - v / highest * HEIGHT);
    let _ = writeln!(svg, "<text x=\"{LEFT}\" y=\"{}\">{title}</text>", top - 8.0);
    for part in 0..=2 {
        let level = highest * f64::from(part) / 2.0;
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {y:.1}h{WIDTH}\" stroke=\"#d4d4d4\"/><text x=\"5\" y=\"{:.1}\">{level:.0}</text>",
            y(level) + 4.0,
            y = y(level)
        );
    }
    for part in 0..=4 {
        let secs = longest * f64::from(part) / 4.0;
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{:.0} min</text>",
            x(secs),
            top + HEIGHT + 16.0,
            secs / 60.0
        );
    }
    for (life, colour) in lives.iter().zip(COLOURS) {
        // One point for each dot of the picture: the highest of its time.
        let chunks = life.samples.chunks((life.samples.len() / WIDTH as usize).max(1));
        let peaks = chunks.filter_map(|chunk| chunk.iter().max_by(|one, other| value(one).total_cmp(&value(other))));
        let points = peaks.map(|sample| format!("{:.1},{:.1}", x(sample.secs), y(value(sample))));
        let points: Vec<_> = points.collect();
        let _ = writeln!(svg, "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\"/>", points.join(" "));
    }
}
