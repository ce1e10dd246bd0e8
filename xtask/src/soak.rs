//! OutTray under bad weather for as long as is asked: `tests/soak`.
//!
//! In: minutes. Out: `target/soak/soak.json` and `soak.svg`, and an error if a file was lost or memory grew.

use anyhow::{Result, bail};

use crate::step::{Steps, cargo, root};

pub fn run(steps: &mut Steps, args: &[String]) -> Result<()> {
    let minutes: u64 = match args {
        [option, minutes] if option == "--minutes" => minutes.parse()?,
        [option, hours] if option == "--hours" => hours.parse::<u64>()? * 60,
        _ => bail!("`cargo xtask soak` takes `--minutes N` or `--hours N`"),
    };
    let out = root().join("target/soak");
    let mut soak = cargo(&["test", "--locked", "--test", "soak", "--", "--minutes", &minutes.to_string(), "--out"]);
    steps.run("soak", soak.arg(out))
}
