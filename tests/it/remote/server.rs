//! A small server on loopback that says exactly what a test wants: presigner and storage in one.
//!
//! In: two closures. Out: a record of what was asked. Every connection has a thread; a closure may do anything with it.
//! Not here: a storage that checks signatures.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

pub const SECRET: &str = "5ecre75ignature";
pub const KEY: &str = "uploads/dev001/2026-01-27T10-30-00Z_5f_a.json";

/// The head of a request; header names are lower case.
#[derive(Debug, Clone)]
pub struct Head {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
}

impl Head {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What a PUT says beside HTTP's own.
    pub fn extra(&self) -> Vec<&str> {
        let own = ["host", "accept", "user-agent", "content-length", "connection"];
        let mut names: Vec<_> =
            self.headers.iter().map(|(name, _)| name.as_str()).filter(|n| !own.contains(n)).collect();
        names.sort_unstable();
        names
    }
}

/// One connection, with the request's head read already.
pub struct Line {
    pub reader: BufReader<TcpStream>,
    pub length: usize,
    /// Bytes of the body that were read.
    pub taken: usize,
    open: bool,
}

impl Line {
    /// Reads up to `most` further bytes of the body.
    pub fn take(&mut self, most: usize) -> Vec<u8> {
        let mut part = vec![0; most.min(self.length - self.taken)];
        self.reader.read_exact(&mut part).expect("the client sends what it announced");
        self.taken += part.len();
        part
    }

    pub fn body(&mut self) -> Vec<u8> {
        self.take(usize::MAX)
    }

    pub fn raw(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.reader.get_mut().write_all(bytes)
    }

    pub fn answer(&mut self, status: u16, headers: &[(&str, &str)], body: &[u8]) {
        let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            head = head + name + ": " + value + "\r\n";
        }
        // A client that has gone already is some tests' point.
        let _ = self.raw(&[head.as_bytes(), b"\r\n", body].concat());
    }

    /// No further request on this connection.
    pub fn hang_up(&mut self) {
        self.open = false;
    }
}

type Serve = Box<dyn Fn(&Head, &mut Line) + Send + Sync>;

pub struct Server {
    pub address: SocketAddr,
    pub heads: Arc<Mutex<Vec<Head>>>,
    pub bodies: Arc<Mutex<Vec<Vec<u8>>>>,
    pub connections: Arc<AtomicUsize>,
}

impl Server {
    /// `presign` answers each POST (its body is recorded), `put` everything else.
    pub fn start(
        presign: impl Fn(&Head, &mut Line) + Send + Sync + 'static,
        put: impl Fn(&Head, &mut Line) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let server = Self {
            address: listener.local_addr().expect("bound"),
            heads: Arc::default(),
            bodies: Arc::default(),
            connections: Arc::default(),
        };
        let serve: Arc<(Serve, Serve)> = Arc::new((Box::new(presign), Box::new(put)));
        let (heads, bodies, connections) = (server.heads.clone(), server.bodies.clone(), server.connections.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (serve, heads, bodies) = (serve.clone(), heads.clone(), bodies.clone());
                thread::spawn(move || converse(stream, &serve, &heads, &bodies));
            }
        });
        server
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn puts(&self) -> Vec<Head> {
        self.heads.lock().expect("no panic").iter().filter(|head| head.method == "PUT").cloned().collect()
    }

    pub fn presigns(&self) -> Vec<Value> {
        let bodies = self.bodies.lock().expect("no panic");
        bodies.iter().map(|body| serde_json::from_slice(body).expect("a JSON request")).collect()
    }
}

fn converse(stream: TcpStream, serve: &(Serve, Serve), heads: &Mutex<Vec<Head>>, bodies: &Mutex<Vec<Vec<u8>>>) {
    let mut line = Line { reader: BufReader::new(stream), length: 0, taken: 0, open: true };
    while line.open {
        let Some(head) = read_head(&mut line.reader) else { return };
        line.length = head.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        line.taken = 0;
        heads.lock().expect("no panic").push(head.clone());
        if head.method == "POST" {
            let body = line.body();
            bodies.lock().expect("no panic").push(body);
            serve.0(&head, &mut line);
        } else {
            serve.1(&head, &mut line);
        }
    }
}

fn read_head(reader: &mut BufReader<TcpStream>) -> Option<Head> {
    let mut next = || {
        let mut text = String::new();
        reader.read_line(&mut text).ok().filter(|count| *count > 0)?;
        Some(text.trim_end().to_owned())
    };
    let first = next()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let text = next()?;
        let Some((name, value)) = text.split_once(':') else { return Some(Head { method, target, headers }) };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

/// The reply of an old presigner, SigV4, path style, on this same server.
pub fn reply_v4(head: &Head) -> Value {
    let query = format!("X-Amz-Expires=300&X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature={SECRET}");
    json!({"url": format!("http://{}/bkt/{KEY}?{query}", head.header("host").expect("a host")), "key": KEY})
}

/// A presigner that gives this reply every time.
pub fn gives(reply: fn(&Head) -> Value) -> impl Fn(&Head, &mut Line) + Send + Sync + 'static {
    move |head, line| line.answer(200, &[("content-type", "application/json")], reply(head).to_string().as_bytes())
}
