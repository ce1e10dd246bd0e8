//! Replies that are accepted, replies that are not, and replies that nobody thought of.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::json;
use uuid::Uuid;

use super::*;

const KEY: &str = "uploads/dev001/2026-01-27T10-30-00Z_5f_a b.json";
const PATH: &str = "uploads/dev001/2026-01-27T10-30-00Z_5f_a%20b.json";
const V4: &str =
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=300&X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature=ab12";
const V2: &str = "AWSAccessKeyId=AKIA&Signature=ab%2B12%3D&content-type=application%2Fjson&Expires=1769510100";
const AWS: &str = "https://bkt.s3.us-west-2.amazonaws.com";

fn ask() -> Ask {
    Ask {
        filename: "a b.json".into(),
        size: 7,
        sha256: [1; 32],
        idempotency_key: Uuid::from_u128(5),
        created_at: "20260127T103000Z".into(),
    }
}

fn rules() -> Rules {
    let hosts = Hosts::new(false, false, &["minio.test".into()]);
    Rules { hosts, device_id: "dev001".into() }
}

fn examined(reply: &Value) -> Result<Grant, Failure> {
    let arrival = Arrival { at: Instant::now(), date: Some(1_769_509_800) };
    examine(&serde_json::to_vec(reply).expect("JSON"), &ask(), &rules(), arrival)
}

fn with_url(url: &str) -> Result<Grant, Failure> {
    examined(&json!({"url": url, "key": KEY}))
}

fn refused(outcome: Result<Grant, Failure>) -> Failure {
    match outcome {
        Err(failure) => failure,
        Ok(grant) => panic!("accepted: {grant:?}"),
    }
}

#[test]
fn accepts_both_signatures_and_both_styles() {
    let grant = with_url(&format!("{AWS}/{PATH}?{V4}")).expect("virtual host, SigV4");
    assert_eq!((grant.bucket(), grant.key(), grant.uses_sigv2(), grant.is_v1()), ("bkt", KEY, false, false));
    assert_eq!(grant.life_left(grant.arrived + Duration::from_secs(100)), Some(Duration::from_secs(200)));
    assert_eq!(grant.life_left(grant.arrived + Duration::from_hours(1)), Some(Duration::ZERO));
    assert_eq!(grant.headers, [(reqwest::header::CONTENT_TYPE, headers::JSON)]);

    let grant = with_url(&format!("https://s3.us-west-2.amazonaws.com/my.bucket/{PATH}?{V2}")).expect("path, SigV2");
    assert_eq!((grant.bucket(), grant.uses_sigv2()), ("my.bucket", true));
    assert_eq!(grant.life, Some(Duration::from_mins(5)), "by the clock of the reply, not by ours");

    let grant = with_url(&format!("https://minio.test:9000/bkt/{PATH}?{V4}")).expect("a listed host");
    assert_eq!((grant.bucket(), grant.host()), ("bkt", "minio.test"));
}

#[test]
fn reads_what_newer_presigners_add() {
    let id = Uuid::from_u128(5);
    let key = format!("uploads/dev001/20260127T103000Z_{id}_a.json");
    let query = V4.replace("content-type%3Bhost", "content-length%3Bcontent-type%3Bhost%3Bif-none-match");
    let reply = json!({
        "v": 1, "url": format!("{AWS}/{key}?{query}"), "key": key, "bucket": "bkt", "expiresIn": 120,
        "headers": {"Content-Type": "application/json", "Content-Length": "7", "If-None-Match": "*"},
    });
    let grant = examined(&reply).expect("version 1");
    assert!(grant.is_v1() && grant.proves_by_412());
    assert_eq!((grant.bucket(), grant.life), ("bkt", Some(Duration::from_mins(2))));
    assert_eq!(grant.headers.len(), 3);

    let mut lie = reply.clone();
    lie["headers"]["Content-Length"] = json!("8");
    assert_eq!(refused(examined(&lie)).kind, "presign.policy");
    // What was wrong: people were shown the bucket of the answer while the file went to that of the URL.
    let mut other = reply.clone();
    other["bucket"] = json!("shown-bucket");
    assert_eq!(refused(examined(&other)).kind, "presign.policy");
    let mut odd = reply.clone();
    odd["bucket"] = json!("s3://a/../b");
    assert_eq!(examined(&odd).expect("a bucket's name is for people only").bucket(), "bkt");
    let mut foreign = reply;
    foreign["headers"]["Cookie"] = json!("a=b");
    assert_eq!(refused(examined(&foreign)).kind, "presign.policy");
}

