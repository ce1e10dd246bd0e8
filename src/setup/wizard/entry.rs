//! One thing that a person types, and whether it can be taken.
//!
//! In: the text, and what stood there before. Out: the value, or the [`Fault`] in it.
//! Not here: the rules themselves (`config`), what follows (`wizard`).

use std::path::{Path, PathBuf};

use crate::config::folder::Start;
use crate::config::{BadApiUrl, DeviceId, api_url};
use crate::setup::begin::{Beginning, Lock};
use crate::setup::enrolment::{self, BadLine, Settings};
use crate::setup::finish::from_here;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Address,
    Device,
    Folder,
}

impl Field {
    pub fn key(self) -> &'static str {
        match self {
            Self::Address => "api_url",
            Self::Device => "device_id",
            Self::Folder => "watch_dir",
        }
    }
}

/// Why a text cannot be taken, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("Something is needed here.")]
    Empty,
    #[error("This is not a web address. One begins with https://.")]
    NoAddress,
    #[error("The address must begin with https://.")]
    NotSecure,
    #[error("The address must not hold a user name or password: it is shown to people.")]
    Login,
    #[error("The address must not hold a # part: it would never be sent.")]
    Fragment,
    #[error("This cannot be sent exactly as written. Write {would_be} behind the host name.")]
    Respelled { would_be: String },
    #[error("This line is damaged: a part is missing. Copy the whole line again.")]
    LineDamaged,
    #[error("This line comes from a newer OutTray. Update this one first.")]
    LineNewer,
    #[error("This line holds no address. Type the address, or ask for another line.")]
    LineWithoutAddress,
    #[error("Use 1 to 64 letters, digits, dots, underscores or hyphens (A-Z a-z 0-9 . _ -).")]
    Device,
    #[error("Write the whole path, from the beginning, or choose the folder.")]
    Relative,
    #[error("This path cannot be used: {0}.")]
    Path(String),
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub field: Field,
    pub text: String,
    /// A person cannot change it.
    pub lock: Option<Lock>,
}

impl Entry {
    pub(super) fn new(field: Field, beginning: &Beginning, proposal: &str) -> Self {
        let text = beginning.written(field.key()).unwrap_or_else(|| proposal.to_owned());
        Self { field, text, lock: beginning.lock(field.key()) }
    }

    /// Kept as typed, but for line breaks that came with a paste.
    pub(super) fn set(&mut self, text: &str) {
        self.text = text.chars().filter(|c| !c.is_control()).collect();
    }

    /// Without what a copy takes along: spaces around it, and quotes of a config.toml.
    pub(super) fn value(&self) -> &str {
        let text = self.text.trim();
        let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        if self.field == Field::Folder { text } else { bare.unwrap_or(text) }
    }

    /// The settings of an enrolment line, if the text looks like one.
    pub(super) fn line(&self) -> Option<Result<Settings, BadLine>> {
        let is_line =
            self.field == Field::Address && self.value().starts_with("outtray") && !self.value().contains("//");
        is_line.then(|| enrolment::read(self.value()))
    }

    pub(super) fn address(&self, insecure: bool) -> Result<(), Fault> {
        match self.line() {
            Some(Ok(_)) => return Err(Fault::LineWithoutAddress),
            Some(Err(BadLine::Newer)) => return Err(Fault::LineNewer),
            Some(Err(BadLine::Damaged | BadLine::NotOurs)) => return Err(Fault::LineDamaged),
            None => {}
        }
        if self.value().is_empty() {
            return Err(Fault::Empty);
        }
        api_url(self.value(), insecure).map(|_| ()).map_err(|bad| match bad {
            // Half an address is still being typed, or was copied without its beginning.
            BadApiUrl::NoAddress(_) if self.value().contains('.') && !self.value().contains("://") => Fault::NotSecure,
            BadApiUrl::NoAddress(_) | BadApiUrl::Characters => Fault::NoAddress,
            BadApiUrl::OtherScheme | BadApiUrl::PlainHttp => Fault::NotSecure,
            BadApiUrl::Login => Fault::Login,
            BadApiUrl::Fragment => Fault::Fragment,
            BadApiUrl::Respelled { would_be } => Fault::Respelled { would_be },
        })
    }

    pub(super) fn device(&self) -> Result<(), Fault> {
        match self.value() {
            "" => Err(Fault::Empty),
            text => DeviceId::parse(text).map(|_| ()).map_err(|_| Fault::Device),
        }
    }

    /// The folder that is meant.
    pub(super) fn path(&self, beginning: &Beginning) -> Result<PathBuf, Fault> {
        if self.value().is_empty() {
            return Err(Fault::Empty);
        }
        let Some(value) = self.changed(beginning) else { return Ok(beginning.known.config.watch_dir.clone()) };
        let sources = &beginning.sources;
        let folder = sources.user_file.parent().unwrap_or(Path::new("/"));
        let path = Start { folder, home: sources.home.as_deref(), spelling: sources.spelling }.resolve(&value);
        let path = path.map_err(Fault::Path)?;
        // A folder beside the settings is a fine thing in a file, and a surprise for whoever typed a bare name.
        let is_bare = beginning.here.is_none() && path.starts_with(folder) && !Path::new(&value).is_absolute();
        if is_bare && !value.starts_with('~') { Err(Fault::Relative) } else { Ok(path) }
    }

    /// What is to be written, if it is something else than before.
    pub(super) fn changed(&self, beginning: &Beginning) -> Option<String> {
        let value = self.value();
        let before = beginning.written(self.field.key());
        if self.lock.is_some() || before.as_deref() == Some(value) {
            return None;
        }
        Some(match &beginning.here {
            Some(here) if self.field == Field::Folder && !value.is_empty() => from_here(value, here),
            _ => value.to_owned(),
        })
    }
}
