//! The ledger only saves work: without it, or with a broken one, nothing is lost.

use std::fs;
use std::path::Path;

use outtray::cloud::Mode;

use super::desk::{Desk, ledger_closed};
use crate::support::tray;

/// Sends two files; the ledger is closed afterwards.
async fn two_sent(mode: Mode) -> Desk {
    let desk = Desk::new(mode);
    desk.produce("a.json", "[1]");
    desk.produce("b.json", "[2]");
    assert_eq!(desk.pass().await.synced, 2);
    ledger_closed(&desk.state()).await;
    desk
}

/// One of the sent files is back under its own name, as after a power cut that lost the rename.
fn unmark(desk: &Desk, name: &str) {
    fs::rename(desk.path(&format!("{name}.synced")), desk.path(name)).expect("renamed");
}

fn aside(state: &Path) -> usize {
    tray::names(state, ".db").into_iter().filter(|name| name.starts_with("ledger.corrupt-")).count()
}

#[tokio::test]
async fn a_file_that_is_back_is_marked_again_and_not_sent() {
    for mode in [Mode::SigV4, Mode::SigV2, Mode::V1] {
        let desk = two_sent(mode).await;
        let asked = desk.cloud.counts();
        unmark(&desk, "a.json");
        desk.pass().await;
        assert_eq!(desk.marked(), ["a.json.synced", "b.json.synced"]);
        assert_eq!(desk.cloud.counts(), asked, "nothing was asked of the cloud ({mode:?})");
        let receipts = desk.receipts();
        assert!(receipts.iter().all(|receipt| desk.cloud.objects().iter().any(|object| object.key == receipt.key)));
    }
}

/// Other bytes with the same size and time of change are no file that was sent.
#[tokio::test]
async fn a_file_that_only_looks_as_sent_is_sent() {
    let desk = two_sent(Mode::SigV4).await;
    unmark(&desk, "a.json");
    let before = fs::metadata(desk.path("a.json")).expect("there").modified().expect("a time");
    fs::write(desk.path("a.json"), "[9]").expect("written in place");
    let file = fs::File::options().append(true).open(desk.path("a.json")).expect("it opens");
    file.set_modified(before).expect("its time can be set");
    drop(file);
    assert_eq!(desk.pass().await.synced, 1);
    assert_eq!(desk.copies("a.json", "[9]"), 1);
}

#[tokio::test]
async fn lost_it_costs_at_most_a_duplicate_and_none_with_a_new_presigner() {
    for (mode, copies) in [(Mode::SigV4, 2), (Mode::V1, 1)] {
        let desk = two_sent(mode).await;
        fs::remove_dir_all(desk.state()).expect("removed");
        fs::create_dir(desk.state()).expect("a folder");
        unmark(&desk, "a.json");
        desk.produce("c.json", "[3]");
        assert_eq!(desk.pass().await.synced, 2);
        assert_eq!(desk.copies("a.json", "[1]"), copies, "{mode:?}");
        assert_eq!(desk.copies("b.json", "[2]"), 1, "a marked file is left alone");
        assert_eq!(desk.marked(), ["a.json.synced", "b.json.synced", "c.json.synced"]);
    }
}

/// A content that was stored, whose ledger is gone before it could be noted.
#[tokio::test]
async fn spoilt_it_is_put_aside_and_the_work_goes_on() {
    let mut chance = fastrand::Rng::with_seed(7);
    let mut noise = |size: usize| -> Vec<u8> { std::iter::repeat_with(|| chance.u8(..)).take(size).collect() };
    let half = |good: &[u8]| good[..good.len() / 2].to_vec();
    let torn = |good: &[u8]| {
        let mut bytes = good.to_vec();
        bytes.truncate(good.len() - 100);
        bytes
    };
    for kind in ["noise", "much noise", "half", "torn", "spoilt within", "nothing"] {
        let desk = two_sent(Mode::V1).await;
        let place = desk.state().join("ledger.db");
        let good = fs::read(&place).expect("a ledger");
        let mut seen = usize::from(kind != "nothing");
        let bad = match kind {
            "noise" => noise(100),
            "much noise" => noise(50_000),
            "half" => half(&good),
            "torn" => {
                // Its last page may be empty but for its head: then nothing is missing.
                seen = 0;
                torn(&good)
            }
            "spoilt within" => {
                let mut bytes = good.clone();
                let (from, to) = (good.len() / 4, good.len() / 4 * 3);
                bytes[from..to].copy_from_slice(&noise(to - from));
                bytes
            }
            _ => Vec::new(),
        };
        fs::write(&place, &bad).expect("written");
        unmark(&desk, "a.json");
        desk.produce("c.json", "[3]");
        let report = desk.pass().await;
        assert_eq!((report.synced, report.failed), (2, 0), "{kind}: {report:?}");
        assert!(aside(&desk.state()) >= seen, "{kind}: not kept for whoever wants to see it");
        assert_eq!(desk.marked(), ["a.json.synced", "b.json.synced", "c.json.synced"], "{kind}");
        for (name, text) in [("a.json", "[1]"), ("b.json", "[2]"), ("c.json", "[3]")] {
            assert_eq!(desk.copies(name, text), 1, "{kind}: {name}");
        }
    }
}

/// Pages that SQLite finds sound can hold what no ledger of ours would.
#[tokio::test]
async fn rows_that_make_no_sense_are_put_aside_with_it() {
    for spoil in [
        "UPDATE receipt SET source_sha256 = x'00'",
        "INSERT INTO item(root, name, stage, target) SELECT root, 'c.json', 'VERIFIED', 'c.json.synced' FROM receipt LIMIT 1",
        "DROP TABLE item",
        "ALTER TABLE receipt RENAME COLUMN at TO moment",
        "PRAGMA user_version = 0",
    ] {
        let desk = two_sent(Mode::V1).await;
        let db = rusqlite::Connection::open(desk.state().join("ledger.db")).expect("it opens");
        db.execute_batch(spoil).expect(spoil);
        db.close().expect("closed");
        desk.produce("c.json", "[3]");
        let report = desk.pass().await;
        assert_eq!((report.synced, report.failed), (1, 0), "{spoil}: {report:?}");
        assert_eq!(aside(&desk.state()), 1, "{spoil}");
        assert_eq!(desk.copies("c.json", "[3]"), 1, "{spoil}");
    }
}
