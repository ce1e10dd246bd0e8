//! What a person writes, and what becomes of it: single texts, and two files with an environment.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;

use super::*;

const FIVE: &str = "api_url = \"https://api.example.org/stage//ingest/new?tenant=a%2Fb&mode=x+y\"\n\
                    device_id = \"dev001\"\nwatch_dir = \".\\\\memory\"\nscan_interval_secs = 60\nconcurrency = 2\n";

fn file() -> &'static Path {
    Path::new(if crate::platform::places::WINDOWS_PATHS { "C:\\box\\config.toml" } else { "/box/config.toml" })
}

fn parse(text: &str) -> Result<Loaded, Problems> {
    Config::parse(text, file())
}

fn problems(text: &str) -> Vec<Problem> {
    parse(text).expect_err("this text has a fault").list().to_vec()
}

/// The five keys, one of them replaced or one line added at their end.
fn with(key: &str, value: &str) -> String {
    let rest: Vec<_> = FIVE.lines().filter(|line| !line.starts_with(key)).collect();
    format!("{}\n{key} = {value}\n", rest.join("\n"))
}

/// The sources as two files and variables would make them.
fn layered(user: Option<&str>, machine: Option<&str>, env: &[(&str, &str)]) -> Sources {
    let place = tempfile::tempdir().expect("a folder");
    let (config, machine_config) = (place.path().join("config.toml"), place.path().join("machine.toml"));
    for (path, text) in [(&config, user), (&machine_config, machine)] {
        if let Some(text) = text {
            std::fs::write(path, text).expect("written");
        }
    }
    let paths = Paths { config, machine_config, state_dir: "/s".into(), log_dir: "/l".into(), named: false };
    let env = |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
    Sources::read(&paths, &env).expect("both files can be read")
}

#[test]
fn five_keys_are_enough() {
    let config = parse(FIVE).expect("good").config;
    assert_eq!(config.api_url.as_str(), "https://api.example.org/stage//ingest/new?tenant=a%2Fb&mode=x+y");
    assert_eq!(config.device_id.as_str(), "dev001");
    assert_eq!(config.watch_dir, file().with_file_name("memory"));
    assert_eq!((config.scan_interval, config.concurrency), (Duration::from_mins(1), Concurrency::Fixed(2)));
    assert_eq!(config.files.settle, Duration::from_millis(500));
    assert_eq!(config.retry.presign_delays, [500, 1200, 2500].map(Duration::from_millis));
    assert_eq!((config.network.proxy, config.network.upload_limit), (Proxy::System, None));
    assert_eq!(config.log, Log { level: LogLevel::Info, keep_days: 14, format: LogFormat::Text });
}

#[test]
fn tables_are_read() {
    let text = format!(
        "{FIVE}[files]\nsettle_ms = 200\nkeep_synced = \"30d\"\n[guard]\nmode = \"off\"\n[retry]\nfactor = 2\n\
         presign_delays_ms = []\n[network]\nca_file = \"ca.pem\"\nupload_limit = \"2 MiB/s\"\nproxy = \"none\"\n"
    );
    let config = parse(&text).expect("good").config;
    assert_eq!(config.files.settle, Duration::from_millis(200));
    assert_eq!(config.files.keep_synced, KeepSynced::For(Duration::from_hours(720)));
    assert!((config.retry.factor - 2.0).abs() < f64::EPSILON && config.retry.presign_delays.is_empty());
    assert_eq!(config.network.ca_file, Some(file().with_file_name("ca.pem")));
    assert_eq!((config.network.proxy, config.network.upload_limit), (Proxy::None, Some(2_097_152)));
}

#[test]
fn the_guard_is_on_unless_somebody_says_otherwise() {
    use crate::guard::{Confidence, Kind, Mode, Style};
    let guard = parse(FIVE).expect("good").config.guard;
    assert_eq!((guard.mode, guard.style, guard.min_confidence), (Mode::Redact, Style::Placeholder, Confidence::Low));
    assert_eq!((guard.kinds, guard.max_findings, guard.skip.len()), (Kind::ALL.to_vec(), None, 0));
    let text = format!(
        "{FIVE}[guard]\nmode = \"block\"\nkinds = [\"email\", \"SSN\"]\nskip_paths = [\"/id\", \"/meta/*\"]\n\
         max_findings = 9\ndeny = [\"Tango\", '/PRJ-\\d+/']\nstyle = \"pseudonym\"\nmin_confidence = \"high\"\n"
    );
    let guard = parse(&text).expect("good").config.guard;
    assert_eq!((guard.mode, guard.style, guard.min_confidence), (Mode::Block, Style::Pseudonym, Confidence::High));
    assert_eq!((guard.kinds, guard.max_findings, guard.skip.len()), (vec![Kind::Email, Kind::Ssn], Some(9), 1));
}