#[test]
fn only_an_own_key_or_an_earlier_attempt_explains_a_412() {
    let grant = with_url(&format!("{AWS}/{PATH}?{V4}")).expect("old");
    assert!(!grant.proves_by_412());
    grant.ambiguous.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(grant.proves_by_412());
    grant.disproved.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(!grant.proves_by_412());
}

#[test]
fn refuses_urls_that_lead_elsewhere_or_change_when_read() {
    let rest = format!("{PATH}?{V4}");
    for url in [
        format!("http://bkt.s3.amazonaws.com/{rest}"),
        format!("https://evil.test/{rest}"),
        format!("https://bkt.s3.amazonaws.com@evil.test/{rest}"),
        format!("https://user:word@bkt.s3.amazonaws.com/{rest}"),
        format!("https://evil.test\\@bkt.s3.amazonaws.com/{rest}"),
        format!("https://bkt.s3.amazonaws.com\\{rest}"),
        format!("https:bkt.s3.amazonaws.com/{rest}"),
        format!("https://bkt.s3.amazonaws.com:443/{rest}"),
        format!("HTTPS://BKT.s3.amazonaws.com/{rest}"),
        format!(" {AWS}/{rest}"),
        format!("{AWS}/{rest}#top"),
        format!("{AWS}/x/../{rest}"),
        format!("{AWS}/x/%2e%2e/{rest}"),
        format!("{AWS}/./{rest}"),
        format!("{AWS}/a\tb/{rest}"),
        format!("https://169.254.169.254/{rest}"),
        format!("https://2852039166/{rest}"),
        format!("https://127.0.0.1/{rest}"),
        format!("https://localhost/{rest}"),
        format!("file:///{rest}"),
        format!("//evil.test/{rest}"),
        format!("/{rest}"),
        format!("{AWS}/{rest}&{}", "a".repeat(URL_MAX)),
        "https://".to_owned(),
        "\u{0}\r\nx: y".to_owned(),
    ] {
        let failure = refused(with_url(&url));
        assert!(matches!(failure.kind, "presign.policy" | "presign.host"), "{url}: {failure}");
        assert!(!failure.to_string().contains("evil") && !failure.to_string().contains("ab12"), "{failure}");
    }
}

/// What was wrong: every refusal advised to list a host, whatever it was about.
#[test]
fn only_a_host_that_the_settings_can_allow_is_advised_to_be_listed() {
    use crate::error::Explain as _;
    let rest = format!("{PATH}?{V4}");
    for (url, kind) in [
        (format!("https://store.example.org/{rest}"), "presign.host"),
        (format!("https://10.1.2.3/{rest}"), "presign.host"),
        (format!("https://bkt.s3.amazonaws.com:9000/{rest}"), "presign.host"),
        (format!("http://bkt.s3.amazonaws.com/{rest}"), "presign.policy"),
        (format!("https://localhost/{rest}"), "presign.policy"),
        (format!("{AWS}/{rest}#top"), "presign.policy"),
        (format!("{AWS}/other.json?{V4}"), "presign.policy"),
    ] {
        let failure = refused(with_url(&url));
        assert_eq!(failure.kind, kind, "{url}");
        let advice = failure.hint().expect("a hint");
        assert_eq!(advice.contains("bucket_hosts"), kind == "presign.host", "{advice}");
    }
}

