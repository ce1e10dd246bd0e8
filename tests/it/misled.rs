//! Attempts to mislead it from beside: links that are swapped in at any moment, names that stand for other machines.
//!
//! The real program; what it must not read or reach is there and would be found. Linux, and root for the names.
//! Not here: replies that lead elsewhere (`remote::policy`), odd files that stand still (`odd_files`).

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use outtray::cloud::faults::{Fault, Rule};
use serde_json::{Value, json};

use crate::support::app::{App, Ended, LONG, age, ended};

const PRIVATE: &str = "{\"private\": \"from outside the folder\"}";
const ROUNDS: usize = 2_000;

/// Takes the place of whatever has this name, in one step.
fn swap(from: &Path, name: &Path) {
    std::fs::rename(from, name).unwrap();
}

/// An honest file and a link to a private one take turns under one name, as fast as they can.
fn taking_turns(make_link: fn(&Path, &Path)) {
    let app = App::new();
    let (outside, spare) = (app.place.path().join("outside.json"), app.place.path().join("spare.json"));
    std::fs::write(&outside, PRIVATE).unwrap();
    age(&outside, 120);
    let host = app.start();
    let name = app.folder.join("turns.json");
    std::thread::scope(|scope| {
        let turns = scope.spawn(|| {
            for round in 0..ROUNDS {
                std::fs::write(&spare, format!("{{\"round\": {round}}}")).unwrap();
                age(&spare, 120);
                swap(&spare, &name);
                make_link(&outside, &spare);
                swap(&spare, &name);
                if round % 64 == 0 {
                    // Now and then long enough for a file to be taken; else nothing would ever be opened.
                    std::fs::write(&spare, format!("{{\"long\": {round}}}")).unwrap();
                    age(&spare, 120);
                    swap(&spare, &name);
                    let sent = || app.cloud.puts().len() > round / 64;
                    let end = Instant::now() + 4 * LONG;
                    while !sent() {
                        assert!(Instant::now() < end, "round {round} is never sent: {}", host.status());
                        std::thread::sleep(Duration::from_millis(10));
                    }
                }
            }
        });
        // A pass at any moment beside the host's own.
        while !turns.is_finished() {
            app.run(&["sync"]);
        }
    });
    host.until("nothing is on its way", |status| status["uploading"] == 0);
    let objects = app.cloud.objects();
    assert!(objects.len() > ROUNDS / 64, "{}", objects.len());
    for object in objects {
        let text = String::from_utf8_lossy(object.bytes.as_deref().unwrap()).into_owned();
        assert!(!text.contains("private"), "{} holds what a link led to", object.key);
    }
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), PRIVATE);
}

#[test]
fn a_symbolic_link_that_is_swapped_in_is_never_followed() {
    taking_turns(|outside, link| std::os::unix::fs::symlink(outside, link).unwrap());
}

/// What was wrong: the names of the file were counted after its link here had been replaced, and then it has one.
#[test]
fn a_hard_link_that_is_swapped_in_is_never_sent() {
    taking_turns(|outside, link| std::fs::hard_link(outside, link).unwrap());
}

/// `outtray sync` where these names stand for these addresses. `None`, with a word, where nothing can be put over
/// `/etc/hosts`.
fn sync_among(app: &App, hosts: &str) -> Option<Ended> {
    let file = app.place.path().join("hosts");
    std::fs::write(&file, format!("127.0.0.1 localhost\n{hosts}\n")).unwrap();
    let plain = app.command(&["sync"]);
    let script = "mount --bind \"$1\" /etc/hosts || exit 99; shift; exec \"$@\"";
    let mut elsewhere = Command::new("unshare");
    elsewhere.args(["--mount", "sh", "-c", script, "sh"]).arg(&file).arg(plain.get_program()).args(plain.get_args());
    elsewhere.env_clear().envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ended = ended(elsewhere.current_dir(app.place.path()));
    if ended.code == 99 || ended.err.contains("unshare") {
        eprintln!("skipped: no file can be put over /etc/hosts here");
        return None;
    }
    Some(ended)
}

