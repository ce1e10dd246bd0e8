//! Everything that CI does, runnable by hand: `cargo xtask`, followed by one of the words below.
//!
//! In: a task's name and its arguments. Out: the tools' own output; the exit code is 0 only if every step passed.
//! Not here: preparing a new machine (`.ci/run`).

mod accept;
mod backend;
mod bench;
mod cache;
mod ci;
mod cross;
mod deny;
mod desktop;
mod fuzz;
mod guard_eval;
mod guard_train;
mod icons;
mod package;
mod release;
mod seaweed;
mod soak;
mod step;
mod tests;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::step::Steps;

const USAGE: &str = "\
cargo xtask TASK
  ci              every check: format, clippy, documentation, dependencies, Windows, macOS, presigner, desktop,
                  fuzzing, tests
  test [ARGS]     unit and integration tests; ARGS go to `cargo nextest run`
  backend [ARGS]  the presigner's checks; ARGS go to pytest
  desktop         the tray program on a desktop without a screen; --pictures FOLDER takes those of README
  windows-check   type check for Windows (Debian packages rustc-web cargo-web rust-web-src gcc-mingw-w64-x86-64)
  windows         builds for Windows and runs under Wine: tests that need no desktop, both programs, both packages
  macos-check     type check for macOS (Debian packages rustc-web cargo-web rust-web-src)
  icons [ARGS]    draws icons/generated from icons/*.svg; --check compares; --sheet FILE SIZES [grey] to look at them
  fuzz SECONDS    bytes that nobody wrote, so long at each reader of texts from outside
  soak --minutes N [--program FILE]
                  faults, kills and wrong clocks for so long; --hours N likewise
  package [linux|windows|macos|dist] [--test]
                  what people install, into target/package; --test tries it out
  reproducible    builds programs and packages for Linux twice from nothing, and compares
  release-list FOLDER  lists and signs the files of a release, with the secret key in RELEASE_KEY
  release-key FILE     makes that key
  bench [WORKLOAD…] [--rounds N] [--quick]
                  measures the release build, beside rclone and s5cmd where they are
  guard-tables    makes the guard's table of words anew, from PyPI and Debian
  guard-train     learns the weights of the guard's tagger anew, after guard-tables
  guard-eval DIR  measures the guard on a labelled corpus; --rules, --examples N";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if fuzz::is_rustc(&args) {
        return fuzz::rustc(&args);
    }
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let Some((task, rest)) = args.split_first() else { bail!("which task?\n\n{USAGE}") };
    let mut steps = Steps::default();
    match (task.as_str(), rest) {
        ("ci", []) => ci::run(&mut steps),
        ("test", rest) => tests::run(&mut steps, rest),
        ("windows-check", []) => cross::windows(&mut steps),
        ("windows", []) => cross::windows_tried(&mut steps),
        ("macos-check", []) => cross::macos(&mut steps),
        ("icons", rest) => icons::run(&mut steps, rest),
        ("desktop", rest) => desktop::run(&mut steps, rest),
        ("backend", rest) => backend::run(&mut steps, rest),
        ("fuzz", [seconds]) => fuzz::run(&mut steps, seconds.parse()?),
        ("soak", rest) => soak::run(&mut steps, rest),
        ("package", rest) => package::run(&mut steps, rest),
        ("reproducible", []) => package::reproducible(&mut steps),
        ("release-list", [folder]) => release::list(folder.as_ref()),
        ("release-key", [file]) => release::key(file.as_ref()),
        ("bench", rest) => bench::run(&mut steps, rest),
        ("guard-tables", []) => guard_train::tables(&mut steps),
        ("guard-train", []) => guard_train::weights(&mut steps),
        ("guard-eval", rest) => guard_eval::run(&mut steps, rest),
        ("help" | "-h" | "--help", _) => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("there is no such task: {}\n\n{USAGE}", args.join(" ")),
    }
}
