//! The text of a config.toml from a few wanted settings, checked as a whole before anybody writes it.
//!
//! In: the sources as they are, the settings that a person wants. Out: the new text with all comments and foreign tables
//! of the old one, and what would be in force with it. Pure.
//! Not here: changing one value (`config::edit`), writing (`finish`).

use super::enrolment::Settings;
use crate::config::keys::Key;
use crate::config::{Loaded, Problems, Source, Sources, edit};

/// The three that have no default.
pub const NEEDED: [&str; 3] = ["api_url", "device_id", "watch_dir"];

/// What would stand in the file, and be in force.
#[derive(Debug, Clone)]
pub struct Draft {
    pub text: String,
    pub loaded: Loaded,
}

/// The user's file with these settings; without a file, a first one with all comments.
pub fn compose(sources: &Sources, settings: &Settings) -> Result<Draft, Problems> {
    let mut sources = sources.clone();
    // What is written must be good by itself, whatever a variable says at this moment.
    sources.overrides.retain(|(key, _)| !settings.contains_key(key.name));
    let (mut text, fresh) = begun(&sources, settings);
    let with = |text: &str| Sources { user: Some(source(&sources, text)), ..sources.clone() };
    let mut loaded = with(&text).check()?;
    for (key, value) in settings.iter().filter(|(key, _)| !fresh.contains(&key.as_str())) {
        text = edit::set(&with(&text), key, value)?;
        loaded = with(&text).check()?;
    }
    Ok(Draft { text, loaded })
}

fn source(sources: &Sources, text: &str) -> Source {
    Source { file: sources.user_file.clone(), text: text.to_owned() }
}

/// A text that holds the three, and which of them stand there in the wanted form already.
fn begun(sources: &Sources, settings: &Settings) -> (String, Vec<&'static str>) {
    let value = |key: &str| settings.get(key).map(String::as_str);
    let Some(user) = &sources.user else {
        let [address, device, folder] = NEEDED.map(|key| value(key).unwrap_or_default());
        let text = edit::starter(address, device, folder);
        let unsaid: Vec<_> = NEEDED.into_iter().filter(|key| value(key).is_none() && says(sources, key)).collect();
        return (without(&text, &unsaid), NEEDED.to_vec());
    };
    let missing: Vec<_> = missing(sources).into_iter().filter(|key| value(key).is_some()).collect();
    let lines = missing.iter().filter_map(|key| Some(line(key, value(key)?)));
    (format!("{}{}", lines.collect::<String>(), user.text), missing)
}

/// Keys of the three that nobody says yet.
pub(super) fn missing(sources: &Sources) -> Vec<&'static str> {
    let Err(problems) = sources.check() else { return Vec::new() };
    let is_missing = |key: &&str| {
        let mut list = problems.list().iter();
        list.any(|problem| problem.kind == crate::config::Kind::MissingKey && problem.key.as_deref() == Some(*key))
    };
    NEEDED.into_iter().filter(is_missing).collect()
}

/// Somebody else than the user's file says this key: the machine-wide file or a variable.
fn says(sources: &Sources, key: &str) -> bool {
    let named = |known: &Key| known.name == key;
    let alone = Sources { user: Some(source(sources, "")), ..sources.clone() };
    sources.overrides.iter().any(|(known, _)| named(known)) || !missing(&alone).contains(&key)
}

fn line(key: &str, value: &str) -> String {
    format!("{key} = {}\n", toml_edit::Value::from(value))
}

/// The text with these lines as comments: a value there would hide what the machine-wide file says.
fn without(text: &str, keys: &[&str]) -> String {
    let is_one = |line: &str| keys.iter().any(|key| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(" = ")));
    text.lines().map(|line| if is_one(line) { format!("# {line}\n") } else { format!("{line}\n") }).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn nothing_yet() -> Sources {
        Sources { user: None, ..Sources::of_text("", Path::new("/c/config.toml")) }
    }

    #[test]
    fn composes_a_good_first_file() {
        let settings = settings(&[
            ("api_url", "https://api.example/new"),
            ("device_id", "desk-9"),
            ("watch_dir", "/data/memory"),
            ("concurrency", "7"),
        ]);
        let draft = compose(&nothing_yet(), &settings).unwrap();
        assert_eq!(draft.loaded.config.device_id.as_str(), "desk-9");
        assert_eq!(draft.loaded.config.concurrency, crate::config::Concurrency::Fixed(7));
        assert!(draft.text.contains("concurrency = 7"), "{}", draft.text);
    }

    #[test]
    fn composes_nothing_bad() {
        let bad = settings(&[("api_url", "https://api.example/new"), ("device_id", "a b"), ("watch_dir", "/m")]);
        let problems = compose(&nothing_yet(), &bad).unwrap_err();
        assert_eq!(problems.first().key.as_deref(), Some("device_id"));
    }

    #[test]
    fn keeps_every_line_that_was_not_asked_for() {
        let text = "# mine\napi_url = \"https://api.example/new\" # ours\ndevice_id = \"desk-1\"\nwatch_dir = \"/m\"\n\
                    [notify]\n# quiet, please\nlevel = \"none\"\n";
        let sources = Sources::of_text(text, Path::new("/c/config.toml"));
        let draft = compose(&sources, &settings(&[("device_id", "desk-2")])).unwrap();
        assert_eq!(draft.text, text.replace("desk-1", "desk-2"));
    }

    #[test]
    fn completes_a_file_that_says_only_a_part() {
        let sources = Sources::of_text("# by IT\napi_url = \"https://api.example/new\"\n", Path::new("/c/config.toml"));
        let draft = compose(&sources, &settings(&[("device_id", "desk-2"), ("watch_dir", "/m")])).unwrap();
        assert_eq!(
            draft.text,
            "device_id = \"desk-2\"\nwatch_dir = \"/m\"\n# by IT\napi_url = \"https://api.example/new\"\n"
        );
    }

    #[test]
    fn leaves_to_the_machine_wide_file_what_stands_there() {
        let text = "api_url = \"https://api.example/new\"\n[managed]\nlocked = [\"api_url\"]\nby = \"Lab\"\n";
        let machine = Some(Source { file: "/etc/outtray/config.toml".into(), text: text.into() });
        let sources = Sources { machine, ..nothing_yet() };
        let draft = compose(&sources, &settings(&[("device_id", "desk-2"), ("watch_dir", "/m")])).unwrap();
        assert!(draft.text.contains("\n# api_url = \"\"\n") && draft.text.contains("\ndevice_id = \"desk-2\"\n"));
        assert_eq!(draft.loaded.config.api_url.as_str(), "https://api.example/new");
        let refused = compose(&sources, &settings(&[("api_url", "https://other.example/x")])).unwrap_err();
        assert!(refused.list().iter().any(|problem| problem.key.is_some()), "{refused}");
    }
}
