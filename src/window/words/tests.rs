//! No word is missing, none is left over, and both languages say the same things.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;
use crate::config::keys::KEYS;
use crate::guard::Kind;
use crate::sync::double;
use crate::sync::event::{FileState, FileStatus, State, Status};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// Key and text of each line.
fn words(file: &str) -> BTreeMap<String, String> {
    let lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '_']));
    let pair = |line: &str| {
        let (key, text) = line.split_once(": ").unwrap_or_else(|| panic!("no key and text: {line}"));
        let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        (key.to_owned(), text.unwrap_or_else(|| panic!("no quotation marks: {line}")).to_owned())
    };
    let pairs: Vec<_> = lines.map(pair).collect();
    let words: BTreeMap<_, _> = pairs.iter().cloned().collect();
    assert_eq!(words.len(), pairs.len(), "a key stands twice");
    words
}

fn all() -> [BTreeMap<String, String>; 2] {
    FILES.map(|(_, files)| words(&files.concat()))
}

/// `%{count}` and the like.
fn holes(text: &str) -> BTreeSet<&str> {
    text.split("%{").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

fn rust_files(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("it is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).expect("it can be read");
            found.push(text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned());
        }
    }
}

#[test]
fn both_languages_have_the_same_keys_and_holes() {
    let [english, german] = all();
    assert_eq!(english.keys().collect::<Vec<_>>(), german.keys().collect::<Vec<_>>());
    for (key, text) in &english {
        assert_eq!(holes(text), holes(&german[key]), "{key}");
        assert!(!text.trim().is_empty() && !german[key].trim().is_empty(), "{key}");
    }
}

