//! Promise: a key is shown to the presigner alone, from wherever a person put it, and nobody else ever sees it.
//!
//! Keychains are not asked here: the environment of these programs names none. Not here: that one works
//! (`tests/it/keychain.rs`), the real presigner (`backend/tests`).

use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::PermissionsExt;

use outtray::cloud::Options;
use serde_json::json;

use crate::support::app::{App, Ended, below, ended};

const KEY: &str = "otk_correct-horse-battery-staple";
const OTHER: &str = "otk_wrong-horse";
const QUICK: &str = "scan_interval_secs = 1\n[files]\nsettle_ms = 0\n[retry]\npresign_delays_ms = []\n";

/// A presigner that wants the key, and settings that name a header.
fn app(header: &str) -> App {
    let app = App::with(Options::default());
    app.cloud.change(|behaviour| behaviour.api_key = Some(KEY.into()));
    app.configure(&format!("{QUICK}[network]\napi_key_header = \"{header}\"\n"));
    app
}

fn with_variable(app: &App, key: &str, words: &[&str]) -> Ended {
    ended(app.command(words).env("OUTTRAY_API_KEY", key))
}

/// A command that is given the key on stdin.
fn told(app: &App, key: &str, words: &[&str]) -> Ended {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(key.as_bytes()).unwrap();
    file.rewind().unwrap();
    ended(app.command(words).stdin(file))
}

/// Files below the home that hold the key.
fn holders(app: &App) -> Vec<String> {
    let holds = |path: &std::path::PathBuf| {
        std::fs::read(path).is_ok_and(|bytes| memchr::memmem::find(&bytes, KEY.as_bytes()).is_some())
    };
    let files = below(&app.home).into_iter().filter(|path| path.is_file()).filter(holds);
    files.map(|path| path.strip_prefix(&app.home).unwrap().display().to_string()).collect()
}

#[test]
fn the_variable_carries_the_key_in_either_header() {
    for (header, name, value) in [
        ("x-api-key", "x-api-key", KEY.to_owned()),
        ("Authorization", "authorization", format!("Bearer {KEY}")),
        ("", "x-api-key", KEY.to_owned()),
    ] {
        let app = app(header);
        app.put("a.json", b"{}");
        with_variable(&app, KEY, &["sync"]).ends(0);
        assert_eq!(app.names(), ["a.json.synced"]);
        let asked = &app.cloud.presigns()[0];
        let of =
            |headers: &[(String, String)], name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        assert_eq!(of(&asked.headers, name), Some(value), "{header}");
        let put = &app.cloud.puts()[0];
        let told = format!("{} {:?}", put.target, put.headers);
        assert!(!told.contains(KEY) && of(&put.headers, name).is_none(), "the storage was shown the key");
        assert_eq!(holders(&app), [] as [String; 0]);
    }
}

#[test]
fn without_a_key_nothing_is_asked_and_the_way_out_is_told() {
    let app = app("x-api-key");
    app.put("a.json", b"{}");
    let ended = app.run(&["sync"]).ends(6);
    assert!(ended.text().contains("outtray auth set"), "{ended:?}");
    let report = app.run(&["sync", "--json"]).ends(6).json();
    assert_eq!((&report["ok"], &report["worst"]), (&json!(false), &json!("refused")), "{report}");
    assert_eq!(app.cloud.counts(), (0, 0));
    assert_eq!(app.names(), ["a.json"]);
    let doctor = app.run(&["doctor", "--json"]).ends(6).json();
    let last = doctor["rungs"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["name"], &last["ok"]), (&json!("Key"), &json!(false)), "{doctor}");
    let status = app.run(&["auth", "status", "--json"]).ends(6).json();
    assert!(status["error"]["kind"].as_str().unwrap().starts_with("auth."), "{status}");
}

#[test]
fn a_wrong_key_is_refused_with_exit_code_6() {
    let app = app("x-api-key");
    app.put("a.json", b"{}");
    let ended = with_variable(&app, OTHER, &["sync"]).ends(6);
    assert!(ended.text().contains("status 403") && ended.text().contains("outtray auth set"), "{ended:?}");
    let doctor = with_variable(&app, OTHER, &["doctor"]).ends(6);
    assert!(doctor.text().contains("✗ Device"), "{doctor:?}");
    assert!(with_variable(&app, KEY, &["doctor"]).ends(0).text().contains("dev001 is accepted with its key"));
    // No header is set, and the presigner wants one.
    app.configure(QUICK);
    let ended = app.run(&["sync"]).ends(6);
    assert!(ended.text().contains("status 401") && ended.text().contains("outtray auth set"), "{ended:?}");
}

