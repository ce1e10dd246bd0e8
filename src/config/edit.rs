//! Changing `config.toml` for a person: one value at a time, everything else stays as it was written.
//!
//! In: the sources, a key, the words of a new value. Out: the new text, checked as a whole, and a safe way to disk.
//! Not here: asking the person (`cli`).

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, TableLike};

use super::keys::{self, Key};
use super::layers::with_unit;
use super::problem::{Kind, Problem, Problems, Spot, shown_value};
use super::sources::{Source, Sources, missing};
use super::value::{Shape, Value};
use super::{DEFAULT_TEXT, Origin};
use crate::paths::Paths;
use crate::platform::replace::{replace_file, replace_shared};

mod preset;
#[cfg(test)]
mod tests;

pub use preset::preset;

/// Changes one value in the user's file on disk; nothing is written unless the whole is good.
pub fn set_in_file(
    paths: &Paths,
    env: &dyn Fn(&str) -> Option<OsString>,
    key: &str,
    words: &str,
) -> Result<(), Problems> {
    let text = set(&Sources::read(paths, env)?, key, words)?;
    write_atomically(&paths.config, &text)
}

/// The user's text with one value changed. Comments, order and spacing stay.
///
/// `words` is what a person types, without quotes: `7`, `true`, `*.a,*.b`. The result must be a good configuration
/// as a whole, under the same machine-wide file; else every problem comes back.
pub fn set(sources: &Sources, key: &str, words: &str) -> Result<String, Problems> {
    set_all(sources, &[(key, words)])
}

/// As [`set`], several values at once: what belongs together need not be good one by one. Every problem comes back.
pub fn set_all(sources: &Sources, changes: &[(&str, &str)]) -> Result<String, Problems> {
    let file = Spot::File(sources.user_file.clone());
    let mut values = Vec::new();
    let mut problems = Vec::new();
    for (name, words) in changes {
        match read(sources, name, words, &file) {
            Ok(value) => values.push(value),
            Err(found) => problems.extend_from_slice(found.list()),
        }
    }
    if let Some(problems) = Problems::of(problems) {
        return Err(problems);
    }
    let Some(user) = &sources.user else { return Err(missing(&sources.user_file).into()) };
    // Tells a broken file with every fault, before anything is made of it.
    let Ok(mut document) = user.text.parse::<DocumentMut>() else {
        return Err(sources.check().expect_err("no TOML, so no configuration"));
    };
    for (key, value) in &values {
        put(&mut document, key, value, &file)?;
    }
    let text = with_endings_of(&user.text, &document.to_string());
    let keys: Vec<_> = values.iter().map(|(key, _)| key.name).collect();
    check_in_place(sources, &keys, text)
}

fn read(sources: &Sources, name: &str, words: &str, file: &Spot) -> Result<(&'static Key, Value), Problems> {
    let key = known(name, file)?;
    Ok((key, value(sources, key, words, file)?))
}

/// What the words say, if this person may change the key and it takes them.
fn value(sources: &Sources, key: &Key, words: &str, file: &Spot) -> Result<Value, Problems> {
    refuse_locked(sources, key, file)?;
    key.shape.read_words(words).map_err(|(kind, reason)| {
        let shown = shown_value(words, key.shape == Shape::Secret);
        Problem::with_value(kind, file, key.name, &shown, with_unit(reason, key)).hinting(key.advice()).into()
    })
}

/// A first configuration from the commented default text: the given three values, all else as a suggestion.
///
/// Settings in tables are commented out: a default that is spelled out would hide what a machine-wide file says.
pub fn starter(api_url: &str, device_id: &str, watch_dir: &str) -> String {
    let mut document: DocumentMut = DEFAULT_TEXT.parse().expect("the default text is tested");
    for (name, text) in [("api_url", api_url), ("device_id", device_id), ("watch_dir", watch_dir)] {
        replace(&mut document[name], text.into());
    }
    let text = document.to_string();
    let (five, tables) = text.split_once("\n[").expect("the default text has tables");
    let tables = tables.lines().map(|line| match line.split_once(" = ") {
        Some((name, _)) if !name.starts_with('#') => format!("# {line}"),
        _ => line.to_owned(),
    });
    format!("{five}\n[{}\n", tables.collect::<Vec<_>>().join("\n"))
}

/// Puts a text in the place of a file, whole or not at all, readable by this user alone.
///
/// A file that is not valid TOML is somebody's unfinished work and is never replaced.
pub fn write_atomically(path: &Path, text: &str) -> Result<(), Problems> {
    write(path, text, replace_file)
}

