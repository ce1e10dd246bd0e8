//! The file `credential` in the state folder: keys by account, readable by this user alone.
//!
//! In: a path, an account. Out: its key. Only for those who chose it (`outtray auth set --file`): whoever can read the disk
//! can read it. Not here: which place counts (`auth`).

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::config::Unready;
use crate::platform::places::is_private;
use crate::platform::replace::replace_file;
use crate::secret::Secret;

pub(super) const NAME: &str = "credential";

pub(super) fn read(path: &Path, account: &str) -> Result<Option<Secret>, Unready> {
    match all(path)?.get(account) {
        Some(text) => Secret::parse(text).map(Some).map_err(|_| Unready::Unusable),
        None => Ok(None),
    }
}

/// `None` removes the key of this account, and the file with the last key. What cannot be read is written anew.
pub(super) fn write(path: &Path, account: &str, secret: Option<&Secret>) -> Result<(), Unready> {
    let mut keys = all(path).unwrap_or_default();
    let changed = match secret {
        Some(secret) => keys.insert(account.to_owned(), secret.expose().to_owned()).as_deref() != Some(secret.expose()),
        None => keys.remove(account).is_some(),
    };
    let done = if keys.is_empty() {
        std::fs::remove_file(path).or_else(|error| if gone(&error) { Ok(()) } else { Err(error) })
    } else if changed || !is_private(path).unwrap_or(false) {
        replace_file(path, serde_json::to_string(&keys).expect("texts can be written as JSON").as_bytes())
    } else {
        Ok(())
    };
    done.map_err(|_| Unready::File)
}

fn all(path: &Path) -> Result<BTreeMap<String, String>, Unready> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if gone(&error) => return Ok(BTreeMap::new()),
        Err(_) => return Err(Unready::File),
    };
    if !is_private(path).map_err(|_| Unready::File)? {
        return Err(Unready::FileOpen);
    }
    serde_json::from_str(&text).map_err(|_| Unready::File)
}

fn gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn others_may_not_read_it_and_one_that_they_could_is_not_used() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(NAME);
        let (one, two) = (Secret::parse("one").expect("a key"), Secret::parse("two").expect("a key"));
        write(&path, "a@x", Some(&one)).expect("written");
        write(&path, "b@x", Some(&two)).expect("written");
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        assert_eq!(
            (read(&path, "a@x"), read(&path, "b@x"), read(&path, "c@x")),
            (Ok(Some(one)), Ok(Some(two.clone())), Ok(None))
        );
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("opened");
        assert_eq!(read(&path, "a@x"), Err(Unready::FileOpen));
        write(&path, "a@x", Some(&two)).expect("written anew");
        assert_eq!((read(&path, "a@x"), read(&path, "b@x")), (Ok(Some(two)), Ok(None)), "what others read is gone");
    }

    #[test]
    fn nonsense_is_no_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(NAME);
        std::fs::write(&path, "otk_just-the-key").expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("closed");
        assert_eq!(read(&path, "a@x"), Err(Unready::File));
        write(&path, "a@x", None).expect("removed");
        assert!(!path.exists());
    }
}
