//! All is well: what is stored, what is answered, what is remembered.

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::client::{MODES, answer, deliver, presign, put, request, send};
use crate::cloud::{Cloud, Mode, Options, Store};

const BODY: &[u8] = br#"{"a":1}"#;
const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

#[tokio::test]
async fn a_file_arrives_through_every_kind_of_presigner() {
    let cloud = Cloud::start(Options::default()).unwrap();
    for mode in MODES {
        cloud.set_mode(mode);
        let name = format!("{mode:?} ä+.json");
        let stored = deliver(&cloud, &name, BODY).await.unwrap();
        assert_eq!(stored.status, 200, "{mode:?} {}", stored.text());
        assert_eq!(stored.header("etag"), Some("\"bb6cb5c68df4652941caf652a366f2d8\""));
        let objects = cloud.objects_of(&name);
        assert_eq!(objects[0].bytes.as_deref(), Some(BODY));
        let (presign, put) = (cloud.presigns().pop().unwrap(), cloud.puts().pop().unwrap());
        assert_eq!((presign.status, put.status, put.stored), (Some(200), Some(200), true));
        assert_eq!((put.name, put.key, put.size), (name, objects[0].key.clone(), 7));
        assert_eq!(put.sha256, objects[0].sha256);
        assert!(presign.order < put.order && presign.ended && put.ended);
    }
}

