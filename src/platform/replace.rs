//! Replacing a file whole or not at all, readable by its owner alone unless everybody is meant.
//!
//! In: a path and the new bytes. Out: after a crash at any moment the old or the new file, never a part.
//! Not here: whether it may be replaced (`config::edit`).

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::places;

/// As [`replace_file`], but a crash of the whole computer may leave an empty file: for what is written anew anyway.
pub fn replace_lightly(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_beside(path, bytes, false, false).map(|_| ())
}

/// Writes beside the file, makes that durable, and renames it over the old one. A missing folder is made.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = write_beside(path, bytes, true, false)?;
    places::sync_folder(&folder)
}

/// As [`replace_file`], readable by every user of this computer.
pub fn replace_shared(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = write_beside(path, bytes, true, true)?;
    places::sync_folder(&folder)
}

/// Answers the folder of the file.
fn write_beside(path: &Path, bytes: &[u8], durable: bool, shared: bool) -> io::Result<PathBuf> {
    // Somebody may keep the real file elsewhere, behind a link: the link stays.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.into());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.exists() {
        places::create_private_folder(folder)?;
    }
    let mut name = OsString::from(".");
    name.push(target.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    name.push(format!(".{}-{:08x}.new", std::process::id(), fastrand::u32(..)));
    let part = Part(folder.join(name));
    let mut file = places::create_private_file(&part.0)?;
    file.write_all(bytes)?;
    if shared {
        places::share_file(&file)?;
    }
    if durable {
        file.sync_all()?;
    }
    drop(file);
    fs::rename(&part.0, &target)?;
    Ok(folder.to_owned())
}

/// These paths, and those of the real files behind them: a file behind a link changes where it is.
pub fn with_real(mut files: Vec<PathBuf>) -> Vec<PathBuf> {
    let real: Vec<_> = files.iter().filter_map(|file| fs::canonicalize(file).ok()).collect();
    files.extend(real);
    files
}

/// A half-written file, which does not outlive its purpose.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // After the rename there is nothing of this name.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_file_is_private_and_a_link_stays_a_link() {
        let place = tempfile::tempdir().expect("a folder");
        let (real, link) = (place.path().join("real.toml"), place.path().join("config.toml"));
        fs::write(&real, "old").expect("written");
        fs::set_permissions(&real, fs::Permissions::from_mode(0o644)).expect("opened");
        std::os::unix::fs::symlink(&real, &link).expect("linked");
        replace_file(&link, b"new").expect("replaced");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read(&real).expect("there"), b"new");
        assert_eq!(fs::metadata(&real).expect("there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn readers_never_meet_a_part() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("status.json");
        let text = |of: char| String::from(of).repeat(1 << 20);
        replace_lightly(&path, text('a').as_bytes()).expect("written");
        let open = fs::File::open(&path).expect("there");
        replace_lightly(&path, text('b').as_bytes()).expect("replaced");
        assert_eq!(io::read_to_string(open).expect("whole"), text('a'), "written over under a reader");
        assert_eq!(fs::read_to_string(&path).expect("there"), text('b'));
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_behind_a_link_is_found_where_it_is() {
        let place = tempfile::tempdir().expect("a folder");
        let top = fs::canonicalize(place.path()).expect("a folder");
        fs::create_dir(top.join("dotfiles")).expect("made");
        fs::write(top.join("dotfiles/outtray.toml"), "").expect("written");
        std::os::unix::fs::symlink("dotfiles/outtray.toml", top.join("config.toml")).expect("linked");
        let (link, missing) = (top.join("config.toml"), top.join("missing.toml"));
        let files = with_real(vec![link.clone(), missing.clone()]);
        assert_eq!(files, [link, missing, top.join("dotfiles/outtray.toml")]);
    }

    #[test]
    fn a_failure_leaves_nothing_behind() {
        let place = tempfile::tempdir().expect("a folder");
        let taken = place.path().join("taken");
        fs::create_dir(&taken).expect("a folder where the file should be");
        assert!(replace_file(&taken, b"new").is_err());
        assert_eq!(fs::read_dir(place.path()).expect("listed").count(), 1);
    }
}
