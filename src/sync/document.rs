//! Candidate → Document: the one look inside a file before it is sent.
//!
//! In: a folder and a name. Out: the bytes that will be sent with their hashes, all of one consistent content, or what
//! holds the file ([`Hold`]). Small files are read once into memory; larger ones are hashed in passing and streamed later,
//! and the proof is always taken against the hashes of this look.
//! Not here: whether the file has been still for long enough (`queue`), sending (`upload`).

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::Arc;

use bytes::Bytes;

use super::ledger::{Changed, Identity, Intent, Sha256, changed};
use crate::files::{self, NAME_MAX};
use crate::guard::{Blocked, Told};
use crate::platform::dir::{Dir, Kind, stat_of, still_being_written};
use crate::remote::{Source, Wire};

mod guarded;
pub(super) mod json;
mod passing;

pub(super) use guarded::Terms;
use guarded::{Let, guarded};
use passing::Passing;
pub(super) use passing::sums_of;

/// Files above this size are never held in memory.
pub(super) const IN_MEMORY: u64 = 256 * 1024;

/// So many marked files may have one name.
const MARKS: u32 = 100_000;

/// The largest object of one PUT (S3 user guide, "Uploading objects").
const S3_LIMIT: u64 = 5 * 1024 * 1024 * 1024;

/// A consistent content, ready to be sent.
#[derive(Debug)]
pub(super) struct Document {
    pub intent: Intent,
    pub wire: Wire,
    /// When this content was first seen, in nanoseconds since 1970: the time of its last write, unless the ledger knows
    /// an earlier look at it.
    pub created_ns: i64,
    /// As it was when it was read.
    pub changed: Changed,
    /// What the presigner is told in the place of its name.
    pub told: Option<Told>,
}

/// What stands in a file, whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Content {
    pub identity: Identity,
    /// From before the first byte was read: whoever wrote since has moved it.
    pub changed: Changed,
    pub sha256: Sha256,
}

/// Why a file is not sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hold {
    Gone,
    /// Somebody writes it at this moment, or changed it while it was read.
    Writing,
    /// No byte in it yet.
    Empty,
    /// Not whole JSON (yet): where it ends or breaks.
    Unfinished(String),
    /// Not to be sent until it changes.
    Reject(Refusal),
    /// Not to be sent until it changes, the settings do, or the person decides.
    Guarded(Blocked),
    /// The system refuses to read it: perhaps later.
    Unreadable(String),
}

/// Why a file cannot be sent as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    NotRegular,
    HardLink,
    NameTooLong,
    NameNotUnicode,
    TooLarge,
}

/// Opens and reads one file.
pub(super) fn take(dir: &Dir, name: &OsStr, terms: &Terms) -> Result<Document, Hold> {
    let file = dir.open_file(name).map_err(|error| hold_of(&error))?;
    let before = stat_of(&file).map_err(|error| hold_of(&error))?;
    if before.kind != Kind::File {
        return Err(Hold::Reject(Refusal::NotRegular));
    }
    if before.links > 1 {
        return Err(Hold::Reject(Refusal::HardLink));
    }
    if before.size == 0 {
        return Err(Hold::Empty);
    }
    if before.size > S3_LIMIT {
        return Err(Hold::Reject(Refusal::TooLarge));
    }
    if still_being_written(&file) == Some(true) {
        return Err(Hold::Writing);
    }
    let identity = Identity::from(&before);
    let (wire, json) = read(file.try_clone().map_err(|error| hold_of(&error))?, identity.size, terms.require_json)?;
    let after = stat_of(&file).map_err(|error| hold_of(&error))?;
    if Identity::from(&after) != identity || wire.size != identity.size || still_being_written(&file) == Some(true) {
        return Err(Hold::Writing);
    }
    // The count of names tells nothing when the name that was opened is gone since: a hard link to a file elsewhere that
    // others took the place of. In one and the same moment it has to be this file, and to have this name alone.
    let named = dir.stat(name).map_err(|error| hold_of(&error))?;
    if named.id != identity.id || named.links > 1 {
        return Err(Hold::Writing);
    }
    json.map_err(Hold::Unfinished)?;
    let source_sha256 = wire.sha256;
    let Let { mut wire, told, guarded, aside } = guarded(wire, terms)?;
    if matches!(wire.source, Source::File(_)) && !aside {
        // It is read again while it is sent, and that may take long. Whatever is written meanwhile, the proof finds it.
        wire.source = Source::File(Arc::new(dir.open_for_long(name, file).map_err(|error| hold_of(&error))?));
    }
    let intent = Intent { identity, source_sha256, wire_sha256: wire.sha256, wire_size: wire.size, guarded };
    let created_ns = identity.mtime_ns;
    Ok(Document { intent, wire, created_ns, changed: changed(&after), told })
}

/// Whether there will be a marked name that fits. For all but the longest names that needs no look.
pub(super) fn can_be_marked(dir: &Dir, name: &OsStr) -> Result<(), Hold> {
    let longest = files::synced_name(name, MARKS - 1).len();
    if longest <= NAME_MAX { Ok(()) } else { free_mark(dir, name).map(drop) }
}

