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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::platform::places::create_private_file;

    #[test]
    fn each_account_has_its_own_key_and_the_last_one_takes_the_file_along() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(NAME);
        let (one, two) = (Secret::parse("one").expect("a key"), Secret::parse("two").expect("a key"));
        write(&path, "a@x", Some(&one)).expect("written");
        write(&path, "b@x", Some(&two)).expect("written");
        assert!(is_private(&path).expect("it is there"));
        assert_eq!((read(&path, "a@x"), read(&path, "c@x")), (Ok(Some(one)), Ok(None)));
        write(&path, "a@x", None).expect("removed");
        assert_eq!((read(&path, "a@x"), read(&path, "b@x")), (Ok(None), Ok(Some(two))));
        write(&path, "b@x", None).expect("removed");
        assert!(!path.exists());
    }

    #[test]
    fn nonsense_is_no_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(NAME);
        create_private_file(&path).and_then(|mut file| file.write_all(b"otk_just-the-key")).expect("written");
        assert_eq!(read(&path, "a@x"), Err(Unready::File));
        write(&path, "a@x", None).expect("removed");
        assert!(!path.exists());
    }
}
