//! Which headers a PUT carries: those that the URL signed and that hold nothing but what is ours to say.
//!
//! In: the `headers` of a reply and the names that the URL signs. Out: the set to send, or a refusal before any byte
//! leaves. Not here: the URL itself (`policy`). Facts: S3 answers 403 to an unsigned `x-amz-*`, and a signed header that
//! is left out breaks the signature.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::{Map, Value};

/// What every PUT says about its bytes.
pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

pub(super) type HeaderSet = Vec<(HeaderName, HeaderValue)>;
type Refusal = Cow<'static, str>;

/// More than any presigner has use for.
const MOST: usize = 32;
const LONGEST: usize = 1024;

/// What the reply said about headers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) headers: Option<&'a Map<String, Value>>,
    /// The reply speaks version 1: its set is binding, and anything off the list is refused.
    pub(super) v1: bool,
    /// The names in `X-Amz-SignedHeaders`; `None` for SigV2, which does not say.
    pub(super) signed: Option<&'a [String]>,
    /// `host` or `host:port`, as the URL has it.
    pub(super) host: &'a str,
}

/// The set to send, `content-type` always among them.
pub(super) fn plan(given: &Given<'_>) -> Result<HeaderSet, Refusal> {
    let mut set = HeaderSet::new();
    for (name, value) in given.headers.into_iter().flatten().take(MOST) {
        let name = name.to_ascii_lowercase();
        let signed = given.signed.map(|names| names.contains(&name));
        if name == "host" {
            match value.as_str() {
                Some(host) if host.eq_ignore_ascii_case(given.host) => continue,
                _ if given.v1 => return Err("it asks for a foreign host header".into()),
                _ => continue,
            }
        }
        // Without a version, `headers` may be anything; only what the URL demands is taken from it.
        if !given.v1 && signed != Some(true) {
            continue;
        }
        if !is_allowed(&name) {
            return Err(format!("it asks for the header {}", shown(&name)).into());
        }
        let Some(value) = header_value(value) else {
            return Err(format!("it gives a bad value for the header {}", shown(&name)).into());
        };
        let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else {
            return Err("it names a header that cannot be".into());
        };
        if set.iter().any(|(known, _)| *known == header) {
            return Err(format!("it gives the header {} twice", shown(&name)).into());
        }
        if signed == Some(false) && !is_plain(&name) {
            continue;
        }
        set.push((header, value));
    }
    for name in given.signed.unwrap_or_default() {
        let known = is_plain(name) || name == "host" || set.iter().any(|(header, _)| header.as_str() == name);
        if !known {
            return Err(format!("the URL signs the header {}, whose value was not given", shown(name)).into());
        }
    }
    if !set.iter().any(|(name, _)| name == CONTENT_TYPE) {
        set.push((CONTENT_TYPE, JSON));
    }
    Ok(set)
}

/// What may be said about the bytes, as far as it is known already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Truth<'a> {
    pub(super) size: u64,
    pub(super) sha256: &'a [u8; 32],
    pub(super) md5: Option<&'a [u8; 16]>,
    pub(super) crc64nvme: Option<u64>,
}

/// Refuses a set that says something untrue about the bytes.
pub(super) fn check_values(set: &HeaderSet, truth: &Truth<'_>) -> Result<(), Refusal> {
    for (name, value) in set {
        let name = name.as_str();
        let value = value.to_str().unwrap_or_default();
        let is_true = match name {
            "content-length" => value == truth.size.to_string(),
            "content-type" => {
                value.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
            }
            "content-md5" => truth.md5.is_none_or(|md5| value == STANDARD.encode(md5)),
            "content-encoding" => value == "identity",
            "if-none-match" => value == "*",
            "x-amz-checksum-sha256" => value == STANDARD.encode(truth.sha256),
            "x-amz-checksum-crc64nvme" => truth.crc64nvme.is_none_or(|crc| value == STANDARD.encode(crc.to_be_bytes())),
            "x-amz-checksum-type" => value == "FULL_OBJECT",
            "x-amz-checksum-algorithm" | "x-amz-sdk-checksum-algorithm" => matches!(value, "SHA256" | "CRC64NVME"),
            // Checksums that are not computed here cannot be vouched for.
            _ => !name.starts_with("x-amz-checksum-"),
        };
        if !is_true {
            return Err(format!("the header {} does not fit the file", shown(name)).into());
        }
    }
    Ok(())
}

/// The set without `content-length`, which the HTTP library writes from the body itself.
pub(super) fn to_send(set: &HeaderSet) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    set.iter().filter(|(name, _)| name != CONTENT_LENGTH).cloned()
}

