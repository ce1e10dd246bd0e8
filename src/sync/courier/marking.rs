//! From the proof to the mark: the looks at the file, the rename, and the removal where the policy wants it.
//!
//! In: what was sent. Out: what stands there now, whether the rename went well. A file is what was sent when its facts say
//! so; a copy over it that keeps size and time (`cp -p`) shows in the time of its last change alone, which moves for
//! lesser reasons, too: then the bytes decide. Not here: which step follows (`delivery`).

use std::ffi::{OsStr, OsString};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::super::delivery::Seen;
use super::super::document::{self, Content, Hold, IN_MEMORY};
use super::super::ledger::{Identity, Intent, LedgerError, Marked, Open, changed};
use super::{Outcome, Trip};
use crate::files::synced_name;
use crate::platform::dir::{Dir, Kind, Stat, still_being_written};

/// A rename that meets a file held by another program is tried this often, with this pause.
const BUSY_TRIES: u32 = 10;
const BUSY_PAUSE: Duration = Duration::from_millis(500);

impl Trip {
    /// A free marked name. Where the folder cannot be asked now, the usual one: that the content is in S3 must be written
    /// down first of all, and the rename replaces nothing.
    pub(super) fn mark(&self) -> Result<OsString, Hold> {
        let leaf = self.leaf(&self.job.name);
        document::free_mark(&self.dir, leaf).or_else(|hold| match self.job.open {
            Some(Open::Verified { .. }) => Err(hold),
            _ => Ok(synced_name(leaf, 0)),
        })
    }

    /// As an earlier life of the process has left it. Bytes are read where facts differ and nothing stands under `target`.
    pub(super) async fn look(&mut self, intent: &Intent, target: &str) -> Seen {
        let stat = self.dir.stat(self.leaf(&self.job.name));
        let renamed = self.dir.stat(self.leaf(target)).is_ok();
        match stat {
            Ok(stat) if !renamed && Identity::from(&stat) != intent.identity => self.bytes(&stat, intent).await,
            stat => self.found(stat),
        }
    }

    /// A file with other facts than those of what was sent: touched, or written again, perhaps with the same bytes.
    async fn bytes(&mut self, stat: &Stat, intent: &Intent) -> Seen {
        if stat.size == intent.identity.size
            && let Ok(Some(content)) = self.content(&self.job.name, stat.size).await
        {
            self.changed = content.changed;
            return Seen::Content(content.identity, content.sha256);
        }
        Seen::Found(Some(Identity::from(stat)))
    }

