//! A home in an odd state: folders and settings that go away, a pass that cannot be asked, an address that holds a key.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected is to end there")]

use std::io::Read as _;

use outtray::cloud::faults::{Fault, Gate, Rule};
use serde_json::{Value, json};

#[cfg(target_os = "linux")]
use crate::support::app::below;
use crate::support::app::{App, wait};

fn is_idle(status: &Value) -> bool {
    status["running"] == true && status["state"] == "idle"
}

/// What was wrong: the engine went on with a ledger that nobody would ever find again, and could not be asked any more.
#[test]
fn a_state_folder_that_is_removed_is_made_anew_before_more_is_sent() {
    let app = App::new();
    let _host = app.start();
    app.put("a.json", b"[1]");
    wait("the first file", || app.names() == ["a.json.synced"]);
    std::fs::remove_dir_all(app.home.join("state")).unwrap();
    app.put("b.json", b"[2]");
    wait("the second file", || app.names() == ["a.json.synced", "b.json.synced"]);
    wait("somebody to ask", || is_idle(&app.json(&["status"])));
    let (status, history) = (app.json(&["status"]), app.json(&["history"]));
    assert_eq!((&status["synced_total"], &status["last_error"]), (&json!(1), &json!(null)), "{status}");
    assert_eq!(history["receipts"].as_array().unwrap().len(), 1, "{history}");
    assert_eq!(history["receipts"][0]["file"], "b.json");
    assert!(app.stored("b.json").is_some());
    assert!(app.log().contains("the state folder was removed"), "{}", app.log());
}

/// What was wrong: one with nothing to do found out only at its next look at the folder.
#[test]
fn an_idle_one_notices_soon_that_its_state_is_gone() {
    let ways: [fn(&std::path::Path); 3] = [
        |state| std::fs::remove_dir_all(state).unwrap(),
        |state| std::fs::rename(state, state.with_extension("old")).unwrap(),
        |state| std::fs::remove_file(state.join("ledger.db")).unwrap(),
    ];
    let notices = |remove: fn(&std::path::Path)| {
        let app = App::new();
        app.configure("scan_interval_secs = 86400\n[files]\nsettle_ms = 50\n");
        let host = app.start();
        host.until("it is idle", is_idle);
        remove(&app.home.join("state"));
        wait("the new ledger", || app.home.join("state/ledger.db").exists());
        wait("somebody to ask", || is_idle(&app.json(&["status"])));
        assert!(app.log().contains("the state folder was removed"), "{}", app.log());
    };
    std::thread::scope(|scope| ways.map(|remove| scope.spawn(move || notices(remove))).map(|way| way.join().unwrap()));
}

#[test]
fn a_pause_outlives_the_state_folder() {
    let app = App::new();
    let _host = app.start();
    app.run(&["pause"]).ends(0);
    std::fs::remove_dir_all(app.home.join("state")).unwrap();
    app.put("a.json", b"[1]");
    wait("the new ledger", || app.home.join("state/ledger.db").exists());
    // Until its socket is there again, others look for themselves, and find a ledger that knows of nothing yet.
    wait("the pause", || app.json(&["status"])["state"] == "paused");
    assert_eq!(app.names(), ["a.json"]);
    app.run(&["resume"]).ends(0);
    wait("the file", || app.names() == ["a.json.synced"]);
}

/// What was wrong: it said that nothing is sent, and sent.
#[test]
fn settings_that_are_removed_stay_in_force_and_are_said_to() {
    let app = App::new();
    let host = app.start();
    let good = app.config();
    std::fs::remove_file(app.home.join("config.toml")).unwrap();
    let status = host.until("the loss is told", |status| status["state"] == "attention");
    let error = status["last_error"].as_str().unwrap();
    assert!(error.contains("is gone, so the settings from before stay in force"), "{error}");
    assert!(!error.contains("nothing is sent"), "{error}");
    app.put("a.json", b"[1]");
    wait("the file", || app.names() == ["a.json.synced"]);
    app.write_config(&good);
    host.until("all is well", is_idle);
}

#[test]
fn before_the_set_up_a_status_says_so() {
    let app = App::new();
    std::fs::remove_file(app.home.join("config.toml")).unwrap();
    let status = app.run(&["--json", "status"]).ends(0).json();
    assert_eq!((&status["state"], &status["running"]), (&json!("setup_needed"), &json!(false)), "{status}");
    assert!(app.run(&["status"]).ends(0).out.contains("outtray setup"));
    let named = app.run(&["--config", "elsewhere.toml", "--json", "status"]).ends(3).json();
    assert_eq!(named["error"]["kind"], "config.missing", "a file that was named is a mistake");
    assert!(!app.home.join("config.toml").exists());
}

