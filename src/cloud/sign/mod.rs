//! Presigned S3 URLs of both kinds: made and checked.
//!
//! In: keys and what is to be allowed, or a request that came. Out: a URL, or the refusal that S3 would give.
//! [`v4`] goes through the official `aws-sigv4` crate: a URL is checked by signing the same request again. [`v2`] is
//! the older kind that many presigners still hand out. Not here: headers, checksums and objects (`s3`).

mod encode;
mod v2;
mod v4;

use std::time::Duration;

use jiff::Timestamp;

use super::http::Request;
use super::refusal::Refusal;

pub(super) use encode::key_of;

/// An identity that may sign, and the region it signs for.
#[derive(Clone)]
pub struct Keys {
    pub access: String,
    pub secret: String,
    /// The session token of temporary credentials.
    pub token: Option<String>,
    pub region: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("access", &self.access).field("region", &self.region).finish_non_exhaustive()
    }
}

/// The two kinds of presigned URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    SigV4,
    SigV2,
}

/// What a URL is to allow: path style, plain http.
#[derive(Debug, Clone)]
pub struct Permit {
    pub kind: Kind,
    pub method: &'static str,
    /// `127.0.0.1:9000`
    pub host: String,
    pub bucket: String,
    pub key: String,
    /// The headers that the request must carry, names in lower case. SigV2 knows `content-type`, `content-md5` and
    /// `x-amz-*`.
    pub headers: Vec<(String, String)>,
    pub at: Timestamp,
    pub lifetime: Duration,
}

/// The URL that allows it.
pub fn presign(keys: &Keys, permit: &Permit) -> String {
    match permit.kind {
        Kind::SigV4 => v4::presign(keys, permit),
        Kind::SigV2 => v2::presign(keys, permit),
    }
}

/// Whether the request may be done, by the query string alone.
pub fn check(keys: &Keys, request: &Request, now: Timestamp) -> Result<(), Refusal> {
    let query: Vec<_> = url::form_urlencoded::parse(request.query().as_bytes()).into_owned().collect();
    let has = |name: &str| query.iter().any(|(other, _)| other == name);
    if has("X-Amz-Signature") || has("X-Amz-Algorithm") || has("X-Amz-Credential") {
        v4::check(keys, request, &query, now)
    } else if has("Signature") || has("AWSAccessKeyId") {
        v2::check(keys, request, &query, now)
    } else {
        Err(Refusal::new(403, "AccessDenied", "Access Denied"))
    }
}

const EXPIRED: &str = "Request has expired";

/// The URL came too late, or too early.
fn out_of_time(message: &str, end: Timestamp, now: Timestamp) -> Refusal {
    Refusal::new(403, "AccessDenied", message).with("Expires", iso(end)).with("ServerTime", iso(now))
}

fn unknown_key(given: &str) -> Refusal {
    Refusal::new(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
        .with("AWSAccessKeyId", given)
}

fn mismatch(given: &str) -> Refusal {
    let message = "The request signature we calculated does not match the signature you provided. Check your key and \
                   signing method.";
    Refusal::new(403, "SignatureDoesNotMatch", message).with("SignatureProvided", given)
}

fn invalid_token() -> Refusal {
    Refusal::new(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
}

fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests;
