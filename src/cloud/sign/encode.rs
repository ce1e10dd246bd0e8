//! Percent-encoding as S3 signs it.
//!
//! In: keys and request paths. Out: the one spelling that signatures are made over, and bucket and key of a path.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const PATH: &AsciiSet = &VALUE.remove(b'/');

/// A value in a query.
pub fn value(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}

/// A path, slashes kept.
pub fn path(text: &str) -> String {
    utf8_percent_encode(text, PATH).to_string()
}

/// The path as the server signs it: whatever spelling the client chose, decoded and written anew. `None` when it is
/// not UTF-8.
pub fn canonical(raw: &str) -> Option<String> {
    percent_decode_str(raw).decode_utf8().ok().map(|text| path(&text))
}

/// Bucket and key of a path-style request. `None` when the path is not UTF-8.
pub fn key_of(raw: &str) -> Option<(String, String)> {
    let text = percent_decode_str(raw).decode_utf8().ok()?;
    let (bucket, key) = text.strip_prefix('/')?.split_once('/').unwrap_or((&text[1..], ""));
    Some((bucket.to_owned(), key.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_path_is_signed_alike() {
        assert_eq!(canonical("/b/a%7Eb%20c%2Fd").as_deref(), Some("/b/a~b%20c/d"));
        assert_eq!(canonical("/b/%FF"), None);
    }

    #[test]
    fn a_key_may_hold_anything() {
        let path = format!("/b/{}", path("up/a b+ü%2F.json"));
        assert_eq!(key_of(&path), Some(("b".into(), "up/a b+ü%2F.json".into())));
        assert_eq!(key_of("/b"), Some(("b".into(), String::new())));
    }
}