#[test]
fn a_pass_under_way_is_no_standstill() {
    let app = App::new();
    let gate = Gate::default();
    app.cloud.faults().add(Rule::put(Fault::Hold(gate.clone())).always());
    app.put("a.json", b"[1]");
    let mut pass = app.command(&["sync"]).spawn().unwrap();
    wait("the upload", || !app.cloud.puts().is_empty());
    let status = app.json(&["status"]);
    assert_eq!((&status["running"], &status["state"]), (&json!(true), &json!("syncing")), "{status}");
    assert_eq!((&status["waiting"], &status["last_error"]), (&json!(1), &json!(null)), "{status}");
    let told = app.run(&["status"]).ends(0);
    assert!(told.err.contains("A pass is under way here") && !told.text().contains("not running"), "{told:?}");
    gate.open();
    assert!(pass.wait().unwrap().success());
    let status = app.json(&["status"]);
    assert_eq!((&status["running"], &status["state"]), (&json!(false), &json!("idle")), "{status}");
}

/// What was wrong: after a crash between proof and rename, `why` knew nothing of the proof.
#[test]
fn what_is_in_s3_and_not_renamed_is_known_when_nothing_runs() {
    let app = App::new();
    app.put("a.json", b"[1]");
    app.run(&["sync"]).ends(0);
    let db = rusqlite::Connection::open(app.home.join("state/ledger.db")).unwrap();
    db.execute_batch(
        "INSERT INTO item(root, name, stage, device, inode, size, mtime_ns, source_sha256, wire_sha256, wire_size, bucket,
           object_key, proof, target)
         SELECT root, name, 'VERIFIED', device, inode, size, mtime_ns, source_sha256, wire_sha256, wire_size, bucket,
           object_key, proof, target FROM receipt;
         DELETE FROM receipt;",
    )
    .unwrap();
    db.close().unwrap();
    std::fs::rename(app.folder.join("a.json.synced"), app.folder.join("a.json")).unwrap();
    let why = app.json(&["why", "a.json"]);
    let reason = why["file"]["reason"].as_str().unwrap();
    assert!(reason.starts_with("it is in S3, but could not be renamed"), "{why}");
    assert_eq!(app.row("a.json")["kind"], "file.not_renamed");
    app.run(&["sync"]).ends(0);
    assert_eq!((app.names(), app.cloud.counts().1), (vec!["a.json.synced".to_owned()], 1), "sent again");
}

/// What was wrong: an API that takes its key in the query of `api_url` had it copied into every status and bundle.
#[test]
fn a_key_in_the_query_of_api_url_is_not_copied() {
    let app = App::new();
    let url = app.cloud.api_url();
    app.write_config(&app.config().replace(&url, &format!("{url}?code=s3cr3t%3D&t0ken")));
    assert_eq!(app.json(&["status"])["api_url"], format!("{url}?code=***&***"));
    let zip = app.place.path().join("support.zip");
    let host = app.start();
    assert_eq!(host.status()["api_url"], format!("{url}?code=***&***"));
    app.run(&["bundle", zip.to_str().unwrap()]).ends(0);
    drop(host);
    let mut texts = vec![app.run(&["status"]).text(), app.run(&["config", "show"]).text(), app.log()];
    texts.push(std::fs::read_to_string(app.home.join("state/status.json")).unwrap_or_default());
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&zip).unwrap()).unwrap();
    for number in 0..archive.len() {
        let mut text = String::new();
        archive.by_index(number).unwrap().read_to_string(&mut text).unwrap();
        texts.push(text);
    }
    app.write_config(&app.config().replace("concurrency", "concurency").replace("s3cr3t%3D", "s3cr3t = 1 \\\"x\\\""));
    texts.push(app.run(&["config", "check"]).text());
    for text in texts {
        assert!(!text.contains("s3cr3t") && !text.contains("t0ken"), "{text}");
    }
    app.write_config(&format!("api_url = \"{url}?code=s3cr3t\"\ndevice_id = \"d\"\nwatch_dir = \"memory\"\n"));
    assert!(app.run(&["config", "get", "api_url"]).ends(0).out.contains("code=s3cr3t"), "asked for by name");
}

/// The memory holds presigned URLs and conversations.
#[cfg(target_os = "linux")]
#[test]
fn a_crash_leaves_no_picture_of_the_memory() {
    let app = App::new();
    let host = app.start();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", host.pid())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    let before = below(app.place.path());
    assert_eq!(host.signal("ABRT"), -1);
    let new: Vec<_> = below(app.place.path()).into_iter().filter(|path| !before.contains(path)).collect();
    assert!(new.iter().all(|path| !path.to_string_lossy().contains("core")), "{new:?}");
}
