//! What happens to a file after S3 has it, and what a server asks for meanwhile.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use outtray::cloud::Mode;
use outtray::cloud::faults::{Fault, Gate, Rule};
use outtray::sync::Setup;
use outtray::sync::event::FileState;
#[cfg(unix)]
use outtray::sync::event::State;

use super::desk::{Desk, Engine, ledger_closed};
#[cfg(unix)]
use crate::support::tray;

/// As `cp -p` does it: same file, same size, same time of the last write.
fn copy_over(path: &Path, text: &str) {
    let time = fs::metadata(path).and_then(|facts| facts.modified()).expect("a time");
    fs::write(path, text).expect("written");
    fs::File::options().write(true).open(path).and_then(|file| file.set_modified(time)).expect("set");
}

/// What was wrong: the look at marked files did not see it, and the newer content was never sent.
#[cfg(unix)]
#[tokio::test]
async fn a_copy_over_a_marked_file_that_keeps_its_time_is_sent_too() {
    let desk = Desk::new(Mode::SigV4);
    let mut engine = desk.start();
    desk.produce("a.json", "[1]");
    engine.hears_uploaded("a.json").await;
    copy_over(&desk.path("a.json.synced"), "[2]");
    assert_eq!(engine.hears_uploaded("a.json").await.sha256, tray::sha256(b"[2]"));
    engine.hears_state(State::Idle).await;
    engine.quit().await;
    // The same while nothing runs.
    copy_over(&desk.path("a.json.synced"), "[3]");
    assert_eq!(desk.pass().await.synced, 1);
    for text in ["[1]", "[2]", "[3]"] {
        assert_eq!(desk.copies("a.json", text), 1, "{text}");
    }
    assert_eq!((desk.marked(), desk.unsent()), (vec!["a.json.synced".to_owned()], vec![]));
}

/// Other rights change the same time of the file: its bytes are read once, and the ledger remembers that.
#[cfg(unix)]
#[tokio::test]
async fn a_marked_file_with_other_rights_is_looked_at_once() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let desk = Desk::new(Mode::SigV4);
    desk.produce("a.json", "[1]");
    desk.pass().await;
    let marked = desk.path("a.json.synced");
    let facts = || fs::metadata(&marked).expect("there");
    let noted = || async {
        ledger_closed(&desk.state()).await;
        let db = rusqlite::Connection::open(desk.state().join("ledger.db")).expect("a ledger");
        db.query_row("SELECT ctime_ns FROM receipt", [], |row| row.get::<_, i64>(0)).expect("one receipt")
    };
    let changed = || facts().ctime() * 1_000_000_000 + facts().ctime_nsec();
    assert_eq!(noted().await, changed(), "our own rename is known");
    fs::set_permissions(&marked, fs::Permissions::from_mode(0o600)).expect("set");
    assert_eq!(desk.pass().await.synced, 0);
    assert_eq!(noted().await, changed());
    assert_eq!(desk.cloud.objects().len(), 1);
}

/// A crash after the proof, and a copy over the file that keeps its time, before the next start.
#[tokio::test]
async fn what_an_earlier_life_has_sent_is_read_before_it_is_marked() {
    let desk = Desk::new(Mode::SigV4);
    for (name, text) in [("a.json", "[1]"), ("b.json", "[2]")] {
        desk.produce(name, text);
    }
    desk.pass().await;
    ledger_closed(&desk.state()).await;
    let db = rusqlite::Connection::open(desk.state().join("ledger.db")).expect("a ledger");
    db.execute_batch(
        "INSERT INTO item(root, name, stage, device, inode, size, mtime_ns, source_sha256, wire_sha256, wire_size, bucket,
           object_key, proof, target)
         SELECT root, name, 'VERIFIED', device, inode, size, mtime_ns, source_sha256, wire_sha256, wire_size, bucket,
           object_key, proof, target FROM receipt;
         DELETE FROM receipt;",
    )
    .expect("as if it had crashed");
    db.close().expect("closed");
    fs::rename(desk.path("a.json.synced"), desk.path("a.json")).expect("not renamed yet");
    copy_over(&desk.path("a.json"), "[3]");
    copy_over(&desk.path("b.json.synced"), "[4]");
    desk.pass().await;
    desk.no_mark_lies();
    assert_eq!((desk.copies("a.json", "[3]"), desk.copies("b.json", "[4]")), (1, 1));
}

