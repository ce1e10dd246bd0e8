//! A forward proxy that rewrites what passes: lines of the head, and bodies.
//!
//! In: two functions, for requests and for answers. Out: an address for `network.proxy`. Each exchange has a connection of
//! its own on both sides. Not here: what is rewritten (`meddling`), proxies that refuse (`proxies`).

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// A request or an answer, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// `PUT http://host/path HTTP/1.1`, or `HTTP/1.1 200 OK`.
    pub first: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Message {
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = || {
            let mut text = String::new();
            reader.read_line(&mut text).ok().filter(|count| *count > 0)?;
            Some(text.trim_end().to_owned())
        };
        let first = line()?;
        let mut headers = Vec::new();
        while let Some((name, value)) = line()?.split_once(':') {
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut message = Self { first, headers, body: Vec::new() };
        let length = message.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        message.body = vec![0; length];
        reader.read_exact(&mut message.body).ok()?;
        Some(message)
    }

    pub fn is_put(&self) -> bool {
        self.first.starts_with("PUT")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn add(&mut self, name: &str, value: &str) {
        self.headers.push((name.into(), value.into()));
    }

    pub fn drop(&mut self, name: &str) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// In the place of what is there.
    pub fn set(&mut self, name: &str, value: &str) {
        self.drop(name);
        self.add(name, value);
    }

    /// Packed as servers pack, though this packing makes nothing smaller.
    pub fn pack(&mut self) {
        self.body = gzip(&self.body);
        self.set("Content-Encoding", "gzip");
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = self.first.clone() + "\r\n";
        for (name, value) in &self.headers {
            head = head + name + ": " + value + "\r\n";
        }
        [head.as_bytes(), b"\r\n", &self.body].concat()
    }
}

/// Changes a request.
pub type OnTheWay = fn(&mut Message);
/// Changes the answer to a request.
pub type OnTheWayBack = fn(&Message, &mut Message);

/// Its address. It serves until the tests end.
pub fn start(there: OnTheWay, back: OnTheWayBack) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || pass(&stream, there, back));
        }
    });
    address
}

/// `None` when one side left, which is its right.
fn pass(client: &TcpStream, there: OnTheWay, back: OnTheWayBack) -> Option<()> {
    let request = Message::read(client)?;
    let mut sent = request.clone();
    let (host, first) = origin_form(&request.first)?;
    sent.first = first;
    there(&mut sent);
    sent.set("Connection", "close");
    if sent.header("transfer-encoding").is_none() {
        sent.set("Content-Length", &sent.body.len().to_string());
    }
    let mut server = TcpStream::connect(host).ok()?;
    server.write_all(&sent.bytes()).ok()?;
    let mut answer = Message::read(&server)?;
    answer.drop("connection");
    back(&request, &mut answer);
    if answer.header("transfer-encoding").is_none() {
        answer.set("Content-Length", &answer.body.len().to_string());
    }
    answer.add("Connection", "close");
    let mut client = client;
    client.write_all(&answer.bytes()).ok()
}

/// `PUT http://host:1/path HTTP/1.1` is for the host, which is told `PUT /path HTTP/1.1`.
fn origin_form(first: &str) -> Option<(String, String)> {
    let (method, rest) = first.split_once(" http://")?;
    let (host, rest) = rest.split_once('/')?;
    Some((host.into(), format!("{method} /{rest}")))
}

/// One stored block.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let size = u16::try_from(bytes.len()).expect("a small body");
    let sum = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, bytes) as u32;
    let parts: [&[u8]; 6] = [
        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1],
        &size.to_le_bytes(),
        &(!size).to_le_bytes(),
        bytes,
        &sum.to_le_bytes(),
        &u32::from(size).to_le_bytes(),
    ];
    parts.concat()
}
