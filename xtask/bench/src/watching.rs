//! Workloads of a host that runs: W5 (how soon a finished file is sent) and W6 (what waiting costs).

use std::collections::HashSet;
use std::process::Command;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::Bench;
use crate::chats::chat;
use crate::cost::Running;
use crate::place::{Place, Settings};
use crate::rounds::middle;
use crate::sink::{Sink, Stored, Wish};

const PATIENCE: Duration = Duration::from_secs(30);

/// From the rename into place to the answered PUT: single files, then bursts.
pub fn soon(bench: &Bench) -> Result<Vec<Value>> {
    let sink = Sink::start(Wish::default())?;
    let place = Place::new()?;
    place.set_up(&sink, &Settings::with(32))?;
    let answered = sink.listen();
    let _host = started(bench, &place, &answered)?;
    let mut single = Vec::new();
    for number in 0..40 {
        std::thread::sleep(Duration::from_millis(300));
        single.push(burst(&place, &answered, &format!("single{number:02}"), 1)?.as_secs_f64() * 1000.0);
    }
    let (half, least, most) = middle(single.iter().copied()).context("forty files")?;
    println!("\nrename to answered PUT, single files: median {half:.1} ms [{least:.1} to {most:.1}]");
    let mut all = vec![
        json!({"id": "W5", "what": "rename to answered PUT", "median_ms": half, "least_ms": least, "most_ms": most}),
    ];
    for count in [20, 200] {
        let mut times = Vec::new();
        for round in 0..bench.rounds {
            std::thread::sleep(Duration::from_millis(1500));
            let name = format!("burst{count}_{round}");
            times.push(burst(&place, &answered, &name, count)?.as_secs_f64() * 1000.0);
        }
        let (half, least, most) = middle(times.into_iter()).context("rounds")?;
        println!("the last of a burst of {count}: median {half:.0} ms [{least:.0} to {most:.0}]");
        all.push(json!({"id": format!("W5, {count}"), "what": format!("last of a burst of {count}"), "median_ms": half, "least_ms": least, "most_ms": most}));
    }
    Ok(all)
}

/// A host that has sent its first file: everything is warm.
fn started(bench: &Bench, place: &Place, answered: &Receiver<Stored>) -> Result<Running> {
    let host = Running::start(Command::new(&bench.program).arg("run").env("OUTTRAY_HOME", &place.home))?;
    burst(place, answered, "first", 1)?;
    std::thread::sleep(Duration::from_secs(3));
    Ok(host)
}

fn burst(place: &Place, answered: &Receiver<Stored>, name: &str, count: usize) -> Result<Duration> {
    let parts: Vec<_> = (0..count)
        .map(|number| {
            let part = place.folder.join(format!("{name}_{number}.json.tmp"));
            std::fs::write(&part, chat(number, 4096)).map(|()| part)
        })
        .collect::<Result<_, _>>()?;
    let began = Instant::now();
    let mut open = HashSet::new();
    for part in parts {
        let done = part.with_extension("");
        std::fs::rename(&part, &done)?;
        open.insert(done.file_name().unwrap_or_default().to_string_lossy().into_owned());
    }
    let mut last = began;
    while !open.is_empty() {
        let Ok(put) = answered.recv_timeout(PATIENCE) else { bail!("{} files were never sent", open.len()) };
        let key = put.path.split('?').next().unwrap_or_default();
        let leaf = key.rsplit('/').next().unwrap_or_default();
        let leaf = leaf.split_once('_').map_or(leaf, |(_, leaf)| leaf);
        if open.remove(leaf) {
            last = last.max(put.answered);
        }
    }
    Ok(last - began)
}

/// A host with nothing to do, with 10,000 marked files: processor time, wake-ups, memory.
pub fn idle(bench: &Bench) -> Result<Vec<Value>> {
    let sink = Sink::start(Wish::default())?;
    let mut all = Vec::new();
    let time = Duration::from_secs(if bench.quick { 60 } else { 300 });
    println!("\n{:44} {:>8} {:>8} {:>8} {:>8} {:>8}", "idle", "CPU s", "wakes", "RSS MB", "own MB", "threads");
    let mut tray = Command::new(&bench.desktop);
    let headless = |place: &Place| {
        let mut command = Command::new(&bench.program);
        command.arg("run").env("OUTTRAY_HOME", &place.home);
        command
    };
    for (name, warm) in [("headless, nothing sent yet", false), ("headless, after 100 files", true)] {
        let place = Place::new()?;
        place.marked(10_000)?;
        if warm {
            place.files(100, 4096)?;
        }
        place.set_up(&sink, &Settings::with(2))?;
        all.push(watched(name, &mut headless(&place), time)?);
    }
    if std::env::var_os("DISPLAY").is_some() && bench.desktop.is_file() {
        let place = Place::new()?;
        place.marked(10_000)?;
        place.set_up(&sink, &Settings::with(2))?;
        tray.env("OUTTRAY_HOME", &place.home);
        all.push(watched("tray, nothing sent yet", &mut tray, time)?);
    } else {
        println!("no DISPLAY: the tray is skipped (`xvfb-run cargo xtask bench idle`)");
    }
    Ok(all)
}

fn watched(name: &str, command: &mut Command, time: Duration) -> Result<Value> {
    let host = Running::start(command)?;
    std::thread::sleep(Duration::from_secs(8));
    let (cpu, wakes) = (host.cpu()?, host.wakes()?);
    std::thread::sleep(time);
    let (cpu, wakes) = (host.cpu()?.saturating_sub(cpu).as_secs_f64(), host.wakes()?.saturating_sub(wakes));
    let (rss, own, threads) = (host.status("VmRSS")?, host.status("RssAnon")?, host.status("Threads")?);
    let what = format!("{name}, {} s, 10,000 marked", time.as_secs());
    println!("{what:44} {cpu:>8.2} {wakes:>8} {rss:>8.1} {own:>8.1} {threads:>8}");
    Ok(
        json!({"id": format!("W6, {name}"), "what": what, "cpu_s": cpu, "wakes": wakes, "rss_mb": rss, "anonymous_mb": own, "threads": threads}),
    )
}
