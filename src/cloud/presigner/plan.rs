//! What the presigner is about to sign.
//!
//! In: the members of a request and the mode. Out: a [`Plan`]: key, headers, life. Faults may change it before it is
//! signed. The key of an old presigner is new each time; that of a new one follows from the request alone.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::Value;

use super::super::options::{Behaviour, Mode};
use super::super::sign::{Kind, Permit};

/// A URL before it is signed.
#[derive(Debug, Clone)]
pub struct Plan {
    pub filename: String,
    pub key: String,
    /// `V1` only when the request and the presigner both speak it.
    pub mode: Mode,
    /// `127.0.0.1:9000`
    pub host: String,
    pub bucket: String,
    pub at: Timestamp,
    pub lifetime: Duration,
    /// What the PUT must carry.
    pub headers: Vec<(String, String)>,
    /// The whole request.
    pub members: Value,
}

impl Plan {
    /// `members` were found good before.
    pub(super) fn new(host: &str, bucket: &str, members: Value, behaviour: &Behaviour, at: Timestamp) -> Self {
        let text = |name: &str| members[name].as_str().unwrap_or_default();
        let (device, filename) = (text("deviceId"), text("filename").to_owned());
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let (mode, key) = if behaviour.mode == Mode::V1 && members["v"] == 1 {
            headers.push(("content-length".into(), members["size"].to_string()));
            headers.push(("if-none-match".into(), "*".into()));
            let sha256 = unhex(text("sha256")).unwrap_or_default();
            headers.push(("x-amz-checksum-sha256".into(), BASE64_STANDARD.encode(sha256)));
            let (created, identity) = (text("createdAt"), text("idempotencyKey"));
            (Mode::V1, format!("uploads/{device}/{created}_{identity}_{filename}"))
        } else {
            let mode = if behaviour.mode == Mode::SigV2 { Mode::SigV2 } else { Mode::SigV4 };
            let stamp = at.strftime("%Y-%m-%dT%H-%M-%SZ");
            (mode, format!("uploads/{device}/{stamp}_{}_{filename}", uuid::Uuid::new_v4()))
        };
        let lifetime = behaviour.lifetime;
        Self { filename, key, mode, host: host.into(), bucket: bucket.into(), at, lifetime, headers, members }
    }

    pub(super) fn permit(&self) -> Permit {
        Permit {
            kind: if self.mode == Mode::SigV2 { Kind::SigV2 } else { Kind::SigV4 },
            method: "PUT",
            host: self.host.clone(),
            bucket: self.bucket.clone(),
            key: self.key.clone(),
            headers: self.headers.clone(),
            at: self.at,
            lifetime: self.lifetime,
        }
    }
}

/// The first member of a `v: 1` request that a careful presigner would not put into a key or a signature.
pub(super) fn fault_of_v1(members: &Value) -> Option<&'static str> {
    let text = |name: &str| members[name].as_str().unwrap_or_default();
    let device = text("deviceId");
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let device_fits =
        (1..=64).contains(&device.len()) && device.bytes().all(plain) && !device.bytes().all(|byte| byte == b'.');
    let filename = text("filename");
    let filename_fits = !filename.contains(['/', '\\']) && !filename.chars().any(char::is_control);
    let lower_hex = !text("sha256").bytes().any(|byte| byte.is_ascii_uppercase());
    let uuid_fits = text("idempotencyKey").len() == 36 && uuid::Uuid::try_parse(text("idempotencyKey")).is_ok();
    [
        ("deviceId", device_fits),
        ("filename", filename_fits),
        ("size", members["size"].is_u64()),
        ("sha256", lower_hex && unhex(text("sha256")).is_some_and(|digest| digest.len() == 32)),
        ("idempotencyKey", uuid_fits),
        ("createdAt", DateTime::strptime("%Y%m%dT%H%M%SZ", text("createdAt")).is_ok()),
    ]
    .into_iter()
    .find_map(|(name, fits)| (!fits).then_some(name))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members() -> Value {
        json!({ "deviceId": "dev001", "filename": "a b.json", "v": 1, "size": 5, "sha256": "ab".repeat(32),
                "idempotencyKey": "7d444840-9dc0-11d1-b245-5ffdce74fad2", "createdAt": "20260127T103000Z" })
    }

    fn plan(mode: Mode) -> Plan {
        let behaviour = Behaviour { mode, ..Behaviour::default() };
        Plan::new("h:1", "b", members(), &behaviour, Timestamp::from_second(1_769_509_800).unwrap())
    }

    #[test]
    fn an_old_key_has_time_and_chance_in_it() {
        let (one, two) = (plan(Mode::SigV4), plan(Mode::SigV2));
        assert_eq!((one.mode, two.mode), (Mode::SigV4, Mode::SigV2));
        assert!(one.key.starts_with("uploads/dev001/2026-01-27T10-30-00Z_"), "{}", one.key);
        assert!(one.key.ends_with("_a b.json"), "{}", one.key);
        assert_ne!(one.key, two.key);
        assert_eq!(one.headers, [("content-type".into(), "application/json".into())]);
    }

    #[test]
    fn a_new_key_follows_from_the_request() {
        let plan = plan(Mode::V1);
        let wanted = "uploads/dev001/20260127T103000Z_7d444840-9dc0-11d1-b245-5ffdce74fad2_a b.json";
        assert_eq!(plan.key, wanted);
        let names: Vec<_> = plan.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["content-type", "content-length", "if-none-match", "x-amz-checksum-sha256"]);
        assert_eq!(plan.headers[1].1, "5");
    }

    #[test]
    fn odd_members_are_found() {
        assert_eq!(fault_of_v1(&members()), None);
        for (name, value) in [
            ("deviceId", json!("..")),
            ("deviceId", json!("a/b")),
            ("filename", json!("../a.json")),
            ("size", json!(-1)),
            ("size", json!("5")),
            ("sha256", json!("AB".repeat(32))),
            ("sha256", json!("ab")),
            ("idempotencyKey", json!("1")),
            ("createdAt", json!("2026-01-27T10:30:00Z")),
        ] {
            let mut odd = members();
            odd[name] = value;
            assert_eq!(fault_of_v1(&odd), Some(name));
        }
    }
}
