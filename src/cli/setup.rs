//! `outtray setup`: the first configuration, from flags, from questions, or from another computer's line.
//!
//! In: three values that only a person knows. Out: a config.toml that is good as a whole, readable by this user alone.
//! An existing file keeps its comments and everything that was not asked for.
//! Not here: the text of the file (`config::edit`), the line between computers (`enrolment`).

use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::SetupArgs;
use super::enrolment::{self, Settings};
use super::failure::of_problems;
use super::failure::{Exit, Failure};
use super::output::{Output, stdin_is_terminal, style};
use super::preset;
use super::why::current_dir;
use crate::config::{Loaded, Sources, edit};
use crate::host::Home;
use crate::platform::places;

/// The three that have no default, with the question and the flag for each.
const NEEDED: [(&str, &str, &str); 3] = [
    ("api_url", "Where may I ask for uploads? (the address of your presigner)", "--api-url"),
    ("device_id", "What is this computer called? (letters, digits, . _ -)", "--device-id"),
    ("watch_dir", "Which folder holds the finished files?", "--watch-dir"),
];

pub fn run(home: &Home, out: Output, args: SetupArgs) -> Result<Exit, Failure> {
    if args.installer.preset || args.installer.machine {
        return preset::run(home, out, &args);
    }
    if args.export {
        return export(home, out);
    }
    let yes = args.yes;
    let existing = existing(home)?;
    let mut settings = wanted(args)?;
    complete(&mut settings, existing.as_ref(), yes, out)?;
    if let Some(folder) = settings.get_mut("watch_dir") {
        *folder = from_here(folder, &current_dir()?);
    }
    let (text, loaded) = compose(&home.paths.config, existing.is_some(), &settings)?;
    let folder = loaded.config.watch_dir.clone();
    let (is_new, file) = (!folder.exists(), &home.paths.config);
    if !yes {
        let more = if is_new { " (will be made)" } else { "" };
        out.problem(format!("Settings   {}\nAPI URL    {}", file.display(), loaded.config.api_url));
        out.problem(format!("Device     {}\nFolder     {}{more}", loaded.config.device_id.as_str(), folder.display()));
        if !confirmed("Write these settings?")? {
            return Err(Failure::new(Exit::Usage, "setup.declined", "nothing was written"));
        }
    }
    if is_new {
        std::fs::create_dir_all(&folder)
            .map_err(|error| Failure::io(format_args!("cannot make the folder {}", folder.display()), &error))?;
    }
    if let Some(place) = file.parent().filter(|place| !place.exists()) {
        places::create_private_folder(place)
            .map_err(|error| Failure::io(format_args!("cannot make the folder {}", place.display()), &error))?;
    }
    edit::write_atomically(file, &text).map_err(|problems| of_problems(&problems))?;
    out.answer(&json!({"ok": true, "config": file, "watch_dir": folder}), || {
        let next = "Next: `outtray doctor` tries every step, `outtray run` watches and sends.";
        format!("{} Settings are in {}.\n{next}", style::green("✓"), file.display())
    })?;
    Ok(Exit::Done)
}

fn export(home: &Home, out: Output) -> Result<Exit, Failure> {
    let line = enrolment::line(&enrolment::settings_of(&home.read().map_err(|problems| of_problems(&problems))?));
    out.answer(&json!({"line": line}), || line.clone())?;
    out.note("On the other computer: outtray setup --import LINE --device-id NAME --watch-dir FOLDER");
    Ok(Exit::Done)
}

/// The settings that there are. A file that is broken is not ours to replace.
fn existing(home: &Home) -> Result<Option<Loaded>, Failure> {
    if !home.paths.config.exists() {
        return Ok(None);
    }
    home.read().map(Some).map_err(|problems| of_problems(&problems))
}

/// What the flags and the line of another computer say; flags win.
fn wanted(args: SetupArgs) -> Result<Settings, Failure> {
    let mut settings = match &args.import {
        Some(line) => enrolment::read(line).map_err(|bad| {
            Failure::new(Exit::Usage, "setup.bad_line", bad.to_string())
                .hint("Copy the whole line that `outtray setup --export` prints on the other computer, in quotes.")
        })?,
        None => Settings::new(),
    };
    for (key, value) in [("api_url", args.api_url), ("device_id", args.device_id), ("watch_dir", args.watch_dir)] {
        if let Some(value) = value {
            settings.insert(key.into(), value);
        }
    }
    Ok(settings)
}

