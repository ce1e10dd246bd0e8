//! `outtray auth`: the API key or device token: stored, taken in exchange for a code, looked for, forgotten.
//!
//! In: a secret from a prompt without echo, from stdin, or from the presigner. Out: it lies in the keychain or a file, and a
//! running OutTray uses it at once. The secret itself is never shown. Not here: the places (`auth`), the exchange (`remote`).

use std::io::Read as _;
use std::time::Duration;

use serde_json::json;
use url::Url;

use super::args::{AuthCommand, EnrolArgs};
use super::failure::{Exit, Failure, of_problems};
use super::output::{Output, stdin_is_terminal, style};
use crate::auth::{Found, Place, Places, USUAL_HEADER, VARIABLE};
use crate::config::{Config, Unready, edit};
use crate::control::protocol::Request;
use crate::error::Explain as _;
use crate::host::Home;
use crate::platform::keychain::{Keychain, KeychainError};
use crate::secret::Secret;
use crate::sync;

/// A locked keychain asks the person who typed the command.
const PATIENCE: Duration = Duration::from_mins(1);

/// More than any key, in bytes.
const LONGEST: u64 = 64 * 1024;

pub async fn run(home: &Home, out: Output, command: AuthCommand) -> Result<Exit, Failure> {
    let config = home.read().map_err(|problems| of_problems(&problems))?.config;
    home.create_dirs()?;
    let desk = Desk { home, out, places: places(home, &config), config };
    match command {
        AuthCommand::Set { from, file } => desk.set(from.as_deref(), file).await,
        AuthCommand::Enrol(args) => desk.enrol(args).await,
        AuthCommand::Clear => desk.clear().await,
        AuthCommand::Status => desk.status().await,
    }
}

fn places(home: &Home, config: &Config) -> Places {
    Places::new(config, &home.paths.state_dir, &|name| std::env::var_os(name))
}

struct Desk<'a> {
    home: &'a Home,
    out: Output,
    config: Config,
    places: Places,
}

