//! The system's hints about files are late, lost, or never come: everything is sent all the same.

use crate::support::app::{App, Running, row, wait};
use crate::support::strace;

const ONCE_A_DAY: &str = "scan_interval_secs = 86400\n[files]\nsettle_ms = 50\n";
const EVERY_SECOND: &str = "scan_interval_secs = 1\n[files]\nsettle_ms = 50\n";

/// `outtray run` whose attempts to watch a folder get this answer.
fn start(app: &App, order: &str) -> Option<Running> {
    let order = format!("inject=inotify_add_watch:{order}");
    strace::inject(&app.command(&["run"]), "inotify_add_watch", &order)?;
    Some(app.start_with(|command| {
        *command = strace::inject(command, "inotify_add_watch", &order).expect("it could be traced before");
    }))
}

/// The system has no room for more watches.
#[test]
fn a_folder_that_cannot_be_watched_is_looked_at() {
    let app = App::new();
    app.configure(EVERY_SECOND);
    let Some(running) = start(&app, "error=ENOSPC") else { return };
    for name in ["a.json", "b.json"] {
        app.put(name, "{}");
        wait("the file is sent", || app.names().contains(&format!("{name}.synced")));
    }
    drop(running);
}

/// As on a network share: the watch is granted, and tells nothing.
#[test]
fn a_silent_watch_loses_nothing() {
    let app = App::new();
    app.configure(EVERY_SECOND);
    let Some(running) = start(&app, "retval=1") else { return };
    for name in ["a.json", "b.json"] {
        app.put(name, "{}");
        wait("the file is sent", || app.names().contains(&format!("{name}.synced")));
    }
    drop(running);
}

/// While it stands still, more happens than the kernel keeps in its queue; then nothing but the kernel's word "events were
/// lost" tells of the last file.
#[cfg(target_os = "linux")]
#[test]
fn after_lost_hints_the_whole_folder_is_looked_at() {
    let app = App::new();
    app.configure(ONCE_A_DAY);
    let running = app.start();
    running.until("the first look is over", |status| status["state"] == "idle");
    let signal = |name: &str| {
        let pid = running.pid().to_string();
        assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    };
    let kept: usize =
        std::fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap().trim().parse().unwrap();
    signal("-STOP");
    // Equal events in a row count once, so two names take turns.
    for number in 0..kept {
        std::fs::write(app.folder.join(format!("noise{}.tmp", number % 2)), "x").unwrap();
    }
    app.put("last.json", "{}");
    signal("-CONT");
    wait("the last file is sent", || app.names().contains(&"last.json.synced".to_owned()));
}

/// A rename that makes a file appear whole needs no time to be believed, where the system knows that nobody has it open.
#[test]
fn a_file_that_is_renamed_into_place_is_sent_at_once() {
    let app = App::new();
    app.configure("scan_interval_secs = 86400\n[files]\nsettle_ms = 600000\n");
    let part = |name: &str| {
        let path = app.folder.join(format!("{name}.tmp"));
        std::fs::write(&path, "{}").unwrap();
        path
    };
    let probe = part("probe.json");
    if outtray::platform::dir::still_being_written(&std::fs::File::open(&probe).unwrap()).is_none() {
        return eprintln!("skipped: this file system does not tell who writes");
    }
    let running = app.start();
    running.until("the first look is over", |status| status["state"] == "idle");
    let held = part("held.json");
    let writer = std::fs::File::options().append(true).open(&held).unwrap();
    std::fs::rename(&held, app.folder.join("held.json")).unwrap();
    std::fs::write(app.folder.join("in_place.json"), "{}").unwrap();
    let half = part("half.json");
    std::fs::write(&half, "{\"half\":").unwrap();
    for (path, name) in [(half, "half.json"), (probe, "probe.json")] {
        std::fs::rename(path, app.folder.join(name)).unwrap();
    }
    // The last of them is sent; hints come in order, so the others have been looked at.
    wait("the whole file is sent", || app.names().contains(&"probe.json.synced".to_owned()));
    drop(writer);
    let status = running.until("the half one is looked into", |status| {
        row(status, "half.json").is_some_and(|row| row["reason"].to_string().contains("not finished"))
    });
    for name in ["held.json", "in_place.json"] {
        let reason = row(&status, name).expect("it waits")["reason"].to_string();
        assert!(reason.contains("still"), "{name}: {reason}");
    }
}

/// Only the front of a long line is kept in memory; nothing of it is forgotten, in numbers nor in fact.
#[test]
fn a_long_line_is_counted_and_carried_to_its_end() {
    const MANY: usize = 1100;
    let app = App::new();
    app.configure("scan_interval_secs = 86400\nconcurrency = 32\n[files]\nsettle_ms = 0\n[guard]\nmode = \"off\"\n");
    for number in 0..MANY {
        app.put(format!("{number:04}.json"), "{}");
    }
    app.run(&["pause"]).ends(0);
    let running = app.start();
    let status = running.until("all are counted", |status| status["waiting"] == MANY);
    let names: std::collections::HashSet<_> =
        status["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names.len(), MANY, "every file is listed once");
    let last = format!("{:04}.json", MANY - 1);
    for name in ["0000.json", &last] {
        assert!(app.run(&["why", name]).text().contains("paused"), "{name}");
    }
    let report = app.run(&["--json", "sync"]).ends(0).json();
    assert_eq!((&report["synced"], &report["waiting"]), (&MANY.into(), &0.into()));
    assert_eq!(report["files"].as_array().unwrap().len(), MANY);
    assert!(app.names().iter().all(|name| name.ends_with(".json.synced")), "{:?}", app.names().first());
}
