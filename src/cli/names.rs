//! Which file a person means: a path of any kind, or the bare name of a file in the watched folder.
//!
//! In: what was typed, and the watched folder. Out: the name as the engine knows it, relative to the folder.
//! Not here: whether there is such a file (the engine knows).

use std::path::{Component, Path, PathBuf};

use super::failure::{Exit, Failure};

/// Symbolic links on the way are followed, but not that of the file itself.
pub fn in_folder(typed: &Path, current_dir: &Path, folder: &Path) -> Result<String, Failure> {
    let mut parts = typed.components();
    if let (Some(Component::Normal(name)), None) = (parts.next(), parts.next()) {
        return Ok(name.to_string_lossy().into_owned());
    }
    let path = current_dir.join(typed);
    let found = path.strip_prefix(folder).map(Path::to_owned).ok().or_else(|| real_inside(&path, folder));
    // A relative path that leads elsewhere may be meant from the watched folder on.
    let inside = found.or_else(|| typed.is_relative().then(|| typed.to_owned()));
    match inside.filter(|inside| inside.components().all(|part| matches!(part, Component::Normal(_)))) {
        Some(inside) => Ok(inside.to_string_lossy().into_owned()),
        None => Err(Failure::new(
            Exit::Failed,
            "file.outside",
            format!("{} is not in the watched folder {}", crate::files::shown(typed.as_os_str()), folder.display()),
        )
        .hint("OutTray only looks after files of that folder; `outtray config show` tells its settings.")),
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
        in_folder(Path::new(typed), Path::new("/home/me"), Path::new("/home/me/memory")).map_err(|failure| failure.kind)
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
