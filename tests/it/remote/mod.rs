//! The network edge against servers on loopback: what goes over the wire, what is believed, what is never said.

mod key;
mod presign;
mod proxy;
mod put;
mod secrecy;
pub mod server;
pub mod tls;
mod trouble;

use std::time::Duration;

use bytes::Bytes;
use md5::{Digest as _, Md5};
use outtray::remote::{Ask, Failure, Grant, Options, Progress, Proof, ProxyChoice, Remote, Source, Wire};
use sha2::Sha256;
use url::Url;
use uuid::Uuid;

use server::Server;

fn options(api_url: &str) -> Options {
    Options {
        api_url: Url::parse(api_url).expect("a URL"),
        device_id: "dev001".into(),
        proxy: ProxyChoice::None,
        ca_pem: None,
        connect_timeout: Duration::from_secs(5),
        stall_timeout: Duration::from_secs(20),
        upload_limit: None,
        allow_insecure_http: false,
        bucket_hosts: vec![],
        key: None,
    }
}

fn remote(server: &Server) -> Remote {
    Remote::new(options(&format!("{}/ingest/new", server.origin()))).expect("good options")
}

fn wire(bytes: impl Into<Bytes>) -> Wire {
    let bytes = bytes.into();
    let crc64nvme = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, &bytes);
    Wire { size: bytes.len() as u64, sha256: Sha256::digest(&bytes).into(), crc64nvme, source: Source::Memory(bytes) }
}

fn ask(wire: &Wire) -> Ask {
    Ask {
        filename: "a.json".into(),
        size: wire.size,
        sha256: wire.sha256,
        idempotency_key: Uuid::from_u128(0x5f),
        created_at: "20260127T103000Z".into(),
    }
}

fn etag(bytes: &[u8]) -> String {
    format!("\"{}\"", hex(&Md5::digest(bytes)))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

async fn grant(remote: &Remote, wire: &Wire) -> Grant {
    remote.presign(&ask(wire)).await.expect("a grant")
}

/// Presigns and sends once.
async fn carry(remote: &Remote, wire: &Wire) -> Result<Proof, Failure> {
    let grant = grant(remote, wire).await;
    remote.put(&grant, wire, &Progress::default()).await
}