/// Asks for what is missing where somebody can answer.
fn complete(settings: &mut Settings, existing: Option<&Loaded>, yes: bool, out: Output) -> Result<(), Failure> {
    let has = |settings: &Settings, key: &str| settings.contains_key(key) || existing.is_some();
    let missing: Vec<_> = NEEDED.iter().filter(|(key, ..)| !has(settings, key)).collect();
    let nothing_asked = settings.is_empty() && existing.is_some();
    if (missing.is_empty() && !nothing_asked && (yes || stdin_is_terminal())) || (nothing_asked && yes) {
        return Ok(());
    }
    if yes || !stdin_is_terminal() {
        let mut flags: Vec<_> = missing.iter().map(|(_, _, flag)| *flag).collect();
        if !yes {
            flags.push("--yes");
        }
        let message = format!("nobody can be asked here; missing: {}", flags.join(", "));
        return Err(
            Failure::new(Exit::Usage, "setup.incomplete", message).hint("`outtray help setup` shows an example.")
        );
    }
    for (key, question, _) in NEEDED {
        if has(settings, key) && !nothing_asked {
            continue;
        }
        let now = existing.and_then(|loaded| loaded.value(key));
        if let Some(answer) = ask(question, now.as_deref(), out)? {
            settings.insert(key.to_owned(), answer);
        }
    }
    Ok(())
}

/// `None` keeps what is there.
fn ask(question: &str, now: Option<&str>, out: Output) -> Result<Option<String>, Failure> {
    loop {
        let kept = now.map(|now| format!(" [{now}]")).unwrap_or_default();
        out.problem(format!("{question}{kept}"));
        let answer = read_answer()?;
        match (answer.is_empty(), now) {
            (false, _) => return Ok(Some(answer)),
            (true, Some(_)) => return Ok(None),
            (true, None) => {}
        }
    }
}

fn confirmed(question: &str) -> Result<bool, Failure> {
    let mut stderr = std::io::stderr();
    let _ = write!(stderr, "{question} [y/N] ").and_then(|()| stderr.flush());
    Ok(matches!(read_answer()?.to_lowercase().as_str(), "y" | "yes"))
}

fn read_answer() -> Result<String, Failure> {
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) => Err(Failure::new(Exit::Usage, "setup.declined", "nothing was written")),
        Ok(_) => Ok(line.trim().to_owned()),
        Err(error) => Err(Failure::io("cannot read your answer", &error)),
    }
}

/// A person at a prompt means the folder they are in; in the file, relative paths start at the file.
fn from_here(folder: &str, here: &Path) -> String {
    let already_fixed = Path::new(folder).is_absolute() || folder.starts_with('~') || folder.contains('\\');
    if already_fixed {
        folder.into()
    } else {
        here.join(folder).components().collect::<PathBuf>().display().to_string()
    }
}

/// The text to write, checked as a whole.
fn compose(file: &Path, exists: bool, settings: &Settings) -> Result<(String, Loaded), Failure> {
    let value = |key: &str| settings.get(key).map(String::as_str).unwrap_or_default();
    let mut text = if exists {
        std::fs::read_to_string(file).map_err(|error| Failure::io("cannot read the configuration", &error))?
    } else {
        edit::starter(value("api_url"), value("device_id"), value("watch_dir"))
    };
    let sources = |text: &str| Sources { home: places::home(), ..Sources::of_text(text, file) };
    // The first three stand in a new text already, and are checked together with it below.
    let fresh = |key: &str| !exists && NEEDED.iter().any(|(needed, ..)| *needed == key);
    let checked = sources(&text).check().map_err(|problems| of_problems(&problems));
    let mut loaded = checked?;
    for (key, value) in settings.iter().filter(|(key, _)| !fresh(key)) {
        text = edit::set(&sources(&text), key, value).map_err(|problems| of_problems(&problems))?;
        loaded = sources(&text).check().map_err(|problems| of_problems(&problems))?;
    }
    Ok((text, loaded))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn composes_a_good_first_file() {
        let settings = settings(&[
            ("api_url", "https://api.example/new"),
            ("device_id", "desk-9"),
            ("watch_dir", "/data/memory"),
            ("concurrency", "7"),
        ]);
        let (text, loaded) = compose(Path::new("/c/config.toml"), false, &settings).unwrap();
        assert_eq!(loaded.config.device_id.as_str(), "desk-9");
        assert_eq!(loaded.config.concurrency, 7);
        assert!(text.contains("concurrency = 7"), "{text}");
    }

    #[test]
    fn composes_nothing_bad() {
        let bad = settings(&[("api_url", "https://api.example/new"), ("device_id", "a b"), ("watch_dir", "/m")]);
        let failure = compose(Path::new("/c/config.toml"), false, &bad).unwrap_err();
        assert_eq!((failure.exit, failure.kind.as_str()), (Exit::Config, "config.bad_value"));
    }

    #[test]
    fn a_relative_folder_starts_where_the_person_is() {
        let here = Path::new("/home/me");
        assert_eq!(from_here("memory", here), "/home/me/memory");
        assert_eq!(from_here("./memory", here), "/home/me/memory");
        assert_eq!(from_here("~/memory", here), "~/memory");
        assert_eq!(from_here("/data", here), "/data");
    }
}
