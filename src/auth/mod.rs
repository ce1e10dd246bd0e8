//! Where the API key lies: the variable OUTTRAY_API_KEY, a file, or the system's keychain, in this order.
//!
//! In: which device asks which presigner. Out: the secret, kept, found or forgotten. A key belongs to one device at one
//! host: another `api_url` does not get it. The keychain is asked only when there is no file, so that a computer without
//! one is never troubled by it. Not here: when it is looked up (`host`), the header that carries it (`remote`).

mod file;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::config::{Config, Unready};
use crate::platform::keychain::{Keychain, KeychainError};
use crate::secret::Secret;

/// Overrides every other place; for servers.
pub const VARIABLE: &str = "OUTTRAY_API_KEY";

/// What carries the key when the variable is set and no header is named.
pub const USUAL_HEADER: &str = "x-api-key";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    Environment,
    File,
    Keychain,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub place: Place,
    pub secret: Secret,
}

/// The places for the key of one device at one presigner.
#[derive(Debug, Clone)]
pub struct Places {
    /// `dev001@presign.example.org`, as people see it in their keychain.
    account: String,
    file: PathBuf,
    variable: Option<Result<Secret, Unready>>,
}

impl Places {
    pub fn new(config: &Config, state_dir: &Path, env: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let port = config.api_url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let host = config.api_url.host_str().unwrap_or_default();
        let typed = env(VARIABLE).filter(|value| !value.is_empty());
        let secret = |text: OsString| Secret::parse(text.to_str().unwrap_or_default()).map_err(|_| Unready::Unusable);
        Self {
            account: format!("{}@{host}{port}", config.device_id.as_str()),
            file: state_dir.join(file::NAME),
            variable: typed.map(secret),
        }
    }

