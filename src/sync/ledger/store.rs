//! The SQL of the ledger.
//!
//! WAL with `synchronous = FULL`: a commit is on disk when it returns, at the price of one flush a transaction.
//! No column can hold a URL. Not here: the tables (`schema`).

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::delivery::TAKEN_AWAY;
use super::rows::{Identity, Intended, Intent, Loaded, Marked, Open, Progress, Sha256, Stored};
use super::schema::{self, is_damage};
use super::{LedgerError, aside};
use crate::platform::dir::FileId;

/// How long after marking a `.synced` file is watched for a writer that came late, in seconds.
pub(in crate::sync) const AUDIT_SECS: i64 = 24 * 3600;

const RECEIPT: &str =
    "name, target, device, inode, size, mtime_ns, source_sha256, wire_sha256, wire_size, guard, bucket, object_key,
     proof, at, ctime_ns";

/// One open database, seen from one watched folder.
#[derive(Debug)]
pub(in crate::sync) struct Store {
    pub(super) db: Connection,
    root: String,
}

impl Store {
    /// Opens for writing; a damaged file is moved aside and a new one begun. Answers what it holds. Rows that cannot
    /// be read are damage, too: SQLite itself only knows whether its pages are sound.
    pub(in crate::sync) fn open_or_replace(path: &Path, root: &Path) -> Result<(Self, Loaded), LedgerError> {
        match Self::open_and_load(path, root) {
            Ok(opened) => Ok(opened),
            Err(error) if is_damage(&error) && path.exists() => {
                let aside = aside(path);
                std::fs::rename(path, &aside).map_err(|error| LedgerError::Broken(error.to_string()))?;
                for ending in ["db-wal", "db-shm"] {
                    // Leftovers of the damaged file must not be applied to the new one.
                    let _ = std::fs::remove_file(path.with_extension(ending));
                }
                let (store, loaded) = Self::open_and_load(path, root)?;
                Ok((store, Loaded { moved_aside: Some(aside), ..loaded }))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn open_and_load(path: &Path, root: &Path) -> rusqlite::Result<(Self, Loaded)> {
        let store = Self::of(schema::open(path)?, root);
        let loaded = store.read_all()?;
        Ok((store, loaded))
    }

    fn of(db: Connection, root: &Path) -> Self {
        Self { db, root: root.to_string_lossy().into_owned() }
    }

    /// Opens an existing ledger beside a running engine; `None` when there is none yet.
    pub(in crate::sync) fn open_beside(path: &Path, root: &Path) -> Result<Option<Self>, LedgerError> {
        Ok(schema::open_beside(path)?.map(|db| Self::of(db, root)))
    }

    pub(super) fn begin(&self) -> Result<(), LedgerError> {
        Ok(self.db.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Ends the transaction; what could not be committed is rolled back.
    pub(super) fn commit(&self) -> Result<(), LedgerError> {
        if self.db.is_autocommit() {
            // A full disk makes SQLite roll back by itself: steps that seemed well are gone, too.
            return Err(LedgerError::Broken("the disk did not take the changes".into()));
        }
        self.db.execute_batch("COMMIT").map_err(|error| {
            let _ = self.db.execute_batch("ROLLBACK"); // SQLite may have done it already
            LedgerError::from(error)
        })
    }

    pub(in crate::sync) fn load(&self) -> Result<Loaded, LedgerError> {
        Ok(self.read_all()?)
    }

    fn read_all(&self) -> rusqlite::Result<Loaded> {
        let (synced_total, bytes_total, last_success) =
            self.db.query_row("SELECT count(*), coalesce(sum(wire_size), 0), max(at) FROM receipt", [], |row| {
                Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64, row.get(2)?))
            })?;
        let since = jiff::Timestamp::now().as_second() - AUDIT_SECS;
        Ok(Loaded {
            open: self.items()?,
            recent: self.receipts(
                "root = ?1 AND at >= ?2 AND NOT removed ORDER BY id DESC LIMIT 100000",
                params![self.root, since],
            )?,
            synced_total,
            bytes_total,
            last_success,
            paused_until: self.paused_until()?,
            choices: self.choices()?,
            redacted: self.redacted()?,
            moved_aside: None,
        })
    }

    pub(in crate::sync) fn open_items(&self) -> Result<Vec<(String, Open)>, LedgerError> {
        Ok(self.items()?)
    }

    fn items(&self) -> rusqlite::Result<Vec<(String, Open)>> {
        let mut query = self.db.prepare_cached(
            "SELECT name, stage, device, inode, size, mtime_ns, source_sha256, wire_sha256, wire_size, guard, bucket,
             object_key, proof, target, origin, starts, fails, kind, reason, parked FROM item WHERE root = ?1",
        )?;
        query.query_map([&self.root], |row| Ok((row.get(0)?, open_of(row)?)))?.collect()
    }

    pub(super) fn intend(&self, name: &str, intent: &Intent) -> Result<Intended, LedgerError> {
        let Intent { identity, source_sha256, wire_sha256, wire_size, guarded } = intent;
        // Other content begins a new count; the stage is kept for an orphan, whose origin must not be lost. The same content
        // keeps the time at which it was first seen, however often it is touched or written again: the key holds that time.
        let created_ns = self.db
            .prepare_cached(
                "INSERT INTO item(root, name, stage, device, inode, size, mtime_ns, source_sha256, wire_sha256, wire_size, guard,
                   created_ns, starts)
                 VALUES(?1, ?2, 'INTENT', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?6, 1)
                 ON CONFLICT(root, name) DO UPDATE SET
                   stage = CASE stage WHEN 'ORPHAN' THEN 'ORPHAN' ELSE 'INTENT' END,
                   starts = CASE WHEN source_sha256 IS excluded.source_sha256 THEN starts + 1 ELSE 1 END,
                   fails = CASE WHEN source_sha256 IS excluded.source_sha256 THEN fails ELSE 0 END,
                   created_ns = CASE WHEN source_sha256 IS excluded.source_sha256 THEN coalesce(created_ns, mtime_ns)
                                ELSE excluded.created_ns END,
                   kind = NULL, reason = NULL, parked = 0, device = excluded.device, inode = excluded.inode,
                   size = excluded.size, mtime_ns = excluded.mtime_ns, source_sha256 = excluded.source_sha256,
                   wire_sha256 = excluded.wire_sha256, wire_size = excluded.wire_size, guard = excluded.guard
                 RETURNING created_ns",
            )?
            .query_row(params![
                self.root,
                name,
                identity.id.device as i64,
                identity.id.inode as i64,
                identity.size as i64,
                identity.mtime_ns,
                source_sha256,
                wire_sha256,
                *wire_size as i64,
                schema::written(guarded.as_ref())
            ], |row| row.get(0))?;
        let mut same = self.receipts(
            "root = ?1 AND name = ?2 AND device = ?3 AND inode = ?4 AND size = ?5 AND mtime_ns = ?6 AND source_sha256 = ?7
             AND wire_sha256 = ?8 ORDER BY id DESC LIMIT 1",
            params![
                self.root,
                name,
                identity.id.device as i64,
                identity.id.inode as i64,
                identity.size as i64,
                identity.mtime_ns,
                source_sha256,
                wire_sha256
            ],
        )?;
        Ok(Intended { before: same.pop(), created_ns })
    }

    pub(super) fn verified(&self, name: &str, stored: &Stored, target: &str) -> Result<(), LedgerError> {
        self.db
            .prepare_cached(
                "UPDATE item SET stage = 'VERIFIED', bucket = ?3, object_key = ?4, proof = ?5, target = ?6
                 WHERE root = ?1 AND name = ?2",
            )?
            .execute(params![self.root, name, stored.bucket, stored.key, stored.proof, target])?;
        Ok(())
    }

    pub(super) fn done(&self, name: &str, marked: &Marked) -> Result<(), LedgerError> {
        let Marked { target, intent, stored, at, .. } = marked;
        self.forget(name)?;
        self.db
            .prepare_cached(&format!(
                "INSERT INTO receipt(root, {RECEIPT}) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
            ))?
            .execute(params![
                self.root,
                marked.name,
                target,
                intent.identity.id.device as i64,
                intent.identity.id.inode as i64,
                intent.identity.size as i64,
                intent.identity.mtime_ns,
                intent.source_sha256,
                intent.wire_sha256,
                intent.wire_size as i64,
                schema::written(intent.guarded.as_ref()),
                stored.bucket,
                stored.key,
                stored.proof,
                at,
                marked.changed
            ])?;
        if target == TAKEN_AWAY {
            self.removed(&marked.name, target)?; // no policy need look for it
        }
        Ok(())
    }

    pub(super) fn forget(&self, name: &str) -> Result<(), LedgerError> {
        self.db.prepare_cached("DELETE FROM item WHERE root = ?1 AND name = ?2")?.execute(params![self.root, name])?;
        Ok(())
    }

    pub(super) fn orphan(&self, target: &str, origin: &str) -> Result<(), LedgerError> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO item(root, name, stage, origin) VALUES(?1, ?2, 'ORPHAN', ?3)")?
            .execute(params![self.root, target, origin])?;
        Ok(())
    }

    pub(super) fn failed(&self, name: &str, progress: &Progress) -> Result<(), LedgerError> {
        let (kind, reason) = progress.trouble.clone().unzip();
        self.db
            .prepare_cached(
                "UPDATE item SET starts = ?3, fails = ?4, kind = ?5, reason = ?6, parked = ?7 WHERE root = ?1 AND name = ?2",
            )?
            .execute(params![self.root, name, progress.starts, progress.fails, kind, reason, progress.parked])?;
        Ok(())
    }

    pub(super) fn touched(&self, files: &[(String, String, i64)]) -> Result<(), LedgerError> {
        let mut update =
            self.db.prepare_cached("UPDATE receipt SET ctime_ns = ?4 WHERE root = ?1 AND name = ?2 AND target = ?3")?;
        for (name, target, changed) in files {
            update.execute(params![self.root, name, target, changed])?;
        }
        Ok(())
    }

    pub(super) fn removed(&self, name: &str, target: &str) -> Result<(), LedgerError> {
        // The name is what the index knows.
        self.db
            .prepare_cached("UPDATE receipt SET removed = 1 WHERE root = ?1 AND name = ?2 AND target = ?3")?
            .execute(params![self.root, name, target])?;
        Ok(())
    }

    pub(super) fn removed_all(&self, numbers: &[i64]) -> Result<(), LedgerError> {
        let mut update = self.db.prepare_cached("UPDATE receipt SET removed = 1 WHERE id = ?1")?;
        for number in numbers {
            update.execute([number])?;
        }
        Ok(())
    }

    pub(super) fn marked_before(&self, before: i64, after: i64) -> Result<Vec<(i64, Marked)>, LedgerError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {RECEIPT}, id FROM receipt WHERE root = ?1 AND at < ?2 AND NOT removed AND id > ?3
             ORDER BY id LIMIT 1000"
        ))?;
        let rows = query.query_map(params![self.root, before, after], |row| Ok((row.get(15)?, marked_of(row)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(in crate::sync) fn receipt_of(&self, name: &str) -> Result<Option<Marked>, LedgerError> {
        let mut found = self
            .receipts("root = ?1 AND (name = ?2 OR target = ?2) ORDER BY id DESC LIMIT 1", params![self.root, name])?;
        Ok(found.pop())
    }

    /// Newest first, of all folders.
    pub(in crate::sync) fn history(&self, limit: usize) -> Result<Vec<Marked>, LedgerError> {
        Ok(self.receipts("1 ORDER BY id DESC LIMIT ?1", params![limit as i64])?)
    }

    /// Hours since 1970 with a receipt: files and bytes of each, of all folders.
    pub(in crate::sync) fn hours(&self, first: i64) -> Result<Vec<(i64, i64, i64)>, LedgerError> {
        let hours = "SELECT at / 3600, count(*), sum(wire_size) FROM receipt WHERE at >= ?1 * 3600 GROUP BY 1";
        let mut query = self.db.prepare_cached(hours)?;
        let rows = query.query_map([first], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Held files are tried again by the next pass; answers how many there were.
    pub(in crate::sync) fn release(&self, name: Option<&str>) -> Result<u64, LedgerError> {
        let changed = self.db.execute(
            "UPDATE item SET fails = 0, starts = 0, kind = NULL, reason = NULL, parked = 0
             WHERE root = ?1 AND (?2 IS NULL OR name = ?2)",
            params![self.root, name],
        )?;
        Ok(changed as u64)
    }

    fn paused_until(&self) -> rusqlite::Result<Option<i64>> {
        let text: Option<String> =
            self.db.query_row("SELECT value FROM meta WHERE key = 'paused_until'", [], |row| row.get(0)).optional()?;
        Ok(text.and_then(|text| text.parse().ok()))
    }

    pub(in crate::sync) fn set_pause(&self, until: Option<i64>) -> Result<(), LedgerError> {
        match until {
            Some(at) => self
                .db
                .execute("INSERT OR REPLACE INTO meta(key, value) VALUES('paused_until', ?1)", [at.to_string()])?,
            None => self.db.execute("DELETE FROM meta WHERE key = 'paused_until'", [])?,
        };
        Ok(())
    }

    fn receipts(&self, rest: &str, values: impl rusqlite::Params) -> rusqlite::Result<Vec<Marked>> {
        let mut query = self.db.prepare_cached(&format!("SELECT {RECEIPT} FROM receipt WHERE {rest}"))?;
        query.query_map(values, marked_of)?.collect()
    }
}

fn marked_of(row: &Row<'_>) -> rusqlite::Result<Marked> {
    Ok(Marked {
        name: row.get(0)?,
        target: row.get(1)?,
        intent: intent_of(row, 2)?,
        stored: Stored { bucket: row.get(10)?, key: row.get(11)?, proof: row.get(12)? },
        at: row.get(13)?,
        changed: row.get(14)?,
    })
}

/// Eight columns from `first` on.
fn intent_of(row: &Row<'_>, first: usize) -> rusqlite::Result<Intent> {
    Ok(Intent {
        identity: identity_of(row, first)?,
        source_sha256: row.get::<_, Sha256>(first + 4)?,
        wire_sha256: row.get::<_, Sha256>(first + 5)?,
        wire_size: row.get::<_, i64>(first + 6)? as u64,
        guarded: schema::read(row.get(first + 7)?),
    })
}

fn identity_of(row: &Row<'_>, first: usize) -> rusqlite::Result<Identity> {
    Ok(Identity {
        id: FileId { device: row.get::<_, i64>(first)? as u64, inode: row.get::<_, i64>(first + 1)? as u64 },
        size: row.get::<_, i64>(first + 2)? as u64,
        mtime_ns: row.get(first + 3)?,
    })
}

fn open_of(row: &Row<'_>) -> rusqlite::Result<Open> {
    Ok(match row.get::<_, String>(1)?.as_str() {
        "VERIFIED" => Open::Verified {
            intent: intent_of(row, 2)?,
            stored: Stored { bucket: row.get(10)?, key: row.get(11)?, proof: row.get(12)? },
            target: row.get(13)?,
        },
        "ORPHAN" => Open::Orphan { origin: row.get(14)? },
        _ => Open::Intent {
            identity: identity_of(row, 2)?,
            progress: Progress {
                starts: row.get(15)?,
                fails: row.get(16)?,
                trouble: row.get::<_, Option<String>>(17)?.zip(row.get::<_, Option<String>>(18)?),
                parked: row.get(19)?,
            },
        },
    })
}