/// What a poisoned answer to a look-up would do: the storage's name stands for this very computer.
#[test]
fn a_public_name_that_stands_for_a_private_address_hears_nothing() {
    let app = App::new();
    // An address of this test alone, on the port of https.
    let Ok(door) = TcpListener::bind("127.0.83.7:443") else { return eprintln!("skipped: the port needs root") };
    door.set_nonblocking(true).unwrap();
    let leads = |reply: &mut Value| {
        let url = reply["url"].as_str().unwrap();
        let path = &url[url.find("/uploads/").unwrap()..];
        reply["url"] = json!(format!("https://bkt.s3.us-west-2.amazonaws.com{path}"));
    };
    app.cloud.faults().add(Rule::presign(Fault::answer(leads)).always());
    app.put("a.json", "{}");
    let Some(ended) = sync_among(&app, "127.0.83.7 bkt.s3.us-west-2.amazonaws.com") else { return };
    assert_ne!(ended.code, 0, "{ended:?}");
    assert!(ended.text().contains("stands for an address of the local network"), "{ended:?}");
    assert_eq!(app.row("a.json")["kind"], "network.private_address");
    assert!(door.accept().is_err(), "somebody was there");
    assert_eq!((app.names(), app.cloud.puts().len()), (vec!["a.json".to_owned()], 0));
}

/// A presigner out in the network, whose storage is `storage.test`. `{}` is the port of a host that believes everything.
#[test]
fn a_hostile_presigner_leads_no_byte_elsewhere() {
    let path = "/uploads/dev001/2026-01-27T10-30-00Z_5f_a.json";
    let query = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=300&X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature=ab12";
    let starts = [
        "http://elsewhere.test:{}",
        "http://storage.test.elsewhere.test:{}",
        "http://elsewhere-storage.test:{}",
        "http://storage.test@elsewhere.test:{}",
        "http://storage.test:80@elsewhere.test:{}",
        "http://elsewhere.test:{}\\@storage.test",
        "http://elsewhere.test:{}#@storage.test",
        "http://127.0.0.1:{}",
        "http://127.1:{}",
        "http://2130706433:{}",
        "http://0x7f000001:{}",
        "http://[::1]:{}",
        "http://[::ffff:127.0.0.1]:{}",
        "http://localhost:{}",
        "http://storage.test./..",
        "http://storage.test/x/../..",
        "ftp://storage.test",
        "file://",
        "https://bkt.s3.amazonaws.com:{}",
        "http://bkt.s3.amazonaws.com",
        "gopher://elsewhere.test:{}",
        "//elsewhere.test:{}",
        "http:elsewhere.test:{}",
        " http://elsewhere.test:{}",
    ];
    for start in starts {
        let app = App::new();
        let elsewhere = app.cloud.elsewhere_url();
        let port = elsewhere.trim_end_matches('/').rsplit(':').next().unwrap();
        let url = start.replace("{}", port) + path + query;
        let reply = json!({"url": url, "key": &path[1..]}).to_string();
        app.cloud.faults().add(Rule::presign(Fault::answer_text(move |_| reply.clone().into_bytes())).always());
        let api = app.cloud.api_url().replace("127.0.0.1", "presigner.test");
        app.write_config(&format!(
            "api_url = {api:?}\ndevice_id = \"dev001\"\nwatch_dir = \"{}\"\n[network]\nproxy = \"none\"\n\
             allow_insecure_http = true\nbucket_hosts = [\"storage.test\"]\n[files]\nsettle_ms = 50\n\
             [retry]\npresign_delays_ms = [5]\nupload_attempts = 1\n",
            app.folder.display()
        ));
        app.put("a.json", "{}");
        let names = "127.0.0.1 presigner.test elsewhere.test storage.test.elsewhere.test elsewhere-storage.test \
                     storage.test bkt.s3.amazonaws.com";
        let Some(ended) = sync_among(&app, names) else { return };
        assert_ne!(ended.code, 0, "{url}: {ended:?}");
        assert!(app.cloud.counts().0 > 0, "{url}: the presigner was not asked: {ended:?}");
        let kind = app.row("a.json")["kind"].as_str().unwrap().to_owned();
        assert!(["presign.host", "presign.policy"].contains(&&*kind), "{url}: {kind}, {ended:?}");
        assert_eq!((app.cloud.elsewhere_contacts(), app.cloud.counts().1), (0, 0), "{url}: somebody was asked");
        assert_eq!(app.names(), ["a.json"], "{url}");
        assert!(!format!("{}{}", ended.text(), app.log()).contains("X-Amz-Signature"), "{url}: told");
    }
}
