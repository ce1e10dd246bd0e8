//! The system's hints about files are late, lost, or never come: everything is sent all the same.

use crate::support::app::{App, Running, wait};
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
