//! Promise: client and presigner agree on every exchange in `tests/contract`; the presigner's own tests read them too.
//!
//! The real client asks a server on loopback that answers as the file says. Not here: whether the presigner would
//! answer so (`backend/tests/test_contract.py`), what is done with the answer later (`remote`).

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use outtray::error::Explain as _;
use outtray::remote::{Ask, Failure, Grant, Options, ProxyChoice, Remote};
use serde_json::{Value, json};
use url::Url;

use crate::remote::server::Server;

/// Every exchange that is the client's matter, by its name.
fn exchanges() -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/contract");
    let files = fs::read_dir(folder).expect("the folder is part of the repository");
    let mut all: Vec<_> = files
        .map(|file| file.expect("it can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
            let exchange = fs::read_to_string(path).expect("it can be read");
            (name, serde_json::from_str(&exchange).expect("it is JSON"))
        })
        .filter(|(_, exchange): &(String, Value)| exchange.get("client").is_some())
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// What the client is told about a document when it shall make this request; an old request leaves things out, which
/// this client never does.
fn ask(members: &Value) -> Ask {
    let or = |name: &str, other: Value| members.get(name).cloned().unwrap_or(other);
    let hex = or("sha256", "00".repeat(32).into());
    let byte = |at: usize| u8::from_str_radix(&text(&hex)[2 * at..2 * at + 2], 16).expect("hex");
    Ask {
        filename: text(&members["filename"]).to_owned(),
        size: or("size", 1.into()).as_u64().expect("a size"),
        sha256: std::array::from_fn(byte),
        idempotency_key: text(&or("idempotencyKey", uuid::Uuid::nil().to_string().into())).parse().expect("a UUID"),
        created_at: text(&or("createdAt", "20260127T103000Z".into())).to_owned(),
    }
}

/// Plays one exchange; out: what the client made of it, and what it asked first.
async fn play(exchange: &Value) -> (Result<Grant, Failure>, Value) {
    let response = exchange["response"].clone();
    let server = Server::start(
        move |_, line| {
            let headers = response["headers"].as_object().expect("headers").iter();
            let headers: Vec<_> = headers.map(|(name, value)| (name.as_str(), text(value))).collect();
            let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
            line.answer(status, &headers, response["body"].to_string().as_bytes());
        },
        |_, _| {},
    );
    let members = &exchange["request"]["body"];
    let options = Options {
        api_url: Url::parse(&format!("{}{}", server.origin(), text(&exchange["request"]["path"]))).expect("a URL"),
        device_id: text(&members["deviceId"]).to_owned(),
        proxy: ProxyChoice::None,
        ca_pem: None,
        connect_timeout: Duration::from_secs(5),
        stall_timeout: Duration::from_secs(20),
        upload_limit: None,
        allow_insecure_http: false,
        bucket_hosts: vec![],
        key: None,
    };
    let outcome = Remote::new(options).expect("good options").presign(&ask(members)).await;
    (outcome, server.presigns()[0].clone())
}

#[tokio::test]
async fn the_client_makes_of_each_answer_what_was_agreed() {
    for (name, exchange) in exchanges() {
        let (outcome, _) = play(&exchange).await;
        let got = match outcome {
            Ok(grant) => json!({ "bucket": grant.bucket(), "key": grant.key(), "v1": grant.is_v1() }),
            Err(failure) => json!({ "kind": failure.kind() }),
        };
        assert_eq!(got, exchange["client"], "{name}");
    }
}

#[tokio::test]
async fn the_client_asks_as_was_agreed() {
    let mut compared = 0;
    for (name, exchange) in exchanges() {
        let wanted = exchange["request"]["body"].as_object().expect("members");
        // A hash that is no hash is nothing that this client can send.
        if name == "refused_member" {
            continue;
        }
        let (_, asked) = play(&exchange).await;
        for (member, value) in wanted {
            assert_eq!(asked.get(member), Some(value), "{name}: {member}");
        }
        if wanted.contains_key("v") {
            assert_eq!(asked.as_object().map(serde_json::Map::len), Some(wanted.len()), "{name} holds all of it");
            compared += 1;
        }
    }
    assert!(compared >= 5, "only {compared} exchanges were compared");
}

#[tokio::test]
async fn what_is_told_to_wait_waits_that_long() {
    let exchange = exchanges().into_iter().find(|(name, _)| name == "throttled").expect("it is there").1;
    let (outcome, _) = play(&exchange).await;
    let secs = text(&exchange["response"]["headers"]["retry-after"]).parse().expect("seconds");
    assert_eq!(outcome.expect_err("throttled").retry_after, Some(Duration::from_secs(secs)));
}