#[test]
fn the_file_is_used_by_who_asks_for_it_and_holds_the_key_alone() {
    let app = app("");
    app.put("a.json", b"{}");
    let ended = told(&app, KEY, &["auth", "set", "-"]).ends(6);
    assert!(ended.text().contains("keychain") && ended.text().contains("--file"), "{ended:?}");
    for (odd, words) in
        [("two words", &["auth", "set", "--file", "-"][..]), ("", &["auth", "set", "-"]), ("x", &["auth", "set"])]
    {
        told(&app, odd, words).ends(2);
    }
    let stored = told(&app, &format!("{KEY}\n"), &["auth", "set", "--file", "-", "--json"]).ends(0).json();
    let account = format!("dev001@{}", app.cloud.api_url().split('/').nth(2).unwrap());
    assert_eq!(
        stored,
        json!({"ok": true, "place": "file", "account": account, "header": "x-api-key", "running": false})
    );
    let status = app.run(&["auth", "status", "--json"]).ends(0).json();
    assert_eq!((&status["place"], &status["header"]), (&json!("file"), &json!("x-api-key")));
    app.run(&["sync"]).ends(0);
    assert_eq!(app.names(), ["a.json.synced"]);
    for words in [&["config", "show"][..], &["status", "--json"], &["auth", "status"], &["logs"], &["history"]] {
        assert!(!app.run(words).ends(0).text().contains(KEY), "{words:?}");
    }
    let mode = PermissionsExt::mode(&std::fs::metadata(app.home.join("state/credential")).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(holders(&app), ["state/credential"]);
    let open =
        |mode| std::fs::set_permissions(app.home.join("state/credential"), PermissionsExt::from_mode(mode)).unwrap();
    open(0o640);
    assert_eq!(app.run(&["auth", "status", "--json"]).ends(6).json()["error"]["kind"], "auth.file_open");
    open(0o600);
    let zip = app.place.path().join("b.zip");
    let bundle = app.run(&["bundle", zip.to_str().unwrap()]).ends(0);
    assert!(!bundle.text().contains("credential"), "{bundle:?}");
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&zip).unwrap()).unwrap();
    for number in 0..archive.len() {
        let (mut part, mut bytes) = (archive.by_index(number).unwrap(), Vec::new());
        part.read_to_end(&mut bytes).unwrap();
        assert!(memchr::memmem::find(&bytes, KEY.as_bytes()).is_none(), "part {number} of the bundle holds the key");
    }

    let cleared = app.run(&["auth", "clear", "--json"]).ends(0).json();
    assert_eq!(cleared["removed"], json!(["file"]));
    assert_eq!(holders(&app), [] as [String; 0]);
    app.put("b.json", b"{}");
    app.run(&["sync"]).ends(6);
}

#[test]
fn a_running_outtray_takes_a_changed_key_at_once() {
    let app = app("x-api-key");
    app.put("a.json", b"{}");
    let host = app.start();
    let status = host.until("no key", |status| status["state"] == "attention");
    assert!(status["obstacles"][0]["kind"].as_str().unwrap().starts_with("auth."), "{status}");
    assert_eq!(app.cloud.counts(), (0, 0));
    assert_eq!(told(&app, OTHER, &["auth", "set", "--file", "-", "--json"]).ends(0).json()["running"], true);
    host.until("refused", |status| status["obstacles"][0]["kind"] == "presign.forbidden");
    told(&app, KEY, &["auth", "set", "--file", "-"]).ends(0);
    host.until("sent", |status| status["synced_total"] == 1 && status["state"] == "idle");
    assert_eq!(app.run(&["status"]).ends(0).text().matches(KEY).count(), 0);
    // The key of another presigner stays here.
    let before = app.cloud.counts().0;
    app.write_config(&app.config().replace("127.0.0.1", "localhost"));
    host.until("no key for that host", |status| {
        status["api_url"].as_str().unwrap().contains("localhost") && status["state"] == "attention"
    });
    app.put("b.json", b"{}");
    app.run(&["sync"]).ends(6);
    assert_eq!(app.cloud.counts().0, before);
}

