//! Processes and what they cost, as /proc tells.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

/// The unit of processor time in /proc on every Linux (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// The loopback cloud in a process of its own; ends when dropped.
pub struct Cloud {
    child: Child,
    pub api_url: String,
}

impl Cloud {
    pub fn start(program: &std::path::Path, delay: Duration) -> Result<Self> {
        let delay = delay.as_millis().to_string();
        let mut child = Command::new(program)
            .args(["cloud", "--sink", "--latency-ms", &delay])
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the loopback cloud")?;
        let mut api_url = String::new();
        BufReader::new(child.stdout.take().context("its output")?).read_line(&mut api_url)?;
        ensure!(api_url.starts_with("http://127."), "the loopback cloud did not start");
        Ok(Self { child, api_url: api_url.trim().to_owned() })
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended
        let _ = self.child.wait();
    }
}

pub struct Cost {
    pub wall: Duration,
    pub cpu: Duration,
    /// The most memory, in MB.
    pub rss: f64,
}

/// Runs a command to its end.
pub fn measure(command: &mut Command) -> Result<Cost> {
    let before = children()?;
    let began = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn()?;
    let mut rss: f64 = 0.0;
    let status = loop {
        rss = rss.max(memory(child.id(), "VmHWM").unwrap_or(0.0));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let wall = began.elapsed();
    ensure!(status.success(), "the measured command failed: {status}");
    Ok(Cost { wall, cpu: children()?.saturating_sub(before), rss })
}

/// Runs a command that does not end by itself: lets it settle, then watches it. Processor time, and memory in MB.
pub fn watch(command: &mut Command, settle: Duration, time: Duration) -> Result<(Duration, f64)> {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    std::thread::sleep(settle);
    let stat = format!("/proc/{}/stat", child.id());
    let before = ticks(&stat, 11)?;
    std::thread::sleep(time);
    let spent = ticks(&stat, 11)?.saturating_sub(before);
    let rss = memory(child.id(), "VmRSS").context("its memory")?;
    child.kill()?;
    child.wait()?;
    Ok((spent, rss))
}

/// Processor time of all children that have ended.
fn children() -> Result<Duration> {
    ticks("/proc/self/stat", 13)
}

/// Two neighbouring fields of `/proc/PID/stat` (user and system time), counted after the name in brackets.
fn ticks(stat: &str, first: usize) -> Result<Duration> {
    let text = std::fs::read_to_string(stat)?;
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u32>().ok());
    let sum = number(first).zip(number(first + 1)).context("/proc has another form")?;
    Ok(TICK * (sum.0 + sum.1))
}

fn memory(process: u32, which: &str) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find(|line| line.starts_with(which))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}
