//! The tests: unit and integration tests in both builds, and the examples in the documentation.
//!
//! In: arguments for `cargo nextest run`. Out: the runner's own lines, last.
//! Not here: what is tested (`src/**`, `tests/it`).

use anyhow::Result;

use crate::step::{Steps, cargo, is_ci};

/// `cargo xtask test [ARGS]`.
pub fn run(steps: &mut Steps, args: &[String]) -> Result<()> {
    nextest(steps, "tests", &[], args)
}

/// What CI runs.
pub fn all(steps: &mut Steps) -> Result<()> {
    steps.run("examples in the documentation", &mut cargo(&["test", "--locked", "--doc"]))?;
    nextest(steps, "tests, with failpoints", &["--features", "failpoints"], &[])?;
    nextest(steps, "tests", &[], &[])
}

fn nextest(steps: &mut Steps, heading: &str, build: &[&str], args: &[String]) -> Result<()> {
    let profile = if is_ci() { "ci" } else { "default" };
    let mut command = cargo(&["nextest", "run", "--locked", "--workspace", "--profile", profile]);
    steps.run(heading, command.args(build).args(args))
}
