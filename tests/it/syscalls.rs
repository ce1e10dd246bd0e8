//! System calls that fail, each kind in turn, at each of its first times: no mark without proof, and all is well afterwards.
//!
//! `OUTTRAY_SYSCALLS=30` goes further than the first few times of each. Not here: disks that are really full (`disk`),
//! power cuts (`crash`).

use std::collections::BTreeMap;
use std::process::Stdio;

use crate::support::app::App;
use crate::support::strace;

/// A call, and what it may answer. A program that cannot be loaded, or gets no memory, says nothing about files.
type Calls = &'static [(&'static str, &'static [&'static str])];

const WRITING: Calls = &[
    ("renameat2", &["EIO", "ENOSPC", "EACCES", "EINTR"]),
    ("fsync", &["EIO", "ENOSPC"]),
    ("fdatasync", &["EIO", "ENOSPC"]),
    ("unlink", &["EIO"]),
];
const LEDGER: Calls = &[("pwrite64", &["EIO", "ENOSPC", "EINTR"]), ("pread64", &["EIO", "EINTR"])];
const READING: Calls = &[("read", &["EIO"]), ("statx", &["EIO"]), ("getdents64", &["EIO"])];
const ALL_SORTS: Calls =
    &[("write", &["EIO", "ENOSPC"]), ("openat", &["EIO", "EMFILE", "ENOSPC"]), ("connect", &["ENETUNREACH", "EINTR"])];
const NAMES: [&str; 2] = ["a.json", "b.json"];

#[test]
fn calls_that_change_files_fail_in_turn() {
    each_fails_in_turn(WRITING);
}

#[test]
fn calls_of_the_ledger_fail_in_turn() {
    each_fails_in_turn(LEDGER);
}

#[test]
fn calls_that_read_fail_in_turn() {
    each_fails_in_turn(READING);
}

#[test]
fn calls_of_all_sorts_fail_in_turn() {
    each_fails_in_turn(ALL_SORTS);
}

fn each_fails_in_turn(calls: Calls) {
    let asked = std::env::var("OUTTRAY_SYSCALLS").ok();
    let times: u32 = asked.map_or(3, |asked| asked.parse().expect("a number"));
    for (call, errors) in calls {
        for error in *errors {
            // One place for all times of an error: what the first leaves behind, the next one meets.
            let app = App::new();
            let mut contents = BTreeMap::new();
            for time in 1..=times {
                for name in NAMES {
                    let (name, text) = (format!("{time}-{name}"), format!("{{\"time\":{time},\"name\":\"{name}\"}}"));
                    app.put(&name, &text);
                    contents.insert(name, text);
                }
                let order = format!("inject={call}:error={error}:when={time}");
                let Some(mut command) = strace::inject(&app.command(&["sync"]), call, &order) else { return };
                // How it ends is its own affair, as long as it ends and does not lie.
                command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
                assert_true_marks(&app, &contents, &order);
            }
            app.run(&["retry"]);
            app.run(&["sync"]).ends(0);
            let marked = assert_true_marks(&app, &contents, call);
            assert_eq!(marked, contents.len(), "{call} {error}: {:?}", app.names());
        }
    }
}

/// Each marked file is in S3, and the folder holds every content still. Answers how many are marked.
fn assert_true_marks(app: &App, contents: &BTreeMap<String, String>, order: &str) -> usize {
    let mut marked = 0;
    for (name, text) in contents {
        let own = app.folder.join(name);
        let mark = app.folder.join(format!("{name}.synced"));
        assert!(own.exists() != mark.exists(), "{order}: {name} is there twice or not at all: {:?}", app.names());
        let stands = if own.exists() { &own } else { &mark };
        assert_eq!(&std::fs::read_to_string(stands).unwrap(), text, "{order}");
        if mark.exists() {
            marked += 1;
            let objects = app.cloud.objects_of(name);
            let arrived = objects.iter().any(|object| object.bytes.as_deref() == Some(text.as_bytes()));
            assert!(arrived, "{order}: {name} is marked, and S3 does not hold it");
        }
    }
    marked
}