/// Whether a URL's query may say this, which S3 takes there for the header of that name.
pub(super) fn is_allowed(name: &str) -> bool {
    is_plain(name)
        || matches!(name, "content-md5" | "content-encoding" | "if-none-match" | "x-amz-sdk-checksum-algorithm")
        || ["x-amz-checksum-", "x-amz-server-side-encryption", "x-amz-meta-"]
            .iter()
            .any(|start| name.starts_with(start))
}

/// Sent with every PUT and known without being told.
fn is_plain(name: &str) -> bool {
    matches!(name, "content-type" | "content-length")
}

fn header_value(value: &Value) -> Option<HeaderValue> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    if text.len() > LONGEST { None } else { HeaderValue::from_str(&text).ok().filter(|value| value.to_str().is_ok()) }
}

/// A header name that may be shown: it came over the network.
fn shown(name: &str) -> String {
    let is_safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    name.chars().filter(is_safe).take(48).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn planned(headers: &Value, v1: bool, signed: Option<&[&str]>) -> Result<Vec<String>, String> {
        let names: Option<Vec<String>> = signed.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        let given = Given { headers: headers.as_object(), v1, signed: names.as_deref(), host: "b.test" };
        let set = plan(&given).map_err(Cow::into_owned)?;
        Ok(set.iter().map(|(name, value)| format!("{name}={}", value.to_str().expect("text"))).collect())
    }

    #[test]
    fn old_replies_carry_the_content_type_alone() {
        let only_type = Ok(vec!["content-type=application/json".to_owned()]);
        assert_eq!(planned(&json!(null), false, Some(&["content-type", "host"])), only_type);
        assert_eq!(planned(&json!(null), false, None), only_type);
        let loose = json!({"x-amz-acl": "public-read", "cookie": "a=b"});
        assert_eq!(planned(&loose, false, Some(&["host"])), only_type);
        assert_eq!(planned(&json!({"x-amz-meta-a": "b"}), false, None), only_type);
    }

    #[test]
    fn version_one_sends_what_was_signed_and_nothing_else() {
        let headers = json!({"Content-Type": "application/json", "content-length": 7, "If-None-Match": "*", "host": "b.test",
                             "x-amz-checksum-sha256": "x", "x-amz-meta-loose": "y"});
        let signed = ["host", "content-type", "content-length", "if-none-match", "x-amz-checksum-sha256"];
        let mut set = planned(&headers, true, Some(&signed)).expect("acceptable");
        set.sort();
        assert_eq!(
            set,
            ["content-length=7", "content-type=application/json", "if-none-match=*", "x-amz-checksum-sha256=x"]
        );
    }

    #[test]
    fn refuses_what_nobody_gave_and_what_is_not_on_the_list() {
        for (headers, v1, signed) in [
            (json!({}), false, Some(vec!["host", "x-amz-meta-owner"])),
            (json!({"x-amz-acl": "public-read"}), false, Some(vec!["host", "x-amz-acl"])),
            (json!({"cookie": "a=b"}), true, None),
            (json!({"authorization": "x"}), true, Some(vec!["host"])),
            (json!({"host": "evil.test"}), true, None),
            (json!({"x-amz-meta-a": ["b"]}), true, None),
            (json!({"x-amz-meta-a": "b\r\nc: d"}), true, None),
            (json!({"x-amz-meta-a": "é"}), true, None),
            (json!({"x-amz-meta-a": "a".repeat(2000)}), true, None),
            (json!({"Content-Type": "application/json", "content-type": "application/json"}), true, None),
        ] {
            let refused = planned(&headers, v1, signed.as_deref());
            assert!(refused.is_err(), "{headers} {v1} {signed:?} gave {refused:?}");
        }
    }

    #[test]
    fn values_must_be_true() {
        let (sha256, md5) = ([1; 32], [2; 16]);
        let truth = Truth { size: 7, sha256: &sha256, md5: Some(&md5), crc64nvme: Some(3) };
        let check = |name: &'static str, value: &str| {
            check_values(&vec![(HeaderName::from_static(name), HeaderValue::from_str(value).expect("text"))], &truth)
                .is_ok()
        };
        assert!(check("content-length", "7") && !check("content-length", "8"));
        assert!(check("content-type", "application/json; charset=utf-8") && !check("content-type", "text/html"));
        assert!(check("content-md5", &STANDARD.encode(md5)) && !check("content-md5", "AAAA"));
        assert!(check("x-amz-checksum-sha256", &STANDARD.encode(sha256)) && !check("x-amz-checksum-sha256", "AAAA"));
        assert!(
            check("x-amz-checksum-crc64nvme", "AAAAAAAAAAM=") && !check("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=")
        );
        assert!(!check("x-amz-checksum-crc32", "AAAAAA==") && !check("content-encoding", "gzip"));
        assert!(check("if-none-match", "*") && !check("if-none-match", "\"x\""));
        assert!(check("x-amz-server-side-encryption", "AES256") && check("x-amz-meta-a", "b"));
    }
}
