//! Answers that nobody wrote (`crate::fuzzing`).

use std::time::Instant;

use super::answer::S3Error;
use super::failure::Failure;
use super::grant::Grant;
use super::hosts::Hosts;
use super::policy::{Arrival, Rules, examine};
use super::presign::Ask;

fn examined(body: &[u8]) -> Result<Grant, Failure> {
    let rules = Rules { hosts: Hosts::new(false, false, &["minio.test".into()]), device_id: "dev001".into() };
    let ask = Ask {
        filename: "a.json".into(),
        size: 7,
        sha256: [1; 32],
        idempotency_key: uuid::Uuid::from_u128(5),
        created_at: "20260127T103000Z".into(),
    };
    examine(body, &ask, &rules, Arrival { at: Instant::now(), date: Some(1_769_509_800) })
}

#[cfg(test)]
pub(crate) fn is_granted(body: &[u8]) -> bool {
    examined(body).is_ok()
}

/// What is granted leads to an allowed host, under this device's own prefix; what is refused repeats nothing of it.
pub(crate) fn presign(body: &[u8]) {
    match examined(body) {
        Ok(grant) => {
            let host = grant.host();
            let is_known =
                host.contains("s3") && (host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn"));
            assert!(is_known || host == "minio.test" || host.ends_with(".minio.test"), "led to {host}");
            assert_eq!((grant.url.scheme(), grant.url.username(), grant.url.fragment()), ("https", "", None));
            assert!(grant.key.starts_with("uploads/dev001/"), "{}", grant.key);
            assert!(!format!("{grant:?}").contains("Signature"));
        }
        Err(failure) => assert!(!format!("{failure} {failure:?}").contains("Signature="), "{failure:?}"),
    }
}

/// What is found can be shown.
pub(crate) fn s3_error(body: &[u8]) {
    let found = S3Error::find(body);
    for text in [found.code, found.headers_not_signed].into_iter().flatten() {
        assert!(text.len() <= 128 && text.bytes().all(|c| c == b' ' || c.is_ascii_graphic()), "{text:?}");
        assert!(!text.contains(['<', '&', '?', '=']), "{text:?}");
    }
}
