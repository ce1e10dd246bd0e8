//! Counts what is found in texts in which there is nothing to find: manuals, read-me files, licences, prose.
//!
//! In: a folder. Out: findings per 10 kB, by kind and by detector, on stdout. Its files are one document each, in the
//! order of their paths, so that two runs can be compared. Not here: labelled texts (`corpus`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use outtray::guard::find::{Field, Options, find};

use crate::clock;

/// Larger files are data rather than prose.
const LARGEST: u64 = 1 << 20;

pub fn run(folder: &Path, options: &Options, examples: usize) -> Result<()> {
    let mut paths = Vec::new();
    gather(folder, &mut paths)?;
    paths.sort();
    let (mut files, mut bytes, mut time) = (0, 0, Duration::ZERO);
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in &paths {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        let (findings, best) = clock::best(|| find(&[Field { pointer: "", text: &text }], options));
        time += best;
        files += 1;
        bytes += text.len();
        for finding in findings.iter().flatten() {
            let title = format!("{} ({})", finding.kind.label(), finding.detector);
            found.entry(title).or_default().push(around(&text, finding.span.start, finding.span.end));
        }
    }
    ensure!(bytes > 0, "{} holds no text", folder.display());
    let ten = bytes as f64 / 10_240.0;
    let all: usize = found.values().map(Vec::len).sum();
    println!("files {files}, {} kB of text", bytes / 1000);
    println!("{:24} {:.2} per 10 kB, {all} in all", "findings", all as f64 / ten);
    println!("{:24} {:.2} ms per 10 kB", "time", time.as_secs_f64() * 1e3 / ten);
    for (title, pieces) in &found {
        println!("\n{title:30} {:.3} per 10 kB, {}", pieces.len() as f64 / ten, pieces.len());
        // Spread over the folder, for one file repeats itself.
        for piece in pieces.iter().step_by((pieces.len() / examples.max(1)).max(1)).take(examples) {
            println!("  {piece}");
        }
    }
    Ok(())
}

fn gather(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    for entry in folder.read_dir().with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            gather(&entry.path(), paths)?;
        } else if kind.is_file() && entry.metadata()?.len() <= LARGEST {
            paths.push(entry.path());
        }
    }
    Ok(())
}

/// A finding with a few words around it, on one line.
fn around(text: &str, start: usize, end: usize) -> String {
    let before = text[..start].char_indices().rev().nth(45).map_or(0, |(at, _)| at);
    let after = text[end..].char_indices().nth(30).map_or(text.len(), |(at, _)| end + at);
    format!("{}«{}»{}", &text[before..start], &text[start..end], &text[end..after]).replace(['\n', '\r'], "⏎")
}