#[test]
fn a_bad_value_says_key_value_range_and_line() {
    for (key, value, kind, words) in [
        ("scan_interval_secs", "0", Kind::BadValue, "from 1 to 86400 seconds"),
        ("scan_interval_secs", "86401", Kind::BadValue, "from 1 to 86400 seconds"),
        ("concurrency", "257", Kind::BadValue, "from 1 to 256 uploads"),
        ("concurrency", "\"two\"", Kind::WrongType, "from 1 to 256"),
        ("device_id", "\"a b\"", Kind::BadValue, "1 to 64"),
        ("api_url", "\"ftp://host/x\"", Kind::BadValue, "https://"),
        ("watch_dir", "7", Kind::WrongType, "text in quotes"),
        ("files.include", "[]", Kind::BadValue, "at least one"),
        ("files.include", "[\"a/*.json\"]", Kind::BadValue, "without folders"),
        ("files.exclude", "[\"{\"]", Kind::BadValue, "cannot be read"),
        ("retry.presign_delays_ms", "[1, -1]", Kind::BadValue, "from 0 to 600000"),
        ("log.level", "\"loud\"", Kind::BadValue, "\"error\", \"warn\""),
        ("guard.mode", "\"hide\"", Kind::BadValue, "\"redact\", \"report\", \"block\", \"off\""),
        ("guard.kinds", "[\"NAME\"]", Kind::BadValue, "EMAIL, PHONE, PERSON"),
        ("guard.deny", "[\"/(/\"]", Kind::BadValue, "no regular expression"),
        ("guard.skip_paths", "[\"id\"]", Kind::BadValue, "beginning with /"),
        ("guard.max_bytes", "7", Kind::BadValue, "from 1024 to 1073741824 bytes"),
        ("network.bucket_hosts", "[\"https://x\"]", Kind::BadValue, "bare host names"),
    ] {
        let text = format!("{}{}", "# comment\n".repeat(608), with(key, value));
        let line = text.lines().count();
        let [problem] = &problems(&text)[..] else { panic!("{key} = {value}: one problem, not {:?}", problems(&text)) };
        assert_eq!((problem.kind, problem.line), (kind, Some(line)), "{problem}");
        for part in [key, value, words, &format!("line {line} of ")] {
            assert!(problem.message.contains(part), "{problem} lacks {part}");
        }
        assert!(!problem.message.contains('\n'));
    }
}

#[test]
fn all_problems_come_at_once_in_the_order_of_the_file() {
    let found = problems("colour = \"red\"\nconcurrency = 0\nscan_interval_secs = 0\nfilez = {}\n[logs]\nx = 1\n");
    let kinds: Vec<_> = found.iter().map(|problem| (problem.kind, problem.line)).collect();
    let missing = (Kind::MissingKey, None);
    assert_eq!(kinds[..3], [missing, missing, missing]);
    assert_eq!(
        kinds[3..],
        [
            (Kind::UnknownKey, Some(1)),
            (Kind::BadValue, Some(2)),
            (Kind::BadValue, Some(3)),
            (Kind::UnknownKey, Some(4)),
            (Kind::UnknownKey, Some(5))
        ]
    );
}

#[test]
fn an_unknown_key_hints_at_the_nearest() {
    let found = problems(&format!("{FIVE}[files]\nsetle_ms = 5\n"));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind.name(), found[0].line), ("config.unknown_key", Some(7)));
    assert!(
        found[0].message.contains("files.setle_ms") && found[0].hint.as_deref().unwrap_or("").contains("settle_ms")
    );
    assert_eq!(problems(&format!("{FIVE}\"files.settle_ms\" = 5\n"))[0].kind, Kind::UnknownKey);
    assert_eq!(problems(&format!("{FIVE}files = 5\n"))[0].kind, Kind::WrongType);
}

