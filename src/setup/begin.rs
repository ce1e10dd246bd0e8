//! What the wizard begins with: the settings that there are, and who has the say over them.
//!
//! In: where the settings lie. Out: a [`Beginning`] that holds every value by then known, or the problems of a file that is
//! broken: that one is for a person to mend, never for the wizard to replace.
//! Not here: reading files (`config`), the pages (`wizard`).

use std::ffi::OsString;
use std::path::PathBuf;

use super::compose::missing;
use crate::config::keys::find;
use crate::config::{Loaded, Origin, Problems, Sources, Spot};
use crate::paths::Paths;

/// Letters and digits that cannot be taken for one another.
const PLAIN: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// What there is before anybody types.
#[derive(Debug, Clone)]
pub struct Beginning {
    pub sources: Sources,
    /// As if whatever is still missing stood there.
    pub(super) known: Loaded,
    /// Of the three needed ones, those that nobody says yet.
    pub(super) missing: Vec<&'static str>,
    /// A name for this computer, if it needs one.
    pub device: String,
    /// Where a folder starts that is typed without its beginning; `None` where people are nowhere, as in a window.
    pub here: Option<PathBuf>,
    /// The key for the presigner comes from a variable, whatever is stored.
    pub key_variable: bool,
}

/// Why a person cannot change a value here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lock {
    Managed { by: Option<String>, help: Option<String> },
    Variable(String),
}

impl Beginning {
    /// Reads both files. A missing one is no problem here, a broken one is.
    pub fn read(paths: &Paths, env: &dyn Fn(&str) -> Option<OsString>, device: String) -> Result<Self, Problems> {
        let key_variable = env(crate::auth::VARIABLE).is_some_and(|value| !value.is_empty());
        Ok(Self { key_variable, ..Self::of(Sources::read_what_is_there(paths, env)?, device)? })
    }

    pub fn of(sources: Sources, device: String) -> Result<Self, Problems> {
        let missing = missing(&sources);
        let mut known = sources.clone();
        // As variables, they leave the lines of the file and their numbers alone.
        known.overrides.extend(missing.iter().map(|key| (find(key).expect("one of the three"), stand_in(key).into())));
        Ok(Self { known: known.check()?, sources, missing, device, here: None, key_variable: false })
    }

    /// What is written for a key now; nothing when nobody says it.
    pub fn written(&self, key: &str) -> Option<String> {
        (!self.lacks(key)).then(|| self.known.value(key)).flatten()
    }

    /// Nobody says this one of the three.
    pub fn lacks(&self, key: &str) -> bool {
        self.missing.contains(&key)
    }

    pub fn lock(&self, key: &str) -> Option<Lock> {
        let help = || self.known.config.managed.help_url.clone();
        match self.known.origin(key).filter(|_| !self.lacks(key))? {
            Origin::Managed { by } => Some(Lock::Managed { by: by.clone(), help: help() }),
            Origin::Written(Spot::Environment { variable }) => Some(Lock::Variable(variable.clone())),
            Origin::Default | Origin::Written(_) => None,
        }
    }
}

impl std::fmt::Display for Lock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Managed { by, .. } => write!(f, "{}", Origin::Managed { by: by.clone() }),
            Self::Variable(name) => write!(f, "set by the environment variable {name}"),
        }
    }
}

fn stand_in(key: &str) -> &'static str {
    match key {
        "api_url" => "https://localhost/",
        "device_id" => "device",
        _ => "./memory",
    }
}

/// `device-7k3f`: says nothing about the person or the computer.
pub fn device_name(random: &mut fastrand::Rng) -> String {
    let letters = std::iter::repeat_with(|| char::from(PLAIN[random.usize(..PLAIN.len())]));
    format!("device-{}", letters.take(4).collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::DeviceId;

    fn begin(text: &str) -> Result<Beginning, Problems> {
        Beginning::of(Sources::of_text(text, Path::new("/c/config.toml")), "device-7k3f".into())
    }

    #[test]
    fn knows_what_stands_there_and_what_is_missing() {
        let beginning = begin("device_id = \"desk-1\"\n").unwrap();
        assert_eq!(beginning.written("device_id").as_deref(), Some("desk-1"));
        assert_eq!((beginning.written("api_url"), beginning.lock("device_id")), (None, None));
        assert_eq!(beginning.missing, ["api_url", "watch_dir"]);
    }

    #[test]
    fn a_broken_file_is_told_with_its_own_lines() {
        let problems = begin("device_id = \"desk-1\"\nconcurrency = 0\n").unwrap_err();
        assert_eq!(problems.list().len(), 1, "{problems}");
        assert_eq!((problems.first().line, problems.first().key.as_deref()), (Some(2), Some("concurrency")));
        assert!(begin("device_id = \"desk-1\"\n[files\n").is_err());
        assert!(begin("device_id = \"a b\"\n").is_err());
    }

    #[test]
    fn a_name_is_new_each_time_and_always_allowed() {
        let mut random = fastrand::Rng::with_seed(7);
        let (one, two) = (device_name(&mut random), device_name(&mut random));
        assert!(one != two && DeviceId::parse(&one).is_ok() && one.len() == "device-7k3f".len(), "{one} {two}");
    }
}
