//! Folders on Linux and macOS: `openat`, `fstatat`, `renameat2` and friends.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, RawMode, RenameFlags};

use super::{FileId, Kind, Stat};

/// An open folder.
#[derive(Debug)]
pub struct Dir {
    fd: OwnedFd,
}

impl Dir {
    /// Opens a folder; the path itself may be a symbolic link to one.
    pub fn open(path: &Path) -> io::Result<Self> {
        let fd = fs::open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Self { fd })
    }

    /// Opens a real sub-folder, never through a link.
    pub fn open_folder(&self, name: &OsStr) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(Self { fd: fs::openat(&self.fd, name, flags, Mode::empty())? })
    }

    /// Facts about the folder itself.
    pub fn stat_self(&self) -> io::Result<Stat> {
        Ok(convert(&fs::fstat(&self.fd)?))
    }

    /// Facts about an entry, not following links.
    pub fn stat(&self, name: &OsStr) -> io::Result<Stat> {
        Ok(convert(&fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW)?))
    }

    /// Calls back for each entry, without a look at the entry itself: a million marked files cost a third of a second.
    pub fn list(&self, each: &mut dyn FnMut(&OsStr, Kind)) -> io::Result<()> {
        // A descriptor of its own: it has its own place in the listing.
        let listing = fs::openat(&self.fd, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        entries(&listing, &mut |name, kind| {
            if name != "." && name != ".." {
                each(name, kind);
            }
        })
    }

    /// Opens a file for reading: never through a link, never waiting for the other end of a FIFO.
    /// [`io::ErrorKind::Unsupported`] for links and sockets.
    pub fn open_file(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        match fs::openat(&self.fd, name, flags, Mode::empty()) {
            Err(rustix::io::Errno::LOOP | rustix::io::Errno::NXIO) => Err(io::ErrorKind::Unsupported.into()),
            opened => Ok(File::from(opened?)),
        }
    }

    /// A file to be read for a long time: nothing to do here, where readers keep no writer out.
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "the same face on every system")]
    pub fn open_for_long(&self, _: &OsStr, looked_at: File) -> io::Result<File> {
        Ok(looked_at)
    }

    /// Whether files here can be renamed, as far as the system tells beforehand.
    pub fn writable(&self) -> bool {
        fs::accessat(&self.fd, ".", fs::Access::WRITE_OK | fs::Access::EXEC_OK, AtFlags::empty()).is_ok()
    }

    /// Renames within the folder; [`io::ErrorKind::AlreadyExists`] when the new name is taken.
    pub fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        match fs::renameat_with(&self.fd, from, &self.fd, to, RenameFlags::NOREPLACE) {
            // Old network file systems know no such flag; a hard link refuses an existing name, too.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {
                fs::linkat(&self.fd, from, &self.fd, to, AtFlags::empty())?;
                Ok(fs::unlinkat(&self.fd, from, AtFlags::empty())?)
            }
            result => Ok(result?),
        }
    }

    /// Creates an empty file that only this user may read; fails when the name is taken.
    pub fn create_new(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(fs::openat(&self.fd, name, flags, Mode::from_raw_mode(0o600 as RawMode))?))
    }

    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(fs::unlinkat(&self.fd, name, AtFlags::empty())?)
    }

    /// Makes renames durable.
    pub fn sync(&self) -> io::Result<()> {
        Ok(fs::fsync(&self.fd)?)
    }

    /// The handle, for the lock.
    pub fn handle(&self) -> rustix::fd::BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Every entry of an open folder, without an allocation for each.
#[cfg(target_os = "linux")]
fn entries(fd: &OwnedFd, each: &mut dyn FnMut(&OsStr, Kind)) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(64 * 1024);
    let mut listing = fs::RawDir::new(fd, buffer.spare_capacity_mut());
    while let Some(entry) = listing.next() {
        let entry = entry?;
        each(OsStr::from_bytes(entry.file_name().to_bytes()), kind_of(entry.file_type()));
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn entries(fd: &OwnedFd, each: &mut dyn FnMut(&OsStr, Kind)) -> io::Result<()> {
    for entry in fs::Dir::read_from(fd)? {
        let entry = entry?;
        each(OsStr::from_bytes(entry.file_name().to_bytes()), kind_of(entry.file_type()));
    }
    Ok(())
}

/// Facts about an open file.
pub fn stat_of(file: &File) -> io::Result<Stat> {
    Ok(convert(&fs::fstat(file)?))
}

/// Whether some process has the file open for writing; `None` where the system cannot tell.
pub fn still_being_written(file: &File) -> Option<bool> {
    lease::probe(file)
}

fn convert(stat: &fs::Stat) -> Stat {
    #[allow(clippy::unnecessary_cast, reason = "the widths of these fields differ between systems")]
    Stat {
        kind: kind_of(FileType::from_raw_mode(stat.st_mode as RawMode)),
        id: FileId { device: stat.st_dev as u64, inode: stat.st_ino as u64 },
        size: stat.st_size as u64,
        mtime_ns: (stat.st_mtime as i64).saturating_mul(1_000_000_000).saturating_add(stat.st_mtime_nsec as i64),
        ctime_ns: (stat.st_ctime as i64).saturating_mul(1_000_000_000).saturating_add(stat.st_ctime_nsec as i64),
        links: stat.st_nlink as u64,
    }
}

fn kind_of(kind: FileType) -> Kind {
    match kind {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        FileType::Unknown => Kind::Unknown,
        _ => Kind::Other,
    }
}

#[cfg(target_os = "linux")]
mod lease {
    //! `fcntl(F_SETLEASE, F_RDLCK)` is granted only while nobody has the file open for writing (fcntl(2)).

    use std::fs::File;
    use std::os::fd::AsRawFd;

    /// Not in the libc crate; the same number on every architecture that we build for (asm-generic/fcntl.h).
    const F_SETSIG: libc::c_int = 10;

    pub(super) fn probe(file: &File) -> Option<bool> {
        let fd = file.as_raw_fd();
        #[allow(unsafe_code, reason = "no crate offers leases")]
        // SAFETY: fcntl on a descriptor that `file` keeps open; no pointer is passed. The signal of a broken lease is
        // set to SIGURG, which is ignored by default: SIGIO would end the process.
        let (taken, error) = unsafe {
            libc::fcntl(fd, F_SETSIG, libc::SIGURG);
            let taken = libc::fcntl(fd, libc::F_SETLEASE, libc::F_RDLCK);
            let error = std::io::Error::last_os_error();
            if taken == 0 {
                libc::fcntl(fd, libc::F_SETLEASE, libc::F_UNLCK);
            }
            (taken, error)
        };
        match (taken, error.raw_os_error()) {
            (0, _) => Some(false),
            (_, Some(libc::EAGAIN)) => Some(true),
            _ => None, // another user's file, or a file system without leases
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod lease {
    pub(super) fn probe(_: &std::fs::File) -> Option<bool> {
        None
    }
}

#[cfg(test)]
mod tests;
