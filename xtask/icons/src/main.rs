//! OutTray's icons from their sources: `cargo xtask icons`.
//!
//! In: `icons/*.svg`. Out: `icons/generated/`, or with `--check` whether it is what the sources give, or with
//! `--sheet FILE SIZE… [grey]` one picture of all, to be looked at.
//! Not here: the steps of CI (`xtask`), who shows which icon (the program's tray).

mod draw;
mod encode;
mod plan;
mod sheet;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::plan::Files;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("icons: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result<()> {
    let sources = &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../icons");
    let folder = &sources.join("generated");
    match args {
        [] => write(folder, &plan::files(sources)?),
        ["--check"] => check(folder, &plan::files(sources)?),
        ["--sheet", file, rest @ ..] => {
            let sizes: Vec<u32> = rest.iter().filter_map(|size| size.parse().ok()).collect();
            let sheet = sheet::sheet(sources, &sizes, rest.contains(&"grey"))?;
            fs::write(file, encode::sheet(&sheet)?).with_context(|| format!("cannot write {file}"))
        }
        _ => bail!("arguments: none, --check, or --sheet FILE SIZE… [grey]"),
    }
}

/// Writes all files anew, so that one whose source is gone does not stay.
fn write(folder: &Path, files: &Files) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).with_context(|| format!("cannot write {name}"))?;
    }
    println!("{} files, {} bytes", files.len(), files.values().map(Vec::len).sum::<usize>());
    Ok(())
}

fn check(folder: &Path, files: &Files) -> Result<()> {
    let mut wrong = Vec::new();
    for (name, bytes) in files {
        match fs::read(folder.join(name)) {
            Ok(found) if found == *bytes => {}
            Ok(_) => wrong.push(format!("{name} differs")),
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !files.contains_key(&name) {
            wrong.push(format!("{name} has no source"));
        }
    }
    if wrong.is_empty() {
        println!("{} files are what their sources give", files.len());
        return Ok(());
    }
    bail!("not what the sources give; `cargo xtask icons` writes them anew\n  {}", wrong.join("\n  "))
}
