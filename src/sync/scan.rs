//! A whole look at the folder: the truth, of which events are only hints.
//!
//! In: the open folder. Out: every candidate with its facts, and what was passed by. The million marked files of a long
//! life cost one directory read, and no look at any of them.
//! Not here: when to scan (`engine`), what to do with a candidate (`queue`).

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::own::Own;
use crate::config::Files;
use crate::files::{self, Patterns};
use crate::platform::dir::{Dir, Kind, Stat};

/// How deep sub-folders are entered; deeper ones are a loop of mounts, or a mistake.
const DEPTH: usize = 64;

/// What the folder holds.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Names relative to the watched folder, with `/` between its parts.
    pub candidates: Vec<(String, Stat)>,
    /// Names of more candidates than were wanted with their facts.
    pub beyond: Vec<String>,
    /// Names that are not Unicode, as they may be shown: no presigner can be told of them.
    pub not_unicode: Vec<String>,
    /// Entries with a candidate's name that are no regular files, as they may be shown.
    pub passed_by: Vec<(String, Kind)>,
    /// Sub-folders that could not be read.
    pub unreadable: Vec<String>,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub patterns: Patterns,
    /// Sub-folders are read, too.
    pub recursive: bool,
    pub own: Own,
    /// So many candidates are told with their facts.
    pub most: usize,
}

impl Wanted {
    /// `most` is for a line that is filled again; who looks once wants all.
    pub(super) fn of(files: &Files, own: Own, most: usize) -> Self {
        Self { patterns: files.patterns.clone(), recursive: files.recursive, own, most }
    }
}

/// Reads the folder.
pub(super) fn list(dir: &Dir, wanted: &Wanted) -> io::Result<Listing> {
    let mut listing = Listing::default();
    enter(dir, "", wanted, wanted.recursive.then_some(DEPTH), &mut listing)?;
    Ok(listing)
}

fn enter(dir: &Dir, prefix: &str, wanted: &Wanted, depth: Option<usize>, listing: &mut Listing) -> io::Result<()> {
    let here = dir.stat_self()?.id;
    if wanted.own.is_folder(here) {
        return Ok(());
    }
    let mut names = Vec::new();
    let mut folders = Vec::new();
    dir.list(&mut |name, kind| match kind {
        Kind::Folder if depth.is_some() => folders.push(name.to_os_string()),
        Kind::Folder => {}
        _ if wanted.patterns.matches(name) => names.push((name.to_os_string(), kind)),
        _ => {}
    })?;
    for (name, kind) in names {
        if wanted.own.is_file(here, &name) {
            continue;
        }
        // What may have to be told is looked at now, however many there are.
        let is_plain = matches!(kind, Kind::File | Kind::Unknown) && name.to_str().is_some();
        if is_plain && listing.candidates.len() >= wanted.most {
            let name = name.into_string().expect("it is Unicode");
            listing.beyond.push(if prefix.is_empty() { name } else { format!("{prefix}{name}") });
            continue;
        }
        // Gone since the listing: the next scan knows more.
        let Ok(stat) = dir.stat(&name) else { continue };
        match (stat.kind, name.to_str()) {
            (Kind::File, Some(text)) => listing.candidates.push((format!("{prefix}{text}"), stat)),
            (Kind::File, None) => listing.not_unicode.push(format!("{prefix}{}", files::shown(&name))),
            (Kind::Folder, _) => {}
            (kind, _) => listing.passed_by.push((format!("{prefix}{}", files::shown(&name)), kind)),
        }
    }
    let Some(left) = depth.and_then(|depth| depth.checked_sub(1)) else {
        // Only at the greatest depth are there folders left here.
        listing.unreadable.extend(folders.first().map(|folder| format!("{prefix}{}", files::shown(folder))));
        return Ok(());
    };
    for folder in folders {
        let Some(text) = folder.to_str() else {
            listing.unreadable.push(format!("{prefix}{}", files::shown(&folder)));
            continue;
        };
        let below = format!("{prefix}{text}/");
        let entered = dir.open_folder(&folder).and_then(|dir| enter(&dir, &below, wanted, Some(left), listing));
        if entered.is_err() {
            listing.unreadable.push(files::shown(OsStr::new(&below)));
        }
    }
    Ok(())
}

/// The folder that holds a name, and the name's last part.
pub(super) fn resolve(root: &Arc<Dir>, name: &str) -> io::Result<(Arc<Dir>, String)> {
    let mut dir = Arc::clone(root);
    let mut rest = name;
    while let Some((folder, below)) = rest.split_once('/') {
        dir = Arc::new(dir.open_folder(OsStr::new(folder))?);
        rest = below;
    }
    Ok((dir, rest.to_owned()))
}

/// The facts of one name, wherever it lies.
pub(super) fn stat(root: &Arc<Dir>, name: &str) -> io::Result<Stat> {
    let (dir, leaf) = resolve(root, name)?;
    dir.stat(OsStr::new(&leaf))
}

/// A path below the folder as a name: `/` between its parts. `None` when it lies elsewhere or is not Unicode.
pub(super) fn name_below(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(OsStr::to_str).collect();
    let name = parts?.join("/");
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(recursive: bool, most: usize) -> Wanted {
        Wanted {
            patterns: Patterns::new(&["*.json".into()], &["*.tmp".into()]).expect("good"),
            recursive,
            own: Own::default(),
            most,
        }
    }

    #[test]
    fn lists_candidates_and_enters_folders_only_on_request() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(folder.path().join("2026/01")).expect("folders");
        std::fs::create_dir(folder.path().join("looks.json")).expect("a folder");
        for name in ["a.json", "b.json.synced", "c.txt", "2026/01/d.json"] {
            std::fs::write(folder.path().join(name), "{}").expect("written");
        }
        let dir = Dir::open(folder.path()).expect("it opens");
        let names = |recursive| {
            let listing = list(&dir, &wanted(recursive, 10)).expect("read");
            let mut names: Vec<String> = listing.candidates.into_iter().map(|(name, _)| name).collect();
            names.sort();
            names
        };
        assert_eq!(names(false), ["a.json"]);
        assert_eq!(names(true), ["2026/01/d.json", "a.json"]);
        let Listing { candidates, mut beyond, .. } = list(&dir, &wanted(true, 1)).expect("read");
        beyond.extend(candidates.into_iter().map(|(name, _)| name));
        beyond.sort();
        assert_eq!(beyond, ["2026/01/d.json", "a.json"], "one with facts, one by name");
    }

    #[cfg(unix)]
    #[test]
    fn passes_by_what_is_no_regular_file() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link.json")).expect("a link");
        let odd = folder.path().join(OsStr::from_bytes(b"bad_\xff.json"));
        let listing = |dir: &Dir| list(dir, &wanted(false, 0)).expect("read");
        let dir = Dir::open(folder.path()).expect("it opens");
        assert_eq!(listing(&dir).passed_by, [("link.json".to_owned(), Kind::Other)]);
        if std::fs::write(odd, "{}").is_ok() {
            assert_eq!(listing(&dir).not_unicode, ["bad_\u{fffd}.json"]);
        }
    }
}
