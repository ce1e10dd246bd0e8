//! Odd things in the folder: each is sent whole or left alone with a reason, and nobody else is held up.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected is to end there")]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::time::{Duration, Instant};

use outtray::cloud::faults::{Fault, Rule};
use outtray::cloud::{Options, Store};
use serde_json::json;

use crate::support::app::{App, age, row, wait};

/// One pass with an honest file beside the odd one: the honest one goes, quickly.
fn pass(app: &App, code: i32) -> String {
    app.put("honest.json", br#"{"honest":true}"#);
    let begun = Instant::now();
    let ended = app.run(&["sync"]).ends(code);
    assert!(begun.elapsed() < Duration::from_secs(10), "held up: {ended:?}");
    assert_eq!(app.stored("honest.json").as_deref(), Some(&br#"{"honest":true}"#[..]), "{ended:?}");
    assert!(app.names().contains(&"honest.json.synced".into()));
    ended.text()
}

/// Nothing was sent of it, and status, `why` and log say so with a reason of these words.
fn is_left(app: &App, name: &str, state: &str, words: &str) {
    assert!(app.cloud.puts().iter().all(|put| put.name != name), "{name} was sent");
    let row = app.row(name);
    assert_eq!(row["state"], state, "{row}");
    assert!(row["reason"].as_str().unwrap().contains(words), "{row}");
    let why = app.run(&["why", name]).ends(0).out;
    assert!(why.contains(words), "{why}");
    if state == "rejected" {
        assert!(row["kind"].as_str().unwrap().starts_with("file."), "{row}");
        let log = app.log();
        assert!(log.lines().any(|line| line.contains(name) && line.contains(words)), "{log}");
    }
}

#[test]
fn a_half_written_file_waits_and_is_no_failure() {
    let app = App::new();
    let path = app.put("half.json", br#"{"talk": ["hel"#);
    age(&path, 5);
    let text = pass(&app, 0);
    assert!(text.contains("1 file is not finished yet and waits"), "{text}");
    is_left(&app, "half.json", "waiting", "not finished yet");

    app.put("half.json", br#"{"talk": ["hello"]}"#);
    app.run(&["sync"]).ends(0);
    assert_eq!(app.stored("half.json").as_deref(), Some(&br#"{"talk": ["hello"]}"#[..]));
}

#[test]
fn a_broken_file_is_rejected_after_a_minute_until_it_changes() {
    let app = App::new();
    app.put("broken.json", br#"{"talk": ]}"#);
    let text = pass(&app, 1);
    assert!(text.contains("broken.json: it is not a whole JSON document"), "{text}");
    is_left(&app, "broken.json", "rejected", "not a whole JSON document");
    assert_eq!(app.row("broken.json")["kind"], "file.invalid_json");
    assert_eq!(app.json(&["status"])["state"], "attention");

    // A running host says the same, and lets go when the file is mended.
    let host = app.start();
    host.until("it is rejected", |status| status["rejected"] == 1);
    app.put("broken.json", b"{}");
    host.until("all is well", |status| status["state"] == "idle" && status["rejected"] == 0);
    assert_eq!(app.stored("broken.json").as_deref(), Some(&b"{}"[..]));
}

#[test]
fn a_byte_order_mark_is_sent_as_it_is() {
    let app = App::new();
    let bytes = b"\xef\xbb\xbf{\"a\":1}";
    app.put("mark.json", bytes);
    pass(&app, 0);
    assert_eq!(app.stored("mark.json").as_deref(), Some(&bytes[..]));
}

#[test]
fn an_empty_file_waits_for_ten_minutes() {
    let app = App::new();
    app.put("empty.json", b"");
    pass(&app, 0);
    is_left(&app, "empty.json", "waiting", "it is empty");
    age(&app.folder.join("empty.json"), 11 * 60);
    app.run(&["sync"]).ends(1);
    is_left(&app, "empty.json", "rejected", "empty for ten minutes");
}

#[test]
fn what_is_no_regular_file_is_passed_by() {
    let app = App::new();
    let outside = app.place.path().join("outside.json");
    std::fs::write(&outside, "{}").unwrap();
    std::os::unix::fs::symlink(&outside, app.folder.join("link.json")).unwrap();
    std::os::unix::fs::symlink(&app.folder, app.folder.join("loop.json")).unwrap();
    std::os::unix::fs::symlink("nowhere", app.folder.join("dangling.json")).unwrap();
    std::fs::create_dir(app.folder.join("folder.json")).unwrap();
    assert!(Command::new("mkfifo").arg(app.folder.join("pipe.json")).status().unwrap().success());
    let _socket = UnixListener::bind(app.folder.join("plug.json")).unwrap();
    pass(&app, 0);
    assert_eq!(app.cloud.puts().len(), 1);
    for (name, words) in [
        ("link.json", "link"),
        ("loop.json", "link"),
        ("dangling.json", "link"),
        ("pipe.json", "pipe"),
        ("plug.json", "only regular files are sent"),
        ("folder.json", "it is a folder"),
    ] {
        let why = app.run(&["why", name]).ends(0).out;
        assert!(why.contains(words), "{name}: {why}");
        let log = app.log();
        assert!(
            name == "folder.json" || log.lines().any(|line| line.contains(name) && line.contains("only regular")),
            "the log is silent about {name}: {log}"
        );
        assert!(app.names().contains(&name.to_owned()));
    }
    assert_eq!(std::fs::read(&outside).unwrap(), b"{}");
}

#[test]
fn a_hard_link_is_rejected() {
    let app = App::new();
    let outside = app.place.path().join("private.json");
    std::fs::write(&outside, "{}").unwrap();
    age(&outside, 120);
    std::fs::hard_link(&outside, app.folder.join("second.json")).unwrap();
    pass(&app, 1);
    is_left(&app, "second.json", "rejected", "second name (hard link)");
    // With the other name gone it belongs to this folder alone.
    std::fs::remove_file(&outside).unwrap();
    app.run(&["retry", "second.json"]).ends(0);
    app.run(&["sync"]).ends(0);
    assert_eq!(app.stored("second.json").as_deref(), Some(&b"{}"[..]));
}

#[test]
fn the_longest_name_that_can_be_marked_goes() {
    let app = App::new();
    let (fits, too_long) = ("y".repeat(243) + ".json", "z".repeat(250) + ".json");
    app.put(&fits, b"{}");
    app.put(&too_long, b"{}");
    pass(&app, 1);
    assert!(app.names().contains(&(fits + ".synced")));
    is_left(&app, &too_long, "rejected", "too long to take .synced");
}

#[test]
fn names_steer_no_terminal_and_forge_no_line() {
    let app = App::new();
    let names = [
        "a\n✅ uploaded: forged.json",
        "b\r\x1b[2Jred.json",
        "c\u{202e}gnp.json",
        "d\u{7}\u{9b}2J.json",
        "-e --x.json",
    ];
    for name in names {
        app.put(name, b"{}");
    }
    app.put("broken\n⚠️  failed processing x.json", b"{]");
    let host = app.start();
    host.until("all are through", |status| status["waiting"] == 0 && status["uploading"] == 0);
    let words: [&[&str]; 5] = [&["status"], &["sync"], &["history"], &["logs"], &["why", names[0]]];
    let mut texts: Vec<String> = words.iter().map(|words| app.run(words).text()).collect();
    texts.push(host.text());
    for text in &texts {
        let odd = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!text.contains(odd), "{text:?}");
        assert!(text.lines().all(|line| !line.trim_start().starts_with("✅ uploaded: forged")), "{text}");
    }
    assert!(texts[2].contains(r"a\u{a}✅ uploaded: forged.json"), "{}", texts[2]);
    assert!(texts[3].contains(r"b\u{d}\u{1b}[2Jred.json"), "{}", texts[3]);
    assert_eq!(app.cloud.objects().len(), names.len());
    for name in names {
        assert!(app.folder.join(format!("{name}.synced")).exists(), "{name:?}");
    }
}

#[test]
fn a_terminal_is_not_steered_by_the_bar() {
    let app = App::new();
    app.cloud.faults().add(Rule::presign(Fault::Delay(Duration::from_millis(500))));
    app.put("x\x1b[41mred.json", b"{}");
    let shown = app.on_a_terminal("sync").ends(0);
    assert!(shown.out.contains(r"x\u{1b}[41mred.json"), "{shown:?}");
    assert!(!shown.out.contains("\x1b[41m"), "{shown:?}");
}

#[test]
fn a_name_that_is_not_unicode_is_rejected() {
    let app = App::new();
    let name = OsStr::from_bytes(b"bad_\xff\xfe.json");
    app.put(name, b"{}");
    let text = pass(&app, 1);
    assert!(text.contains("not valid Unicode"), "{text}");
    let row = app.row("bad_\u{fffd}\u{fffd}.json");
    assert_eq!((&row["state"], &row["kind"]), (&json!("rejected"), &json!("file.name_not_unicode")));
    let why = app.command(&[OsStr::new("why"), name]).output().unwrap();
    let why = String::from_utf8_lossy(&why.stdout).into_owned();
    assert!(why.contains("not valid Unicode"), "{why}");
    assert!(app.log().contains("not valid Unicode"));
    assert!(app.folder.join(name).exists());

    // A running host says so, too, and forgets it once it has another name.
    let host = app.start();
    host.until("it is rejected", |status| status["rejected"] == 1);
    let why = app.command(&[OsStr::new("why"), name]).output().unwrap();
    assert!(String::from_utf8_lossy(&why.stdout).contains("not valid Unicode"), "{why:?}");
    std::fs::rename(app.folder.join(name), app.folder.join("good.json")).unwrap();
    host.until("it went under its new name", |status| status["state"] == "idle" && status["rejected"] == 0);
    assert_eq!(app.stored("good.json").as_deref(), Some(&b"{}"[..]));
}

#[test]
fn a_large_file_needs_little_memory() {
    let most = memory_for(50, "off");
    assert!((1..60 * 1024).contains(&most), "{most} KiB at most");
}

#[test]
fn a_large_file_is_in_memory_once_while_it_is_looked_through() {
    let most = memory_for(12, "redact");
    assert!((12 * 1024..60 * 1024).contains(&most), "{most} KiB at most");
}

/// KiB at most, for a pass with so many MiB in this mode of the guard.
fn memory_for(mib: usize, mode: &str) -> u64 {
    let app = App::with(Options { store: Store::Nowhere, ..Options::default() });
    app.configure(&format!("[files]\nsettle_ms = 50\n[guard]\nmode = {mode:?}\n"));
    let mut bytes = vec![b'x'; mib << 20];
    bytes[0] = b'"';
    *bytes.last_mut().unwrap() = b'"';
    app.put("large.json", &bytes);
    let mut child = app.command(&["sync"]).spawn().unwrap();
    let peak = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM"))?.to_owned();
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    let mut most = 0;
    let child_ended = || has_ended(child.id());
    wait("the end of the pass", || {
        most = most.max(peak().unwrap_or_default());
        child_ended()
    });
    assert!(child.wait().unwrap().success());
    assert_eq!(app.cloud.objects_of("large.json")[0].size, (mib << 20) as u64);
    most
}

/// Whether a child of ours has ended and only waits to be collected.
fn has_ended(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit(") ").next().unwrap().starts_with('Z')
}

#[test]
fn two_thousand_files_go_in_one_pass() {
    let app = App::with(Options { store: Store::Nowhere, ..Options::default() });
    app.configure("concurrency = 16\n[files]\nsettle_ms = 50\n");
    for number in 0..2_000 {
        app.put(format!("talk_{number:04}.json"), format!("{{\"n\":{number}}}"));
    }
    let report = app.run(&["sync", "--json"]).ends(0).json();
    assert_eq!((&report["synced"], &report["failed"]), (&json!(2_000), &json!(0)));
    assert_eq!(app.cloud.objects().len(), 2_000);
    assert!(app.cloud.objects().iter().all(|object| object.versions == 1), "something was sent twice");
    assert!(app.names().iter().all(|name| name.ends_with(".json.synced")));

    let receipts = app.json(&["history", "-n", "3000"])["receipts"].as_array().unwrap().clone();
    assert_eq!(receipts.len(), 2_000);
    assert_eq!(app.json(&["history"])["receipts"].as_array().unwrap().len(), 20);
    assert!(receipts.windows(2).all(|two| two[0]["time"].as_str() >= two[1]["time"].as_str()), "newest first");
    assert_eq!(row(&app.json(&["status"]), "talk_0000.json"), None);
}
