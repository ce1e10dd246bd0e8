//! The tables of the ledger, from the first version to this one.
//!
//! In: a file. Out: a database of this version, or the finding that it is damaged. A later version only ever adds columns
//! that may be empty. Not here: what is written into them (`store`).

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use serde::Serialize;
use serde::de::DeserializeOwned;

const VERSION: i32 = 4;

const SCHEMA: &str = "
CREATE TABLE item(
  root TEXT NOT NULL,              -- the watched folder
  name TEXT NOT NULL,              -- relative to it; for an orphan the marked name
  stage TEXT NOT NULL CHECK(stage IN ('INTENT','VERIFIED','ORPHAN')),
  device INTEGER, inode INTEGER, size INTEGER, mtime_ns INTEGER,
  source_sha256 BLOB, wire_sha256 BLOB, wire_size INTEGER,
  bucket TEXT, object_key TEXT, proof TEXT, target TEXT, origin TEXT,
  starts INTEGER NOT NULL DEFAULT 0, fails INTEGER NOT NULL DEFAULT 0,
  kind TEXT, reason TEXT, parked INTEGER NOT NULL DEFAULT 0,   -- of the last failure
  PRIMARY KEY(root, name)) WITHOUT ROWID;
CREATE TABLE receipt(
  id INTEGER PRIMARY KEY, root TEXT NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL,
  device INTEGER NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
  source_sha256 BLOB NOT NULL, wire_sha256 BLOB NOT NULL, wire_size INTEGER NOT NULL,
  bucket TEXT NOT NULL, object_key TEXT NOT NULL, proof TEXT NOT NULL,
  at INTEGER NOT NULL, removed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX receipt_name ON receipt(root, name);
CREATE INDEX receipt_at ON receipt(at);
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
";

const GUARD: &str = "
ALTER TABLE item ADD COLUMN guard TEXT;      -- JSON: what was done with how much of each kind
ALTER TABLE receipt ADD COLUMN guard TEXT;
CREATE TABLE choice(                         -- what a person decided about a file that the guard held back:
                                             -- the hash of its content's hash and its name
  source_sha256 BLOB PRIMARY KEY, choice TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
";

/// What each version has added to the one before; the first makes the tables.
const STEPS: [&str; VERSION as usize] = [
    SCHEMA,
    "ALTER TABLE receipt ADD COLUMN ctime_ns INTEGER;",
    GUARD,
    "ALTER TABLE item ADD COLUMN created_ns INTEGER;",
];

/// Opens or creates, for the one engine that writes.
pub(super) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(5))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.set_prepared_statement_cache_capacity(32);
    let sound: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if sound != "ok" || !bring_up(&db)? {
        return Err(damage());
    }
    Ok(db)
}

/// Opens an existing one beside a running engine; `None` when there is none yet, or one of a later version.
pub(super) fn open_beside(path: &Path) -> rusqlite::Result<Option<Connection>> {
    if !path.exists() {
        return Ok(None);
    }
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(Duration::from_secs(5))?;
    // Empty: its engine is about to fill it.
    Ok((version(&db)? > 0 && bring_up(&db)?).then_some(db))
}

/// Makes an older database one of this version, whole or not at all. False: it is of a later one.
fn bring_up(db: &Connection) -> rusqlite::Result<bool> {
    if version(db)? < VERSION {
        db.execute_batch("BEGIN IMMEDIATE")?;
        // Somebody else may have done it while the lock was waited for.
        let missing = STEPS.iter().skip(usize::try_from(version(db)?).unwrap_or(0));
        for (step, number) in missing.zip(version(db)? + 1..) {
            db.execute_batch(&format!("{step} PRAGMA user_version = {number};"))?;
        }
        db.execute_batch("COMMIT")?;
    }
    Ok(version(db)? == VERSION)
}

fn version(db: &Connection) -> rusqlite::Result<i32> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// A small value as a column holds it.
pub(super) fn written(value: Option<&impl Serialize>) -> Option<String> {
    value.and_then(|value| serde_json::to_string(value).ok())
}

/// What a newer version wrote and this one cannot read counts as nothing.
pub(super) fn read<T: DeserializeOwned>(text: Option<String>) -> Option<T> {
    text.and_then(|text| serde_json::from_str(&text).ok())
}

/// Not a database, or one that contradicts itself: to be replaced, and never to be trusted. A missing table or column is
/// `Unknown`; what no column may hold has no code of SQLite's.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, None | Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown))
}

fn damage() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ledger that an earlier version wrote keeps its receipts; what it did not know is unknown.
    #[test]
    fn an_older_ledger_is_brought_up_and_one_of_the_future_is_left_alone() {
        let place = tempfile::tempdir().expect("a folder");
        for (name, opens) in
            [("alone.db", open as fn(&Path) -> _), ("beside.db", |path| Ok(open_beside(path)?.expect("one")))]
        {
            let path = place.path().join(name);
            let old = Connection::open(&path).expect("new");
            old.execute_batch(&format!("{SCHEMA} PRAGMA user_version = 1;")).expect("made");
            old.execute_batch(
                "INSERT INTO receipt VALUES(1, '/m', 'a.json', 'a.json.synced', 1, 2, 3, 4, zeroblob(32), zeroblob(32), 3,
                 'bucket', 'key', 'sha256', 5, 0)",
            )
            .expect("written");
            drop(old);
            let db = opens(&path).expect("it opens");
            let kept = db.query_row("SELECT name, guard FROM receipt", [], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?))
            });
            assert_eq!((kept.expect("read"), version(&db).expect("read")), (("a.json".into(), None), VERSION));
            drop(db);
            opens(&path).expect("and again");
        }
        let path = place.path().join("future.db");
        Connection::open(&path).expect("new").pragma_update(None, "user_version", VERSION + 1).expect("set");
        assert!(open_beside(&path).expect("read").is_none());
        assert!(is_damage(&open(&path).expect_err("not ours to read")));
    }
}
