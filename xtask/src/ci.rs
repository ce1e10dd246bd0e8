//! `cargo xtask ci`: every check that a change has to pass, the quick ones first and the tests last.
//!
//! Not here: the tests' own steps (`tests`), other systems (`cross`), dependencies (`deny`), pictures (`icons`),
//! the tray program on a desktop (`desktop`), bytes that nobody wrote (`fuzz`); and what takes longer and has jobs of its own
//! in the workflow: what people install (`package`), Windows under Wine (`windows`), dist's own build (`package dist`); the
//! soak (`soak`), two builds from nothing (`reproducible`).

use anyhow::Result;

use crate::step::{Steps, cargo};
use crate::{backend, cross, deny, desktop, fuzz, icons, tests};

/// Seconds at each door: enough to see that a new reader has no plain fault. A longer search is made by hand.
const FUZZING: u32 = 10;

pub fn run(steps: &mut Steps) -> Result<()> {
    steps.run("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    clippy(steps, "clippy", &["--workspace", "--all-targets"])?;
    clippy(steps, "clippy, headless without the demo", &["--no-default-features"])?;
    clippy(steps, "clippy, with failpoints", &["--all-targets", "--features", "failpoints"])?;
    // The readers are those who work on it, so private items are documented, and public ones may point to them.
    let mut doc = cargo(&["doc", "--locked", "--no-deps", "--workspace", "--document-private-items"]);
    doc.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links");
    steps.run("documentation", &mut doc)?;
    icons::check(steps)?;
    deny::run(steps)?;
    cross::windows(steps)?;
    cross::macos(steps)?;
    backend::run(steps, &[])?;
    desktop::run(steps, &[])?;
    fuzz::run(steps, FUZZING)?;
    tests::all(steps)
}

fn clippy(steps: &mut Steps, heading: &str, what: &[&str]) -> Result<()> {
    steps.run(heading, cargo(&["clippy", "--locked"]).args(what).args(["--", "-D", "warnings"]))
}
