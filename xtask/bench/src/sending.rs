//! Workloads that send a folder's files once: W1, W2, W3, https, the real store, the limit, one huge file.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::Bench;
use crate::clients::{Client, peers};
use crate::place::{Place, Settings};
use crate::report;
use crate::rounds::{Load, Row, middle, run, with_keys};
use crate::sink::{Sink, Wish};

const SMALL: usize = 4096;
const DELAY: Duration = Duration::from_millis(40);

/// 10,000 small files, no delay: what the client itself costs.
pub fn small(bench: &Bench) -> Result<Vec<Value>> {
    let sink = Sink::start(Wish::default())?;
    let mut clients = vec![
        bench.outtray("OutTray", Settings::with(32)),
        bench.outtray("OutTray, guard off", Settings { guard: false, ..Settings::with(32) }),
    ];
    clients.extend(peers(&[64], false).into_iter().map(|peer| match peer {
        // The number that suits each best.
        Client::Rclone { checks, .. } => Client::Rclone { transfers: 16, checks },
        other => other,
    }));
    let load = Load { files: bench.count(10_000), size: SMALL, marked: 0 };
    let what = format!("{} x 4 KB, no delay, concurrency 32", load.files);
    let outcome = run("W1", what, load, bench.rounds, &clients, &sink)?;
    report::outcome(&outcome)?;
    Ok(vec![outcome.json()])
}

/// 2,000 small files, 40 ms added to every request.
pub fn latency(bench: &Bench) -> Result<Vec<Value>> {
    let sink = Sink::start(Wish { delay: DELAY, ..Wish::default() })?;
    let trip = round_trip(&sink)?;
    println!("\none request with the delay takes {:.2} ms", trip.as_secs_f64() * 1000.0);
    let mut all = Vec::new();
    for concurrency in [32, 8, 2] {
        let load = Load { files: bench.count(2000), size: SMALL, marked: 0 };
        let mut clients = vec![bench.outtray("OutTray", Settings::with(concurrency))];
        clients.extend(peers(&[concurrency], false));
        let what = format!("{} x 4 KB, 40 ms a request, concurrency {concurrency}", load.files);
        let mut outcome = run(&format!("W2, {concurrency}"), what, load, bench.rounds, &clients, &sink)?;
        outcome.bound = Some(trip.as_secs_f64() * load.files as f64 / concurrency as f64);
        report::outcome(&outcome)?;
        all.push(outcome.json());
    }
    Ok(all)
}

/// 200 files of 5 MB.
pub fn large(bench: &Bench) -> Result<Vec<Value>> {
    let sink = Sink::start(Wish::default())?;
    let mut clients = vec![
        bench.outtray("OutTray", Settings::with(8)),
        bench.outtray("OutTray, guard off", Settings { guard: false, ..Settings::with(8) }),
    ];
    clients.extend(peers(&[16], false));
    let load = Load { files: bench.count(200), size: 5 << 20, marked: 0 };
    let what = format!("{} x 5 MB, no delay, concurrency 8", load.files);
    let outcome = run("W3", what, load, bench.rounds, &clients, &sink)?;
    report::outcome(&outcome)?;
    Ok(vec![outcome.json()])
}

/// The processor time of https beside that of http, in turn.
pub fn https(bench: &Bench) -> Result<Vec<Value>> {
    let plain = Sink::start(Wish::default())?;
    let secure = Sink::start(Wish { https: true, ..Wish::default() })?;
    let load = Load { files: bench.count(10_000), size: SMALL, marked: 0 };
    let client = [bench.outtray("OutTray", Settings::with(32))];
    let mut rows = [("http", &plain), ("https", &secure)]
        .map(|(name, sink)| (Row { client: format!("OutTray, {name}"), costs: Vec::new() }, sink));
    let mut outcome = None;
    for _ in 0..bench.rounds {
        for (row, sink) in &mut rows {
            let mut one = run("https", String::new(), load, 1, &client, sink)?;
            row.costs.append(&mut one.rows[0].costs);
            outcome = Some(one);
        }
    }
    let mut outcome = outcome.context("no round")?;
    outcome.what = format!("{} x 4 KB, no delay, concurrency 32, warm connections", load.files);
    outcome.rows = rows.into_iter().map(|(row, _)| row).collect();
    report::outcome(&outcome)?;
    Ok(vec![outcome.json()])
}

