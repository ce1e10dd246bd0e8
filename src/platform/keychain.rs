//! The system's place for secrets: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux.
//!
//! In: an account's name, a secret. Out: the secret, or what stands in the way, in our own words. Every call may take as
//! long as a person takes to answer a question of the system: call it on a thread of its own.
//! Not here: whose secret it is, and what follows when there is none (`auth`).

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};

/// The name under which people find the entries in the system's own program.
const SERVICE: &str = "OutTray";

/// Why the keychain did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    #[error("this computer has no keychain that can be asked")]
    Missing,
    #[error("the keychain is locked, or did not allow it")]
    Locked,
    #[error("the keychain failed")]
    Failed,
}

/// The keychain of this user. It is opened anew for each call: on Linux a service that was not there at login may be there
/// a minute later.
pub struct Keychain {
    open: Box<dyn Fn() -> Result<Arc<CredentialStore>, Error> + Send + Sync>,
}

impl fmt::Debug for Keychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keychain")
    }
}

impl Keychain {
    pub fn of_this_user() -> Self {
        Self { open: Box::new(open) }
    }

    /// One that lives in the memory of a test.
    #[cfg(test)]
    pub fn in_memory() -> Self {
        let store: Arc<CredentialStore> = keyring_core::mock::Store::new().expect("it needs nothing");
        Self { open: Box::new(move || Ok(Arc::clone(&store))) }
    }

    /// One that answers no question before it is told to, as a locked one does; it then has this entry.
    #[cfg(test)]
    pub fn locked(told: std::sync::mpsc::Receiver<()>, account: &str, text: &str) -> Self {
        let inner = Self::in_memory();
        inner.write(account, text).expect("it takes everything");
        let told = std::sync::Mutex::new(told);
        let wait = move || told.lock().expect("nobody panics with it").recv();
        Self {
            open: Box::new(move || match wait() {
                Ok(()) => (inner.open)(),
                Err(_) => Err(Error::NoDefaultStore),
            }),
        }
    }

    /// As on a computer without any.
    #[cfg(test)]
    pub fn missing() -> Self {
        Self { open: Box::new(|| Err(Error::NoDefaultStore)) }
    }

    pub fn read(&self, account: &str) -> Result<Option<String>, KeychainError> {
        match self.entry(account)?.get_password() {
            Ok(text) => Ok(Some(text)),
            Err(Error::NoEntry) => Ok(None),
            Err(Error::Ambiguous(entries)) => match entries.first().map(Entry::get_password) {
                Some(Ok(text)) => Ok(Some(text)),
                _ => Err(KeychainError::Failed),
            },
            Err(error) => Err(meaning(&error)),
        }
    }

    pub fn write(&self, account: &str, text: &str) -> Result<(), KeychainError> {
        let entry = self.entry(account)?;
        match entry.set_password(text) {
            // Two entries under one name: neither is ours to guess.
            Err(Error::Ambiguous(entries)) => {
                entries.iter().try_for_each(Entry::delete_credential).map_err(|error| meaning(&error))?;
                entry.set_password(text).map_err(|error| meaning(&error))
            }
            done => done.map_err(|error| meaning(&error)),
        }
    }

    /// Whether there was one.
    pub fn remove(&self, account: &str) -> Result<bool, KeychainError> {
        match self.entry(account)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(Error::Ambiguous(entries)) => {
                entries.iter().try_for_each(Entry::delete_credential).map_err(|error| meaning(&error))?;
                Ok(true)
            }
            Err(error) => Err(meaning(&error)),
        }
    }

    fn entry(&self, account: &str) -> Result<Entry, KeychainError> {
        let store = (self.open)().map_err(|error| {
            // The library's words name buses and sockets: for whoever looks for the reason, not for everybody.
            tracing::debug!(target: "outtray", "the keychain cannot be opened: {error}");
            KeychainError::Missing
        })?;
        let label = format!("OutTray key of {account}");
        // Others name an entry by its account alone.
        let modifiers = cfg!(all(unix, not(target_os = "macos"))).then(|| HashMap::from([("label", label.as_str())]));
        let modifiers = modifiers.filter(|_| store.vendor().contains("Secret Service"));
        store.build(SERVICE, account, modifiers.as_ref()).map_err(|error| meaning(&error))
    }
}

/// Never the error's own text where it could hold what is stored.
fn meaning(error: &Error) -> KeychainError {
    match error {
        Error::NoStorageAccess(cause) => {
            tracing::debug!(target: "outtray", "the keychain gives no access: {cause}");
            KeychainError::Locked
        }
        Error::PlatformFailure(cause) => {
            tracing::debug!(target: "outtray", "the keychain failed: {cause}");
            KeychainError::Failed
        }
        Error::NoDefaultStore => KeychainError::Missing,
        _ => KeychainError::Failed,
    }
}

#[cfg(target_os = "macos")]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_until_it_is_removed() {
        let keychain = Keychain::in_memory();
        assert_eq!(keychain.read("a"), Ok(None));
        keychain.write("a", "one").expect("kept");
        keychain.write("a", "two").expect("kept");
        assert_eq!((keychain.read("a"), keychain.read("b")), (Ok(Some("two".into())), Ok(None)));
        assert_eq!((keychain.remove("a"), keychain.remove("a")), (Ok(true), Ok(false)));
    }

    #[test]
    fn a_locked_keychain_is_told_from_a_missing_one() {
        let locked = Error::NoStorageAccess("the collection is locked".into());
        assert_eq!(meaning(&locked), KeychainError::Locked);
        assert_eq!(Keychain::missing().read("a"), Err(KeychainError::Missing));
    }
}
