//! The head of a request, taken apart.
//!
//! In: the bytes of a connection. Out: a [`Request`], or `None` while its head is not whole. Not here: the body
//! (`wire`).

use std::io;

/// More headers than any client of ours sends.
const MOST_HEADERS: usize = 64;

/// A request without its body. Header names are in lower case, values without the spaces around them.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Path and query, as they came.
    pub target: String,
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// The request at the start of `bytes` and how many of them its head takes.
    pub(super) fn parse(bytes: &[u8]) -> io::Result<Option<(Self, usize)>> {
        let mut space = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut head = httparse::Request::new(&mut space);
        let size = match head.parse(bytes) {
            Ok(httparse::Status::Complete(size)) => size,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        };
        let headers = head
            .headers
            .iter()
            .map(|h| (h.name.to_ascii_lowercase(), String::from_utf8_lossy(h.value).trim().to_owned()))
            .collect();
        let method = head.method.unwrap_or_default().to_owned();
        let target = head.path.unwrap_or_default().to_owned();
        Ok(Some((Self { method, target, headers }, size)))
    }

    /// The first header of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The part of the target before the question mark.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The part of the target after the question mark.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The size of the body, where the request states one size only.
    pub fn length(&self) -> Option<u64> {
        let mut sizes = self.headers.iter().filter(|(name, _)| name == "content-length");
        let size = sizes.next()?.1.parse().ok()?;
        sizes.next().is_none().then_some(size)
    }

    /// Whether the body comes in chunks, so that its size is unknown.
    pub fn is_chunked(&self) -> bool {
        self.header("transfer-encoding").is_some()
    }

    pub(super) fn wants_close(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    /// Whether the client waits for `100 Continue` before it sends the body.
    pub(super) fn waits(&self) -> bool {
        self.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_taken_apart_once_it_is_whole() {
        let bytes = b"PUT /b/k?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length:  12 \r\n\r\nbody";
        assert!(Request::parse(&bytes[..30]).unwrap().is_none());
        let (request, size) = Request::parse(bytes).unwrap().unwrap();
        assert_eq!(&bytes[size..], b"body");
        assert_eq!((request.path(), request.query(), request.length()), ("/b/k", "x=1", Some(12)));
        assert_eq!(request.header("host"), Some("a"));
    }

    #[test]
    fn two_sizes_are_no_size() {
        let bytes = b"PUT / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n";
        assert_eq!(Request::parse(bytes).unwrap().unwrap().0.length(), None);
    }

    #[test]
    fn garbage_is_an_error() {
        assert!(Request::parse(b"\x16\x03\x01\x02\x00\r\n\r\n").is_err());
    }
}
