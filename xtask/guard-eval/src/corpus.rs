//! A labelled corpus: one JSON object a line in `labels.jsonl`.
//!
//! ```json
//! {"file": "a.json", "lang": "de", "clean": false, "strings": [{"ptr": "/title", "text": "…",
//!  "must": [[0, 7, "PERSON", "PERSON"]], "ignore": [[9, 12, "CITY"]], "neg": [[20, 56, "UUID"]]}]}
//! ```
//! Offsets are Unicode code points. `must` has to be hidden (start, end, kind, class), `ignore` counts neither way,
//! `neg` must stay. The documents themselves may lie beside it, in `files`.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::marked;

#[derive(Deserialize)]
pub struct Document {
    #[serde(default)]
    pub file: String,
    pub lang: String,
    pub clean: bool,
    pub strings: Vec<Passage>,
}

#[derive(Deserialize)]
pub struct Passage {
    pub ptr: String,
    pub text: String,
    pub must: Vec<(usize, usize, String, String)>,
    pub ignore: Vec<(usize, usize, String)>,
    pub neg: Vec<(usize, usize, String)>,
}

/// A folder, or a file of marked sentences such as `sentences.txt`.
pub fn read(folder: &Path) -> Result<Vec<Document>> {
    if folder.is_file() {
        return marked::read(folder);
    }
    let path = folder.join("labels.jsonl");
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let documents: Vec<Document> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .enumerate()
        .map(|(line, text)| {
            serde_json::from_str(text).with_context(|| format!("line {} of {}", line + 1, path.display()))
        })
        .collect::<Result<_>>()?;
    ensure!(!documents.is_empty(), "{} holds no document", path.display());
    Ok(documents)
}