impl Desk<'_> {
    async fn set(&self, from: Option<&str>, file: bool) -> Result<Exit, Failure> {
        self.refuse_plain_http()?;
        let secret = typed(from)?;
        let place = self.keep(secret, file).await?;
        self.stored(place, "stored").await
    }

    async fn enrol(&self, args: EnrolArgs) -> Result<Exit, Failure> {
        self.refuse_plain_http()?;
        let code = Secret::parse(&args.code).map_err(|bad| {
            Failure::new(Exit::Usage, "auth.bad_code", format!("this is no code: {bad}"))
                .hint("Type the code as whoever runs the presigner gave it to you.")
        })?;
        let at = args
            .url
            .as_deref()
            .map(Url::parse)
            .transpose()
            .map_err(|error| Failure::new(Exit::Usage, "auth.bad_url", format!("--url is no address: {error}")))?;
        // A code works once: it is not spent on a token that cannot be kept.
        if !args.file {
            match self.beside(Places::ask).await {
                Ok(_) | Err(Unready::Missing | Unready::Unusable) => {}
                Err(unready) => return Err(refused(unready)),
            }
        }
        let remote = sync::remote(&self.config)?;
        let token = remote.enrol(at, &code).await.map_err(|failure| {
            let exit = match failure.kind() {
                _ if failure.is_refusal() => Exit::Refused,
                kind if kind.starts_with("enrol.") => Exit::Config,
                _ => Exit::Unreachable,
            };
            Failure::of(exit, &failure)
        })?;
        let place = self.keep(token, args.file).await?;
        self.stored(place, "enrolled").await
    }

    async fn clear(&self) -> Result<Exit, Failure> {
        let had = self.beside(Places::forget).await.map_err(refused)?;
        let running = self.reload().await;
        self.out.answer(
            &json!({"ok": true, "removed": had, "account": self.places.account(), "running": running}),
            || {
                let account = self.places.account();
                match had.as_slice() {
                    [] => format!("No key of {account} was stored."),
                    _ => format!("{} The key of {account} is forgotten.", style::green("✓")),
                }
            },
        )?;
        if self.places.is_overridden() {
            self.out.note(format!("{VARIABLE} is set, and is used all the same."));
        } else if self.config.network.api_key.is_some() {
            self.out.note("Until there is another one nothing is sent; files wait. `outtray auth set` stores one.");
        }
        Ok(Exit::Done)
    }

    async fn status(&self) -> Result<Exit, Failure> {
        let found = match self.places.find_at_hand() {
            Some(found) => found,
            None => self.beside(Places::ask).await,
        };
        let place = found.as_ref().ok().map(|found: &Found| found.place);
        let header = self.config.network.api_key.as_ref().map(|key| key.header.clone());
        let header = header.or_else(|| (place == Some(Place::Environment)).then(|| USUAL_HEADER.to_owned()));
        let ready = found.is_ok() || header.is_none();
        let mut object = json!({
            "ok": ready, "header": header, "place": place, "account": self.places.account(),
            "file": (place == Some(Place::File)).then(|| self.places.file()),
        });
        if let (Err(unready), false) = (&found, ready) {
            object["error"] = refused(*unready).json()["error"].clone();
        }
        if self.out.json || ready {
            self.out.answer(&object, || self.words(place, header.as_deref()))?;
            return Ok(if ready { Exit::Done } else { Exit::Refused });
        }
        Err(refused(found.err().unwrap_or(Unready::Missing)))
    }

    fn words(&self, place: Option<Place>, header: Option<&str>) -> String {
        let account = self.places.account();
        match (place, header) {
            (Some(place), Some(header)) => {
                format!(
                    "{} The key of {account} is in {}. It is sent as {header}.",
                    style::green("✓"),
                    self.shown(place)
                )
            }
            (Some(place), None) => format!(
                "A key of {account} is in {}, but no key is sent: network.api_key_header is empty.",
                self.shown(place)
            ),
            (None, _) => "No key is sent: network.api_key_header is empty.".into(),
        }
    }

    fn shown(&self, place: Place) -> String {
        match place {
            Place::Environment => format!("the variable {VARIABLE}"),
            Place::File => format!("the file {}", self.places.file().display()),
            Place::Keychain => "the keychain".into(),
        }
    }

    fn refuse_plain_http(&self) -> Result<(), Failure> {
        if self.config.may_carry_key() { Ok(()) } else { Err(Failure::of(Exit::Config, &Unready::Insecure)) }
    }

    async fn keep(&self, secret: Secret, file: bool) -> Result<Place, Failure> {
        let place = if file { Place::File } else { Place::Keychain };
        self.beside(move |places, keychain| places.keep(&secret, place, keychain)).await.map_err(refused)?;
        Ok(place)
    }

    /// The key lies where it should; now it is to be used.
    async fn stored(&self, place: Place, how: &str) -> Result<Exit, Failure> {
        let header = if let Some(key) = &self.config.network.api_key {
            key.header.clone()
        } else {
            let set = |name| edit::set_in_file(&self.home.paths, &|name| std::env::var_os(name), name, USUAL_HEADER);
            set("network.api_key_header").map_err(|problems| {
                let failure = of_problems(&problems);
                let message = format!("the key is {how}, but nothing says that it is to be sent: {}", failure.message);
                Failure { message, ..failure }
            })?;
            self.out.note(format!("network.api_key_header was empty and is \"{USUAL_HEADER}\" now."));
            USUAL_HEADER.to_owned()
        };
        let running = self.reload().await;
        let object = json!({
            "ok": true, "place": place, "account": self.places.account(), "header": header, "running": running,
        });
        self.out.answer(&object, || {
            let next = if running { "OutTray uses it now." } else { "`outtray doctor` tries it." };
            let (account, shown) = (self.places.account(), self.shown(place));
            format!("{} The key of {account} is {how} in {shown}. {next}", style::green("✓"))
        })?;
        if place == Place::File {
            self.out.note("Only your user may read this file, but whoever gets hold of the disk can.");
        }
        if self.places.is_overridden() {
            self.out.note(format!("{VARIABLE} is set and is used instead."));
        }
        Ok(Exit::Done)
    }

    /// Whether an OutTray runs here and has read everything again.
    async fn reload(&self) -> bool {
        match self.home.client().await {
            Some(mut client) => client.ask(&Request::Reload).await.is_ok(),
            None => false,
        }
    }

    /// Work with the keychain on a thread of its own, for as long as a person may take to answer it.
    async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Places, &Keychain) -> Result<T, Unready> + Send + 'static,
    ) -> Result<T, Unready> {
        let places = self.places.clone();
        let work = tokio::task::spawn_blocking(move || work(&places, &Keychain::of_this_user()));
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(done) => done.unwrap_or(Err(Unready::KeychainFailed)),
            Err(_) => Err(KeychainError::Locked.into()),
        }
    }
}

fn refused(unready: Unready) -> Failure {
    Failure::of(Exit::Refused, &unready)
}

/// From a person whose keys are not shown, or from stdin.
fn typed(from: Option<&str>) -> Result<Secret, Failure> {
    let text = if from == Some("-") {
        let mut text = String::new();
        let read = std::io::stdin().lock().take(LONGEST).read_to_string(&mut text);
        read.map_err(|error| Failure::io("cannot read the key from stdin", &error))?;
        text
    } else if stdin_is_terminal() {
        let prompt = inquire::Password::new("API key or token:").without_confirmation();
        let prompt = prompt.with_help_message("it is not shown while you type");
        prompt
            .prompt()
            .map_err(|_| Failure::new(Exit::Usage, "auth.declined", "no key was given, and nothing was changed"))?
    } else {
        return Err(Failure::new(Exit::Usage, "auth.nobody", "nobody can be asked for the key here")
            .hint("Give it on stdin: `outtray auth set -`."));
    };
    Secret::parse(&text).map_err(|bad| {
        Failure::new(Exit::Usage, "auth.bad_key", format!("this is no key: {bad}"))
            .hint("Give the key alone, as it was given to you. Nothing was changed.")
    })
}
