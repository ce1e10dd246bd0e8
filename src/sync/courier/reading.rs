//! The courier's first step: the look inside the file, on a thread where it may take its time.
//!
//! In: a trip that has just begun. Out: the document, or what holds the file. Not here: the look itself (`document`).

use std::sync::Arc;
use std::time::Duration;

use super::super::delivery::Seen;
use super::super::document::{self, Document, Hold, IN_MEMORY, Terms};
use super::super::guarding::{Guarding, seal};
use super::super::ledger::{LedgerError, Open};
use super::{Outcome, Trip};
use crate::guard::Blocked;

impl Trip {
    pub(super) async fn read(&mut self) -> Result<Seen, LedgerError> {
        fail::fail_point!("read");
        let in_place = matches!(self.job.open, Some(Open::Orphan { .. }));
        let (dir, leaf) = (Arc::clone(&self.dir), self.leaf(&self.job.name).to_owned());
        let terms = Terms {
            require_json: self.job.require_json,
            origin: self.delivery.origin().to_owned(),
            guarding: Some(self.job.guarding.clone()),
            choice: self.job.choice,
            seen: Arc::clone(&self.job.seen),
        };
        let work = move || {
            let document = document::take(&dir, &leaf, &terms)?;
            if !in_place {
                document::can_be_marked(&dir, &leaf)?;
            }
            Ok(document)
        };
        let size = self.job.expected.map(|identity| identity.size);
        let taken = match size {
            // Small files are quicker read than handed to another thread, if they are only read.
            Some(..=IN_MEMORY) if self.job.guarding.is_off() => work(),
            _ => self.elsewhere(size.unwrap_or_default(), work).await,
        };
        Ok(match taken {
            Ok(document) if self.job.expected.is_some_and(|expected| expected != document.intent.identity) => {
                self.hold(Hold::Writing)
            }
            Ok(document) => {
                let intent = document.intent.clone();
                if let Some((_, choice)) = self.job.choice.take_if(|(content, _)| *content == intent.source_sha256) {
                    let seal = seal(&intent.source_sha256, self.delivery.origin());
                    self.job.ledger.choose(seal, choice).await?;
                    self.job.guarding.remember([(seal, choice)]);
                }
                self.document = Some(document);
                Seen::Taken(intent)
            }
            Err(Hold::Gone) => {
                self.why = Some(Outcome::Held(Hold::Gone));
                Seen::Gone
            }
            Err(hold) => self.hold(hold),
        })
    }

    /// On another thread, large documents one at a time. A guard that does not come to an end is not waited for.
    async fn elsewhere(
        &self,
        size: u64,
        work: impl FnOnce() -> Result<Document, Hold> + Send + 'static,
    ) -> Result<Document, Hold> {
        let guarding = &self.job.guarding;
        let turn = guarding.turn(size).await;
        let _seat = guarding.seat().await;
        let working = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        let patience = if guarding.is_off() { Duration::MAX } else { Guarding::patience(size) };
        match tokio::time::timeout(patience, working).await {
            Ok(Ok(taken)) => taken,
            Ok(Err(error)) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => Err(Hold::Unreadable(error.to_string())),
            },
            Err(_) => Err(Hold::Guarded(Blocked::Slow)),
        }
    }
}
