//! A loopback port that can be unplugged and plugged in again.
//!
//! In: a function that serves one connection. Out: an address that stays the same; while unplugged, connections are
//! refused and the open ones are cut. Dropping the outlet ends it all. Not here: the connections' talk (`wire`).

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use super::Wire;

#[derive(Debug)]
pub struct Outlet {
    pub address: SocketAddr,
    wanted: watch::Sender<bool>,
    plugged: watch::Receiver<bool>,
    task: AbortHandle,
}

impl Outlet {
    /// Listens on a free port of 127.0.0.1, on the current tokio runtime.
    pub fn open<F, S>(serve: F) -> io::Result<Self>
    where
        F: Fn(Wire) -> S + Send + Sync + 'static,
        S: Future<Output = ()> + Send + 'static,
    {
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        let (wanted, wish) = watch::channel(true);
        let (state, plugged) = watch::channel(true);
        let task = tokio::spawn(run(listener, address, wish, state, serve)).abort_handle();
        Ok(Self { address, wanted, plugged, task })
    }

    /// Returns when the port is open, or closed with all its connections.
    pub async fn plug(&self, on: bool) {
        self.wanted.send_replace(on);
        // An error means that the task is gone: then the port is closed for good.
        let _ = self.plugged.clone().wait_for(|state| *state == on).await;
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    // The one of `std` knows on which systems an address may be taken again at once, and it need not be awaited.
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

async fn run<F, S>(
    first: TcpListener,
    address: SocketAddr,
    mut wish: watch::Receiver<bool>,
    state: watch::Sender<bool>,
    serve: F,
) where
    F: Fn(Wire) -> S + Send + Sync + 'static,
    S: Future<Output = ()> + Send + 'static,
{
    let mut listener = Some(first);
    loop {
        let open = match listener.take() {
            Some(open) => open,
            None => match listen(address) {
                Ok(open) => open,
                // Somebody took the port meanwhile: nothing can be served there any more.
                Err(_) => return,
            },
        };
        state.send_replace(true);
        let mut connections = JoinSet::new();
        let ended = accept(&open, &mut connections, &mut wish, &serve).await;
        drop(open);
        connections.shutdown().await;
        state.send_replace(false);
        if ended || wish.wait_for(|on| *on).await.is_err() {
            return;
        }
    }
}

/// Accepts until the outlet is unplugged (`false`) or dropped (`true`).
async fn accept<F, S>(
    listener: &TcpListener,
    connections: &mut JoinSet<()>,
    wish: &mut watch::Receiver<bool>,
    serve: &F,
) -> bool
where
    F: Fn(Wire) -> S + Sync,
    S: Future<Output = ()> + Send + 'static,
{
    loop {
        tokio::select! {
            change = wish.wait_for(|on| !*on) => return change.is_err(),
            Some(_) = connections.join_next() => {}
            // A failed accept is a client that went away in between.
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                let _ = stream.set_nodelay(true);
                connections.spawn(serve(Wire::new(stream)));
            }
        }
    }
}
