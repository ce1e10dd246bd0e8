//! What a presigner's reply must look like before a byte is sent anywhere.
//!
//! In: the body of a 200 reply, what was asked, the rules of this installation. Out: a [`Grant`], or a refusal.
//! A presigner may be broken, or somebody else's: its word decides where people's files go, so every part is checked
//! here, on the parsed form that will be sent. Not here: hosts in detail (`hosts`), headers in detail (`headers`).

use std::borrow::Cow;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use url::Url;

use super::failure::{Class, Failure, Stage};
use super::grant::{Grant, amazon_bucket, bucket_of};
use super::headers::{self, Given, Truth};
use super::hosts::{Forbidden, Hosts};
use super::presign::Ask;

/// Longer URLs are refused; a signed one with a session token has about 2 KiB.
const URL_MAX: usize = 8 * 1024;
/// The longest key that S3 takes, in bytes.
const KEY_MAX: usize = 1024;
/// The longest life of a URL that is acceptable: it is a key to the bucket for whoever sees it.
const LIFE_MAX: u64 = 3600;

/// What does not change between replies.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) hosts: Hosts,
    pub(super) device_id: String,
}

/// When the reply came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) at: Instant,
    /// Seconds since 1970, from the reply's own `Date` header: this computer's clock may be wrong.
    pub(super) date: Option<i64>,
}

type Refusal = Cow<'static, str>;

/// Examines the body of a 200 reply. Nothing of it gets into a failure.
pub(super) fn examine(body: &[u8], ask: &Ask, rules: &Rules, arrival: Arrival) -> Result<Grant, Failure> {
    let refuse = |kind, cause: Refusal| Failure::new(Stage::PresignReply, Class::SetUpAfterThree, kind, cause);
    let policy = |cause| refuse("presign.policy", cause);
    let reply: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_| refuse("presign.bad_reply", "it is not a JSON object".into()))?;
    let text = |name: &str| reply.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (Some(url), Some(key)) = (text("url"), text("key")) else {
        return Err(refuse("presign.bad_reply", "it lacks `url` or `key`".into()));
    };
    let url = parse(url).map_err(policy)?;
    rules.hosts.check(&url).map_err(|forbidden| match forbidden {
        Forbidden::Host(cause) => refuse("presign.host", cause.into()),
        Forbidden::Way(cause) => policy(cause.into()),
    })?;
    accept(&reply, url, key, ask, rules, arrival).map_err(policy)
}

fn accept(
    reply: &Map<String, Value>,
    url: Url,
    key: &str,
    ask: &Ask,
    rules: &Rules,
    arrival: Arrival,
) -> Result<Grant, Refusal> {
    check_key(key, &rules.device_id)?;
    let path_bucket = bucket_in_path(&url, key)?;
    let query = Query::read(&url)?;
    let v1 = reply.get("v").and_then(Value::as_u64).is_some_and(|version| version >= 1);
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let given = Given { headers: reply.get("headers").and_then(Value::as_object), v1, signed: query.signed(), host };
    let set = headers::plan(&given)?;
    headers::check_values(&set, &Truth { size: ask.size, sha256: &ask.sha256, md5: None, crc64nvme: None })?;
    let bucket = match reply.get("bucket").and_then(Value::as_str) {
        Some(name) if is_bucket_name(name) => {
            // People look at the bucket to see where their files go: at Amazon the URL itself tells.
            let own = amazon_bucket(&url, path_bucket.as_deref());
            if own.is_some_and(|own| own != name) {
                return Err("the URL is for another bucket than told".into());
            }
            name.to_owned()
        }
        _ => bucket_of(&url, path_bucket.as_deref(), &rules.hosts),
    };
    let announced = reply.get("expiresIn").and_then(Value::as_u64).filter(|secs| *secs > 0);
    Ok(Grant {
        key: key.to_owned(),
        bucket,
        headers: set,
        v1,
        sigv2: query.signed.is_none(),
        key_is_ours: key.contains(&ask.idempotency_key.to_string()),
        arrived: arrival.at,
        life: query.life(announced, arrival.date),
        server_time: arrival.date,
        ambiguous: AtomicBool::new(false),
        disproved: AtomicBool::new(false),
        url,
    })
}

/// The URL exactly as given; one that parsing would change is refused, because its signature covers the given form.
fn parse(text: &str) -> Result<Url, Refusal> {
    if text.len() > URL_MAX {
        return Err("the URL is too long".into());
    }
    let url = Url::parse(text).map_err(|_| "the URL cannot be read")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the URL holds a user name".into());
    }
    if url.fragment().is_some() {
        return Err("the URL holds a fragment".into());
    }
    if url.as_str() != text {
        return Err("the URL is not in its plain form".into());
    }
    Ok(url)
}