/// As [`write_atomically`], readable by every user of this computer.
pub fn write_for_everybody(path: &Path, text: &str) -> Result<(), Problems> {
    write(path, text, replace_shared)
}

fn write(path: &Path, text: &str, replace: fn(&Path, &[u8]) -> std::io::Result<()>) -> Result<(), Problems> {
    let spot = || Spot::File(path.into());
    if let Ok(now) = fs::read(path) {
        let whole = std::str::from_utf8(&now).is_ok_and(|now| now.parse::<DocumentMut>().is_ok());
        if !whole {
            let reason = "the file is not valid TOML and was left as it is; nothing was written";
            let hint = "Repair it (`outtray config check` tells the line), or move it away.";
            return Err(Problem::new(Kind::Syntax, &spot(), reason).hinting(hint).into());
        }
    }
    replace(path, text.as_bytes()).map_err(|error| {
        let reason = format!("cannot write the configuration, the old one stays: {error}");
        let hint = "Check that the folder belongs to you and that the disk is not full.";
        Problem::new(Kind::NotWritten, &spot(), reason).hinting(hint).into()
    })
}

fn known(name: &str, file: &Spot) -> Result<&'static Key, Problems> {
    let shown = shown_value(name, false);
    let refuse = |kind, message: String| Problem::new(kind, file, message).of_key(&shown);
    match keys::find(name) {
        Some(key) if key.is_policy() => {
            let message = format!("{shown} belongs into the machine-wide file, which an administrator writes");
            Err(refuse(Kind::Managed, message).into())
        }
        Some(key) => Ok(key),
        None => Err(refuse(Kind::UnknownKey, format!("unknown key {shown}")).hinting(keys::suggestion(name)).into()),
    }
}

fn refuse_locked(sources: &Sources, key: &Key, file: &Spot) -> Result<(), Problems> {
    let managed = sources.policy();
    if !managed.locked.iter().any(|name| name == key.name) {
        return Ok(());
    }
    let who = Origin::Managed { by: managed.by.clone() };
    let problem = Problem::new(Kind::Managed, file, format_args!("{} cannot be changed: {who}", key.name));
    let hint = managed.help_url.map_or("Ask whoever manages this computer.".into(), |url| format!("See {url}."));
    Err(problem.of_key(key.name).hinting(hint).into())
}

fn put(document: &mut DocumentMut, key: &Key, value: &Value, file: &Spot) -> Result<(), Problems> {
    let Some((table, leaf)) = key.name.split_once('.') else {
        set_value(document.as_table_mut(), key.name, value);
        return Ok(());
    };
    let table_item = document.entry(table).or_insert_with(|| {
        let mut new = Table::new();
        new.decor_mut().set_prefix("\n");
        Item::Table(new)
    });
    let Some(inside) = table_item.as_table_like_mut() else {
        let problem = Problem::new(Kind::WrongType, file, format_args!("{table} must be a table")).of_key(table);
        return Err(problem.into());
    };
    set_value(inside, leaf, value);
    Ok(())
}

fn set_value(table: &mut dyn TableLike, name: &str, value: &Value) {
    match table.get_mut(name) {
        Some(item) => replace(item, value.to_toml()),
        None => {
            table.insert(name, Item::Value(value.to_toml()));
        }
    }
}

/// The new value takes over the spaces and the comment around the old one.
fn replace(item: &mut Item, mut value: toml_edit::Value) {
    if let Some(old) = item.as_value() {
        *value.decor_mut() = old.decor().clone();
    }
    *item = Item::Value(value);
}

/// The TOML writer ends lines with a bare line feed; a file from Windows keeps its own way.
fn with_endings_of(old: &str, new: &str) -> String {
    let bare = new.replace("\r\n", "\n");
    let mark = if old.starts_with('\u{feff}') && !bare.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    if old.contains("\r\n") { format!("{mark}{}", bare.replace('\n', "\r\n")) } else { format!("{mark}{bare}") }
}

fn check_in_place(sources: &Sources, keys: &[&str], text: String) -> Result<String, Problems> {
    let mut changed =
        Sources { user: Some(Source { file: sources.user_file.clone(), text: text.clone() }), ..sources.clone() };
    // A variable that wins over the new value must not hide its faults.
    changed.overrides.retain(|(other, _)| !keys.contains(&other.name));
    changed.check().map(|_| text)
}