#[test]
fn broken_toml_tells_every_broken_line_and_nothing_else() {
    let found = problems("# x\napi_url = \"https://x.example/ingest\ndevice_id = \ncolour = 1\n[files\n");
    assert!(found.iter().all(|problem| problem.kind == Kind::Syntax), "{found:?}");
    assert_eq!(found.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(2), Some(3), Some(5)], "{found:?}");
    assert_eq!(problems(&format!("{FIVE}concurrency = 3\n"))[0].line, Some(6), "a key twice");
}

#[test]
fn passwords_are_never_told() {
    for value in ["\"http://me:pa55w0rd@proxy:1/path\"", "[\"http://me:pa55w0rd@proxy\"]", "\"me:pa55w0rd@proxy\""] {
        let told = format!("{:?}", problems(&with("network.proxy", value)));
        assert!(told.contains("***") && !told.contains("pa55w0rd"), "{told}");
    }
    let told = format!("{:?}", problems(&with("api_url", "\"https://me:pa55w0rd@api.example.org/x\"")));
    assert!(!told.contains("pa55w0rd"), "{told}");
    let loaded = parse(&with("network.proxy", "\"http://me:pa55w0rd@proxy:3128\"")).expect("good");
    let told = format!("{loaded:?} {:?} {:?}", loaded.shown(), loaded.value("network.proxy"));
    assert!(told.contains("***@proxy:3128") && !told.contains("pa55w0rd"), "{told}");
}

#[test]
fn a_missing_file_is_no_first_run() {
    let nowhere = file().with_file_name("nobody-made-this-folder").join("config.toml");
    let mut paths = Paths {
        config: nowhere.clone(),
        machine_config: nowhere.with_file_name("machine.toml"),
        state_dir: "/s".into(),
        log_dir: "/l".into(),
        named: false,
    };
    let all = |_: &str| Some(OsString::from("1"));
    let found = Config::load(&paths, &all).expect_err("there is none");
    assert_eq!(found.first().kind.name(), "config.missing");

    let place = tempfile::tempdir().expect("a folder");
    paths.machine_config = place.path().join("machine.toml");
    std::fs::write(&paths.machine_config, FIVE).expect("written");
    assert!(Config::load(&paths, &|_| None).is_ok(), "the machine-wide file stands in");
    paths.named = true;
    assert!(Config::load(&paths, &|_| None).is_err(), "but not for a file that somebody named");
}

#[test]
fn the_users_file_lies_over_the_machines() {
    let machine = "api_url = \"https://a.example.org/x\"\nconcurrency = 9\n[files]\nsettle_ms = 7\n\
                   [managed]\nlocked = [\"api_url\", \"log.level\"]\nby = \"Example Ltd\"\n";
    let user = "device_id = \"d\"\nwatch_dir = \"m\"\nconcurrency = 3\napi_url = \"https://b.example.org/x\"\n";
    let env =
        [("OUTTRAY_API_URL", "https://c.example.org/x"), ("OUTTRAY_LOG_LEVEL", "trace"), ("OUTTRAY_DEVICE_ID", "e")];
    let loaded = layered(Some(user), Some(machine), &env).check().expect("good");
    let config = &loaded.config;
    assert_eq!(config.api_url.as_str(), "https://a.example.org/x");
    assert_eq!(
        (config.log.level, config.concurrency, config.device_id.as_str()),
        (LogLevel::Info, Concurrency::Fixed(3), "e")
    );
    assert_eq!(config.files.settle, Duration::from_millis(7));
    assert_eq!(config.managed.by.as_deref(), Some("Example Ltd"));
    let origin = |key| loaded.origin(key).expect("known").to_string();
    assert_eq!(origin("api_url"), "managed by Example Ltd");
    assert_eq!(origin("device_id"), "environment variable OUTTRAY_DEVICE_ID");
    assert!(origin("concurrency").starts_with("line 3 of ") && origin("concurrency").ends_with("config.toml"));
    assert!(origin("files.settle_ms").ends_with("machine.toml"));
    assert_eq!(origin("ui.tray"), "default");
}