#[test]
fn a_code_becomes_a_token_once() {
    let app = app("");
    let code = "otc_0123456789abcdef";
    app.cloud.change(|behaviour| behaviour.code = Some(code.into()));
    let ended = app.run(&["auth", "enrol", code]).ends(6);
    assert!(ended.text().contains("--file"), "the code is not spent on a token that cannot be kept: {ended:?}");
    let ended = app.run(&["auth", "enrol", "otc_wrong-code-0000", "--file", "--json"]).ends(6);
    assert_eq!(ended.json()["error"]["kind"], "enrol.refused");
    let ended = app.run(&["auth", "enrol", code, "--file"]).ends(0);
    assert!(!ended.text().contains(KEY) && !ended.text().contains(code), "{ended:?}");
    app.put("a.json", b"{}");
    app.run(&["sync"]).ends(0);
    assert_eq!(app.run(&["auth", "enrol", code, "--file", "--json"]).ends(6).json()["error"]["kind"], "enrol.refused");
    app.run(&["sync"]).ends(0);
    let nowhere = format!("{}x", app.cloud.api_url());
    let ended = app.run(&["auth", "enrol", code, "--file", "--json", "--url", &nowhere]).ends(3);
    assert_eq!(ended.json()["error"]["kind"], "enrol.not_offered");
    assert!(!app.log().contains(code) && !app.log().contains(KEY));
}

#[test]
fn a_key_is_neither_sent_in_the_clear_nor_in_a_header_with_a_meaning() {
    let app = app("content-type");
    assert!(app.run(&["config", "check"]).ends(3).text().contains("network.api_key_header"));
    app.write_config(
        "api_url = \"http://presign.example.org/ingest/new\"\ndevice_id = \"dev001\"\nwatch_dir = \"memory\"\n\
         [network]\nallow_insecure_http = true\napi_key_header = \"x-api-key\"\n",
    );
    std::fs::create_dir(app.home.join("memory")).unwrap();
    let ended = with_variable(&app, KEY, &["sync"]).ends(6);
    assert!(ended.text().contains("not sent over plain http"), "{ended:?}");
    assert_eq!(
        told(&app, KEY, &["auth", "set", "--file", "-", "--json"]).ends(3).json()["error"]["kind"],
        "auth.insecure"
    );
}

#[test]
fn a_heart_beats_only_when_it_is_asked_to_and_says_no_names() {
    let app = app("x-api-key");
    app.configure(&format!("{QUICK}[network]\napi_key_header = \"x-api-key\"\n[fleet]\nheartbeat_mins = 1\n"));
    app.put("Anna Meyer.json", b"{\"half\": ");
    told(&app, KEY, &["auth", "set", "--file", "-"]).ends(0);
    // A pause is something that the others may know.
    app.run(&["pause"]).ends(0);
    let host = app.start();
    host.until("known", |status| status["files"][0]["name"] == "Anna Meyer.json");
    crate::support::app::wait("a heartbeat", || !app.cloud.heartbeats().is_empty());
    let beat = app.cloud.heartbeats()[0].clone();
    let members: Vec<_> = beat.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["deviceId", "lastErrorKind", "oldestWaitingSecs", "state", "version", "waiting"]);
    assert_eq!((&beat["deviceId"], &beat["version"]), (&json!("dev001"), &json!(env!("CARGO_PKG_VERSION"))));
    assert_eq!((&beat["state"], &beat["waiting"]), (&json!("paused"), &json!(1)));
    // However old its content is: it is new here.
    assert!(beat["oldestWaitingSecs"].as_u64().is_some_and(|secs| secs < 60), "{beat}");
    app.run(&["resume"]).ends(0);
    assert!(!beat.to_string().contains("Anna"), "{beat}");
    let count = app.cloud.heartbeats().len();
    app.configure(&format!("{QUICK}[network]\napi_key_header = \"x-api-key\"\n"));
    app.put("b.json", b"{}");
    host.until("sent with the new settings", |status| status["synced_total"] == 1);
    assert_eq!(app.cloud.heartbeats().len(), count);
}
