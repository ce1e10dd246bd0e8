//! Whether a long text is one JSON value, piece by piece (RFC 8259): one bit of memory for each open bracket.
//!
//! In: bytes, in pieces of any size. Out: nothing, or the place of the first byte that cannot stand there. That the bytes
//! are UTF-8 is somebody else's look. Not here: short texts (`json`), which serde_json looks through faster.

/// Where a byte is that cannot stand there; the line counts from 1, the column is that of the byte in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub line: u64,
    pub column: u64,
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaits {
    Value,
    /// A value, or the end of the list that has just begun.
    FirstElement,
    /// A name, or the end of the object that has just begun.
    FirstName,
    Name,
    Colon,
    /// A comma, or the end of what is open.
    Next,
    /// In a text; `name`: it is one.
    Text {
        name: bool,
    },
    Escape {
        name: bool,
    },
    /// So many hex digits of `\uXXXX`.
    Hex {
        name: bool,
        left: u8,
    },
    /// The rest of `true`, `false`, `null`.
    Word(&'static [u8]),
    Number(Number),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    /// After `-`.
    Minus,
    /// After a leading zero.
    Zero,
    Digits,
    Point,
    Fraction,
    Exponent,
    Sign,
    Power,
}

impl Number {
    /// `None`: the number does not go on with this byte.
    fn after(self, byte: u8) -> Option<Self> {
        Some(match (self, byte) {
            (Self::Minus, b'0') => Self::Zero,
            (Self::Minus, b'1'..=b'9') | (Self::Digits, b'0'..=b'9') => Self::Digits,
            (Self::Zero | Self::Digits, b'.') => Self::Point,
            (Self::Point | Self::Fraction, b'0'..=b'9') => Self::Fraction,
            (Self::Zero | Self::Digits | Self::Fraction, b'e' | b'E') => Self::Exponent,
            (Self::Exponent, b'+' | b'-') => Self::Sign,
            (Self::Exponent | Self::Sign | Self::Power, b'0'..=b'9') => Self::Power,
            _ => return None,
        })
    }

    fn is_whole(self) -> bool {
        matches!(self, Self::Zero | Self::Digits | Self::Fraction | Self::Power)
    }
}

#[derive(Debug)]
pub(super) struct Machine {
    awaits: Awaits,
    open: Brackets,
    line: u64,
    /// Bytes of the current line in earlier pieces.
    before: u64,
}

impl Machine {
    pub(super) fn new() -> Self {
        Self { awaits: Awaits::Value, open: Brackets::default(), line: 1, before: 0 }
    }

    /// Where it stands now, for a text that ends here.
    pub(super) fn place(&self) -> Place {
        Place { line: self.line, column: self.before }
    }

    pub(super) fn take(&mut self, piece: &[u8]) -> Result<(), Place> {
        let mut at = 0;
        while let Some(&byte) = piece.get(at) {
            if let Awaits::Text { .. } = self.awaits {
                at += plain(&piece[at..]);
                let Some(&byte) = piece.get(at) else { break };
                self.text(byte).ok_or_else(|| self.fault(&piece[..=at]))?;
            } else {
                self.step(byte).ok_or_else(|| self.fault(&piece[..=at]))?;
            }
            at += 1;
        }
        self.count(piece);
        Ok(())
    }

    /// Whether it is whole, when no byte comes any more.
    pub(super) fn is_whole(&self) -> bool {
        let ended = match self.awaits {
            Awaits::Next => true,
            Awaits::Number(number) => number.is_whole(),
            _ => false,
        };
        ended && self.open.is_empty()
    }

    #[allow(clippy::naive_bytecount, reason = "the compiler counts many at a time")]
    fn fault(&self, upto: &[u8]) -> Place {
        let lines = upto.iter().filter(|byte| **byte == b'\n').count() as u64;
        match upto.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => Place { line: self.line + lines, column: (upto.len() - last - 1) as u64 },
            None => Place { line: self.line, column: self.before + upto.len() as u64 },
        }
    }

    fn count(&mut self, piece: &[u8]) {
        let place = self.fault(piece);
        (self.line, self.before) = (place.line, place.column);
    }

    /// A byte in a text that ends its plain part.
    fn text(&mut self, byte: u8) -> Option<()> {
        let Awaits::Text { name } = self.awaits else { return None };
        self.awaits = match byte {
            b'"' if name => Awaits::Colon,
            b'"' => Awaits::Next,
            b'\\' => Awaits::Escape { name },
            _ => return None, // a control character
        };
        Some(())
    }

    fn step(&mut self, byte: u8) -> Option<()> {
        match self.awaits {
            Awaits::Number(number) => {
                if let Some(number) = number.after(byte) {
                    self.awaits = Awaits::Number(number);
                    return Some(());
                }
                self.awaits = number.is_whole().then_some(Awaits::Next)?;
                return self.step(byte);
            }
            Awaits::Word(rest) => {
                let (first, rest) = rest.split_first()?;
                self.awaits = if rest.is_empty() { Awaits::Next } else { Awaits::Word(rest) };
                return (byte == *first).then_some(());
            }
            Awaits::Escape { name } => {
                self.awaits = match byte {
                    b'u' => Awaits::Hex { name, left: 4 },
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Awaits::Text { name },
                    _ => return None,
                };
                return Some(());
            }
            Awaits::Hex { name, left } => {
                let left = left - 1;
                self.awaits = if left == 0 { Awaits::Text { name } } else { Awaits::Hex { name, left } };
                return byte.is_ascii_hexdigit().then_some(());
            }
            _ if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') => return Some(()),
            _ => {}
        }
        self.awaits = match (self.awaits, byte) {
            (Awaits::FirstName, b'}') | (Awaits::FirstElement, b']') | (Awaits::Next, b'}' | b']') => {
                self.close(byte)?
            }
            (Awaits::FirstName | Awaits::Name, b'"') => Awaits::Text { name: true },
            (Awaits::Colon, b':') => Awaits::Value,
            (Awaits::Next, b',') => {
                if self.open.innermost()? {
                    Awaits::Name
                } else {
                    Awaits::Value
                }
            }
            (Awaits::Value | Awaits::FirstElement, _) => self.begin(byte)?,
            _ => return None,
        };
        Some(())
    }

    fn begin(&mut self, byte: u8) -> Option<Awaits> {
        Some(match byte {
            b'{' => {
                self.open.push(true);
                Awaits::FirstName
            }
            b'[' => {
                self.open.push(false);
                Awaits::FirstElement
            }
            b'"' => Awaits::Text { name: false },
            b't' => Awaits::Word(b"rue"),
            b'f' => Awaits::Word(b"alse"),
            b'n' => Awaits::Word(b"ull"),
            b'-' => Awaits::Number(Number::Minus),
            b'0' => Awaits::Number(Number::Zero),
            b'1'..=b'9' => Awaits::Number(Number::Digits),
            _ => return None,
        })
    }

    fn close(&mut self, byte: u8) -> Option<Awaits> {
        (self.open.pop()? == (byte == b'}')).then_some(Awaits::Next)
    }
}

