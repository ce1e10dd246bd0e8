//! The ledger's file as a crash at any moment leaves it: what was committed is there, what was not is not.
//!
//! Random steps for a few names, in transactions; the files are copied as they lie there, as a killed process leaves them
//! (with the write-ahead log and without a checkpoint), and a ledger is opened on the copy.
//! Not here: the program killed between steps (`tests/it/crash.rs`), damaged files (`fuzzing`).

use std::collections::BTreeMap;
use std::path::Path;

use super::rows::{Identity, Intent, Marked, Open, Progress, Stored};
use super::store::Store;
use crate::platform::dir::FileId;

const NAMES: [&str; 4] = ["a.json", "b.json", "c.json", "a.json.synced"];
const ROOT: &str = "/watched";

/// What the ledger should hold.
#[derive(Debug, Clone, Default, PartialEq)]
struct Model {
    open: BTreeMap<String, Open>,
    /// Content of each intent; the ledger keeps it and `Open` does not show it.
    intents: BTreeMap<String, Intent>,
    receipts: Vec<(String, u8)>,
}

fn intent(content: u8) -> Intent {
    let identity = Identity { id: FileId { device: 1, inode: u64::from(content) }, size: 1, mtime_ns: 1 };
    Intent { identity, source_sha256: [content; 32], wire_sha256: [content; 32], wire_size: 1, guarded: None }
}

fn stored(content: u8) -> Stored {
    Stored { bucket: "bucket".into(), key: format!("key {content}"), proof: "sha256".into() }
}

/// One step as the engine takes it, in the file and in the model.
fn step(store: &Store, model: &mut Model, chance: &mut fastrand::Rng) {
    let name = (*chance.choice(NAMES).expect("some")).to_owned();
    let known = model.open.get(&name).cloned();
    match (chance.u8(0..6), known) {
        (0..2, None | Some(Open::Intent { .. })) => {
            let now = intent(chance.u8(1..40));
            store.intend(&name, &now).expect("written");
            let same = model.intents.get(&name).is_some_and(|before| before.source_sha256 == now.source_sha256);
            let before = match model.open.get(&name) {
                Some(Open::Intent { progress, .. }) if same => progress.clone(),
                _ => Progress::default(),
            };
            let progress = Progress { starts: before.starts + 1, fails: before.fails, ..Progress::default() };
            model.open.insert(name.clone(), Open::Intent { identity: now.identity, progress });
            model.intents.insert(name, now);
        }
        (2..4, Some(Open::Intent { .. })) => {
            let (intent, target) = (model.intents[&name].clone(), format!("{name}.synced"));
            let stored = stored(intent.source_sha256[0]);
            store.verified(&name, &stored, &target).expect("written");
            model.open.insert(name, Open::Verified { intent, stored, target });
        }
        (2..4, Some(Open::Verified { intent, stored, target })) => {
            let content = intent.source_sha256[0];
            let marked = Marked { name: name.clone(), target, intent, stored, changed: None, at: 1 };
            store.done(&name, &marked).expect("written");
            model.receipts.push((name.clone(), content));
            model.open.remove(&name);
        }
        (4, Some(Open::Intent { identity, progress })) => {
            let trouble = Some(("put.interrupted".to_owned(), "the line broke".to_owned()));
            let progress = Progress { fails: progress.fails + 1, trouble, ..progress };
            store.failed(&name, &progress).expect("written");
            model.open.insert(name, Open::Intent { identity, progress });
        }
        (5, Some(Open::Verified { target, .. })) => {
            // Other content stands under the marked name, and its own is taken.
            store.forget(&name).expect("written");
            model.open.remove(&name);
            model.intents.remove(&name);
            if NAMES.contains(&target.as_str()) && !model.open.contains_key(&target) {
                store.orphan(&target, &name).expect("written");
                model.open.insert(target, Open::Orphan { origin: name });
            }
        }
        (5, Some(Open::Orphan { .. } | Open::Intent { .. })) => {
            store.forget(&name).expect("written");
            model.open.remove(&name);
            model.intents.remove(&name);
        }
        _ => {}
    }
}

/// The files as they lie there now, opened somewhere else.
fn after_a_crash(folder: &Path) -> Model {
    let copy = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        // The shared memory of a dead process is nobody's.
        if !entry.file_name().to_string_lossy().ends_with("-shm") {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("copied");
        }
    }
    let (store, loaded) = Store::open_or_replace(&copy.path().join("ledger.db"), Path::new(ROOT)).expect("it opens");
    assert_eq!(loaded.moved_aside, None, "a crash is no damage");
    let receipts = store.history(usize::MAX >> 1).expect("it reads").into_iter().rev();
    let receipts: Vec<_> = receipts.map(|marked| (marked.name, marked.intent.source_sha256[0])).collect();
    assert_eq!(loaded.synced_total as usize, receipts.len());
    Model { open: loaded.open.into_iter().collect(), intents: BTreeMap::new(), receipts }
}

#[test]
fn any_crash_leaves_what_was_committed_and_nothing_else() {
    let seed = fastrand::u64(..);
    let mut chance = fastrand::Rng::with_seed(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let (store, _) = Store::open_or_replace(&folder.path().join("ledger.db"), Path::new(ROOT)).expect("it opens");
    let (mut model, mut crashes) = (Model::default(), 0);
    for _ in 0..150 {
        let committed = model.clone();
        store.begin().expect("begun");
        for _ in 0..chance.u8(1..6) {
            step(&store, &mut model, &mut chance);
        }
        let shown = |model: &Model| Model { intents: BTreeMap::new(), ..model.clone() };
        if chance.u8(0..4) == 0 {
            assert_eq!(after_a_crash(folder.path()), shown(&committed), "before the commit, seed {seed}");
            crashes += 1;
        }
        store.commit().expect("committed");
        if chance.u8(0..4) == 0 {
            assert_eq!(after_a_crash(folder.path()), shown(&model), "after the commit, seed {seed}");
            crashes += 1;
        }
    }
    assert!(crashes > 20 && model.receipts.len() > 20, "{crashes} crashes, {} receipts", model.receipts.len());
}
