//! The PUT: exactly what was signed goes out, and only proof comes back as success.

use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use outtray::remote::{Class, Options, Progress, Proof, Remote, Source, Wire};
use serde_json::{Value, json};

use super::server::{Head, KEY, Line, SECRET, Server, gives, reply_v4};
use super::{carry, etag, grant, options, remote, wire};

/// Stores nothing, but answers as S3 does.
fn stores(_: &Head, line: &mut Line) {
    let body = line.body();
    line.answer(200, &[("etag", &etag(&body)), ("x-amz-request-id", "1")], b"");
}

fn reply_v2(head: &Head) -> Value {
    let query = format!("AWSAccessKeyId=AKIA&Signature={SECRET}&content-type=application%2Fjson&Expires=4102444800");
    json!({"url": format!("http://{}/bkt/{KEY}?{query}", head.header("host").expect("a host")), "key": KEY})
}

const OUR_KEY: &str = "uploads/dev001/20260127T103000Z_00000000-0000-0000-0000-00000000005f_a.json";

/// For the text `{"a":1}`.
fn reply_v1(head: &Head) -> Value {
    let sha256 = STANDARD.encode(wire("{\"a\":1}").sha256);
    let signed = "content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256";
    let query = format!("X-Amz-Expires=300&X-Amz-SignedHeaders={signed}&X-Amz-Signature={SECRET}");
    json!({
        "v": 1, "key": OUR_KEY, "bucket": "bkt", "expiresIn": 300,
        "url": format!("http://{}/bkt/{OUR_KEY}?{query}", head.header("host").expect("a host")),
        "headers": {"content-type": "application/json", "content-length": "7", "if-none-match": "*", "x-amz-checksum-sha256": sha256},
    })
}

#[tokio::test]
async fn both_old_kinds_of_url_get_the_content_type_and_nothing_more() {
    for reply in [reply_v4, reply_v2] {
        let server = Server::start(gives(reply), stores);
        assert_eq!(carry(&remote(&server), &wire("{\"a\":1}")).await, Ok(Proof::EtagMd5));
        let head = &server.puts()[0];
        let url = reply(head)["url"].as_str().expect("a URL").to_owned();
        assert_eq!(format!("{}{}", server.origin(), head.target), url, "byte for byte");
        assert_eq!(head.extra(), ["content-type"]);
        assert_eq!((head.header("content-type"), head.header("content-length")), (Some("application/json"), Some("7")));
    }
}

#[tokio::test]
async fn a_version_one_url_gets_the_signed_set() {
    let echo = |head: &Head, line: &mut Line| {
        line.body();
        line.answer(200, &[("x-amz-checksum-sha256", head.header("x-amz-checksum-sha256").unwrap_or("none"))], b"");
    };
    let server = Server::start(gives(reply_v1), echo);
    assert_eq!(carry(&remote(&server), &wire("{\"a\":1}")).await, Ok(Proof::Sha256));
    let head = &server.puts()[0];
    assert_eq!(head.extra(), ["content-type", "if-none-match", "x-amz-checksum-sha256"]);
    assert_eq!(head.headers.iter().filter(|(name, _)| name == "content-length").count(), 1);
}

#[tokio::test]
async fn a_grant_does_not_carry_other_bytes_than_it_was_given_for() {
    let server = Server::start(gives(reply_v1), stores);
    let remote = remote(&server);
    let grant = grant(&remote, &wire("{\"a\":1}")).await;
    let failure = remote.put(&grant, &wire("{\"b\":2}"), &Progress::default()).await.expect_err("other bytes");
    assert_eq!(failure.kind, "presign.policy");
    assert!(server.puts().is_empty());
}

#[tokio::test]
async fn one_connection_serves_presigner_and_storage() {
    let server = Server::start(gives(reply_v4), stores);
    let remote = remote(&server);
    for _ in 0..3 {
        carry(&remote, &wire("{}")).await.expect("proven");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
    remote.reconnect();
    carry(&remote, &wire("{}")).await.expect("proven");
    assert_eq!(server.connections.load(Ordering::SeqCst), 2);
}

/// Status and headers of an answer, and what is made of them.
type Answered<'a> = (u16, Vec<(&'a str, &'a str)>, Result<Proof, &'a str>);

#[tokio::test]
async fn an_answer_must_prove_what_it_says() {
    let other = "\"5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f\"";
    let crc = STANDARD.encode(wire("{}").crc64nvme.to_be_bytes());
    let kms = ("x-amz-server-side-encryption", "aws:kms");
    let good = etag(b"{}");
    let cases: [Answered<'_>; 16] = [
        (201, vec![("etag", &good)], Ok(Proof::EtagMd5)),
        (202, vec![("etag", &good)], Ok(Proof::EtagMd5)),
        (204, vec![("etag", &good)], Ok(Proof::EtagMd5)),
        (204, vec![("x-amz-checksum-crc64nvme", &crc)], Ok(Proof::Crc64Nvme)),
        (201, vec![("etag", other)], Err("put.wrong_proof")),
        (204, vec![("etag", other)], Err("put.wrong_proof")),
        (201, vec![("x-amz-request-id", "1")], Err("put.no_proof")),
        (202, vec![("x-amz-request-id", "1")], Err("put.no_proof")),
        (200, vec![("etag", &good), ("etag", other)], Err("put.no_proof")),
        (200, vec![("etag", other), ("etag", &good)], Err("put.no_proof")),
        (200, vec![("etag", other)], Err("put.wrong_proof")),
        (200, vec![("etag", other), kms, ("x-amz-checksum-crc64nvme", &crc)], Ok(Proof::Crc64Nvme)),
        (200, vec![("etag", other), kms, ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=")], Err("put.wrong_proof")),
        (200, vec![], Err("put.no_proof")),
        (204, vec![], Err("put.no_proof")),
        (200, vec![("content-type", "text/html")], Err("network.portal")),
    ];
    for (status, headers, expected) in cases {
        let owned: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let put = move |_: &Head, line: &mut Line| {
            line.body();
            let headers: Vec<_> = owned.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            line.answer(status, &headers, b"");
        };
        let server = Server::start(gives(reply_v4), put);
        let outcome = carry(&remote(&server), &wire("{}")).await;
        assert_eq!(outcome.map_err(|failure| failure.kind), expected, "{headers:?}");
    }
}

/// Answers the PUTs of one URL in this order.
fn in_turn(answers: &'static [(u16, &'static str)]) -> impl Fn(&Head, &mut Line) + Send + Sync {
    let turn = AtomicUsize::new(0);
    move |_, line| {
        line.body();
        let (status, etag) = answers[turn.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1)];
        line.answer(status, &[("etag", etag)], b"<Error><Code>PreconditionFailed</Code></Error>");
    }
}

