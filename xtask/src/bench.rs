//! `cargo xtask bench [WORD…]`: measures the release build against the loopback cloud.
//!
//! In: which measurements (all when none is named). Out: a table on stdout; each line is the median of its runs.
//! The cloud runs as a process of its own, so that processor time is the client's alone. Linux only: /proc tells the
//! figures. Not here: verdicts. A busy machine moves wall times by half; compare lines of one run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::step::{cargo, root};

mod place;
mod process;

use place::Place;
use process::{Cloud, Cost, measure, watch};

type Measurement = fn(&Bench) -> Result<()>;

const MEASUREMENTS: [(&str, Measurement); 5] = [
    ("throughput", Bench::throughput),
    ("latency", Bench::latency),
    ("large", Bench::large),
    ("rescan", Bench::rescan),
    ("idle", Bench::idle),
];

/// Runs of each short measurement.
const RUNS: usize = 3;

struct Bench {
    program: PathBuf,
}

pub fn run(args: &[String]) -> Result<()> {
    if let Some(odd) = args.iter().find(|word| !MEASUREMENTS.iter().any(|(name, _)| name == word)) {
        let known: Vec<_> = MEASUREMENTS.iter().map(|(name, _)| *name).collect();
        bail!("there is no measurement {odd}; there are: {}", known.join(" "));
    }
    if !cargo(&["build", "--release", "--bin", "outtray"]).status()?.success() {
        bail!("the release build failed");
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let bench = Bench { program: target.join("release/outtray") };
    println!("{:44} {:>9} {:>10} {:>12} {:>8}", "", "wall s", "files/s", "CPU µs/file", "RSS MB");
    for (name, measurement) in MEASUREMENTS {
        if args.is_empty() || args.iter().any(|word| word == name) {
            measurement(&bench)?;
        }
    }
    Ok(())
}

impl Bench {
    /// 10,000 files of 4 KB, no delay: what the client itself costs.
    fn throughput(&self) -> Result<()> {
        for concurrency in [2, 8, 32] {
            let name = format!("10,000 x 4 KB, 0 ms, concurrency {concurrency}");
            self.passes(&name, 10_000, 4096, concurrency, Duration::ZERO)?;
        }
        Ok(())
    }

    /// 40 ms added to every request: two requests a file, so files x 2 x 40 ms / concurrency is the bound.
    fn latency(&self) -> Result<()> {
        for (concurrency, files) in [(2, 200), (8, 800), (32, 2000), (128, 4000)] {
            let delay = Duration::from_millis(40);
            let name = format!("{files} x 4 KB, 40 ms, concurrency {concurrency}");
            self.passes(&name, files, 4096, concurrency, delay)?;
            println!(
                "{:44} {:>9.2}",
                "    its bound, presigns not overlapped",
                2.0 * 0.040 * files as f64 / concurrency as f64
            );
        }
        Ok(())
    }

    fn large(&self) -> Result<()> {
        self.passes("100 x 5 MB, 0 ms, concurrency 8", 100, 5 << 20, 8, Duration::ZERO)
    }

    /// A folder with a long life: a million marked files, a hundred new ones.
    fn rescan(&self) -> Result<()> {
        let cloud = Cloud::start(&self.program, Duration::ZERO)?;
        let place = Place::new(&cloud.api_url, 8)?;
        place.marked(1_000_000)?;
        let floor = list_floor(&place.folder)?;
        println!("{:44} {floor:>9.2}", "1,000,000 marked: reading the names alone");
        let mut costs = Vec::new();
        for _ in 0..RUNS {
            place.files(100, 4096)?;
            costs.push(self.pass(&place)?);
        }
        print_row("1,000,000 marked + 100 new", 100, &mut costs);
        Ok(())
    }

    /// A host with nothing to do: processor time in a minute, and memory.
    fn idle(&self) -> Result<()> {
        for (marked, interval) in [(0, 60), (10_000, 60), (10_000, 1)] {
            let cloud = Cloud::start(&self.program, Duration::ZERO)?;
            let place = Place::new(&cloud.api_url, 2)?;
            place.marked(marked)?;
            place.scan_every(interval)?;
            let mut run = Command::new(&self.program);
            run.arg("run").env("OUTTRAY_HOME", &place.home);
            let (cpu, rss) = watch(&mut run, Duration::from_secs(5), Duration::from_mins(1))?;
            println!(
                "{:44} {:>9} {:>10} {:>9.0} ms {:>8.1}",
                format!("idle for 60 s, {marked} marked, scan {interval} s"),
                "",
                "",
                cpu.as_secs_f64() * 1000.0,
                rss
            );
        }
        Ok(())
    }

    fn passes(&self, name: &str, files: usize, size: usize, concurrency: usize, delay: Duration) -> Result<()> {
        let cloud = Cloud::start(&self.program, delay)?;
        let mut costs = Vec::new();
        for _ in 0..RUNS {
            let place = Place::new(&cloud.api_url, concurrency)?;
            place.files(files, size)?;
            costs.push(self.pass(&place)?);
            place.all_marked(files)?;
        }
        print_row(name, files, &mut costs);
        Ok(())
    }

    fn pass(&self, place: &Place) -> Result<Cost> {
        let mut sync = Command::new(&self.program);
        sync.args(["--json", "sync"]).env("OUTTRAY_HOME", &place.home);
        measure(&mut sync)
    }
}

fn print_row(name: &str, files: usize, costs: &mut [Cost]) {
    costs.sort_by_key(|cost| cost.wall);
    let middle = &costs[costs.len() / 2];
    let (wall, count) = (middle.wall.as_secs_f64(), files as f64);
    let cpu = middle.cpu.as_micros() as f64 / count;
    println!("{name:44} {wall:>9.2} {:>10.0} {cpu:>12.0} {:>8.1}", count / wall, middle.rss);
}

/// What any program needs that reads the folder once.
fn list_floor(folder: &Path) -> Result<f64> {
    let began = std::time::Instant::now();
    let count = std::fs::read_dir(folder)?.count();
    assert!(count >= 1_000_000, "the folder was not filled");
    Ok(began.elapsed().as_secs_f64())
}
