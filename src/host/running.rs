//! An engine with its control socket, and with settings that follow their file.
//!
//! In: a [`Home`]. Out: a [`Running`] engine, until it is told to quit. Not here: signals and windows (their hosts).

use std::io::ErrorKind;
use std::path::PathBuf;

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinHandle};

use super::heartbeat;
use super::home::{Home, NoSetup, log_options};
use super::keys::{Keys, PATIENCE};
use super::reload::Reloader;
use crate::config::Config;
use crate::control::protocol::Show;
use crate::control::server::{Host, serve};
use crate::error::Explain;
use crate::log::{self, Echo};
use crate::platform::endpoint::Listener;
use crate::sync::{self, Handle, StartError};

/// Callers that ask for a reload at one moment; more wait.
const RELOADS: usize = 4;

/// Why no engine runs.
#[derive(Debug, thiserror::Error)]
pub enum NotRunning {
    #[error(transparent)]
    Setup(#[from] NoSetup),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("another OutTray runs with the same state folder {place}", place = .0.display())]
    SocketTaken(PathBuf),
}

impl Explain for NotRunning {
    fn kind(&self) -> &str {
        match self {
            Self::Setup(error) => error.kind(),
            Self::Start(error) => error.kind(),
            Self::SocketTaken(_) => "instance.held",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Setup(error) => error.hint(),
            Self::Start(error) => error.hint(),
            Self::SocketTaken(_) => {
                Some("Use `outtray status` to see it. A second one needs an OUTTRAY_HOME of its own.".into())
            }
        }
    }
}

/// Ends with [`Running::quit`], or by itself when a caller of the socket asks for it.
#[derive(Debug)]
pub struct Running {
    pub handle: Handle,
    /// The settings it was started with.
    pub config: Config,
    engine: JoinHandle<()>,
    around: Vec<JoinHandle<()>>,
}

impl Running {
    /// Starts on the current runtime. `show` is told when a caller asks for the window.
    pub async fn start(home: &Home, echo: Option<Echo>, show: Option<mpsc::Sender<Show>>) -> Result<Self, NotRunning> {
        let mut setup = home.setup()?;
        let log = log::start(&home.paths.log_dir, log_options(&setup.config), echo);
        let mut keys = Keys::new(home.clone());
        keys.equip(&mut setup.config, PATIENCE).await;
        let config = setup.config.clone();
        let (handle, engine) = sync::start(setup)?;
        let listener = match listen(home) {
            Ok(listener) => listener,
            Err(error) => {
                handle.quit().await;
                let _ = engine.await; // it has done nothing yet
                return Err(error);
            }
        };
        let (reload, asked) = mpsc::channel(RELOADS);
        let (settings, heard) = watch::channel(config.clone());
        let reloader = Reloader::new(home.clone(), handle.clone(), log, settings, keys);
        let mut around = vec![tokio::spawn(reloader.run(asked)), tokio::spawn(heartbeat::run(handle.clone(), heard))];
        if let Some(listener) = listener {
            around.push(tokio::spawn(serve(listener, Host { handle: handle.clone(), reload, show })));
        }
        Ok(Self { handle, config, engine, around })
    }

    /// Resolves when the engine has ended by itself; may be dropped and asked again.
    pub async fn ended(&mut self) -> Result<(), JoinError> {
        (&mut self.engine).await
    }

    /// Lets what is in flight finish, for the time that the engine allows.
    pub async fn quit(&mut self) -> Result<(), JoinError> {
        self.handle.quit().await;
        self.ended().await
    }

    /// After the end: the socket goes, and with it everything that held the engine.
    pub async fn clear_away(self) {
        // Whoever asked to quit shall hear that it is done, before the socket goes.
        tokio::task::yield_now().await;
        for task in self.around {
            task.abort();
            let _ = task.await; // its socket is gone when the task is
        }
    }
}

/// `None` when there can be no socket for another reason than that somebody has it: sending matters more.
fn listen(home: &Home) -> Result<Option<Listener>, NotRunning> {
    match Listener::bind(&home.address()) {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            Err(NotRunning::SocketTaken(home.paths.state_dir.clone()))
        }
        Err(error) => {
            tracing::warn!(
                target: "outtray",
                "⚠️  no control socket at {}: {error}; `outtray status` cannot ask this OutTray", home.address().shown()
            );
            Ok(None)
        }
    }
}
