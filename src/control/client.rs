//! A caller's end of the control socket, for the command line.
//!
//! In: [`Request`]s. Out: answers, or a stream of events. Not here: what the words mean to a person (`cli`).

use std::io;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::protocol::Request;
use crate::error::Explain;
use crate::platform::endpoint::{Address, Connected, connect};
use crate::sync::event::Event;

/// An engine that does not answer for this long hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to a running engine.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<Connected>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("the running OutTray does not answer")]
    Silent(#[source] io::Error),
    #[error("the running OutTray ended before it answered")]
    Ended,
    #[error("the running OutTray gave an answer that this version cannot read")]
    Unreadable,
    /// It answered that it will not.
    #[error("{message}")]
    Refused { kind: String, message: String, hint: Option<String> },
}

impl Explain for AskError {
    fn kind(&self) -> &str {
        match self {
            Self::Silent(_) => "control.silent",
            Self::Ended => "control.ended",
            Self::Unreadable => "control.unreadable",
            Self::Refused { kind, .. } => kind,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Silent(_) => Some(frozen("the process that hangs")),
            Self::Ended => Some("Nothing is lost. Start it again with `outtray run`.".into()),
            Self::Unreadable => Some("Quit the running OutTray and start it again: it may be an older version.".into()),
            Self::Refused { hint, .. } => hint.clone(),
        }
    }
}

/// What to do about an engine that does not answer: it holds the folder for as long as it is there.
pub fn frozen(who: &str) -> String {
    format!("Nothing is lost. End {who} first, then start OutTray again with `outtray run`.")
}

/// Comes back when the engine leaves a question without any answer. Beside a pass, which may take as long as it likes.
pub async fn falls_silent(address: &Address) -> AskError {
    loop {
        tokio::time::sleep(PATIENCE).await;
        let question = async { Client::connect(address).await?.ask(&Request::Status).await.err() };
        match tokio::time::timeout(2 * PATIENCE, question).await {
            Ok(Some(AskError::Silent(error))) if error.kind() == io::ErrorKind::TimedOut => {
                return AskError::Silent(error);
            }
            // Even a refusal is an answer; whether it ended is seen by whoever waits for the pass.
            Ok(_) => {}
            Err(_) => return AskError::Silent(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl Client {
    /// `None` when nobody listens there.
    pub async fn connect(address: &Address) -> Option<Self> {
        match connect(address).await {
            Ok(stream) => Some(Self { stream: BufReader::new(stream) }),
            Err(error) => {
                tracing::debug!(target: "outtray", "control socket: {error}");
                None
            }
        }
    }

    /// Asks and waits for the answer: for a pass as long as it takes, for anything else [`PATIENCE`].
    pub async fn ask(&mut self, request: &Request) -> Result<Value, AskError> {
        self.say(request).await?;
        let line = match request {
            Request::Sync => self.line().await?,
            _ => tokio::time::timeout(PATIENCE, self.line())
                .await
                .map_err(|_| AskError::Silent(io::ErrorKind::TimedOut.into()))??,
        };
        let line = line.ok_or(AskError::Ended)?;
        let answer: Value = serde_json::from_str(&line).map_err(|_| AskError::Unreadable)?;
        if answer["ok"] == Value::Bool(false) {
            let text = |member: &str| answer["error"][member].as_str().map(str::to_owned);
            return Err(AskError::Refused {
                kind: text("kind").unwrap_or_else(|| "control.refused".into()),
                message: text("message").unwrap_or_else(|| "the running OutTray refused".into()),
                hint: text("hint"),
            });
        }
        Ok(answer)
    }

    /// As [`Client::ask`], read as a shape of ours.
    pub async fn ask_for<T: DeserializeOwned>(&mut self, request: &Request) -> Result<T, AskError> {
        serde_json::from_value(self.ask(request).await?).map_err(|_| AskError::Unreadable)
    }

    /// From now on this connection tells what happens; the first event is the present state.
    pub async fn follow(mut self) -> Result<Following, AskError> {
        self.say(&Request::Events).await?;
        Ok(Following { client: self, half: Vec::new() })
    }

    /// Waits until the other end is gone.
    pub async fn ended(&mut self) {
        while let Ok(Some(_)) = self.line().await {}
    }

    async fn say(&mut self, request: &Request) -> Result<(), AskError> {
        self.stream.get_mut().write_all(request.line().as_bytes()).await.map_err(AskError::Silent)
    }

    async fn line(&mut self) -> Result<Option<String>, AskError> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await.map_err(AskError::Silent)?;
        Ok((read > 0).then_some(line))
    }
}

/// A stream of what happens in a running engine.
#[derive(Debug)]
pub struct Following {
    client: Client,
    /// A line that is not complete yet: it outlives a call that was dropped halfway.
    half: Vec<u8>,
}

impl Following {
    /// `None` when the engine has ended. Events that this version does not know are passed over.
    ///
    /// May be dropped at any time and called again: nothing is lost.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            self.client.stream.read_until(b'\n', &mut self.half).await.ok()?;
            if self.half.is_empty() {
                return None;
            }
            let line = std::mem::take(&mut self.half);
            if let Ok(event) = serde_json::from_slice(&line) {
                return Some(event);
            }
        }
    }
}
