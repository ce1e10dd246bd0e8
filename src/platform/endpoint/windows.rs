//! Named pipes: `\\.\pipe\outtray-<user>`, an access list for that user alone, no callers over the network.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions};

use super::Address;
use crate::platform::pipe::Security;

pub type Accepted = NamedPipeServer;
pub type Connected = NamedPipeClient;

/// All instances are taken for this moment (winerror.h).
const ERROR_PIPE_BUSY: i32 = 231;

/// A pipe that listens: one instance always waits for the next caller.
#[derive(Debug)]
pub struct Listener {
    name: String,
    security: Security,
    next: NamedPipeServer,
}

impl Listener {
    /// [`ErrorKind::AddrInUse`] when somebody serves this pipe already.
    pub fn bind(address: &Address) -> io::Result<Self> {
        let (name, security) = (pipe_name(address), Security::for_this_user()?);
        // Being first is insisted on: nobody can sit on the name and listen in our place.
        let next = instance(&name, &security, true).map_err(|error| match error.kind() {
            ErrorKind::PermissionDenied => ErrorKind::AddrInUse.into(),
            _ => error,
        })?;
        Ok(Self { name, security, next })
    }

    /// Nothing to do: a pipe lies in no folder.
    #[allow(clippy::unused_self, clippy::needless_pass_by_ref_mut, reason = "the same face on every system")]
    pub fn renew(&mut self) {}

    /// The next caller; the access list has turned others away.
    pub async fn accept(&mut self) -> io::Result<Accepted> {
        self.next.connect().await?;
        let next = instance(&self.name, &self.security, false)?;
        Ok(std::mem::replace(&mut self.next, next))
    }
}

fn instance(name: &str, security: &Security, first: bool) -> io::Result<NamedPipeServer> {
    let mut options = ServerOptions::new();
    options.first_pipe_instance(first).reject_remote_clients(true);
    security.create(&options, name)
}

/// [`ErrorKind::NotFound`] when nobody is there.
pub async fn connect(address: &Address) -> io::Result<Connected> {
    let name = pipe_name(address);
    for _ in 0..40 {
        match ClientOptions::new().open(&name) {
            Err(error) if error.raw_os_error() == Some(ERROR_PIPE_BUSY) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            result => return result,
        }
    }
    Err(ErrorKind::TimedOut.into())
}

pub(super) fn pipe_name(address: &Address) -> String {
    let user = std::env::var("USERNAME").unwrap_or_else(|_| "user".into());
    if !address.apart {
        return format!(r"\\.\pipe\outtray-{user}");
    }
    let mut hash = DefaultHasher::new();
    address.state_dir.hash(&mut hash);
    format!(r"\\.\pipe\outtray-{user}-{:016x}", hash.finish())
}
