//! What a proxy does to answers: proof is taken away or forged, the presigner's word is spoilt.
//!
//! Not here: the proxy and what is asked of each case (`meddling`).

use outtray::cloud::Mode;

use super::proxy::Message;
use super::{ALL, Held, NEW, OLD, Sent, Then, try_out, untouched};

/// Leaves the ETag as the only word about the bytes, as an older S3 has it.
fn leave_the_etag(answer: &mut Message) {
    answer.headers.retain(|(name, _)| !name.to_lowercase().starts_with("x-amz-checksum-"));
}

fn change_the_etag(answer: &mut Message, change: fn(&str) -> String) {
    leave_the_etag(answer);
    if let Some(etag) = answer.header("etag").map(change) {
        answer.set("ETag", &etag);
    }
}

#[test]
fn a_proxy_that_takes_proof_away_leaves_the_file_unmarked() {
    const UNPROVEN: Then = Held("put.no_proof", "does not prove that the bytes arrived");
    try_out(&[
        ("takes the ETag, and a checksum is there", ALL, untouched, |_, answer| answer.drop("etag"), Sent),
        ("takes the checksums, and the ETag is there", ALL, untouched, |_, answer| leave_the_etag(answer), Sent),
        (
            "takes every proof",
            OLD,
            untouched,
            |_, answer| {
                leave_the_etag(answer);
                answer.drop("etag");
            },
            UNPROVEN,
        ),
        // That it is not stored again under a name made of its content is proof enough.
        (
            "takes every proof",
            NEW,
            untouched,
            |_, answer| {
                leave_the_etag(answer);
                answer.drop("etag");
            },
            Sent,
        ),
        (
            "makes the ETag a weak one",
            OLD,
            untouched,
            |_, answer| change_the_etag(answer, |etag| format!("W/{etag}")),
            UNPROVEN,
        ),
        (
            "adds -gzip to the ETag",
            OLD,
            untouched,
            |_, answer| change_the_etag(answer, |etag| etag.trim_end_matches('"').to_owned() + "-gzip\""),
            UNPROVEN,
        ),
        (
            "answers 200 for itself",
            OLD,
            untouched,
            |request, answer| {
                if request.is_put() {
                    *answer = Message { first: "HTTP/1.1 200 OK".into(), headers: vec![], body: b"cached".to_vec() };
                }
            },
            UNPROVEN,
        ),
    ]);
}

#[test]
fn a_proxy_that_forges_proof_is_not_believed() {
    const UNSURE: Then = Held("put.precondition", "PreconditionFailed");
    const OTHER: &str = "\"5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f\"";
    try_out(&[
        (
            "puts another ETag there",
            OLD,
            untouched,
            |_, answer| change_the_etag(answer, |_| OTHER.into()),
            Held("put.wrong_proof", "that of other bytes"),
        ),
        (
            "adds a second ETag",
            OLD,
            untouched,
            |request, answer| {
                if request.is_put() {
                    answer.add("ETag", OTHER);
                }
            },
            Held("put.no_proof", "contradicts itself"),
        ),
        (
            "puts another checksum there",
            OLD,
            untouched,
            |request, answer| {
                if request.is_put() {
                    answer.set("x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
                }
            },
            Held("put.wrong_proof", "SHA-256"),
        ),
        // Where other bytes were confirmed under a name made of the content, "it is there already" is no proof any more.
        (
            "adds a second ETag",
            NEW,
            untouched,
            |request, answer| {
                if request.is_put() {
                    answer.add("ETag", OTHER);
                }
            },
            UNSURE,
        ),
        (
            "puts another checksum there",
            NEW,
            untouched,
            |request, answer| {
                if request.is_put() {
                    answer.set("x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
                }
            },
            UNSURE,
        ),
    ]);
}

#[test]
fn a_proxy_that_rewrites_the_presigners_answer_is_told() {
    try_out(&[
        (
            "packs it",
            ALL,
            untouched,
            |request, answer| {
                if !request.is_put() {
                    answer.pack();
                }
            },
            Held("presign.bad_reply", "compressed"),
        ),
        (
            "calls it a page",
            ALL,
            untouched,
            |request, answer| {
                if !request.is_put() {
                    answer.set("Content-Type", "text/html");
                }
            },
            Held("network.portal", "sign-in page"),
        ),
        (
            "calls it a text",
            ALL,
            untouched,
            |request, answer| {
                if !request.is_put() {
                    answer.set("Content-Type", "text/plain");
                }
            },
            Sent,
        ),
        (
            "puts a word of its own before it",
            ALL,
            untouched,
            |request, answer| {
                if !request.is_put() {
                    answer.body.splice(0..0, *b"<!-- scanned -->");
                }
            },
            Held("presign.bad_reply", ""),
        ),
        (
            "is a century ahead",
            &[Mode::SigV4, Mode::V1],
            untouched,
            |_, answer| answer.set("Date", "Sun, 27 Jan 2126 10:30:00 GMT"),
            Sent,
        ),
    ]);
}
