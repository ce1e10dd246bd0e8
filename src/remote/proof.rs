//! Whether an answer of S3 proves that it holds the bytes.
//!
//! In: the headers of a 2xx answer, and the hashes of what was sent. Out: the proof, or what is wrong with it.
//! Not here: what 412 means (`put`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderMap;

use super::body::Wire;

/// How it was shown that S3 holds exactly these bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Proof {
    Sha256,
    Crc64Nvme,
    EtagMd5,
    ContentMd5,
    /// S3 refused to store it again (412) under a key that is ours alone.
    AlreadyStored,
}

impl Proof {
    /// As receipts and the ledger name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Crc64Nvme => "crc64nvme",
            Self::EtagMd5 => "etag-md5",
            Self::ContentMd5 => "content-md5",
            Self::AlreadyStored => "412",
        }
    }
}

/// Why an answer proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Nothing in it speaks of the bytes.
    Missing,
    /// It speaks of other bytes; names what differs.
    Wrong(&'static str),
    /// It says one thing twice, and not the same.
    Torn,
    /// It rests on the MD5 alone, and that was not given.
    NoMd5,
}

/// Every checksum that can be compared must be right; where there is none, what else speaks of the bytes decides.
/// `md5`: of the bytes of `wire`, if it is known.
pub(super) fn judge(
    headers: &HeaderMap,
    wire: &Wire,
    md5: Option<[u8; 16]>,
    sent_content_md5: bool,
) -> Result<Proof, Doubt> {
    let text = |name: &str| only(headers, name);
    let compare = |same: bool, proof: Proof, what| if same { Ok(proof) } else { Err(Doubt::Wrong(what)) };
    let whole = text("x-amz-checksum-type")?.is_none_or(|kind| kind == "FULL_OBJECT");
    let sha256 = text("x-amz-checksum-sha256")?
        .filter(|_| whole)
        .map(|echo| compare(echo == STANDARD.encode(wire.sha256), Proof::Sha256, "SHA-256"));
    let crc64nvme = text("x-amz-checksum-crc64nvme")?
        .filter(|_| whole)
        .map(|echo| compare(echo == STANDARD.encode(wire.crc64nvme.to_be_bytes()), Proof::Crc64Nvme, "CRC64NVME"));
    let etag = text("etag")?.and_then(md5_of_etag);
    let (sha256, crc64nvme) = (sha256.transpose()?, crc64nvme.transpose()?);
    if let Some(proof) = sha256.or(crc64nvme) {
        return Ok(proof);
    }
    // Sealed with a key of KMS or of the customer, the ETag is not the MD5 of the content.
    let sealed = text("x-amz-server-side-encryption")?.is_some_and(|kind| kind.starts_with("aws:kms"))
        || headers.contains_key("x-amz-server-side-encryption-customer-algorithm");
    if let Some(told) = etag.filter(|_| !sealed) {
        let md5 = md5.ok_or(Doubt::NoMd5)?;
        return compare(told == md5, Proof::EtagMd5, "MD5");
    }
    if sent_content_md5 && headers.contains_key("x-amz-request-id") {
        return Ok(Proof::ContentMd5);
    }
    Err(Doubt::Missing)
}

/// The one value of a header. Which of two different ones is true nobody can tell.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Doubt> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.any(|other| Some(other) != first) {
        return Err(Doubt::Torn);
    }
    Ok(first.and_then(|value| value.to_str().ok()))
}

