//! The PUT: the bytes go out once, and the answer must prove that they arrived.
//!
//! In: a [`Grant`], a [`Wire`]. Out: a [`Proof`], or a [`Failure`] that says whether S3 may hold the object all the same.
//! Not here: the body (`body`), what counts as proof (`proof`), when to try again (`retry`).

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};

use reqwest::Body;
use reqwest::Response;
use reqwest::header::CONTENT_LENGTH;

use super::answer::{self, S3Error};
use super::body::{Pieces, Progress, Wire};
use super::client::Remote;
use super::digest::md5_of;
use super::failure::{Class, Failure, Stage};
use super::grant::Grant;
use super::headers::{self, Truth};
use super::proof::{self, Doubt, Proof};
use super::pulse::Pulse;
use super::{classify, transport};

/// When nobody waits for the answer any more, the body must not go on in the background.
struct Abandon(Arc<Pulse>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

impl Remote {
    /// Sends the bytes once. `progress` starts again at zero.
    pub async fn put(&self, grant: &Grant, wire: &Wire, progress: &Progress) -> Result<Proof, Failure> {
        // A new URL for the same key meets the same object.
        if self.disproved().contains(&grant.key) {
            grant.disproved.store(true, Ordering::Relaxed);
        }
        let outcome = self.send(grant, wire, progress).await;
        if grant.v1 && grant.disproved.load(Ordering::Relaxed) {
            self.disproved().insert(grant.key.clone());
        }
        if outcome.as_ref().is_err_and(|failure| failure.ambiguous) {
            grant.ambiguous.store(true, Ordering::Relaxed);
        }
        outcome
    }

    fn disproved(&self) -> MutexGuard<'_, HashSet<String>> {
        self.inner.disproved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(&self, grant: &Grant, wire: &Wire, progress: &Progress) -> Result<Proof, Failure> {
        let told = grant.headers.iter().any(|(name, _)| name == "content-md5");
        let md5 = if told { Some(md5_of(wire).await?) } else { None };
        let truth = Truth { size: wire.size, sha256: &wire.sha256, md5: md5.as_ref(), crc64nvme: Some(wire.crc64nvme) };
        headers::check_values(&grant.headers, &truth)
            .map_err(|cause| Failure::new(Stage::PresignReply, Class::SetUpAfterThree, "presign.policy", cause))?;
        let _runs = progress.begin();
        let pulse = Arc::new(Pulse::new(wire.size));
        let body = Pieces::new(wire, pulse.clone(), progress.clone(), self.inner.limit.clone());
        let mut request = self.http().put(grant.url.clone()).header(CONTENT_LENGTH, wire.size).body(Body::wrap(body));
        for (name, value) in headers::to_send(&grant.headers) {
            request = request.header(name, value);
        }
        let _abandon = Abandon(pulse.clone());
        let answer = tokio::select! {
            biased;
            answer = request.send() => answer,
            () = pulse.stalls(self.inner.stall_timeout) => return Err(transport::stalled(pulse.began())),
        };
        match answer {
            Ok(answer) => judge(answer, grant, wire, md5).await,
            Err(_) if let Some(words) = pulse.broken_source() => {
                Err(Failure::new(Stage::Reading, Class::Reread, "file.read", words))
            }
            Err(error) => Err(transport::put(&error.without_url(), pulse.began() || wire.size == 0)),
        }
    }
}

async fn judge(answer: Response, grant: &Grant, wire: &Wire, sent: Option<[u8; 16]>) -> Result<Proof, Failure> {
    let (status, head) = (answer.status().as_u16(), answer.headers().clone());
    if !(200..=299).contains(&status) {
        let error = S3Error::find(&answer::read_error(answer).await);
        // A proxy may say 412 as well; S3 says why.
        if status == 412 && error.code.as_deref() == Some("PreconditionFailed") && grant.proves_by_412() {
            return Ok(Proof::AlreadyStored);
        }
        return Err(classify::put_status(status, &head, &error));
    }
    let judged = |md5| proof::judge(&head, wire, md5, sent.is_some() && status == 200);
    let judged = match judged(sent) {
        Err(Doubt::NoMd5) => judged(Some(late(grant, wire).await?)),
        other => other,
    };
    judged.map_err(|doubt| {
        if !matches!(doubt, Doubt::Missing) {
            grant.disproved.store(true, Ordering::Relaxed);
        }
        doubted(doubt, status, answer::is_html(&head) && !head.contains_key("x-amz-request-id"))
    })
}

/// What S3 holds by now cannot be told when the announced bytes are not here any more.
async fn late(grant: &Grant, wire: &Wire) -> Result<[u8; 16], Failure> {
    md5_of(wire).await.inspect_err(|_| grant.disproved.store(true, Ordering::Relaxed))
}

fn doubted(doubt: Doubt, status: u16, is_page: bool) -> Failure {
    let failure = match doubt {
        Doubt::Missing if is_page => {
            Failure::new(Stage::Put, Class::Network, "network.portal", "a sign-in page of the network answered")
        }
        Doubt::Missing | Doubt::NoMd5 => {
            let cause = "the answer does not prove that the bytes arrived";
            Failure::new(Stage::Put, Class::PresignOnceThenPark, "put.no_proof", cause)
        }
        Doubt::Torn => {
            let cause = "the answer contradicts itself about the bytes";
            Failure::new(Stage::Put, Class::PresignOnceThenPark, "put.no_proof", cause)
        }
        Doubt::Wrong(what) => {
            let cause = format!("the {what} in the answer is that of other bytes");
            Failure::new(Stage::Put, Class::PresignOnceThenPark, "put.wrong_proof", cause)
        }
    };
    failure.with_status(status)
}
