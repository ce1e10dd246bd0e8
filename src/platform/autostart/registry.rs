//! The Run key: the user's own, under one that an administrator may have written for everybody.

use std::io;
use std::path::{Path, PathBuf};

use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Value};

use super::{Entry, command_line, invalid};

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";
const NAME: &str = "OutTray";

/// Windows cuts longer command lines off.
const LONGEST: usize = 260;

/// `ERROR_FILE_NOT_FOUND` as these calls tell it.
const MISSING: u32 = 0x8007_0002;

#[derive(Debug, Clone)]
pub(super) struct Place {
    run: String,
    approved: String,
}

impl Place {
    #[allow(clippy::unnecessary_wraps, reason = "other systems may know no home")]
    pub(super) fn of_this_user() -> io::Result<Self> {
        Ok(Self { run: RUN.into(), approved: APPROVED.into() })
    }

    pub(super) fn read(&self) -> io::Result<Entry> {
        for root in [CURRENT_USER, LOCAL_MACHINE] {
            let Some(line) = text_at(root, &self.run)? else { continue };
            let approval = value_at(root, &self.approved)?;
            if !approval.is_none_or(|bytes| command_line::is_approved(&bytes)) {
                return Ok(Entry::Blocked("it is switched off in Task Manager, Startup apps".into()));
            }
            return Ok(match command_line::program_of(&line) {
                Some(program) => Entry::Starts(program),
                None => Entry::Blocked("the Run entry of OutTray cannot be read".into()),
            });
        }
        Ok(Entry::None)
    }

    /// Task Manager's flag is left as it is: whoever set it there must unset it there.
    pub(super) fn write(&self, program: &Path) -> io::Result<()> {
        if everybodys(&self.run)?.is_some_and(|known| super::is_same(&known, program)) {
            return Ok(()); // a second entry would start it twice
        }
        let line = command_line::that_starts(program)
            .filter(|line| line.encode_utf16().count() <= LONGEST)
            .ok_or_else(|| invalid("the path of the program is too long for Windows to start it at login"))?;
        Ok(CURRENT_USER.create(&self.run)?.set_string(NAME, line)?)
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        if let Some(key) = found(CURRENT_USER.options().read().write().open(&self.run))? {
            found(key.remove_value(NAME))?;
        }
        if everybodys(&self.run)?.is_some() {
            let why = "an administrator starts OutTray for everybody on this computer";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
        Ok(())
    }
}

fn everybodys(run: &str) -> io::Result<Option<PathBuf>> {
    Ok(text_at(LOCAL_MACHINE, run)?.as_deref().and_then(command_line::program_of))
}

fn text_at(root: &Key, path: &str) -> io::Result<Option<String>> {
    let Some(key) = found(root.open(path))? else { return Ok(None) };
    Ok(found(key.get_string(NAME))?)
}

fn value_at(root: &Key, path: &str) -> io::Result<Option<Value>> {
    let Some(key) = found(root.open(path))? else { return Ok(None) };
    Ok(found(key.get_value(NAME))?)
}

/// That there is no such key or value is no error.
fn found<T>(result: windows_registry::Result<T>) -> windows_registry::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code().0.cast_unsigned() == MISSING => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::autostart::{Autostart, Status};

    /// Keys of this test's own, removed at its end.
    struct Keys(String);

    impl Drop for Keys {
        fn drop(&mut self) {
            let _ = CURRENT_USER.remove_tree(&self.0);
        }
    }

    #[test]
    fn goes_on_and_off_and_heeds_task_manager() {
        let keys = Keys(format!(r"Software\OutTray-test-{}", std::process::id()));
        let place = Place { run: format!(r"{}\Run", keys.0), approved: format!(r"{}\Approved", keys.0) };
        let autostart = Autostart { place: place.clone() };
        let program = Path::new(r"C:\Program Files\OutTray\outtray-desktop.exe");
        assert_eq!(autostart.status(program).unwrap(), Status::Off);
        assert_eq!(autostart.set(true, program).unwrap(), Status::On);
        let approved = CURRENT_USER.create(&place.approved).unwrap();
        approved.set_bytes(NAME, windows_registry::Type::Bytes, &[3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap();
        assert!(matches!(autostart.set(true, program).unwrap(), Status::Blocked(_)));
        approved.remove_value(NAME).unwrap();
        assert_eq!(autostart.set(false, program).unwrap(), Status::Off);
        assert_eq!(autostart.set(false, program).unwrap(), Status::Off);
    }
}
