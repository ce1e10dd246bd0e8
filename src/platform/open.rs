//! Opens a folder, a file or a web address with the program that the desktop has for it.
//!
//! In: an absolute path, or an `https` address. Out: nothing; what opens lives its own life.
//! Not here: what is worth opening (`cli`).

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// The desktop's own opener. On Windows by its full path: a program of that name in the current folder must not run.
fn opener() -> Command {
    #[cfg(windows)]
    {
        let root = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
        Command::new(Path::new(&root).join("explorer.exe"))
    }
    #[cfg(target_os = "macos")]
    {
        Command::new("/usr/bin/open")
    }
    #[cfg(not(any(windows, target_os = "macos")))]
    {
        Command::new("xdg-open")
    }
}

/// Starts the desktop's opener and does not wait for it.
pub fn open(target: &OsStr) -> io::Result<()> {
    if !may_be_opened(target) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "neither an absolute path nor a web address"));
    }
    let mut child = opener().arg(target).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    // Somebody has to collect the exit code, or a dead entry stays in the process table.
    std::thread::Builder::new().name("opener".into()).spawn(move || child.wait())?;
    Ok(())
}

/// A relative name could be read as an option, and other schemes start programs.
fn may_be_opened(target: &OsStr) -> bool {
    Path::new(target).is_absolute() || target.as_encoded_bytes().starts_with(b"https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_could_be_an_option_or_a_program() {
        for target in ["--help", "notes.txt", "file:///etc/passwd", "javascript:alert(1)", ""] {
            assert!(!may_be_opened(OsStr::new(target)), "{target}");
            assert!(open(OsStr::new(target)).is_err(), "{target}");
        }
        let here = std::env::current_dir().expect("there is one");
        assert!(may_be_opened(here.as_os_str()));
        assert!(may_be_opened(OsStr::new("https://example.org/help")));
    }
}