    fn found(&mut self, stat: io::Result<Stat>) -> Seen {
        match stat {
            Ok(stat) => Seen::Found(Some(Identity::from(&stat))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Seen::Found(None),
            Err(error) => self.unmarked(&error),
        }
    }

    /// As [`Trip::look`], down to the bytes; a writer that has the file open at this moment is waited for.
    pub(super) async fn look_before(&mut self, intent: &Intent) -> Seen {
        fail::fail_point!("look_before");
        let name = self.leaf(&self.job.name);
        let written = match self.dir.open_file(name) {
            Ok(file) => still_being_written(&file) == Some(true),
            Err(error) => error.kind() == io::ErrorKind::ResourceBusy,
        };
        if written {
            return self.hold(Hold::Writing);
        }
        match self.dir.stat(name) {
            Ok(stat) if Identity::from(&stat) == intent.identity && self.is_written_over(&stat, intent).await => {
                // No file has this time: the content is another one, and is read anew.
                Seen::Found(Some(Identity { mtime_ns: i64::MIN, ..intent.identity }))
            }
            Ok(stat) if Identity::from(&stat) != intent.identity => self.bytes(&stat, intent).await,
            stat => self.found(stat),
        }
    }

    /// Whether other bytes stand in a file whose facts are those of what was sent. What an earlier life of the process
    /// has sent is always read: nobody watched it since.
    async fn is_written_over(&mut self, stat: &Stat, intent: &Intent) -> bool {
        self.changed = changed(stat);
        let read_at = self.document.as_ref().map(|document| document.changed);
        if read_at == Some(self.changed) {
            return false;
        }
        match self.content(&self.job.name, stat.size).await {
            Ok(Some(content)) => {
                self.changed = content.changed;
                content.sha256 != intent.source_sha256
            }
            _ => false, // the steps that follow meet the same trouble, and say so
        }
    }

    pub(super) async fn look_after(&mut self, intent: &Intent, target: &str) -> Seen {
        fail::fail_point!("look_after");
        let size = match self.dir.stat(self.leaf(target)) {
            Ok(stat) if Identity::from(&stat) == intent.identity && self.document.is_some() => {
                self.changed = changed(&stat);
                return Seen::Found(Some(intent.identity));
            }
            // A link was swapped in before the rename. Nothing of it can be sent; it gets its name back where that is free,
            // and what was sent has gone away, as if somebody had removed it.
            Ok(stat) if stat.kind == Kind::Other => {
                let _ = self.dir.rename_new(self.leaf(target), self.leaf(&self.job.name));
                return Seen::Found(None);
            }
            Ok(stat) => stat.size,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Seen::Found(None),
            Err(_) => 0,
        };
        match self.content(target, size).await {
            Ok(Some(Content { identity, changed, sha256 })) => {
                self.changed = changed;
                Seen::Content(identity, sha256)
            }
            Ok(None) => Seen::Found(None),
            Err(error) => self.unmarked(&error),
        }
    }

    /// The bytes of a file of this folder; large ones are read beside the loop.
    async fn content(&self, name: &str, size: u64) -> io::Result<Option<Content>> {
        let leaf = self.leaf(name);
        if size <= IN_MEMORY {
            return document::content_of(&self.dir, leaf);
        }
        let (dir, leaf) = (Arc::clone(&self.dir), leaf.to_owned());
        tokio::task::spawn_blocking(move || document::content_of(&dir, &leaf)).await?
    }

    pub(super) async fn rename(&mut self, from: &str, to: &str) -> Seen {
        let mut tries = 1;
        loop {
            match self.dir.rename_new(self.leaf(from), self.leaf(to)) {
                Ok(()) => return Seen::Well,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Seen::NameTaken,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Seen::Gone,
                // Virus scanners and indexers hold new files for moments.
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy && tries < BUSY_TRIES => {
                    tries += 1;
                    tokio::time::sleep(BUSY_PAUSE).await;
                }
                Err(error) => {
                    self.unmarked(&error);
                    return Seen::Refused;
                }
            }
        }
    }

    fn unmarked(&mut self, error: &io::Error) -> Seen {
        self.why = Some(Outcome::Unmarked(error.to_string()));
        Seen::Held
    }

    /// `keep_synced = "delete"`: only what has a receipt, and only while it is what was sent.
    pub(super) async fn delete(&self, marked: &Marked) -> Result<(), LedgerError> {
        fail::fail_point!("remove");
        if remove_marked(&self.dir, self.leaf(&marked.target), marked) {
            fail::fail_point!("removed");
            self.job.ledger.removed(marked).await?;
        }
        Ok(())
    }
}

/// Removes a marked file, unless it is other than what was sent or somebody writes it. True: it is gone.
pub(in crate::sync) fn remove_marked(dir: &Dir, leaf: &OsStr, marked: &Marked) -> bool {
    match dir.stat(leaf) {
        Ok(stat) if Identity::from(&stat) != marked.intent.identity => return false,
        Ok(stat) if changed(&stat).is_some() && changed(&stat) == marked.changed => {}
        Ok(_) => {
            let content = document::content_of(dir, leaf);
            if !content.is_ok_and(|content| content.is_some_and(|one| one.sha256 == marked.intent.source_sha256)) {
                return false;
            }
        }
        Err(error) => return error.kind() == io::ErrorKind::NotFound,
    }
    let written = dir.open_file(leaf).is_ok_and(|file| still_being_written(&file) == Some(true));
    !written && dir.remove(leaf).is_ok()
}
