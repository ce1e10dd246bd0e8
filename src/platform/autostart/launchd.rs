//! A launch agent in `~/Library/LaunchAgents`; System Settings can switch it off without touching the file.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Entry, invalid, plist};
use crate::platform::identity::APP_ID;
use crate::platform::{places, replace::replace_file};

#[derive(Debug, Clone)]
pub(super) struct Place {
    home: PathBuf,
}

impl Place {
    pub(super) fn of_this_user() -> io::Result<Self> {
        Ok(Self { home: places::home().ok_or(ErrorKind::NotFound)? })
    }

    fn file(&self) -> PathBuf {
        self.home.join("Library/LaunchAgents").join(format!("{APP_ID}.plist"))
    }

    pub(super) fn read(&self) -> io::Result<Entry> {
        let entry = match std::fs::read(self.file()) {
            Ok(bytes) => plist::read(&String::from_utf8_lossy(&bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Entry::None,
            Err(error) => return Err(error),
        };
        if matches!(entry, Entry::Starts(_)) && is_switched_off() {
            return Ok(Entry::Blocked("it is switched off in System Settings, General, Login Items".into()));
        }
        Ok(entry)
    }

    pub(super) fn write(&self, program: &Path) -> io::Result<()> {
        // A program that was started from its download runs from a place that is gone at the next login.
        if program.components().any(|part| part.as_os_str() == "AppTranslocation") {
            return Err(invalid("OutTray must be moved to the Applications folder first"));
        }
        let text = plist::that_starts(program)
            .ok_or_else(|| invalid("the path of the program has a sign that a launch agent cannot hold"))?;
        replace_file(&self.file(), text.as_bytes())
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        match std::fs::remove_file(self.file()) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }
}

/// What launchd remembers about the label; when it cannot be asked, the file alone counts.
fn is_switched_off() -> bool {
    let domain = format!("gui/{}", rustix::process::getuid().as_raw());
    let asked = Command::new("/bin/launchctl").args(["print-disabled", &domain]).stdin(Stdio::null()).output();
    let Ok(answer) = asked else { return false };
    let label = format!("\"{APP_ID}\" => ");
    String::from_utf8_lossy(&answer.stdout)
        .lines()
        .filter_map(|line| line.trim().strip_prefix(&label))
        .any(|state| matches!(state, "disabled" | "true"))
}
