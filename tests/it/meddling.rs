//! A proxy that rewrites headers and bodies: what it leaves whole arrives, what it spoils is told, nothing false is proof.
//!
//! The real program, a presigner and an S3 that check signatures, and a proxy between them (`proxy`). Whatever it does, a
//! file is marked only if S3 holds its very bytes; and without it every file arrives.
//! Not here: proxies that refuse (`proxies`), single answers (`remote::put`).

mod answers;
mod proxy;

use outtray::cloud::{Mode, Options};
use proxy::{Message, OnTheWay, OnTheWayBack};

use crate::support::app::App;
use crate::support::tray::sha256;

const ALL: &[Mode] = &[Mode::SigV4, Mode::SigV2, Mode::V1];
const OLD: &[Mode] = &[Mode::SigV4, Mode::SigV2];
const V4: &[Mode] = &[Mode::SigV4];
const NEW: &[Mode] = &[Mode::V1];
const TEXT: &str = "{\"text\": \"a few words\"}";

/// What becomes of the file.
#[derive(Debug, Clone, Copy)]
enum Then {
    Sent,
    /// It waits or is put aside for this reason, told in these words.
    Held(&'static str, &'static str),
}

use Then::{Held, Sent};

/// What the proxy does, to which kinds of presigner, and what comes of it.
type Case = (&'static str, &'static [Mode], OnTheWay, OnTheWayBack, Then);

fn untouched(_: &mut Message) {}

fn unchanged(_: &Message, _: &mut Message) {}

fn configure(app: &App, proxy: &str) {
    app.configure(&format!(
        "scan_interval_secs = 1\n[network]\nproxy = {proxy:?}\n[files]\nsettle_ms = 50\n\
         [retry]\npresign_delays_ms = [5]\nupload_attempts = 2\nupload_base_ms = 5\ncap_ms = 50\n"
    ));
}

fn try_out(cases: &[Case]) {
    for (what, modes, there, back, then) in cases {
        for mode in *modes {
            let mut options = Options::default();
            options.behaviour.mode = *mode;
            let app = App::with(options);
            configure(&app, &proxy::start(*there, *back));
            app.put("a.json", TEXT);
            let ended = app.run(&["sync"]);
            assert!(app.cloud.counts().0 > 0, "{what}, {mode:?}: it did not take the way through the proxy");
            match then {
                Sent => assert_eq!(ended.code, 0, "{what}, {mode:?}: {ended:?}"),
                Held(kind, words) => {
                    assert_ne!(ended.code, 0, "{what}, {mode:?}: {ended:?}");
                    let row = app.row("a.json");
                    let told = row["reason"].as_str().unwrap_or_default();
                    assert_eq!(
                        (row["kind"].as_str(), told.contains(words)),
                        (Some(*kind), true),
                        "{what}, {mode:?}: {row}"
                    );
                    configure(&app, "none");
                    app.run(&["retry"]).ends(0);
                    app.run(&["sync"]).ends(0);
                }
            }
            assert_eq!(app.names(), ["a.json.synced"], "{what}, {mode:?}");
            let hash = sha256(TEXT.as_bytes());
            let held = app.cloud.objects_of("a.json").into_iter().filter(|object| object.sha256 == hash).count();
            assert!(held > 0, "{what}, {mode:?}: marked, and S3 does not hold it");
            let once = *mode == Mode::V1 || matches!(then, Sent);
            assert!(!once || app.cloud.objects().len() == 1, "{what}, {mode:?}: {} objects", app.cloud.objects().len());
        }
    }
}

/// Every name of a header, in other letters.
fn respell(message: &mut Message, spell: fn(&str) -> String) {
    for (name, _) in &mut message.headers {
        *name = spell(name);
    }
}

