//! One OutTray with a cloud, a producer and bad luck of its own.
//!
//! In: a kind of presigner, whether it may be killed, a seed. Out: a [`Life`]; it panics when a file was lost, when a
//! mark lies, or when a new presigner's bucket holds a content twice. Not here: pictures of it (`plot`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use outtray::cloud::faults::{Armed, Fault, Lost, Pace, Rule, Side};
use outtray::cloud::{Cloud, Mode, Options, Store};
use tempfile::TempDir;

use crate::tray::{self, sha256};
use crate::wall_clock::WallClock;

/// Between two reckonings, at which everything has to have arrived.
const BETWEEN: Duration = Duration::from_secs(90);
/// The longest that a reckoning may take on a busy machine.
const RECKONING: Duration = Duration::from_mins(5);

pub struct Site {
    name: &'static str,
    mode: Mode,
    mortal: bool,
    cloud: Cloud,
    weather: Vec<Arc<Armed>>,
    program: PathBuf,
    home: TempDir,
    clock: Option<WallClock>,
    chance: fastrand::Rng,
    child: Child,
    /// Contents since the last reckoning: name and hash.
    wanted: BTreeMap<String, String>,
    serial: u64,
    life: Life,
}

/// What was seen.
#[derive(Default)]
pub struct Life {
    pub name: &'static str,
    pub samples: Vec<Sample>,
    pub files: u64,
    pub doubled: u64,
    pub reckonings: u64,
    /// How often each misfortune came.
    pub events: BTreeMap<&'static str, u64>,
    mortal: bool,
}

pub struct Sample {
    pub secs: f64,
    pub rss_mb: f64,
    pub descriptors: usize,
}

impl Site {
    pub fn new(name: &'static str, program: &Path, mode: Mode, mortal: bool, seed: u64) -> Self {
        let mut options = Options { store: Store::Nowhere, ..Options::default() };
        options.behaviour.mode = mode;
        let cloud = Cloud::spawn_thread(options).expect("a cloud on loopback");
        let home = tempfile::tempdir().expect("a folder");
        fs::write(home.path().join("config.toml"), tray::settings(&cloud.api_url(), "")).expect("a config");
        fs::create_dir(home.path().join("tray")).expect("a folder");
        let clock = WallClock::new(home.path());
        let child = start(program, &home, clock.as_ref());
        let program = program.to_owned();
        let life = Life { name, mortal, ..Life::default() };
        let chance = fastrand::Rng::with_seed(seed);
        let (weather, wanted) = (Vec::new(), BTreeMap::new());
        let mut site =
            Self { name, mode, mortal, cloud, weather, program, home, clock, chance, child, wanted, serial: 0, life };
        site.storm(seed);
        site
    }

    /// Until the time is over, and the last file has arrived.
    pub fn live(mut self, began: Instant, time: Duration) -> Life {
        let mut reckoned = Instant::now();
        while began.elapsed() < time {
            for _ in 0..self.chance.u32(0..4) {
                self.produce();
            }
            self.misfortune();
            self.sample(began);
            if reckoned.elapsed() > BETWEEN {
                self.reckon();
                reckoned = Instant::now();
            }
            std::thread::sleep(Duration::from_millis(self.chance.u64(300..1500)));
        }
        self.reckon();
        self.sample(began);
        std::mem::take(&mut self.life)
    }

    fn produce(&mut self) {
        self.serial += 1;
        let name = format!("{:06}.json", self.serial);
        let size = if self.chance.u8(..) < 6 { 3_000_000 } else { self.chance.usize(0..20_000) };
        let text = format!("{{\"number\": {}, \"text\": \"{}\"}}", self.serial, "x".repeat(size));
        tray::finish(&self.home.path().join("tray").join(&name), &text);
        self.wanted.insert(name, sha256(text.as_bytes()));
        self.life.files += 1;
    }

    /// What goes wrong at the cloud, each time by chance.
    fn storm(&mut self, seed: u64) {
        let drops = |step| Pace { step, pause: Duration::from_millis(20) };
        let slow_down = || Fault::s3_error(503, "SlowDown", "Please reduce your request rate.");
        let storm = [
            (Side::Put, Fault::Reset { after: 100 }, 0.02),
            (Side::Put, Fault::LostAnswer(Lost::Reset), 0.03),
            (Side::Put, Fault::LostAnswer(Lost::Status(500)), 0.02),
            (Side::Put, slow_down(), 0.01),
            (Side::Put, Fault::early_s3_error(403, "AccessDenied", "Request has expired", 50), 0.01),
            (Side::Put, Fault::HalfClose(Duration::from_millis(200)), 0.01),
            (Side::Put, Fault::WrongEtag, 0.005),
            (Side::Put, Fault::SlowRead(drops(4096)), 0.01),
            (Side::Put, Fault::Raw(b"HTP/9 what\r\n\r\n".to_vec()), 0.01),
            (Side::Presign, Fault::api_error(500, "Internal server error"), 0.03),
            (Side::Presign, Fault::Portal, 0.005),
            (Side::Presign, Fault::expired(), 0.02),
            (Side::Presign, Fault::Reset { after: 0 }, 0.02),
            (Side::Presign, Fault::answer_text(|_| b"{\"url\": \"ht".to_vec()), 0.005),
        ];
        for (number, (side, fault, chance)) in (0..).zip(storm) {
            let rule = Rule::new(side, fault).always().chance(chance, seed ^ number);
            self.weather.push(self.cloud.faults().add(rule));
        }
    }

