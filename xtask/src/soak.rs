//! OutTray under bad weather for as long as is asked: `tests/soak`.
//!
//! In: minutes, and which program if not the one that is built for tests. Out: `target/soak/soak.json` and `soak.svg`, and an error if a file was lost or memory grew.

use anyhow::{Result, bail};

use crate::step::{Steps, cargo, root};

pub fn run(steps: &mut Steps, args: &[String]) -> Result<()> {
    let (minutes, program): (u64, _) = match args {
        [option, minutes, rest @ ..] if option == "--minutes" => (minutes.parse()?, rest),
        [option, hours, rest @ ..] if option == "--hours" => (hours.parse::<u64>()? * 60, rest),
        _ => bail!("`cargo xtask soak` takes `--minutes N` or `--hours N`, then `--program FILE` for another build"),
    };
    let out = root().join("target/soak");
    let mut soak = cargo(&["test", "--locked", "--test", "soak", "--", "--minutes", &minutes.to_string(), "--out"]);
    steps.run("soak", soak.arg(out).args(program))
}
