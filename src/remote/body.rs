//! The body of a PUT: exactly the announced bytes, piece by piece, never all in memory.
//!
//! In: a [`Wire`]. Out: an HTTP body of known length that marks its pulse. Not here: the PUT itself (`put`), when
//! silence has lasted too long (`pulse`).

use std::fs::File;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::limit::Limit;
use super::pulse::Pulse;
use crate::platform::read_at;

/// Small enough that the HTTP library's buffer (about 410 KiB) is not overfilled; see `pulse` for why that matters.
const PIECE: usize = 64 * 1024;

/// What will be PUT, with the hashes of exactly these bytes.
#[derive(Debug, Clone)]
pub struct Wire {
    pub size: u64,
    pub sha256: [u8; 32],
    pub crc64nvme: u64,
    pub source: Source,
}

/// Where the bytes come from.
#[derive(Debug, Clone)]
pub enum Source {
    Memory(Bytes),
    /// Read by position from offset 0; `size` bytes, neither more nor fewer.
    File(Arc<File>),
}

/// How far the PUT of one file is, for those who watch it.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Reached>);

#[derive(Debug, Default)]
struct Reached {
    sent: AtomicU64,
    runs: AtomicBool,
}

/// The PUT runs for as long as this lives.
pub(super) struct Runs(Progress);

impl Progress {
    /// Bytes handed to the network so far.
    pub fn sent(&self) -> u64 {
        self.0.sent.load(Ordering::Relaxed)
    }

    /// Whether a PUT runs at this moment.
    pub fn runs(&self) -> bool {
        self.0.runs.load(Ordering::Relaxed)
    }

    pub(super) fn begin(&self) -> Runs {
        self.set(0);
        self.0.runs.store(true, Ordering::Relaxed);
        Runs(self.clone())
    }

    fn set(&self, sent: u64) {
        self.0.sent.store(sent, Ordering::Relaxed);
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        self.0.0.runs.store(false, Ordering::Relaxed);
    }
}

#[derive(Debug)]
pub(super) struct Pieces {
    source: Source,
    size: u64,
    offset: u64,
    pulse: Arc<Pulse>,
    progress: Progress,
    limit: Option<Arc<Limit>>,
    /// The piece that is booked with the limit: its length, and when it may go.
    booked: Option<(usize, Pin<Box<Sleep>>)>,
}

impl Pieces {
    pub(super) fn new(wire: &Wire, pulse: Arc<Pulse>, progress: Progress, limit: Option<Arc<Limit>>) -> Self {
        let source = wire.source.clone();
        Self { source, size: wire.size, offset: 0, pulse, progress, limit, booked: None }
    }

    /// Reads in place: from a local disk a piece costs less than handing it to another thread and back.
    fn read(&self, length: usize) -> io::Result<Bytes> {
        match &self.source {
            Source::Memory(bytes) => {
                let start = usize::try_from(self.offset).unwrap_or(usize::MAX);
                let end = start.saturating_add(length);
                if bytes.len() < end { Err(shorter()) } else { Ok(bytes.slice(start..end)) }
            }
            Source::File(file) => {
                let mut piece = vec![0; length];
                let mut filled = 0;
                while filled < length {
                    match read_at(file, &mut piece[filled..], self.offset + filled as u64) {
                        Ok(0) => return Err(shorter()),
                        Ok(count) => filled += count,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(piece.into())
            }
        }
    }
}

fn shorter() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it became shorter")
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        if this.offset == this.size {
            return Poll::Ready(None);
        }
        if this.pulse.is_abandoned() {
            return Poll::Ready(Some(Err(io::Error::other("nobody waits for the answer"))));
        }
        let left = this.size - this.offset;
        let most = this.limit.as_ref().map_or(PIECE, |limit| limit.piece());
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(most);
        if let Some(limit) = &this.limit {
            let booked =
                this.booked.get_or_insert_with(|| (length, Box::pin(sleep_until(limit.book(length, Instant::now())))));
            if booked.1.as_mut().poll(cx).is_pending() {
                this.pulse.hold(true, Instant::now());
                return Poll::Pending;
            }
            this.pulse.hold(false, Instant::now());
            this.booked = None;
        }
        match this.read(length) {
            Ok(piece) => {
                this.offset += piece.len() as u64;
                this.progress.set(this.offset);
                this.pulse.took(piece.len() as u64, Instant::now());
                Poll::Ready(Some(Ok(Frame::data(piece))))
            }
            Err(error) => {
                this.pulse.source_broke(words_for(&error));
                Poll::Ready(Some(Err(error)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.offset == self.size
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.size - self.offset)
    }
}

fn words_for(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "it became shorter".into(),
        kind => kind.to_string(),
    }
}
