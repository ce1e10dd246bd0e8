//! The pause that a server asks for ("slow down", `Retry-After`), kept by every file that is on its way to it.
//!
//! In: the failure that asked, and for how long. Out: a wait until it is over, or the word that it is too long to be waited
//! for within a round. Not here: whether new files are started (`gate`), how long one file pauses (`remote::Round`).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::remote::{Failure, Next, Stage, Verdict};

/// A file that is on its way does not wait longer; the schedule does.
const LONGEST: Duration = Duration::from_secs(11);

/// Whom a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Server {
    Presigner,
    Bucket,
}

impl Server {
    pub(super) fn of(failure: &Failure) -> Self {
        match failure.stage {
            Stage::Put | Stage::PutStatus => Self::Bucket,
            _ => Self::Presigner,
        }
    }
}

/// What the presigner and the bucket have asked for.
#[derive(Debug, Default)]
pub(super) struct Calm(Mutex<[Option<Ordered>; 2]>);

#[derive(Debug, Clone)]
struct Ordered {
    until: Instant,
    by: Failure,
}

/// The pause is too long: what asked for it, and what is left of it.
#[derive(Debug)]
pub(super) struct TooLong {
    pub failure: Failure,
    pub left: Duration,
}

impl Calm {
    /// A server asked one file for less, and that file does `next`: the others do as much.
    pub(super) fn heed(&self, failure: &Failure, next: Next, now: Instant) {
        let pause = match next {
            Next::Put { after } | Next::Presign { after } => failure.retry_after.map(|_| after),
            Next::GiveUp(Verdict::Throttled(asked)) => asked,
            Next::GiveUp(_) => None,
        };
        let Some(until) = pause.map(|pause| now + pause) else { return };
        let place = &mut self.places()[Server::of(failure) as usize];
        if place.as_ref().is_none_or(|known| known.until < until) {
            *place = Some(Ordered { until, by: failure.clone() });
        }
    }

    /// Waits until this server wants no pause any more.
    pub(super) async fn kept(&self, server: Server) -> Result<(), Box<TooLong>> {
        loop {
            let ordered = self.places()[server as usize].clone();
            let Some(Ordered { until, by }) = ordered else { return Ok(()) };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            if left > LONGEST {
                return Err(Box::new(TooLong { failure: by, left }));
            }
            tokio::time::sleep(left).await;
        }
    }

    /// Somebody asks for another try at once.
    pub(super) fn end(&self) {
        *self.places() = [None, None];
    }

    fn places(&self) -> MutexGuard<'_, [Option<Ordered>; 2]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
