//! A running cloud, and what can be asked of it.
//!
//! In: options. Out: [`Cloud`]; dropping it ends its servers. It runs as tasks of the current tokio runtime, or on a
//! thread of its own beside whatever else runs. Not here: the servers themselves (`s3`, `presigner`).

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::faults::Faults;
use super::http::{Outlet, Reply, Wire};
use super::sign::Keys;
use super::state::State;
use super::{Behaviour, Clock, Mode, Object, Options, Presign, Put, presigner, s3};

/// Presigner, S3, and a host that nobody should ever talk to.
#[derive(Debug)]
pub struct Cloud {
    state: Arc<State>,
    presigner: Outlet,
    s3: Outlet,
    elsewhere: Outlet,
    _thread: Option<OwnThread>,
}

impl Cloud {
    /// On the current tokio runtime.
    pub fn start(options: Options) -> io::Result<Self> {
        let state = Arc::new(State::new(options));
        let of = state.clone();
        let s3 = Outlet::open(move |wire| s3::serve(of.clone(), wire))?;
        let (of, host) = (state.clone(), s3.address.to_string());
        let presigner = Outlet::open(move |wire| presigner::serve(of.clone(), host.clone(), wire))?;
        let of = state.clone();
        let elsewhere = Outlet::open(move |wire| {
            of.strangers.fetch_add(1, Ordering::Relaxed);
            of.changed.notify_waiters();
            stranger(wire)
        })?;
        Ok(Self { state, presigner, s3, elsewhere, _thread: None })
    }

    /// On a thread and a runtime of its own, for callers without a runtime or with a busy one.
    pub fn spawn_thread(options: Options) -> io::Result<Self> {
        let (started, start) = std::sync::mpsc::sync_channel(1);
        let (stop, stopped) = oneshot::channel::<()>();
        let run = move || {
            let runtime = match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return drop(started.send(Err(error))),
            };
            runtime.block_on(async {
                // The starter waits for this, so it is there to take it.
                let _ = started.send(Self::start(options));
                let _ = stopped.await;
            });
        };
        let thread = std::thread::Builder::new().name("loopback-cloud".into()).spawn(run)?;
        let own = OwnThread { stop: Some(stop), thread: Some(thread) };
        let cloud = start.recv().map_err(io::Error::other)??;
        Ok(Self { _thread: Some(own), ..cloud })
    }

    /// What goes into `api_url` of a config.
    pub fn api_url(&self) -> String {
        format!("http://{}{}", self.presigner.address, self.state.options.api_path)
    }

    /// `127.0.0.1:port` of S3.
    pub fn s3_host(&self) -> String {
        self.s3.address.to_string()
    }

    /// A server that must stay silent: where hostile answers point to.
    pub fn elsewhere_url(&self) -> String {
        format!("http://{}/", self.elsewhere.address)
    }

    /// How many connections the silent server saw.
    pub fn elsewhere_contacts(&self) -> u64 {
        self.state.strangers.load(Ordering::Relaxed)
    }

    pub fn bucket(&self) -> &str {
        &self.state.options.bucket
    }

    pub fn keys(&self) -> &Keys {
        &self.state.options.keys
    }

    /// The time as this cloud sees it.
    pub fn clock(&self) -> &Clock {
        &self.state.clock
    }

    /// The newest version of every object, in the order of keys.
    pub fn objects(&self) -> Vec<Object> {
        self.state.objects.all()
    }

    /// The objects of a file, by the name that the presigner was told.
    pub fn objects_of(&self, name: &str) -> Vec<Object> {
        self.objects().into_iter().filter(|object| object.name == name).collect()
    }

    /// What the presigner was asked, in the order it came.
    pub fn presigns(&self) -> Vec<Presign> {
        self.state.presigns.all()
    }

    /// What S3 was asked, in the order it came.
    pub fn puts(&self) -> Vec<Put> {
        self.state.puts.all()
    }

    /// What devices told about themselves, in the order it came.
    pub fn heartbeats(&self) -> Vec<serde_json::Value> {
        self.state.heartbeats.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// How many requests came: to the presigner, to S3.
    pub fn counts(&self) -> (usize, usize) {
        (self.state.presigns.len(), self.state.puts.len())
    }

    pub fn faults(&self) -> &Faults {
        &self.state.faults
    }

    pub fn set_mode(&self, mode: Mode) {
        self.change(|behaviour| behaviour.mode = mode);
    }

    /// From the next request on.
    pub fn change(&self, change: impl FnOnce(&mut Behaviour)) {
        self.state.change(change);
    }

    /// Returns as soon as it is so; looks again whenever anything is asked of this cloud, answered or stored.
    pub async fn wait_until(&self, mut is_so: impl FnMut(&Self) -> bool) {
        loop {
            let changed = self.state.changed.notified();
            tokio::pin!(changed);
            // From here on no change is missed, though nobody waits yet.
            changed.as_mut().enable();
            if is_so(self) {
                return;
            }
            changed.await;
        }
    }

    /// The network is gone (`false`): connections are refused, the open ones are cut. Or it is back (`true`), on the
    /// same ports.
    pub async fn plug(&self, on: bool) {
        tokio::join!(self.presigner.plug(on), self.s3.plug(on));
    }
}

/// Whoever comes here was misled; the answer tempts to believe it.
async fn stranger(mut wire: Wire) {
    while let Ok(Some(_)) = wire.request().await {
        if wire.skip(u64::MAX).await.is_err() || wire.reply(&Reply::new(200)).await.is_err() {
            return;
        }
    }
}

/// Ends the thread and waits for it.
#[derive(Debug)]
struct OwnThread {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for OwnThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic there was printed there.
            let _ = thread.join();
        }
    }
}
