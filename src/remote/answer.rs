//! Reading an answer, and not one byte more than is sensible.
//!
//! In: a response. Out: its body up to a limit, the error code that S3 put there. Not here: what it means (`classify`).

use std::time::Duration;

use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};

/// Replies of a presigner and errors of S3 are far smaller, in bytes.
pub(super) const REPLY_MAX: usize = 64 * 1024;
/// An error text that takes longer is not worth the wait: the status says enough.
const ERROR_PATIENCE: Duration = Duration::from_secs(10);

/// The whole body, or `None` as soon as it is longer than `most`.
pub(super) async fn read(mut answer: Response, most: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
        if body.len() + piece.len() > most {
            return Ok(None);
        }
        body.extend_from_slice(&piece);
    }
    Ok(Some(body))
}

/// As much of an error's body as comes in time; whatever breaks on the way, what came is enough.
pub(super) async fn read_error(mut answer: Response) -> Vec<u8> {
    let mut body = Vec::new();
    let reading = async {
        while let Ok(Some(piece)) = answer.chunk().await {
            body.extend_from_slice(&piece[..piece.len().min(REPLY_MAX - body.len())]);
            if body.len() == REPLY_MAX {
                break;
            }
        }
    };
    // Running out of time is as good as the end of the text.
    let _ = tokio::time::timeout(ERROR_PATIENCE, reading).await;
    body
}

pub(super) fn is_html(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.trim_start().get(..9).is_some_and(|start| start.eq_ignore_ascii_case("text/html"))
}

/// Nothing here asks for that; some proxies do it all the same.
pub(super) fn is_compressed(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// What may be known of an S3 error document: three elements, found by their names and never by an XML parser.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct S3Error {
    /// Letters and digits only, at most 64.
    pub(super) code: Option<String>,
    /// Names of headers, at most 128 characters.
    pub(super) headers_not_signed: Option<String>,
    /// The message is the known sentence about an expired URL.
    pub(super) expired: bool,
}

impl S3Error {
    pub(super) fn find(body: &[u8]) -> Self {
        let code =
            element(body, "Code").filter(|code| code.len() <= 64 && code.bytes().all(|c| c.is_ascii_alphanumeric()));
        Self {
            code: code.map(str::to_owned),
            headers_not_signed: element(body, "HeadersNotSigned").map(str::to_owned),
            expired: element(body, "Message")
                .is_some_and(|message| message.eq_ignore_ascii_case("Request has expired")),
        }
    }
}

/// The text of the first element of this name, if it is harmless: 1 to 128 of letters, digits and `. _ , - space`.
fn element<'a>(body: &'a [u8], name: &str) -> Option<&'a str> {
    let start = after(body, format!("<{name}>").as_bytes())?;
    let length = body[start..].iter().take(129).position(|&c| c == b'<')?;
    let text = std::str::from_utf8(&body[start..start + length]).ok()?;
    let is_harmless = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b',' | b'-' | b' ');
    let closes = body[start + length..].starts_with(format!("</{name}>").as_bytes());
    (closes && !text.is_empty() && text.bytes().all(is_harmless)).then_some(text)
}

fn after(body: &[u8], tag: &[u8]) -> Option<usize> {
    body.windows(tag.len()).position(|window| window == tag).map(|at| at + tag.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_harmless() {
        let body = b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>There were headers</Message>\
                     <HeadersNotSigned>x-amz-acl, x-amz-meta-a</HeadersNotSigned></Error>";
        let found = S3Error::find(body);
        assert_eq!(found.code.as_deref(), Some("AccessDenied"));
        assert_eq!(found.headers_not_signed.as_deref(), Some("x-amz-acl, x-amz-meta-a"));
        assert!(!found.expired);
        assert!(S3Error::find(b"<Code>AccessDenied</Code><Message>Request has expired</Message>").expired);
    }

    #[test]
    fn takes_nothing_else() {
        for body in [
            &b""[..],
            b"<Code>",
            b"<Code></Code>",
            b"<Code>a b</Code>",
            b"<Code>https://x/?X-Amz-Signature=1</Code>",
            b"<Code>a<b></b></Code>",
            b"<Code>\x1b[2J</Code>",
            b"<Code>unclosed",
        ] {
            assert_eq!(S3Error::find(body), S3Error::default(), "{}", String::from_utf8_lossy(body));
        }
        let long = format!("<Code>{}</Code>", "A".repeat(65));
        assert_eq!(S3Error::find(long.as_bytes()).code, None);
    }
}