    pub fn account(&self) -> &str {
        &self.account
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Whether the variable decides, whatever is stored.
    pub fn is_overridden(&self) -> bool {
        self.variable.is_some()
    }

    /// From the variable or the file; `None`: only the keychain can tell. Never takes long.
    pub fn find_at_hand(&self) -> Option<Result<Found, Unready>> {
        if let Some(secret) = &self.variable {
            return Some(secret.clone().map(|secret| Found { place: Place::Environment, secret }));
        }
        let found = file::read(&self.file, &self.account).transpose()?;
        Some(found.map(|secret| Found { place: Place::File, secret }))
    }

    /// Asks the keychain. It may take as long as a person takes to answer: not on a thread that others wait for.
    pub fn ask(&self, keychain: &Keychain) -> Result<Found, Unready> {
        let text = keychain.read(&self.account)?.ok_or(Unready::Missing)?;
        let secret = Secret::parse(&text).map_err(|_| Unready::Unusable)?;
        Ok(Found { place: Place::Keychain, secret })
    }

    /// Keeps it there and in no other place: what was kept before is not found any more.
    pub fn keep(&self, secret: &Secret, place: Place, keychain: &Keychain) -> Result<(), Unready> {
        if place == Place::File {
            file::write(&self.file, &self.account, Some(secret))?;
            // One that cannot be asked holds nothing that would be found first.
            let _ = keychain.remove(&self.account);
            return Ok(());
        }
        keychain.write(&self.account, secret.expose())?;
        file::write(&self.file, &self.account, None)
    }

    /// Forgets it everywhere. Out: the places that had it.
    pub fn forget(&self, keychain: &Keychain) -> Result<Vec<Place>, Unready> {
        let mut had = Vec::new();
        // A file that cannot be read is to go as well.
        if !matches!(file::read(&self.file, &self.account), Ok(None)) {
            file::write(&self.file, &self.account, None)?;
            had.push(Place::File);
        }
        match keychain.remove(&self.account) {
            Ok(true) => had.push(Place::Keychain),
            Ok(false) | Err(KeychainError::Missing) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(had)
    }
}

impl From<KeychainError> for Unready {
    fn from(error: KeychainError) -> Self {
        match error {
            KeychainError::Missing => Self::NoKeychain,
            KeychainError::Locked => Self::Locked,
            KeychainError::Failed => Self::KeychainFailed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://presign.example.org/ingest/new";

    fn places(folder: &Path, url: &str, device: &str, variable: Option<&str>) -> Places {
        let text = format!("api_url = \"{url}\"\ndevice_id = \"{device}\"\nwatch_dir = \"memory\"\n");
        let config = Config::parse(&text, &folder.join("config.toml")).expect("good").config;
        Places::new(&config, folder, &|name| variable.filter(|_| name == VARIABLE).map(OsString::from))
    }

    fn secret(text: &str) -> Secret {
        Secret::parse(text).expect("a key")
    }

    /// All places, as an engine looks.
    fn find(places: &Places, keychain: &Keychain) -> Result<(Place, String), Unready> {
        let found = places.find_at_hand().unwrap_or_else(|| places.ask(keychain))?;
        Ok((found.place, found.secret.expose().to_owned()))
    }

    #[test]
    fn the_last_place_that_was_chosen_counts_and_the_variable_above_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let (keychain, mine) = (Keychain::in_memory(), places(folder.path(), URL, "dev001", None));
        assert_eq!(find(&mine, &keychain), Err(Unready::Missing));
        mine.keep(&secret("one"), Place::Keychain, &keychain).expect("kept");
        assert_eq!(find(&mine, &keychain), Ok((Place::Keychain, "one".into())));
        mine.keep(&secret("two"), Place::File, &keychain).expect("kept");
        assert_eq!(find(&mine, &keychain), Ok((Place::File, "two".into())));
        mine.keep(&secret("three"), Place::Keychain, &keychain).expect("kept");
        assert_eq!(find(&mine, &keychain), Ok((Place::Keychain, "three".into())));
        let server = places(folder.path(), URL, "dev001", Some("four"));
        assert_eq!(find(&server, &keychain), Ok((Place::Environment, "four".into())));
        assert_eq!(find(&places(folder.path(), URL, "dev001", Some("no key")), &keychain), Err(Unready::Unusable));
        assert_eq!(mine.forget(&keychain), Ok(vec![Place::Keychain]));
        assert_eq!(mine.forget(&keychain), Ok(vec![]));
        assert_eq!(find(&mine, &keychain), Err(Unready::Missing));
    }

    #[test]
    fn another_presigner_or_device_does_not_get_the_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let (keychain, mine) = (Keychain::in_memory(), places(folder.path(), URL, "dev001", None));
        for place in [Place::Keychain, Place::File] {
            mine.keep(&secret("one"), place, &keychain).expect("kept");
            for (url, device) in [
                ("https://evil.example.org/ingest/new", "dev001"),
                ("https://presign.example.org:8443/ingest/new", "dev001"),
                (URL, "dev002"),
            ] {
                assert_eq!(find(&places(folder.path(), url, device, None), &keychain), Err(Unready::Missing), "{url}");
            }
            let moved = places(folder.path(), "https://presign.example.org/v2/ingest/new", "dev001", None);
            assert!(find(&moved, &keychain).is_ok(), "another path of the same host");
        }
    }

    #[test]
    fn no_other_program_is_given_the_variable() {
        assert!(crate::platform::open::WITHHELD.contains(&VARIABLE));
    }

    #[test]
    fn without_a_keychain_the_file_does() {
        let folder = tempfile::tempdir().expect("a folder");
        let (none, mine) = (Keychain::missing(), places(folder.path(), URL, "dev001", None));
        assert_eq!(find(&mine, &none), Err(Unready::NoKeychain));
        assert_eq!(mine.keep(&secret("one"), Place::Keychain, &none), Err(Unready::NoKeychain));
        mine.keep(&secret("one"), Place::File, &none).expect("kept");
        assert_eq!(find(&mine, &none), Ok((Place::File, "one".into())));
        assert_eq!(mine.forget(&none), Ok(vec![Place::File]));
        assert!(!mine.file().exists());
    }
}
