//! `outtray setup --preset` and `--machine`: what an installer was told, before anybody has opened OutTray.
//!
//! In: some of the values. Out: they stand in the user's or in the machine-wide file, and nothing else has changed there;
//! nothing is asked, and no folder is made but that of the file. Not here: the text (`config::edit`), questions (`setup`).

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::failure::{Exit, Failure, of_problems};
use super::output::{Output, style};
use super::setup::SetupArgs;
use crate::config::{Problems, Sources, edit};
use crate::host::Home;
use crate::paths::Paths;
use crate::platform::places;

#[derive(Debug, Args)]
pub struct InstallerArgs {
    /// For installers: write only what is given, ask nothing; the rest is asked for later
    #[arg(long, conflicts_with_all = ["import", "export"])]
    pub preset: bool,
    /// The same in the file of everybody on this computer
    #[arg(long, conflicts_with_all = ["import", "export", "preset"])]
    pub machine: bool,
    /// Keys that the users of this computer cannot change, such as api_url,watch_dir
    #[arg(long, value_name = "KEYS", requires = "machine")]
    pub locked: Option<String>,
}

pub fn run(home: &Home, out: Output, args: &SetupArgs) -> Result<Exit, Failure> {
    let given = [
        ("api_url", &args.api_url),
        ("device_id", &args.device_id),
        ("watch_dir", &args.watch_dir),
        ("managed.locked", &args.installer.locked),
    ];
    // Installers name every parameter, given or not. A blank behind a folder keeps its last backslash from a quote.
    let said = given.iter().filter_map(|(key, value)| Some((*key, value.as_deref()?.trim())));
    let values: Vec<_> = said.filter(|(_, value)| !value.is_empty()).collect();
    if values.is_empty() {
        let hint = "Give --api-url, --device-id or --watch-dir; with --machine also --locked.";
        return Err(Failure::new(Exit::Usage, "setup.incomplete", "there is nothing to write").hint(hint));
    }
    let file = write(&home.paths, &values, args.installer.machine)?;
    out.answer(&json!({"ok": true, "config": file}), || {
        format!(
            "{} Settings are in {}; whatever is still missing is asked for later.",
            style::green("✓"),
            file.display()
        )
    })?;
    Ok(Exit::Done)
}

/// Answers the file.
fn write(paths: &Paths, values: &[(&str, &str)], for_everybody: bool) -> Result<PathBuf, Failure> {
    let mut paths = paths.clone();
    if for_everybody {
        paths.config = paths.machine_config.clone();
    }
    let put = || -> Result<(), Problems> {
        let sources = Sources::read_what_is_there(&paths, &|_| None)?;
        let text = edit::preset(&sources, values)?;
        if for_everybody {
            edit::write_for_everybody(&paths.config, &text)
        } else {
            edit::write_atomically(&paths.config, &text)
        }
    };
    let folder = paths.config.parent().filter(|folder| !folder.exists()).unwrap_or(Path::new(""));
    if for_everybody && !folder.as_os_str().is_empty() {
        places::create_shared_folder(folder)
            .map_err(|error| Failure::io(format_args!("cannot make the folder {}", folder.display()), &error))?;
    }
    put().map_err(|problems| of_problems(&problems))?;
    Ok(paths.config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(place: &Path) -> Paths {
        Paths {
            config: place.join("me/config.toml"),
            machine_config: place.join("etc/config.toml"),
            state_dir: place.join("state"),
            log_dir: place.join("logs"),
            named: false,
        }
    }

    #[test]
    fn both_files_together_are_whole() {
        let place = tempfile::tempdir().unwrap();
        let paths = paths(place.path());
        let of_all = [("api_url", "https://api.example/new"), ("watch_dir", "~/out"), ("managed.locked", "api_url")];
        assert_eq!(write(&paths, &of_all, true).unwrap(), paths.machine_config);
        assert!(!paths.config.exists());
        write(&paths, &[("device_id", "desk-7")], false).unwrap();
        let loaded = Sources::read(&paths, &|_| None).unwrap().check().unwrap();
        assert_eq!(loaded.config.device_id.as_str(), "desk-7");
        assert_eq!(loaded.config.managed.locked, ["api_url"]);
        assert_eq!(loaded.value("watch_dir").as_deref(), Some("~/out"));
        let other = [("api_url", "https://other.example/new")];
        assert_eq!(write(&paths, &other, false).unwrap_err().kind, "config.managed");
    }

    #[cfg(unix)]
    #[test]
    fn the_file_of_everybody_can_be_read_by_everybody_and_that_of_one_by_one() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::tempdir().unwrap();
        let paths = paths(place.path());
        for for_everybody in [true, false, true] {
            write(&paths, &[("watch_dir", "/data")], for_everybody).unwrap();
        }
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&paths.machine_config), mode(paths.machine_config.parent().unwrap())), (0o644, 0o755));
        assert_eq!((mode(&paths.config), mode(paths.config.parent().unwrap())), (0o600, 0o700));
    }
}
