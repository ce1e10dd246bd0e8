//! XDG autostart: a desktop file in the user's `autostart` folder, over one that is there for everybody.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::{Entry, entry, invalid};
use crate::platform::identity::APP_ID;
use crate::platform::replace::replace_file;

#[derive(Debug, Clone)]
pub(super) struct Place {
    config_home: PathBuf,
    /// `XDG_CONFIG_DIRS`: the first that has an entry counts.
    config_dirs: Vec<PathBuf>,
}

impl Place {
    pub(super) fn of_this_user() -> io::Result<Self> {
        let base = directories::BaseDirs::new().ok_or(ErrorKind::NotFound)?;
        let dirs = std::env::var_os("XDG_CONFIG_DIRS").filter(|dirs| !dirs.is_empty());
        let dirs = dirs.unwrap_or_else(|| "/etc/xdg".into());
        let config_dirs = std::env::split_paths(&dirs).filter(|dir| dir.is_absolute()).collect();
        Ok(Self { config_home: base.config_dir().into(), config_dirs })
    }

    fn file(&self) -> PathBuf {
        in_folder(&self.config_home)
    }

    pub(super) fn read(&self) -> io::Result<Entry> {
        match text_of(&self.file())? {
            Some(text) => Ok(entry::read(&text)),
            None => self.read_everybodys(),
        }
    }

    fn read_everybodys(&self) -> io::Result<Entry> {
        for dir in &self.config_dirs {
            if let Some(text) = text_of(&in_folder(dir))? {
                return Ok(entry::read(&text));
            }
        }
        Ok(Entry::None)
    }

    pub(super) fn write(&self, program: &Path) -> io::Result<()> {
        let text = entry::that_starts(program)
            .ok_or_else(|| invalid("the path of the program has a sign that an autostart entry cannot hold"))?;
        replace_file(&self.file(), text.as_bytes())
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        if self.read_everybodys()? != Entry::None {
            return replace_file(&self.file(), entry::that_hides().as_bytes());
        }
        match std::fs::remove_file(self.file()) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }
}

fn in_folder(folder: &Path) -> PathBuf {
    folder.join("autostart").join(format!("{APP_ID}.desktop"))
}

/// A file that is not text cannot start anything either; it is shown as one that cannot be read.
fn text_of(file: &Path) -> io::Result<Option<String>> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::*;
    use crate::platform::autostart::{Autostart, Status};

    fn autostart(place: &Path) -> Autostart {
        Autostart { place: Place { config_home: place.join("home"), config_dirs: vec![place.join("etc")] } }
    }

    /// A program of that path, so that the system finds one.
    fn program(path: PathBuf) -> PathBuf {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn goes_on_and_off() {
        let place = tempfile::tempdir().unwrap();
        let (autostart, program) = (autostart(place.path()), program(place.path().join("bin/x")));
        assert_eq!(autostart.status(&program).unwrap(), Status::Off);
        assert_eq!(autostart.set(false, &program).unwrap(), Status::Off);
        assert_eq!(autostart.set(true, &program).unwrap(), Status::On);
        let other = Path::new("/opt/other");
        assert_eq!(autostart.status(other).unwrap(), Status::OnElsewhere { path: program.clone() });
        assert_eq!(autostart.set(false, &program).unwrap(), Status::Off);
        assert!(!in_folder(&place.path().join("home")).exists(), "nothing is left behind");
        assert!(autostart.set(true, Path::new("x")).is_err());
    }

    #[test]
    fn hides_an_entry_that_is_there_for_everybody() {
        let place = tempfile::tempdir().unwrap();
        let (autostart, program) = (autostart(place.path()), program(place.path().join("bin/x")));
        let everybodys = in_folder(&place.path().join("etc"));
        std::fs::create_dir_all(everybodys.parent().unwrap()).unwrap();
        std::fs::write(&everybodys, entry::that_starts(&program).unwrap()).unwrap();
        assert_eq!(autostart.status(&program).unwrap(), Status::On);
        assert_eq!(autostart.set(false, &program).unwrap(), Status::Off);
        assert_eq!(autostart.set(true, &program).unwrap(), Status::On);
        assert!(everybodys.exists());
    }

    #[test]
    fn mends_only_what_leads_nowhere_and_is_on() {
        let place = tempfile::tempdir().unwrap();
        let autostart = autostart(place.path());
        let [old, new] = ["old/x", "new/x"].map(|path| program(place.path().join(path)));
        assert!(!autostart.reassert(&new).unwrap(), "off stays off");
        autostart.set(true, &old).unwrap();
        assert!(!autostart.reassert(&new).unwrap(), "another copy that exists keeps its place");
        std::fs::remove_file(&old).unwrap();
        assert!(autostart.reassert(&new).unwrap());
        assert_eq!(autostart.status(&new).unwrap(), Status::On);
        // What a desktop's own settings switched off is nobody's to mend.
        let file = in_folder(&place.path().join("home"));
        let text = std::fs::read_to_string(&file).unwrap().replace("enabled=true", "enabled=false");
        std::fs::write(&file, text).unwrap();
        std::fs::remove_file(&new).unwrap();
        assert!(!autostart.reassert(&old).unwrap());
    }

    /// systemd starts the entries of many desktops; its generator tells what it makes of one.
    #[test]
    fn systemd_understands_the_entry() {
        let generator = Path::new("/usr/lib/systemd/user-generators/systemd-xdg-autostart-generator");
        if !generator.exists() {
            println!("skipped: systemd-xdg-autostart-generator is not installed");
            return;
        }
        // Left out: systemd 252 loses a backslash and keeps the one before `$`, which the format asks for.
        let names = ["plain", "my apps/out tray", "50% of it", "quote\"d", "gr\u{fc}n 会話", "a'b;c&d"];
        for name in names {
            let place = tempfile::tempdir().unwrap();
            let (autostart, program) = (autostart(place.path()), program(place.path().join("bin").join(name)));
            assert_eq!(autostart.set(true, &program).unwrap(), Status::On, "{name}");
            let service = format!("app-{APP_ID}@autostart.service");
            assert!(units(generator, place.path()).contains(&service), "{name}");
            let unit = std::fs::read_to_string(place.path().join("out").join(service)).unwrap();
            let starts = unit.lines().find(|line| line.starts_with("ExecStart=")).unwrap();
            // In a unit, `%` and the quotation mark are written so.
            assert!(starts.ends_with(" --background"), "{starts}");
            assert!(starts.contains(&name.replace('%', "%%").replace('"', "\\\"")), "{starts}");
            // Hidden, it must start nothing.
            std::fs::write(in_folder(&place.path().join("home")), entry::that_hides()).unwrap();
            assert_eq!(units(generator, place.path()), [""; 0], "{name}");
        }
    }

    fn units(generator: &Path, place: &Path) -> Vec<String> {
        let out = place.join("out");
        let _ = std::fs::remove_dir_all(&out);
        std::fs::create_dir_all(&out).unwrap();
        let made = Command::new(generator)
            .args([&out, &out, &out])
            .env("XDG_CONFIG_HOME", place.join("home"))
            .env("XDG_CONFIG_DIRS", place.join("etc"))
            .status()
            .unwrap();
        assert!(made.success());
        let files = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        files.filter(|name| name.ends_with(".service")).collect()
    }
}
