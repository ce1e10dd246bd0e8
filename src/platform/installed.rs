//! Traces that installers leave, so that a copy of OutTray can tell how it came here.
//!
//! In: the program's folder. Out: the word of a package, places of receipts. Not here: what follows from them
//! (`update::installed`).

use std::path::{Path, PathBuf};

/// Our packages for Linux hold this file; its text is `deb` or `rpm`.
#[cfg(not(any(windows, target_os = "macos")))]
const MARKER: &str = "/usr/share/outtray/installed-by";

/// What the package says that put the programs into this folder.
#[cfg(not(any(windows, target_os = "macos")))]
pub fn marker(folder: &Path) -> Option<String> {
    if folder != Path::new("/usr/bin") {
        return None;
    }
    Some(std::fs::read_to_string(MARKER).ok()?.trim().to_owned())
}

/// Nothing but the place tells on macOS.
#[cfg(target_os = "macos")]
pub fn marker(_: &Path) -> Option<String> {
    None
}

/// What the setup (for one user) or the msi (for all) wrote into the registry, if it is about this folder.
#[cfg(windows)]
pub fn marker(folder: &Path) -> Option<String> {
    use windows_registry::{CURRENT_USER, LOCAL_MACHINE};

    [CURRENT_USER, LOCAL_MACHINE].into_iter().find_map(|root| {
        let key = root.open(r"Software\OutTray").ok()?;
        let place = PathBuf::from(key.get_string("InstallDir").ok()?);
        let is_this = place == folder || place.canonicalize().ok()? == folder.canonicalize().ok()?;
        if is_this { key.get_string("InstalledBy").ok() } else { None }
    })
}

/// Whether Homebrew has put a cask of OutTray here.
pub fn has_cask() -> bool {
    cfg!(target_os = "macos")
        && ["/opt/homebrew/Caskroom/outtray", "/usr/local/Caskroom/outtray"].iter().any(|path| Path::new(path).is_dir())
}

/// Where the script installers of a release write what they did.
pub fn receipts() -> Vec<PathBuf> {
    const FILE: &str = "outtray/outtray-receipt.json";
    let set = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let own = if cfg!(windows) {
        set("LOCALAPPDATA")
    } else {
        directories::BaseDirs::new().map(|base| base.home_dir().join(".config"))
    };
    // One that moves its settings elsewhere finds nothing at the usual place, as the installer does.
    set("XDG_CONFIG_HOME").or(own).into_iter().map(|folder| folder.join(FILE)).collect()
}
