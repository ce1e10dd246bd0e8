//! What `config set` and the wizard do to a file, and what they leave alone.

use proptest::prelude::*;

use super::*;
use crate::config::keys::KEYS;
use crate::config::{Concurrency, Config};
use crate::platform::places;

const TEXT: &str = "# Our desk\n\napi_url = \"https://api.example.org/new\"\ndevice_id = \"dev001\"\n\
    watch_dir = \"./memory\"\nconcurrency = 2   # workers\n\n# Files\n[files] # all of them\nsettle_ms = 200\n\n\
    [retry]\nfactor = 1.5\n\n# the end\n";

fn sources(text: &str) -> Sources {
    let file = if places::WINDOWS_PATHS { "C:\\box\\config.toml" } else { "/box/config.toml" };
    Sources::of_text(text, Path::new(file))
}

fn changed(text: &str, key: &str, words: &str) -> String {
    set(&sources(text), key, words).expect("a good change")
}

#[test]
fn one_value_changes_and_nothing_else() {
    let now = changed(&changed(TEXT, "concurrency", "7"), "files.settle_ms", "350");
    assert_eq!(now, TEXT.replace("concurrency = 2 ", "concurrency = 7 ").replace("settle_ms = 200", "settle_ms = 350"));
    assert_eq!(changed(TEXT, "device_id", "dev002"), TEXT.replace("dev001", "dev002"));
}

#[test]
fn a_new_key_joins_its_table() {
    let now = changed(TEXT, "files.include", "*.a, *.b");
    assert_eq!(now, TEXT.replace("settle_ms = 200\n", "settle_ms = 200\ninclude = [\"*.a\", \"*.b\"]\n"));
    let now = changed(TEXT, "scan_interval_secs", "5");
    assert_eq!(now, TEXT.replace("# workers\n", "# workers\nscan_interval_secs = 5\n"));
    let now = changed(TEXT, "ui.tray", "off");
    assert_eq!(now, TEXT.replace("\n# the end\n", "\n[ui]\ntray = false\n\n# the end\n"));
}

#[test]
fn inline_and_dotted_tables_are_understood() {
    let five = TEXT.split_once("\n# Files").expect("there").0;
    for files in ["files = { settle_ms = 200 }\n", "files.settle_ms = 200\n"] {
        let text = format!("{five}{files}");
        assert_eq!(changed(&text, "files.settle_ms", "9"), text.replace("200", "9"));
    }
}

#[test]
fn files_from_windows_keep_their_line_ends() {
    let text = format!("\u{feff}{}", TEXT.replace('\n', "\r\n"));
    assert_eq!(changed(&text, "concurrency", "7"), text.replace("concurrency = 2 ", "concurrency = 7 "));
}

#[test]
fn nonsense_is_refused_with_its_kind() {
    for (key, words, kind) in [
        ("concurrency", "0", Kind::BadValue),
        ("concurrency", "two", Kind::WrongType),
        ("no_such_key", "1", Kind::UnknownKey),
        ("files", "1", Kind::UnknownKey),
        ("device_id", "../x", Kind::BadValue),
        ("api_url", "http://elsewhere.example.org/x", Kind::BadValue),
        ("guard.mode", "hide", Kind::BadValue),
        ("managed.by", "me", Kind::Managed),
    ] {
        let found = set(&sources(TEXT), key, words).expect_err("nonsense");
        assert_eq!(found.first().kind, kind, "{key} {words}: {found}");
        assert!(found.to_string().contains(key), "{found}");
    }
    let found = set(&sources(&TEXT.replace("[files]", "[files")), "concurrency", "3").expect_err("broken");
    assert_eq!((found.first().kind, found.first().line), (Kind::Syntax, Some(9)));
    let found = set(&sources(&TEXT.replace("settle_ms", "setle_ms")), "concurrency", "3").expect_err("bad elsewhere");
    assert_eq!(found.first().kind, Kind::UnknownKey);
}

