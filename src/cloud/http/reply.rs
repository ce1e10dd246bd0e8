//! An answer and its bytes.
//!
//! In: status, headers, body. Out: the bytes of a whole HTTP/1.1 answer. Not here: sending them (`wire`).

use std::borrow::Cow;

/// A whole answer. `content-length` is added unless a header says it already.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(Cow<'static, str>, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::new(status).with("content-type", "application/json").body(value.to_string())
    }

    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Puts this value in the place of every header of that name.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.remove(name);
        self.headers.push((name.into(), value.into()));
    }

    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    }

    pub fn to_bytes(&self, keep_alive: bool) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512 + self.body.len());
        bytes.extend_from_slice(format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status)).as_bytes());
        for (name, value) in &self.headers {
            for part in [name.as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                bytes.extend_from_slice(part);
            }
        }
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
            bytes.extend_from_slice(format!("content-length: {}\r\n", self.body.len()).as_bytes());
        }
        bytes.extend_from_slice(if keep_alive { b"\r\n" } else { b"connection: close\r\n\r\n" });
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// The words that go with a status, for the ones that are used here.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        302 => "Found",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_stated_once() {
        let text = |reply: Reply| String::from_utf8(reply.to_bytes(true)).unwrap();
        assert_eq!(text(Reply::new(200).body("abc")), "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc");
        let stated = text(Reply::new(200).with("Content-Length", "9"));
        assert_eq!(stated.to_ascii_lowercase().matches("content-length").count(), 1);
    }

    #[test]
    fn setting_a_header_replaces_it() {
        let mut reply = Reply::new(200).with("ETag", "a");
        reply.set("etag", "b");
        assert_eq!(reply.headers, [("etag".into(), "b".to_owned())]);
    }
}
