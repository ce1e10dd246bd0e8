//! Document → proof: presign, PUT, verify, with the short retries of one round.
//!
//! In: a document and what the engine allows (a slot, a retry budget, the wish to leave). Out: where the content is now, or
//! why the round ended. Not here: what an answer means (`remote::classify`), how long to pause (`remote::Round`), what
//! happens after the round (`engine`).

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use uuid::Uuid;

use super::calm::{Calm, Server, TooLong};
use super::document::Document;
use super::lanes::{Lane, Lanes};
use super::ledger::Stored;
use crate::files;
use crate::remote::{Ask, Budget, Class, Failure, Grant, Next, Progress, Remote, Round, RoundPolicy, Verdict};

/// A URL that has less life than this (or a third of what it had at first) when its turn comes is asked for anew.
const URL_MARGIN: Duration = Duration::from_secs(20);

/// What all uploads of one engine share.
#[derive(Debug)]
pub(super) struct Means {
    pub remote: Remote,
    pub policy: RoundPolicy,
    pub device_id: String,
    pub lanes: Lanes,
    pub budget: Arc<Mutex<Budget>>,
    pub calm: Calm,
}

/// How a round ended.
#[derive(Debug)]
pub(super) enum Sent {
    Stored(Stored),
    /// The bytes on disk are not those that were announced.
    Differs,
    Unsent {
        verdict: Verdict,
        failure: Box<Failure>,
    },
    /// OutTray is ending; nothing was in flight any more.
    Left,
}

impl Means {
    /// One round for one document. `origin` is the producer's name for it, relative to the watched folder; `reread`: its
    /// bytes were doubted once already.
    pub(super) async fn send(
        &self,
        origin: &str,
        document: &Document,
        reread: bool,
        progress: &Progress,
        leave: &mut watch::Receiver<bool>,
    ) -> Sent {
        let ask = self.ask(origin, document);
        let mut round = Round::new(self.policy.clone(), fastrand::u64(..));
        if reread {
            round = round.after_reread();
        }
        let mut next = round.first();
        let mut grant: Option<(Grant, Duration)> = None;
        let mut slot = None;
        loop {
            let failure = match (next, &grant) {
                (Next::Put { after }, Some((granted, full_life))) => {
                    if !pause(after, leave).await {
                        return Sent::Left;
                    }
                    if slot.is_none() {
                        slot = match self.lane(leave).await {
                            Ok(lane) => Some(lane),
                            Err(sent) => return sent,
                        };
                        let margin = URL_MARGIN.min(*full_life / 3);
                        if granted.life_left(Instant::now()).is_some_and(|left| left < margin) {
                            next = round.first(); // the slot is kept, so the new URL is used at once
                            continue;
                        }
                    }
                    fail::fail_point!("put");
                    let put = self.remote.put(granted, &document.wire, progress).await;
                    fail::fail_point!("put_done");
                    let slot = slot.take();
                    match put {
                        Ok(proof) => {
                            if let Some(lane) = slot {
                                lane.carried(document.wire.size, Instant::now());
                            }
                            self.budget().success();
                            return Sent::Stored(Stored {
                                bucket: granted.bucket().to_owned(),
                                key: granted.key().to_owned(),
                                proof: proof.as_str().to_owned(),
                            });
                        }
                        Err(failure) => {
                            let life = granted.life_left(Instant::now());
                            next = round.put_failed(&failure, life, &mut self.budget());
                            failure
                        }
                    }
                }
                (Next::Presign { after } | Next::Put { after }, _) => {
                    if !pause(after, leave).await {
                        return Sent::Left;
                    }
                    let asking = async {
                        let _ask = self.lanes.ask().await;
                        self.calm.kept(Server::Presigner).await?;
                        fail::fail_point!("presign");
                        Ok::<_, Box<TooLong>>(self.remote.presign(&ask).await)
                    };
                    let asked = tokio::select! {
                        biased;
                        () = wish(leave) => return Sent::Left,
                        asked = asking => asked,
                    };
                    fail::fail_point!("presign_done");
                    let asked = match asked {
                        Ok(asked) => asked,
                        Err(long) => return throttled(*long),
                    };
                    match asked {
                        Ok(granted) => {
                            round.presigned();
                            let life = granted.life_left(Instant::now()).unwrap_or_default();
                            grant = Some((granted, life));
                            next = Next::Put { after: Duration::ZERO };
                            continue;
                        }
                        Err(failure) => {
                            next = round.presign_failed(&failure, &mut self.budget());
                            failure
                        }
                    }
                }
                (Next::GiveUp(_), _) => unreachable!("a round that gives up has ended"),
            };
            let name = document.told.as_ref().map_or(origin, |told| told.name.as_str());
            tracing::debug!("{}: {failure}; {next:?}", files::shown(OsStr::new(name)));
            self.calm.heed(&failure, next, Instant::now());
            if failure.class == Class::Throttled {
                self.lanes.crowded(Instant::now());
            }
            match next {
                Next::GiveUp(Verdict::Reread) => return Sent::Differs,
                Next::GiveUp(verdict) => return Sent::Unsent { verdict, failure: Box::new(failure) },
                _ => {}
            }
        }
    }

