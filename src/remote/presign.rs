//! The presign call: asking for the leave to PUT one object.
//!
//! In: what is said about a document. Out: a [`Grant`], or a [`Failure`]. One call, no repetition, except that a
//! presigner which does not like the newer members of a request is asked once more without them.
//! Not here: what makes a reply acceptable (`policy`), when to ask again (`retry`).

use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::Serialize;
use url::Url;
use uuid::Uuid;

use super::answer::{self, REPLY_MAX};
use super::client::Remote;
use super::failure::{Class, Failure, Stage};
use super::grant::Grant;
use super::policy::{self, Arrival};
use super::{classify, headers, transport};

/// API Gateway gives up after 30 s by itself.
const PATIENCE: Duration = Duration::from_secs(35);
/// The largest object of a single PUT: 5 GiB.
const SIZE_MAX: u64 = 5 * 1024 * 1024 * 1024;

/// What the presigner is told about a document; hashes and size are those of the bytes that will be PUT.
#[derive(Debug, Clone)]
pub struct Ask {
    pub filename: String,
    /// Bytes.
    pub size: u64,
    pub sha256: [u8; 32],
    pub idempotency_key: Uuid,
    /// For example `20260127T103000Z`.
    pub created_at: String,
}

/// The request's members; presigners of the first kind know the first two.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Members<'a> {
    device_id: &'a str,
    filename: &'a str,
    #[serde(flatten)]
    newer: Option<Newer<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Newer<'a> {
    v: u8,
    size: u64,
    sha256: String,
    idempotency_key: String,
    created_at: &'a str,
}

/// What is known of a presigner until restart.
#[derive(Debug, Default)]
pub(super) struct Habits {
    /// It is asked with the first two members alone.
    plain: bool,
    /// The name of a document for which only they were good. One may be to blame itself; two are not.
    refused: Option<String>,
}

impl Habits {
    /// It took the first two members of a request of this name, having refused all of them.
    fn learn(&mut self, filename: &str) {
        if self.refused.as_deref().is_some_and(|before| before != filename) && !self.plain {
            self.plain = true;
            tracing::info!("the presigner refuses what newer ones are told; from now on it is asked in the old form");
        }
        self.refused.get_or_insert_with(|| filename.to_owned());
    }
}

impl Remote {
    /// Asks for leave to PUT one document.
    pub async fn presign(&self, ask: &Ask) -> Result<Grant, Failure> {
        if ask.size > SIZE_MAX {
            let cause = "the file is larger than 5 GiB";
            return Err(Failure::new(Stage::Put, Class::Park, "put.too_large", cause));
        }
        if self.habits().plain {
            return self.call(ask, false).await;
        }
        let refused = match self.call(ask, true).await {
            Err(failure) if failure.status == Some(400) => failure,
            Ok(granted) => {
                self.habits().refused = None;
                return Ok(granted);
            }
            failed => return failed,
        };
        let granted =
            self.call(ask, false).await.map_err(|second| if second.status == Some(400) { refused } else { second })?;
        self.habits().learn(&ask.filename);
        Ok(granted)
    }

    fn habits(&self) -> MutexGuard<'_, Habits> {
        self.inner.habits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A POST to the presigner, with the key if there is one. No other request carries it.
    pub(super) fn ask_presigner(&self, url: Url) -> RequestBuilder {
        let request = self.post(url);
        match &self.inner.key {
            Some((name, value)) => request.header(name, value),
            None => request,
        }
    }

    pub(super) fn post(&self, url: Url) -> RequestBuilder {
        self.http().post(url).header(CONTENT_TYPE, headers::JSON)
    }

    async fn call(&self, ask: &Ask, newer: bool) -> Result<Grant, Failure> {
        let newer = newer.then(|| Newer {
            v: 1,
            size: ask.size,
            sha256: hex(&ask.sha256),
            idempotency_key: ask.idempotency_key.to_string(),
            created_at: &ask.created_at,
        });
        let members = Members { device_id: &self.inner.rules.device_id, filename: &ask.filename, newer };
        let body = serde_json::to_vec(&members).expect("texts and numbers can be written as JSON");
        let request = self.ask_presigner(self.inner.api_url.clone()).body(body);
        let answer =
            request.timeout(PATIENCE).send().await.map_err(|error| transport::presign(&error.without_url()))?;
        let at = Instant::now();
        let (status, head) = (answer.status().as_u16(), answer.headers().clone());
        if status != 200 {
            return Err(classify::presign_status(status, &head));
        }
        if answer::is_html(&head) {
            let cause = "a sign-in page of the network answered";
            let failure = Failure::new(Stage::PresignReply, Class::Network, "network.portal", cause);
            return Err(failure.with_status(status));
        }
        let bad = |cause| Failure::new(Stage::PresignReply, Class::SetUpAfterThree, "presign.bad_reply", cause);
        if answer::is_compressed(&head) {
            return Err(bad("something on the way compressed it, which nobody asked for").with_status(status));
        }
        let body = match answer::read(answer, REPLY_MAX).await {
            Ok(Some(body)) => body,
            Ok(None) => return Err(bad("it is longer than 64 KiB")),
            Err(error) => return Err(transport::presign(&error)),
        };
        let arrival = Arrival { at, date: date_of(&head) };
        policy::examine(&body, ask, &self.inner.rules, arrival).map_err(|failure| failure.with_status(200))
    }
}

/// The reply's own clock, in seconds since 1970.
pub(super) fn date_of(headers: &HeaderMap) -> Option<i64> {
    let text = headers.get("date")?.to_str().ok()?;
    let parser = jiff::fmt::rfc2822::DateTimeParser::new();
    parser.parse_timestamp(text).ok().map(jiff::Timestamp::as_second)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_date_of_a_reply() {
        let mut headers = HeaderMap::new();
        assert_eq!(date_of(&headers), None);
        headers.insert("date", "Tue, 27 Jan 2026 10:30:00 GMT".parse().expect("a value"));
        assert_eq!(date_of(&headers), Some(1_769_509_800));
        headers.insert("date", "yesterday".parse().expect("a value"));
        assert_eq!(date_of(&headers), None);
    }

    #[test]
    fn old_presigners_are_told_two_members() {
        let members = Members { device_id: "dev001", filename: "a \"b\".json", newer: None };
        let text = serde_json::to_string(&members).expect("JSON");
        assert_eq!(text, r#"{"deviceId":"dev001","filename":"a \"b\".json"}"#);
    }
}
