//! Archives and script installers as the release makes them, by `dist`: planned, built for this machine and tried out.
//!
//! In: `dist-workspace.toml`. Out: files in `target/distrib`. The trial builds without care for speed, since only what
//! is around the programs is new here; the release workflow builds them as they are given out.
//! Not here: the workflow (`.github/workflows/release.yml`, written by `dist`), the trial itself (`installer/check-dist`).

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::target;
use crate::step::{Steps, root};

const TOOLS: [(&str, &str); 2] = [("dist", "cargo-dist"), ("cargo-auditable", "cargo-auditable")];

/// Only what needs no build: the workflow and the plan.
fn plan(steps: &mut Steps) -> Result<bool> {
    let heading = "archives and script installers";
    if !cfg!(target_os = "linux") {
        steps.skip(heading, "the release workflow makes them on this system");
        return Ok(false);
    }
    if !steps.is_ready(heading, &TOOLS)? {
        return Ok(false);
    }
    steps.run("the release workflow is as dist writes it", tool().args(["generate", "--mode", "ci", "--check"]))?;
    steps.run("plan of a release", tool().arg("plan"))?;
    Ok(true)
}

fn tool() -> Command {
    let mut dist = Command::new("dist");
    dist.current_dir(root());
    dist
}

pub fn run(steps: &mut Steps, is_test: bool) -> Result<()> {
    if !plan(steps)? {
        return Ok(());
    }
    // What an earlier run left there would be taken for its own.
    let distrib = target().join("distrib");
    if distrib.exists() {
        fs::remove_dir_all(&distrib)?;
    }
    let machine = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut local = tool();
    local.args(["build", "--artifacts=local", "--output-format=json", "--target", &machine]);
    if is_test {
        let quick = [("OPT_LEVEL", "0"), ("LTO", "off"), ("DEBUG", "0"), ("CODEGEN_UNITS", "16"), ("STRIP", "symbols")];
        for (name, value) in quick {
            local.env(format!("CARGO_PROFILE_DIST_{name}"), value);
        }
    }
    // The installers know the checksums of archives from this file, as in the workflow.
    let manifest = target().join(format!("{machine}-dist-manifest.json"));
    let file = fs::File::create(&manifest).with_context(|| format!("making {}", manifest.display()))?;
    steps.run("archive by dist", local.stdout(Stdio::from(file)))?;
    fs::rename(&manifest, distrib.join(format!("{machine}-dist-manifest.json")))?;
    steps.run("script installers by dist", tool().args(["build", "--artifacts=global"]))?;
    let archive = distrib.join(format!("outtray-{machine}.tar.gz"));
    ensure!(archive.is_file(), "dist made no {}", archive.display());
    if is_test {
        let mut check = Command::new(root().join("installer/check-dist"));
        steps.run("trial of the script installer", check.arg(&distrib).arg(&machine))?;
    }
    Ok(())
}