/// What was wrong: a hostile presigner could make another request of the PUT, by what it put into the query.
#[test]
fn a_query_that_asks_for_more_than_an_upload_is_refused() {
    for more in [
        "acl",
        "acl=",
        "x-amz-acl=public-read",
        "X-Amz-ACL=public-read",
        "x%2Damz%2Dacl=public-read",
        "x-amz-grant-read=uri%3Dhttp%3A%2F%2Fa",
        "tagging",
        "x-amz-tagging=a%3Db",
        "policy",
        "partNumber=1&uploadId=x",
        "uploads",
        "versionId=1",
        "x-amz-copy-source=%2Fbkt%2Fother",
        "X-Amz-Website-Redirect-Location=https%3A%2F%2Fevil.test",
        "x-amz-storage-class=GLACIER",
        "x-amz-object-lock-mode=COMPLIANCE",
        "x-id=PutObjectAcl",
        "x-id=CopyObject",
        "unheard-of=1",
    ] {
        for signed in [V4, V2] {
            let failure = refused(with_url(&format!("{AWS}/{PATH}?{signed}&{more}")));
            assert_eq!(failure.kind, "presign.policy", "{more}");
        }
    }
    let cause = "decoding presign response: the URL asks for more than to store the file";
    assert_eq!(refused(with_url(&format!("{AWS}/{PATH}?{V4}&acl"))).to_string(), cause);
    for usual in [
        "x-id=PutObject",
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=b&X-Amz-Security-Token=c",
        "X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&x-amz-user-agent=aws-sdk-js",
        "x-amz-sdk-checksum-algorithm=CRC32&x-amz-checksum-crc32=AAAAAA%3D%3D",
        "x-amz-checksum-sha256=a&content-md5=b&x-amz-server-side-encryption=AES256&x-amz-meta-a=b",
    ] {
        with_url(&format!("{AWS}/{PATH}?{}&{usual}", V4.replace("X-Amz-Algorithm=AWS4-HMAC-SHA256&", "")))
            .expect(usual);
    }
    with_url(&format!("{AWS}/{PATH}?{V2}&x-amz-security-token=c&content-md5=b")).expect("SigV2");
}

#[test]
fn refuses_keys_of_others_and_paths_that_differ() {
    for (key, path) in [
        ("uploads/dev002/a.json", "uploads/dev002/a.json"),
        ("uploads/dev001-2/a.json", "uploads/dev001-2/a.json"),
        ("uploads/dev001/", "uploads/dev001/"),
        ("uploads/dev001", "uploads/dev001"),
        ("downloads/dev001/a.json", "downloads/dev001/a.json"),
        ("uploads/dev001/../dev002/a.json", "uploads/dev001/%2E%2E/dev002/a.json"),
        ("uploads/dev001/../dev002/a.json", "uploads/dev001/..%2Fdev002/a.json"),
        ("uploads/dev001/a\nb.json", "uploads/dev001/a%0Ab.json"),
        ("uploads/dev001/a.json", "uploads/dev001/b.json"),
        ("uploads/dev001/a.json", "two/buckets/uploads/dev001/a.json"),
        ("uploads/dev001/a.json", "/uploads/dev001/a.json"),
        ("uploads/dev001/a.json", "bkt%2F..%2Fx/uploads/dev001/a.json"),
        ("uploads/dev001/a.json", "bktuploads/dev001/a.json"),
        ("uploads/dev001/a\u{fffd}.json", "uploads/dev001/a%ff.json"),
    ] {
        let reply = json!({"url": format!("{AWS}/{path}?{V4}"), "key": key});
        assert_eq!(refused(examined(&reply)).kind, "presign.policy", "{key} {path}");
    }
    let long = format!("uploads/dev001/{}", "a".repeat(KEY_MAX));
    refused(examined(&json!({"url": format!("{AWS}/{long}?{V4}"), "key": long})));
}

#[test]
fn refuses_signatures_that_cannot_be_used() {
    for query in [
        String::new(),
        "Expires=1769510100&AWSAccessKeyId=A".into(),
        "Signature=a&Expires=1769510100".into(),
        format!("{V4}&{V2}"),
        format!("{V4}&X-Amz-Signature=cd"),
        format!("{V4}&x-amz-expires=1"),
        V4.replace("Expires=300", "Expires=3601"),
        V4.replace("Expires=300", "Expires=0"),
        V4.replace("Expires=300", "Expires=soon"),
        V4.replace("&X-Amz-Expires=300", ""),
        V4.replace("content-type%3Bhost", "content-type%3Bhost%3Bx-amz-meta-owner"),
        V2.replace("&Expires=1769510100", ""),
    ] {
        assert_eq!(refused(with_url(&format!("{AWS}/{PATH}?{query}"))).kind, "presign.policy", "{query}");
    }
    let failure = refused(with_url(&format!("{AWS}/{PATH}?{}", V4.replace("host", "host%3Bx-amz-meta-owner"))));
    let text = "decoding presign response: the URL signs the header x-amz-meta-owner, whose value was not given";
    assert_eq!(failure.to_string(), text);
}

