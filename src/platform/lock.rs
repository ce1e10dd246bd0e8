//! One engine a folder: a lock that belongs to the folder and that the system frees when its holder ends, however.
//!
//! In: an open folder. Out: the lock, or who has it. Two homes that watch one folder exclude each other as well, because
//! the lock hangs on the folder's identity and not on a path or a state folder. Nothing is left in the folder.
//! Not here: what is said to the person who comes second (`sync::StartError`).

use std::io;

use super::dir::Dir;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix::take;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows::take;

/// Held until dropped.
#[derive(Debug)]
pub struct FolderLock {
    _held: std::fs::File,
}

/// Whose the folder is now.
#[derive(Debug)]
pub enum Taken {
    Ours(FolderLock),
    /// Somebody else's: `process 1234`, or `another process` where the system does not tell.
    Theirs {
        holder: String,
    },
}

impl FolderLock {
    /// Takes the lock of a folder, without waiting.
    pub fn take(dir: &Dir) -> io::Result<Taken> {
        take(dir)
    }
}

/// How a holder is called.
fn holder(process: Option<u32>) -> String {
    process.map_or_else(|| "another process".into(), |id| format!("process {id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(folder: &std::path::Path) -> Taken {
        FolderLock::take(&Dir::open(folder).expect("it opens")).expect("locks work here")
    }

    #[test]
    fn excludes_a_second_taker_and_says_who_holds_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let Taken::Ours(_lock) = take(folder.path()) else { panic!("nobody else was there") };
        let Taken::Theirs { holder } = take(folder.path()) else { panic!("taken twice") };
        if cfg!(target_os = "macos") {
            assert_eq!(holder, "another process");
        } else {
            assert_eq!(holder, format!("process {}", std::process::id()));
        }
    }

    #[test]
    fn is_free_again_when_dropped() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = take(folder.path());
        drop(first);
        assert!(matches!(take(folder.path()), Taken::Ours(_)));
    }

    #[test]
    fn outlives_the_handle_it_was_taken_by() {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = Dir::open(folder.path()).expect("it opens");
        let _lock = FolderLock::take(&dir).expect("locks work here");
        drop(dir);
        assert!(matches!(take(folder.path()), Taken::Theirs { .. }));
    }

    #[test]
    fn belongs_to_one_folder_and_leaves_nothing_in_it() {
        let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let locks = (take(one.path()), take(two.path()));
        assert!(matches!(locks, (Taken::Ours(_), Taken::Ours(_))));
        assert_eq!(std::fs::read_dir(one.path()).expect("it lists").count(), 0);
    }
}
