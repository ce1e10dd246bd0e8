//! What an HTTP status means: the table of failures, pure.
//!
//! In: status, headers, and for S3 the error code. Out: a [`Failure`] with its class.
//! Not here: failures without an answer (`transport`), what follows from a class (`retry`).

use std::time::Duration;

use reqwest::header::HeaderMap;

use super::answer::S3Error;
use super::failure::{Class, Failure, Stage};
use super::presign::date_of;

/// The longest wait that a server may order.
const RETRY_AFTER_MAX: Duration = Duration::from_mins(5);

/// Any answer of the presigner but 200.
pub(super) fn presign_status(status: u16, headers: &HeaderMap) -> Failure {
    let (class, kind, cause) = match status {
        511 | 302 | 303 | 307 => (Class::Network, "network.portal", "a sign-in page of the network answered"),
        407 => (Class::SetUp, "network.proxy", "the proxy asks for a user name and password"),
        408 | 500..=599 => (Class::Again, "presign.unavailable", ""),
        429 => (Class::Throttled, "presign.throttled", ""),
        401 | 403 => (Class::SetUp, "presign.forbidden", ""),
        404 | 405 | 410 => (Class::SetUp, "presign.not_found", ""),
        300..=399 => (Class::SetUp, "presign.redirect", "it sends us elsewhere"),
        413 | 414 | 431 => (Class::Park, "presign.too_large", ""),
        400..=499 => (Class::Park, "presign.bad_request", ""),
        _ => (Class::SetUpAfterThree, "presign.bad_reply", ""),
    };
    Failure::new(Stage::PresignStatus, class, kind, cause).with_status(status).with_retry_after(retry_after(headers))
}

/// Any answer of S3 but a 2xx, or a 412 that proves something.
pub(super) fn put_status(status: u16, headers: &HeaderMap, error: &S3Error) -> Failure {
    let code = error.code.as_deref().unwrap_or_default();
    let (class, kind) = put_class(status, code, error);
    let cause = match (&error.headers_not_signed, code) {
        (Some(names), _) => format!("{code}, an unsigned header was added: {names}"),
        (None, code) if error.expired => format!("{code}, the URL has expired"),
        (None, code) => code.to_owned(),
    };
    Failure::new(Stage::PutStatus, class, kind, cause)
        .with_status(status)
        .with_retry_after(retry_after(headers))
        .ambiguous((500..=599).contains(&status) && status != 501)
}

fn put_class(status: u16, code: &str, error: &S3Error) -> (Class, &'static str) {
    match (status, code) {
        (511, _) => (Class::Network, "network.portal"),
        (407, _) => (Class::SetUp, "network.proxy"),
        (300..=399, _) => (Class::PresignOnceThenSetUp, "put.redirect"),
        (429, _) | (503, "SlowDown" | "Busy" | "ServiceUnavailable" | "Throttling" | "ThrottlingException") => {
            (Class::Throttled, "put.throttled")
        }
        (405 | 411 | 501, _) => (Class::SetUp, "put.unsupported"),
        (500..=599, _) => (Class::Again, "put.server_error"),
        (408, _) | (400, "RequestTimeout" | "IncompleteBody") => (Class::Again, "put.interrupted"),
        (400, "BadDigest" | "InvalidDigest" | "XAmzContentSHA256Mismatch") => {
            (Class::RereadOnceThenPark, "put.bad_digest")
        }
        (400 | 403, "ExpiredToken" | "InvalidToken" | "TokenRefreshRequired" | "ExpiredRequest") => {
            (Class::PresignAnew, "put.expired")
        }
        (413, _) | (400, "EntityTooLarge" | "KeyTooLongError" | "MetadataTooLarge") => (Class::Park, "put.too_large"),
        (403, _) if error.expired => (Class::PresignAnew, "put.expired"),
        (403, "SignatureDoesNotMatch") => (Class::PresignOnceThenPark, "put.signature"),
        (403, _) if error.headers_not_signed.is_some() => (Class::SetUp, "put.unsigned_header"),
        (401 | 403, _) => (Class::PresignOnceThenSetUp, "put.forbidden"),
        (404, "NoSuchBucket") => (Class::SetUp, "put.no_bucket"),
        (409, _) => (Class::AgainSoon, "put.conflict"),
        (412, "PreconditionFailed") => (Class::PresignAnew, "put.precondition"),
        _ => (Class::PresignOnceThenPark, "put.bad_request"),
    }
}

