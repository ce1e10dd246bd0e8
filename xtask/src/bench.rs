//! `cargo xtask bench`: measures the release build.
//!
//! In: which measurements. Out: a table on stdout.

use anyhow::{Result, bail};

pub fn run(_args: &[String]) -> Result<()> {
    bail!("there are no measurements yet")
}