/// 32 hex digits, quoted or (some stores) bare; anything else (`…-2` of a multi-part upload, a weak tag) says nothing
/// about the content.
fn md5_of_etag(etag: &str) -> Option<[u8; 16]> {
    let digits = etag.trim_matches('"').as_bytes();
    if digits.len() != 32 {
        return None;
    }
    let mut md5 = [0; 16];
    for (byte, pair) in md5.iter_mut().zip(digits.chunks(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = (digit(0)? * 16 + digit(1)?) as u8;
    }
    Some(md5)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::super::body::Source;
    use super::*;

    fn wire() -> Wire {
        Wire {
            size: 7,
            sha256: [7; 32],
            crc64nvme: 0x0102_0304_0506_0708,
            source: Source::Memory(bytes::Bytes::from_static(b"{\"a\":1}")),
        }
    }

    fn judged(headers: &[(&'static str, String)], md5_sent: bool) -> Result<Proof, Doubt> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"));
        }
        let told = judge(&map, &wire(), Some([0x1a; 16]), md5_sent);
        // Without it nothing else may come of it, but that it is needed.
        let without = judge(&map, &wire(), None, md5_sent);
        let rests_on_it = matches!(told, Ok(Proof::EtagMd5) | Err(Doubt::Wrong("MD5")));
        assert_eq!(without, if rests_on_it { Err(Doubt::NoMd5) } else { told });
        told
    }

    #[test]
    fn climbs_the_ladder() {
        let sha = || ("x-amz-checksum-sha256", STANDARD.encode(wire().sha256));
        let crc = || ("x-amz-checksum-crc64nvme", "AQIDBAUGBwg=".to_owned());
        let etag = || ("etag", format!("\"{}\"", "1a".repeat(16)));
        let kms = || ("x-amz-server-side-encryption", "aws:kms:dsse".to_owned());
        let id = || ("x-amz-request-id", "1".to_owned());
        let other = |name| (name, "AAAAAAAAAAA=".to_owned());
        let other_tag = || ("etag", format!("\"{}\"", "5f".repeat(16)));
        let cases = [
            (vec![sha()], false, Ok(Proof::Sha256)),
            (vec![sha(), other_tag()], false, Ok(Proof::Sha256)),
            (vec![other("x-amz-checksum-sha256"), etag()], false, Err(Doubt::Wrong("SHA-256"))),
            (vec![crc(), kms(), other_tag()], false, Ok(Proof::Crc64Nvme)),
            (vec![other("x-amz-checksum-crc64nvme"), kms()], false, Err(Doubt::Wrong("CRC64NVME"))),
            (vec![sha(), crc()], false, Ok(Proof::Sha256)),
            (vec![etag()], false, Ok(Proof::EtagMd5)),
            (vec![("etag", format!("\"{}\"", "1A".repeat(16)))], false, Ok(Proof::EtagMd5)),
            (vec![other_tag()], false, Err(Doubt::Wrong("MD5"))),
            (vec![other_tag(), kms()], false, Err(Doubt::Missing)),
            (
                vec![etag(), ("x-amz-server-side-encryption-customer-algorithm", "AES256".into())],
                false,
                Err(Doubt::Missing),
            ),
            (vec![("etag", format!("\"{}-2\"", "1a".repeat(16)))], false, Err(Doubt::Missing)),
            (vec![("etag", "1a".repeat(16))], false, Ok(Proof::EtagMd5)),
            (vec![("etag", format!("W/\"{}\"", "1a".repeat(16)))], false, Err(Doubt::Missing)),
            (vec![kms(), id()], true, Ok(Proof::ContentMd5)),
            (vec![id()], false, Err(Doubt::Missing)),
            (vec![], true, Err(Doubt::Missing)),
        ];
        for (headers, md5_sent, expected) in cases {
            assert_eq!(judged(&headers, md5_sent), expected, "{headers:?}");
        }
    }

    /// What was wrong: the first of two values counted, whatever the second said.
    #[test]
    fn an_answer_that_contradicts_itself_proves_nothing() {
        let sha = || ("x-amz-checksum-sha256", STANDARD.encode(wire().sha256));
        let crc = || ("x-amz-checksum-crc64nvme", "AQIDBAUGBwg=".to_owned());
        let etag = || ("etag", format!("\"{}\"", "1a".repeat(16)));
        let other = |name| (name, "AAAAAAAAAAA=".to_owned());
        for (good, name) in
            [(sha(), "x-amz-checksum-sha256"), (crc(), "x-amz-checksum-crc64nvme"), (etag(), "etag"), (sha(), "etag")]
        {
            let torn = || vec![(name, good.1.clone()), other(name)];
            assert_eq!(judged(&torn(), true), Err(Doubt::Torn), "{name}");
            assert_eq!(judged(&torn().into_iter().rev().collect::<Vec<_>>(), true), Err(Doubt::Torn), "{name}");
        }
        assert_eq!(judged(&[sha(), etag(), other("etag")], false), Err(Doubt::Torn), "whatever else it proves");
        assert_eq!(judged(&[sha(), sha(), etag(), etag()], false), Ok(Proof::Sha256), "the same twice is no more");
        assert_eq!(judged(&[sha(), other("x-amz-checksum-crc64nvme")], false), Err(Doubt::Wrong("CRC64NVME")));
        let parts = ("x-amz-checksum-type", "COMPOSITE".to_owned());
        assert_eq!(judged(&[sha(), parts, ("x-amz-checksum-type", "FULL_OBJECT".into())], false), Err(Doubt::Torn));
    }
}
