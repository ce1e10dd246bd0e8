//! The support bundle: one zip file that tells support what they need to know, without secrets.
//!
//! In: logs, settings, state; each may be missing or broken. Out: a zip file for this user alone.
//! Not here: keeping secrets out of logs and state in the first place (`remote`, `sync`), telling of it (`cli`, `window`).

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use jiff::Zoned;
use serde::Serialize;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::Home;
use crate::control::protocol::Request;
use crate::error::Explain;
use crate::guard::{Policy, veiled};
use crate::log;
use crate::sync::inspect;

/// Receipts that are packed.
const RECEIPTS: usize = 200;

/// Settings whose values stay here.
const OWN_WORDS: [&str; 2] = ["guard.allow", "guard.deny"];

const README: &str = "\
This file was made by OutTray for support.

about.json    versions, system, where things are
config.txt    settings in force; passwords, login names and what follows a ? in api_url are left out
status.json   how things are: what waits, and why
history.json  the last receipts: names, sizes, hashes, places in the bucket
logs/         the log of the last days

Contents of your files, presigned addresses and keys are not in here.
File names are, without the personal data that was found in them. Look through it before you send it.
";

/// A finished bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub bytes: u64,
    /// Names within it.
    pub parts: Vec<String>,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    #[error("cannot write {}", place.display())]
    Io { place: PathBuf, source: io::Error },
}

impl Explain for BundleError {
    fn kind(&self) -> &'static str {
        match self {
            Self::Exists(_) => "bundle.exists",
            Self::Io { .. } => "system.io",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Exists(_) => Some("Name another file, or remove that one first.".into()),
            Self::Io { .. } => None,
        }
    }
}

/// A name with the present time in it.
pub fn name() -> String {
    Zoned::now().strftime("outtray-support-%Y%m%d-%H%M%S.zip").to_string()
}

/// Writes a new file; half a bundle is taken away again.
pub async fn write(home: &Home, path: &Path) -> Result<Written, BundleError> {
    let failed = |source: io::Error| BundleError::Io { place: path.to_owned(), source };
    let zip = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => BundleError::Exists(path.to_owned()),
        _ => failed(error),
    })?;
    let mut bundle = Bundle { zip: ZipWriter::new(zip), parts: Vec::new() };
    fill(&mut bundle, home).await.map_err(|error| {
        // Half a bundle helps nobody.
        let _ = std::fs::remove_file(path);
        failed(error)
    })?;
    let (zip, parts) = (bundle.zip.finish().map_err(|error| failed(error.into()))?, bundle.parts);
    Ok(Written { bytes: zip.metadata().map_or(0, |facts| facts.len()), parts })
}

async fn fill(bundle: &mut Bundle, home: &Home) -> io::Result<()> {
    bundle.add("README.txt", README.as_bytes())?;
    bundle.add_json("about.json", &about(home))?;
    bundle.add("config.txt", settings(home).as_bytes())?;
    let policy = home.read().map(|loaded| loaded.config.guard).unwrap_or_default();
    bundle.add_json("status.json", &veil(status(home).await, &policy))?;
    bundle.add_json("history.json", &veil(history(home), &policy))?;
    for log in log::files(&home.paths.log_dir).unwrap_or_default() {
        // A log that was removed a moment ago, or that nobody may read, leaves a gap and no failure.
        if let (Some(name), Ok(text)) = (log.file_name(), std::fs::read(&log)) {
            bundle.add(&format!("logs/{}", name.to_string_lossy()), &text)?;
        }
    }
    Ok(())
}

struct Bundle {
    zip: ZipWriter<std::fs::File>,
    parts: Vec<String>,
}

impl Bundle {
    fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(now())
            .unix_permissions(0o600);
        self.zip.start_file(name, options)?;
        self.zip.write_all(bytes)?;
        self.parts.push(name.to_owned());
        Ok(())
    }

    fn add_json(&mut self, name: &str, value: &impl Serialize) -> io::Result<()> {
        self.add(name, &serde_json::to_vec_pretty(value)?)
    }
}

/// The time of this clock, as zip files keep it: without a zone.
fn now() -> DateTime {
    let now = Zoned::now();
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    let year = u16::try_from(now.year()).unwrap_or_default();
    // Before 1980 or after 2107 there is no such time: then it is the first of 1980.
    DateTime::from_date_and_time(
        year,
        small(now.month()),
        small(now.day()),
        small(now.hour()),
        small(now.minute()),
        small(now.second()),
    )
    .unwrap_or_default()
}

fn about(home: &Home) -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "system": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
        "time": Zoned::now().to_string(),
        "config": home.paths.config,
        "config_exists": home.paths.config.exists(),
        "machine_config": home.paths.machine_config,
        "machine_config_exists": home.paths.machine_config.exists(),
        "state_dir": home.paths.state_dir,
        "log_dir": home.paths.log_dir,
        "program": std::env::current_exe().ok(),
    })
}

/// Never the file itself: a broken file may hold a password anywhere.
fn settings(home: &Home) -> String {
    let mut text = String::new();
    match home.read() {
        Ok(loaded) => {
            for mut line in loaded.shown() {
                // Words of one's own are listed because they are nobody else's business.
                if OWN_WORDS.contains(&line.key) && line.value != "[]" {
                    line.value = "[…]".into();
                }
                let _ = writeln!(text, "{line}");
            }
        }
        Err(problems) => {
            let _ = writeln!(text, "The configuration is not in order:\n{problems}");
        }
    }
    text
}

async fn status(home: &Home) -> Value {
    if let Some(mut client) = home.client().await
        && let Ok(status) = client.ask(&Request::Status).await
    {
        return status;
    }
    match look(home).map(|setup| inspect::status(&setup)) {
        Some(Ok(status)) => json!(status),
        Some(Err(error)) => json!({"error": error.to_string()}),
        None => json!({"error": "no settings, so no status"}),
    }
}

fn history(home: &Home) -> Value {
    match look(home).map(|setup| inspect::history(&setup, RECEIPTS)) {
        Some(Ok(receipts)) => json!({"receipts": receipts}),
        Some(Err(error)) => json!({"error": error.to_string()}),
        None => json!({"error": "no settings, so no history"}),
    }
}

/// The value with the names of files as others may read them: what is personal in them is replaced, wherever they stand.
fn veil(mut value: Value, policy: &Policy) -> Value {
    let mut names = Vec::new();
    for list in ["files", "receipts"] {
        let entries = value[list].as_array().into_iter().flatten();
        let told = entries.filter_map(|entry| entry["name"].as_str().or(entry["file"].as_str()));
        names.extend(told.filter_map(|name| match veiled(policy, name, name) {
            Cow::Borrowed(_) => None,
            Cow::Owned(told) => Some((name.to_owned(), told)),
        }));
    }
    if !names.is_empty() {
        replace(&mut value, &names);
    }
    value
}

fn replace(value: &mut Value, names: &[(String, String)]) {
    match value {
        Value::String(text) => {
            for (name, told) in names.iter().filter(|(name, _)| !name.is_empty()) {
                if text.contains(name) {
                    *text = text.replace(name, told);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, names)),
        Value::Object(members) => members.values_mut().for_each(|value| replace(value, names)),
        _ => {}
    }
}

/// `None` when the settings are broken. Folders are not made for the sake of a bundle.
fn look(home: &Home) -> Option<crate::sync::Setup> {
    let config = home.read().ok()?.config;
    home.paths.state_dir.is_dir().then(|| home.setup_with(config))
}
