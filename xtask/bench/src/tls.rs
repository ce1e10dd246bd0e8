//! A certificate of our own for 127.0.0.1, and what a server needs of it.

use std::sync::Arc;

use anyhow::Result;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

pub struct Made {
    pub acceptor: TlsAcceptor,
    pub ca_pem: String,
}

pub fn made() -> Result<Made> {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into(), "localhost".into()])?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)?;
    Ok(Made { acceptor: TlsAcceptor::from(Arc::new(config)), ca_pem: made.cert.pem() })
}
