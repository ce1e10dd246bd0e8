//! One caller at our end: lines that come in, answers that go out.
//!
//! In: any stream. Out: [`Request`]s; nonsense is answered here and goes no further.
//! Not here: what a request does (`server`, `desktop`).

use std::io;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

use super::protocol::{LINE_MAX, Request, Unfit, refused};

/// A caller that does not take its answer for this long is let go.
const PATIENCE: Duration = Duration::from_secs(30);

/// A conversation with one caller.
#[derive(Debug)]
pub(super) struct Caller<S> {
    stream: BufReader<S>,
    line: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Caller<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream: BufReader::new(stream), line: Vec::new() }
    }

    /// The next request; `None` when the conversation is over.
    pub(super) async fn next(&mut self) -> Option<Request> {
        loop {
            match self.read_line().await {
                Ok(Some(true)) => match Request::parse(&self.line) {
                    Ok(request) => return Some(request),
                    Err(unfit) => self.tell(&refused(&unfit)).await.ok()?,
                },
                Ok(Some(false)) => {
                    // The rest of such a line is not worth waiting for.
                    let _ = self.tell(&refused(&Unfit::TooLong)).await;
                    return None;
                }
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// `Some(true)`: a line is in `line`; `Some(false)`: it is too long; `None`: the caller is done.
    async fn read_line(&mut self) -> io::Result<Option<bool>> {
        self.line.clear();
        let read = (&mut self.stream).take(LINE_MAX as u64 + 1).read_until(b'\n', &mut self.line).await?;
        if read > LINE_MAX {
            return Ok(Some(false));
        }
        Ok((read > 0).then_some(true))
    }

    /// Writes one line.
    pub(super) async fn tell(&mut self, answer: &Value) -> io::Result<()> {
        let mut line = answer.to_string();
        line.push('\n');
        let stream = self.stream.get_mut();
        let written = async {
            stream.write_all(line.as_bytes()).await?;
            stream.flush().await
        };
        tokio::time::timeout(PATIENCE, written).await.map_err(|_| io::ErrorKind::TimedOut)?
    }

    /// Waits until the caller is gone; what it says meanwhile is not heard.
    pub(super) async fn hung_up(&mut self) {
        let mut ignored = [0; 256];
        while matches!(self.stream.read(&mut ignored).await, Ok(1..)) {}
    }
}