#[test]
fn every_key_is_used_and_every_used_key_is_there() {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/window"), &mut files);
    let [english, _] = all();
    // Keys stand in quotation marks in the code, also where they go through a table first.
    let code = files.concat();
    let settings = KEYS.iter().filter(|key| !key.is_policy()).map(|key| key.name);
    let made: BTreeSet<_> = settings.flat_map(|name| [format!("label.{name}"), format!("about.{name}")]).collect();
    let kinds = Kind::ALL.into_iter().map(Kind::label);
    let nouns = kinds.flat_map(|label| [format!("noun.{label}.one"), format!("noun.{label}.many")]);
    let made = made.into_iter().chain(nouns).chain(told_kinds());
    // Settings have these names as well.
    let both = ["kind.network.proxy", "kind.network.ca_file"].map(str::to_owned);
    let made: BTreeSet<_> = made.chain(both).collect();
    let tables = KEYS.iter().filter(|key| !key.is_policy()).filter_map(|key| crate::config::keys::table_of(key.name));
    let made: BTreeSet<_> =
        made.into_iter().chain(tables.chain(["top"]).map(|table| format!("group.{table}"))).collect();
    let unused: Vec<_> =
        english.keys().filter(|key| !made.contains(*key) && !code.contains(&format!("\"{key}\""))).collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
    // Not the end of `format!(` or `assert!(`.
    let is_call = |at: &usize| !code[..*at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
    let calls = code.match_indices("t!(").map(|(at, _)| at).filter(is_call);
    let used = calls.filter_map(|at| code[at + 3..].trim_start().strip_prefix('"')?.split_once('"'));
    let missing: BTreeSet<_> =
        used.map(|(key, _)| key).filter(|key| *key != "…" && !english.contains_key(*key)).collect();
    assert!(missing.is_empty(), "nobody has words for {missing:?}");
    let missing: Vec<_> = made.iter().filter(|key| !english.contains_key(*key)).collect();
    assert!(missing.is_empty(), "a setting has no words: {missing:?}");
}

#[test]
fn what_the_settings_mean_is_told_as_everywhere() {
    let [english, _] = all();
    for key in KEYS.iter().filter(|key| !key.is_policy()) {
        assert_eq!(english[&format!("about.{}", key.name)], key.about);
    }
}

#[test]
fn the_language_is_the_persons() {
    for (setting, system, wanted) in [
        ("auto", Some("de-AT"), "de"),
        ("auto", Some("de_DE.UTF-8"), "de"),
        ("auto", Some("fr-FR"), "en"),
        ("auto", None, "en"),
        ("de", Some("en-GB"), "de"),
        ("en", Some("de-DE"), "en"),
    ] {
        assert_eq!(nearest(setting, system), wanted, "{setting} {system:?}");
    }
}

#[test]
fn the_sentence_is_the_trays() {
    rust_i18n::set_locale("en");
    let now = at("2026-01-27T12:00:00Z");
    let file = FileStatus {
        name: "a.json".into(),
        state: FileState::Waiting,
        reason: "no connection".into(),
        kind: None,
        attempts: 1,
        next_try: Some(at("2026-01-27T12:04:00Z")),
        size: 1,
        sent: 0,
    };
    for state in [State::SetupNeeded, State::Idle, State::Syncing, State::Offline, State::Paused, State::Attention] {
        for (waiting, rejected, synced_total) in [(0, 0, 0), (1, 0, 1), (2, 1, 1), (5, 3, 42)] {
            for paused_until in [None, Some(at("2026-01-27T13:00:00Z")), Some(Timestamp::MAX)] {
                for last_error in [None, Some("the folder /m is gone\nmore".to_owned())] {
                    let files = if waiting > 0 { vec![file.clone()] } else { Vec::new() };
                    let last_error = last_error.clone();
                    let last_success = (synced_total > 0).then(|| at("2026-01-26T09:00:00Z"));
                    let status = Status {
                        state,
                        paused_until,
                        waiting,
                        rejected,
                        synced_total,
                        last_success,
                        last_error,
                        files,
                        ..double::status()
                    };
                    let ours = super::sentence(&status, now, &TimeZone::UTC);
                    assert_eq!(ours, crate::sync::sentence::sentence(&status, now, &TimeZone::UTC));
                }
            }
        }
    }
}

#[test]
fn numbers_read_as_people_write_them() {
    rust_i18n::set_locale("de");
    assert_eq!(
        (bytes(1_234), bytes(12), files(1), files(3)),
        ("1,2 KB".into(), "12 Bytes".into(), "1 Datei".into(), "3 Dateien".into())
    );
    let moment = clock(at("2026-01-26T09:05:00Z"), at("2026-01-27T12:00:00Z"), &TimeZone::UTC);
    assert_eq!(moment, "26.01.2026 09:05");
    rust_i18n::set_locale("en");
    assert_eq!((bytes(1_234), bytes(1), files(3)), ("1.2 KB".into(), "1 bytes".into(), "3 files".into()));
}

#[test]
fn a_known_trouble_is_told_in_a_few_words() {
    rust_i18n::set_locale("de");
    assert_eq!(kind(Some("presign.forbidden")).as_deref(), Some("Der Presigner nimmt dieses Gerät nicht an."));
    rust_i18n::set_locale("en");
    assert_eq!((kind(Some("no.such")), kind(None)), (None, None));
}

/// Every kind that an error can have, as the source names it.
fn told_kinds() -> BTreeSet<String> {
    const FIRST: [&str; 12] = [
        "auth", "config", "file", "folder", "guard", "instance", "ledger", "network", "presign", "put", "state",
        "system",
    ];
    // Good rungs, and a file.
    const NO_KINDS: [&str; 3] = ["folder.new", "presign.answers", "guard.key"];
    let mut files = Vec::new();
    for folder in ["auth", "config", "control", "guard", "host", "remote", "setup", "sync"] {
        rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder), &mut files);
    }
    let code = files.concat();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let texts = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
    let is_kind = |text: &&str| {
        let parts: Vec<_> = text.split('.').collect();
        let plain =
            |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let is_file = parts.last().is_some_and(|last| ["toml", "db", "txt"].contains(last));
        matches!(parts[..], [first, _] if FIRST.contains(&first)) && parts.iter().all(plain) && !is_file
    };
    let settings: BTreeSet<_> = KEYS.iter().map(|key| key.name).collect();
    let kinds = texts.filter(is_kind).filter(|kind| !settings.contains(kind) && !NO_KINDS.contains(kind));
    kinds.map(|kind| format!("kind.{kind}")).collect()
}

#[test]
fn every_kind_of_trouble_has_a_sentence_in_both_languages() {
    let told = told_kinds();
    assert!(told.len() > 60, "the source could not be read: {told:?}");
    let [english, german] = all();
    let missing: Vec<_> = told.iter().filter(|key| !english.contains_key(*key) || !german.contains_key(*key)).collect();
    assert!(missing.is_empty(), "nobody has words for {missing:?}");
}

#[test]
fn what_is_held_back_is_told_with_its_counts() {
    rust_i18n::set_locale("de");
    let reason = "it holds personal data (3 e-mail addresses and 1 phone number), and guard.mode is \"block\"";
    let told = trouble(Some("guard.blocked"), reason).expect("there are words");
    assert!(told.contains("3 E-Mail-Adressen und 1 Telefonnummer"), "{told}");
    assert_eq!(trouble(Some("guard.blocked"), "as nobody says it"), None);
    assert!(trouble(Some("guard.slow"), "it did not come to an end").is_some());
    rust_i18n::set_locale("en");
}
