//! The other side: a presigner and a bucket that throw everything away, as cheaply as they can.
//!
//! In: how long every answer is held back. Out: two ports of 127.0.0.1, served by one thread of this process; the moment
//! of every answered PUT. The bucket proves what came with its CRC64NVME, and verifies no signature: it must never be
//! what a client waits for. Not here: the heads and bodies on a connection (`exchange`), a real bucket (`seaweed`).

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio_rustls::TlsAcceptor;

use crate::exchange;
use crate::sign::Signer;
use crate::tls;

/// One of the two ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Presigner,
    Bucket,
}

/// A PUT was answered.
#[derive(Debug)]
pub struct Stored {
    /// With its query.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Its head was read.
    pub began: Instant,
    pub answered: Instant,
}

/// What both sides share.
#[derive(Debug)]
pub struct Shared {
    pub delay: Duration,
    /// What the presigner's URLs begin with.
    pub bucket_url: String,
    /// Makes signatures that a real bucket accepts.
    pub signer: Option<Signer>,
    pub stored: Mutex<Option<Sender<Stored>>>,
}

/// Serves for as long as the process lives; there are few of them.
#[derive(Debug)]
pub struct Sink {
    pub api_url: String,
    pub bucket_url: String,
    /// Of the certificate, when it speaks https.
    pub ca_pem: Option<String>,
    shared: Arc<Shared>,
}

/// What is asked of a sink.
#[derive(Debug, Default)]
pub struct Wish {
    pub delay: Duration,
    pub https: bool,
    /// Another bucket than the sink's own.
    pub elsewhere: Option<(String, Signer)>,
}

impl Sink {
    pub fn start(wish: Wish) -> Result<Self> {
        let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port on this computer");
        let (presigner, bucket) = (listen()?, listen()?);
        let tls = wish.https.then(tls::made).transpose()?;
        let scheme = if wish.https { "https" } else { "http" };
        let url = |address: SocketAddr| format!("{scheme}://{address}");
        let (bucket_url, signer) = match wish.elsewhere {
            Some((url, signer)) => (url, Some(signer)),
            None => (url(bucket.local_addr()?), None),
        };
        let api_url = format!("{}/ingest/new", url(presigner.local_addr()?));
        let shared =
            Arc::new(Shared { delay: wish.delay, bucket_url: bucket_url.clone(), signer, stored: Mutex::default() });
        let (acceptor, ca_pem) = tls.map(|made| (made.acceptor, made.ca_pem)).unzip();
        let for_both = Arc::clone(&shared);
        let sides = [(presigner, Side::Presigner), (bucket, Side::Bucket)];
        let serve = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut last = None;
                for (listener, side) in sides {
                    last = Some(tokio::spawn(accept(listener, side, Arc::clone(&for_both), acceptor.clone())));
                }
                last.context("there are two sides")?.await?
            })
        };
        std::thread::Builder::new().name("sink".into()).spawn(move || -> Result<()> { serve() })?;
        Ok(Self { api_url, bucket_url, ca_pem, shared })
    }

    /// Tells every PUT that is answered from now on.
    pub fn listen(&self) -> Receiver<Stored> {
        let (sender, receiver) = channel();
        *self.shared.stored.lock().expect("nobody panics with it") = Some(sender);
        receiver
    }
}

async fn accept(listener: TcpListener, side: Side, shared: Arc<Shared>, tls: Option<TlsAcceptor>) -> Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (shared, tls) = (Arc::clone(&shared), tls.clone());
        tokio::spawn(async move {
            // A client that goes away in the middle is no concern of ours: what it measured tells.
            let _gone = match tls {
                None => exchange::serve(stream, side, &shared).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => exchange::serve(stream, side, &shared).await,
                    Err(error) => Err(error.into()),
                },
            };
        });
    }
}
