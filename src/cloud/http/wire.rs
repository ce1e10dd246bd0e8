//! One connection: whole requests, bodies in pieces, answers, and the rude ways to end it.
//!
//! In: an accepted socket. Out: requests and body pieces; an error as soon as the client is gone. The fault layer acts
//! on bytes here: pace of reading and writing, half-close, reset. Not here: deciding any of that (`faults`).

use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time;

use super::{Reply, Request};

const LONGEST_HEAD: usize = 64 * 1024;
const PIECE: usize = 64 * 1024;
/// How long a client that is still sending may take to read an early answer.
const LINGER: Duration = Duration::from_millis(500);

/// So many bytes, then a pause.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub step: usize,
    pub pause: Duration,
}

#[derive(Debug)]
pub struct Wire {
    stream: Option<TcpStream>,
    buffer: BytesMut,
    /// Body bytes of the current request that were not taken yet.
    left: u64,
    waits: bool,
    closes: bool,
    /// Slows the reading of the current body.
    pub read_pace: Option<Pace>,
    /// Slows the writing of the current answer.
    pub write_pace: Option<Pace>,
}

impl Wire {
    pub fn new(stream: TcpStream) -> Self {
        let buffer = BytesMut::with_capacity(8 * 1024);
        let stream = Some(stream);
        Self { stream, buffer, left: 0, waits: false, closes: false, read_pace: None, write_pace: None }
    }

    /// The next request, or `None` when the connection is over.
    pub async fn request(&mut self) -> io::Result<Option<Request>> {
        if self.stream.is_none() {
            return Ok(None);
        }
        loop {
            if let Some((request, size)) = Request::parse(&self.buffer)? {
                let _ = self.buffer.split_to(size);
                self.left = request.length().unwrap_or(0);
                self.waits = request.waits();
                self.closes = request.wants_close() || request.is_chunked();
                (self.read_pace, self.write_pace) = (None, None);
                return Ok(Some(request));
            }
            if self.buffer.len() > LONGEST_HEAD {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the head of a request is too long"));
            }
            if !self.fill(8 * 1024).await? {
                return Ok(None);
            }
        }
    }

    /// The next piece of the body, at most `most` bytes of it; `None` when it is whole. The end of the connection in
    /// the middle of a body is an error.
    pub async fn piece(&mut self, most: usize) -> io::Result<Option<Bytes>> {
        if self.left == 0 || most == 0 {
            return Ok(None);
        }
        if std::mem::take(&mut self.waits) {
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        let most = match self.read_pace {
            Some(pace) => {
                time::sleep(pace.pause).await;
                most.min(pace.step)
            }
            None => most,
        };
        if self.buffer.is_empty() && !self.fill(PIECE).await? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let size = self.buffer.len().min(most).min(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= size as u64;
        Ok(Some(self.buffer.split_to(size).freeze()))
    }

    /// Takes `count` bytes of the body, or all of it when it has fewer, and forgets them.
    pub async fn skip(&mut self, count: u64) -> io::Result<()> {
        let mut rest = count;
        while let Some(piece) = self.piece(usize::try_from(rest).unwrap_or(PIECE)).await? {
            rest -= piece.len() as u64;
        }
        Ok(())
    }

    /// The whole body when it has at most `limit` bytes; `None` (and nothing read) when it is longer.
    pub async fn body(&mut self, limit: u64) -> io::Result<Option<Vec<u8>>> {
        if self.left > limit {
            return Ok(None);
        }
        let mut body = Vec::with_capacity(self.left as usize);
        while let Some(piece) = self.piece(usize::MAX).await? {
            body.extend_from_slice(&piece);
        }
        Ok(Some(body))
    }

    /// Whether the client still waits for leave to send its body.
    pub fn awaits_continue(&self) -> bool {
        self.waits
    }

    /// Sends a whole answer. The connection ends after it when body bytes are still unread.
    pub async fn reply(&mut self, reply: &Reply) -> io::Result<()> {
        let keep_alive = self.left == 0 && !self.closes;
        let bytes = reply.to_bytes(keep_alive);
        match self.write_pace {
            Some(pace) => {
                for part in bytes.chunks(pace.step.max(1)) {
                    self.send(part).await?;
                    time::sleep(pace.pause).await;
                }
            }
            None => self.send(&bytes).await?,
        }
        if !keep_alive {
            self.linger().await;
        }
        Ok(())
    }

    /// These bytes, as they are.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.stream {
            Some(stream) => stream.write_all(bytes).await,
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Ends the sending side; what the client sends can still be read.
    pub async fn half_close(&mut self) -> io::Result<()> {
        match &mut self.stream {
            Some(stream) => stream.shutdown().await,
            None => Ok(()),
        }
    }

    /// Ends the connection at once. Bytes that the client sent and nobody read turn this into a reset, as on any host.
    pub fn close(&mut self) {
        self.stream = None;
    }

    /// The client sees "connection reset".
    pub fn reset(&mut self) {
        if let Some(stream) = self.stream.take() {
            // Without it the client would see an orderly end; nothing else depends on it.
            let _ = stream.set_zero_linger();
        }
    }

    /// Ends the connection so that a client which is still sending can read the answer: an immediate close would reset
    /// the connection under it.
    async fn linger(&mut self) {
        if let Some(mut stream) = self.stream.take() {
            let mut waste = [0; 4096];
            let drain = async {
                stream.shutdown().await?;
                while stream.read(&mut waste).await? > 0 {}
                io::Result::Ok(())
            };
            let _ = time::timeout(LINGER, drain).await;
        }
    }

    /// Reads what is there; `false` at the end of the connection.
    async fn fill(&mut self, room: usize) -> io::Result<bool> {
        self.buffer.reserve(room);
        match &mut self.stream {
            Some(stream) => Ok(stream.read_buf(&mut self.buffer).await? > 0),
            None => Ok(false),
        }
    }
}
