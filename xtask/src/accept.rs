//! The acceptance checks, where they lie beside this checkout: black-box cases in Python with a cloud of their own.
//!
//! In: a program for Windows. Out: their own lines. Which cases make sense under Wine is in
//! `installer/windows/accepted-under-wine`. Not here: the whole set with the release build for Linux (`.ci/run`).

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::step::{Steps, root};

/// From the top of the repository.
const SCRIPT: &str = "../shared/accept/accept.py";

pub fn under_wine(steps: &mut Steps, program: &Path) -> Result<()> {
    let (heading, script) = ("acceptance checks under Wine", root().join(SCRIPT));
    if !script.exists() {
        steps.skip(heading, &format!("they do not lie in {SCRIPT}"));
        return Ok(());
    }
    let folder = root().join("installer/windows");
    let list = std::fs::read_to_string(folder.join("accepted-under-wine")).context("reading the list of cases")?;
    let cases = list.lines().filter_map(|line| line.split('#').next()).map(str::trim).filter(|name| !name.is_empty());
    let mut accept = Command::new(folder.join("accept"));
    steps.run(heading, accept.arg(program).arg(script).args(cases))
}
