//! Dependencies: licences, sources, banned crates and known vulnerabilities, by cargo-deny.
//!
//! In: `.cargo/deny.toml`. Out: cargo-deny's own report.
//! Where the database of advisories cannot be fetched, everything else is still checked, and the run says so.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::cache;
use crate::step::{Steps, cargo, root};

const VERSION: &str = "0.20.2";

pub fn run(steps: &mut Steps) -> Result<()> {
    let program = installed(steps)?;
    let deny = |args: &[&str]| {
        let mut command = Command::new(&program);
        command.args(["--all-features", "--locked"]).args(args).current_dir(root());
        command
    };
    let fetched = deny(&["fetch", "db"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    let mut check = deny(&["check", "--hide-inclusion-graph", "licenses", "bans", "sources"]);
    if fetched.success() {
        steps.run("dependencies", check.arg("advisories"))
    } else {
        steps.skip("known vulnerabilities", "the advisory database cannot be fetched from this machine");
        steps.run("dependencies, without known vulnerabilities", &mut check)
    }
}

/// The path of cargo-deny, built once into the cache.
fn installed(steps: &mut Steps) -> Result<PathBuf> {
    let tools = cache::folder("tools")?;
    let program = tools.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        let mut install = cargo(&["install", "cargo-deny", "--locked", "--version", VERSION, "--root"]);
        steps.run("installing cargo-deny, once", install.arg(&tools).env_remove("CARGO_TARGET_DIR"))?;
    }
    Ok(program)
}
