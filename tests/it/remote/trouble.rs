//! Lines that break, stand still, crawl or refuse half-way.

use std::io::Read as _;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use outtray::remote::{Class, Options, Progress, Proof, ProxyChoice, Remote, Stage};
use url::Url;

use super::server::{Head, Line, Server, gives, reply_v4};
use super::{ask, carry, etag, grant, options, remote, wire};

const BIG: usize = 16 * 1024 * 1024;
const EXPIRED: &[u8] = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";

fn impatient(server: &Server, millis: u64) -> Remote {
    let stall_timeout = Duration::from_millis(millis);
    Remote::new(Options { stall_timeout, ..options(&format!("{}/", server.origin())) }).expect("good options")
}

#[tokio::test]
async fn an_early_refusal_is_seen_or_looks_like_a_broken_line() {
    let early = |_: &Head, line: &mut Line| {
        line.take(4096);
        line.answer(403, &[("connection", "close")], EXPIRED);
        line.hang_up();
    };
    let server = Server::start(gives(reply_v4), early);
    let (remote, big) = (remote(&server), wire(vec![b' '; BIG]));
    for _ in 0..10 {
        let failure = carry(&remote, &big).await.expect_err("refused");
        if failure.status == Some(403) {
            assert!(matches!(failure.kind, "put.expired" | "put.forbidden"), "{failure:?}");
        } else {
            assert_eq!((failure.kind, failure.class), ("put.interrupted", Class::Again));
            assert!(failure.transport && failure.ambiguous);
        }
    }
}

#[tokio::test]
async fn an_early_refusal_that_leaves_the_line_open_is_always_seen() {
    let early = |_: &Head, line: &mut Line| {
        line.take(4096);
        line.answer(403, &[], EXPIRED);
        let rest = (line.length - line.taken) as u64;
        let _ = std::io::copy(&mut line.reader.by_ref().take(rest), &mut std::io::sink());
        line.hang_up();
    };
    let server = Server::start(gives(reply_v4), early);
    let big = wire(vec![b' '; BIG]);
    for _ in 0..5 {
        // A client of its own: presigner and S3 share this server, and the line that it hung up must not be used again.
        let failure = carry(&remote(&server), &big).await.expect_err("refused");
        assert_eq!((failure.kind, failure.class), ("put.expired", Class::PresignAnew));
        assert!(!failure.ambiguous);
    }
}

#[tokio::test]
async fn a_line_that_stands_still_is_given_up_and_let_go() {
    let (tell, told) = mpsc::channel();
    let stops = move |_: &Head, line: &mut Line| {
        line.take(65536);
        std::thread::sleep(Duration::from_millis(1500));
        // What was on its way comes first, then the end: nothing goes on in the background.
        let rest = std::io::copy(&mut line.reader, &mut std::io::sink()).unwrap_or(0);
        let _ = tell.send(rest);
        line.hang_up();
    };
    let server = Server::start(gives(reply_v4), stops);
    let began = Instant::now();
    let failure = carry(&impatient(&server, 500), &wire(vec![b' '; BIG])).await.expect_err("stalled");
    assert_eq!((failure.kind, failure.class, failure.ambiguous), ("put.stalled", Class::Again, true));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let rest = tokio::task::spawn_blocking(move || told.recv_timeout(Duration::from_secs(10)));
    let rest = rest.await.expect("no panic").expect("the connection ended");
    assert!((rest as usize) < BIG - 65536, "the whole body was sent all the same");
}

#[tokio::test]
async fn silence_after_the_last_piece_is_given_up_too() {
    let silent = |_: &Head, line: &mut Line| {
        line.body();
        let _ = line.reader.read(&mut [0]);
        line.hang_up();
    };
    let server = Server::start(gives(reply_v4), silent);
    let failure = carry(&impatient(&server, 300), &wire("{}")).await.expect_err("silence");
    assert_eq!((failure.kind, failure.ambiguous), ("put.stalled", true));
}

#[tokio::test]
async fn a_slow_line_that_moves_is_not_given_up() {
    let slow = |_: &Head, line: &mut Line| {
        let mut body = Vec::new();
        while line.taken < line.length {
            body.extend(line.take(256 * 1024));
            std::thread::sleep(Duration::from_millis(30));
        }
        line.answer(200, &[("etag", &etag(&body))], b"");
    };
    let server = Server::start(gives(reply_v4), slow);
    let began = Instant::now();
    assert_eq!(carry(&impatient(&server, 1000), &wire(vec![b' '; BIG])).await, Ok(Proof::EtagMd5));
    assert!(began.elapsed() > Duration::from_millis(1500), "it was not slow: {:?}", began.elapsed());
}