/// `uploads/<device>/…`: a presigner that answers for another device, or for anything else, is not followed.
fn check_key(key: &str, device_id: &str) -> Result<(), Refusal> {
    let rest =
        key.strip_prefix("uploads/").and_then(|rest| rest.strip_prefix(device_id)).and_then(|r| r.strip_prefix('/'));
    if rest.is_none_or(str::is_empty) {
        return Err("the key is not one of this device".into());
    }
    if key.len() > KEY_MAX || key.chars().any(char::is_control) {
        return Err("the key is too long or holds control characters".into());
    }
    if key.split('/').any(|part| matches!(part, "." | "..")) {
        return Err("the key climbs out of its folder".into());
    }
    Ok(())
}

/// The path must be `/key` or `/bucket/key`; answers the bucket of the second style.
fn bucket_in_path(url: &Url, key: &str) -> Result<Option<String>, Refusal> {
    let path = percent_decode_str(url.path()).decode_utf8().map_err(|_| "the URL's path is not text")?;
    let path = path.strip_prefix('/').unwrap_or(&path);
    if path == key {
        return Ok(None);
    }
    match path.strip_suffix(key).and_then(|front| front.strip_suffix('/')) {
        Some(bucket) if is_bucket_name(bucket) => Ok(Some(bucket.to_owned())),
        _ => Err("the URL is for another key than told".into()),
    }
}

fn is_bucket_name(name: &str) -> bool {
    let is_fine = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_');
    (1..=255).contains(&name.len()) && name.bytes().all(is_fine) && !matches!(name, "." | "..")
}

/// What the query says about the signature.
#[derive(Debug)]
struct Query {
    /// The names that a SigV4 URL signs, lower case; `None` for SigV2.
    signed: Option<Vec<String>>,
    /// SigV4: seconds that it lives; SigV2: seconds since 1970 at which it ends.
    expires: u64,
}

/// The members of a query that sign it, of both kinds, lower case.
const SIGNING: [&str; 12] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-signedheaders",
    "x-amz-signature",
    "x-amz-security-token",
    "x-amz-content-sha256",
    "x-amz-user-agent",
    "awsaccesskeyid",
    "signature",
    "expires",
];

/// Anything else in the query may make another request of the PUT: one for rights or tags, a part of something larger, a
/// copy of another object, an object that everybody can read.
fn check_meaning(url: &Url) -> Result<(), Refusal> {
    let is_plain = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
        let name = name.to_ascii_lowercase();
        SIGNING.contains(&name.as_str()) || headers::is_allowed(&name) || (name == "x-id" && value == "PutObject")
    };
    if url.query_pairs().all(is_plain) { Ok(()) } else { Err("the URL asks for more than to store the file".into()) }
}

impl Query {
    fn read(url: &Url) -> Result<Self, Refusal> {
        check_meaning(url)?;
        let one = |wanted: &str| {
            let mut values =
                url.query_pairs().filter(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value);
            match (values.next(), values.next()) {
                (value, None) => Ok(value),
                _ => Err(Refusal::from("the URL says something twice")),
            }
        };
        let number = |value: Option<Cow<'_, str>>| {
            value.and_then(|text| text.parse().ok()).ok_or(Refusal::from("the URL does not say how long it lives"))
        };
        match (one("X-Amz-Signature")?, one("Signature")?) {
            (Some(_), None) => {
                let names = one("X-Amz-SignedHeaders")?.ok_or("the URL does not say which headers it signs")?;
                let expires = number(one("X-Amz-Expires")?)?;
                if expires == 0 {
                    return Err("the URL does not live at all".into());
                }
                if expires > LIFE_MAX {
                    return Err("the URL lives longer than an hour".into());
                }
                Ok(Self { signed: Some(names.split(';').map(str::to_ascii_lowercase).collect()), expires })
            }
            (None, Some(_)) if one("AWSAccessKeyId")?.is_some() => {
                Ok(Self { signed: None, expires: number(one("Expires")?)? })
            }
            (Some(_), Some(_)) => Err("the URL is signed twice".into()),
            _ => Err("the URL is not signed".into()),
        }
    }

    fn signed(&self) -> Option<&[String]> {
        self.signed.as_deref()
    }

    /// The shorter of what the URL and the reply say.
    fn life(&self, announced: Option<u64>, date: Option<i64>) -> Option<Duration> {
        let own = match (&self.signed, date) {
            (Some(_), _) => Some(self.expires),
            (None, Some(date)) => Some(self.expires.saturating_sub(u64::try_from(date).unwrap_or(0)).min(LIFE_MAX)),
            (None, None) => None,
        };
        own.into_iter().chain(announced).min().map(Duration::from_secs)
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