#[tokio::test]
async fn there_already_counts_only_when_it_can_be_nothing_else() {
    const OTHER: &str = "\"5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f\"";
    type Case = (fn(&Head) -> Value, &'static [(u16, &'static str)], Result<Proof, &'static str>);
    let cases: [Case; 5] = [
        (reply_v4, &[(412, "")], Err("put.precondition")),
        (reply_v4, &[(500, ""), (412, "")], Ok(Proof::AlreadyStored)),
        (reply_v4, &[(403, ""), (412, "")], Err("put.precondition")),
        (reply_v4, &[(500, ""), (200, OTHER), (412, "")], Err("put.precondition")),
        (reply_v1, &[(412, "")], Ok(Proof::AlreadyStored)),
    ];
    for (reply, answers, expected) in cases {
        let server = Server::start(gives(reply), in_turn(answers));
        let (remote, wire) = (remote(&server), wire("{\"a\":1}"));
        let grant = grant(&remote, &wire).await;
        let mut outcome = Err("no PUT");
        for _ in answers {
            outcome = remote.put(&grant, &wire, &Progress::default()).await.map_err(|failure| failure.kind);
        }
        assert_eq!(outcome, expected, "{answers:?}");
    }
}

/// What was wrong: a proxy's own page with this status was taken for S3's word that the file is there.
#[tokio::test]
async fn a_412_that_is_not_of_s3_proves_nothing() {
    for body in [&b""[..], b"<html>Blocked by policy</html>", b"<Error><Code>AccessDenied</Code></Error>"] {
        let server = Server::start(gives(reply_v1), move |_, line| {
            line.body();
            line.answer(412, &[], body);
        });
        let outcome = carry(&remote(&server), &wire("{\"a\":1}")).await.map_err(|failure| failure.kind);
        assert_eq!(outcome, Err("put.bad_request"));
    }
}

#[tokio::test]
async fn a_file_is_streamed_whole_and_counted() {
    let server = Server::start(gives(reply_v4), stores);
    let bytes: Vec<u8> = (0..3_000_001_u32).map(|number| (number % 251) as u8).collect();
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(&bytes).expect("room");
    let wire = Wire { source: Source::File(Arc::new(file)), ..wire(bytes) };
    let (remote, progress) = (remote(&server), Progress::default());
    let grant = grant(&remote, &wire).await;
    assert_eq!(remote.put(&grant, &wire, &progress).await, Ok(Proof::EtagMd5));
    assert_eq!(progress.sent(), wire.size);
    let head = &server.puts()[0];
    assert_eq!(head.header("content-length"), Some("3000001"));
    assert_eq!(head.header("transfer-encoding"), None);
}

#[tokio::test]
async fn an_empty_body_has_a_length_too() {
    let server = Server::start(gives(reply_v4), stores);
    assert_eq!(carry(&remote(&server), &wire("")).await, Ok(Proof::EtagMd5));
    assert_eq!(server.puts()[0].header("content-length"), Some("0"));
}

#[tokio::test]
async fn a_file_that_became_shorter_is_read_again() {
    let short = |_: &Head, line: &mut Line| {
        let mut rest = Vec::new();
        let _ = std::io::Read::read_to_end(&mut line.reader, &mut rest);
        line.hang_up();
    };
    let server = Server::start(gives(reply_v4), short);
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(&vec![b' '; 100_000]).expect("room");
    let file: Arc<File> = Arc::new(file);
    let wire = Wire { size: 200_000, source: Source::File(file), ..wire("") };
    let failure = carry(&remote(&server), &wire).await.expect_err("half of it is missing");
    assert_eq!((failure.kind, failure.class), ("file.read", Class::Reread));
    assert_eq!(failure.to_string(), "reading file before upload: it became shorter");
}

#[tokio::test]
async fn the_upload_limit_is_kept_and_is_no_stall() {
    let server = Server::start(gives(reply_v4), stores);
    let settings = Options {
        upload_limit: Some(64 * 1024),
        stall_timeout: Duration::from_millis(100),
        ..options(&format!("{}/", server.origin()))
    };
    let remote = Remote::new(settings).expect("good options");
    let began = Instant::now();
    assert_eq!(carry(&remote, &wire(vec![b'1'; 48 * 1024])).await, Ok(Proof::EtagMd5));
    assert!(began.elapsed() >= Duration::from_millis(600), "{:?}", began.elapsed());
}
