//! No text of any failure or value holds a URL, a signature, or anything that a server said.

use outtray::error::{Explain as _, chain};
use outtray::remote::{Failure, Options, Progress, Remote};
use serde_json::json;

use super::server::{Head, KEY, Line, SECRET, Server, gives, reply_v4};
use super::{ask, grant, options, remote, wire};

const SAID: &str = "w0rds0ftheserver";

fn assert_silent(failure: &Failure) {
    let hint = failure.hint().unwrap_or_default();
    let texts = [
        format!("{failure}"),
        format!("{failure:?}"),
        format!("{failure:#?}"),
        chain(failure),
        failure.kind().into(),
        hint,
    ];
    for text in texts {
        for secret in [SECRET, SAID, "http://127", "X-Amz-", "Signature=", "?"] {
            assert!(!text.contains(secret), "{secret:?} is in {text:?}");
        }
    }
}

#[tokio::test]
async fn failed_puts_say_nothing_of_the_url() {
    let answers: [fn(&Head, &mut Line); 7] = [
        |_, line| line.hang_up(),
        |_, line| drop(line.raw(b"HTTP/1.1 200 w0rds0ftheserver\r\nbroken\r\n\r\n")),
        |_, line| {
            line.body();
            let text = format!("<Error><Code>{SAID} http://127.0.0.1/?X-Amz-Signature={SECRET}</Code></Error>");
            line.answer(403, &[], text.as_bytes());
        },
        |head, line| {
            line.body();
            let text = format!(
                "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{SAID} {}</StringToSign></Error>",
                head.target
            );
            line.answer(403, &[], text.as_bytes());
        },
        |head, line| {
            line.body();
            line.answer(307, &[("location", &format!("http://127.0.0.1:1{}", head.target))], SAID.as_bytes());
        },
        |_, line| {
            line.body();
            line.answer(200, &[("etag", "\"w0rds0ftheserver\"")], SAID.as_bytes());
        },
        |_, line| {
            line.body();
            line.answer(500, &[("retry-after", SAID)], SAID.as_bytes());
        },
    ];
    for answer in answers {
        let server = Server::start(gives(reply_v4), answer);
        let (remote, wire) = (remote(&server), wire("{}"));
        let grant = grant(&remote, &wire).await;
        assert!(!format!("{grant:?} {remote:?}").contains(SECRET));
        assert_silent(
            &remote.put(&grant, &wire, &Progress::default()).await.expect_err("none of them proves anything"),
        );
    }
}

#[tokio::test]
async fn failed_presign_calls_say_nothing_of_the_reply() {
    let answers: [fn(&Head, &mut Line); 8] = [
        |_, line| line.hang_up(),
        |_, line| line.answer(200, &[], format!("{{\"url\": \"http://127.0.0.1/{SAID}").as_bytes()),
        |_, line| line.answer(403, &[], format!("{{\"message\":\"token {SAID} is not valid\"}}").as_bytes()),
        |_, line| line.answer(302, &[("location", &format!("http://127.0.0.1:9/?X-Amz-Signature={SECRET}"))], b""),
        |_, line| line.answer(200, &[("content-type", "text/html")], SAID.as_bytes()),
        |head, line| {
            let mut reply = reply_v4(head);
            reply["url"] = json!(reply["url"].as_str().unwrap_or_default().replace("http:", "gopher:"));
            line.answer(200, &[], reply.to_string().as_bytes());
        },
        |head, line| {
            let mut reply = reply_v4(head);
            reply["key"] = json!(format!("uploads/{SAID}/a.json"));
            line.answer(200, &[], reply.to_string().as_bytes());
        },
        |head, line| {
            let mut reply = reply_v4(head);
            reply["v"] = json!(1);
            reply["headers"] = json!({"x-amz-meta-a": format!("{SAID}\r\n"), "content-type": SAID});
            line.answer(200, &[], reply.to_string().as_bytes());
        },
    ];
    for answer in answers {
        let server = Server::start(answer, |_, _| {});
        assert_silent(&remote(&server).presign(&ask(&wire("{}"))).await.expect_err("none of them is acceptable"));
    }
}

#[tokio::test]
async fn an_api_url_with_a_key_in_it_is_not_repeated() {
    let text = format!("http://127.0.0.1:9/ingest?X-Amz-Signature={SECRET}");
    let remote = Remote::new(Options { ..options(&text) }).expect("good options");
    let failure = remote.presign(&ask(&wire("{}"))).await.expect_err("nobody listens there");
    assert_silent(&failure);
    assert!(!format!("{remote:?}").contains(SECRET));
    assert!(KEY.starts_with("uploads/dev001/"));
}