#[test]
fn what_an_organisation_locked_stays() {
    let text = "[managed]\nlocked = [\"concurrency\"]\nby = \"Example Ltd\"\nhelp_url = \"https://help.example.org\"\n";
    let mut sources = sources(TEXT);
    sources.machine = Some(Source { file: "/etc/outtray/config.toml".into(), text: text.into() });
    let found = set(&sources, "concurrency", "3").expect_err("locked");
    assert_eq!(found.first().kind, Kind::Managed);
    assert!(found.to_string().contains("managed by Example Ltd"), "{found}");
    assert!(found.first().hint.as_deref().unwrap_or("").contains("https://help.example.org"));
    assert!(set(&sources, "device_id", "d2").is_ok());
}

#[test]
fn a_variable_does_not_hide_a_bad_value() {
    let mut sources = sources(TEXT);
    sources.overrides = vec![(keys::find("device_id").expect("known"), "good".into())];
    assert!(set(&sources, "device_id", "../x").is_err());
}

#[test]
fn a_first_file_keeps_the_comments_and_says_little() {
    let text = starter("https://api.example.org/new", "desk-1", "C:\\it's \"here\"");
    let settings: Vec<_> = text.lines().filter(|line| line.contains(" = ") && !line.starts_with('#')).collect();
    assert_eq!(settings.len(), 5, "{settings:?}");
    assert!(KEYS.iter().all(|key| text.contains(key.name.rsplit('.').next().expect("a name"))));
    let loaded = sources(&starter("https://api.example.org/new", "desk-1", "in \"x\"")).check().expect("good");
    assert_eq!(loaded.value("watch_dir").as_deref(), Some("in \"x\""));
    assert_eq!(loaded.value("device_id").as_deref(), Some("desk-1"));
    let again = changed(&starter("https://api.example.org/new", "d", "m"), "network.proxy", "none");
    assert!(again.contains("[network]\nproxy = \"none\"\n"), "{again}");
}

#[test]
fn writing_replaces_a_good_file_whole_and_a_broken_one_never() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("new/config.toml");
    write_atomically(&path, TEXT).expect("written");
    write_atomically(&path, "x = 1\n").expect("replaced");
    assert_eq!(fs::read_to_string(&path).expect("there"), "x = 1\n");
    fs::write(&path, "[files\n").expect("broken");
    assert_eq!(write_atomically(&path, TEXT).expect_err("broken").first().kind, Kind::Syntax);
    assert_eq!(fs::read_to_string(&path).expect("there"), "[files\n");
    let nowhere = path.join("config.toml");
    assert_eq!(write_atomically(&nowhere, TEXT).expect_err("no folder").first().kind, Kind::NotWritten);
    let names = fs::read_dir(path.parent().expect("a folder")).expect("listed").count();
    assert_eq!(names, 1, "no part is left behind");
}

#[test]
fn set_in_file_writes_only_what_is_good() {
    let place = tempfile::tempdir().expect("a folder");
    let config = place.path().join("config.toml");
    let missing = place.path().join("machine.toml");
    let paths = Paths { config, machine_config: missing, state_dir: "/s".into(), log_dir: "/l".into(), named: false };
    assert_eq!(set_in_file(&paths, &|_| None, "concurrency", "3").expect_err("none").first().kind, Kind::Missing);
    fs::write(&paths.config, TEXT).expect("written");
    assert!(set_in_file(&paths, &|_| None, "concurrency", "0").is_err());
    assert_eq!(fs::read_to_string(&paths.config).expect("there"), TEXT);
    set_in_file(&paths, &|_| None, "concurrency", "3").expect("good");
    assert_eq!(Config::load(&paths, &|_| None).expect("good").config.concurrency, Concurrency::Fixed(3));
}

proptest! {
    #[test]
    fn what_is_set_is_read_back(number in 0..KEYS.len(), words in "[ -~\u{e4}]{0,12}|[0-9]{1,3}|true|a.b,c") {
        let key = KEYS[number].name;
        if let Ok(text) = set(&sources(TEXT), key, &words) {
            let loaded = sources(&text).check().expect("`set` checks");
            let back = loaded.value(key).expect("known");
            // Setting what was read changes nothing any more, unless it was a password.
            if !back.contains("***") {
                prop_assert_eq!(set(&sources(&text), key, &back).expect("good"), text);
            }
        }
    }
}
