//! The plainest HTTP client: one request on one connection.

use std::fmt::Write as _;
use std::io;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::super::Cloud;
use super::super::options::Mode;

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Reads one answer; an error when the connection ends before it is whole.
pub async fn answer(stream: &mut TcpStream) -> io::Result<Answer> {
    let mut bytes = Vec::new();
    loop {
        let mut space = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Response::new(&mut space);
        if let httparse::Status::Complete(size) = head.parse(&bytes).map_err(io::Error::other)? {
            let headers: Vec<_> = head
                .headers
                .iter()
                .map(|h| (h.name.to_owned(), String::from_utf8_lossy(h.value).into_owned()))
                .collect();
            let mut answer = Answer { status: head.code.unwrap(), headers, body: bytes[size..].to_vec() };
            let length: usize = answer.header("content-length").unwrap().parse().unwrap();
            while answer.body.len() < length {
                if stream.read_buf(&mut answer.body).await? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            return Ok(answer);
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// The bytes of a request to `url`.
pub fn request(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> (String, Vec<u8>) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, target) = rest.split_at(rest.find('/').unwrap());
    let mut text = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n");
    for (name, value) in headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
        write!(text, "Content-Length: {}\r\n", body.len()).unwrap();
    }
    text.push_str("\r\n");
    (host.to_owned(), [text.as_bytes(), body].concat())
}

pub async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
    let (host, bytes) = request(method, url, headers, body);
    let mut stream = TcpStream::connect(host).await?;
    stream.write_all(&bytes).await?;
    answer(&mut stream).await
}

/// Asks the presigner for a URL, with the new members too.
pub async fn presign(cloud: &Cloud, name: &str, body: &[u8]) -> io::Result<Answer> {
    let sha256 = Sha256::digest(body).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let identity = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, name.as_bytes());
    let members = json!({ "deviceId": "dev001", "filename": name, "v": 1, "size": body.len(), "sha256": sha256,
                          "idempotencyKey": identity.to_string(),
                          "createdAt": "20260127T103000Z" });
    let json = [("Content-Type", "application/json")];
    send("POST", &cloud.api_url(), &json, members.to_string().as_bytes()).await
}

/// PUT as the presigner's answer says.
pub async fn put(grant: &Value, body: &[u8]) -> io::Result<Answer> {
    let given = grant["headers"].as_object();
    let mut headers: Vec<_> =
        given.into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    if given.is_none() {
        headers.push(("content-type", "application/json"));
    }
    send("PUT", grant["url"].as_str().unwrap(), &headers, body).await
}

/// Both steps; what S3 said.
pub async fn deliver(cloud: &Cloud, name: &str, body: &[u8]) -> io::Result<Answer> {
    let grant = presign(cloud, name, body).await?;
    assert_eq!(grant.status, 200, "{}", grant.text());
    put(&grant.json(), body).await
}

pub const MODES: [Mode; 3] = [Mode::SigV4, Mode::SigV2, Mode::V1];
