//! The configuration in the hands of people and of programs that run: nothing is spoiled, everything is named.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected is to end there")]

use std::time::Duration;

use serde_json::json;

use crate::support::app::App;

#[test]
fn an_unknown_key_is_named_with_the_nearest_known() {
    let app = App::new();
    let text = app.config().replace("settle_ms", "setle_ms");
    app.write_config(&text);
    for words in [&["sync"][..], &["run"], &["status"], &["history"], &["config", "check"], &["doctor"]] {
        let ended = app.run(words).ends(3);
        assert!(ended.text().contains("files.setle_ms"), "{words:?}: {ended:?}");
        assert!(ended.text().contains("Did you mean settle_ms"), "{words:?}: {ended:?}");
        assert!(ended.text().contains("line 6"), "{words:?}: {ended:?}");
    }
    let error = app.run(&["sync", "--json"]).ends(3).json()["error"].clone();
    assert_eq!(error["kind"], "config.unknown_key");
    assert_eq!(app.config(), text);
}

#[test]
fn a_file_that_breaks_while_it_runs_is_left_alone_and_the_old_settings_work_on() {
    let app = App::new();
    let host = app.start();
    let good = app.config();
    let broken = format!("{good}\nconcurrency = [\n");
    app.write_config(&broken);
    let status = host.until("attention", |status| status["state"] == "attention");
    let error = status["last_error"].as_str().unwrap();
    assert!(error.contains("reading config.toml failed, so the settings from before stay in force"), "{status}");
    app.put("a.json", b"{}");
    host.until("sent with the old settings", |status| status["synced_total"] == 1);
    assert_eq!(app.config(), broken);
    assert!(app.log().contains("reading config.toml failed"), "{}", app.log());
    // The command line says the same, and asks the host that still works.
    let shown = app.run(&["status"]).ends(0).out;
    assert!(shown.starts_with("! Reading config.toml failed"), "{shown}");
    app.run(&["sync"]).ends(0);
    app.run(&["config", "check"]).ends(3);
    app.run(&["config", "set", "concurrency", "4"]).ends(3);
    assert_eq!(app.config(), broken);

    app.write_config(&good.replace("dev001", "dev002"));
    let status = host.until("the new settings", |status| status["device_id"] == "dev002");
    assert_eq!((&status["state"], &status["last_error"]), (&json!("idle"), &json!(null)), "{status}");
}

#[test]
fn set_keeps_comments_and_order() {
    let app = App::new();
    let text = "# the presigner of our team\napi_url = \"https://api.example/new\"\n\n\
                device_id = \"dev001\"   # under the desk\nwatch_dir = '/data/memory'\n# be gentle\n\
                concurrency = 2 # uploads\n\n[files] # odd ones\nexclude = [\n  \"*.tmp\", # half\n]\n";
    app.write_config(text);
    app.run(&["config", "set", "concurrency", "5"]).ends(0);
    assert_eq!(app.config(), text.replace("concurrency = 2", "concurrency = 5"));
    app.run(&["config", "set", "files.settle_ms", "250"]).ends(0);
    assert!(app.config().contains("# half\n]\nsettle_ms = 250"), "{}", app.config());
    assert_eq!(app.run(&["config", "get", "files.settle_ms"]).ends(0).out, "250\n");
    // As `config get` shows it.
    let list = app.run(&["config", "get", "files.exclude"]).ends(0).out;
    app.run(&["config", "set", "files.include", list.trim()]).ends(0);
    assert_eq!(app.run(&["config", "get", "files.include"]).ends(0).out, list);
    let before = app.config();
    for (key, value, words) in [
        ("concurrency", "0", "from 1 to 256"),
        ("concurrency", "many", "from 1 to 256"),
        ("device_id", "a b", "letters, digits"),
        ("log.keep_dais", "3", "keep_days"),
        ("api_url", "http://api.example/new", "https"),
    ] {
        let ended = app.run(&["config", "set", key, value]).ends(3);
        assert!(ended.err.contains(words), "{ended:?}");
        let error = app.run(&["--json", "config", "set", key, value]).ends(3).json()["error"].clone();
        assert!(error["kind"].as_str().unwrap().starts_with("config."), "{error}");
    }
    assert_eq!(app.config(), before);
}

#[test]
fn two_homes_with_one_folder_exclude_each_other() {
    let (app, mut other) = (App::new(), App::new());
    other.folder.clone_from(&app.folder);
    other.configure("");
    let host = app.start();
    for words in [["run"], ["sync"]] {
        let ended = other.run(&words).ends(5);
        let holder = format!("process {}", host.pid());
        assert!(ended.err.contains("another OutTray holds the folder") && ended.err.contains(&holder), "{ended:?}");
        let error = other.run(&[&words[..], &["--json"]].concat()).ends(5).json()["error"].clone();
        assert_eq!(error["kind"], "instance.held");
    }
    assert_eq!(host.signal("TERM"), 0);
    app.put("a.json", b"{}");
    other.run(&["sync"]).ends(0);
    assert_eq!((app.cloud.objects().len(), other.cloud.objects().len()), (0, 1));
}

#[test]
fn a_second_run_in_one_home_says_who_is_first() {
    let app = App::new();
    let host = app.start();
    let ended = app.run(&["run"]).ends(5);
    assert!(ended.err.contains(&format!("process {}", host.pid())), "{ended:?}");
    assert!(ended.err.contains("hint:"), "{ended:?}");
    // The first one does not mind.
    assert_eq!(host.status()["running"], json!(true));
    app.put("a.json", b"{}");
    app.run(&["sync"]).ends(0);
    assert_eq!(app.names(), ["a.json.synced"]);
    let begun = std::time::Instant::now();
    assert_eq!(host.signal("INT"), 0);
    assert!(begun.elapsed() < Duration::from_secs(3));
    // And its place is free.
    let next = app.start();
    assert_eq!(next.signal("TERM"), 0);
}
