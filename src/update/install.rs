//! Bringing a newer version here: fetch, take out, try, put in place.
//!
//! In: a signed release, and where this copy is. Out: both programs are the newer ones, and the receipt of the script
//! installer says so; or nothing has changed and an error says why. One update at a time for each folder.
//! Not here: whether there is one (`channel`), starting the programs again (`cli::update`, `tray`).

use std::path::{Path, PathBuf};

use semver::Version;
use serde_json::Value;

use super::channel::{Channel, Found};
use super::swap::Staging;
use super::{UpdateError, package};
use crate::platform::dir::Dir;
use crate::platform::lock::{FolderLock, Taken};
use crate::platform::{open, places, replace};

/// Where this copy is, and where it may put down what it fetches.
#[derive(Debug, Clone)]
pub struct Place {
    /// Of the programs.
    pub folder: PathBuf,
    /// Of the script installer.
    pub receipt: PathBuf,
    pub state_dir: PathBuf,
}

/// Replaces both programs. The ones that run go on as they are until they are started again.
pub async fn install(channel: &Channel, found: &Found, place: &Place) -> Result<(), UpdateError> {
    let name = package::archive_name();
    let file = found.release.file(&name).ok_or(UpdateError::NoFile { target: package::target() })?;
    let _lock = only_one(&place.folder)?;
    let archive = downloads(&place.state_dir)?.join(&name);
    channel.fetch(found, file, &archive).await?;
    let version = &found.release.version;
    let staging = Staging::begin(&place.folder).map_err(UpdateError::files(in_folder(&place.folder)))?;
    let prepared = prepare(&staging, &archive, version).await;
    _ = std::fs::remove_file(&archive); // a later download would take its place
    if let Err(error) = prepared {
        staging.discard();
        return Err(error);
    }
    staging.put_in_place(version).map_err(UpdateError::files("the programs cannot be replaced"))?;
    write_receipt(&place.receipt, version);
    tracing::info!(target: "outtray", "updated to {version}");
    Ok(())
}

/// The new programs lie ready, and the one of them that can be asked has said the right version.
async fn prepare(staging: &Staging, archive: &Path, version: &Version) -> Result<(), UpdateError> {
    let (new, names) = (staging.new_programs(), staging.names());
    package::unpack(archive, &names, &new)?;
    match names.iter().find(|name| !name.contains("desktop")) {
        Some(console) => package::prove(&new.join(console), version).await,
        None => Ok(()),
    }
}

/// Starts the setup of the newer version, which closes the desktop program, replaces both, and starts it again.
pub async fn start_setup(channel: &Channel, found: &Found, state_dir: &Path) -> Result<(), UpdateError> {
    let name = format!("OutTray-{}-setup.exe", found.release.version);
    let file = found.release.file(&name).ok_or(UpdateError::NoFile { target: package::target() })?;
    let setup = downloads(state_dir)?.join(&name);
    channel.fetch(found, file, &setup).await?;
    open::start_program(&setup, &["/S"]).map_err(UpdateError::files("the setup cannot be started"))
}

/// Made anew, so that nothing of an earlier try is left.
fn downloads(state_dir: &Path) -> Result<PathBuf, UpdateError> {
    let folder = state_dir.join("update");
    _ = std::fs::remove_dir_all(&folder);
    places::create_private_folder(&folder).map_err(UpdateError::files(in_folder(&folder)))?;
    Ok(folder)
}

/// Held until dropped.
pub(super) fn only_one(folder: &Path) -> Result<Option<FolderLock>, UpdateError> {
    let taken = Dir::open(folder).and_then(|folder| FolderLock::take(&folder));
    match taken {
        Ok(Taken::Ours(lock)) => Ok(Some(lock)),
        Ok(Taken::Theirs { holder }) => Err(UpdateError::Busy { holder }),
        // Some file systems have no locks; a second update at the same moment is not likely enough to refuse the first.
        Err(error) => {
            tracing::debug!(target: "outtray", "no lock in {}: {error}", folder.display());
            Ok(None)
        }
    }
}

fn in_folder(folder: &Path) -> String {
    format!("writing into {}", folder.display())
}

/// The script installer of a later version reads it. That it cannot be written is no reason to undo anything.
fn write_receipt(file: &Path, version: &Version) {
    let written = std::fs::read(file).and_then(|text| {
        let mut receipt: Value = serde_json::from_slice(&text)?;
        receipt["version"] = Value::String(version.to_string());
        replace::replace_file(file, receipt.to_string().as_bytes())
    });
    if let Err(error) = written {
        tracing::warn!(target: "outtray", "{} still names the old version: {error}", file.display());
    }
}
