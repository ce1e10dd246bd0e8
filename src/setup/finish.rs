//! The end of setting up: the folder is made, the settings are written, start at login is set.
//!
//! In: a [`Plan`]. Out: what was done, or why nothing was; the settings come last of what can fail and are written whole
//! or not at all. Not here: the text (`compose`), telling a running engine (whoever finishes).

use std::io;
use std::path::{Path, PathBuf};

use crate::auth::Place;
use crate::config::{Problems, edit};
use crate::error::Explain;
use crate::platform::autostart::{Autostart, Status, desktop_program};
use crate::platform::places;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub file: PathBuf,
    /// What stood there when the person began.
    pub before: Option<String>,
    pub text: String,
    pub folder: PathBuf,
    /// `Some` changes it, `None` leaves it as it is.
    pub start_at_login: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    pub file: PathBuf,
    pub folder: PathBuf,
    /// Why start at login could not be changed: no reason to fail, the settings are good.
    pub login_trouble: Option<String>,
    /// Where a key lies that was typed.
    pub key: Option<Place>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    #[error("cannot make the folder {place}", place = place.display())]
    Folder { place: PathBuf, source: io::Error },
    #[error("{file} was changed by somebody else meanwhile; nothing was written", file = file.display())]
    Changed { file: PathBuf },
    #[error(transparent)]
    Settings(#[from] Problems),
}

impl Explain for Unfinished {
    fn kind(&self) -> &str {
        match self {
            Self::Folder { .. } => "system.io",
            Self::Changed { .. } => "config.changed",
            Self::Settings(problems) => problems.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Folder { .. } => Some("Choose another folder, or make this one yourself.".into()),
            Self::Changed { .. } => Some("Start again, to see what stands there now.".into()),
            Self::Settings(problems) => problems.hint(),
        }
    }
}

pub fn finish(plan: &Plan) -> Result<Finished, Unfinished> {
    if std::fs::read(&plan.file).ok() != plan.before.as_ref().map(|text| text.clone().into_bytes()) {
        return Err(Unfinished::Changed { file: plan.file.clone() });
    }
    if !plan.folder.exists() {
        std::fs::create_dir_all(&plan.folder)
            .map_err(|source| Unfinished::Folder { place: plan.folder.clone(), source })?;
    }
    if let Some(place) = plan.file.parent().filter(|place| !place.exists()) {
        places::create_private_folder(place).map_err(|source| Unfinished::Folder { place: place.into(), source })?;
    }
    edit::write_atomically(&plan.file, &plan.text)?;
    let login_trouble = plan.start_at_login.and_then(|on| set_login(on).err());
    Ok(Finished { file: plan.file.clone(), folder: plan.folder.clone(), login_trouble, key: None })
}

/// Whether this OutTray starts at login; `None` where there is none to start, or nobody can tell.
pub fn starts_at_login() -> Option<bool> {
    let (autostart, program) = (Autostart::of_this_user().ok()?, desktop_program().ok()?);
    Some(autostart.status(&program).ok()? == Status::On)
}

fn set_login(on: bool) -> Result<(), String> {
    let status = desktop_program().and_then(|program| Autostart::of_this_user()?.set(on, &program));
    match status.map_err(|error| error.to_string())? {
        Status::On if on => Ok(()),
        Status::Off if !on => Ok(()),
        Status::Blocked(reason) => Err(reason),
        Status::On | Status::Off | Status::OnElsewhere { .. } => Err("the system did not take it over".into()),
    }
}

/// A person at a prompt means the folder they are in; in the file, relative paths start at the file.
pub fn from_here(folder: &str, here: &Path) -> String {
    let already_fixed = Path::new(folder).is_absolute() || folder.starts_with('~') || folder.contains('\\');
    if already_fixed {
        folder.into()
    } else {
        here.join(folder).components().collect::<PathBuf>().display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(place: &Path, before: Option<&str>) -> Plan {
        Plan {
            file: place.join("new/config.toml"),
            before: before.map(str::to_owned),
            text: "api_url = \"https://api.example/new\"\n".into(),
            folder: place.join("in/box"),
            start_at_login: None,
        }
    }

    #[test]
    fn makes_what_is_needed_and_overwrites_nobody() {
        let place = tempfile::tempdir().unwrap();
        let first = plan(place.path(), None);
        let done = finish(&first).unwrap();
        assert_eq!((&done.file, done.folder.is_dir()), (&first.file, true));
        assert_eq!(std::fs::read_to_string(&first.file).unwrap(), first.text);
        assert!(matches!(finish(&first), Err(Unfinished::Changed { .. })), "it was not there when the person began");
        finish(&plan(place.path(), Some(&first.text))).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_made_leaves_no_settings() {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("in"), "").unwrap();
        let plan = plan(place.path(), None);
        assert_eq!(finish(&plan).unwrap_err().kind(), "system.io");
        assert!(!plan.file.exists());
    }

    #[test]
    fn a_relative_folder_starts_where_the_person_is() {
        let here = Path::new("/home/me");
        for (text, folder) in [
            ("memory", "/home/me/memory"),
            ("./memory", "/home/me/memory"),
            ("~/memory", "~/memory"),
            ("/data", "/data"),
        ] {
            // Windows turns the slashes.
            assert_eq!(from_here(text, here).replace('\\', "/"), folder);
        }
    }
}
