//! Certificates that are refused and certificates that are trusted, on a server that really speaks TLS.
//!
//! In: a certificate for the server. Out: what the network edge makes of it. The storage is on the same server, so that a
//! trusted certificate carries a file the whole way. Not here: whose certificates a program trusts (`crate::trust`).

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use outtray::remote::{Class, Options, Proof, Remote, Stage};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;

use super::server::{KEY, SECRET};
use super::{ask, carry, etag, options, wire};

/// An authority that no system knows.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).expect("no name");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("signed"))
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// For this host; `change` may spoil it.
    pub fn issue(&self, host: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let (params, key) = leaf(host, change);
        Identity { certificate: params.signed_by(&key, &self.0).expect("signed").der().clone(), key }
    }
}

pub struct Identity {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

fn leaf(host: &str, change: impl FnOnce(&mut CertificateParams)) -> (CertificateParams, KeyPair) {
    let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a host name");
    change(&mut params);
    (params, KeyPair::generate().expect("a key"))
}

/// Presigner and storage behind TLS, on loopback.
pub struct TlsServer {
    address: SocketAddr,
    /// Requests that came through.
    pub requests: Arc<AtomicUsize>,
}

impl TlsServer {
    pub fn start(identity: &Identity) -> Self {
        let key = PrivateKeyDer::try_from(identity.key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("TLS");
        let chain = vec![identity.certificate.clone()];
        let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).expect("they fit"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let server = Self { address: listener.local_addr().expect("bound"), requests: Arc::default() };
        let requests = server.requests.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, requests) = (config.clone(), requests.clone());
                std::thread::spawn(move || converse(stream, config, &requests));
            }
        });
        server
    }

    pub fn api_url(&self) -> String {
        format!("https://localhost:{}/ingest/new", self.address.port())
    }
}

/// One request; a client that turns away from the certificate ends it before.
fn converse(stream: TcpStream, config: Arc<ServerConfig>, requests: &AtomicUsize) -> Option<()> {
    let tls = ServerConnection::new(config).expect("a good configuration");
    let mut reader = BufReader::new(StreamOwned::new(tls, stream));
    let (mut first, mut host, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut first).ok().filter(|count| *count > 0)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "host" => value.clone_into(&mut host),
            "content-length" => length = value.parse().expect("a number"),
            _ => {}
        }
    }
    requests.fetch_add(1, Ordering::SeqCst);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (etag, answer) = if first.starts_with("POST ") {
        let query = format!("X-Amz-Expires=300&X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature={SECRET}");
        (String::new(), json!({"url": format!("https://{host}/bkt/{KEY}?{query}"), "key": KEY}).to_string())
    } else {
        (format!("etag: {}\r\n", etag(&body)), String::new())
    };
    let length = answer.len();
    let head = format!("HTTP/1.1 200 OK\r\n{etag}connection: close\r\ncontent-length: {length}\r\n\r\n");
    let stream = reader.get_mut();
    stream.write_all((head + &answer).as_bytes()).ok()?;
    stream.conn.send_close_notify();
    stream.flush().ok()
}

fn client(server: &TlsServer, ca: Option<&Authority>) -> Remote {
    let ca_pem = ca.map(|authority| authority.pem().into_bytes());
    Remote::new(Options { ca_pem, ..options(&server.api_url()) }).expect("good options")
}

/// The kind and class of the refusal; no request got through to the server.
#[track_caller]
fn assert_refused(server: &TlsServer, failure: &outtray::remote::Failure, kind: &str, class: Class) {
    assert_eq!((failure.stage, failure.kind, failure.class), (Stage::CallPresign, kind, class), "{failure:?}");
    assert_eq!(server.requests.load(Ordering::SeqCst), 0, "something was said to a server that is not trusted");
}

#[tokio::test]
async fn an_authority_in_the_ca_file_is_trusted_for_presigner_and_storage() {
    let authority = Authority::new();
    let server = TlsServer::start(&authority.issue("localhost", |_| {}));
    assert_eq!(carry(&client(&server, Some(&authority)), &wire("{}")).await, Ok(Proof::EtagMd5));
    assert_eq!(server.requests.load(Ordering::SeqCst), 2, "one POST and one PUT");
}

#[tokio::test]
async fn an_unknown_authority_is_refused() {
    let server = TlsServer::start(&Authority::new().issue("localhost", |_| {}));
    for ca in [None, Some(Authority::new())] {
        let failure = client(&server, ca.as_ref()).presign(&ask(&wire("{}"))).await.expect_err("not trusted");
        assert_refused(&server, &failure, "network.tls_issuer", Class::SetUp);
    }
}

#[tokio::test]
async fn a_certificate_that_signed_itself_is_refused() {
    let (params, key) = leaf("localhost", |_| {});
    let certificate = params.self_signed(&key).expect("signed").der().clone();
    let server = TlsServer::start(&Identity { certificate, key });
    let failure = client(&server, None).presign(&ask(&wire("{}"))).await.expect_err("not trusted");
    assert_refused(&server, &failure, "network.tls_issuer", Class::SetUp);
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let authority = Authority::new();
    let server = TlsServer::start(&authority.issue("portal.example", |_| {}));
    let failure = client(&server, Some(&authority)).presign(&ask(&wire("{}"))).await.expect_err("not this host");
    assert_refused(&server, &failure, "network.tls_name", Class::Network);
}

#[tokio::test]
async fn a_certificate_out_of_its_time_is_refused_and_the_clock_is_named() {
    let authority = Authority::new();
    let old = authority.issue("localhost", |params| {
        (params.not_before, params.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
    });
    let early = authority.issue("localhost", |params| {
        (params.not_before, params.not_after) = (date_time_ymd(2200, 1, 1), date_time_ymd(2201, 1, 1));
    });
    for identity in [old, early] {
        let server = TlsServer::start(&identity);
        let failure = client(&server, Some(&authority)).presign(&ask(&wire("{}"))).await.expect_err("not its time");
        assert_refused(&server, &failure, "network.tls_clock", Class::SetUp);
        assert!(failure.to_string().contains("clock"), "{failure}");
    }
}
