//! The release build measured, by a program of its own.
//!
//! In: workloads and options. Out: its tables and plots. Not here: the measuring (`xtask/bench`).

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::seaweed;
use crate::step::{Steps, cargo, root};

/// `cargo xtask bench [WORKLOAD…] [--rounds N] [--quick]`.
pub fn run(steps: &mut Steps, args: &[String]) -> Result<()> {
    let built = cargo(&["build", "--release", "--bins"]).status()?.success();
    ensure!(built, "the release build failed");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let mut program = cargo(&["run", "--quiet", "--release", "--package", "xtask-bench", "--"]);
    if args.is_empty() || args.iter().any(|word| word == "seaweed") {
        program.env(seaweed::VARIABLE, seaweed::weed()?);
    }
    steps.run("bench", program.arg(target).args(args))
}
