//! Start at login, for this user: set, and read back from what the system itself looks at.
//!
//! In: the program to start. Out: an XDG autostart entry, a launch agent, or a value of the Run key; and its [`Status`].
//! What a person or an administrator switched off elsewhere stays off, and is told.
//! Not here: the words and the menu (`cli::autostart`, `tray`).

use std::io;
use std::path::{Path, PathBuf};

#[cfg(any(test, windows))]
mod command_line;
#[cfg(any(test, not(any(windows, target_os = "macos"))))]
mod entry;
#[cfg(any(test, target_os = "macos"))]
mod plist;

#[cfg(windows)]
#[path = "autostart/registry.rs"]
mod system;

#[cfg(target_os = "macos")]
#[path = "autostart/launchd.rs"]
mod system;

#[cfg(not(any(windows, target_os = "macos")))]
#[path = "autostart/xdg.rs"]
mod system;

/// Where this system keeps what starts at login.
#[derive(Debug, Clone)]
pub struct Autostart {
    place: system::Place,
}

/// What the system will do at the next login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    On,
    Off,
    /// It starts an OutTray, but not the program asked about.
    OnElsewhere {
        path: PathBuf,
    },
    /// There is an entry, but the system will not follow it. The reason is a sentence without its full stop.
    Blocked(String),
}

/// An entry as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    None,
    /// Switched off in place, by its owner.
    #[cfg_attr(windows, allow(dead_code, reason = "Windows knows no such entry"))]
    Off,
    Starts(PathBuf),
    Blocked(String),
}

impl Autostart {
    /// [`io::ErrorKind::NotFound`] when the system knows no home for this user.
    pub fn of_this_user() -> io::Result<Self> {
        Ok(Self { place: system::Place::of_this_user()? })
    }

    /// What will happen at the next login, compared with the program that should start.
    pub fn status(&self, program: &Path) -> io::Result<Status> {
        Ok(match self.place.read()? {
            Entry::None | Entry::Off => Status::Off,
            Entry::Starts(path) if is_same(&path, program) => Status::On,
            Entry::Starts(path) => Status::OnElsewhere { path },
            Entry::Blocked(reason) => Status::Blocked(reason),
        })
    }

    /// Sets it and answers what the system says afterwards, which may differ: somebody else may have the last word.
    pub fn set(&self, on: bool, program: &Path) -> io::Result<Status> {
        if on {
            if !program.is_absolute() {
                return Err(invalid("only a program with an absolute path can start at login"));
            }
            self.place.write(program)?;
        } else {
            self.place.remove()?;
        }
        self.status(program)
    }

    /// Mends an entry that starts a program which is no longer there: it was moved or updated. True if it was mended.
    ///
    /// An entry of another OutTray that still exists is left alone: a second copy that is tried out takes nothing over.
    pub fn reassert(&self, program: &Path) -> io::Result<bool> {
        match self.status(program)? {
            Status::OnElsewhere { path } if !path.exists() => Ok(self.set(true, program)? == Status::On),
            _ => Ok(false),
        }
    }
}

/// The desktop program of this installation; [`io::ErrorKind::NotFound`] where only the command line is installed.
pub fn desktop_program() -> io::Result<PathBuf> {
    // An AppImage shows its contents at a path that is new each time; the image itself stays.
    if let Some(image) = std::env::var_os("APPIMAGE").map(PathBuf::from).filter(|path| path.is_absolute()) {
        return Ok(image);
    }
    let name = format!("outtray-desktop{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::current_exe()?.with_file_name(name);
    if path.is_file() { Ok(path) } else { Err(io::Error::new(io::ErrorKind::NotFound, path.display().to_string())) }
}

fn is_same(one: &Path, two: &Path) -> bool {
    one == two || matches!((one.canonicalize(), two.canonicalize()), (Ok(one), Ok(two)) if one == two)
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}
