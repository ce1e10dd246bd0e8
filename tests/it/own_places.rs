//! OutTray's own files in a folder that it watches are none of those it sends.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected is to end there")]

use serde_json::Value;

use crate::support::app::{App, below, wait};

const ALL: &str = "scan_interval_secs = 1\n[files]\nsettle_ms = 50\nrecursive = true\n";

/// Watches the folder above home, state and logs.
fn from_above() -> App {
    let app = App::new();
    let above = app.home.parent().unwrap();
    app.configure(ALL);
    let config = app.config().replace(&app.folder.display().to_string(), &above.display().to_string());
    assert_ne!(config, app.config(), "nothing was changed");
    app.write_config(&config);
    app
}

/// What was wrong: the status was sent, which changed the status, for ever.
#[test]
fn a_folder_above_its_own_sends_none_of_them() {
    let app = from_above();
    // What an earlier version has left there, and what looks like a document.
    std::fs::create_dir_all(app.home.join("logs/deep")).unwrap();
    std::fs::create_dir_all(app.home.join("state")).unwrap();
    for own in ["logs/deep/x.json", "state/other.json"] {
        std::fs::write(app.home.join(own), "{}").unwrap();
    }
    std::fs::create_dir(app.home.join("documents")).unwrap();
    std::fs::write(app.home.join("documents/before.json"), "[0]").unwrap();
    let host = app.start();
    for round in 0..3 {
        let name = format!("{round}.json");
        app.put(&name, format!("[{round}]"));
        wait("the file", || app.names().contains(&format!("{name}.synced")));
        // A look at everything, too.
        app.run(&["sync"]).ends(0);
    }
    host.until("it is idle", |status| status["state"] == "idle");
    assert!(app.home.join("state/status.json").exists(), "there was nothing to send by mistake");
    let marked = below(&app.home).into_iter().filter(|path| path.to_string_lossy().ends_with(".synced"));
    assert_eq!(marked.collect::<Vec<_>>(), [app.home.join("documents/before.json.synced")]);
    assert_eq!(app.cloud.counts().1, 4, "objects");
    let why = app.json(&["why", &app.home.join("state/status.json").display().to_string()]);
    assert!(why.to_string().contains("OutTray's own files"), "{why}");
}

#[test]
fn a_folder_above_its_own_is_said_to_leave_them_out() {
    let app = from_above();
    app.run(&["sync"]).ends(0);
    let state = app.home.join("state").display().to_string();
    let check = app.run(&["config", "check"]).ends(0).text();
    assert!(check.contains("keeps its own files there") && check.contains(&state), "{check}");
    let doctor = app.run(&["doctor"]).text();
    assert!(doctor.contains("keeps its own files there") && doctor.contains(&state), "{doctor}");
}

/// What was wrong: everything that matches was sent, the settings and the key in them as well.
#[test]
fn its_settings_are_never_sent() {
    let app = App::new();
    app.configure("[files]\nsettle_ms = 50\ninclude = [\"*\"]\nrequire_json = false\n");
    app.write_config(&app.config().replace(&app.folder.display().to_string(), &app.home.display().to_string()));
    std::fs::write(app.home.join("document"), "1").unwrap();
    app.run(&["sync"]).ends(0);
    assert!(app.home.join("document.synced").exists());
    assert!(app.home.join("config.toml").exists());
    assert_eq!(app.cloud.counts().1, 1, "objects");
}

/// What was wrong: it met its own lock, and said that another OutTray held the folder: itself.
#[test]
fn its_state_folder_is_refused() {
    let app = App::new();
    app.run(&["status"]).ends(0);
    let good = app.config();
    for own in ["state", "logs", "./state/"] {
        let folder = if own.starts_with('.') { own.to_owned() } else { app.home.join(own).display().to_string() };
        app.write_config(&good.replace(&app.folder.display().to_string(), &folder));
        for words in [["config", "check"].as_slice(), &["run"], &["sync"], &["doctor"]] {
            let answer: Value = app.run(&[&["--json"], words].concat()).ends(3).json();
            let text = answer.to_string();
            assert!(text.contains("keeps its own files") && text.contains("config.bad_value"), "{words:?}: {text}");
        }
    }
}
