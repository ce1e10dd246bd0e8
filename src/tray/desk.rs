//! The few things that the tray does to the desktop itself: open things, start at login.
//!
//! In: wishes. Out: opened folders, files and pages; the entry that starts OutTray at login. A desktop that refuses is
//! told in the log. Not here: when (`host`), how each system does it (`platform`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::{DEFAULT_TEXT, Notify, NotifyLevel, edit};
use crate::host::Home;
use crate::platform::autostart::{Autostart, Status, desktop_program};
use crate::platform::open::Opener;

/// A page without encryption and without meaning: a network that wants a person to sign in shows its own instead.
const ANY_PAGE: &str = "https://example.com/";

/// What the settings say when there are none yet.
const UNSET: [&str; 3] = ["api_url", "device_id", "watch_dir"];

#[derive(Debug)]
pub(super) struct Desk {
    opener: Opener,
    program: Option<PathBuf>,
    starts_at_login: Option<bool>,
}

impl Desk {
    pub(super) fn new(opener: Opener) -> Self {
        let program = desktop_program().ok();
        let mut desk = Self { opener, program, starts_at_login: None };
        if let (Ok(autostart), Some(program)) = (Autostart::of_this_user(), &desk.program)
            && let Err(error) = autostart.reassert(program)
        {
            tracing::warn!(target: "outtray", "start at login cannot be mended: {error}");
        }
        desk.starts_at_login = desk.read_back();
        desk
    }

    /// `None` where it cannot be told, or is not this person's to decide.
    pub(super) fn starts_at_login(&self) -> Option<bool> {
        self.starts_at_login
    }

    fn read_back(&self) -> Option<bool> {
        match Autostart::of_this_user().and_then(|entry| entry.status(self.program.as_deref().unwrap_or(Path::new(""))))
        {
            Ok(Status::On) => Some(true),
            Ok(Status::Off | Status::OnElsewhere { .. }) => Some(false),
            Ok(Status::Blocked(_)) | Err(_) => None,
        }
    }

    pub(super) fn toggle_start_at_login(&mut self) {
        let on = self.starts_at_login != Some(true);
        if let Some(program) = &self.program {
            let set = Autostart::of_this_user().and_then(|entry| entry.set(on, program));
            if let Err(error) = set {
                tracing::warn!(target: "outtray", "start at login cannot be changed: {error}");
            }
        }
        self.starts_at_login = self.read_back();
    }

    pub(super) fn open(&self, path: &Path) {
        opened(path, self.opener.open(path.as_os_str()));
    }

    pub(super) fn open_web(&self) {
        opened(Path::new(ANY_PAGE), self.opener.open(ANY_PAGE.as_ref()));
    }

    /// Opens the settings in an editor. Where there are none, a commented beginning of them is written first.
    pub(super) fn open_settings(&self, home: &Home) {
        let path = &home.paths.config;
        if !path.exists()
            && let Err(problems) = edit::write_atomically(path, &beginning())
        {
            tracing::warn!(target: "outtray", "⚠️  the settings cannot be written: {problems}");
        }
        self.open(path);
    }
}

/// How much people are told while there are no settings that say it.
pub(super) const NOTIFY_UNSET: Notify =
    Notify { level: NotifyLevel::All, grace: Duration::from_mins(1), repeat: Duration::from_hours(1) };

/// How much people are told, where there are good settings.
pub(super) fn notify(home: &Home) -> Option<Notify> {
    home.read().ok().map(|loaded| loaded.config.notify)
}

fn opened(what: &Path, result: std::io::Result<()>) {
    if let Err(error) = result {
        tracing::warn!(target: "outtray", "⚠️  {} cannot be opened: {error}", what.display());
    }
}

/// The default settings with their comments, and the three that only the person knows left to fill in.
fn beginning() -> String {
    let unset = |line: &str| UNSET.iter().any(|key| line.starts_with(key));
    DEFAULT_TEXT.lines().map(|line| if unset(line) { format!("# {line}\n") } else { format!("{line}\n") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_beginning_asks_for_the_three_and_nothing_else() {
        let problems = Config::parse(&beginning(), Path::new("/tmp/config.toml")).expect_err("three are missing");
        let missing: Vec<_> = problems.list().iter().filter_map(|problem| problem.key.as_deref()).collect();
        assert_eq!(missing, UNSET);
    }
}
