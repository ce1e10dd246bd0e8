//! What the presigner is asked beside URLs: a token for a one-time code, and whether it heard that this device lives.
//!
//! In: the code, or a few numbers. Out: the token, or nothing. One call each, no repetition: a code works once.
//! Not here: where the token is kept (`auth`), when a heart beats (`host`).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::answer::{self, REPLY_MAX};
use super::client::Remote;
use super::failure::{Class, Failure, Stage};
use super::{classify, transport};
use crate::secret::Secret;

const PATIENCE: Duration = Duration::from_secs(35);

/// Where presigners take requests for URLs, behind the name of their stage if they have one.
const USUAL_END: &str = "/ingest/new";

/// What a device tells about itself: no names, no contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Beat {
    pub version: String,
    /// As in the status: `idle`, `attention`, …
    pub state: String,
    pub waiting: u64,
    pub oldest_waiting_secs: u64,
    /// A dotted kind, for example `presign.forbidden`.
    pub last_error_kind: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    device_id: &'a str,
    #[serde(flatten)]
    beat: &'a Beat,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invited<'a> {
    device_id: &'a str,
    code: &'a str,
}

#[derive(Deserialize)]
struct Enrolled {
    token: String,
}

/// Another place of the same presigner, for example `/devices`; `None` when `api_url` does not end as usual.
fn beside(api_url: &Url, place: &str) -> Option<Url> {
    let stage = api_url.path().strip_suffix(USUAL_END)?;
    let mut url = api_url.clone();
    url.set_path(&format!("{stage}{place}"));
    url.set_query(None);
    Some(url)
}

impl Remote {
    /// Exchanges a one-time code for this device's token, at the usual place beside `api_url` or where a person says.
    pub async fn enrol(&self, at: Option<Url>, code: &Secret) -> Result<Secret, Failure> {
        let failure = |kind, cause| Failure::new(Stage::Enrol, Class::SetUp, kind, cause);
        let at = at.or_else(|| beside(&self.inner.api_url, "/devices"));
        let at = at.ok_or_else(|| failure("enrol.no_address", "api_url does not end in /ingest/new"))?;
        if at.scheme() != "https" && !super::hosts::is_loopback(&at) {
            return Err(failure("enrol.insecure", "a code is not sent over plain http"));
        }
        let members = Invited { device_id: &self.inner.rules.device_id, code: code.expose() };
        let (status, body) = self.tell(at, &members, Stage::Enrol).await?;
        if status != 201 {
            return Err(failure("enrol.bad_reply", "this is no presigner that enrols devices").with_status(status));
        }
        let token = serde_json::from_slice::<Enrolled>(&body).ok().and_then(|reply| Secret::parse(&reply.token).ok());
        token.ok_or_else(|| failure("enrol.bad_reply", "there is no usable token in the answer").with_status(status))
    }

    /// Tells how things are. Nobody repeats it: the next one says more.
    pub async fn heartbeat(&self, beat: &Beat) -> Result<(), Failure> {
        let Some(at) = beside(&self.inner.api_url, "/ingest/heartbeat") else {
            let cause = "api_url does not end in /ingest/new, so there is no address for it";
            return Err(Failure::new(Stage::Heartbeat, Class::SetUp, "heartbeat.no_address", cause));
        };
        let told = Told { device_id: &self.inner.rules.device_id, beat };
        self.tell(at, &told, Stage::Heartbeat).await.map(|_| ())
    }

    /// One POST. Out: a status of success, and the body.
    async fn tell(&self, at: Url, members: &impl Serialize, stage: Stage) -> Result<(u16, Vec<u8>), Failure> {
        let here = |mut failure: Failure| {
            failure.stage = stage;
            failure
        };
        let body = serde_json::to_vec(members).expect("texts and numbers can be written as JSON");
        // A code proves itself; the key of this device may be the very thing that is missing.
        let request = if stage == Stage::Enrol { self.post(at) } else { self.ask_presigner(at) };
        let answer = request.body(body).timeout(PATIENCE).send().await;
        let answer = answer.map_err(|error| here(transport::presign(&error.without_url())))?;
        let (status, head) = (answer.status().as_u16(), answer.headers().clone());
        match (status, stage) {
            (200..=299, _) => {}
            (401 | 403, Stage::Enrol) => {
                return Err(Failure::new(stage, Class::SetUp, "enrol.refused", "").with_status(status));
            }
            (404 | 405 | 410, Stage::Enrol) => {
                return Err(Failure::new(stage, Class::SetUp, "enrol.not_offered", "").with_status(status));
            }
            _ => return Err(here(classify::presign_status(status, &head))),
        }
        match answer::read(answer, REPLY_MAX).await {
            Ok(body) => Ok((status, body.unwrap_or_default())),
            Err(error) => Err(here(transport::presign(&error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_places_are_beside_the_first() {
        let at = |text: &str| beside(&Url::parse(text).expect("a URL"), "/devices").map(String::from);
        assert_eq!(at("https://h.example.org/ingest/new").as_deref(), Some("https://h.example.org/devices"));
        assert_eq!(
            at("https://h.example.org/prod/ingest/new?a=b").as_deref(),
            Some("https://h.example.org/prod/devices")
        );
        assert_eq!(at("https://h.example.org/presign"), None);
        assert_eq!(at("https://h.example.org/ingest/newer"), None);
    }

    #[test]
    fn a_heartbeat_holds_what_was_agreed() {
        let beat = Beat {
            version: "0.1.0".into(),
            state: "attention".into(),
            waiting: 3,
            oldest_waiting_secs: 7200,
            last_error_kind: Some("presign.forbidden".into()),
        };
        let text = include_str!("../../tests/contract/heartbeat.json");
        let contract: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let told = serde_json::to_value(Told { device_id: "dev001", beat: &beat }).expect("JSON");
        assert_eq!(told, contract["request"]["body"]);
    }
}
