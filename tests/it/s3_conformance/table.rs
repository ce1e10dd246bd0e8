//! The table: how a request is made, what AWS's documentation says comes back, whether the object is there afterwards.
//!
//! A `seaweed` entry says what the real server does instead, and why that is no reason to change ours.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest as _, Md5};
use outtray::cloud::sign::{Keys, Kind, Permit, presign};
use sha2::Sha256;

use super::{BODY, BUCKET, JSON, World, keys};
use crate::support::raw_http::{Ask, Travel};

#[derive(Debug, Clone, Copy)]
pub enum After {
    Absent,
    /// What the request carried.
    Sent,
    /// What was there before.
    Older,
}

#[derive(Debug)]
pub struct Wants {
    /// `None`: nobody waits for an answer.
    pub status: Option<u16>,
    pub code: &'static str,
    pub after: After,
}

pub struct Case {
    pub name: &'static str,
    pub make: fn(&World) -> Ask,
    /// An older object lies under the key.
    pub before: bool,
    pub aws: Wants,
    /// What SeaweedFS does otherwise, and why.
    pub seaweed: Option<(Wants, &'static str)>,
}

fn stored(name: &'static str, make: fn(&World) -> Ask) -> Case {
    Case { name, make, before: false, aws: Wants { status: Some(200), code: "", after: After::Sent }, seaweed: None }
}

fn refused(name: &'static str, status: u16, code: &'static str, make: fn(&World) -> Ask) -> Case {
    Case { name, make, before: false, aws: Wants { status: Some(status), code, after: After::Absent }, seaweed: None }
}

impl Case {
    fn over_an_older(mut self) -> Self {
        self.before = true;
        if matches!(self.aws.after, After::Absent) {
            self.aws.after = After::Older;
        }
        self
    }

    fn but_seaweed(mut self, status: u16, code: &'static str, after: After, why: &'static str) -> Self {
        self.seaweed = Some((Wants { status: Some(status), code, after }, why));
        self
    }
}

fn v2(world: &World, headers: &[(&str, &str)]) -> Permit {
    Permit { kind: Kind::SigV2, ..world.permit(headers) }
}

fn md5_of(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(Md5::digest(bytes))
}

fn sha256_of(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha256::digest(bytes))
}

/// The same request with a header that the URL does not know.
fn with(mut ask: Ask, name: &str, value: &str) -> Ask {
    ask.headers.retain(|(other, _)| other != name);
    ask.headers.push((name.to_owned(), value.to_owned()));
    ask
}

fn without_headers(ask: Ask) -> Ask {
    Ask { headers: Vec::new(), ..ask }
}

fn signed_by(world: &World, keys: &Keys) -> Ask {
    let permit = world.permit(&[JSON]);
    Ask { url: presign(keys, &permit), ..World::ask(&permit) }
}

/// The URL with one digit of its signature changed.
fn forged(mut ask: Ask) -> Ask {
    let at = ask.url.find("Signature=").expect("the URL is signed") + "Signature=".len();
    let other = if ask.url.as_bytes()[at] == b'0' { "1" } else { "0" };
    ask.url.replace_range(at..=at, other);
    ask
}

pub fn cases() -> Vec<Case> {
    let mut cases = plain();
    cases.extend(signatures());
    cases.extend(bindings());
    cases.extend(transport());
    cases
}

/// What must work.
fn plain() -> Vec<Case> {
    vec![
        stored("SigV4 with its content-type", |w| w.put(&[JSON])),
        stored("SigV4 that signs the host alone", |w| with(w.put(&[]), "content-type", "text/plain")),
        stored("SigV2 with its content-type", |w| World::ask(&v2(w, &[JSON]))),
        stored("everything that a v1 presigner binds", |w| {
            let (size, sha256) = (BODY.len().to_string(), sha256_of(BODY));
            w.put(&[JSON, ("content-length", &size), ("if-none-match", "*"), ("x-amz-checksum-sha256", &sha256)])
        }),
        stored("a signed, right Content-MD5", |w| w.put(&[JSON, ("content-md5", &md5_of(BODY))])),
        stored("signed metadata", |w| w.put(&[JSON, ("x-amz-meta-note", "two  words")])),
        stored("an empty body", |w| Ask { body: Vec::new(), ..w.put(&[JSON]) }),
        stored("a second time over the same key", |w| w.put(&[JSON])).over_an_older(),
        stored("a path in another spelling", |w| {
            let ask = w.put(&[JSON]);
            Ask { url: ask.url.replacen("/dev001/", "/%64ev001/", 1), ..ask }
        }),
    ]
}

