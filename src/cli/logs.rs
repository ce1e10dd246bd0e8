//! `outtray logs`: what the log says, from all kept days in order.
//!
//! In: the log folder; no configuration is needed. Out: lines as they stand there. Not here: writing them (`log`).

use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use super::args::LogsArgs;
use super::failure::{Exit, Failure};
use super::output::{Output, stdout_is_terminal};
use crate::host::Home;
use crate::log;

/// On a terminal more lines than these help nobody; a pipe gets them all.
const ON_A_TERMINAL: usize = 200;

/// Between looks for new lines. A look costs one system call; events would miss folders on network drives.
const LOOK: Duration = Duration::from_millis(250);

pub async fn run(home: &Home, out: Output, args: &LogsArgs) -> Result<Exit, Failure> {
    let folder = &home.paths.log_dir;
    let files = log::files(folder).unwrap_or_default();
    if args.path {
        let path = files.last().cloned().unwrap_or_else(|| log::path(folder));
        out.answer(&json!({"path": path, "folder": folder, "exists": path.exists()}), || path.display().to_string())?;
        return Ok(Exit::Done);
    }
    let limit = match args.number {
        Some(number) => number,
        None if args.follow => 20,
        None if stdout_is_terminal() && !out.json => ON_A_TERMINAL,
        None => usize::MAX,
    };
    let (lines, cut) = last_lines(&files, limit)?;
    if out.json && !args.follow {
        out.object(&json!({"folder": folder, "files": files, "lines": lines}))?;
        return Ok(Exit::Done);
    }
    if files.is_empty() && !args.follow {
        out.note(format!("There is no log yet. It will be in {}.", folder.display()));
    }
    if cut && args.number.is_none() && !args.follow {
        out.note(format!(
            "The last {limit} lines; `outtray logs -n 1000` shows more, all are in {}.",
            folder.display()
        ));
    }
    for line in &lines {
        tell(out, line)?;
    }
    if args.follow { follow(folder, files.last(), out).await } else { Ok(Exit::Done) }
}

fn tell(out: Output, line: &str) -> Result<(), Failure> {
    if out.json { out.object(&json!({"line": line})) } else { out.data(line) }
}

/// The last lines of all files together, and whether there are more.
fn last_lines(files: &[PathBuf], limit: usize) -> Result<(Vec<String>, bool), Failure> {
    let mut kept: Vec<String> = Vec::new();
    for file in files.iter().rev() {
        let text =
            std::fs::read(file).map_err(|error| Failure::io(format_args!("cannot read {}", file.display()), &error))?;
        let text = String::from_utf8_lossy(&text);
        let mut newest_first: Vec<_> =
            text.lines().rev().take((limit - kept.len()).saturating_add(1)).map(str::to_owned).collect();
        kept.append(&mut newest_first);
        if kept.len() > limit {
            kept.truncate(limit);
            kept.reverse();
            return Ok((kept, true));
        }
    }
    kept.reverse();
    Ok((kept, false))
}

/// New lines as they come, also across midnight, until Ctrl-C.
async fn follow(folder: &Path, current: Option<&PathBuf>, out: Output) -> Result<Exit, Failure> {
    let mut path = current.cloned().unwrap_or_else(|| log::path(folder));
    let mut read_to = std::fs::metadata(&path).map_or(0, |facts| facts.len());
    loop {
        tokio::time::sleep(LOOK).await;
        read_to += new_lines(&path, read_to, out)?;
        let today = log::path(folder);
        if today != path && today.exists() {
            new_lines(&path, read_to, out)?;
            (path, read_to) = (today, 0);
        }
    }
}

/// Whole lines behind `read_to`; answers how many bytes they have.
fn new_lines(path: &Path, read_to: u64, out: Output) -> Result<u64, Failure> {
    let Ok(mut file) = File::open(path) else { return Ok(0) };
    if file.seek(SeekFrom::Start(read_to)).is_err() {
        return Ok(0);
    }
    let (mut reader, mut line, mut bytes) = (BufReader::new(file), Vec::new(), 0);
    while reader.read_until(b'\n', &mut line).unwrap_or_default() > 0 && line.ends_with(b"\n") {
        bytes += line.len() as u64;
        tell(out, String::from_utf8_lossy(&line).trim_end())?;
        line.clear();
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_last_lines_of_several_days() {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<_> =
            ["outtray.2026-01-26.log", "outtray.2026-01-27.log"].map(|name| folder.path().join(name)).into();
        std::fs::write(&files[0], "a\nb\n").unwrap();
        std::fs::write(&files[1], "c\nd\n").unwrap();
        let last = |limit| last_lines(&files, limit).unwrap();
        assert_eq!(last(3), (vec!["b".into(), "c".into(), "d".into()], true));
        assert_eq!(last(4), (vec!["a".into(), "b".into(), "c".into(), "d".into()], false));
        assert_eq!(last(usize::MAX).0.len(), 4);
        assert_eq!(last(0), (vec![], true));
    }
}
