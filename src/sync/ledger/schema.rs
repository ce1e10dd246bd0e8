//! The tables of the ledger, and how those of an older version become them.
//!
//! In: an open database. Out: one with today's tables, or none that this version knows. Not here: rows (`store`).
//! No column can hold a URL, nor anything that a document says.

use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Each step brings the tables from the version before to its own: the first is version 1.
const STEPS: [&str; 2] = [
    "
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
",
    "
ALTER TABLE item ADD COLUMN guard TEXT;      -- JSON: what was done with how much of each kind
ALTER TABLE receipt ADD COLUMN guard TEXT;
CREATE TABLE choice(                         -- what a person decided about a content that the guard held back
  source_sha256 BLOB PRIMARY KEY, choice TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
",
];

fn version(db: &Connection) -> rusqlite::Result<usize> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

/// Whether there are tables of any version.
pub(super) fn is_begun(db: &Connection) -> rusqlite::Result<bool> {
    Ok(version(db)? > 0)
}

/// Makes what is missing. False: the tables are those of a newer program.
pub(super) fn bring_up(db: &Connection) -> rusqlite::Result<bool> {
    if version(db)? >= STEPS.len() {
        return Ok(version(db)? == STEPS.len());
    }
    db.execute_batch("BEGIN IMMEDIATE")?;
    // Another program may have done it meanwhile.
    let missing = STEPS.get(version(db)?..).unwrap_or_default();
    let done = missing.iter().try_for_each(|step| db.execute_batch(step));
    let done = done.and_then(|()| db.execute_batch(&format!("PRAGMA user_version = {}; COMMIT", STEPS.len())));
    if done.is_err() {
        let _ = db.execute_batch("ROLLBACK"); // SQLite may have done it already
    }
    done.map(|()| true)
}

/// A small value as a column holds it.
pub(super) fn written(value: Option<&impl Serialize>) -> Option<String> {
    value.and_then(|value| serde_json::to_string(value).ok())
}

/// What a newer version wrote and this one cannot read counts as nothing.
pub(super) fn read<T: DeserializeOwned>(text: Option<String>) -> Option<T> {
    text.and_then(|text| serde_json::from_str(&text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_tables_keep_their_rows() {
        let db = Connection::open_in_memory().expect("a database");
        db.execute_batch(&format!("{} PRAGMA user_version = 1;", STEPS[0])).expect("the first version");
        let row =
            "INSERT INTO receipt VALUES(1, '/r', 'a', 'a.synced', 1, 1, 1, 1, x'00', x'00', 1, 'b', 'k', 'p', 9, 0)";
        db.execute_batch(row).expect("a receipt");
        assert!(bring_up(&db).expect("brought up") && bring_up(&db).expect("nothing to do"));
        let guard: Option<String> = db.query_row("SELECT guard FROM receipt", [], |row| row.get(0)).expect("there");
        assert_eq!((guard, version(&db).expect("known")), (None, STEPS.len()));
    }

    #[test]
    fn tables_of_a_newer_program_are_left_alone() {
        let db = Connection::open_in_memory().expect("a database");
        assert!(!is_begun(&db).expect("empty"));
        db.execute_batch("PRAGMA user_version = 99").expect("newer");
        assert!(!bring_up(&db).expect("left alone"));
    }
}
