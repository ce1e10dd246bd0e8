//! Documents and ledgers that nobody wrote (`crate::fuzzing`).

use std::path::{Path, PathBuf};

use super::document::json;
use super::ledger::Store;

/// In one piece or in parts, the same documents are whole.
pub(crate) fn document(bytes: &[u8]) {
    let whole = json::check(bytes);
    let streamed = json::check_stream(&mut Drops(bytes));
    assert_eq!(whole.is_ok(), streamed.is_ok(), "{whole:?}, {streamed:?}");
}

pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    json::check(bytes).is_ok()
}

/// Whatever lies there, a ledger can be opened: as it is, or as a new one beside what was put aside.
pub(crate) fn ledger(bytes: &[u8]) {
    let folder = Folder::new();
    let path = folder.0.join("ledger.db");
    std::fs::write(&path, bytes).expect("written");
    match Store::open_or_replace(&path, Path::new("/nowhere")) {
        Ok((store, loaded)) => {
            drop(store);
            if let Some(aside) = loaded.moved_aside {
                let kept = std::fs::read(aside).expect("put aside, not deleted");
                // A database of an older version may have been brought up before a row of it made no sense.
                let untouched = kept == bytes || (bytes.starts_with(b"SQLite format 3\0") && !kept.is_empty());
                assert!(untouched, "{} bytes are left of {}", kept.len(), bytes.len());
            }
        }
        // A ledger of a newer version is left alone, and said to be one.
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert!(std::fs::read(&path).expect("left alone") == bytes, "{error}, and it was changed");
        }
    }
}

/// Three bytes at a time.
struct Drops<'b>(&'b [u8]);

impl std::io::Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(3);
        self.0.read(&mut buffer[..most])
    }
}

/// A folder that goes when it is done with.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("outtray-fuzz-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&path).expect("a temporary folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
