//! A folder held open: everything is done relative to its handle, so that nobody can swap the folder under us.
//!
//! In: single names. Out: facts, open files, renames that never replace.
//! An open that fails with [`std::io::ErrorKind::ResourceBusy`] met a file that somebody has open; try again later.
//! Not here: which names matter (`files`), what is done with them (`sync`).

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::{Dir, stat_of, still_being_written};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub use windows::{Dir, stat_of, still_being_written};

/// What kind of thing a directory entry is, as far as the listing tells without a further look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    /// A link, FIFO, socket or device: never followed, never opened.
    Other,
    /// This file system does not say; ask [`Dir::stat`].
    Unknown,
}

/// Facts about one file, of the entry itself and never of a link's target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    pub kind: Kind,
    pub id: FileId,
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970, may be negative.
    pub mtime_ns: i64,
    /// When anything about it was changed last, which no program can set; 0 where this is not told.
    pub ctime_ns: i64,
    /// Names of the file (hard links).
    pub links: u64,
}

/// Which file it is on this computer, whatever it is called now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileId {
    pub device: u64,
    pub inode: u64,
}