#[test]
fn a_proxy_that_only_adds_and_respells_carries_files() {
    try_out(&[
        (
            "says that it was there",
            ALL,
            |request| {
                request.add("Via", "1.1 proxy.company.test");
                request.add("X-Forwarded-For", "10.1.2.3");
                request.add("Cache-Control", "max-age=0");
            },
            |_, answer| {
                answer.add("Via", "1.1 proxy.company.test");
                answer.add("Age", "0");
                answer.add("Set-Cookie", "proxy=1; Path=/");
            },
            Sent,
        ),
        (
            "writes names in small letters",
            ALL,
            |request| respell(request, str::to_lowercase),
            |_, answer| respell(answer, str::to_lowercase),
            Sent,
        ),
        (
            "writes names in capitals, in another order",
            ALL,
            |request| {
                respell(request, str::to_uppercase);
                request.headers.reverse();
            },
            |_, answer| {
                respell(answer, str::to_uppercase);
                answer.headers.reverse();
            },
            Sent,
        ),
        (
            "sends the answer in chunks",
            ALL,
            untouched,
            |_, answer| {
                let text = String::from_utf8(answer.body.clone()).unwrap();
                let chunk = if text.is_empty() { text } else { format!("{:x}\r\n{text}\r\n", text.len()) };
                answer.body = format!("{chunk}0\r\n\r\n").into();
                answer.drop("content-length");
                answer.set("Transfer-Encoding", "chunked");
            },
            Sent,
        ),
        (
            "says something first",
            ALL,
            untouched,
            |_, answer| {
                let first = std::mem::take(&mut answer.first);
                answer.first = format!("HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n{first}");
            },
            Sent,
        ),
        ("says the same twice", ALL, untouched, |_, answer| answer.headers.extend_from_within(..), Sent),
        ("takes the time away", ALL, untouched, |_, answer| answer.drop("date"), Sent),
        (
            "calls the answer to a PUT a page",
            ALL,
            untouched,
            |request, answer| {
                if request.is_put() {
                    answer.set("Content-Type", "text/html");
                }
            },
            Sent,
        ),
    ]);
}

#[test]
fn a_proxy_that_rewrites_the_put_is_told() {
    try_out(&[
        (
            "changes the content type",
            ALL,
            |request| {
                if request.is_put() {
                    request.set("Content-Type", "application/json; charset=utf-8");
                }
            },
            unchanged,
            Held("put.signature", "SignatureDoesNotMatch"),
        ),
        (
            "takes the content type",
            ALL,
            |request| {
                if request.is_put() {
                    request.drop("content-type");
                }
            },
            unchanged,
            Held("put.signature", "SignatureDoesNotMatch"),
        ),
        (
            "adds what only the owner may say",
            V4,
            |request| {
                if request.is_put() {
                    request.add("x-amz-acl", "public-read");
                }
            },
            unchanged,
            Held("put.unsigned_header", "x-amz-acl"),
        ),
        (
            "takes the checksum",
            NEW,
            |request| request.drop("x-amz-checksum-sha256"),
            unchanged,
            Held("put.signature", ""),
        ),
        ("takes the condition", NEW, |request| request.drop("if-none-match"), unchanged, Held("put.signature", "")),
        (
            "sends the body in chunks",
            ALL,
            |request| {
                if request.is_put() {
                    request.body = format!("{:x}\r\n{TEXT}\r\n0\r\n\r\n", TEXT.len()).into();
                    request.drop("content-length");
                    request.set("Transfer-Encoding", "chunked");
                }
            },
            unchanged,
            Held("put.unsupported", "MissingContentLength"),
        ),
        (
            "packs the body",
            OLD,
            |request| {
                if request.is_put() {
                    request.pack();
                }
            },
            unchanged,
            Held("put.wrong_proof", "that of other bytes"),
        ),
        (
            "packs the body",
            NEW,
            |request| {
                if request.is_put() {
                    request.pack();
                }
            },
            unchanged,
            Held("put.signature", ""),
        ),
        (
            "writes the document more neatly",
            OLD,
            |request| {
                if request.is_put() {
                    request.body.retain(|byte| *byte != b' ');
                }
            },
            unchanged,
            Held("put.wrong_proof", "that of other bytes"),
        ),
    ]);
}
