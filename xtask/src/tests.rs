//! The tests: unit and integration tests in both builds, and the examples in the documentation.
//!
//! In: arguments for `cargo nextest run`. Out: the runner's own lines, last.
//! Not here: what is tested (`src/**`, `tests/it`).

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::seaweed;
use crate::step::{Steps, cargo, is_ci};

/// `cargo xtask test [ARGS]`.
pub fn run(steps: &mut Steps, args: &[String]) -> Result<()> {
    nextest(steps, "tests", &[], args, None)
}

/// What CI runs: also against a real S3 server, which is installed once.
pub fn all(steps: &mut Steps) -> Result<()> {
    steps.run("examples in the documentation", &mut cargo(&["test", "--locked", "--doc"]))?;
    let weed = weed(steps)?;
    nextest(steps, "tests, with failpoints", &["--features", "failpoints"], &[], weed.as_deref())?;
    nextest(steps, "tests", &[], &[], weed.as_deref())
}

/// The `outtray` with which other checks try things out: as the tests build it, so that it is built once.
pub fn program(steps: &mut Steps) -> Result<PathBuf> {
    steps.run("the program to test with", &mut cargo(&["build", "--locked", "--workspace", "--tests"]))?;
    // Beside this program: both are built into one folder.
    let own = std::env::current_exe().context("finding this program's folder")?;
    Ok(own.with_file_name(format!("outtray{}", std::env::consts::EXE_SUFFIX)))
}

/// A developer without the network goes on without the real server; CI does not.
fn weed(steps: &mut Steps) -> Result<Option<PathBuf>> {
    match seaweed::weed() {
        Err(error) if !is_ci() => {
            steps.skip("tests against SeaweedFS", &format!("{error:#}"));
            Ok(None)
        }
        weed => weed.map(Some),
    }
}

fn nextest(steps: &mut Steps, heading: &str, build: &[&str], args: &[String], weed: Option<&Path>) -> Result<()> {
    let profile = if is_ci() { "ci" } else { "default" };
    let mut command = cargo(&["nextest", "run", "--locked", "--workspace", "--profile", profile]);
    if let Some(weed) = weed {
        command.env(seaweed::VARIABLE, weed);
    }
    steps.run(heading, command.args(build).args(args))
}