#[tokio::test]
async fn broken_answers_are_ambiguous() {
    for answer in [&b"HTP/9 what\r\n\r\n"[..], b"HTTP/1.1 200 O", b""] {
        let put = move |_: &Head, line: &mut Line| {
            line.body();
            let _ = line.raw(answer);
            line.hang_up();
        };
        let server = Server::start(gives(reply_v4), put);
        let failure = carry(&remote(&server), &wire("{}")).await.expect_err("no answer");
        assert_eq!((failure.stage, failure.class, failure.kind), (Stage::Put, Class::Again, "put.interrupted"));
        assert!(failure.transport && failure.ambiguous, "{failure:?}");
    }
    for answer in [&b"HTP/9 what\r\n\r\n"[..], b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"url\"", b""] {
        let presign = move |_: &Head, line: &mut Line| {
            let _ = line.raw(answer);
            line.hang_up();
        };
        let server = Server::start(presign, |_, _| {});
        let failure = remote(&server).presign(&ask(&wire("{}"))).await.expect_err("no answer");
        assert_eq!((failure.stage, failure.class), (Stage::CallPresign, Class::Again));
        assert!(failure.to_string().starts_with("calling presign endpoint: "), "{failure}");
    }
}

#[tokio::test]
async fn a_put_is_never_redirected() {
    let elsewhere = Server::start(|_, _| {}, |_, line| line.answer(200, &[], b""));
    for status in [301, 307, 308] {
        let location = format!("{}/bkt/key", elsewhere.origin());
        let put = move |_: &Head, line: &mut Line| {
            line.body();
            line.answer(status, &[("location", &location)], b"<html>moved</html>");
        };
        let server = Server::start(gives(reply_v4), put);
        let failure = carry(&remote(&server), &wire("{}")).await.expect_err("not followed");
        assert_eq!((failure.kind, failure.class), ("put.redirect", Class::PresignOnceThenSetUp));
        assert_eq!(server.puts()[0].header("referer"), None);
    }
    assert_eq!(elsewhere.connections.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn nobody_there_means_waiting_for_the_network() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
    let refused = Remote::new(options(&format!("http://127.0.0.1:{port}/"))).expect("good options");
    let failure = refused.presign(&ask(&wire("{}"))).await.expect_err("nobody listens");
    assert_eq!(failure.to_string(), "calling presign endpoint: connection refused");
    assert_eq!((failure.kind, failure.class), ("network.refused", Class::Network));
}

#[tokio::test]
async fn a_server_without_tls_is_no_secure_server() {
    let server = Server::start(|_, _| {}, |_, line| line.answer(400, &[], b""));
    let remote = Remote::new(options(&format!("https://{}/", server.address))).expect("good options");
    let failure = remote.presign(&ask(&wire("{}"))).await.expect_err("no TLS");
    assert_eq!(failure.class, Class::Network, "{failure:?}");
    assert_eq!(failure.stage, Stage::CallPresign);
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_without_its_password() {
    let server = Server::start(|_, line| line.answer(407, &[], b""), |_, line| line.answer(407, &[], b""));
    let proxy = Url::parse(&format!("http://user:pa55word@{}", server.address)).expect("a URL");
    for api_url in ["http://localhost:9/ingest", "https://presigner.test/ingest"] {
        let settings = Options { proxy: ProxyChoice::Url(proxy.clone()), ..options(api_url) };
        assert!(!format!("{settings:?}").contains("pa55word"));
        let remote = Remote::new(settings).expect("good options");
        let failure = remote.presign(&ask(&wire("{}"))).await.expect_err("refused");
        assert_eq!((failure.kind, failure.class), ("network.proxy", Class::SetUp), "{api_url}: {failure:?}");
        assert!(!format!("{failure} {failure:?} {remote:?}").contains("pa55word"));
    }
    assert!(server.heads.lock().expect("no panic").iter().all(|head| head.header("proxy-authorization").is_some()));
}

#[tokio::test]
async fn plain_http_needs_loopback_or_leave() {
    let error = Remote::new(options("http://presigner.test/")).expect_err("not https");
    assert_eq!(error.to_string(), "api_url is not https");
    Remote::new(Options { allow_insecure_http: true, ..options("http://presigner.test/") }).expect("with leave");
    let error = Remote::new(Options { ca_pem: Some(b"no certificate".to_vec()), ..options("https://presigner.test/") });
    assert_eq!(error.expect_err("no PEM").to_string(), "the CA file holds no certificate in PEM form");
}

#[tokio::test]
async fn progress_starts_again_with_each_put() {
    let server = Server::start(gives(reply_v4), |_, line| {
        let body = line.body();
        line.answer(200, &[("etag", &etag(&body))], b"");
    });
    let (remote, progress) = (remote(&server), Progress::default());
    for size in [100_u64, 7] {
        let wire = wire(vec![b' '; size as usize]);
        let grant = grant(&remote, &wire).await;
        remote.put(&grant, &wire, &progress).await.expect("proven");
        assert_eq!(progress.sent(), size);
    }
}
