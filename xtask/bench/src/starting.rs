//! How quickly it is there: `outtray status`, and the two programs' sizes.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::Bench;
use crate::cost::{Running, measure};
use crate::place::{Place, Settings};
use crate::rounds::middle;
use crate::sink::{Sink, Wish};

pub fn start(bench: &Bench) -> Result<Vec<Value>> {
    let sink = Sink::start(Wish::default())?;
    let place = Place::new()?;
    place.set_up(&sink, &Settings::with(2))?;
    let mut all = Vec::new();
    for (name, running) in [("status, nothing runs", false), ("status of a running host", true)] {
        let host = running
            .then(|| Running::start(Command::new(&bench.program).arg("run").env("OUTTRAY_HOME", &place.home)))
            .transpose()?;
        if running {
            std::thread::sleep(Duration::from_secs(2));
        }
        let mut times = Vec::new();
        for _ in 0..30 {
            let cost = measure(Command::new(&bench.program).arg("status").env("OUTTRAY_HOME", &place.home))?;
            times.push(cost.wall.as_secs_f64() * 1000.0);
        }
        drop(host);
        let (half, least, most) = middle(times.into_iter()).context("thirty")?;
        println!("{name:44} median {half:.1} ms [{least:.1} to {most:.1}]");
        all.push(json!({"id": name, "what": name, "median_ms": half, "least_ms": least, "most_ms": most}));
    }
    for program in [&bench.program, &bench.desktop] {
        if let Ok(facts) = std::fs::metadata(program) {
            let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
            println!("{name:44} {:.1} MB", facts.len() as f64 / 1e6);
            all.push(json!({"id": format!("size of {name}"), "what": name, "bytes": facts.len()}));
        }
    }
    Ok(all)
}
