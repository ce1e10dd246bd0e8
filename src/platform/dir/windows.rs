//! Folders on Windows: verbatim paths under a root that is held open, and never through a link.
//!
//! Windows offers no `openat`. What stands in for it: the root is a canonical `\\?\` path whose handle is kept without
//! delete sharing, so the folder and the folders above it cannot be renamed, deleted or replaced while a [`Dir`] lives.
//! Verbatim paths also lift the length limit of 260 and give names such as `CON` or `x.` no special meaning.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::fs::{MetadataExt, OpenOptionsExt};
use std::os::windows::io::AsRawHandle;
use std::path::{Path, PathBuf};

use windows_sys::Win32::Foundation::{ERROR_LOCK_VIOLATION, ERROR_SHARING_VIOLATION};
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, FILE_ATTRIBUTE_REPARSE_POINT, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT,
    FILE_READ_ATTRIBUTES, FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE, GetFileInformationByHandle,
    MOVEFILE_WRITE_THROUGH, MoveFileExW,
};

use super::{FileId, Kind, Stat};

/// From 1601, where Windows begins to count, to 1970, in steps of 100 ns.
const UNIX_EPOCH_STEPS: i64 = 116_444_736_000_000_000;

/// An open folder.
#[derive(Debug)]
pub struct Dir {
    /// Canonical and verbatim.
    root: PathBuf,
    handle: File,
}

impl Dir {
    /// Opens a folder; the path itself may be a symbolic link to one.
    pub fn open(path: &Path) -> io::Result<Self> {
        Self::open_real(fs::canonicalize(path)?)
    }

    /// Opens a real sub-folder, never through a link.
    pub fn open_folder(&self, name: &OsStr) -> io::Result<Self> {
        Self::open_real(self.entry(name)?)
    }

    fn open_real(root: PathBuf) -> io::Result<Self> {
        let handle = OpenOptions::new()
            .read(true)
            .share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE)
            .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)
            .open(&root)
            .map_err(busy)?;
        // A junction or a symbolic link to a folder counts as neither folder nor file here.
        if handle.metadata()?.is_dir() { Ok(Self { root, handle }) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// Whether files here can be renamed; Windows tells only when it is tried.
    #[allow(clippy::unused_self, reason = "the same face on every system")]
    pub fn writable(&self) -> bool {
        true
    }

    /// Facts about the folder itself.
    pub fn stat_self(&self) -> io::Result<Stat> {
        stat_of(&self.handle)
    }

    /// Facts about an entry, not following links.
    pub fn stat(&self, name: &OsStr) -> io::Result<Stat> {
        let file = OpenOptions::new()
            .access_mode(FILE_READ_ATTRIBUTES) // allowed whatever others do with the file
            .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)
            .open(self.entry(name)?)
            .map_err(busy)?;
        stat_of(&file)
    }

    /// Calls back for each entry, without a look at the entry itself.
    pub fn list(&self, each: &mut dyn FnMut(&OsStr, Kind)) -> io::Result<()> {
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            each(&entry.file_name(), entry.file_type().map_or(Kind::Unknown, kind_of));
        }
        Ok(())
    }

    /// Opens a file for reading: [`io::ErrorKind::Unsupported`] for links, [`io::ErrorKind::ResourceBusy`] while
    /// somebody writes it.
    ///
    /// While the returned file is open nobody can open it for writing; renaming and deleting stay possible.
    pub fn open_file(&self, name: &OsStr) -> io::Result<File> {
        let path = self.entry(name)?;
        let mut options = OpenOptions::new();
        options.read(true).share_mode(FILE_SHARE_READ | FILE_SHARE_DELETE);
        let file = options.clone().custom_flags(FILE_FLAG_OPEN_REPARSE_POINT).open(&path).map_err(busy)?;
        let facts = file.metadata()?;
        if facts.file_type().is_symlink() {
            return Err(io::ErrorKind::Unsupported.into());
        }
        if facts.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT == 0 {
            return Ok(file);
        }
        // Cloud drives and deduplicated volumes keep the bytes behind a reparse point that is no link: the system has
        // to resolve it. The identity shows that it is still the file that was looked at.
        let resolved = options.open(&path).map_err(busy)?;
        if stat_of(&resolved)?.id == stat_of(&file)?.id {
            Ok(resolved)
        } else {
            Err(io::ErrorKind::ResourceBusy.into())
        }
    }

    /// Exchanges a file of [`Dir::open_file`] for one that keeps no writer out, to be read for a long time. Whoever reads
    /// it must be able to tell that it changed. [`io::ErrorKind::ResourceBusy`] when it is another file meanwhile.
    pub fn open_for_long(&self, name: &OsStr, looked_at: File) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
        let file = options.open(self.entry(name)?).map_err(busy)?;
        if stat_of(&file)?.id == stat_of(&looked_at)?.id { Ok(file) } else { Err(io::ErrorKind::ResourceBusy.into()) }
    }

    /// Renames within the folder; [`io::ErrorKind::AlreadyExists`] when the new name is taken, and
    /// [`io::ErrorKind::ResourceBusy`] while a virus scanner or an indexer holds the file.
    pub fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        let (from, to) = (wide(&self.entry(from)?), wide(&self.entry(to)?));
        #[allow(unsafe_code, reason = "std's rename replaces what is there")]
        // SAFETY: both are UTF-16 texts that end in a zero and live until the call returns.
        let done = unsafe { MoveFileExW(from.as_ptr(), to.as_ptr(), MOVEFILE_WRITE_THROUGH) };
        if done == 0 { Err(busy(io::Error::last_os_error())) } else { Ok(()) }
    }

    /// Creates an empty file with the access rights of its folder; fails when the name is taken.
    pub fn create_new(&self, name: &OsStr) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).open(self.entry(name)?)
    }

    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_file(self.entry(name)?).map_err(busy)
    }

    /// Nothing to do: [`Dir::rename_new`] writes through, and Windows flushes no folders.
    pub fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    /// The path of one entry. A separator would leave the folder, a colon would name a stream inside a file.
    fn entry(&self, name: &OsStr) -> io::Result<PathBuf> {
        let is_special = |byte: &u8| matches!(byte, b'\\' | b'/' | b':' | 0);
        if name.is_empty() || name == "." || name == ".." || name.as_encoded_bytes().iter().any(is_special) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is not the name of a file in the folder"));
        }
        Ok(self.root.join(name))
    }
}

