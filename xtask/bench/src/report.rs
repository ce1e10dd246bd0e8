//! What was measured, for people and for programs: tables, `results.json`, plots.
//!
//! In: outcomes. Out: lines on stdout; files in `target/bench`. Results of earlier runs are kept until they are measured
//! anew, so that the plots are always of everything.

use std::path::Path;

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::cost::Cost;
use crate::rounds::Outcome;

/// A table of one workload, with the ratios round by round.
pub fn outcome(outcome: &Outcome) -> Result<()> {
    println!("\n{}: {}", outcome.id, outcome.what);
    let head = ["wall s", "files/s", "CPU µs/file", "RSS MB", "wall ×", "CPU ×"];
    println!("{:24} {:>8} {:>8} {:>12} {:>8} {:>22} {:>22}", "", head[0], head[1], head[2], head[3], head[4], head[5]);
    let base = outcome.base()?;
    let shown = |ratio: Option<(f64, f64, f64)>| {
        ratio.map_or_else(String::new, |(half, least, most)| format!("{half:.2} [{least:.2} to {most:.2}]"))
    };
    for row in &outcome.rows {
        let files = outcome.files as f64;
        println!(
            "{:24} {:>8.3} {:>8.0} {:>12.0} {:>8.1} {:>22} {:>22}",
            row.client,
            row.wall(),
            files / row.wall(),
            row.cpu() * 1e6 / files,
            row.rss(),
            shown(row.ratio(base, |cost: &Cost| cost.wall.as_secs_f64())),
            shown(row.ratio(base, |cost: &Cost| cost.cpu.as_secs_f64())),
        );
    }
    if let Some(bound) = outcome.bound {
        let over = (base.wall() / bound - 1.0) * 100.0;
        println!("{:24} {bound:>8.3}   {} is {over:+.1} % over it", "the bound", base.client);
    }
    Ok(())
}

/// Joins what was measured now with what is there.
pub fn keep(folder: &Path, measured: Vec<Value>) -> Result<Vec<Value>> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join("results.json");
    let before = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let mut all: Map<String, Value> = Map::new();
    let before = before.and_then(|value| value.get("results").and_then(Value::as_array).cloned()).unwrap_or_default();
    for value in before.into_iter().chain(measured) {
        if let Some(id) = value.get("id").and_then(Value::as_str) {
            all.insert(id.to_owned(), value.clone());
        }
    }
    let results: Vec<Value> = all.into_iter().map(|(_, value)| value).collect();
    let text = serde_json::to_string_pretty(&json!({"machine": machine(), "results": results}))?;
    std::fs::write(path, text + "\n")?;
    Ok(results)
}

/// What the numbers were measured on.
fn machine() -> Value {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned())
    };
    let (cpu, memory) = (read("/proc/cpuinfo"), read("/proc/meminfo"));
    json!({
        "processor": field(&cpu, "model name"),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "memory": field(&memory, "MemTotal"),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "load": read("/proc/loadavg").split_whitespace().take(3).collect::<Vec<_>>().join(" "),
        "at": jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string(),
    })
}
