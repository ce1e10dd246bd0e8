//! Where OutTray's own files lie: settings, state, logs.
//!
//! In: `--config`, the environment, the executable's folder, the user's folders. Out: [`Paths`].
//! Not here: what stands in the files (`config`), where each system keeps such things (`platform::places`).
//!
//! The first of these that applies decides:
//!
//! | what | settings | state and logs |
//! |---|---|---|
//! | `--config FILE` | FILE | `OUTTRAY_HOME`, else the user's folders |
//! | `OUTTRAY_CONFIG` | that file | likewise |
//! | `OUTTRAY_HOME` | `config.toml` in it | `state` and `logs` in it |
//! | `config.toml` beside the executable | that file | beside it when this user may write there, else the user's folders |
//! | nothing of these | the user's config folder | the user's folders |
//!
//! A folder beside the executable that cannot be written to belongs to an installation, not to a memory stick: the
//! settings there still count, but what is remembered about uploads is each user's own.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::platform::places::{self, UserFolders};

/// The name of the settings file in every place.
const FILE: &str = "config.toml";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The user's settings; absolute; the file may not exist.
    pub config: PathBuf,
    /// Lies under the user's file; may not exist.
    pub machine_config: PathBuf,
    /// Ledger, lock, socket, `status.json`.
    pub state_dir: PathBuf,
    pub log_dir: PathBuf,
    /// Somebody named the settings file, so that nothing else can stand in for it when it is missing.
    pub named: bool,
}

/// What the search depends on, as values.
pub struct Surroundings<'a> {
    pub env: &'a dyn Fn(&str) -> Option<OsString>,
    pub current_dir: &'a Path,
    pub exe_dir: Option<&'a Path>,
    /// None when the system knows no home for this user.
    pub user: Option<UserFolders>,
    pub machine_config: PathBuf,
    pub exists: &'a dyn Fn(&Path) -> bool,
    pub is_writable: &'a dyn Fn(&Path) -> bool,
}

impl Paths {
    /// All in one folder, for tests.
    #[cfg(test)]
    pub fn below(folder: &Path) -> Self {
        Self {
            config: folder.join(FILE),
            machine_config: folder.join("machine.toml"),
            state_dir: folder.join("state"),
            log_dir: folder.join("logs"),
            named: false,
        }
    }

    pub fn of_this_process(flag: Option<&Path>) -> Self {
        let exe = std::env::current_exe().ok();
        Self::find(
            flag,
            &Surroundings {
                env: &|name| std::env::var_os(name),
                current_dir: &std::env::current_dir().unwrap_or_else(|_| std::env::temp_dir()),
                exe_dir: exe.as_deref().and_then(Path::parent),
                user: places::user_folders(),
                machine_config: places::machine_config(),
                exists: &|path| path.is_file(),
                is_writable: &places::is_writable,
            },
        )
    }

    pub fn find(flag: Option<&Path>, around: &Surroundings) -> Self {
        let absolute = |path: PathBuf| around.current_dir.join(path);
        let set = |name| (around.env)(name).filter(|value| !value.is_empty()).map(PathBuf::from).map(absolute);
        let named = flag.map(|path| absolute(path.into())).or_else(|| set("OUTTRAY_CONFIG"));
        let home = set("OUTTRAY_HOME");
        let beside = around.exe_dir.filter(|folder| (around.exists)(&folder.join(FILE)));

        // Without any home, the executable's folder is the best that is left.
        let last_resort = || in_folder(around.exe_dir.unwrap_or(around.current_dir));
        let users = around.user.clone().unwrap_or_else(last_resort);
        let portable = beside.filter(|folder| named.is_none() && (around.is_writable)(folder));
        let folders = home.as_deref().or(portable).map_or_else(|| users.clone(), in_folder);

        let found = home.as_deref().or(beside).unwrap_or(&users.config);
        Self {
            named: named.is_some(),
            config: named.unwrap_or_else(|| found.join(FILE)),
            machine_config: around.machine_config.clone(),
            state_dir: folders.state,
            log_dir: folders.logs,
        }
    }

    /// Makes the folders for state and logs, closed to other users.
    pub fn create_dirs(&self) -> io::Result<()> {
        places::create_private_folder(&self.state_dir)?;
        places::create_private_folder(&self.log_dir)
    }
}

/// Everything under one folder.
fn in_folder(folder: &Path) -> UserFolders {
    UserFolders { config: folder.into(), state: folder.join("state"), logs: folder.join("logs") }
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").field("exe_dir", &self.exe_dir).field("user", &self.user).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A search in which the named files exist and `/opt/app` holds the executable.
    fn find(flag: Option<&str>, env: &[(&str, &str)], files: &[&str], writable: bool) -> Paths {
        Paths::find(
            flag.map(Path::new),
            &Surroundings {
                env: &|name| env.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()),
                current_dir: Path::new("/work"),
                exe_dir: Some(Path::new("/opt/app")),
                user: Some(UserFolders {
                    config: "/home/me/conf".into(),
                    state: "/home/me/state".into(),
                    logs: "/home/me/logs".into(),
                }),
                machine_config: "/etc/outtray/config.toml".into(),
                exists: &|path| files.iter().any(|file| path == Path::new(file)),
                is_writable: &|_| writable,
            },
        )
    }

    /// Settings, state, logs.
    fn three(paths: &Paths) -> [&Path; 3] {
        [&paths.config, &paths.state_dir, &paths.log_dir]
    }

    const BESIDE: &[&str] = &["/opt/app/config.toml"];

    #[test]
    fn a_named_file_comes_first() {
        let env = [("OUTTRAY_CONFIG", "/c/env.toml"), ("OUTTRAY_HOME", "/h")];
        let paths = find(Some("mine.toml"), &env, BESIDE, true);
        assert_eq!(three(&paths), ["/work/mine.toml", "/h/state", "/h/logs"].map(Path::new));
        assert!(paths.named);
        assert_eq!(three(&find(None, &env, BESIDE, true)), ["/c/env.toml", "/h/state", "/h/logs"].map(Path::new));
        let paths = find(Some("/x.toml"), &[], BESIDE, true);
        assert_eq!(three(&paths), ["/x.toml", "/home/me/state", "/home/me/logs"].map(Path::new));
    }

    #[test]
    fn a_home_holds_everything() {
        let paths = find(None, &[("OUTTRAY_HOME", "h")], BESIDE, true);
        assert_eq!(three(&paths), ["/work/h/config.toml", "/work/h/state", "/work/h/logs"].map(Path::new));
        assert!(!paths.named);
    }

    #[test]
    fn a_file_beside_the_executable_makes_it_portable() {
        let paths = find(None, &[("OUTTRAY_HOME", "")], BESIDE, true);
        assert_eq!(three(&paths), ["/opt/app/config.toml", "/opt/app/state", "/opt/app/logs"].map(Path::new));
        let paths = find(None, &[], BESIDE, false);
        assert_eq!(three(&paths), ["/opt/app/config.toml", "/home/me/state", "/home/me/logs"].map(Path::new));
    }

    #[test]
    fn else_the_users_folders() {
        let paths = find(None, &[], &[], true);
        assert_eq!(three(&paths), ["/home/me/conf/config.toml", "/home/me/state", "/home/me/logs"].map(Path::new));
        assert_eq!(paths.machine_config, Path::new("/etc/outtray/config.toml"));
    }
}
