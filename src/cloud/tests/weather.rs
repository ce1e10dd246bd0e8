//! Every fault does what it says, once, and what it says about the objects is true.

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::client::{deliver, presign, put, request, send};
use crate::cloud::faults::{Fault, Gate, Lost, Pace, Rule, Side};
use crate::cloud::{Cloud, Mode, Options};

const BODY: &[u8] = br#"{"a":1}"#;
const PAUSE: Duration = Duration::from_millis(1);

fn cloud_with(rule: Rule) -> Cloud {
    let cloud = Cloud::start(Options::default()).unwrap();
    cloud.faults().add(rule);
    cloud
}

/// What a client sees of a faulty PUT: its status, or nothing; and whether the object is there.
async fn faulty(fault: Fault) -> (Option<u16>, bool) {
    let cloud = cloud_with(Rule::put(fault));
    let seen = deliver(&cloud, "a.json", BODY).await.ok().map(|answer| answer.status);
    cloud.wait_until(|cloud| cloud.puts().first().is_some_and(|put| put.ended)).await;
    assert!(cloud.faults().unmet().is_empty());
    assert!(cloud.puts()[0].faulty);
    let there = !cloud.objects().is_empty();
    assert_eq!(cloud.puts()[0].stored, there);
    (seen, there)
}

#[tokio::test]
async fn broken_connections_store_nothing_and_answer_nothing() {
    for fault in [
        Fault::Reset { after: 0 },
        Fault::Reset { after: 3 },
        Fault::HalfClose(PAUSE),
        Fault::Raw(b"\x16\x03nonsense\r\n\r\n".to_vec()),
        Fault::Raw(b"HTTP/1.1 200 OK\r\ncontent-len".to_vec()),
        Fault::StallRead { after: 2, pause: PAUSE },
    ] {
        let name = format!("{fault:?}");
        assert_eq!(faulty(fault).await, (None, false), "{name}");
    }
}

#[tokio::test]
async fn other_answers_store_nothing() {
    assert_eq!(faulty(Fault::status(500)).await, (Some(500), false));
    assert_eq!(faulty(Fault::s3_error(503, "SlowDown", "Please reduce your request rate.")).await, (Some(503), false));
    assert_eq!(faulty(Fault::Portal).await, (Some(200), false));
    let location = "http://127.0.0.1:9/".to_owned();
    assert_eq!(faulty(Fault::Redirect { status: 307, location }).await, (Some(307), false));
    for lie in [Fault::WrongEtag, Fault::WrongChecksum, Fault::NoProof] {
        assert_eq!(faulty(lie).await, (Some(200), false));
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_the_object_there() {
    for how in [Lost::Reset, Lost::Close, Lost::Hang(PAUSE)] {
        assert_eq!(faulty(Fault::LostAnswer(how)).await, (None, true), "{how:?}");
    }
    assert_eq!(faulty(Fault::LostAnswer(Lost::Status(500))).await, (Some(500), true));
}

#[tokio::test]
async fn slow_weather_still_delivers() {
    let pace = Pace { step: 2, pause: PAUSE };
    for fault in [Fault::Delay(PAUSE), Fault::Trickle(pace), Fault::SlowRead(pace)] {
        assert_eq!(faulty(fault).await, (Some(200), true));
    }
}

#[tokio::test]
async fn lies_are_lies() {
    let cloud = cloud_with(Rule::put(Fault::WrongEtag));
    let answer = deliver(&cloud, "a.json", BODY).await.unwrap();
    assert_eq!(answer.header("etag"), Some("\"5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f\""));
    assert_eq!(answer.header("x-amz-checksum-crc64nvme"), None);
    cloud.faults().add(Rule::put(Fault::WrongChecksum));
    let answer = deliver(&cloud, "a.json", BODY).await.unwrap();
    assert_eq!(answer.header("x-amz-checksum-crc64nvme"), Some("AAAAAAAAAAA="));
    cloud.faults().add(Rule::put(Fault::NoProof));
    assert_eq!(deliver(&cloud, "a.json", BODY).await.unwrap().header("etag"), None);
}

#[tokio::test]
async fn corruption_is_confirmed_with_its_own_hashes() {
    let cloud = cloud_with(Rule::put(Fault::Corrupt));
    cloud.set_mode(Mode::V1);
    let grant = presign(&cloud, "a.json", BODY).await.unwrap().json();
    let answer = put(&grant, BODY).await.unwrap();
    let object = cloud.objects().pop().unwrap();
    assert_eq!(object.bytes.as_deref(), Some(&b"{\"a#:1}"[..]));
    assert_eq!(answer.status, 200);
    assert_ne!(answer.header("x-amz-checksum-sha256"), grant["headers"]["x-amz-checksum-sha256"].as_str());
    assert_ne!(object.sha256, cloud.puts()[0].sha256);
}

#[tokio::test]
async fn an_early_answer_comes_before_the_body_is_there() {
    let fault = Fault::early_s3_error(403, "AccessDenied", "Request has expired", 1);
    let cloud = cloud_with(Rule::put(fault));
    let grant = presign(&cloud, "a.json", BODY).await.unwrap().json();
    let (host, bytes) = request("PUT", grant["url"].as_str().unwrap(), &[("Content-Length", "9999999")], b"12");
    let mut stream = TcpStream::connect(host).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, &bytes).await.unwrap();
    assert_eq!(super::client::answer(&mut stream).await.unwrap().status, 403);
    assert!(cloud.objects().is_empty());
}

#[tokio::test]
async fn an_endless_answer_goes_on_until_the_client_leaves() {
    let fault = Fault::Endless(Pace { step: 65536, pause: Duration::ZERO });
    let cloud = cloud_with(Rule::presign(fault));
    let (host, bytes) = request("POST", &cloud.api_url(), &[("Content-Type", "application/json")], b"{}");
    let mut stream = TcpStream::connect(host).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, &bytes).await.unwrap();
    let mut much = vec![0; 2 << 20];
    stream.read_exact(&mut much).await.unwrap();
    drop(stream);
    cloud.wait_until(|cloud| cloud.presigns()[0].ended).await;
}

