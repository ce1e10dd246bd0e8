//! Doing what a page asks for.
//!
//! In: an [`Ask`]. Out: questions to the engine, opened things, an answer at the foot of the window where the page itself
//! does not show how it went. Not here: the buttons (`status`, `settings`).

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rust_i18n::t;

use super::chooser::choose;
use super::link::{Bell, Link};
use super::picture::{Ask, News, Said};
use super::words;
use crate::control::client::AskError;
use crate::control::protocol::Request;
use crate::error::{Explain, chain};
use crate::host::{Home, bundle};
use crate::platform::autostart::desktop_program;
use crate::platform::open::Opener;
use crate::platform::places;
use crate::sync::event::Status;
use crate::sync::{Why, inspect};

impl Link {
    /// Everything but what the window does by itself: pages and the clipboard.
    pub fn grant(&self, ask: Ask, status: &Status) {
        match ask {
            Ask::Sync => self.request(Request::Sync),
            Ask::Pause(secs) => self.request(Request::Pause { secs }),
            Ask::Resume => self.request(Request::Resume),
            Ask::Retry(file) => self.request(Request::Retry { file }),
            Ask::Reload => self.request(Request::Reload),
            Ask::Decide(file, guard) => self.request(Request::Decide { file, guard }),
            Ask::Key(ask) => self.key(ask),
            Ask::Why(name) => self.why(name),
            Ask::Reveal(name) => self.opened(opener().reveal(&Path::new(&status.watch_dir).join(name))),
            Ask::OpenFolder => self.opened(opener().open(status.watch_dir.as_ref())),
            Ask::OpenLogs => self.opened(opener().open(crate::log::path(&self.home.paths.log_dir).as_os_str())),
            Ask::OpenSettings => self.opened(opener().open(self.home.paths.config.as_os_str())),
            Ask::OpenWeb(address) => self.opened(opener().open(address.as_ref())),
            Ask::Bundle => self.bundle(),
            Ask::Start => self.start_program(),
            Ask::Choose { field, folder, from } => {
                let (bell, chosen) = (self.bell().clone(), choose(folder, &from));
                self.run(async move {
                    if let Some(path) = chosen.await {
                        bell.tell(News::Chosen { field, path });
                    }
                });
            }
            Ask::Copy(_) | Ask::Go(_) | Ask::SendAsItIs(_) => {}
        }
    }

    /// The status shows how it went; only a refusal is told.
    fn request(&self, request: Request) {
        let (home, bell) = (self.home.clone(), self.bell().clone());
        self.run(async move {
            let Some(mut client) = home.client().await else {
                // Settings that nobody uses now need not be told to anybody.
                if request != Request::Reload {
                    say(&bell, false, t!("said.not_running"));
                }
                return;
            };
            if let Err(error) = client.ask(&request).await {
                say(&bell, false, refusal(&error));
            }
        });
    }

    fn why(&self, name: String) {
        let (home, bell) = (self.home.clone(), self.bell().clone());
        self.run(async move {
            let why = match home.client().await {
                Some(mut client) => client.ask_for(&Request::Why { file: name }).await.map_err(|error| refusal(&error)),
                None => look(&home, &name),
            };
            match why {
                Ok(why) => say(&bell, true, reason(&why)),
                Err(error) => say(&bell, false, error),
            }
        });
    }

    fn bundle(&self) {
        let (home, bell) = (self.home.clone(), self.bell().clone());
        self.run(async move {
            let path = bundle_folder(&home).join(bundle::name());
            match bundle::write(&home, &path).await {
                Ok(written) => {
                    let size = words::bytes(written.bytes);
                    say(&bell, true, t!("said.bundle", path = path.display(), size = size));
                    let _ = opener().reveal(&path); // the path is told anyway
                }
                Err(error) => say(&bell, false, chain(&error)),
            }
        });
    }

    /// The program that hosts the engine. It outlives the window.
    fn start_program(&self) {
        let program = desktop_program().or_else(|_| std::env::current_exe());
        let started = program.and_then(|program| {
            let mut command = Command::new(program);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
        });
        match started {
            // Somebody has to collect its end, or a dead entry stays while the window is open.
            Ok(mut child) => drop(std::thread::Builder::new().name("program".into()).spawn(move || child.wait())),
            Err(error) => say(self.bell(), false, t!("said.not_started", reason = error)),
        }
    }

    fn opened(&self, result: std::io::Result<()>) {
        if let Err(error) = result {
            say(self.bell(), false, t!("said.not_opened", reason = error));
        }
    }
}

fn opener() -> Opener {
    Opener::new(std::env::var_os("OUTTRAY_OPENER"))
}

fn say(bell: &Bell, good: bool, text: impl Into<String>) {
    bell.tell(News::Said(Said { text: text.into(), good }));
}

/// The caller's own troubles, with words in each language.
const ASKED_IN_VAIN: [&str; 3] = ["kind.control.ended", "kind.control.silent", "kind.control.unreadable"];

fn refusal(error: &AskError) -> String {
    let key = format!("kind.{}", error.kind());
    if ASKED_IN_VAIN.contains(&key.as_str()) {
        return t!(&key).into_owned();
    }
    error.hint().map_or_else(|| error.to_string(), |hint| format!("{error}. {hint}"))
}

fn look(home: &Home, name: &str) -> Result<Why, String> {
    let setup = home.setup().map_err(|error| chain(&error))?;
    inspect::why(&setup, name).map_err(|error| error.to_string())
}

fn reason(why: &Why) -> String {
    match why {
        Why::Sent { receipt } => t!("why.sent", file = receipt.file, place = receipt.place()).into_owned(),
        Why::Held { file } => {
            let own = words::trouble(file.kind.as_deref(), &file.reason).filter(|_| !words::is_english());
            let reason = own.unwrap_or_else(|| format!("{}.", file.reason));
            t!("why.held", file = file.name, reason = reason).into_owned()
        }
        Why::Ignored { name, reason } => t!("why.ignored", file = name, reason = reason).into_owned(),
        Why::Unknown { name } => t!("why.unknown", file = name).into_owned(),
    }
}

/// Where people look for what a program has made.
fn bundle_folder(home: &Home) -> PathBuf {
    places::downloads().filter(|folder| folder.is_dir()).unwrap_or_else(|| home.paths.state_dir.clone())
}
