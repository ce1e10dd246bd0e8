//! A key that a person gives while setting up or in the settings: kept, looked for, forgotten.
//!
//! In: the key of one device for one presigner. Out: where it lies, or what is in the way. It goes into the keychain, and
//! into a file that only this user can read where there is no keychain. Whatever asks a keychain runs on a thread of its
//! own: it may ask a person first. Not here: the places (`auth`), using it (`host`), typing it (`window`, `cli`).

use std::time::Duration;

use crate::auth::{Place, Places};
use crate::config::{Config, Unready};
use crate::host::Home;
use crate::platform::keychain::Keychain;
use crate::secret::Secret;

/// A locked keychain asks the person who waits here.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A key that is to be kept, for the device and the presigner of these settings.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub config: Config,
    pub secret: Secret,
}

pub fn places(home: &Home, config: &Config) -> Places {
    Places::new(config, &home.paths.state_dir, &|name| std::env::var_os(name))
}

/// In the keychain, or in a file where there is none. Out: which it was.
pub async fn keep(home: &Home, new: NewKey, keychain: Keychain) -> Result<Place, Unready> {
    if !new.config.may_carry_key() {
        return Err(Unready::Insecure);
    }
    home.create_dirs().map_err(|_| Unready::File)?;
    let places = places(home, &new.config);
    beside(move || match places.keep(&new.secret, Place::Keychain, &keychain) {
        Err(Unready::NoKeychain) => places.keep(&new.secret, Place::File, &keychain).map(|()| Place::File),
        done => done.map(|()| Place::Keychain),
    })
    .await
}

/// Where there is one now.
pub async fn find(places: Places, keychain: Keychain) -> Result<Place, Unready> {
    if let Some(found) = places.find_at_hand() {
        return found.map(|found| found.place);
    }
    beside(move || places.ask(&keychain).map(|found| found.place)).await
}

pub async fn forget(places: Places, keychain: Keychain) -> Result<(), Unready> {
    beside(move || places.forget(&keychain).map(|_| ())).await
}

/// One that never answers is left to itself in the end; its thread ends with the question on the screen.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> Result<T, Unready> + Send + 'static) -> Result<T, Unready> {
    let (tell, told) = tokio::sync::oneshot::channel();
    let run = move || drop(tell.send(work()));
    std::thread::Builder::new().name("keychain".into()).spawn(run).map_err(|_| Unready::KeychainFailed)?;
    match tokio::time::timeout(PATIENCE, told).await {
        Ok(done) => done.unwrap_or(Err(Unready::KeychainFailed)),
        Err(_) => Err(Unready::Locked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Paths;

    const KEY: &str = "otk_correct-horse";

    fn home(place: &std::path::Path) -> Home {
        Home { paths: Paths::below(place) }
    }

    fn new(home: &Home, url: &str) -> NewKey {
        let text = format!(
            "api_url = \"{url}\"\ndevice_id = \"dev001\"\nwatch_dir = \"m\"\n[network]\nallow_insecure_http = true\n"
        );
        let config = Config::parse(&text, &home.paths.config).expect("good").config;
        NewKey { config, secret: Secret::parse(KEY).expect("a key") }
    }

    #[tokio::test]
    async fn the_keychain_keeps_it_and_a_file_where_there_is_none() {
        let place = tempfile::tempdir().expect("a folder");
        let home = home(place.path());
        let new = new(&home, "https://presign.example.org/new");
        assert_eq!(keep(&home, new.clone(), Keychain::in_memory()).await, Ok(Place::Keychain));
        let places = places(&home, &new.config);
        assert!(!places.file().exists());
        assert_eq!(keep(&home, new, Keychain::missing()).await, Ok(Place::File));
        assert!(std::fs::read_to_string(places.file()).expect("written").contains(KEY));
        assert_eq!(find(places.clone(), Keychain::missing()).await, Ok(Place::File));
        assert_eq!(forget(places.clone(), Keychain::missing()).await, Ok(()));
        assert_eq!(find(places, Keychain::in_memory()).await, Err(Unready::Missing));
    }

    #[tokio::test]
    async fn nothing_is_kept_that_could_only_go_over_an_open_line() {
        let place = tempfile::tempdir().expect("a folder");
        let home = home(place.path());
        let new = new(&home, "http://presign.example.org/new");
        assert_eq!(keep(&home, new, Keychain::missing()).await, Err(Unready::Insecure));
        assert!(!place.path().join("state").exists());
    }
}
