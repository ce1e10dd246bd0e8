//! Where each system keeps settings, state and logs, and how files are kept to their owner.
//!
//! In: nothing but the system. Out: paths, private files and folders.
//! Not here: which of the places is used (`paths`), what is written (`config::edit`).

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use directories::BaseDirs;

/// Whether paths may begin with a drive letter and are parted by backslashes.
pub const WINDOWS_PATHS: bool = cfg!(windows);

/// The folders of one user that belong to OutTray.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFolders {
    pub config: PathBuf,
    pub state: PathBuf,
    pub logs: PathBuf,
}

/// None when the system knows no home for this user.
pub fn user_folders() -> Option<UserFolders> {
    let base = BaseDirs::new()?;
    Some(if cfg!(windows) {
        // The ledger and logs speak of this computer alone: they do not roam.
        let local = base.data_local_dir().join("OutTray");
        UserFolders { config: base.config_dir().join("OutTray"), state: local.join("state"), logs: local.join("logs") }
    } else if cfg!(target_os = "macos") {
        let support = base.config_dir().join("OutTray");
        let logs = base.home_dir().join("Library/Logs/OutTray");
        UserFolders { state: support.join("state"), config: support, logs }
    } else {
        let state = base.state_dir().unwrap_or(base.data_local_dir()).join("outtray");
        UserFolders { config: base.config_dir().join("outtray"), logs: state.join("logs"), state }
    })
}

pub fn home() -> Option<PathBuf> {
    BaseDirs::new().map(|base| base.home_dir().to_owned())
}

/// Where this user's browser puts what it fetches; people look there first.
pub fn downloads() -> Option<PathBuf> {
    directories::UserDirs::new()?.download_dir().map(Path::to_owned)
}

/// The file that an administrator writes for everybody on this computer.
pub fn machine_config() -> PathBuf {
    if cfg!(windows) {
        let data = std::env::var_os("ProgramData").map_or_else(|| PathBuf::from(r"C:\ProgramData"), PathBuf::from);
        data.join("OutTray").join("config.toml")
    } else if cfg!(target_os = "macos") {
        PathBuf::from("/Library/Application Support/OutTray/config.toml")
    } else {
        PathBuf::from("/etc/outtray/config.toml")
    }
}

/// Whether this user may create files in that folder. Nothing is written to find out.
pub fn is_writable(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok()
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt;
        // Folders open only with this flag; write access to one means the right to add files.
        const FILE_FLAG_BACKUP_SEMANTICS: u32 = 0x0200_0000;
        OpenOptions::new().write(true).custom_flags(FILE_FLAG_BACKUP_SEMANTICS).open(folder).is_ok()
    }
}

/// Whether nobody but this user can read the file. On Windows the folder decides, which lies in the user's profile.
pub fn is_private(path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Ok(std::fs::metadata(path)?.permissions().mode().trailing_zeros() >= 6)
    }
    #[cfg(windows)]
    {
        std::fs::metadata(path).map(|_| true)
    }
}

/// Makes a folder, and those above it, for this user alone. A folder that exists is closed to others.
///
/// On Windows the folders lie in the user's profile and inherit its rights.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
        builder.mode(0o700).create(folder)?;
        let mode = std::fs::metadata(folder)?.permissions().mode() & 0o7777;
        if mode != 0o700 {
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
        }
        Ok(())
    }
    #[cfg(windows)]
    builder.create(folder)
}

/// Makes a folder whose files every user of this computer can read, and those above it. One that exists stays as it is.
///
/// On Windows a folder below `ProgramData` inherits that.
pub fn create_shared_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(())
}

/// Lets every user of this computer read the file. On Windows its folder decides.
pub fn share_file(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    #[cfg(windows)]
    let _ = file;
    Ok(())
}

/// Makes a new file that only this user may read; fails when the name is taken.
pub fn create_private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Lets the file be started, by those who may read the folder. On Windows its ending decides.
pub fn make_program(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    #[cfg(windows)]
    let _ = file;
    Ok(())
}

/// Makes the names in a folder durable. Windows has no such call; its journal does it.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    #[test]
    fn folders_and_files_are_private() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("a/b");
        create_private_folder(&folder).expect("made");
        assert_eq!((mode(&folder), mode(&place.path().join("a"))), (0o700, 0o700));

        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("opened");
        create_private_folder(&folder).expect("closed again");
        assert_eq!(mode(&folder), 0o700);

        let file = folder.join("x");
        create_private_file(&file).expect("made");
        assert_eq!(mode(&file), 0o600);
        assert_eq!(create_private_file(&file).expect_err("taken").kind(), io::ErrorKind::AlreadyExists);
        sync_folder(&folder).expect("synced");
    }
}
