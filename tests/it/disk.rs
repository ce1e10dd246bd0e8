//! A hostile disk: folders that are missing, full, read-only or somebody else's. Nothing is lost, and it says why.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected is to end there")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::support::app::{App, age, below, wait};

/// Something mounted, until the test ends.
struct Mount(PathBuf);

impl Mount {
    /// `None`, with a word, where nothing can be mounted.
    fn new(place: &Path, words: &[&str]) -> Option<Self> {
        let mounted = Command::new("mount").args(words).arg(place).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(place.to_owned()));
        }
        eprintln!("skipped: nothing can be mounted here; it takes root");
        None
    }

    fn small(place: &Path) -> Option<Self> {
        Self::new(place, &["-t", "tmpfs", "-o", "size=8m,mode=0755", "outtray-test"])
    }

    fn read_only(place: &Path) -> Option<Self> {
        let shown = place.display().to_string();
        let mount = Self::new(place, &["--bind", &shown])?;
        assert!(Command::new("mount").args(["-o", "remount,bind,ro"]).arg(place).status().unwrap().success());
        Some(mount)
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Not one byte more goes onto this disk.
fn fill(folder: &Path) -> PathBuf {
    let path = folder.join("filler");
    for size in [1 << 20, 4096, 1] {
        let mut file = std::fs::File::options().append(true).create(true).open(&path).unwrap();
        while std::io::Write::write_all(&mut file, &vec![0; size]).is_ok() {}
    }
    path
}

fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_missing_folder_is_waited_for() {
    let app = App::new();
    std::fs::remove_dir(&app.folder).unwrap();
    let ended = app.run(&["sync"]).ends(1);
    assert!(ended.err.contains("memory cannot be opened"), "{ended:?}");
    assert!(ended.err.contains("hint: Create it, or change watch_dir"), "{ended:?}");
    let status = app.json(&["status"]);
    assert_eq!(status["state"], "attention");
    assert!(status["last_error"].as_str().unwrap().contains("memory cannot be opened"), "{status}");

    let host = app.start();
    let status = host.until("attention", |status| status["state"] == "attention");
    assert!(status["last_error"].as_str().unwrap().contains("memory cannot be opened"), "{status}");
    std::fs::create_dir(&app.folder).unwrap();
    app.put("late.json", b"{}");
    host.until("it is sent", |status| status["synced_total"] == 1 && status["state"] == "idle");
    // And away again, with a file in it, as a drive that is unplugged.
    app.put("on_the_drive.json.tmp", b"{}");
    std::fs::rename(&app.folder, app.place.path().join("unplugged")).unwrap();
    host.until("attention again", |status| status["state"] == "attention");
    std::fs::rename(app.place.path().join("unplugged"), &app.folder).unwrap();
    std::fs::rename(app.folder.join("on_the_drive.json.tmp"), app.folder.join("on_the_drive.json")).unwrap();
    host.until("this one, too", |status| status["synced_total"] == 2 && status["state"] == "idle");
    assert_eq!(app.names(), ["late.json.synced", "on_the_drive.json.synced"]);
    assert!(app.log().contains("memory cannot be opened"));
}

#[test]
fn a_full_state_folder_sends_nothing_until_there_is_room() {
    let app = App::new();
    let state = app.home.join("state");
    std::fs::create_dir(&state).unwrap();
    let Some(_mount) = Mount::small(&state) else { return };
    let filler = fill(&state);
    app.put("a.json", b"{}");
    let ended = app.run(&["sync"]).ends(1);
    assert!(ended.err.contains("nothing is sent until"), "{ended:?}");
    assert!(ended.err.contains("disk is not full"), "{ended:?}");
    assert_eq!((app.cloud.counts(), app.names()), ((0, 0), vec!["a.json".to_owned()]));

    let host = app.start();
    let status = host.until("attention", |status| status["state"] == "attention" && status["waiting"] == 1);
    assert!(status["files"][0]["reason"].as_str().unwrap().contains("nothing is sent"), "{status}");
    std::fs::remove_file(filler).unwrap();
    host.until("it is sent", |status| status["synced_total"] == 1 && status["state"] == "idle");
    assert_eq!(app.stored("a.json").as_deref(), Some(&b"{}"[..]));
}

#[test]
fn a_state_folder_that_fills_up_stops_the_sending() {
    let app = App::new();
    let state = app.home.join("state");
    std::fs::create_dir(&state).unwrap();
    let Some(_mount) = Mount::small(&state) else { return };
    let host = app.start();
    app.put("first.json", b"{}");
    host.until("it is sent", |status| status["synced_total"] == 1);
    let filler = fill(&state);
    for number in 0..100 {
        app.put(format!("{number}.json"), b"{}");
    }
    let status = host.until("attention", |status| status["state"] == "attention");
    assert!(status["last_error"].as_str().unwrap().contains("nothing is sent until"), "{status}");
    assert!(app.cloud.puts().len() < 101, "all went, and nobody wrote it down");
    std::fs::remove_file(filler).unwrap();
    host.until("all are sent", |status| status["synced_total"] == 101 && status["state"] == "idle");
    assert!(app.cloud.objects().iter().all(|object| object.versions == 1));
    assert!(app.names().iter().all(|name| name.ends_with(".synced")));
}

#[test]
fn a_full_watched_folder_still_empties() {
    let app = App::new();
    let Some(_mount) = Mount::small(&app.folder) else { return };
    for number in 0..20 {
        app.put(format!("{number}.json"), b"{}");
    }
    std::fs::rename(fill(&app.folder), app.folder.join("filler.bin")).unwrap();
    app.run(&["sync"]).ends(0);
    assert_eq!(app.cloud.objects().len(), 20);
    assert!(app.names().iter().all(|name| name.ends_with(".synced") || name == "filler.bin"), "{:?}", app.names());
}

#[test]
fn a_read_only_folder_sends_nothing_and_says_so() {
    let app = App::new();
    app.put("a.json", b"{}");
    let Some(mount) = Mount::read_only(&app.folder) else { return };
    told_read_only(&app);
    drop(mount);
    app.run(&["sync"]).ends(0);
    assert_eq!(app.names(), ["a.json.synced"]);
}

#[test]
fn a_folder_of_somebody_else_sends_nothing_and_says_so() {
    let app = App::new();
    app.put("a.json", b"{}");
    let Some(app) = app.owned_by_nobody() else { return };
    chmod(&app.folder, 0o555);
    told_read_only(&app);
    chmod(&app.folder, 0o755);
    app.run(&["sync"]).ends(0);
    assert_eq!(app.names(), ["a.json.synced"]);
}

fn told_read_only(app: &App) {
    let ended = app.run(&["sync"]).ends(1);
    assert!(ended.err.contains("cannot be renamed, so nothing is sent"), "{ended:?}");
    assert!(ended.err.contains("hint: Give your user the right to write in this folder."), "{ended:?}");
    assert!(app.log().contains("cannot be renamed, so nothing is sent"));
    assert_eq!(app.cloud.counts(), (0, 0));
    let doctor = app.run(&["doctor"]).ends(1);
    assert!(doctor.out.contains("✗ Folder"), "{doctor:?}");
    let host = app.start();
    let status = host.until("attention", |status| status["state"] == "attention");
    assert!(status["last_error"].as_str().unwrap().contains("cannot be renamed"), "{status}");
    let why = app.run(&["why", "a.json"]).ends(0);
    assert!(why.out.contains("cannot be renamed"), "{why:?}");
    assert_eq!(host.signal("TERM"), 0);
    // Without a host the reason is the same.
    let status = app.json(&["status"]);
    assert_eq!(status["state"], "attention");
    assert_eq!(app.cloud.counts(), (0, 0));
}

#[test]
fn a_file_that_may_not_be_read_holds_up_nobody() {
    let app = App::new();
    app.put("secret.json", b"{}");
    app.put("open.json", b"{}");
    let Some(app) = app.owned_by_nobody() else { return };
    chmod(&app.folder.join("secret.json"), 0o000);
    let ended = app.run(&["sync"]).ends(1);
    assert!(ended.err.contains("secret.json: reading file before upload: Permission denied"), "{ended:?}");
    assert!(ended.err.contains("hint: Give your user the right"), "{ended:?}");
    assert_eq!(app.names(), ["open.json.synced", "secret.json"]);
    assert!(app.log().contains("secret.json: reading file before upload"));
    let row = app.row("secret.json");
    assert!(row["reason"].as_str().unwrap().contains("reading file before upload"), "{row}");
    assert_eq!(row["kind"], "file.unreadable");

    let host = app.start();
    host.until("it is tried", |status| status["files"][0]["kind"] == "file.unreadable");
    chmod(&app.folder.join("secret.json"), 0o600);
    app.run(&["retry", "secret.json"]).ends(0);
    host.until("it is sent", |status| status["synced_total"] == 2 && status["state"] == "idle");
    assert_eq!(app.stored("secret.json").as_deref(), Some(&b"{}"[..]));
}

#[test]
fn everything_in_the_home_is_for_this_user_alone() {
    let app = App::new();
    chmod(&app.home, 0o755);
    app.put("a.json", b"{}");
    let host = app.start();
    host.until("it is sent", |status| status["synced_total"] == 1);
    app.run(&["config", "set", "concurrency", "3"]).ends(0);
    wait("the status file", || app.home.join("state/status.json").exists());
    let kinds = |path: &PathBuf| {
        let facts = path.symlink_metadata().unwrap();
        (facts.is_dir(), facts.permissions().mode() & 0o777)
    };
    let open: Vec<_> = below(&app.home)
        .into_iter()
        .filter(|path| *path != app.home)
        .filter(|path| !matches!(kinds(path), (true, 0o700) | (false, 0o600)))
        .map(|path| format!("{} {:o}", path.display(), kinds(&path).1))
        .collect();
    assert_eq!(open, Vec::<String>::new());
    assert!(below(&app.home).len() >= 7, "{:?}", below(&app.home));
    drop(host);
}

#[test]
fn a_deep_home_has_its_socket() {
    let mut app = App::new();
    let deep = app.home.join("d".repeat(120)).join("e".repeat(120));
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::rename(app.home.join("config.toml"), deep.join("config.toml")).unwrap();
    app.home = deep;
    let mut child = app.command(&["run"]).spawn().unwrap();
    wait("a host that answers", || app.json(&["status"])["running"] == true);
    app.put("a.json", b"{}");
    age(&app.folder.join("a.json"), 60);
    let report = app.json(&["sync"]);
    assert_eq!(report["failed"], json!(0), "{report}");
    assert_eq!(app.names(), ["a.json.synced"]);
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    assert!(!app.home.join("state/control.sock").exists());
}
