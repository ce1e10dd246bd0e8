//! What the folder handle promises on Windows, on real folders.

use std::fs;
use std::io::{ErrorKind, Read};

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

fn name(text: &str) -> &OsStr {
    OsStr::new(text)
}

#[test]
fn a_rename_never_replaces() {
    let (temp, dir) = folder(&[("a.json", "new"), ("a.json.synced", "old")]);
    let error = dir.rename_new(name("a.json"), name("a.json.synced")).expect_err("the name is taken");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(fs::read_to_string(temp.path().join("a.json.synced")).expect("it reads"), "old");

    dir.rename_new(name("a.json"), name("a.json.1.synced")).expect("the name is free");
    assert_eq!(fs::read_to_string(temp.path().join("a.json.1.synced")).expect("it reads"), "new");
    assert_eq!(dir.stat(name("a.json")).expect_err("it went").kind(), ErrorKind::NotFound);
}

/// Two files cannot differ in the case of their letters alone, so a marked name in other letters is taken as well.
#[test]
fn a_marked_name_in_other_letters_is_taken_too() {
    let (temp, dir) = folder(&[("A.json", "new"), ("a.JSON.synced", "old")]);
    let error = dir.rename_new(name("A.json"), name("A.json.synced")).expect_err("the name is taken");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(fs::read_to_string(temp.path().join("a.JSON.synced")).expect("it reads"), "old");
    assert_eq!(dir.stat(name("a.JSON")).expect("one file").id, dir.stat(name("A.json")).expect("one file").id);
}

#[test]
fn a_writer_shows_itself_and_a_reader_keeps_writers_out() {
    let (temp, dir) = folder(&[("a.json", "{}")]);
    let path = temp.path().join("a.json");
    let writer = OpenOptions::new().append(true).open(&path).expect("it opens");
    assert_eq!(dir.open_file(name("a.json")).expect_err("somebody writes").kind(), ErrorKind::ResourceBusy);
    assert_eq!(dir.stat(name("a.json")).expect("facts are always there").size, 2);
    drop(writer);

    let file = dir.open_file(name("a.json")).expect("nobody writes");
    assert_eq!(still_being_written(&file), Some(false));
    assert!(OpenOptions::new().append(true).open(&path).is_err(), "nobody may write while it is read");
    dir.rename_new(name("a.json"), name("a.json.synced")).expect("a rename is possible meanwhile");
}

#[test]
fn a_file_that_is_read_for_long_keeps_no_writer_out() {
    let (temp, dir) = folder(&[("a.json", "{}")]);
    let looked_at = dir.open_file(name("a.json")).expect("nobody writes");
    let file = dir.open_for_long(name("a.json"), looked_at).expect("it is the same file");
    OpenOptions::new().append(true).open(temp.path().join("a.json")).expect("the producer may go on");
    dir.rename_new(name("a.json"), name("a.json.synced")).expect("a rename is possible meanwhile");
    assert_eq!(stat_of(&file).expect("it is open").size, 2);
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let (_temp, dir) = folder(&[("a.json", "{}")]);
    for bad in ["", ".", "..", r"..\a.json", "sub/a.json", "a.json:ads", "a.json::$DATA", r"C:\a.json"] {
        assert_eq!(dir.open_file(name(bad)).expect_err(bad).kind(), ErrorKind::InvalidInput, "{bad}");
        assert_eq!(dir.create_new(name(bad)).expect_err(bad).kind(), ErrorKind::InvalidInput, "{bad}");
        assert!(dir.rename_new(name("a.json"), name(bad)).is_err(), "{bad}");
    }
}

#[test]
fn lists_names_with_their_kinds() {
    let (temp, dir) = folder(&[("a.json", "{}"), ("gespräch 会話.json", "{}")]);
    fs::create_dir(temp.path().join("sub")).expect("it makes one");
    let mut found = Vec::new();
    dir.list(&mut |name, kind| found.push((name.to_string_lossy().into_owned(), kind))).expect("it lists");
    found.sort_by(|one, two| one.0.cmp(&two.0));
    let expected = [("a.json", Kind::File), ("gespräch 会話.json", Kind::File), ("sub", Kind::Folder)];
    assert_eq!(found, expected.map(|(name, kind)| (name.to_string(), kind)));
    assert_eq!(dir.open_folder(name("a.json")).expect_err("a file").kind(), ErrorKind::NotADirectory);
    assert_eq!(dir.open_folder(name("sub")).and_then(|sub| sub.stat_self()).expect("it opens").kind, Kind::Folder);
}

#[test]
fn facts_are_those_of_the_file() {
    let (temp, dir) = folder(&[("a.json", "[1,2]"), ("b.json", "[1,2]")]);
    fs::hard_link(temp.path().join("a.json"), temp.path().join("c.json")).expect("it links");
    let by_name = dir.stat(name("a.json")).expect("it is there");
    let mut file = dir.open_file(name("a.json")).expect("it opens");
    assert_eq!(by_name, stat_of(&file).expect("it is open"));
    assert_eq!((by_name.kind, by_name.size, by_name.links), (Kind::File, 5, 2));
    assert_eq!(by_name.id, dir.stat(name("c.json")).expect("it is there").id);
    assert_ne!(by_name.id, dir.stat(name("b.json")).expect("it is there").id);
    let age = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos() as i64 - by_name.mtime_ns;
    assert!((-1_000_000_000..60_000_000_000).contains(&age), "written {age} ns ago");
    let mut text = String::new();
    file.read_to_string(&mut text).expect("it reads");
    assert_eq!(text, "[1,2]");
}

#[test]
fn the_folder_stays_where_it_is_while_it_is_open() {
    let (temp, dir) = folder(&[]);
    let inner = temp.path().join("inner");
    fs::create_dir(&inner).expect("it makes one");
    let handle = dir.open_folder(name("inner")).expect("it opens");
    assert!(fs::rename(&inner, temp.path().join("moved")).is_err());
    drop(handle);
    fs::rename(&inner, temp.path().join("moved")).expect("free again");
}