/// Facts about an open file.
pub fn stat_of(file: &File) -> io::Result<Stat> {
    let facts = file.metadata()?;
    let mut identity = BY_HANDLE_FILE_INFORMATION::default();
    #[allow(unsafe_code, reason = "std does not give file ids and link counts yet")]
    // SAFETY: `file` keeps the handle open, and `identity` is a live value of the type that the call fills.
    let done = unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut identity) };
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Stat {
        kind: kind_of(facts.file_type()),
        id: FileId {
            device: u64::from(identity.dwVolumeSerialNumber),
            inode: u64::from(identity.nFileIndexHigh) << 32 | u64::from(identity.nFileIndexLow),
        },
        size: facts.file_size(),
        mtime_ns: mtime_ns(&facts),
        ctime_ns: 0,
        links: u64::from(identity.nNumberOfLinks),
    })
}

/// Whether some process has the file open for writing.
///
/// Never, for a file that [`Dir::open_file`] gave: Windows lets it be opened only while nobody writes, and lets nobody
/// write while it is open. A writer shows itself as [`io::ErrorKind::ResourceBusy`] when the file is opened.
pub fn still_being_written(_: &File) -> Option<bool> {
    Some(false)
}

fn mtime_ns(facts: &Metadata) -> i64 {
    (facts.last_write_time() as i64).saturating_sub(UNIX_EPOCH_STEPS).saturating_mul(100)
}

/// Links and junctions are neither file nor folder; a cloud drive's placeholder is what it stands for.
fn kind_of(kind: fs::FileType) -> Kind {
    if kind.is_file() {
        Kind::File
    } else if kind.is_dir() {
        Kind::Folder
    } else {
        Kind::Other
    }
}

/// Gives the two ways in which Windows says "somebody else has it open" a kind of their own.
fn busy(error: io::Error) -> io::Error {
    match error.raw_os_error().map(i32::cast_unsigned) {
        Some(ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION) => io::Error::new(io::ErrorKind::ResourceBusy, error),
        _ => error,
    }
}

fn wide(path: &Path) -> Vec<u16> {
    path.as_os_str().encode_wide().chain([0]).collect()
}

#[cfg(test)]
mod tests;
