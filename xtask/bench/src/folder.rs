//! Workloads of large folders: W4, a long line of waiting files, one huge file.

use std::io::Write as _;
use std::time::Instant;

use anyhow::Result;
use serde_json::{Value, json};

use crate::Bench;
use crate::chats::chat;
use crate::clients::{Client, peers};
use crate::cost::measure;
use crate::place::{Place, Settings};
use crate::report;
use crate::rounds::{Outcome, Row, middle};
use crate::sign::Signer;
use crate::sink::{Sink, Wish};

/// A folder with a long life: a million marked files, a hundred new ones.
pub fn marked(bench: &Bench) -> Result<Vec<Value>> {
    let sink = Sink::start(Wish::default())?;
    let count = bench.count(1_000_000);
    let place = Place::new()?;
    place.marked(count)?;
    let mut clients = vec![bench.outtray("OutTray", Settings::with(32))];
    clients.extend(peers(&[16], false).into_iter().filter(|peer| matches!(peer, Client::S5cmd { .. })));
    let keys = Signer { access: "AKIABENCH".into(), secret: "bench".into() };
    let mut rows: Vec<Row> = clients.iter().map(|client| Row { client: client.name(), costs: Vec::new() }).collect();
    let mut floors = Vec::new();
    for _ in 0..=bench.rounds {
        for (client, row) in clients.iter().zip(&mut rows) {
            place.files(100, 4096)?;
            let mut command = client.command(&place, &sink, &keys)?;
            row.costs.push(measure(&mut command)?);
            for number in 0..100 {
                let name = format!("conversation_{number:06}.json");
                let marked = place.folder.join(format!("{name}.synced"));
                std::fs::remove_file(if client.marks() { marked } else { place.folder.join(name) })?;
            }
        }
        let began = Instant::now();
        anyhow::ensure!(std::fs::read_dir(&place.folder)?.count() >= count, "the folder was not filled");
        floors.push(began.elapsed().as_secs_f64());
    }
    // The first round warms the cache.
    for row in &mut rows {
        row.costs.remove(0);
    }
    let floor = middle(floors.into_iter().skip(1)).map_or(0.0, |all| all.0);
    println!("\nreading the {count} names alone takes {floor:.3} s");
    let what = format!("{count} marked + 100 new x 4 KB, warm");
    let outcome = Outcome { id: "W4".into(), what, files: 100, rows, bound: Some(floor) };
    report::outcome(&outcome)?;
    Ok(vec![outcome.json()])
}

/// 100,000 files that wait: memory while they are carried.
pub fn backlog(bench: &Bench) -> Result<Vec<Value>> {
    let sink = Sink::start(Wish::default())?;
    let count = bench.count(100_000);
    let place = Place::new()?;
    place.files(count, 1024)?;
    place.set_up(&sink, &Settings::with(32))?;
    let cost = measure(&mut bench.sync(&place))?;
    place.all_marked(count)?;
    Ok(vec![told(
        "backlog",
        &format!("{count} x 1 KB wait"),
        cost.rss,
        cost.wall.as_secs_f64(),
        cost.cpu.as_secs_f64(),
    )])
}

/// One file near the limit of S3 for a PUT (5 GiB); a larger one is refused without being read.
pub fn huge(bench: &Bench) -> Result<Vec<Value>> {
    let sink = Sink::start(Wish::default())?;
    let mut all = Vec::new();
    for (megabytes, guard) in [(5000, false), (10_000, false)] {
        let place = Place::new()?;
        write_huge(&place, megabytes)?;
        place.set_up(&sink, &Settings { guard, ..Settings::with(2) })?;
        let mut command = bench.sync(&place);
        if megabytes > 5120 {
            // It is refused: the exit code says so.
            let mut quiet = std::process::Command::new("sh");
            quiet.args(["-c", "\"$0\" --json sync || true"]).arg(&bench.program).env("OUTTRAY_HOME", &place.home);
            command = quiet;
        }
        let cost = measure(&mut command)?;
        let what = format!("one file of {} GB", megabytes / 1000);
        all.push(told(&format!("huge, {megabytes}"), &what, cost.rss, cost.wall.as_secs_f64(), cost.cpu.as_secs_f64()));
    }
    Ok(all)
}

fn write_huge(place: &Place, megabytes: usize) -> Result<()> {
    let part = place.folder.join("part.tmp");
    let mut file = std::io::BufWriter::with_capacity(1 << 20, std::fs::File::create(&part)?);
    let piece = chat(0, 1_000_000);
    for number in 0..megabytes {
        file.write_all(if number == 0 { b"[" } else { b"," })?;
        file.write_all(piece.as_bytes())?;
    }
    file.write_all(b"]")?;
    file.into_inner()?.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(10))?;
    Ok(std::fs::rename(part, place.folder.join("huge.json"))?)
}

fn told(id: &str, what: &str, rss: f64, wall: f64, cpu: f64) -> Value {
    println!("\n{what:44} {wall:>9.2} s wall {cpu:>9.2} s CPU {rss:>8.1} MB");
    json!({"id": id, "what": what, "rss_mb": rss, "wall_s": wall, "cpu_s": cpu})
}
