//! Removes marked files whose time is over, page by page, beside the engine's loop.
//!
//! In: the open folder and the ledger. Out: files removed, and the ledger told of each page at once. A name that is not
//! found counts as removed only in the folder, and on the disk, that the receipt speaks of: an empty mount point is not.
//! Not here: whether and when (`engine::looks`), the conditions of one removal (`courier::remove_marked`).

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use super::courier::remove_marked;
use super::ledger::{Ledger, LedgerError, Marked};
use super::scan;
use crate::platform::dir::{Dir, FileId};
use crate::platform::lock::FolderLock;

#[derive(Debug, Clone)]
pub(super) struct Ground {
    pub dir: Arc<Dir>,
    pub path: PathBuf,
    pub id: FileId,
    /// Kept for as long as anything is removed in the folder.
    pub _lock: Arc<FolderLock>,
}

/// Goes through every receipt from before `before` (seconds since 1970), until it is told to leave.
pub(super) async fn sweep(
    ground: Ground,
    ledger: Ledger,
    before: i64,
    leave: watch::Receiver<bool>,
) -> Result<(), LedgerError> {
    let mut after = 0;
    while !*leave.borrow() {
        let page = ledger.marked_before(before, after).await?;
        let Some((last, _)) = page.last() else { break };
        after = *last;
        let ground = ground.clone();
        let removed = tokio::task::spawn_blocking(move || ground.remove(&page)).await.unwrap_or_default();
        if !removed.is_empty() {
            ledger.removed_all(removed).await?;
        }
    }
    Ok(())
}

impl Ground {
    /// Answers the numbers of the receipts whose files are gone now.
    fn remove(&self, page: &[(i64, Marked)]) -> Vec<i64> {
        let here = Dir::open(&self.path).and_then(|dir| dir.stat_self());
        if !here.is_ok_and(|stat| stat.id == self.id) {
            return Vec::new();
        }
        let is_gone = |marked: &Marked| {
            let Ok((dir, leaf)) = scan::resolve(&self.dir, &marked.target) else { return false };
            let device = marked.intent.identity.id.device;
            dir.stat_self().is_ok_and(|stat| stat.id.device == device) && remove_marked(&dir, leaf.as_ref(), marked)
        };
        page.iter().filter(|(_, marked)| is_gone(marked)).map(|(number, _)| *number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::ledger::{Identity, Intent, Stored};
    use super::*;
    use crate::platform::lock::Taken;
    use crate::remote::Source;

    /// Of the bytes `{}`.
    fn receipt(target: &str, identity: Identity) -> Marked {
        let sha256 = super::super::document::sums_of(b"{}").wire(Source::Memory(bytes::Bytes::new())).sha256;
        Marked {
            name: target.trim_end_matches(".synced").to_owned(),
            target: target.to_owned(),
            intent: Intent { identity, source_sha256: sha256, wire_sha256: sha256, wire_size: 2, guarded: None },
            stored: Stored { bucket: "bucket".into(), key: "key".into(), proof: "etag".into() },
            changed: None,
            at: 1,
        }
    }

    #[tokio::test]
    async fn what_cannot_be_removed_blocks_nothing_and_other_disks_are_left_alone() {
        let (place, state) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        for name in ["changed.json.synced", "old.json.synced"] {
            std::fs::write(place.path().join(name), "{}").expect("written");
        }
        let dir = Arc::new(Dir::open(place.path()).expect("it opens"));
        let Ok(Taken::Ours(lock)) = FolderLock::take(&dir) else { panic!("the folder is free") };
        let id = dir.stat_self().expect("there").id;
        let old = Identity::from(&dir.stat("old.json.synced".as_ref()).expect("there"));
        let ground = Ground { dir, path: place.path().to_owned(), id, _lock: Arc::new(lock) };
        let ledger = Ledger::open(state.path(), place.path()).expect("new").0;

        let changed = receipt("changed.json.synced", Identity { mtime_ns: 0, ..old });
        let elsewhere = FileId { device: id.device + 1, ..old.id };
        let written = (0..1100).map(|_| ledger.done(&changed.name, changed.clone()));
        futures_util::future::try_join_all(written).await.expect("written");
        for marked in
            [receipt("elsewhere.json.synced", Identity { id: elsewhere, ..old }), receipt("old.json.synced", old)]
        {
            ledger.done(&marked.name, marked.clone()).await.expect("written");
        }

        let (_stay, leave) = watch::channel(false);
        sweep(ground, ledger.clone(), i64::MAX, leave).await.expect("it sweeps");
        assert!(!place.path().join("old.json.synced").exists(), "those before it held it up");
        assert!(place.path().join("changed.json.synced").exists());
        let left = ledger.marked_before(i64::MAX, 1100).await.expect("read");
        let left: Vec<_> = left.iter().map(|(_, marked)| marked.target.as_str()).collect();
        assert_eq!(left, ["elsewhere.json.synced"], "what lies on another disk is not gone");
    }

    /// What was wrong: other bytes of the same size and time (`cp -p`) were removed with the mark, and had never been sent.
    #[test]
    fn what_was_copied_over_a_marked_file_is_not_removed() {
        let place = tempfile::tempdir().expect("a folder");
        let dir = Dir::open(place.path()).expect("it opens");
        let marked = |name: &str, bytes: &str, changed| {
            std::fs::write(place.path().join(name), bytes).expect("written");
            let stat = dir.stat(name.as_ref()).expect("there");
            Marked { changed, ..receipt(name, Identity::from(&stat)) }
        };
        for changed in [None, Some(1)] {
            let removed = |marked: &Marked| remove_marked(&dir, marked.target.as_ref(), marked);
            assert!(!removed(&marked("other.json.synced", "[]", changed)), "{changed:?}");
            assert!(place.path().join("other.json.synced").exists());
            assert!(removed(&marked("touched.json.synced", "{}", changed)), "{changed:?}");
            assert!(!place.path().join("touched.json.synced").exists());
        }
    }
}
