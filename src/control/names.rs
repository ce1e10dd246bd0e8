//! Which file a person or program means: a path of any kind, or the bare name of a file in the watched folder.
//!
//! In: what was typed or asked, and the watched folder. Out: the name as the engine knows it, relative to the folder.
//! Not here: whether there is such a file (the engine knows).

use std::path::{Component, Path, PathBuf};

use crate::error::Explain;

/// The path leads to a place that nobody watches.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} is not in the watched folder {folder}")]
pub struct Outside {
    path: String,
    folder: String,
}

impl Explain for Outside {
    fn kind(&self) -> &'static str {
        "file.outside"
    }

    fn hint(&self) -> Option<String> {
        Some("OutTray looks after files of that folder alone; `outtray config show` tells its settings.".into())
    }
}

/// Symbolic links on the way are followed, but not that of the file itself.
pub fn in_folder(typed: &Path, current_dir: &Path, folder: &Path) -> Result<String, Outside> {
    let mut parts = typed.components();
    if let (Some(Component::Normal(name)), None) = (parts.next(), parts.next()) {
        return Ok(name.to_string_lossy().into_owned());
    }
    let path = current_dir.join(typed);
    let found = path.strip_prefix(folder).map(Path::to_owned).ok().or_else(|| real_inside(&path, folder));
    // A relative path that leads elsewhere may be meant from the watched folder on.
    let inside = found.or_else(|| typed.is_relative().then(|| typed.to_owned()));
    let is_plain = |inside: &PathBuf| inside.components().all(|part| matches!(part, Component::Normal(_)));
    match inside.filter(is_plain) {
        Some(inside) => Ok(inside.to_string_lossy().into_owned()),
        None => Err(Outside { path: crate::files::shown(typed.as_os_str()), folder: folder.display().to_string() }),
    }
}

fn real_inside(path: &Path, folder: &Path) -> Option<PathBuf> {
    let real = path.parent()?.canonicalize().ok()?.join(path.file_name()?);
    real.strip_prefix(folder.canonicalize().ok()?).map(Path::to_owned).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(typed: &str) -> Result<String, String> {
        in_folder(Path::new(typed), Path::new("/home/me"), Path::new("/home/me/memory"))
            .map_err(|outside| outside.kind().to_owned())
    }

    #[test]
    fn understands_names_and_paths() {
        assert_eq!(name("a.json"), Ok("a.json".into()));
        assert_eq!(name("/home/me/memory/a.json"), Ok("a.json".into()));
        assert_eq!(name("memory/a.json"), Ok("a.json".into()));
        assert_eq!(name("./memory/sub/a.json"), Ok("sub/a.json".into()));
        assert_eq!(name("sub/a.json"), Ok("sub/a.json".into()));
        assert_eq!(name("/etc/passwd"), Err("file.outside".into()));
        assert_eq!(name("../../etc/passwd"), Err("file.outside".into()));
    }

    #[cfg(unix)]
    #[test]
    fn follows_links_to_the_folder() {
        let place = tempfile::tempdir().unwrap();
        let real = place.path().join("real");
        std::fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, place.path().join("link")).unwrap();
        let through = |typed: &str, folder: &str| {
            in_folder(&place.path().join(typed), Path::new("/"), &place.path().join(folder)).unwrap()
        };
        assert_eq!(through("link/a.json", "real"), "a.json");
        assert_eq!(through("real/a.json", "link"), "a.json");
    }
}