    /// Mostly nothing.
    fn misfortune(&mut self) {
        match self.chance.u8(0..60) {
            0..3 if self.mortal => {
                self.child.kill().expect("it runs");
                self.again("kill -9");
            }
            3..5 if self.mortal => {
                signal(&self.child, "TERM");
                self.again("ended and started");
            }
            5 => {
                self.note("SIGSTOP, and the wall clock ran on");
                signal(&self.child, "STOP");
                std::thread::sleep(Duration::from_secs(self.chance.u64(1..4)));
                self.set_clock(3600);
                signal(&self.child, "CONT");
            }
            6 => {
                self.note("wall clock set wrong");
                let wrong = [-1200, 86_400, 0, 7200];
                let secs = *self.chance.choice(&wrong).expect("some");
                self.set_clock(secs);
            }
            7..9 => {
                self.note("network gone");
                self.plug(false);
                std::thread::sleep(Duration::from_millis(self.chance.u64(500..5000)));
                self.plug(true);
            }
            9 => {
                self.note("watched folder gone for a while");
                let (here, away) = (self.home.path().join("tray"), self.home.path().join("away"));
                fs::rename(&here, &away).expect("moved");
                std::thread::sleep(Duration::from_millis(self.chance.u64(200..2500)));
                fs::rename(&away, &here).expect("moved back");
            }
            _ => {}
        }
    }

    fn note(&mut self, what: &'static str) {
        *self.life.events.entry(what).or_default() += 1;
    }

    fn set_clock(&self, secs: i64) {
        if let Some(clock) = &self.clock {
            clock.shift(secs);
        }
    }

    fn plug(&self, on: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(self.cloud.plug(on));
    }

    fn again(&mut self, how: &'static str) {
        self.child.wait().expect("it ends");
        self.note(how);
        self.child = start(&self.program, &self.home, self.clock.as_ref());
    }

    /// Memory and open files, as the system counts them.
    fn sample(&mut self, began: Instant) {
        let process = format!("/proc/{}", self.child.id());
        let status = fs::read_to_string(format!("{process}/status")).unwrap_or_default();
        let rss =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse::<u32>().ok());
        let (Some(rss), Ok(open)) = (rss, fs::read_dir(format!("{process}/fd"))) else { return };
        let rss_mb = f64::from(rss) / 1024.0;
        self.life.samples.push(Sample { secs: began.elapsed().as_secs_f64(), rss_mb, descriptors: open.count() });
    }

    /// Everything has to arrive now, though the weather stays bad; then marks, objects and contents are compared.
    fn reckon(&mut self) {
        let end = Instant::now() + RECKONING;
        let folder = self.home.path().join("tray");
        while !tray::names(&folder, ".json").is_empty() {
            let left = tray::names(&folder, ".json");
            assert!(Instant::now() < end, "{}: never sent: {left:?}; {}", self.name, self.told(&["status"]));
            // What has a long pause now is asked for, as a person would.
            self.told(&["retry"]);
            std::thread::sleep(Duration::from_secs(2));
        }
        for (name, hash) in std::mem::take(&mut self.wanted) {
            let copies: u64 =
                self.cloud.objects_of(&name).iter().filter(|o| o.sha256 == hash).map(|o| o.versions).sum();
            assert!(copies > 0, "{}: {name} is lost", self.name);
            assert!(copies == 1 || self.mode != Mode::V1, "{}: {name} is there {copies} times", self.name);
            self.life.doubled += copies - 1;
            let marked = folder.join(format!("{name}.synced"));
            let bytes = fs::read(&marked).unwrap_or_else(|error| panic!("{}: {name}.synced: {error}", self.name));
            assert_eq!(sha256(&bytes), hash, "{}: the bytes of {name} changed", self.name);
            fs::remove_file(marked).expect("the producer may");
        }
        self.life.reckonings += 1;
    }

    fn told(&self, words: &[&str]) -> String {
        let output =
            command(&self.program, &self.home, self.clock.as_ref()).args(words).stdout(Stdio::piped()).output();
        String::from_utf8_lossy(&output.expect("it starts").stdout).into_owned()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Life {
    pub fn summary(&self) -> String {
        let (first, last) = self.memory();
        let most = self.samples.iter().map(|sample| sample.descriptors).max().unwrap_or(0);
        format!(
            "{}: {} files, {} stored twice, {} reckonings, memory {first:.1} -> {last:.1} MB, at most {most} descriptors, {:?}",
            self.name, self.files, self.doubled, self.reckonings, self.events
        )
    }

    /// Means of the second and of the last quarter of its life: what it needs at the start is no growth.
    pub fn memory(&self) -> (f64, f64) {
        let quarter = self.samples.len() / 4;
        let mean = |from: usize| {
            let part = &self.samples[from..from + quarter];
            part.iter().map(|sample| sample.rss_mb).sum::<f64>() / quarter.max(1) as f64
        };
        (mean(quarter), mean(quarter * 3))
    }

    /// Only one that lives on can grow.
    pub fn is_flat(&self) -> bool {
        let (first, last) = self.memory();
        self.mortal || last < first * 1.3 + 4.0
    }
}

fn command(program: &Path, home: &TempDir, clock: Option<&WallClock>) -> Command {
    let mut command = Command::new(program);
    command.env("OUTTRAY_HOME", home.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(clock) = clock {
        clock.rule(&mut command);
    }
    command
}

fn start(program: &Path, home: &TempDir, clock: Option<&WallClock>) -> Child {
    command(program, home, clock).arg("run").spawn().expect("it starts")
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status().expect("kill");
    assert!(sent.success(), "the steady one has ended by itself");
}