    /// A lane, once one is free and S3 wants no pause.
    async fn lane(&self, leave: &mut watch::Receiver<bool>) -> Result<Lane<'_>, Sent> {
        let turn = async {
            let lane = self.lanes.enter().await;
            self.calm.kept(Server::Bucket).await.map(|()| lane)
        };
        tokio::select! {
            biased;
            () = wish(leave) => Err(Sent::Left),
            turn = turn => turn.map_err(|long| throttled(*long)),
        }
    }

    fn budget(&self) -> std::sync::MutexGuard<'_, Budget> {
        let mut budget = self.budget.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        budget.refill(Instant::now());
        budget
    }

    fn ask(&self, origin: &str, document: &Document) -> Ask {
        let wire = &document.wire;
        let (name, seed) = match &document.told {
            Some(told) => (told.name.as_str(), told.seed.as_str()),
            None => (origin, origin),
        };
        Ask {
            filename: told_name(name),
            size: wire.size,
            sha256: wire.sha256,
            idempotency_key: idempotency_key(&self.device_id, seed, &wire.sha256),
            created_at: created_at(document.created_ns),
        }
    }
}

/// Another file was told to wait for longer than a round lasts.
fn throttled(long: TooLong) -> Sent {
    Sent::Unsent { verdict: Verdict::Throttled(Some(long.left)), failure: Box::new(long.failure) }
}

/// Waits, unless OutTray is to end. False: it is.
async fn pause(after: Duration, leave: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        biased;
        () = wish(leave) => false,
        () = tokio::time::sleep(after) => true,
    }
}

/// Resolves when OutTray is to end.
async fn wish(leave: &mut watch::Receiver<bool>) {
    if leave.wait_for(|leave| *leave).await.is_err() {
        // The engine is gone: nobody will tell any more, and this task is about to be dropped.
        std::future::pending::<()>().await;
    }
}

/// The name that the presigner is told: the last part, with control characters percent-encoded (they cannot stand in keys).
fn told_name(origin: &str) -> String {
    let leaf = origin.rsplit('/').next().unwrap_or(origin);
    let mut told = String::with_capacity(leaf.len());
    for character in leaf.chars() {
        if character.is_control() {
            let mut bytes = [0; 4];
            character.encode_utf8(&mut bytes).bytes().for_each(|byte| _ = write!(told, "%{byte:02X}"));
        } else {
            told.push(character);
        }
    }
    told
}

/// The same content under the same name from the same device is the same object, whoever asks again after whatever crash.
/// Made of what is sent, never of what was redacted from it: nobody can guess that from the key.
fn idempotency_key(device_id: &str, origin: &str, wire_sha256: &[u8; 32]) -> Uuid {
    let device = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("urn:outtray:device:{device_id}").as_bytes());
    let content = [origin.as_bytes(), b"\0", wire_sha256].concat();
    Uuid::new_v5(&device, &content)
}

/// In UTC, between 1970 and 9999.
fn created_at(created_ns: i64) -> String {
    let seconds = created_ns.div_euclid(1_000_000_000).clamp(0, 253_402_300_799);
    let time = jiff::Timestamp::from_second(seconds).expect("clamped to what a timestamp holds");
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_the_presigner() {
        assert_eq!(told_name("2026/01/a\nb.json"), "a%0Ab.json");
        assert_eq!(told_name("100%25 + é 🚀.json"), "100%25 + é 🚀.json");
    }

    #[test]
    fn the_key_is_made_of_device_name_and_content_alone() {
        let key = |device, name, byte| idempotency_key(device, name, &[byte; 32]);
        assert_eq!(key("dev001", "a.json", 1), key("dev001", "a.json", 1));
        for other in [key("dev002", "a.json", 1), key("dev001", "b/a.json", 1), key("dev001", "a.json", 2)] {
            assert_ne!(key("dev001", "a.json", 1), other);
        }
    }

    #[test]
    fn odd_times_are_clamped() {
        let at = |seconds: i64| created_at(seconds.saturating_mul(1_000_000_000));
        assert_eq!(at(1_769_509_800), "20260127T103000Z");
        assert_eq!(at(-5), "19700101T000000Z");
        assert!(at(i64::MAX).ends_with('Z'));
    }
}