/// Who may.
fn signatures() -> Vec<Case> {
    const MISMATCH: &str = "SignatureDoesNotMatch";
    const BAD_QUERY: &str = "AuthorizationQueryParametersError";
    vec![
        refused("a digit of the signature changed", 403, MISMATCH, |w| forged(w.put(&[JSON]))),
        refused("a digit of a SigV2 signature changed", 403, MISMATCH, |w| forged(World::ask(&v2(w, &[JSON])))),
        refused("another key under the signature", 403, MISMATCH, |w| {
            let ask = w.put(&[JSON]);
            Ask { url: ask.url.replacen("dev001", "dev002", 1), ..ask }
        }),
        refused("a query parameter that was not signed", 403, MISMATCH, |w| {
            let ask = w.put(&[JSON]);
            Ask { url: format!("{}&x-id=PutObject", ask.url), ..ask }
        }),
        refused("another secret", 403, MISMATCH, |w| signed_by(w, &Keys { secret: "another".into(), ..keys() })),
        refused("an unknown access key", 403, "InvalidAccessKeyId", |w| {
            signed_by(w, &Keys { access: "AKIAUNKNOWN000000001".into(), ..keys() })
        }),
        refused("no credentials", 403, "AccessDenied", |w| {
            let ask = w.put(&[JSON]);
            Ask { url: ask.url.split('?').next().unwrap_or_default().to_owned(), ..ask }
        }),
        refused("an expired URL", 403, "AccessDenied", |w| {
            let permit = w.permit(&[JSON]);
            World::ask(&Permit { at: permit.at - Duration::from_mins(6), ..permit })
        }),
        refused("an expired SigV2 URL", 403, "AccessDenied", |w| {
            let permit = v2(w, &[JSON]);
            World::ask(&Permit { at: permit.at - Duration::from_mins(6), ..permit })
        }),
        refused("a life of more than seven days", 400, BAD_QUERY, |w| {
            World::ask(&Permit { lifetime: Duration::from_secs(7 * 24 * 3600 + 1), ..w.permit(&[JSON]) })
        }),
        refused("a date in the future", 403, "AccessDenied", |w| {
            let permit = w.permit(&[JSON]);
            World::ask(&Permit { at: permit.at + Duration::from_hours(2), ..permit })
        })
        .but_seaweed(200, "", After::Sent, "SeaweedFS looks at the end of a URL's life only"),
        refused("no life stated", 400, BAD_QUERY, |w| {
            let ask = w.put(&[JSON]);
            Ask { url: ask.url.replacen("&X-Amz-Expires=300", "", 1), ..ask }
        }),
        refused("a PUT URL used for GET", 403, MISMATCH, |w| Ask { method: "GET", body: Vec::new(), ..w.put(&[JSON]) })
            .over_an_older(),
        refused("no such bucket", 404, "NoSuchBucket", |w| {
            World::ask(&Permit { bucket: format!("{BUCKET}-not-there"), ..w.permit(&[JSON]) })
        }),
    ]
}

/// What a URL binds.
fn bindings() -> Vec<Case> {
    const MISMATCH: &str = "SignatureDoesNotMatch";
    const LOOSE: &str = "to SeaweedFS a loose x-amz-* header spoils the signature; S3 names the header";
    vec![
        refused("another content-type than signed", 403, MISMATCH, |w| {
            with(w.put(&[JSON]), "content-type", "text/plain")
        }),
        refused("no content-type though signed", 403, MISMATCH, |w| without_headers(w.put(&[JSON]))),
        refused("another content-type than SigV2 signed", 403, MISMATCH, |w| {
            with(World::ask(&v2(w, &[JSON])), "content-type", "text/plain")
        }),
        refused("another size than signed", 403, MISMATCH, |w| w.put(&[JSON, ("content-length", "9")])),
        refused("metadata that was not signed", 403, "AccessDenied", |w| {
            with(w.put(&[JSON]), "x-amz-meta-note", "loose")
        })
        .but_seaweed(403, MISMATCH, After::Absent, LOOSE),
        refused("a checksum that was not signed", 403, "AccessDenied", |w| {
            with(w.put(&[JSON]), "x-amz-checksum-sha256", &sha256_of(BODY))
        })
        .but_seaweed(403, MISMATCH, After::Absent, LOOSE),
        refused("a Content-MD5 that was not signed", 403, "AccessDenied", |w| {
            with(w.put(&[JSON]), "content-md5", &md5_of(BODY))
        })
        .but_seaweed(200, "", After::Sent, "SeaweedFS checks it and stores; S3 wants it signed"),
        refused("metadata that SigV2 did not sign", 403, MISMATCH, |w| {
            with(World::ask(&v2(w, &[JSON])), "x-amz-meta-note", "loose")
        }),
        refused("the Content-MD5 of other bytes", 400, "BadDigest", |w| {
            w.put(&[JSON, ("content-md5", &md5_of(b"other"))])
        }),
        refused("a Content-MD5 that is none", 400, "InvalidDigest", |w| w.put(&[JSON, ("content-md5", "no digest")])),
        refused("the SHA-256 of other bytes", 400, "BadDigest", |w| {
            w.put(&[JSON, ("x-amz-checksum-sha256", &sha256_of(b"other"))])
        }),
        refused("a SHA-256 that is none", 400, "InvalidRequest", |w| {
            w.put(&[JSON, ("x-amz-checksum-sha256", "bm9uZQ==")])
        })
        .but_seaweed(400, "BadDigest", After::Absent, "SeaweedFS compares without looking at the form first"),
        refused("if-none-match on a key that is taken", 412, "PreconditionFailed", |w| {
            w.put(&[JSON, ("if-none-match", "*")])
        })
        .over_an_older(),
        stored("if-none-match on a free key", |w| w.put(&[JSON, ("if-none-match", "*")])),
        refused("a key of 1,025 bytes", 400, "KeyTooLongError", |w| {
            World::ask(&Permit { key: "k".repeat(1025), ..w.permit(&[JSON]) })
        }),
    ]
}

/// How the body comes.
fn transport() -> Vec<Case> {
    vec![
        refused("chunks without a length", 411, "MissingContentLength", |w| Ask {
            travel: Travel::Chunked,
            ..w.put(&[JSON])
        })
        .but_seaweed(
            200,
            "",
            After::Sent,
            "SeaweedFS takes chunked bodies; S3 wants the length first, and so does our client's protocol",
        ),
        Case {
            aws: Wants { status: None, code: "", after: After::Absent },
            ..refused("a connection cut in the body", 0, "", |w| Ask {
                travel: Travel::Cut(BODY.len() - 1),
                ..w.put(&[JSON])
            })
        },
        Case {
            aws: Wants { status: None, code: "", after: After::Older },
            ..refused("a connection cut in the body over an older object", 0, "", |w| Ask {
                travel: Travel::Cut(BODY.len() - 1),
                ..w.put(&[JSON])
            })
            .over_an_older()
        },
    ]
}
