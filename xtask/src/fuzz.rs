//! Bytes that nobody wrote, at every door of `outtray::fuzzing`, by libFuzzer.
//!
//! In: seconds for each door. Out: an error, and the bytes in `target/fuzz`, when a reader panicked or broke a rule. The
//! stable compiler does it: this program stands between cargo and rustc ([`rustc`]) and asks for the counters that
//! libFuzzer wants, in our own code alone, so that everything else stays as it is built.
//!
//! Not here: the doors (`src/fuzzing.rs`), the seeds (`tests/fuzz/seeds`).

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};

use crate::step::{Steps, cargo, root};

/// What `fuzz_target!` of cargo-fuzz is built with, without a sanitizer: our readers are safe code.
const COUNTERS: [&str; 8] = [
    "--cfg=fuzzing",
    "-Copt-level=1",
    "-Cdebug-assertions",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];
const OURS: [&str; 2] = ["outtray", "outtray_fuzz"];

pub fn run(steps: &mut Steps, seconds: u32) -> Result<()> {
    ensure!(seconds > 0, "how many seconds for each door?");
    let myself = std::env::current_exe()?;
    let mut build = cargo(&["build", "--locked", "--package", "outtray-fuzz", "--features", "libfuzzer"]);
    // Beside the usual build, which has none of the counters.
    steps.run("fuzzing, the build", build.env("RUSTC_WORKSPACE_WRAPPER", myself))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let program = target.join("debug/outtray-fuzz");
    let seeds = root().join("tests/fuzz/seeds");
    let mut doors: Vec<_> = std::fs::read_dir(&seeds)?.collect::<Result<_, _>>()?;
    doors.sort_by_key(std::fs::DirEntry::file_name);
    for door in doors {
        let name = door.file_name().into_string().ok().context("doors have plain names")?;
        let found = target.join("fuzz").join(&name);
        std::fs::create_dir_all(found.join("corpus"))?;
        steps.run(&format!("fuzzing, {name}"), &mut fuzzer(&program, &name, &found, &door.path(), seconds))?;
    }
    Ok(())
}

fn fuzzer(program: &Path, door: &str, found: &Path, seeds: &Path, seconds: u32) -> Command {
    let mut fuzzer = Command::new(program);
    fuzzer
        .env("FUZZ_DOOR", door)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", found.display()));
    fuzzer.args(["-max_len=65536", "-timeout=20", "-rss_limit_mb=1024", "-verbosity=0", "-print_final_stats=1"]);
    fuzzer.arg(found.join("corpus")).arg(seeds);
    fuzzer
}

/// Whether cargo calls this program in the place of rustc, whose path then comes first.
pub fn is_rustc(args: &[String]) -> bool {
    args.first().is_some_and(|first| Path::new(first).file_stem().is_some_and(|stem| stem == "rustc"))
}

/// The compiler, with counters for our own code.
pub fn rustc(args: &[String]) -> ExitCode {
    let (program, rest) = args.split_first().expect("`is_rustc` has seen it");
    let name = rest.iter().position(|word| word == "--crate-name").and_then(|at| rest.get(at + 1));
    let mut compiler = Command::new(program);
    compiler.args(rest);
    if name.is_some_and(|name| OURS.contains(&name.as_str())) {
        compiler.args(COUNTERS);
    }
    match compiler.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
