//! Opens a folder, a file or a web address with the program that the desktop has for it.
//!
//! In: an absolute path, or an `https` address. Out: nothing; what opens lives its own life.
//! Not here: what is worth opening (`tray`), reading `OUTTRAY_OPENER` (where the program starts).

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Variables that hold secrets of ours: no program that shows a file needs them.
pub const WITHHELD: [&str; 2] = ["OUTTRAY_API_KEY", "OUTTRAY_NETWORK_PROXY"];

/// What opens things.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opener {
    /// Called instead of the desktop's own: `PROGRAM TARGET` to open, `PROGRAM --reveal FILE` to show a file.
    stand_in: Option<PathBuf>,
}

impl Opener {
    /// The desktop's own, or the stand-in that `OUTTRAY_OPENER` names.
    pub fn new(stand_in: Option<OsString>) -> Self {
        Self { stand_in: stand_in.filter(|program| !program.is_empty()).map(PathBuf::from) }
    }

    /// Starts the opener and does not wait for it.
    pub fn open(&self, target: &OsStr) -> io::Result<()> {
        if !may_be_opened(target) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "neither an absolute path nor a web address"));
        }
        let mut command = self.stand_in.as_ref().map_or_else(opener, Command::new);
        command.arg(target);
        start_stranger(command)
    }

    /// Shows a file in its folder, marked where the desktop can do that.
    pub fn reveal(&self, file: &Path) -> io::Result<()> {
        let folder = file.parent().filter(|_| file.is_absolute());
        let folder = folder.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not an absolute path"))?;
        match &self.stand_in {
            Some(program) => {
                let mut command = Command::new(program);
                command.arg("--reveal").arg(file);
                start_stranger(command)
            }
            None => reveal(self, file, folder),
        }
    }
}

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

#[cfg(windows)]
fn reveal(_: &Opener, file: &Path, _: &Path) -> io::Result<()> {
    use std::os::windows::process::CommandExt;
    let mut command = opener();
    let mut argument = OsString::from("/select,\"");
    argument.push(file);
    argument.push("\"");
    // Explorer reads its command line by rules of its own: the quotation marks belong behind the comma.
    command.raw_arg(argument);
    start_stranger(command)
}

#[cfg(target_os = "macos")]
fn reveal(_: &Opener, file: &Path, _: &Path) -> io::Result<()> {
    let mut command = opener();
    command.arg("-R").arg(file);
    start_stranger(command)
}

/// File managers can mark a file when asked over D-Bus; without one that answers, the folder opens.
#[cfg(all(not(any(windows, target_os = "macos")), feature = "desktop"))]
fn reveal(opener: &Opener, file: &Path, folder: &Path) -> io::Result<()> {
    let (opener, uri, folder) = (opener.clone(), file_uri(file), folder.to_owned());
    std::thread::Builder::new().name("opener".into()).spawn(move || {
        let shown = zbus::block_on(async {
            const NAME: &str = "org.freedesktop.FileManager1";
            let bus = zbus::connection::Builder::session();
            let bus = bus.method_timeout(std::time::Duration::from_secs(5)).build().await?;
            bus.call_method(Some(NAME), "/org/freedesktop/FileManager1", Some(NAME), "ShowItems", &(vec![uri], ""))
                .await
        });
        if let Err(error) = shown {
            tracing::debug!(target: "outtray", "no file manager marks a file: {error}");
            if let Err(error) = opener.open(folder.as_os_str()) {
                tracing::warn!(target: "outtray", "⚠️  cannot open {}: {error}", folder.display());
            }
        }
    })?;
    Ok(())
}

#[cfg(all(not(any(windows, target_os = "macos")), not(feature = "desktop")))]
fn reveal(opener: &Opener, _: &Path, folder: &Path) -> io::Result<()> {
    opener.open(folder.as_os_str())
}

#[cfg(all(not(any(windows, target_os = "macos")), feature = "desktop"))]
fn file_uri(file: &Path) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'_').remove(b'-').remove(b'~');
    format!("file://{}", percent_encode(file.as_os_str().as_encoded_bytes(), KEPT))
}

/// Starts a program of ours that is to live on by itself.
pub fn start_program(program: &Path, arguments: &[&str]) -> io::Result<()> {
    let mut command = Command::new(program);
    command.args(arguments);
    start(command)
}

/// The same in a terminal window that stays when the program has ended; only where the system opens such windows.
pub fn start_in_terminal(program: &Path, argument: &str) -> io::Result<()> {
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        const CREATE_NEW_CONSOLE: u32 = 0x10;
        let root = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
        let mut line = OsString::from("/d /k \"\"");
        line.push(program);
        line.push(format!("\" {argument}\""));
        let mut command = Command::new(Path::new(&root).join(r"System32\cmd.exe"));
        command.raw_arg(line).creation_flags(CREATE_NEW_CONSOLE).spawn().map(drop)
    }
    #[cfg(not(windows))]
    {
        let _ = (program, argument);
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Whether [`start_in_terminal`] can do anything.
pub fn has_terminal_windows() -> bool {
    cfg!(windows)
}

fn start_stranger(mut command: Command) -> io::Result<()> {
    for name in WITHHELD {
        command.env_remove(name);
    }
    start(command)
}

fn start(mut command: Command) -> io::Result<()> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
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
            assert!(Opener::default().open(OsStr::new(target)).is_err(), "{target}");
            assert!(Opener::default().reveal(Path::new(target)).is_err(), "{target}");
        }
        let here = std::env::current_dir().expect("there is one");
        assert!(may_be_opened(here.as_os_str()));
        assert!(may_be_opened(OsStr::new("https://example.org/help")));
        assert_eq!(Opener::new(Some("".into())), Opener::default());
    }

    #[cfg(all(unix, not(target_os = "macos"), feature = "desktop"))]
    #[test]
    fn a_file_manager_gets_an_address_of_the_file() {
        assert_eq!(file_uri(Path::new("/a b/50%/ü.json")), "file:///a%20b/50%25/%C3%BC.json");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_shows_files_does_not_get_our_secrets() {
        let place = tempfile::tempdir().expect("a folder");
        let told = place.path().join("told");
        assert!(Command::new("mkfifo").arg(&told).status().expect("mkfifo runs").success());
        let mut command = Command::new("sh");
        command.args(["-c", "env > \"$0\""]).arg(&told);
        command.envs(WITHHELD.map(|name| (name, "otk_one")));
        start_stranger(command).expect("started");
        let told = std::fs::read_to_string(&told).expect("told");
        assert!(told.contains("PATH=") && !told.contains("otk_one"), "{told}");
    }

    #[cfg(unix)]
    #[test]
    fn a_stand_in_is_told_what_to_open() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().expect("a folder");
        let (stub, told) = (place.path().join("stub"), place.path().join("told"));
        let made = std::process::Command::new("mkfifo").arg(&told).status().expect("mkfifo runs");
        assert!(made.success());
        std::fs::write(&stub, format!("#!/bin/sh\necho \"$@\" > '{}'\n", told.display())).expect("written");
        std::fs::set_permissions(&stub, std::fs::Permissions::from_mode(0o755)).expect("executable");
        let opener = Opener::new(Some(stub.into()));
        opener.open(OsStr::new("/tmp/a b")).expect("started");
        assert_eq!(std::fs::read_to_string(&told).expect("told"), "/tmp/a b\n");
        opener.reveal(Path::new("/tmp/x.json")).expect("started");
        assert_eq!(std::fs::read_to_string(&told).expect("told"), "--reveal /tmp/x.json\n");
    }
}
