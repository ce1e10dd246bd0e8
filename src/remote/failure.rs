//! What went wrong on the network edge, in words that may be shown anywhere.
//!
//! In: a stage, a class, a kind and words chosen by us. Out: a [`Failure`], which by construction holds no URL, no
//! token and no byte of a reply: there is no field that could. Not here: which answer means what (`classify`,
//! `transport`), the advice (`hints`), what follows from a class (`retry`).

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::hints;
use crate::error::Explain;

/// Where it went wrong; each has the words that people know from older guides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The presigner could not be asked.
    CallPresign,
    /// The presigner answered with another status than 200.
    PresignStatus,
    /// The presigner's answer is unreadable or not acceptable.
    PresignReply,
    /// The bytes to send could not be read.
    Reading,
    /// The PUT had no answer, or one that proves nothing.
    Put,
    /// The PUT was answered with an error status.
    PutStatus,
    /// The presigner gave no token for a one-time code.
    Enrol,
    /// The presigner did not take a heartbeat.
    Heartbeat,
    /// A newer version of the program could not be fetched.
    Fetch,
}

/// What follows from a failure; one variant for each distinct behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Ask again: the same presign call, or the same URL while it lives.
    Again,
    /// Ask again after one to three seconds: somebody else is writing this key.
    AgainSoon,
    /// The server wants less: wait longer, count against the endpoint.
    Throttled,
    /// Nobody can be reached: wait for the network; the file loses no attempt.
    Network,
    /// Ask again; the third in a row is a fault of the set-up.
    SetUpAfterThree,
    /// Nothing will work until a person changes something: pause all.
    SetUp,
    /// The URL is no good any more: presign anew.
    PresignAnew,
    /// Presign anew once; if that does not help, it is the set-up.
    PresignOnceThenSetUp,
    /// Presign anew once; if that does not help, this file is put aside.
    PresignOnceThenPark,
    /// The bytes were not what we said: read the file again once, then put it aside.
    RereadOnceThenPark,
    /// The file cannot be sent: put it aside, others go on.
    Park,
    /// Our own copy is no longer readable: read the file again.
    Reread,
}

/// A failed presign call or PUT. `Display` gives the known words and the cause; [`Explain`] the kind and the advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub stage: Stage,
    pub class: Class,
    /// Stable and dotted, for example `put.expired`.
    pub kind: &'static str,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// How long the server asks to wait, at most five minutes.
    pub retry_after: Option<Duration>,
    /// S3 may hold the object although the PUT failed.
    pub ambiguous: bool,
    /// It happened on the way, not in an answer: resets, silence, broken answers.
    pub transport: bool,
    cause: Cow<'static, str>,
}

impl Failure {
    /// `cause` is our own wording; nothing that came over the network may be put there unchecked.
    pub(super) fn new(stage: Stage, class: Class, kind: &'static str, cause: impl Into<Cow<'static, str>>) -> Self {
        let cause = cause.into();
        Self { stage, class, kind, status: None, retry_after: None, ambiguous: false, transport: false, cause }
    }

    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    pub(super) fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        Self { retry_after, ..self }
    }

    pub(super) fn on_the_way(self, ambiguous: bool) -> Self {
        Self { transport: true, ambiguous, ..self }
    }

    pub(super) fn ambiguous(self, ambiguous: bool) -> Self {
        Self { ambiguous, ..self }
    }

    /// The device, the key or the presigner's own rights were refused (exit code 6).
    pub fn is_refusal(&self) -> bool {
        matches!(
            self.kind,
            "presign.forbidden" | "enrol.refused" | "put.forbidden" | "put.unsigned_header" | "put.signature"
        )
    }

    /// Puts one file aside, but the same failure of three different files is a fault of the set-up.
    pub fn is_setup_when_shared(&self) -> bool {
        matches!(self.kind, "presign.bad_request" | "put.signature" | "put.no_proof" | "put.wrong_proof")
    }

    /// Says something about the endpoint, not about this one file: counts for its breaker.
    pub fn blames_endpoint(&self) -> bool {
        self.transport || matches!(self.class, Class::Network | Class::Throttled | Class::Again)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.stage {
            Stage::CallPresign => "calling presign endpoint",
            Stage::PresignStatus => "non-200 from presign endpoint",
            Stage::PresignReply => "decoding presign response",
            Stage::Reading => "reading file before upload",
            Stage::Put => "PUT to presigned URL",
            Stage::PutStatus => "upload failed with",
            Stage::Enrol => "enrolling this device",
            Stage::Heartbeat => "sending a heartbeat",
            Stage::Fetch => "asking for updates",
        };
        match (self.stage, self.status) {
            (Stage::PutStatus, Some(status)) => write!(f, "{words} status {status}")?,
            (Stage::PresignStatus | Stage::Put | Stage::Enrol | Stage::Heartbeat | Stage::Fetch, Some(status)) => {
                write!(f, "{words}: status {status}")?;
            }
            _ => f.write_str(words)?,
        }
        if self.cause.is_empty() { Ok(()) } else { write!(f, ": {}", self.cause) }
    }
}

impl std::error::Error for Failure {}

impl Explain for Failure {
    fn kind(&self) -> &str {
        self.kind
    }

    fn hint(&self) -> Option<String> {
        hints::of(self.kind).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_with_the_known_words() {
        let cases = [
            (Stage::CallPresign, None, "connection refused", "calling presign endpoint: connection refused"),
            (Stage::PresignStatus, Some(500), "", "non-200 from presign endpoint: status 500"),
            (Stage::PresignReply, Some(200), "not JSON", "decoding presign response: not JSON"),
            (Stage::Put, None, "connection reset", "PUT to presigned URL: connection reset"),
            (Stage::PutStatus, Some(403), "AccessDenied", "upload failed with status 403: AccessDenied"),
            (Stage::Reading, None, "it became shorter", "reading file before upload: it became shorter"),
        ];
        for (stage, status, cause, expected) in cases {
            let failure = Failure { status, ..Failure::new(stage, Class::Again, "put.server_error", cause) };
            assert_eq!(failure.to_string(), expected);
        }
    }
}