/// The first marked name that is free, proven to fit.
pub(super) fn free_mark(dir: &Dir, name: &OsStr) -> Result<OsString, Hold> {
    for number in 0..MARKS {
        let marked = files::synced_name(name, number);
        if marked.len() > NAME_MAX {
            return Err(Hold::Reject(Refusal::NameTooLong));
        }
        match dir.stat(&marked) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(marked),
            Err(error) => return Err(hold_of(&error)),
            Ok(_) => {}
        }
    }
    Err(Hold::Unreadable("there are 100,000 marked files of this name".into()))
}

/// What stands in a file, for the look at a marked one. `None` when it is gone.
pub(super) fn content_of(dir: &Dir, name: &OsStr) -> io::Result<Option<Content>> {
    let mut file = match dir.open_file(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let stat = stat_of(&file)?;
    let mut passing = Passing::new(&mut file);
    io::copy(&mut passing, &mut io::sink())?;
    let sha256 = passing.finish().sha256;
    Ok(Some(Content { identity: Identity::from(&stat), changed: changed(&stat), sha256 }))
}

/// Takes all bytes in one go; the second answer says whether they are one JSON value.
fn read(mut file: File, size: u64, require_json: bool) -> Result<(Wire, Result<(), String>), Hold> {
    let unreadable = |error: io::Error| hold_of(&error);
    if size <= IN_MEMORY {
        let mut bytes = Vec::with_capacity(size as usize + 1);
        file.by_ref().take(IN_MEMORY + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        let json = if require_json { json::check(&bytes) } else { Ok(()) };
        let sums = sums_of(&bytes);
        return Ok((sums.wire(Source::Memory(Bytes::from(bytes))), json));
    }
    let mut passing = Passing::new(&mut file);
    let json = if require_json { json::check_stream(&mut passing) } else { Ok(()) };
    // Broken JSON is left early; then the sums are of no use, and are not used.
    if json.is_ok() {
        io::copy(&mut passing, &mut io::sink()).map_err(unreadable)?;
    }
    let sums = passing.finish();
    file.rewind().map_err(unreadable)?;
    let mut wire = sums.wire(Source::File(Arc::new(file)));
    if json.is_err() {
        wire.size = size;
    }
    Ok((wire, json))
}

fn hold_of(error: &io::Error) -> Hold {
    match error.kind() {
        io::ErrorKind::NotFound => Hold::Gone,
        io::ErrorKind::InvalidFilename => Hold::Reject(Refusal::NameTooLong),
        io::ErrorKind::Unsupported => Hold::Reject(Refusal::NotRegular),
        io::ErrorKind::ResourceBusy => Hold::Writing,
        _ => Hold::Unreadable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(name: &str, bytes: &[u8]) -> (tempfile::TempDir, Dir) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(name), bytes).expect("written");
        let dir = Dir::open(folder.path()).expect("it opens");
        (folder, dir)
    }

    fn taken(bytes: &[u8]) -> Result<Document, Hold> {
        let (_folder, dir) = folder_with("a.json", bytes);
        take(&dir, OsStr::new("a.json"), &Terms::bare(true))
    }

    #[test]
    fn small_and_large_files_get_the_same_sums() {
        let small = br#"{"a": [1, 2, {"b": "c"}]}"#.to_vec();
        let mut large = small.clone();
        large.extend(std::iter::repeat_n(b' ', IN_MEMORY as usize));
        for bytes in [small, large] {
            let document = taken(&bytes).expect("whole JSON");
            let sums = sums_of(&bytes);
            assert_eq!(document.wire.size, bytes.len() as u64);
            assert_eq!(document.wire.sha256, sums.sha256);
            assert_eq!(document.wire.crc64nvme, sums.crc64nvme);
        }
    }

    #[test]
    fn unfinished_documents_wait() {
        for bytes in [&b"{\"a\": [1, 2"[..], b"hello", b"{\"a\":1} x"] {
            assert!(matches!(taken(bytes), Err(Hold::Unfinished(_))));
        }
        let mut large = b"{\"a\": \"".to_vec();
        large.extend(std::iter::repeat_n(b'x', 2 * IN_MEMORY as usize));
        assert!(matches!(taken(&large), Err(Hold::Unfinished(_))));
        assert_eq!(taken(b"").err(), Some(Hold::Empty));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused() {
        let (folder, dir) = folder_with("outside", b"{}");
        std::os::unix::fs::symlink(folder.path().join("outside"), folder.path().join("link.json")).expect("a link");
        std::fs::hard_link(folder.path().join("outside"), folder.path().join("second.json")).expect("a link");
        assert_eq!(
            take(&dir, OsStr::new("link.json"), &Terms::bare(true)).err(),
            Some(Hold::Reject(Refusal::NotRegular))
        );
        assert_eq!(
            take(&dir, OsStr::new("second.json"), &Terms::bare(true)).err(),
            Some(Hold::Reject(Refusal::HardLink))
        );
    }

    #[test]
    fn a_mark_is_free_and_fits() {
        let (_folder, dir) = folder_with("a.json.synced", b"{}");
        assert_eq!(free_mark(&dir, OsStr::new("a.json")).expect("free"), "a.json.1.synced");
        let long = "x".repeat(244) + ".json";
        assert_eq!(free_mark(&dir, OsStr::new(&long)).err(), Some(Hold::Reject(Refusal::NameTooLong)));
    }
}