#[test]
fn a_relative_path_starts_at_the_file_that_says_it() {
    let mut sources = Sources::of_text(&FIVE.replace("watch_dir", "# watch_dir"), file());
    let other = file().with_file_name("all").join("config.toml");
    sources.machine = Some(Source { file: other.clone(), text: "watch_dir = \"in\"\n".into() });
    assert_eq!(sources.check().expect("good").config.watch_dir, other.with_file_name("in"));
    sources.overrides = vec![(keys::find("watch_dir").expect("known"), "mine".into())];
    assert_eq!(sources.check().expect("good").config.watch_dir, file().with_file_name("mine"));
}

#[test]
fn managed_is_for_administrators() {
    let found = problems(&format!("{FIVE}[managed]\nlocked = []\n"));
    assert_eq!((found.len(), found[0].kind, found[0].line), (1, Kind::Managed, Some(6)));
    let mut whole = Sources::of_text(&format!("{FIVE}[managed]\nlocked = [\"api_url\"]\n"), file());
    whole.administers = true;
    assert_eq!(whole.check().expect("an administrator may").config.managed.locked, ["api_url"]);
    let machine = "[managed]\nlocked = [\"api_urll\"]\n";
    let found = layered(Some(FIVE), Some(machine), &[]).check().expect_err("no such key");
    assert!(found.to_string().contains("api_urll") && found.to_string().contains("line 2"), "{found}");
}

#[test]
fn variables_are_checked_like_the_file() {
    let env = [("OUTTRAY_CONCURRENCY", "many"), ("OUTTRAY_FILES_INCLUDE", "*.a,*.b"), ("OUTTRAY_WATCH_DIR", "")];
    let found = layered(Some(FIVE), None, &env).check().expect_err("not a number");
    assert_eq!(found.list().len(), 1, "{found}");
    assert!(found.to_string().contains("OUTTRAY_CONCURRENCY") && found.to_string().contains("many"), "{found}");
    let loaded = layered(Some(FIVE), None, &env[1..]).check().expect("good");
    assert_eq!(loaded.value("files.include").as_deref(), Some("*.a,*.b"));
}

#[test]
fn a_byte_order_mark_is_no_fault() {
    assert!(parse(&format!("\u{feff}{FIVE}")).is_ok());
    assert!(parse(&FIVE.replace('\n', "\r\n")).is_ok());
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "[ -~\n\r\u{e4}\u{feff}]{0,200}") {
        if let Err(found) = parse(&text) {
            let last = text.lines().count().max(1);
            for problem in found.list() {
                prop_assert!(problem.line.is_none_or(|line| (1..=last).contains(&line)), "{} of {last}", problem);
                prop_assert!(!problem.message.contains('\n'));
            }
        }
    }

    #[test]
    fn any_value_of_any_key_is_taken_or_told(number in 0..keys::KEYS.len(), value in "[-0-9a-z\"\\[\\]., :/@]{0,20}") {
        let key = keys::KEYS[number].name;
        if let Err(found) = parse(&with(key, &value)) {
            prop_assert!(found.list().iter().all(|problem| problem.line.is_some() || problem.kind == Kind::MissingKey));
        }
    }
}

#[test]
fn the_default_text_is_the_defaults() {
    let loaded = parse(DEFAULT_TEXT).expect("good");
    for key in keys::KEYS {
        let said = loaded.settled.get(key.name).expect("settled").value.clone();
        if let Some(default) = Value::of_default(key.default, key.shape) {
            assert_eq!(said, default, "{}", key.name);
        }
        let written = loaded.origin(key.name) != Some(&Origin::Default);
        assert!(written || key.is_policy(), "config.toml does not name {}", key.name);
    }
    for word in ["locked = ", "by = ", "help_url = ", "unique", "Milliseconds", "Seconds", "Minutes", "Days"] {
        assert!(DEFAULT_TEXT.contains(word), "{word}");
    }
    let ranges = keys::KEYS.iter().filter_map(|key| match key.shape {
        Shape::Integer { min, max } | Shape::IntegerOr { min, max, .. } | Shape::Integers { min, max, .. } => {
            Some(format!("{min} to {max}"))
        }
        _ => None,
    });
    for range in ranges {
        assert!(DEFAULT_TEXT.contains(&range), "config.toml does not tell the range {range}");
    }
    assert!(DEFAULT_TEXT.lines().all(|line| line.chars().count() <= 120));
    assert_eq!(loaded.value("watch_dir").as_deref(), Some(".\\memory"));
}