/// What was wrong: one file kept the pause that the server asked for, and the others went on.
#[tokio::test]
async fn a_pause_that_the_storage_asks_for_is_kept_by_all_files() {
    let asked = Duration::from_secs(2);
    for throttled in [429, 503] {
        let desk = Desk::new(Mode::V1);
        let headers = vec![("retry-after".to_owned(), asked.as_secs().to_string())];
        let body = b"<Error><Code>SlowDown</Code></Error>".to_vec();
        desk.cloud.faults().add(Rule::put(Fault::Status { status: throttled, headers, body }));
        for number in 0..4 {
            desk.produce(&format!("{number}.json"), &format!("[{number}]"));
        }
        let config = desk.config(|text| *text = text.replace("concurrency = 2", "concurrency = 1"));
        let engine = Engine::start(Setup { config, ..desk.setup() }).expect("it starts");
        let (report, pause) = tokio::join!(engine.sync(), async {
            desk.cloud_until(|cloud| cloud.puts().iter().any(|put| put.status == Some(throttled))).await;
            let told = Instant::now();
            desk.cloud_until(|cloud| cloud.puts().len() > 1).await;
            told.elapsed()
        });
        // The look at the records may come a little after the answer.
        assert!(pause > asked * 3 / 4, "asked again after {pause:?}");
        assert_eq!((report.synced, report.failed), (4, 0));
        engine.quit().await;
    }
}

/// What was wrong: the round under way went on with the bytes that the settings before allowed.
#[tokio::test]
async fn a_stricter_guard_holds_for_what_is_under_way() {
    const ADDRESS: &str = "margaret.t@mail.example.org";
    let desk = Desk::new(Mode::V1);
    let headers = vec![("retry-after".to_owned(), "2".to_owned())];
    desk.cloud.faults().add(Rule::put(Fault::Status { status: 503, headers, body: Vec::new() }));
    let config = desk.config(|text| text.push_str("[guard]\nmode = \"off\"\n"));
    let engine = Engine::start(Setup { config, ..desk.setup() }).expect("it starts");
    desk.produce("a.json", &format!("{{\"to\": \"{ADDRESS}\"}}"));
    desk.cloud_until(|cloud| cloud.puts().iter().any(|put| put.status == Some(503))).await;
    engine.handle.reload(Ok(desk.config(|_| ()))).await.expect("it runs").expect("good settings");
    desk.cloud_until(|cloud| cloud.objects().len() == 1).await;
    assert_eq!((desk.copies("a.json", "{\"to\": \"[EMAIL]\"}"), desk.cloud.objects().len()), (1, 1));
    engine.quit().await;
}

/// What was wrong: files that only waited for their leave counted as uploads, more than may run side by side.
#[tokio::test]
async fn uploading_are_those_that_are_on_the_wire() {
    let desk = Desk::new(Mode::V1);
    let gate = Gate::default();
    desk.cloud.faults().add(Rule::put(Fault::Hold(gate.clone())).always());
    for number in 0..10 {
        desk.produce(&format!("{number}.json"), &format!("[{number}]"));
    }
    let engine = desk.start();
    gate.arrived(2).await;
    desk.cloud_until(|cloud| cloud.presigns().iter().filter(|ask| ask.ended).count() >= 8).await;
    let status = engine.status().await;
    let uploading = status.files.iter().filter(|file| file.state == FileState::Uploading).count();
    assert_eq!((status.uploading, uploading, status.waiting), (2, 2, 8), "{status:?}");
    gate.open();
    engine.sync().await;
    engine.quit().await;
    assert_eq!(desk.marked().len(), 10);
}
