//! Where settings come from: the user's file, the machine-wide file, the environment; all as plain values.
//!
//! In: paths and an environment. Out: [`Sources`], which `check` turns into settings and `edit` changes.
//! Not here: what stands in them (`layers`).

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::folder::Spelling;
use super::keys::{KEYS, Key};
use super::problem::{Kind, Problem, Problems, Spot, line_at, unreadable};
use crate::paths::Paths;
use crate::platform::places;

/// One file, as it is on disk.
#[derive(Clone)]
pub struct Source {
    pub file: PathBuf,
    pub text: String,
}

/// Everything that the settings depend on.
#[derive(Debug, Clone)]
pub struct Sources {
    /// Absolute; the file need not exist.
    pub user_file: PathBuf,
    pub user: Option<Source>,
    /// Lies under the user's file; what it locks wins over everything.
    pub machine: Option<Source>,
    /// The user's file is the machine-wide file itself, because an administrator named it.
    pub administers: bool,
    pub overrides: Vec<(&'static Key, OsString)>,
    pub home: Option<PathBuf>,
    pub spelling: Spelling,
}

impl Sources {
    /// A single text, with nothing above or below it.
    pub fn of_text(text: &str, file: &Path) -> Self {
        Self {
            user_file: file.into(),
            user: Some(Source { file: file.into(), text: text.into() }),
            machine: None,
            administers: false,
            overrides: Vec::new(),
            home: None,
            spelling: Spelling::of_this_system(),
        }
    }

    /// Reads both files. A missing file is a problem only when no other can stand in for it.
    pub fn read(paths: &Paths, env: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, Problems> {
        let found = Self::read_what_is_there(paths, env)?;
        if found.user.is_none() && (found.machine.is_none() || paths.named) {
            return Err(missing(&paths.config).into());
        }
        Ok(found)
    }

    /// Reads both files; either may be missing, neither may be unreadable.
    pub fn read_what_is_there(paths: &Paths, env: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut read = |file: &Path| {
            read_file(file).unwrap_or_else(|found| {
                problems.extend_from_slice(found.list());
                None
            })
        };
        let user = read(&paths.config);
        let administers = paths.machine_config == paths.config;
        let machine = if administers { None } else { read(&paths.machine_config) };
        if let Some(problems) = Problems::of(problems) {
            return Err(problems);
        }
        let set = |key: &'static Key| env(&key.variable()).filter(|value| !value.is_empty()).map(|value| (key, value));
        let overrides = KEYS.iter().filter(|key| !key.is_policy()).filter_map(set).collect();
        Ok(Self {
            user_file: paths.config.clone(),
            user,
            machine,
            administers,
            overrides,
            home: places::home(),
            spelling: Spelling::of_this_system(),
        })
    }
}

pub(super) fn missing(file: &Path) -> Problem {
    Problem::new(Kind::Missing, &Spot::File(file.into()), "there is no configuration yet; nothing is sent")
        .hinting("Run `outtray setup`, or write a config.toml there.")
}

/// None when there is no such file.
fn read_file(file: &Path) -> Result<Option<Source>, Problems> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(file, &error).into()),
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(Source { file: file.into(), text })),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..=good]).into_owned();
            let spot = Spot::Line { file: file.into(), line: line_at(&before, good) };
            let problem = Problem::new(Kind::Syntax, &spot, "the file is not text in UTF-8");
            Err(problem.hinting("Save it as UTF-8 in your editor.").into())
        }
    }
}

/// Only the place: the text may hold a password.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.file.display())
    }
}
