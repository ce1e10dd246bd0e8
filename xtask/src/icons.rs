//! The icons, drawn and compared by a program of their own, so that nobody waits for its renderer who only wants tests.
//!
//! In: arguments for `xtask-icons`. Out: its own lines.
//! Not here: the drawing (`xtask/icons`).

use anyhow::Result;

use crate::step::{Steps, cargo};

const PROGRAM: [&str; 6] = ["run", "--quiet", "--locked", "--package", "xtask-icons", "--"];

/// `cargo xtask icons [ARGS]`.
pub fn run(steps: &mut Steps, args: &[String]) -> Result<()> {
    steps.run("icons", cargo(&PROGRAM).args(args))
}

/// What CI runs: nobody changed a source and forgot its pictures, or the other way round.
pub fn check(steps: &mut Steps) -> Result<()> {
    steps.run("icons match their sources", cargo(&PROGRAM).arg("--check"))
}
