//! Positioned reads: several readers of one open file, none of which moves the others' place.
//!
//! In: a file, a buffer, an offset. Out: how many bytes came; zero means the end of the file.
//! Not here: opening files (`platform::dir`), what the bytes are for (`remote`, `sync`).

use std::fs::File;
use std::io;

/// Reads up to `buffer.len()` bytes that start at `offset`.
#[cfg(unix)]
pub fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

/// Reads up to `buffer.len()` bytes that start at `offset`.
///
/// `seek_read` moves the file's own position too, which nobody here relies on; it reports the end of the file as zero.
#[cfg(windows)]
pub fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn reads_from_any_place_and_stops_at_the_end() {
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(b"0123456789").expect("room for ten bytes");
        let mut buffer = [0; 4];
        assert_eq!(read_at(&file, &mut buffer, 3).expect("readable"), 4);
        assert_eq!(&buffer, b"3456");
        assert_eq!(read_at(&file, &mut buffer, 8).expect("readable"), 2);
        assert_eq!(read_at(&file, &mut buffer, 10).expect("readable"), 0);
    }
}
