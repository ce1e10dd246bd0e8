//! A nameless file for bytes that are too many for memory: it is gone when nobody has it open any more.
//!
//! In: a folder of our own, and the bytes. Out: an open file that holds them, for this user alone. After a crash nothing
//! of it is left. Not here: what the bytes are (`sync::document`).

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

pub fn spool(folder: &Path, bytes: &[u8]) -> io::Result<File> {
    let path = folder.join(format!(".spool-{}-{:016x}", std::process::id(), fastrand::u64(..)));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt;
        const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
        const FILE_ATTRIBUTE_TEMPORARY: u32 = 0x0000_0100;
        options.custom_flags(FILE_FLAG_DELETE_ON_CLOSE).attributes(FILE_ATTRIBUTE_TEMPORARY).share_mode(0);
    }
    let mut file = options.open(&path)?;
    // Nameless before there is a byte in it.
    #[cfg(unix)]
    std::fs::remove_file(&path)?;
    file.write_all(bytes)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::super::read_at;
    use super::*;

    #[test]
    fn the_bytes_are_there_and_no_name_is() {
        let place = tempfile::tempdir().expect("a folder");
        let file = spool(place.path(), b"0123456789").expect("room for ten bytes");
        let mut bytes = [0; 4];
        assert_eq!(read_at(&file, &mut bytes, 3).expect("readable"), 4);
        assert_eq!(&bytes, b"3456");
        drop(file);
        assert_eq!(std::fs::read_dir(place.path()).expect("listed").count(), 0);
    }
}
