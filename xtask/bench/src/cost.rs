//! What a process costs: wall and processor time, memory. Linux: /proc and the system's own account.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use wait4::Wait4 as _;

/// The unit of processor time in /proc on every Linux (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub wall: Duration,
    pub cpu: Duration,
    /// The most memory, in MB.
    pub rss: f64,
}

/// Runs a command to its end.
pub fn measure(command: &mut Command) -> Result<Cost> {
    let began = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let told = child.stderr.take().context("its errors")?;
    let reader = std::thread::spawn(move || std::io::read_to_string(told));
    let used = child.wait4()?;
    let wall = began.elapsed();
    let told = reader.join().ok().and_then(Result::ok).unwrap_or_default();
    let words: String = told.chars().take(600).collect();
    ensure!(used.status.success(), "{command:?} failed: {}\n{words}", used.status);
    let cpu = used.rusage.utime + used.rusage.stime;
    Ok(Cost { wall, cpu, rss: used.rusage.maxrss as f64 / 1024.0 / 1024.0 })
}

/// A program that does not end by itself; it ends when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
}

impl Running {
    pub fn start(command: &mut Command) -> Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Self { child })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Processor time so far.
    pub fn cpu(&self) -> Result<Duration> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.id()))?;
        let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u32>().ok());
        let (user, system) = number(11).zip(number(12)).context("/proc has another form")?;
        Ok(TICK * (user + system))
    }

    /// A line of its status: `VmRSS` and `VmHWM` in MB, `Threads` and switches as they are.
    pub fn status(&self, which: &str) -> Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        let line = text.lines().find(|line| line.starts_with(which)).context("/proc has another form")?;
        let value = line.split_whitespace().nth(1).and_then(|value| value.parse::<f64>().ok());
        let value = value.context("/proc has another form")?;
        Ok(if line.ends_with("kB") { value / 1024.0 } else { value })
    }

    /// Times that its threads went to sleep and were woken.
    pub fn wakes(&self) -> Result<u64> {
        let mut sum = 0;
        for task in std::fs::read_dir(format!("/proc/{}/task", self.id()))? {
            let text = std::fs::read_to_string(task?.path().join("status"))?;
            let line = text.lines().find(|line| line.starts_with("voluntary_ctxt_switches"));
            sum += line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or_default();
        }
        Ok(sum)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}
