//! What a person installs: packages for each system, built here as far as this machine can, and tried out.
//!
//! In: `linux`, `windows`, `macos` or `dist`, or nothing for all that this machine has the tools for; `--test` tries them
//! out. Out: files in `target/package`, and what is worth knowing of the programs in them. A tool that is missing skips its
//! system, in CI it is an error. Not here: the files themselves (`installer/`), the release (`.github/workflows`).

mod dist;
mod facts;
mod linux;
mod macos;
mod stage;
mod twice;
mod windows;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::step::{Steps, root};

pub use twice::reproducible;
pub use windows::tried as windows_tried;

const SYSTEMS: [&str; 4] = ["linux", "windows", "macos", "dist"];

pub fn run(steps: &mut Steps, args: &[String]) -> Result<()> {
    let is_test = args.iter().any(|arg| arg == "--test");
    let mut named: Vec<&str> = args.iter().map(String::as_str).filter(|arg| *arg != "--test").collect();
    if let Some(unknown) = named.iter().find(|name| !SYSTEMS.contains(name)) {
        bail!("`cargo xtask package` takes linux, windows, macos, dist and --test, not {unknown:?}");
    }
    if named.is_empty() {
        named = SYSTEMS.to_vec();
    }
    for system in named {
        match system {
            "linux" => linux::run(steps, is_test)?,
            "windows" => windows::run(steps, is_test)?,
            "macos" => macos::run(steps, is_test)?,
            _ => dist::run(steps, is_test)?,
        }
    }
    Ok(())
}

/// Where finished packages lie; made if missing.
fn output() -> Result<PathBuf> {
    let folder = target().join("package");
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

/// The build folder that cargo uses.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |set| root().join(set))
}

/// The version of the product, as Cargo.toml says it.
pub fn version() -> Result<String> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml"))?;
    let line =
        manifest.lines().find_map(|line| line.strip_prefix("version = \"")).context("Cargo.toml has no version")?;
    Ok(line.trim_end_matches('"').to_owned())
}

/// Seconds since 1970 of the last commit: what is built of it twice is the same twice.
pub fn source_date() -> Result<String> {
    if let Ok(set) = std::env::var("SOURCE_DATE_EPOCH") {
        return Ok(set);
    }
    let output = Command::new("git").args(["log", "-1", "--format=%ct"]).current_dir(root()).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
