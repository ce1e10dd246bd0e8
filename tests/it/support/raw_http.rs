//! An HTTP client that sends whatever it is told to, well-formed or not.
//!
//! In: a request as parts, and how its body travels. Out: the answer, or `None` when none came. One connection a
//! request.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// Longer than any honest answer takes on loopback, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
pub struct Ask {
    pub method: &'static str,
    /// `http://127.0.0.1:port/…`; the part after the host goes out as it is.
    pub url: String,
    /// Beside `Host` and what the way of travelling adds.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub travel: Travel,
}

/// How a body goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Travel {
    /// With `Content-Length`.
    Whole,
    /// In chunks, without `Content-Length`.
    Chunked,
    /// With the `Content-Length` of all, but only so many bytes; then the sending side ends.
    Cut(usize),
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The `Code` of an S3 error; empty when there is none.
    pub fn code(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        code.map_or_else(String::new, |(code, _)| code.to_owned())
    }
}

/// Sends it and waits for the answer.
pub fn send(ask: &Ask) -> io::Result<Option<Answer>> {
    let rest = ask.url.strip_prefix("http://").ok_or_else(|| io::Error::other("plain http only"))?;
    let (host, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut head = format!("{} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n", ask.method);
    for (name, value) in &ask.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let chunk = format!("{:x}\r\n", ask.body.len());
    let body = match ask.travel {
        Travel::Whole => ask.body.clone(),
        Travel::Chunked => [chunk.as_bytes(), &ask.body, b"\r\n0\r\n\r\n"].concat(),
        Travel::Cut(kept) => ask.body[..kept].to_vec(),
    };
    match ask.travel {
        Travel::Chunked => head.push_str("Transfer-Encoding: chunked\r\n\r\n"),
        Travel::Whole | Travel::Cut(_) => {
            let _ = write!(head, "Content-Length: {}\r\n\r\n", ask.body.len());
        }
    }
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // A server may answer and close before it has read everything: what it said still counts.
    let sent = stream.write_all(&[head.as_bytes(), &body].concat());
    if matches!(ask.travel, Travel::Cut(_)) {
        sent?;
        // When the server has closed its side too, it is done with the torso; what it says about it is its own affair.
        stream.shutdown(Shutdown::Write)?;
        let _ = stream.read_to_end(&mut Vec::new());
        return Ok(None);
    }
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Err(error) if bytes.is_empty() => Err(error),
        // `Connection: close` was asked for, so the answer ends with the connection.
        _ => Ok(parse(&bytes)),
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let mut answer = Answer { status, head, body: bytes[end + 4..].to_vec() };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = unchunk(&answer.body);
    }
    Some(answer)
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&bytes[..end]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let Some(piece) = size.filter(|size| *size > 0).and_then(|size| bytes.get(end + 2..end + 2 + size)) else {
            break;
        };
        body.extend_from_slice(piece);
        bytes = bytes.get(end + 2 + piece.len() + 2..).unwrap_or_default();
    }
    body
}