#[tokio::test]
async fn a_gate_holds_the_answer_after_everything_is_done() {
    let gate = Gate::default();
    let cloud = cloud_with(Rule::put(Fault::Hold(gate.clone())));
    let watch = async {
        gate.arrived(1).await;
        let held = cloud.puts().pop().unwrap();
        assert_eq!((held.stored, held.status, held.ended), (true, None, false));
        gate.open();
    };
    let (answer, ()) = tokio::join!(deliver(&cloud, "a.json", BODY), watch);
    assert_eq!(answer.unwrap().status, 200);
}

#[tokio::test]
async fn the_presigner_lies_as_ordered() {
    let cloud = cloud_with(Rule::presign(Fault::expired()));
    for mode in [Mode::SigV4, Mode::SigV2] {
        cloud.set_mode(mode);
        let late = deliver(&cloud, "a.json", BODY).await.unwrap();
        assert_eq!((late.status, late.text().contains("Request has expired")), (403, true), "{mode:?}");
        cloud.faults().add(Rule::presign(Fault::expired()));
    }
    cloud.faults().clear();
    cloud.faults().add(Rule::presign(Fault::api_error(403, "Forbidden")));
    let refused = presign(&cloud, "a.json", BODY).await.unwrap();
    assert_eq!((refused.status, refused.json()), (403, json!({ "message": "Forbidden" })));
    let evil = cloud.elsewhere_url();
    cloud.faults().add(Rule::presign(Fault::answer(move |answer| answer["url"] = json!(evil))));
    let answer = presign(&cloud, "a.json", BODY).await.unwrap().json();
    assert_eq!(cloud.elsewhere_contacts(), 0);
    send("PUT", answer["url"].as_str().unwrap(), &[], BODY).await.unwrap();
    assert_eq!(cloud.elsewhere_contacts(), 1);
    cloud.faults().add(Rule::presign(Fault::answer_text(|answer| answer.to_string().into_bytes()[..9].to_vec())));
    assert_eq!(presign(&cloud, "a.json", BODY).await.unwrap().text(), r#"{"key":"u"#);
    cloud.faults().add(Rule::presign(Fault::plan(|plan| plan.bucket = "other".into())));
    let lost = deliver(&cloud, "a.json", BODY).await.unwrap();
    assert_eq!((lost.status, cloud.puts().last().unwrap().code.as_str()), (404, "NoSuchBucket"));
}

#[tokio::test]
async fn a_rule_for_one_file_spares_the_others() {
    let cloud = Cloud::start(Options::default()).unwrap();
    let rule = cloud.faults().add(Rule::new(Side::Put, Fault::status(503)).named("b.json").always());
    for (name, wanted) in [("a.json", 200), ("b.json", 503), ("b.json", 503), ("c.json", 200)] {
        assert_eq!(deliver(&cloud, name, BODY).await.unwrap().status, wanted, "{name}");
    }
    assert_eq!(rule.used(), 2);
    rule.end();
    assert_eq!(deliver(&cloud, "b.json", BODY).await.unwrap().status, 200);
}
