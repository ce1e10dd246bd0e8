//! `outtray bundle`: one zip file that tells support what they need to know, without secrets.
//!
//! In: the name of a file, or none. Out: where the bundle is. Not here: what is in it (`host::bundle`).

use std::path::PathBuf;

use serde_json::json;

use super::failure::{Exit, Failure};
use super::output::{Output, style};
use super::why::current_dir;
use crate::host::{Home, bundle};
use crate::phrase;

pub async fn run(home: &Home, out: Output, file: Option<PathBuf>) -> Result<Exit, Failure> {
    let path = current_dir()?.join(file.unwrap_or_else(|| bundle::name().into()));
    let written = bundle::write(home, &path).await.map_err(|error| Failure::of(Exit::Failed, &error))?;
    let (bytes, parts) = (written.bytes, written.parts);
    out.answer(&json!({"ok": true, "file": path, "bytes": bytes, "parts": parts}), || {
        let size = phrase::bytes(bytes);
        format!(
            "{} {} ({size}). Look through it before you send it: file names are in it.",
            style::green("✓"),
            path.display()
        )
    })?;
    Ok(Exit::Done)
}
