//! Sentences with marks, one a line: `{P:Ann Lee} lives at {A:12 Oak Street}`.
//!
//! In: a file, `sentences.txt` for one, whose head explains the marks. Out: each sentence as a document of its own.
//! Not here: whole conversations (`corpus`).

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::corpus::{Document, Passage};

/// What a letter marks: its kind, and its class.
const MARKS: [(&str, &str, &str); 10] = [
    ("P", "PERSON", "PERSON"),
    ("A", "ADDRESS", "ADDRESS"),
    ("T", "PHONE", "PHONE"),
    ("E", "EMAIL", "EMAIL"),
    ("D", "DATE", "DATE"),
    ("N", "GOV_ID", "GOV_ID"),
    ("C", "CARD", "FINANCIAL"),
    ("I", "ACCOUNT", "FINANCIAL"),
    ("X", "IP", "NETWORK"),
    ("U", "USER", "ONLINE"),
];
const AGE: &str = "Y";
const EITHER: &str = "-";

pub fn read(path: &Path) -> Result<Vec<Document>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(number, line)| document(line).with_context(|| format!("line {}", number + 1))).collect()
}

fn document(line: &str) -> Result<Document> {
    let line = line.replace("\\n", "\n");
    let mut passage =
        Passage { ptr: String::new(), text: String::new(), must: Vec::new(), ignore: Vec::new(), neg: Vec::new() };
    let mut rest = &line[..];
    while let Some((before, marked)) = rest.split_once('{') {
        passage.text.push_str(before);
        let (mark, behind) = marked.split_once('}').context("a mark is not closed")?;
        let (letter, value) = mark.split_once(':').context("a mark has no letter")?;
        let start = passage.text.chars().count();
        let end = start + value.chars().count();
        passage.text.push_str(value);
        match MARKS.iter().find(|known| known.0 == letter) {
            Some((_, kind, class)) => passage.must.push((start, end, (*kind).into(), (*class).into())),
            None if letter == AGE => passage.must.push((start, end, "AGE".into(), "AGE90".into())),
            None => {
                ensure!(letter == EITHER, "{letter} marks nothing");
                passage.ignore.push((start, end, "PLACE".into()));
            }
        }
        rest = behind;
    }
    passage.text.push_str(rest);
    let clean = passage.must.is_empty();
    Ok(Document { file: String::new(), lang: "en".into(), clean, strings: vec![passage] })
}