/// `Retry-After` in seconds or as a date (compared with the answer's own), or Amazon's `x-amz-retry-after` in
/// milliseconds; at most five minutes.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let amazon = text("x-amz-retry-after").and_then(|ms| ms.parse().ok()).map(Duration::from_millis);
    let plain = text("retry-after").and_then(|value| {
        if let Ok(secs) = value.parse() {
            return Some(Duration::from_secs(secs));
        }
        let until = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?.as_second();
        Some(Duration::from_secs(u64::try_from(until - date_of(headers)?).ok()?))
    });
    amazon.max(plain).map(|wait| wait.min(RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Explain as _;

    fn put(status: u16, code: &str) -> Failure {
        put_status(status, &HeaderMap::new(), &S3Error { code: Some(code.to_owned()), ..S3Error::default() })
    }

    #[test]
    fn knows_what_a_presigner_says() {
        let cases = [
            (400, Class::Park, "presign.bad_request"),
            (401, Class::SetUp, "presign.forbidden"),
            (403, Class::SetUp, "presign.forbidden"),
            (404, Class::SetUp, "presign.not_found"),
            (405, Class::SetUp, "presign.not_found"),
            (407, Class::SetUp, "network.proxy"),
            (408, Class::Again, "presign.unavailable"),
            (413, Class::Park, "presign.too_large"),
            (414, Class::Park, "presign.too_large"),
            (429, Class::Throttled, "presign.throttled"),
            (500, Class::Again, "presign.unavailable"),
            (502, Class::Again, "presign.unavailable"),
            (504, Class::Again, "presign.unavailable"),
            (511, Class::Network, "network.portal"),
            (302, Class::Network, "network.portal"),
            (307, Class::Network, "network.portal"),
            (301, Class::SetUp, "presign.redirect"),
            (204, Class::SetUpAfterThree, "presign.bad_reply"),
        ];
        for (status, class, kind) in cases {
            let failure = presign_status(status, &HeaderMap::new());
            assert_eq!((failure.class, failure.kind), (class, kind), "{status}");
            assert!(failure.hint().is_some(), "{kind} has no hint");
            assert!(failure.to_string().starts_with(&format!("non-200 from presign endpoint: status {status}")));
        }
    }

    #[test]
    fn knows_what_s3_says() {
        let cases = [
            (301, "PermanentRedirect", Class::PresignOnceThenSetUp, "put.redirect", false),
            (307, "TemporaryRedirect", Class::PresignOnceThenSetUp, "put.redirect", false),
            (400, "RequestTimeout", Class::Again, "put.interrupted", false),
            (400, "IncompleteBody", Class::Again, "put.interrupted", false),
            (400, "BadDigest", Class::RereadOnceThenPark, "put.bad_digest", false),
            (400, "InvalidDigest", Class::RereadOnceThenPark, "put.bad_digest", false),
            (400, "ExpiredToken", Class::PresignAnew, "put.expired", false),
            (400, "InvalidToken", Class::PresignAnew, "put.expired", false),
            (400, "TokenRefreshRequired", Class::PresignAnew, "put.expired", false),
            (400, "EntityTooLarge", Class::Park, "put.too_large", false),
            (400, "KeyTooLongError", Class::Park, "put.too_large", false),
            (400, "MetadataTooLarge", Class::Park, "put.too_large", false),
            (400, "InvalidRequest", Class::PresignOnceThenPark, "put.bad_request", false),
            (403, "SignatureDoesNotMatch", Class::PresignOnceThenPark, "put.signature", false),
            (403, "AccessDenied", Class::PresignOnceThenSetUp, "put.forbidden", false),
            (403, "InvalidAccessKeyId", Class::PresignOnceThenSetUp, "put.forbidden", false),
            (403, "RequestTimeTooSkewed", Class::PresignOnceThenSetUp, "put.forbidden", false),
            (403, "ExpiredRequest", Class::PresignAnew, "put.expired", false),
            (404, "NoSuchBucket", Class::SetUp, "put.no_bucket", false),
            (405, "MethodNotAllowed", Class::SetUp, "put.unsupported", false),
            (411, "MissingContentLength", Class::SetUp, "put.unsupported", false),
            (409, "ConditionalRequestConflict", Class::AgainSoon, "put.conflict", false),
            (412, "PreconditionFailed", Class::PresignAnew, "put.precondition", false),
            (429, "TooManyRequests", Class::Throttled, "put.throttled", false),
            (500, "InternalError", Class::Again, "put.server_error", true),
            (501, "NotImplemented", Class::SetUp, "put.unsupported", false),
            (502, "", Class::Again, "put.server_error", true),
            (503, "SlowDown", Class::Throttled, "put.throttled", true),
            (503, "", Class::Again, "put.server_error", true),
        ];
        for (status, code, class, kind, ambiguous) in cases {
            let failure = put(status, code);
            assert_eq!((failure.class, failure.kind, failure.ambiguous), (class, kind, ambiguous), "{status} {code}");
            assert!(failure.hint().is_some(), "{kind} has no hint");
        }
        assert_eq!(put(403, "AccessDenied").to_string(), "upload failed with status 403: AccessDenied");
    }

    #[test]
    fn tells_the_three_kinds_of_access_denied_apart() {
        let denied = |more| S3Error { code: Some("AccessDenied".into()), ..more };
        let expired = put_status(403, &HeaderMap::new(), &denied(S3Error { expired: true, ..S3Error::default() }));
        assert_eq!((expired.class, expired.kind), (Class::PresignAnew, "put.expired"));
        let names = Some("x-amz-agent".to_owned());
        let extra =
            put_status(403, &HeaderMap::new(), &denied(S3Error { headers_not_signed: names, ..S3Error::default() }));
        assert_eq!((extra.class, extra.kind), (Class::SetUp, "put.unsigned_header"));
        assert!(extra.to_string().ends_with("an unsigned header was added: x-amz-agent"));
    }

    #[test]
    fn waits_as_long_as_it_is_told_within_reason() {
        let wait = |pairs: &[(&'static str, &'static str)]| {
            retry_after(&pairs.iter().map(|(n, v)| (n.parse().expect("name"), v.parse().expect("value"))).collect())
        };
        assert_eq!(wait(&[("retry-after", "3")]), Some(Duration::from_secs(3)));
        assert_eq!(wait(&[("retry-after", "86400")]), Some(Duration::from_mins(5)));
        assert_eq!(wait(&[("x-amz-retry-after", "1500")]), Some(Duration::from_millis(1500)));
        assert_eq!(wait(&[("retry-after", "soon")]), None);
        let (date, until) = ("Tue, 27 Jan 2026 10:30:00 GMT", "Tue, 27 Jan 2026 10:30:20 GMT");
        assert_eq!(wait(&[("retry-after", until), ("date", date)]), Some(Duration::from_secs(20)));
        assert_eq!(wait(&[("retry-after", date), ("date", until)]), None);
        assert_eq!(wait(&[("retry-after", until)]), None);
    }
}
