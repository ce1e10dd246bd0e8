//! What is worth knowing of programs as they are given out: size, time to start, libraries that they ask for.
//!
//! In: built programs. Out: lines for people; an error when a program for Linux asks for more than every Linux has.
//! Not here: speed and memory at work (`bench`).

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::step::Steps;

/// Everything else a program for Linux brings along, or opens only when it is there.
const EVERYWHERE: [&str; 3] = ["libc.so.6", "libgcc_s.so.1", "libm.so.6"];

const STARTS: usize = 21;

/// Both programs for Linux.
pub fn linux(steps: &mut Steps, folder: &Path) -> Result<()> {
    let mut lines = Vec::new();
    for name in ["outtray", "outtray-desktop"] {
        let program = folder.join(name);
        let libraries = libraries(&program)?;
        lines.push(format!("{}, libraries: {}", size(&program)?, libraries.join(" ")));
        if let Some(odd) = libraries.iter().find(|library| !EVERYWHERE.contains(&library.as_str())) {
            ensure!(false, "{name} asks for {odd}, which not every Linux has");
        }
    }
    let middle = start(&folder.join("outtray"))?;
    lines.push(format!("outtray --version: {:.1} ms, the middle of {STARTS} starts", middle.as_secs_f64() * 1000.0));
    steps.say("the programs for Linux", &lines.join("\n"));
    Ok(())
}

/// Both programs for Windows. How soon they start, only Windows can tell; which libraries they ask for is in the trial.
pub fn windows(steps: &mut Steps, folder: &Path) -> Result<()> {
    let lines = [size(&folder.join("outtray.exe"))?, size(&folder.join("outtray-desktop.exe"))?];
    steps.say("the programs for Windows", &lines.join("\n"));
    Ok(())
}

fn size(program: &Path) -> Result<String> {
    let bytes = fs::metadata(program).with_context(|| format!("looking at {}", program.display()))?.len();
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    Ok(format!("{name}: {bytes} bytes, {:.1} MB", bytes as f64 / 1e6))
}

/// What the loader gets for it, without the loader itself and the kernel's part.
fn libraries(program: &Path) -> Result<Vec<String>> {
    let output = Command::new("ldd").arg(program).output().context("starting ldd")?;
    ensure!(output.status.success(), "ldd cannot read {}", program.display());
    let text = String::from_utf8_lossy(&output.stdout);
    let mut found = needed(&text);
    ensure!(!found.is_empty(), "ldd finds no library of {}", program.display());
    found.sort();
    Ok(found)
}

fn needed(ldd: &str) -> Vec<String> {
    let names = ldd.lines().filter_map(|line| line.split_whitespace().next());
    names.filter(|name| !name.starts_with('/') && !name.starts_with("linux-vdso")).map(str::to_owned).collect()
}

fn start(program: &Path) -> Result<Duration> {
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let began = Instant::now();
        let status = Command::new(program).arg("--version").stdout(Stdio::null()).status()?;
        ensure!(status.success(), "{} does not start", program.display());
        times.push(began.elapsed());
    }
    times.sort();
    Ok(times[STARTS / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loader_and_kernel_are_no_libraries() {
        let ldd = "\tlinux-vdso.so.1 (0x00007ffd)\n\tlibm.so.6 => /lib/libm.so.6 (0x00007f)\n\tlibssl.so.3 => not found\n\
                   \t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n";
        assert_eq!(needed(ldd), ["libm.so.6", "libssl.so.3"]);
    }
}
