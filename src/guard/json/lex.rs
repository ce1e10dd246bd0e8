//! Cuts JSON (RFC 8259) into tokens, strictly, without nesting and without building values.
//!
//! In: text. Out: each token with its bytes, or the place at which the text is no JSON. Depth costs a bit a level.
//! Not here: what a string says (`literal`), where in the document it stands (`path`).

use std::ops::Range;

use memchr::memchr2;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `{`
    Object,
    /// `[`
    Array,
    /// `}` or `]`
    Close,
    Comma,
    Colon,
    /// The name of a member, quotes included.
    Key,
    /// A string, quotes included.
    Text,
    Number,
    /// `true`, `false`, `null`
    Word,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub shape: Shape,
    /// Bytes of the text.
    pub span: Range<usize>,
}

/// The byte at which the text ceases to be JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken(pub usize);

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    /// A value or `]`.
    FirstValue,
    Key,
    /// A key or `}`.
    FirstKey,
    Colon,
    /// A comma or the end of what is open.
    More,
    /// The value is whole.
    End,
}

/// Yields tokens until the end, or until the text is found broken, which is its last word.
#[derive(Debug, Clone)]
pub struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    /// What is open: true for an object.
    open: Vec<bool>,
    next: Next,
    /// Several values may follow each other.
    many: bool,
    broken: bool,
}

impl<'a> Lexer<'a> {
    /// One value with nothing around it but space.
    pub fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, open: Vec::new(), next: Next::Value, many: false, broken: false }
    }

    /// One value or several, with line breaks or nothing between them.
    pub fn many(text: &'a str) -> Self {
        Self { many: true, ..Self::new(text) }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn step(&mut self) -> Result<Option<Token>, Broken> {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        let start = self.at;
        let Some(byte) = self.peek() else {
            return if self.next == Next::End { Ok(None) } else { Err(Broken(start)) };
        };
        if self.next == Next::End && self.many {
            self.next = Next::Value;
        }
        let shape = match (self.next, byte) {
            (Next::Value | Next::FirstValue, _) if byte != b']' => self.value(byte)?,
            (Next::FirstValue, b']') | (Next::FirstKey, b'}') => self.close(),
            (Next::Key | Next::FirstKey, b'"') => {
                self.string()?;
                self.next = Next::Colon;
                Shape::Key
            }
            (Next::Colon, b':') => {
                self.at += 1;
                self.next = Next::Value;
                Shape::Colon
            }
            (Next::More, b',') => {
                self.at += 1;
                self.next = if self.open.last() == Some(&true) { Next::Key } else { Next::Value };
                Shape::Comma
            }
            (Next::More, b'}') if self.open.last() == Some(&true) => self.close(),
            (Next::More, b']') if self.open.last() == Some(&false) => self.close(),
            _ => return Err(Broken(start)),
        };
        Ok(Some(Token { shape, span: start..self.at }))
    }

    fn value(&mut self, first: u8) -> Result<Shape, Broken> {
        let shape = match first {
            b'{' | b'[' => {
                self.at += 1;
                let object = first == b'{';
                self.open.push(object);
                self.next = if object { Next::FirstKey } else { Next::FirstValue };
                return Ok(if object { Shape::Object } else { Shape::Array });
            }
            b'"' => {
                self.string()?;
                Shape::Text
            }
            b'-' | b'0'..=b'9' => {
                self.number()?;
                Shape::Number
            }
            b't' => self.word(b"true")?,
            b'f' => self.word(b"false")?,
            b'n' => self.word(b"null")?,
            _ => return Err(Broken(self.at)),
        };
        self.ended();
        Ok(shape)
    }

    fn ended(&mut self) {
        self.next = if self.open.is_empty() { Next::End } else { Next::More };
    }

    fn close(&mut self) -> Shape {
        self.at += 1;
        self.open.pop();
        self.ended();
        Shape::Close
    }

    fn word(&mut self, word: &[u8]) -> Result<Shape, Broken> {
        if !self.bytes[self.at..].starts_with(word) {
            return Err(Broken(self.at));
        }
        self.at += word.len();
        Ok(Shape::Word)
    }

    fn digits(&mut self) -> Result<(), Broken> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == from { Err(Broken(from)) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<(), Broken> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), Broken> {
        self.at += 1;
        loop {
            let rest = &self.bytes[self.at..];
            let Some(found) = memchr2(b'"', b'\\', rest) else { return Err(Broken(self.bytes.len())) };
            if let Some(control) = rest[..found].iter().position(|byte| *byte < 0x20) {
                return Err(Broken(self.at + control));
            }
            self.at += found + 1;
            if rest[found] == b'"' {
                return Ok(());
            }
            match self.peek() {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
                Some(b'u') => {
                    let digits = self.bytes.get(self.at + 1..self.at + 5).unwrap_or_default();
                    if digits.len() < 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
                        return Err(Broken(self.at));
                    }
                    self.at += 5;
                }
                _ => return Err(Broken(self.at)),
            }
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Result<Token, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken {
            return None;
        }
        let step = self.step();
        self.broken = step.is_err();
        step.transpose()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(text: &str) -> bool {
        Lexer::new(text).all(|token| token.is_ok())
    }

    #[test]
    fn tokens_tell_their_places() {
        let text = r#" {"a" : [1.5e-3, "x\"y", null]} "#;
        let tokens: Vec<_> = Lexer::new(text).map(|token| token.expect("good")).collect();
        let shown: Vec<_> = tokens.iter().map(|token| (token.shape, &text[token.span.clone()])).collect();
        assert_eq!(
            shown,
            [
                (Shape::Object, "{"),
                (Shape::Key, "\"a\""),
                (Shape::Colon, ":"),
                (Shape::Array, "["),
                (Shape::Number, "1.5e-3"),
                (Shape::Comma, ","),
                (Shape::Text, r#""x\"y""#),
                (Shape::Comma, ","),
                (Shape::Word, "null"),
                (Shape::Close, "]"),
                (Shape::Close, "}"),
            ]
        );
    }

    #[test]
    fn what_is_no_json_is_refused_at_its_place() {
        for (text, place) in [
            ("", 0),
            ("{\"a\":1,}", 7),
            ("[1 2]", 3),
            ("[1,]", 3),
            ("{\"a\" 1}", 5),
            ("[01]", 2),
            ("\"\\ud83\"", 2),
            ("\"a\tb\"", 2),
            ("\"\\x\"", 2),
            ("{\"a\":1]", 6),
            ("nul", 0),
            ("1.", 2),
            ("{} {}", 3),
            ("\"open", 5),
            ("\u{feff}{}", 0),
        ] {
            let last = Lexer::new(text).last();
            assert_eq!(last, Some(Err(Broken(place))), "{text:?}");
        }
        assert!(Lexer::many("{}\n{\"a\":1}\n").all(|token| token.is_ok()));
        assert!(!Lexer::many("{}\n{\"a\":1\n").all(|token| token.is_ok()));
    }

    #[test]
    fn depth_does_not_matter() {
        assert!(whole(&("[".repeat(200_000) + &"]".repeat(200_000))));
    }

    proptest! {
        #[test]
        fn agrees_with_another_reader(text in r#"[ \[\]{},:"0-9eE+.truefalsn\\-]{0,24}"#) {
            prop_assert_eq!(whole(&text), serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{}", text);
        }
    }
}