/// How many bytes from the front are plain text: no quote, no backslash, no control character. Looked at many at a time.
fn plain(bytes: &[u8]) -> usize {
    const STEP: usize = 32;
    let ends = |byte: u8| byte == b'"' || byte == b'\\' || byte < b' ';
    let whole = bytes.chunks_exact(STEP).take_while(|chunk| !chunk.iter().fold(false, |any, byte| any | ends(*byte)));
    let skipped = whole.count() * STEP;
    let rest = &bytes[skipped..];
    skipped + rest.iter().position(|byte| ends(*byte)).unwrap_or(rest.len())
}

/// What is open, one bit each: an object, or a list.
#[derive(Debug, Default)]
struct Brackets {
    bits: Vec<u64>,
    count: usize,
}

impl Brackets {
    fn push(&mut self, object: bool) {
        let (word, bit) = (self.count / 64, self.count % 64);
        if bit == 0 {
            self.bits.truncate(word);
            self.bits.push(0);
        }
        self.bits[word] = (self.bits[word] & !(1 << bit)) | (u64::from(object) << bit);
        self.count += 1;
    }

    fn innermost(&self) -> Option<bool> {
        let last = self.count.checked_sub(1)?;
        Some(self.bits[last / 64] >> (last % 64) & 1 == 1)
    }

    fn pop(&mut self) -> Option<bool> {
        let last = self.innermost()?;
        self.count -= 1;
        Some(last)
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_whole(text: &[u8], step: usize) -> bool {
        let mut machine = Machine::new();
        text.chunks(step).all(|piece| machine.take(piece).is_ok()) && machine.is_whole()
    }

    /// Whatever serde_json takes for one value is one here, and nothing else.
    fn agrees(text: &str) {
        let expected = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        for step in [1, 3, 33, usize::MAX] {
            assert_eq!(is_whole(text.as_bytes(), step), expected, "{text:?} in pieces of {step}");
        }
    }

    proptest! {
        #[test]
        fn texts_of_the_right_letters_are_judged_as_by_serde(text in r#"[\[\]{}:," 0-9truefalsn.eE+\\/bu\n\-]{0,24}"#) {
            agrees(&text);
        }

        #[test]
        fn values_are_whole_and_torn_ones_are_not(depth in 0_usize..200, text in "\\PC{0,80}", cut in 0_usize..400, number in any::<f64>()) {
            let value = serde_json::json!({"a": [text, number, null, true, {"b": []}]}).to_string();
            let whole = format!("{}{value}{}", "[".repeat(depth), "]".repeat(depth));
            agrees(&whole);
            let torn: String = whole.chars().take(cut.min(whole.chars().count() - 1)).collect();
            agrees(&torn);
        }
    }

    #[test]
    fn long_plain_texts_end_where_they_end() {
        for length in 0..100 {
            for end in ['"', '\\', '\n'] {
                agrees(&format!("[\"{}{end}\"]", "é".repeat(length)));
                agrees(&format!("[\"{}{end}", "x".repeat(length)));
            }
        }
    }

    #[test]
    fn the_place_of_a_fault_is_told_across_pieces() {
        let text = b"{\n  \"a\": 1,\n  oops";
        for step in [1, 5, 100] {
            let mut machine = Machine::new();
            let fault = text.chunks(step).find_map(|piece| machine.take(piece).err());
            assert_eq!(fault, Some(Place { line: 3, column: 3 }), "in pieces of {step}");
        }
    }
}