#[test]
fn garbage_is_no_reply() {
    for body in [
        "",
        "{",
        "null",
        "[]",
        "\"url\"",
        "{\"url\":\"",
        "{\"key\":\"k\"}",
        "{\"url\":null,\"key\":\"k\"}",
        "{\"url\":\"\",\"key\":\"\"}",
        "{\"url\":[\"x\"],\"key\":5}",
        "[\"https://x\",\"k\"]",
    ] {
        let arrival = Arrival { at: Instant::now(), date: None };
        let failure = refused(examine(body.as_bytes(), &ask(), &rules(), arrival));
        assert_eq!((failure.kind, failure.class), ("presign.bad_reply", Class::SetUpAfterThree), "{body}");
    }
    let deep = "[".repeat(20_000);
    let arrival = Arrival { at: Instant::now(), date: None };
    assert_eq!(refused(examine(deep.as_bytes(), &ask(), &rules(), arrival)).kind, "presign.bad_reply");
}

/// URLs put together from parts that are mostly right, so that many are accepted and the others come near.
fn near_urls() -> impl Strategy<Value = String> {
    fn mostly(right: &'static str, wrong: &[&'static str]) -> impl Strategy<Value = String> + use<> {
        let wrong = prop::sample::select(wrong.to_vec());
        prop_oneof![8 => Just(right.to_owned()), 1 => wrong.prop_map(str::to_owned), 1 => ".{0,3}"]
    }
    let nothing = || {
        mostly(
            "",
            &["@", "\\", "/", ":443", ":", "#", "?", "..", "%2e%2e", "%2F", ".", "\u{0}", "\t", "é", "evil.test"],
        )
    };
    let scheme = mostly("https://", &["http://", "https:", "HTTPS://", "file://", "//"]);
    let host = prop_oneof![
        mostly("bkt.s3.amazonaws.com", &["evil.test", "127.0.0.1", "[::1]", "localhost"]),
        Just("minio.test:9000/bkt".to_owned())
    ];
    let query = prop_oneof![mostly(V4, &["X-Amz-Signature=1"]), Just(V2.to_owned())];
    let parts = (
        scheme,
        nothing(),
        host,
        nothing(),
        mostly("/", &["//", "\\"]),
        mostly(PATH, &["uploads"]),
        nothing(),
        mostly("?", &["#"]),
        query,
    );
    parts.prop_map(|(a, b, c, d, e, f, g, h, i)| [a, b, c, d, e, f, g, h, i].concat())
}

#[test]
fn the_property_below_meets_accepted_urls() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut next = || near_urls().new_tree(&mut runner).expect("a URL").current();
    let accepted = (0..300).filter(|_| with_url(&next()).is_ok()).count();
    assert!((20..280).contains(&accepted), "{accepted} of 300 were accepted");
}

proptest! {
    #![proptest_config(ProptestConfig { fork: false, cases: 2000, ..ProptestConfig::default() })]

    /// No text makes it panic, and what is accepted leads to a host that is allowed, byte for byte as given.
    #[test]
    fn no_url_leads_astray(url in near_urls(), key in prop_oneof![9 => Just(KEY.to_owned()), 1 => ".*"]) {
        if let Ok(grant) = examined(&json!({"url": url, "key": key})) {
            prop_assert!(grant.host().ends_with(".s3.amazonaws.com") || grant.host().ends_with("minio.test"), "{}", url);
            prop_assert_eq!(grant.url.as_str(), url);
            prop_assert!(key.starts_with("uploads/dev001/"));
            let shown = format!("{grant:?}");
            prop_assert!(!shown.contains("Signature"));
        }
    }

    #[test]
    fn no_reply_makes_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let arrival = Arrival { at: Instant::now(), date: None };
        prop_assert!(examine(&body, &ask(), &rules(), arrival).is_err());
    }
}
