//! Each thing that can go wrong at the presigner or at S3 happens once: the file arrives, and is marked only then.

use std::time::Duration;

use outtray::cloud::Mode;
use outtray::cloud::faults::{Fault, Lost, Rule};

use super::desk::Desk;

const TEXT: &str = "{\"what\": \"a conversation of some length\"}";

const FLIPPED: &str = "a bit flipped on the way";

/// What a fault may cost, in stored versions of the right content, with an old presigner and with a new one.
struct Case {
    what: &'static str,
    rule: Rule,
    old: u64,
}

fn case(what: &'static str, rule: Rule, old: u64) -> Case {
    Case { what, rule, old }
}

fn at_s3() -> Vec<Case> {
    let lost = |how| Rule::put(Fault::LostAnswer(how));
    vec![
        // Old: the same URL is used again, so that the same object is stored twice.
        case("stored, then a reset", lost(Lost::Reset), 2),
        case("stored, then the end", lost(Lost::Close), 2),
        case("stored, then a 500", lost(Lost::Status(500)), 2),
        case("stored, then a 503", lost(Lost::Status(503)), 2),
        case("half-close", Rule::put(Fault::HalfClose(Duration::from_millis(20))), 1),
        case("reset before the body", Rule::put(Fault::Reset { after: 0 }), 1),
        case("reset within the body", Rule::put(Fault::Reset { after: 10 }), 1),
        case("no HTTP at all", Rule::put(Fault::Raw(b"SSH-2.0-OpenSSH\r\n".to_vec())), 1),
        case("wrong ETag", Rule::put(Fault::WrongEtag), 1),
        case("wrong checksum", Rule::put(Fault::WrongChecksum), 1),
        case("no proof", Rule::put(Fault::NoProof), 1),
        case(FLIPPED, Rule::put(Fault::Corrupt), 1),
        case("a login page", Rule::put(Fault::Portal), 1),
        case("slow down", Rule::put(Fault::s3_error(503, "SlowDown", "Please reduce your request rate.")).times(3), 1),
        case(
            "too slow a body",
            Rule::put(Fault::s3_error(400, "RequestTimeout", "Your socket connection was idle.")),
            1,
        ),
        case("other bytes", Rule::put(Fault::s3_error(400, "BadDigest", "The Content-MD5 did not match.")), 1),
        case("expired", Rule::put(Fault::early_s3_error(403, "AccessDenied", "Request has expired", 0)), 1),
        case("token expired", Rule::put(Fault::s3_error(400, "ExpiredToken", "The provided token has expired.")), 1),
        case("internal error", Rule::put(Fault::s3_error(500, "InternalError", "We encountered an error.")), 1),
        case("conflict", Rule::put(Fault::s3_error(409, "ConditionalRequestConflict", "At the same time.")), 1),
    ]
}

fn at_the_presigner() -> Vec<Case> {
    vec![
        case("500", Rule::presign(Fault::api_error(500, "Internal Server Error")), 1),
        case("429", Rule::presign(Fault::api_error(429, "Too Many Requests")), 1),
        case("a login page", Rule::presign(Fault::Portal), 1),
        case("reset", Rule::presign(Fault::Reset { after: 0 }), 1),
        case("half-close", Rule::presign(Fault::HalfClose(Duration::from_millis(20))), 1),
        case("half the JSON", Rule::presign(Fault::answer_text(|_| b"{\"url\": \"http".to_vec())), 1),
        case("a URL whose life is over", Rule::presign(Fault::expired()), 1),
    ]
}

async fn arrives(mode: Mode, case: Case) {
    let desk = Desk::new(mode);
    let armed = desk.cloud.faults().add(case.rule);
    desk.produce("a.json", TEXT);
    let engine = desk.start();
    // What failed is tried again by the next pass, whatever its own pause.
    for _ in 0..6 {
        engine.sync().await;
        desk.no_mark_lies();
        if desk.unsent().is_empty() {
            break;
        }
    }
    engine.quit().await;
    let what = format!("{} ({mode:?})", case.what);
    assert!(armed.used() > 0, "{what} never happened");
    assert_eq!(desk.marked(), ["a.json.synced"], "{what}");
    let most = if mode == Mode::V1 { 1 } else { case.old };
    let copies = desk.copies("a.json", TEXT);
    // A flipped bit was a version of the same object, or an object of its own that nothing speaks of.
    let spoilt = u64::from(case.what == FLIPPED);
    assert!((1..=most + spoilt).contains(&copies), "{what}: stored {copies} times");
    let objects = desk.cloud.objects_of("a.json");
    assert!(objects.len() as u64 <= 1 + spoilt, "{what}: {} objects", objects.len());
    let receipts = desk.receipts();
    assert_eq!(receipts.len(), 1, "{what}");
    assert!(
        objects.iter().any(|object| object.key == receipts[0].key && object.sha256 == receipts[0].sha256),
        "{what}"
    );
}

#[tokio::test]
async fn at_s3_with_sigv4() {
    for case in at_s3() {
        arrives(Mode::SigV4, case).await;
    }
}

#[tokio::test]
async fn at_s3_with_sigv2() {
    for case in at_s3() {
        arrives(Mode::SigV2, case).await;
    }
}

#[tokio::test]
async fn at_s3_with_a_new_presigner() {
    for case in at_s3().into_iter().filter(|case| case.what != FLIPPED) {
        arrives(Mode::V1, case).await;
    }
}

#[tokio::test]
async fn at_the_presigner_of_each_kind() {
    for mode in [Mode::SigV4, Mode::SigV2, Mode::V1] {
        for case in at_the_presigner() {
            arrives(mode, case).await;
        }
    }
}

#[tokio::test]
async fn a_bucket_sealed_with_kms_gives_other_proof() {
    for mode in [Mode::SigV4, Mode::SigV2, Mode::V1] {
        let desk = Desk::new(mode);
        desk.cloud.change(|behaviour| behaviour.kms = true);
        desk.produce("a.json", TEXT);
        assert_eq!(desk.pass().await.synced, 1, "{mode:?}");
        assert_ne!(desk.receipts()[0].proof, "etag-md5", "{mode:?}");
    }
}

/// The one object that a new presigner allows holds other bytes, as its own answer told: "there already" is no proof of
/// ours then, under no further URL and in no further pass. The file stays, and it is said.
#[tokio::test]
async fn there_already_is_not_believed_where_other_bytes_were_confirmed() {
    let desk = Desk::new(Mode::V1);
    desk.cloud.faults().add(Rule::put(Fault::Corrupt));
    desk.produce("a.json", TEXT);
    let engine = desk.start();
    for _ in 0..3 {
        assert_eq!(engine.sync().await.failed, 1);
    }
    assert_eq!(engine.status().await.files.len(), 1);
    engine.quit().await;
    assert!(desk.cloud.puts().iter().any(|put| put.status == Some(412)), "nobody said that it is there");
    assert_eq!((desk.unsent(), desk.marked()), (vec!["a.json".to_owned()], vec![]));
    assert_eq!(desk.receipts(), []);
}
