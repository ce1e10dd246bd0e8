//! Whether bytes are one whole JSON value (RFC 8259), without building it.
//!
//! A byte order mark in front is tolerated: Windows programs write it. Depth does not matter: nothing is nested here.
//! The reasons given hold places, never contents.

use std::io::{self, BufReader, Read};

use serde::Deserialize;
use serde::de::IgnoredAny;

const BOM: &[u8] = b"\xef\xbb\xbf";

pub(in crate::sync) fn check(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes.strip_prefix(BOM).unwrap_or(bytes))
        .map_err(|error| format!("it is not UTF-8 text (byte {})", error.valid_up_to()))?;
    serde_json::from_str::<IgnoredAny>(text).map(|_| ()).map_err(|error| told(&error))
}

/// The same for bytes that are too many for memory. Reads to the end when all is well.
pub(in crate::sync) fn check_stream(bytes: &mut impl Read) -> Result<(), String> {
    let mut head = Vec::with_capacity(BOM.len());
    bytes.take(BOM.len() as u64).read_to_end(&mut head).map_err(|error| error.to_string())?;
    let rest = if head == BOM { Vec::new() } else { head };
    let text = Utf8 { inner: io::Cursor::new(rest).chain(bytes), begun: Vec::new() };
    let mut reader = serde_json::Deserializer::from_reader(BufReader::with_capacity(128 * 1024, text));
    IgnoredAny::deserialize(&mut reader).and_then(|_| reader.end()).map_err(|error| told(&error))
}

fn told(error: &serde_json::Error) -> String {
    if error.is_io() {
        return io::Error::from(error.io_error_kind().unwrap_or(io::ErrorKind::Other)).to_string();
    }
    let place = format!("line {}, column {}", error.line(), error.column());
    if error.is_eof() { format!("it ends in the middle ({place})") } else { format!("it is not valid JSON ({place})") }
}

/// Passes on bytes that are UTF-8, and fails at the first that are not.
struct Utf8<R> {
    inner: R,
    /// The beginning of a character whose rest comes with the next read.
    begun: Vec<u8>,
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let broken = || io::Error::from(io::ErrorKind::InvalidData);
        if count == 0 {
            return if self.begun.is_empty() { Ok(0) } else { Err(broken()) };
        }
        self.begun.extend_from_slice(&buffer[..count]);
        match std::str::from_utf8(&self.begun) {
            Ok(_) => self.begun.clear(),
            Err(error) if error.error_len().is_none() => {
                self.begun.drain(..error.valid_up_to());
            }
            Err(_) => return Err(broken()),
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One byte at a time, so that characters are torn apart.
    struct Dripping<'a>(&'a [u8]);
    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = 1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn both(bytes: &[u8]) -> bool {
        let whole = check(bytes).is_ok();
        assert_eq!(check_stream(&mut &bytes[..]).is_ok(), whole, "{bytes:?}");
        assert_eq!(check_stream(&mut Dripping(bytes)).is_ok(), whole, "{bytes:?}");
        whole
    }

    #[test]
    fn one_value_is_whole() {
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        for bytes in [
            &b"{}"[..],
            b" [1, 2.5e-7, null, true] \r\n\t",
            b"\xef\xbb\xbf{\"bom\": 1}",
            br#"{"esc":"\u00e9\/\ud83d\ude80\u0000", "esc":1e400}"#,
            "{\"é🚀\": 12345678901234567890123}".as_bytes(),
            &deep,
        ] {
            assert!(both(bytes));
        }
    }

    #[test]
    fn anything_else_is_not() {
        for bytes in [
            &b"{\"a\": [1, 2"[..],
            b"{\"a\":1}{\"b\":2}",
            b"{\"a\":NaN}",
            b"{\x00\"\x00",
            b"hello",
            b"{'a':1}",
            b"{\"a\":1,}",
            b"{\"a\":01}",
            b"{\"a\":\"\t\"}",
            b"{\"a\":\"\xff\"}",
            b"{\"a\":1}\xc3",
            b"   ",
        ] {
            assert!(!both(bytes), "{bytes:?}");
        }
    }

    #[test]
    fn reasons_name_places_and_no_contents() {
        assert_eq!(check(b"{\"secret\": \"x\" oops}").unwrap_err(), "it is not valid JSON (line 1, column 16)");
        assert_eq!(check(b"{\n\"secret\": [").unwrap_err(), "it ends in the middle (line 2, column 11)");
    }
}
