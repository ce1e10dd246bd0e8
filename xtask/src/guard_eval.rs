//! The guard measured on a labelled corpus, by a program of its own.
//!
//! In: the corpus and options. Out: its tables. Not here: the measuring (`xtask/guard-eval`).

use anyhow::Result;

use crate::step::{Steps, cargo};

/// `cargo xtask guard-eval CORPUS`: optimised, for it tells times.
pub fn run(steps: &mut Steps, args: &[String]) -> Result<()> {
    let program = ["run", "--quiet", "--release", "--package", "xtask-guard-eval", "--"];
    steps.run("guard-eval", cargo(&program).args(args))
}
