//! `outtray completions` and `outtray man`: made from the definitions in `args`, so that they are never out of date.

use clap::CommandFactory as _;
use serde_json::json;

use super::args::Cli;
use super::failure::{Exit, Failure};
use super::output::Output;

pub fn completions(out: Output, shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "outtray", &mut script);
    give(out, "script", &script)
}

pub fn man(out: Output) -> Result<Exit, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut page)
        .map_err(|error| Failure::io("the manual page cannot be made", &error))?;
    give(out, "man", &page)
}

fn give(out: Output, name: &str, bytes: &[u8]) -> Result<Exit, Failure> {
    let text = String::from_utf8_lossy(bytes);
    out.answer(&json!({name: text}), || text.trim_end().to_owned())?;
    Ok(Exit::Done)
}
