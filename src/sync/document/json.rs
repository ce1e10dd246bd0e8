//! Whether bytes are one whole JSON value (RFC 8259), without building it.
//!
//! A byte order mark in front is tolerated: Windows programs write it. Depth does not matter: nothing is nested here.
//! The reasons given hold places, never contents.

use std::io::{self, Read};

use serde::de::IgnoredAny;

mod machine;

use machine::{Machine, Place};

/// How much of a long text is looked at in one go.
const PIECE: usize = 128 * 1024;

const BOM: &[u8] = b"\xef\xbb\xbf";

pub(in crate::sync) fn check(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes.strip_prefix(BOM).unwrap_or(bytes))
        .map_err(|error| not_text(error.valid_up_to() as u64))?;
    serde_json::from_str::<IgnoredAny>(text).map(|_| ()).map_err(|error| told(&error))
}

/// The same for bytes that are too many for memory. Reads to the end when all is well.
pub(in crate::sync) fn check_stream(bytes: &mut impl Read) -> Result<(), String> {
    let mut piece = vec![0; PIECE];
    let (mut machine, mut passed, mut torn, mut begun) = (Machine::new(), 0_u64, 0, false);
    loop {
        // The beginning of a character whose rest comes with the next read stands in front.
        let count = match bytes.read(&mut piece[torn..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read.map_err(|error| error.to_string())?,
        };
        let there = torn + count;
        if !begun && count > 0 && there < BOM.len() {
            torn = there; // too few to tell whether they are a mark
            continue;
        }
        let mark = if !begun && piece[..there].starts_with(BOM) { BOM.len() } else { 0 };
        begun = true;
        let whole = match std::str::from_utf8(&piece[mark..there]) {
            Ok(_) => there,
            Err(error) if error.error_len().is_none() && count > 0 => mark + error.valid_up_to(),
            Err(error) => return Err(not_text(passed + error.valid_up_to() as u64)),
        };
        machine.take(&piece[mark..whole]).map_err(|place| not_json(place.line, place.column))?;
        passed += (whole - mark) as u64;
        if count == 0 {
            let Place { line, column } = machine.place();
            return if machine.is_whole() { Ok(()) } else { Err(in_the_middle(line, column)) };
        }
        piece.copy_within(whole..there, 0);
        torn = there - whole;
    }
}

fn told(error: &serde_json::Error) -> String {
    let (line, column) = (error.line() as u64, error.column() as u64);
    if error.is_eof() { in_the_middle(line, column) } else { not_json(line, column) }
}

fn not_text(byte: u64) -> String {
    format!("it is not UTF-8 text (byte {byte})")
}

fn not_json(line: u64, column: u64) -> String {
    format!("it is not valid JSON (line {line}, column {column})")
}

fn in_the_middle(line: u64, column: u64) -> String {
    format!("it ends in the middle (line {line}, column {column})")
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
