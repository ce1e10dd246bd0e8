//! Learns the weights of the guard's tagger and writes them into its source.
//!
//! In: marked sentences and natural text, as `cargo xtask guard-train` makes them. Out: `weights.bin`.
//! Not here: making those texts and the word table (the Python beside this crate, called by `cargo xtask`).

mod learn;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

/// How often the samples are gone through.
const ROUNDS: usize = 5;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("guard-train: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [sentences, natural, out] = arguments.as_slice() else { bail!("usage: SENTENCES NATURAL OUT") };
    let read = |path: &str| std::fs::read_to_string(path).with_context(|| format!("reading {path}"));
    let samples = learn::samples(&read(sentences)?, &read(natural)?);
    eprintln!("{} samples", samples.len());
    std::fs::write(out, learn::learn(samples, ROUNDS)).with_context(|| format!("writing {out}"))
}
