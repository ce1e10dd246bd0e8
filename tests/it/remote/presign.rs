//! The presign call: what is asked, what is done with every kind of answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use outtray::remote::{Ask, Class, Remote};
use serde_json::json;

use super::server::{KEY, Server, gives, reply_v4};
use super::{ask, hex, options, remote, wire};

#[tokio::test]
async fn asks_with_the_members_of_the_contract_at_exactly_the_given_address() {
    let server = Server::start(gives(reply_v4), |_, _| {});
    let target = "/stage//ingest/new/?tenant=a%2Fb&mode=x+y";
    let remote = Remote::new(options(&format!("{}{target}", server.origin()))).expect("good options");
    let wire = wire("{}");
    let grant = remote.presign(&ask(&wire)).await.expect("a grant");
    assert_eq!((grant.key(), grant.bucket(), grant.host()), (KEY, "bkt", "127.0.0.1"));
    let head = server.heads.lock().expect("no panic")[0].clone();
    assert_eq!((head.method.as_str(), head.target.as_str()), ("POST", target));
    assert_eq!(head.extra(), ["content-type"]);
    assert_eq!(head.header("content-type"), Some("application/json"));
    let expected = json!({
        "deviceId": "dev001", "filename": "a.json", "v": 1, "size": 2, "sha256": hex(&wire.sha256),
        "idempotencyKey": "00000000-0000-0000-0000-00000000005f", "createdAt": "20260127T103000Z",
    });
    assert_eq!(server.presigns(), [expected]);
}

#[tokio::test]
async fn a_strict_old_presigner_is_asked_plainly_from_then_on() {
    let strict = |head: &super::server::Head, line: &mut super::server::Line| {
        if line.length > 60 { line.answer(400, &[], b"unknown member") } else { gives(reply_v4)(head, line) }
    };
    let server = Server::start(strict, |_, _| {});
    let remote = remote(&server);
    for name in ["a.json", "b.json", "c.json"] {
        let asked = Ask { filename: name.into(), ..ask(&wire("{}")) };
        remote.presign(&asked).await.expect("a grant");
    }
    assert_eq!(members(&server), [7, 2, 7, 2, 2]);
}

/// What was wrong: one oddly named file, refused for its name, made every later file lose its checksum and its one key.
#[tokio::test]
async fn one_odd_name_does_not_make_the_presigner_an_old_one() {
    let picky = |head: &super::server::Head, line: &mut super::server::Line| {
        if line.length > 300 { line.answer(400, &[], b"the name is too long") } else { gives(reply_v4)(head, line) }
    };
    let server = Server::start(picky, |_, _| {});
    let remote = remote(&server);
    let (odd, odd_too) = ("o".repeat(120), "x".repeat(120));
    for name in [&odd, &odd, "fine.json", &odd_too, "fine too.json"] {
        let asked = Ask { filename: name.into(), ..ask(&wire("{}")) };
        remote.presign(&asked).await.expect("a grant");
    }
    assert_eq!(members(&server), [7, 2, 7, 2, 7, 7, 2, 7]);
}

/// How many members each request had.
fn members(server: &Server) -> Vec<usize> {
    server.presigns().iter().map(|asked| asked.as_object().map_or(0, serde_json::Map::len)).collect()
}

#[tokio::test]
async fn a_presigner_that_refuses_both_ways_is_asked_in_full_again() {
    let server = Server::start(|_, line| line.answer(400, &[], b"no"), |_, _| {});
    let remote = remote(&server);
    for _ in 0..2 {
        let failure = remote.presign(&ask(&wire("{}"))).await.expect_err("refused");
        assert_eq!((failure.kind, failure.class), ("presign.bad_request", Class::Park));
    }
    assert_eq!(members(&server), [7, 2, 7, 2]);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Server::start(gives(reply_v4), |_, _| {});
    let target = format!("{}/login", elsewhere.origin());
    for (status, kind) in
        [(301, "presign.redirect"), (302, "network.portal"), (307, "network.portal"), (308, "presign.redirect")]
    {
        let location = target.clone();
        let server = Server::start(move |_, line| line.answer(status, &[("location", &location)], b""), |_, _| {});
        let failure = remote(&server).presign(&ask(&wire("{}"))).await.expect_err("not followed");
        assert_eq!((failure.status, failure.kind), (Some(status), kind));
    }
    assert_eq!(elsewhere.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_page_of_html_is_the_network_asking_for_a_sign_in() {
    let page = |_: &super::server::Head, line: &mut super::server::Line| {
        line.answer(200, &[("content-type", "text/html; charset=utf-8")], b"<html>Sign in</html>");
    };
    let server = Server::start(page, |_, _| {});
    let failure = remote(&server).presign(&ask(&wire("{}"))).await.expect_err("a page");
    assert_eq!((failure.kind, failure.class), ("network.portal", Class::Network));
    assert_eq!(failure.to_string(), "decoding presign response: a sign-in page of the network answered");
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = sent.clone();
    let endless = move |_: &super::server::Head, line: &mut super::server::Line| {
        let _ = line.raw(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 268435456\r\n\r\n");
        let piece = vec![b' '; 65536];
        while counter.load(Ordering::SeqCst) < 268_435_456 && line.raw(&piece).is_ok() {
            counter.fetch_add(65536, Ordering::SeqCst);
        }
        line.hang_up();
    };
    let server = Server::start(endless, |_, _| {});
    let began = Instant::now();
    let failure = remote(&server).presign(&ask(&wire("{}"))).await.expect_err("too long");
    assert_eq!((failure.kind, failure.class), ("presign.bad_reply", Class::SetUpAfterThree));
    assert_eq!(failure.to_string(), "decoding presign response: it is longer than 64 KiB");
    assert!(began.elapsed() < Duration::from_secs(10));
    assert!(sent.load(Ordering::SeqCst) < 32 << 20, "{} bytes were taken", sent.load(Ordering::SeqCst));
}

#[tokio::test]
async fn retry_after_is_handed_on() {
    let server = Server::start(|_, line| line.answer(429, &[("retry-after", "3")], b"{}"), |_, _| {});
    let failure = remote(&server).presign(&ask(&wire("{}"))).await.expect_err("throttled");
    assert_eq!((failure.class, failure.retry_after), (Class::Throttled, Some(Duration::from_secs(3))));
}

#[tokio::test]
async fn a_file_that_no_put_can_carry_is_not_even_asked_for() {
    let server = Server::start(gives(reply_v4), |_, _| {});
    let mut huge = ask(&wire("{}"));
    huge.size = 5 * 1024 * 1024 * 1024 + 1;
    let failure = remote(&server).presign(&huge).await.expect_err("too large");
    assert_eq!((failure.kind, failure.class), ("put.too_large", Class::Park));
    assert!(server.presigns().is_empty());
}
