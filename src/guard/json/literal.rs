//! What a string of JSON says, and where each part of that stands in the bytes.
//!
//! In: a string as it is written, without its quotes, known to be well-formed. Out: its text, and the [`Way`] back.
//! Not here: finding the string (`lex`).

use std::borrow::Cow;
use std::ops::Range;

/// From offsets of a decoded text to offsets of the text in which it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Way {
    /// Where the written text begins.
    start: usize,
    /// Behind each escape: the offset in the decoded text, and the one in the written text.
    escapes: Vec<(u32, u32)>,
}

impl Way {
    /// Of a text that stands as it is.
    pub fn plain(start: usize) -> Self {
        Self { start, escapes: Vec::new() }
    }

    fn at(&self, offset: usize) -> usize {
        let behind = self.escapes.partition_point(|(decoded, _)| *decoded as usize <= offset);
        match behind.checked_sub(1).map(|last| self.escapes[last]) {
            Some((decoded, written)) => self.start + written as usize + (offset - decoded as usize),
            None => self.start + offset,
        }
    }

    /// Where a part of the decoded text is written, escapes whole.
    pub fn back(&self, span: &Range<usize>) -> Range<usize> {
        self.at(span.start)..self.at(span.end)
    }
}

/// `written` begins at `start` of the text that it belongs to. Half a surrogate pair reads as U+FFFD.
pub fn decode(written: &str, start: usize) -> (Cow<'_, str>, Way) {
    let mut way = Way::plain(start);
    let Some(first) = memchr::memchr(b'\\', written.as_bytes()) else { return (Cow::Borrowed(written), way) };
    let mut text = String::with_capacity(written.len());
    text.push_str(&written[..first]);
    let mut at = first;
    while at < written.len() {
        // `at` is at a backslash.
        let (character, length) = escape(&written[at..]);
        text.push(character);
        at += length;
        way.escapes.push((narrow(text.len()), narrow(at)));
        let next = memchr::memchr(b'\\', &written.as_bytes()[at..]).map_or(written.len(), |next| at + next);
        text.push_str(&written[at..next]);
        at = next;
    }
    (Cow::Owned(text), way)
}

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).expect("documents of 4 GiB are refused before they are read")
}

/// The character that an escape stands for, and how many bytes it takes.
fn escape(written: &str) -> (char, usize) {
    let plain = |character| (character, 2);
    match written.as_bytes().get(1) {
        Some(b'b') => plain('\u{8}'),
        Some(b'f') => plain('\u{c}'),
        Some(b'n') => plain('\n'),
        Some(b'r') => plain('\r'),
        Some(b't') => plain('\t'),
        Some(b'u') => {
            let first = unit(written, 2).unwrap_or(0xfffd);
            let second = (written.as_bytes().get(6..8) == Some(b"\\u")).then(|| unit(written, 8)).flatten();
            match (first, second) {
                (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
                    let scalar = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
                    (char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
                }
                _ => (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
            }
        }
        // `\"`, `\\` and `\/` stand for themselves.
        Some(byte) => plain(*byte as char),
        None => (char::REPLACEMENT_CHARACTER, 1),
    }
}

/// Four hexadecimal digits.
fn unit(written: &str, at: usize) -> Option<u32> {
    u32::from_str_radix(written.get(at..at + 4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_read_and_lead_back() {
        let written = r#"a\n\u00e9\/\ud83d\ude80\"z \ud800."#;
        let (text, way) = decode(written, 10);
        assert_eq!(text, "a\né/🚀\"z \u{fffd}.");
        for (part, there) in [("a", "a"), ("\n", r"\n"), ("é/", r"\u00e9\/"), ("🚀", r"\ud83d\ude80"), ("\"z", "\\\"z")]
        {
            let at = text.find(part).expect("it is in it");
            let back = way.back(&(at..at + part.len()));
            assert_eq!(&written[back.start - 10..back.end - 10], there);
        }
        assert_eq!(way.back(&(0..text.len())), 10..10 + written.len());
        assert!(matches!(decode("plain é", 0).0, Cow::Borrowed("plain é")));
    }

    proptest! {
        #[test]
        fn reads_what_another_writer_writes(text in any::<String>(), from in 0_usize..40, length in 0_usize..40) {
            let written = serde_json::to_string(&text).expect("a text");
            let (read, way) = decode(&written[1..written.len() - 1], 1);
            prop_assert_eq!(&read, &text);
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let from = places[from.min(places.len() - 1)];
            let to = places.iter().copied().find(|at| *at >= from + length).unwrap_or(text.len());
            let back = way.back(&(from..to));
            prop_assert_eq!(decode(&written[back], 0).0, &text[from..to]);
        }
    }
}
