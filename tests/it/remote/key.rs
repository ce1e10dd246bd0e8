//! The key is shown to the presigner: to nobody else, on no detour, and in no message.

use outtray::remote::{BuildError, Key, Options, ProxyChoice, Remote};
use outtray::secret::Secret;
use url::Url;

use super::server::Server;
use super::{ask, options, wire};

const KEY: &str = "otk_correct-horse-battery-staple";

fn with_key(api_url: &str, header: &str) -> Options {
    Options { key: Some(Key { header: header.into(), secret: Secret::parse(KEY).expect("a key") }), ..options(api_url) }
}

#[tokio::test]
async fn a_redirect_does_not_carry_it_away() {
    let other = Server::start(|_, line| line.answer(200, &[], b"{}"), |_, _| {});
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/ingest/new", other.origin());
        let server = Server::start(move |_, line| line.answer(status, &[("location", &to)], b""), |_, _| {});
        let remote = Remote::new(with_key(&format!("{}/ingest/new", server.origin()), "x-api-key")).expect("good");
        let failure = remote.presign(&ask(&wire("{}"))).await.expect_err("a redirect");
        let shown = format!("{failure} {failure:?} {remote:?} {:?}", with_key("http://127.0.0.1/", "x-api-key"));
        assert!(!shown.contains(KEY), "{shown}");
        assert_eq!(server.heads.lock().expect("whole")[0].header("x-api-key"), Some(KEY));
    }
    assert!(other.heads.lock().expect("whole").is_empty());
}

#[test]
fn it_is_not_sent_where_others_could_read_it() {
    let open = Options { allow_insecure_http: true, ..with_key("http://presign.example.org/ingest/new", "x-api-key") };
    assert_eq!(Remote::new(open).expect_err("plain http"), BuildError::InsecureKey);
    let proxy = ProxyChoice::Url(Url::parse("http://proxy.example.org:3128").expect("a URL"));
    let through = Options { proxy, ..with_key("http://127.0.0.1:9/ingest/new", "x-api-key") };
    assert_eq!(Remote::new(through).expect_err("a proxy sees it"), BuildError::InsecureKey);
    assert_eq!(Remote::new(with_key("https://presign.example.org/", "a b")).expect_err("no header"), BuildError::Key);
    Remote::new(with_key("https://presign.example.org/", "authorization")).expect("good");
}
