//! A proxy in between: it refuses, or it changes what passes.
//!
//! Not here: its password (`trouble`), the real program and its environment (`crate::proxies`).

use outtray::remote::{Class, Failure, Options, ProxyChoice, Remote};
use url::Url;

use super::server::{Head, Line, Server, gives, reply_v4};
use super::{ask, carry, etag, options, wire};

fn behind(proxy: &Server, api_url: &str) -> Remote {
    let proxy = ProxyChoice::Url(Url::parse(&proxy.origin()).expect("a URL"));
    Remote::new(Options { proxy, ..options(api_url) }).expect("good options")
}

async fn refused(status: u16, api_url: &str) -> (Failure, usize) {
    let answer = move |_: &Head, line: &mut Line| line.answer(status, &[], b"<html>the company's proxy</html>");
    let proxy = Server::start(answer, answer);
    let failure = behind(&proxy, api_url).presign(&ask(&wire("{}"))).await.expect_err("refused");
    let heads = proxy.heads.lock().expect("no panic");
    assert!(heads.iter().all(|head| head.method == "CONNECT"), "{heads:?}");
    (failure, heads.len())
}

#[tokio::test]
async fn a_proxy_that_does_not_connect_means_waiting_for_the_network() {
    for status in [403, 502, 503] {
        let (failure, count) = refused(status, "https://presigner.test/ingest").await;
        assert_eq!((failure.kind, failure.class, count), ("network.proxy", Class::Network, 1), "{status}: {failure:?}");
        assert!(!failure.ambiguous, "nothing can have arrived");
    }
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_is_a_matter_of_settings() {
    let (failure, _) = refused(407, "https://presigner.test/ingest").await;
    assert_eq!((failure.kind, failure.class), ("network.proxy", Class::SetUp));
}

/// In the clear a proxy could read and change everything; what it changes is noticed by the proof.
#[tokio::test]
async fn a_proxy_that_changes_the_bytes_is_found_out() {
    let storage = Server::start(gives(reply_v4), |_, line| {
        let mut body = line.body();
        body[0] ^= 1;
        line.answer(200, &[("etag", &etag(&body))], b"");
    });
    let remote = Remote::new(options(&format!("{}/", storage.origin()))).expect("good options");
    let failure = carry(&remote, &wire("{}")).await.expect_err("other bytes were stored");
    assert_eq!((failure.kind, failure.class), ("put.wrong_proof", Class::PresignOnceThenPark), "{failure:?}");
    assert_eq!(storage.puts().len(), 1);
}
