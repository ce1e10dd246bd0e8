//! Which way the real program takes: through the proxy of the settings, of the environment, or none.
//!
//! Not here: what a proxy's refusal means (`remote::proxy`).

use std::sync::atomic::Ordering;

use crate::remote::server::{Head, Line, Server};
use crate::support::app::{App, Ended, ended};

fn refusing_proxy() -> Server {
    let refuse = |_: &Head, line: &mut Line| line.answer(502, &[], b"no way");
    Server::start(refuse, refuse)
}

fn sync(app: &App, variables: &[(&str, &str)]) -> Ended {
    ended(app.command(&["sync"]).envs(variables.iter().copied()))
}

fn configure(app: &App, api_url: &str, proxy: &str) {
    app.write_config(&format!(
        "api_url = {api_url:?}\ndevice_id = \"dev001\"\nwatch_dir = \"{}\"\n[network]\nproxy = {proxy:?}\n\
         [files]\nsettle_ms = 50\n[retry]\npresign_delays_ms = [5]\nupload_attempts = 1\n",
        app.folder.display()
    ));
}

#[test]
fn a_proxy_of_the_settings_is_left_out_for_hosts_of_no_proxy() {
    let (app, proxy) = (App::new(), refusing_proxy());
    configure(&app, &app.cloud.api_url(), &proxy.origin());
    app.put("a.json", "{}");
    assert_ne!(sync(&app, &[]).code, 0);
    assert!(proxy.connections.load(Ordering::SeqCst) > 0, "the proxy was not asked");
    assert_eq!((app.names(), app.cloud.counts()), (vec!["a.json".to_owned()], (0, 0)));
    let asked = proxy.connections.load(Ordering::SeqCst);
    sync(&app, &[("NO_PROXY", "example.org,127.0.0.1")]).ends(0);
    assert_eq!(app.names(), ["a.json.synced"]);
    assert_eq!(proxy.connections.load(Ordering::SeqCst), asked);
}

#[test]
fn the_environments_proxy_is_asked_for_hosts_outside() {
    let (app, proxy) = (App::new(), refusing_proxy());
    configure(&app, "https://presigner.test/ingest/new", "");
    app.put("a.json", "{}");
    let ended = sync(&app, &[("HTTPS_PROXY", &proxy.origin())]);
    assert_eq!(ended.code, 4, "{ended:?}");
    let heads = proxy.heads.lock().unwrap();
    assert_eq!((heads[0].method.as_str(), heads[0].target.as_str()), ("CONNECT", "presigner.test:443"));
    assert!(heads.iter().all(|head| head.method == "CONNECT"), "something went in the clear: {heads:?}");
    assert_eq!(app.names(), ["a.json"]);
}

/// A proxy cannot reach this computer's own loopback.
#[test]
fn the_environments_proxy_is_not_asked_for_this_computer() {
    let (app, proxy) = (App::new(), refusing_proxy());
    configure(&app, &app.cloud.api_url(), "");
    app.put("a.json", "{}");
    sync(&app, &[("HTTP_PROXY", &proxy.origin()), ("HTTPS_PROXY", &proxy.origin())]).ends(0);
    assert_eq!(proxy.connections.load(Ordering::SeqCst), 0);
    assert_eq!(app.names(), ["a.json.synced"]);
}
