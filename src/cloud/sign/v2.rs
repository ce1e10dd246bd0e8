//! SigV2 in the query string: what boto3 hands out when nobody asks for SigV4.
//!
//! The signature covers method, content-md5, content-type, the end of life, `x-amz-*` headers and the path, each in its
//! place. Source: "Signing and Authenticating REST Requests" (Signature Version 2).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

use super::{Keys, Permit, Refusal, Request, encode};

/// Everything that is signed.
struct Words<'a> {
    method: &'a str,
    md5: &'a str,
    content_type: &'a str,
    expires: &'a str,
    amz: BTreeMap<String, String>,
    path: &'a str,
}

impl Words<'_> {
    fn mac(&self, keys: &Keys) -> Hmac<Sha1> {
        let mut text = format!("{}\n{}\n{}\n{}\n", self.method, self.md5, self.content_type, self.expires);
        for (name, value) in &self.amz {
            writeln!(text, "{name}:{value}").expect("writing to a string cannot fail");
        }
        text.push_str(self.path);
        let mut mac = Hmac::new_from_slice(keys.secret.as_bytes()).expect("a key of any length will do");
        mac.update(text.as_bytes());
        mac
    }
}

fn is_amz(name: &str) -> bool {
    name.len() > 6 && name.is_char_boundary(6) && name[..6].eq_ignore_ascii_case("x-amz-")
}

pub fn presign(keys: &Keys, permit: &Permit) -> String {
    let header = |name: &str| permit.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str());
    let mut amz: BTreeMap<_, _> = permit.headers.iter().filter(|(name, _)| is_amz(name)).cloned().collect();
    if let Some(token) = &keys.token {
        amz.insert("x-amz-security-token".into(), token.clone());
    }
    let path = format!("/{}/{}", encode::path(&permit.bucket), encode::path(&permit.key));
    let expires = permit.at.as_second().saturating_add_unsigned(permit.lifetime.as_secs()).to_string();
    let (content_type, md5) = (header("content-type"), header("content-md5"));
    let words = Words { method: permit.method, md5, content_type, expires: &expires, amz, path: &path };
    let signature = BASE64_STANDARD.encode(words.mac(keys).finalize().into_bytes());
    let mut query = vec![("AWSAccessKeyId", keys.access.as_str()), ("Signature", &signature)];
    query.extend([("content-type", content_type), ("content-md5", md5)].into_iter().filter(|(_, v)| !v.is_empty()));
    query.extend(words.amz.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    query.push(("Expires", &expires));
    let query: Vec<_> = query.into_iter().map(|(name, value)| format!("{name}={}", encode::value(value))).collect();
    format!("http://{}{path}?{}", permit.host, query.join("&"))
}

pub fn check(keys: &Keys, request: &Request, query: &[(String, String)], now: Timestamp) -> Result<(), Refusal> {
    let find = |name: &str| query.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let (Some(access), Some(signature), Some(expires)) = (find("AWSAccessKeyId"), find("Signature"), find("Expires"))
    else {
        let message = "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters";
        return Err(Refusal::new(403, "AccessDenied", message));
    };
    if access != keys.access {
        return Err(super::unknown_key(access));
    }
    let end = expires.parse().ok().and_then(|secs| Timestamp::from_second(secs).ok()).ok_or_else(|| {
        Refusal::new(403, "AccessDenied", format!("Invalid date (should be seconds since epoch): {expires}"))
    })?;
    if now > end {
        return Err(super::out_of_time(super::EXPIRED, end, now));
    }
    if find("x-amz-security-token") != keys.token.as_deref() {
        return Err(super::invalid_token());
    }
    if request.header("if-none-match").is_some() {
        // Conditional writes need SigV4.
        let message = "A header you provided implies functionality that is not implemented";
        return Err(Refusal::new(501, "NotImplemented", message).with("Header", "If-None-Match"));
    }
    let mut amz = BTreeMap::new();
    for (name, value) in query.iter().chain(&request.headers).filter(|(name, _)| is_amz(name)) {
        amz.insert(name.to_ascii_lowercase(), value.clone());
    }
    let header = |name| request.header(name).unwrap_or_default();
    let mismatch = || super::mismatch(signature);
    let path = encode::canonical(request.path()).ok_or_else(mismatch)?;
    let (content_type, md5) = (header("content-type"), header("content-md5"));
    let words = Words { method: &request.method, md5, content_type, expires, amz, path: &path };
    let given = BASE64_STANDARD.decode(signature).map_err(|_| mismatch())?;
    words.mac(keys).verify_slice(&given).map_err(|_| mismatch())
}
