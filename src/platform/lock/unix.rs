//! The lock on Linux and macOS: `flock` on the folder itself.
//!
//! Where the file system has no locks, a lock file in this user's runtime folder stands in, named by the folder's
//! device and inode. It excludes only programs of the same user on the same computer.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Mode, OFlags, flock, open, openat};
use rustix::io::Errno;

use super::{FolderLock, Taken, holder};
use crate::platform::dir::{Dir, FileId, stat_of};

/// How file systems without locks answer. Some want a file that is open for writing, which a folder never is (`BADF`).
const NO_LOCKS: [Errno; 6] = [Errno::NOLCK, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::INVAL, Errno::NOSYS, Errno::BADF];

pub(super) fn take(dir: &Dir) -> io::Result<Taken> {
    // A description of its own: a mere duplicate would share the lock with every other copy of the handle.
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = File::from(openat(dir.handle(), ".", flags, Mode::empty())?);
    match lock(folder)? {
        Some(taken) => Ok(taken),
        None => take_beside(dir.stat_self()?.id, &runtime_folder()?),
    }
}

/// `None` where this file system has no such locks.
fn lock(file: File) -> io::Result<Option<Taken>> {
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(Taken::Ours(FolderLock { _held: file }))),
        Err(Errno::WOULDBLOCK) => Ok(Some(Taken::Theirs { holder: holder(holder_of(stat_of(&file)?.id)) })),
        Err(error) if NO_LOCKS.contains(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn take_beside(id: FileId, folder: &Path) -> io::Result<Taken> {
    let path = folder.join(format!("{:x}-{:x}.lock", id.device, id.inode));
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = File::from(open(&path, flags, Mode::RUSR | Mode::WUSR)?);
    lock(file)?.ok_or_else(|| io::Error::new(io::ErrorKind::Unsupported, "no file system here has locks"))
}

/// A folder of this user alone that the system empties at the latest when it starts.
fn runtime_folder() -> io::Result<PathBuf> {
    let user = rustix::process::getuid().as_raw();
    let folder = match std::env::var_os("XDG_RUNTIME_DIR") {
        Some(place) if Path::new(&place).is_absolute() => Path::new(&place).join("outtray"),
        _ => std::env::temp_dir().join(format!("outtray-{user}")),
    };
    match DirBuilder::new().mode(0o700).create(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    // Anybody may have made a folder of that name in a shared temporary folder before us.
    let facts = fs::symlink_metadata(&folder)?;
    if facts.is_dir() && facts.uid() == user && facts.mode() & 0o777 == 0o700 {
        Ok(folder)
    } else {
        let text = format!("{} does not belong to this user alone", folder.display());
        Err(io::Error::new(io::ErrorKind::PermissionDenied, text))
    }
}

/// The table is read in pieces, and while locks elsewhere come and go a line may slip between two of them: it is read
/// again, a few times, before the holder counts as unknown.
#[cfg(target_os = "linux")]
fn holder_of(id: FileId) -> Option<u32> {
    const READS: usize = 20;
    (0..READS).find_map(|_| holder_in(&fs::read_to_string("/proc/locks").ok()?, id))
}

#[cfg(not(target_os = "linux"))]
fn holder_of(_: FileId) -> Option<u32> {
    None
}

/// Lines look like `12: FLOCK  ADVISORY  WRITE 1234 08:01:4711 0 EOF`; see proc_locks(5). A waiting one has `->` in it.
#[cfg(target_os = "linux")]
fn holder_in(table: &str, id: FileId) -> Option<u32> {
    let (major, minor) = (rustix::fs::major(id.device), rustix::fs::minor(id.device));
    let place = format!("{major:02x}:{minor:02x}:{}", id.inode);
    table.lines().find_map(|line| {
        let [_, "FLOCK", _, _, process, at, ..] = line.split_ascii_whitespace().collect::<Vec<_>>()[..] else {
            return None;
        };
        // Zero stands for a process outside our PID namespace.
        (at == place).then(|| process.parse().ok().filter(|&id| id > 0)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_stands_in_excludes_too() {
        let runtime = tempfile::tempdir().expect("a folder");
        let id = FileId { device: 7, inode: 42 };
        let first = take_beside(id, runtime.path()).expect("it opens");
        assert!(matches!(first, Taken::Ours(_)));
        assert!(matches!(take_beside(id, runtime.path()).expect("it opens"), Taken::Theirs { .. }));
        let other = FileId { device: 7, inode: 43 };
        assert!(matches!(take_beside(other, runtime.path()).expect("it opens"), Taken::Ours(_)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn finds_the_holder_by_device_and_inode() {
        let table = "1: POSIX  ADVISORY  WRITE 11 08:01:4711 0 EOF\n\
                     2: FLOCK  ADVISORY  WRITE 12 08:01:4712 0 EOF\n\
                     2: -> FLOCK  ADVISORY  WRITE 13 08:01:4711 0 EOF\n\
                     3: FLOCK  ADVISORY  WRITE 0 08:01:4713 0 EOF\n\
                     4: FLOCK  ADVISORY  WRITE 14 08:01:4711 0 EOF\n";
        let at = |inode| FileId { device: rustix::fs::makedev(8, 1), inode };
        assert_eq!(holder_in(table, at(4711)), Some(14));
        assert_eq!(holder_in(table, at(4713)), None);
        assert_eq!(holder_in(table, at(4714)), None);
    }
}
