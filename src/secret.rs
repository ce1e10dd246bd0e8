//! A text that nobody gets to see: keys, tokens and codes.
//!
//! In: a text from a person, a file, the keychain. Out: itself to whoever asks with [`Secret::expose`], and three dots to
//! every formatter. It is neither `Display` nor `Serialize`, so that it cannot get into a log, a status or an answer by
//! accident. Not here: where secrets lie (`auth`).

use std::fmt;

/// Longer texts are no keys, and API Gateway takes no longer headers.
const LONGEST: usize = 4096;

#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Why a text cannot be a secret; says nothing of the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSecret {
    #[error("it is empty")]
    Empty,
    #[error("it is longer than {LONGEST} characters")]
    TooLong,
    #[error("it holds spaces, line breaks or characters outside of ASCII, which no header can carry")]
    Characters,
}

impl Secret {
    /// White space around it is not part of it: lines of files and of terminals end in some.
    pub fn parse(text: &str) -> Result<Self, BadSecret> {
        match text.trim() {
            "" => Err(BadSecret::Empty),
            long if long.len() > LONGEST => Err(BadSecret::TooLong),
            odd if !odd.bytes().all(|byte| byte.is_ascii_graphic()) => Err(BadSecret::Characters),
            good => Ok(Self(good.to_owned())),
        }
    }

    /// The text. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// It does not lie about in memory that others get next.
impl Drop for Secret {
    fn drop(&mut self) {
        wipe(std::mem::take(&mut self.0));
    }
}

/// Ends a text and leaves nothing of it in the memory that it had.
pub fn wipe(text: String) {
    let mut bytes = text.into_bytes();
    bytes.fill(0);
    // Nobody reads them any more, so the compiler would leave it out.
    std::hint::black_box(&bytes);
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shows_it() {
        let secret = Secret::parse(" otk_correct-horse\r\n").expect("a key");
        assert_eq!(secret.expose(), "otk_correct-horse");
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)), "… Some(\n    …,\n)");
    }

    #[test]
    fn what_no_header_can_carry_is_refused() {
        for (text, why) in [
            ("", BadSecret::Empty),
            (" \n", BadSecret::Empty),
            ("two words", BadSecret::Characters),
            ("a\r\nx-other: b", BadSecret::Characters),
            ("schlüssel", BadSecret::Characters),
            (&"x".repeat(LONGEST + 1), BadSecret::TooLong),
        ] {
            assert_eq!(Secret::parse(text), Err(why), "{text:?}");
        }
    }
}