/// W1 against a real S3 that verifies signatures.
pub fn seaweed(bench: &Bench) -> Result<Vec<Value>> {
    let Some(store) = crate::seaweed::Store::start()? else {
        println!("\nSeaweedFS is not here (OUTTRAY_TEST_WEED): skipped");
        return Ok(Vec::new());
    };
    let sink = Sink::start(Wish { elsewhere: Some((store.url.clone(), store.keys.clone())), ..Wish::default() })?;
    let mut clients = vec![bench.outtray("OutTray", Settings::with(32))];
    clients.extend(peers(&[32], true));
    let load = Load { files: bench.count(10_000), size: SMALL, marked: 0 };
    let what = format!("{} x 4 KB, SeaweedFS, concurrency 32", load.files);
    let outcome = with_keys("W1, SeaweedFS", what, load, bench.rounds, &clients, &sink, &store.keys)?;
    report::outcome(&outcome)?;
    Ok(vec![outcome.json()])
}

/// How closely `upload_limit` is kept: its settings and what came of it.
pub fn limit(bench: &Bench) -> Result<Vec<Value>> {
    let sink = Sink::start(Wish::default())?;
    let mut all = Vec::new();
    println!("\n{:44} {:>10} {:>10} {:>8}", "upload_limit", "wished/s", "seen/s", "off by");
    for (files, size, wished) in [(20_usize, 1 << 20, 4 << 20), (2000, SMALL, 1 << 20), (4, 8 << 20, 8_u64 << 20)] {
        let more = format!("network.upload_limit = \"{wished} B/s\"\n");
        let settings = Settings { guard: false, more, ..Settings::with(4) };
        let place = Place::new()?;
        place.files(files, size)?;
        place.set_up(&sink, &settings)?;
        let answered = sink.listen();
        crate::cost::measure(&mut bench.sync(&place))?;
        let puts: Vec<_> = answered.try_iter().collect();
        let first = puts.iter().map(|put| put.began).min().context("nothing came")?;
        let last = puts.iter().map(|put| put.answered).max().context("nothing came")?;
        let bytes: u64 = puts.iter().map(|put| put.size).sum();
        let seen = bytes as f64 / (last - first).as_secs_f64();
        let off = seen / wished as f64 - 1.0;
        let what = format!("{files} x {} KiB", size / 1024);
        println!("{what:44} {wished:>10} {seen:>10.0} {:>7.1}%", off * 100.0);
        all.push(json!({"id": format!("limit, {what}"), "what": what, "wished": wished, "seen": seen, "off": off}));
    }
    Ok(all)
}

/// The time of one request with nothing beside it, as a client with one connection sees it.
pub fn round_trip(sink: &Sink) -> Result<Duration> {
    use std::io::{Read as _, Write as _};
    let host = sink.bucket_url.trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(host)?;
    stream.set_nodelay(true)?;
    let body = [b'x'; SMALL];
    let mut times = Vec::new();
    for _ in 0..30 {
        let began = Instant::now();
        stream.write_all(format!("PUT /probe HTTP/1.1\r\nhost: x\r\ncontent-length: {SMALL}\r\n\r\n").as_bytes())?;
        stream.write_all(&body)?;
        let mut answer = [0; 1024];
        let _some = stream.read(&mut answer)?;
        times.push(began.elapsed().as_secs_f64());
    }
    Ok(Duration::from_secs_f64(middle(times.into_iter()).context("thirty")?.0))
}
