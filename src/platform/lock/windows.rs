//! The lock on Windows: a file in this user's local data, named by the folder's identity and open to one writer only.
//!
//! It excludes programs of the same user on the same computer. The file stays behind, a few bytes long; only an open
//! handle counts, and Windows closes that one when its process ends.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use windows_sys::Win32::Foundation::ERROR_SHARING_VIOLATION;
use windows_sys::Win32::Storage::FileSystem::{FILE_SHARE_READ, FILE_SHARE_WRITE};

use super::{FolderLock, Taken, holder};
use crate::platform::dir::Dir;

pub(super) fn take(dir: &Dir) -> io::Result<Taken> {
    let id = dir.stat_self()?.id;
    let locks = locks_folder();
    fs::create_dir_all(&locks)?;
    let path = locks.join(format!("{:x}-{:x}.lock", id.device, id.inode));
    match OpenOptions::new().write(true).create(true).truncate(true).share_mode(FILE_SHARE_READ).open(&path) {
        Ok(mut file) => {
            write!(file, "{}", std::process::id())?;
            Ok(Taken::Ours(FolderLock { _held: file }))
        }
        Err(error) if error.raw_os_error().map(i32::cast_unsigned) == Some(ERROR_SHARING_VIOLATION) => {
            Ok(Taken::Theirs { holder: holder(noted(&path)) })
        }
        Err(error) => Err(error),
    }
}

fn locks_folder() -> PathBuf {
    let local = std::env::var_os("LOCALAPPDATA").map_or_else(std::env::temp_dir, PathBuf::from);
    local.join("OutTray").join("locks")
}

/// The process that the holder wrote down.
fn noted(path: &Path) -> Option<u32> {
    let share = FILE_SHARE_READ | FILE_SHARE_WRITE;
    let file: File = OpenOptions::new().read(true).share_mode(share).open(path).ok()?;
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    text.parse().ok()
}
