//! What the folder handle promises on Linux and macOS, on real folders.

use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

use super::*;

fn folder(files: &[(&str, &str)]) -> (TempDir, Dir) {
    let temp = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(temp.path().join(name), text).expect("it writes");
    }
    let dir = Dir::open(temp.path()).expect("it opens");
    (temp, dir)
}

fn text_of(temp: &TempDir, name: &str) -> String {
    fs::read_to_string(temp.path().join(name)).expect("it reads")
}

fn name(text: &str) -> &OsStr {
    OsStr::new(text)
}

#[test]
fn a_rename_never_replaces() {
    let (temp, dir) = folder(&[("a.json", "new"), ("a.json.synced", "old")]);
    let error = dir.rename_new(name("a.json"), name("a.json.synced")).expect_err("the name is taken");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!((text_of(&temp, "a.json"), text_of(&temp, "a.json.synced")), ("new".into(), "old".into()));

    dir.rename_new(name("a.json"), name("a.json.1.synced")).expect("the name is free");
    assert_eq!(text_of(&temp, "a.json.1.synced"), "new");
    assert_eq!(dir.stat(name("a.json")).expect_err("it went").kind(), ErrorKind::NotFound);
}

/// A plain rename onto another name of the same file does nothing and says that all is well.
#[test]
fn a_rename_onto_a_hard_link_of_the_same_file_is_refused() {
    let (temp, dir) = folder(&[("a.json", "{}")]);
    fs::hard_link(temp.path().join("a.json"), temp.path().join("a.json.synced")).expect("it links");
    let error = dir.rename_new(name("a.json"), name("a.json.synced")).expect_err("the name is taken");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(dir.stat(name("a.json")).expect("it stays").links, 2);
}

#[test]
fn follows_the_folder_when_it_is_moved() {
    let (temp, dir) = folder(&[]);
    let inner = temp.path().join("inner");
    fs::create_dir(&inner).expect("it makes one");
    fs::write(inner.join("a.json"), "{}").expect("it writes");
    let handle = dir.open_folder(name("inner")).expect("it opens");
    fs::rename(&inner, temp.path().join("moved")).expect("it moves");
    fs::create_dir(&inner).expect("another in its place");
    handle.rename_new(name("a.json"), name("a.json.synced")).expect("still the first folder");
    assert_eq!(text_of(&temp, "moved/a.json.synced"), "{}");
}

#[test]
fn never_opens_through_a_link() {
    let (temp, dir) = folder(&[("secret", "not for sending")]);
    symlink("secret", temp.path().join("a.json")).expect("it links");
    symlink(".", temp.path().join("loop")).expect("it links");
    let refused = dir.open_file(name("a.json")).expect_err("a link");
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
    assert!(dir.open_folder(name("loop")).is_err());
    assert_eq!(dir.stat(name("a.json")).expect("the link itself").kind, Kind::Other);
}

#[test]
fn a_fifo_keeps_nobody_waiting() {
    let (temp, dir) = folder(&[]);
    let made = std::process::Command::new("mkfifo").arg(temp.path().join("pipe.json")).status().expect("mkfifo runs");
    assert!(made.success());
    let (done, wait) = mpsc::channel();
    std::thread::spawn(move || done.send(dir.open_file(name("pipe.json")).and_then(|file| stat_of(&file))));
    let stat = wait.recv_timeout(Duration::from_secs(5)).expect("opening a FIFO must not block");
    assert_eq!(stat.expect("it opens").kind, Kind::Other);
}

#[test]
fn lists_every_name_with_its_kind() {
    let (temp, dir) = folder(&[("a.json", "{}"), ("new\nline.json", "{}")]);
    fs::create_dir(temp.path().join("sub")).expect("it makes one");
    symlink("a.json", temp.path().join("link.json")).expect("it links");
    let mut expected = vec![
        (OsString::from("a.json"), Kind::File),
        ("new\nline.json".into(), Kind::File),
        ("sub".into(), Kind::Folder),
        ("link.json".into(), Kind::Other),
    ];
    // macOS refuses names that are no UTF-8.
    if cfg!(target_os = "linux") {
        let raw = OsString::from_vec(b"caf\xe9.json".to_vec());
        fs::write(temp.path().join(&raw), "{}").expect("it writes");
        expected.push((raw, Kind::File));
    }
    let listed = || {
        let mut found = Vec::new();
        dir.list(&mut |name, kind| found.push((name.to_os_string(), kind))).expect("it lists");
        found.sort_by(|one, two| one.0.cmp(&two.0));
        found
    };
    expected.sort_by(|one, two| one.0.cmp(&two.0));
    assert_eq!(listed(), expected);
    assert_eq!(listed(), expected, "a second listing starts anew");
}

#[test]
fn facts_are_those_of_the_file() {
    let (_temp, dir) = folder(&[("a.json", "[1,2]"), ("b.json", "[1,2]")]);
    let by_name = dir.stat(name("a.json")).expect("it is there");
    let mut file = dir.open_file(name("a.json")).expect("it opens");
    assert_eq!(by_name, stat_of(&file).expect("it is open"));
    assert_eq!((by_name.kind, by_name.size, by_name.links), (Kind::File, 5, 1));
    assert_ne!(by_name.id, dir.stat(name("b.json")).expect("it is there").id);
    let age = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos() as i64 - by_name.mtime_ns;
    assert!((0..60_000_000_000).contains(&age), "written {age} ns ago");
    let mut text = String::new();
    file.read_to_string(&mut text).expect("it reads");
    assert_eq!(text, "[1,2]");
    assert_eq!(dir.stat_self().expect("it is open").kind, Kind::Folder);
}

#[test]
fn a_new_file_is_private_and_never_replaces() {
    use std::os::unix::fs::PermissionsExt;
    let (temp, dir) = folder(&[("taken", "mine")]);
    assert_eq!(dir.create_new(name("taken")).expect_err("taken").kind(), ErrorKind::AlreadyExists);
    let file = dir.create_new(name("free")).expect("free");
    assert_eq!(file.metadata().expect("open").permissions().mode() & 0o077, 0);
    dir.remove(name("free")).expect("it goes");
    assert!(!temp.path().join("free").exists());
    dir.sync().expect("it syncs");
}

/// tmpfs, ext4, xfs and btrfs have leases; elsewhere the answer is that nobody can tell, and never a wrong one.
#[test]
fn a_lease_sees_an_open_writer() {
    let (temp, dir) = folder(&[("a.json", "{")]);
    let writer = OpenOptions::new().append(true).open(temp.path().join("a.json")).expect("it opens");
    let file = dir.open_file(name("a.json")).expect("it opens");
    let during = still_being_written(&file);
    drop(writer);
    let after = still_being_written(&file);
    if cfg!(target_os = "linux") {
        assert_eq!((during, after), (Some(true), Some(false)));
    } else {
        assert_eq!((during, after), (None, None));
    }
    // The lease is given back: whoever writes next is not held up.
    OpenOptions::new().append(true).open(temp.path().join("a.json")).expect("a writer may come at once");
}