#[tokio::test]
async fn only_the_v1_answer_binds_and_a_second_put_meets_412() {
    let cloud = Cloud::start(Options::default()).unwrap();
    let old = presign(&cloud, "a.json", BODY).await.unwrap().json();
    let mut members: Vec<_> = old.as_object().unwrap().keys().cloned().collect();
    members.sort();
    assert_eq!(members, ["key", "url"]);

    cloud.set_mode(Mode::V1);
    let grant = presign(&cloud, "a.json", BODY).await.unwrap().json();
    assert_eq!((&grant["v"], &grant["bucket"], &grant["expiresIn"]), (&json!(1), &json!("outtray-demo"), &json!(300)));
    let first = put(&grant, BODY).await.unwrap();
    assert_eq!(first.header("x-amz-checksum-sha256"), grant["headers"]["x-amz-checksum-sha256"].as_str());
    let second = put(&grant, BODY).await.unwrap();
    assert_eq!((second.status, second.text().contains("PreconditionFailed")), (412, true));
    assert_eq!(cloud.puts()[1].code, "PreconditionFailed");
    let other = put(&grant, br#"{"a":2}"#).await.unwrap();
    assert_eq!((other.status, other.text().contains("BadDigest")), (400, true), "{}", other.text());
    assert_eq!(cloud.objects()[0].versions, 1);
}

#[tokio::test]
async fn urls_age_with_the_clock() {
    let cloud = Cloud::start(Options::default()).unwrap();
    let grant = presign(&cloud, "a.json", BODY).await.unwrap().json();
    cloud.clock().advance(Duration::from_secs(299));
    assert_eq!(put(&grant, BODY).await.unwrap().status, 200);
    cloud.clock().advance(Duration::from_secs(2));
    let late = put(&grant, BODY).await.unwrap();
    assert_eq!((late.status, late.text().contains("Request has expired")), (403, true));
}

#[tokio::test]
async fn a_kms_bucket_proves_by_checksum_alone() {
    let cloud = Cloud::start(Options::default()).unwrap();
    cloud.change(|behaviour| behaviour.kms = true);
    let stored = deliver(&cloud, "a.json", b"123456789").await.unwrap();
    assert_eq!(stored.header("x-amz-server-side-encryption"), Some("aws:kms"));
    assert_ne!(stored.header("etag"), Some("\"25f9e794323b453885f5181f1b624d0b\""));
    assert_eq!(stored.header("x-amz-checksum-crc64nvme"), Some("rosUhgp5mIg="));
}

#[tokio::test]
async fn the_presigner_refuses_what_it_cannot_use() {
    let cloud = Cloud::start(Options::default()).unwrap();
    let url = cloud.api_url();
    let good = br#"{"deviceId":"d","filename":"a.json"}"#;
    let ask = async |method: &str, url: &str, kind: &str, body: &[u8]| {
        send(method, url, &[("Content-Type", kind)], body).await.unwrap().status
    };
    assert_eq!(ask("POST", &url, "application/json", good).await, 200);
    assert_eq!(ask("POST", &format!("{url}/x"), "application/json", good).await, 404);
    assert_eq!(ask("GET", &url, "application/json", good).await, 405);
    assert_eq!(ask("POST", &url, "text/plain", good).await, 415);
    assert_eq!(ask("POST", &url, "application/json", br#"{"deviceId":"d"}"#).await, 400);
    assert_eq!(ask("POST", &url, "application/json", b"nonsense").await, 400);
    assert_eq!(ask("POST", &url, "application/json", &vec![b' '; 70_000]).await, 413);
    cloud.change(|behaviour| behaviour.strict_members = true);
    assert_eq!(ask("POST", &url, "application/json", good).await, 200);
    assert_eq!(presign(&cloud, "a.json", BODY).await.unwrap().status, 400);
}

#[tokio::test]
async fn a_connection_carries_many_requests_and_a_cut_one_stores_nothing() {
    let cloud = Cloud::start(Options::default()).unwrap();
    let grant = presign(&cloud, "a.json", BODY).await.unwrap().json();
    let (host, bytes) = request("PUT", grant["url"].as_str().unwrap(), &JSON, BODY);
    let mut stream = TcpStream::connect(&host).await.unwrap();
    for versions in 1..=3 {
        stream.write_all(&bytes).await.unwrap();
        assert_eq!(answer(&mut stream).await.unwrap().status, 200);
        assert_eq!(cloud.objects()[0].versions, versions);
    }
    stream.write_all(&bytes[..bytes.len() - 1]).await.unwrap();
    drop(stream);
    cloud.wait_until(|cloud| cloud.puts().len() == 4 && cloud.puts()[3].ended).await;
    assert_eq!((cloud.puts()[3].status, cloud.puts()[3].stored, cloud.objects()[0].versions), (None, false, 3));
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_go_on_or_refused_before_the_body() {
    let cloud = Cloud::start(Options::default()).unwrap();
    let grant = presign(&cloud, "a.json", BODY).await.unwrap().json();
    let (url, expects) = (grant["url"].as_str().unwrap(), ("Expect", "100-continue"));
    let (host, good) = request("PUT", url, &[JSON[0], expects], BODY);
    let (_, bad) = request("PUT", url, &[("Content-Type", "text/plain"), expects], BODY);
    let mut stream = TcpStream::connect(&host).await.unwrap();
    stream.write_all(&bad[..bad.len() - BODY.len()]).await.unwrap();
    assert_eq!(answer(&mut stream).await.unwrap().status, 403);
    let mut stream = TcpStream::connect(&host).await.unwrap();
    stream.write_all(&good[..good.len() - BODY.len()]).await.unwrap();
    let mut leave = [0; 25];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut leave).await.unwrap();
    assert_eq!(&leave, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(BODY).await.unwrap();
    assert_eq!(answer(&mut stream).await.unwrap().status, 200);
}

#[tokio::test]
async fn unplugged_it_is_not_there_and_then_it_is_again() {
    let cloud = Cloud::start(Options::default()).unwrap();
    let (host, _) = request("GET", &cloud.api_url(), &[], b"");
    let mut open = TcpStream::connect(&host).await.unwrap();
    cloud.plug(false).await;
    assert!(presign(&cloud, "a.json", BODY).await.is_err());
    assert!(answer(&mut open).await.is_err(), "an open connection outlived the network");
    cloud.plug(true).await;
    assert_eq!(deliver(&cloud, "a.json", BODY).await.unwrap().status, 200);
}

#[tokio::test]
async fn without_checks_nothing_is_hashed_and_the_checksum_still_proves() {
    let options = Options { checks: false, store: Store::Nowhere, ..Options::default() };
    // On its own thread, as a benchmark has it.
    let cloud = Cloud::spawn_thread(options).unwrap();
    let grant = presign(&cloud, "a.json", b"123456789").await.unwrap().json();
    let stored = send("PUT", grant["url"].as_str().unwrap(), &[("x-amz-acl", "loose")], b"123456789").await.unwrap();
    assert_eq!((stored.status, stored.header("x-amz-checksum-crc64nvme")), (200, Some("rosUhgp5mIg=")));
    assert_eq!(stored.header("x-amz-server-side-encryption"), Some("aws:kms"));
    let object = cloud.objects().pop().unwrap();
    assert_eq!((object.size, object.bytes, object.sha256.as_str()), (9, None, ""));
    let host = cloud.s3_host();
    drop(cloud);
    assert!(TcpStream::connect(host).await.is_err(), "the thread outlived its owner");
}
