//! Taking the programs out of a release's archive, and seeing that they run.
//!
//! In: an archive whose every byte is known to be right. Out: the programs in a folder, ready to be renamed. Nothing else
//! is taken out, and no path of the archive is followed: only the last part of a name counts.
//! Not here: putting them in place (`swap`).

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use flate2::read::GzDecoder;
use semver::Version;

use super::UpdateError;
use crate::platform::places;

/// No program of ours is nearly as large, in bytes.
const PROGRAM_MAX: u64 = 512 * 1024 * 1024;
/// A computer that is busy, or looks through every new program, takes its time.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the archive for the system of this build is called.
pub(super) fn archive_name() -> String {
    let ending = if target().contains("windows") { "zip" } else { "tar.gz" };
    format!("outtray-{}.{ending}", target())
}

pub(super) fn target() -> &'static str {
    env!("OUTTRAY_TARGET")
}

/// Takes these programs out of it, all of them or none.
pub(super) fn unpack(archive: &Path, names: &[String], to: &Path) -> Result<(), UpdateError> {
    let name = archive.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bad = |reason: String| UpdateError::Archive { name: name.clone(), reason };
    let is_zip = archive.extension().is_some_and(|ending| ending == "zip");
    let taken = if is_zip { from_zip(archive, names, to) } else { from_tar(archive, names, to) };
    let taken = taken.map_err(|error| bad(error.to_string()))?;
    match names.iter().find(|wanted| !taken.contains(wanted)) {
        Some(missing) => Err(bad(format!("it does not hold {missing}"))),
        None => Ok(()),
    }
}

fn from_tar(archive: &Path, names: &[String], to: &Path) -> io::Result<Vec<String>> {
    let mut taken = Vec::new();
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(archive)?));
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let wanted = entry.header().entry_type().is_file().then(|| wanted(&path, names, &taken)).flatten();
        if let Some(name) = wanted {
            write_program(&mut entry, &to.join(&name))?;
            taken.push(name);
        }
    }
    Ok(taken)
}

fn from_zip(archive: &Path, names: &[String], to: &Path) -> io::Result<Vec<String>> {
    let mut taken = Vec::new();
    let mut archive = zip::ZipArchive::new(File::open(archive)?)?;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at)?;
        let path = entry.name()?.into_owned();
        let wanted = entry.is_file().then(|| wanted(Path::new(&path), names, &taken)).flatten();
        if let Some(name) = wanted {
            write_program(&mut entry, &to.join(&name))?;
            taken.push(name);
        }
    }
    Ok(taken)
}

/// The program that this is; at the top of the archive or in its one folder.
fn wanted(path: &Path, names: &[String], taken: &[String]) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let is_near = path.components().count() <= 2;
    names.iter().find(|known| is_near && *known == name && !taken.contains(known)).cloned()
}

fn write_program(from: &mut impl Read, to: &Path) -> io::Result<()> {
    let mut file = places::create_private_file(to)?;
    let copied = io::copy(&mut from.take(PROGRAM_MAX), &mut file)?;
    if copied == PROGRAM_MAX {
        return Err(io::Error::other("a program is larger than it may be"));
    }
    places::make_program(&file)?;
    file.sync_all()
}

/// Asks the new program for its version: one that does not start here, or is another than was said, stays outside.
pub(super) async fn prove(program: &Path, version: &Version) -> Result<(), UpdateError> {
    let bad = |reason: String| UpdateError::DoesNotRun { reason };
    let path = program.to_owned();
    let asked = tokio::task::spawn_blocking(move || ask(&path));
    let said = match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(said)) => said.map_err(|error| bad(error.to_string()))?,
        Ok(Err(_)) | Err(_) => return Err(bad("it does not answer".into())),
    };
    if said.trim() == format!("outtray {version}") {
        return Ok(());
    }
    let said: String = said.trim().chars().filter(|c| !c.is_control()).take(60).collect();
    Err(bad(format!("asked for its version, it says {said:?}")))
}

fn ask(program: &Path) -> io::Result<String> {
    for again in 0.. {
        let asked = Command::new(program).arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output();
        match asked {
            // A process that another thread starts at this moment holds the new file open for a blink.
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && again < 50 => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(error),
            Ok(output) if output.status.success() => return Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            Ok(output) => return Err(io::Error::other(format!("it ended with {}", output.status))),
        }
    }
    unreachable!("every way out of the loop returns")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_programs_near_the_top_are_taken() {
        let names = ["outtray".to_owned(), "outtray-desktop".to_owned()];
        let wanted = |path: &str, taken: &[String]| wanted(Path::new(path), &names, taken);
        assert_eq!(wanted("outtray-x86_64/outtray", &[]).as_deref(), Some("outtray"));
        assert_eq!(wanted("outtray-desktop", &[]).as_deref(), Some("outtray-desktop"));
        for path in ["outtray-x86_64/README.md", "a/b/outtray", "../outtray/x", "outtray-x86_64/outtray/"] {
            let found = wanted(path, &[]);
            assert!(found.is_none() || path.ends_with('/'), "{path}: {found:?}");
        }
        assert_eq!(wanted("a/outtray", &["outtray".into()]), None, "the first of a name counts");
    }

    #[cfg(unix)]
    #[test]
    fn an_archive_without_a_program_gives_none() {
        let place = tempfile::tempdir().expect("a folder");
        let archive = place.path().join("x.tar.gz");
        std::fs::write(&archive, "no archive").expect("written");
        let unpacked = unpack(&archive, &["outtray".into()], place.path());
        assert!(matches!(unpacked, Err(UpdateError::Archive { .. })), "{unpacked:?}");
    }
}
