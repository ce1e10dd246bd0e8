//! The API key as the window sees it: where it lies, kept anew, removed. Never the key itself.
//!
//! In: a [`KeyAsk`], the settings on disk. Out: a [`KeyState`], and how it went in words. It may wait for a person who
//! answers the keychain. Not here: the places (`setup::key`), the row that shows it (`settings::api_key`).

use rust_i18n::t;

use super::link::Link;
use super::picture::{News, Said};
use super::settings::form::Fixed;
use super::words;
use crate::auth::{Place, USUAL_HEADER, VARIABLE};
use crate::config::{Config, Origin, Unready, edit};
use crate::control::protocol::Request;
use crate::error::Explain as _;
use crate::host::Home;
use crate::platform::keychain::Keychain;
use crate::secret::Secret;
use crate::setup::key::{self, NewKey};

const HEADER: &str = "network.api_key_header";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyAsk {
    Find,
    Keep(Secret),
    Forget,
}

/// What there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyState {
    pub kept: Kept,
    /// `device@host`, as people find it in their keychain.
    pub account: String,
    /// The organisation lets no key be sent.
    pub fixed: Option<Fixed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// None is used, and none is asked for.
    Unused,
    At(Place),
    Not(Unready),
}

impl Link {
    pub(super) fn key(&self, ask: KeyAsk) {
        let (home, bell) = (self.home.clone(), self.bell().clone());
        self.run(async move {
            let changes = ask != KeyAsk::Find;
            let (state, said) = work(&home, ask, Keychain::of_this_user).await;
            if let Some(said) = said {
                if changes
                    && said.good
                    && let Some(mut client) = home.client().await
                {
                    // A change in the keychain is seen by nobody.
                    let _ = client.ask(&Request::Reload).await;
                }
                bell.tell(News::Said(said));
            }
            bell.tell(News::Key(state));
        });
    }
}

/// `None` while the settings are not in order.
pub async fn work(home: &Home, ask: KeyAsk, keychain: fn() -> Keychain) -> (Option<KeyState>, Option<Said>) {
    let Ok(loaded) = home.read() else { return (None, None) };
    let done = match ask {
        KeyAsk::Find => None,
        KeyAsk::Keep(secret) => Some(keep(home, loaded.config, secret, keychain()).await),
        KeyAsk::Forget => {
            let done = key::forget(key::places(home, &loaded.config), keychain()).await;
            Some(done.map(|()| t!("key.removed").into_owned()).map_err(refusal))
        }
    };
    let said = done.map(|done| Said { good: done.is_ok(), text: done.unwrap_or_else(|text| text) });
    (look(home, keychain).await, said)
}

async fn keep(home: &Home, config: Config, secret: Secret, keychain: Keychain) -> Result<String, String> {
    let has_header = config.network.api_key.is_some();
    let place = key::keep(home, NewKey { config, secret }, keychain).await.map_err(refusal)?;
    if !has_header {
        let set = edit::set_in_file(&home.paths, &|name| std::env::var_os(name), HEADER, USUAL_HEADER);
        set.map_err(|problems| format!("{} {problems}", t!("key.not_sent")))?;
    }
    Ok(match place {
        Place::File => t!("key.kept_file"),
        Place::Keychain | Place::Environment => t!("key.kept"),
    }
    .into_owned())
}

async fn look(home: &Home, keychain: fn() -> Keychain) -> Option<KeyState> {
    let loaded = home.read().ok()?;
    let places = key::places(home, &loaded.config);
    let account = places.account().to_owned();
    let has_header = loaded.config.network.api_key.is_some();
    // A keychain is not troubled for a key that nobody wants.
    let kept = if places.is_overridden() || has_header {
        key::find(places, keychain()).await.map_or_else(Kept::Not, Kept::At)
    } else {
        Kept::Unused
    };
    let fixed = match loaded.origin(HEADER) {
        Some(Origin::Managed { by }) if !has_header => Some(Fixed::Managed { by: by.clone() }),
        _ => None,
    };
    Some(KeyState { kept, account, fixed })
}

/// Where it is, for the row.
pub fn told(kept: Kept) -> String {
    match kept {
        Kept::Unused => t!("key.unused").into_owned(),
        Kept::At(Place::Keychain) => t!("key.in_keychain").into_owned(),
        Kept::At(Place::File) => t!("key.in_file").into_owned(),
        Kept::At(Place::Environment) => t!("key.in_variable", name = VARIABLE).into_owned(),
        Kept::Not(unready) => words::kind(Some(unready.kind())).unwrap_or_else(|| unready.to_string()),
    }
}

fn refusal(unready: Unready) -> String {
    let what = words::kind(Some(unready.kind())).unwrap_or_else(|| unready.to_string());
    format!("{} {what}", t!("key.not_done"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Paths;

    const KEY: &str = "otk_correct-horse-battery";
    const TEXT: &str =
        "# mine\napi_url = \"https://presign.example.org/new\"\ndevice_id = \"dev\"\nwatch_dir = \"m\"\n";

    fn home(place: &std::path::Path, more: &str, machine: &str) -> Home {
        let paths = Paths::below(place);
        std::fs::write(&paths.config, format!("{TEXT}{more}")).expect("written");
        std::fs::write(&paths.machine_config, machine).expect("written");
        Home { paths }
    }

    fn keep(text: &str) -> KeyAsk {
        KeyAsk::Keep(Secret::parse(text).expect("a key"))
    }

    fn kept(state: Option<KeyState>) -> Kept {
        state.expect("the settings are good").kept
    }

    #[tokio::test]
    async fn a_key_is_kept_and_sent_and_can_be_removed() {
        let place = tempfile::tempdir().expect("a folder");
        let home = home(place.path(), "", "");
        rust_i18n::set_locale("en");
        let (state, said) = work(&home, KeyAsk::Find, Keychain::missing).await;
        assert_eq!((kept(state.clone()), said), (Kept::Unused, None));
        assert_eq!(state.expect("good").account, "dev@presign.example.org");
        let (state, said) = work(&home, keep(KEY), Keychain::missing).await;
        assert_eq!(kept(state), Kept::At(Place::File));
        assert!(said.expect("told").good);
        let text = std::fs::read_to_string(&home.paths.config).expect("there");
        assert!(text.starts_with(TEXT) && text.contains("api_key_header = \"x-api-key\""), "{text}");
        assert!(!text.contains("horse"));
        let (state, said) = work(&home, KeyAsk::Forget, Keychain::missing).await;
        assert_eq!((kept(state), said.expect("told").good), (Kept::Not(Unready::NoKeychain), true));
    }

    #[tokio::test]
    async fn what_the_organisation_forbids_is_told() {
        let place = tempfile::tempdir().expect("a folder");
        let machine =
            "[network]\napi_key_header = \"\"\n[managed]\nlocked = [\"network.api_key_header\"]\nby = \"Lab\"\n";
        let home = home(place.path(), "", machine);
        let (state, _) = work(&home, KeyAsk::Find, Keychain::missing).await;
        assert_eq!(state.expect("good").fixed, Some(Fixed::Managed { by: Some("Lab".into()) }));
    }

    #[tokio::test]
    async fn a_key_that_cannot_be_kept_says_why() {
        let place = tempfile::tempdir().expect("a folder");
        let home = home(place.path(), "[network]\napi_key_header = \"x-api-key\"\n", "");
        // Nothing can be made below a file.
        std::fs::write(place.path().join("state"), "").expect("written");
        let (state, said) = work(&home, keep(KEY), Keychain::missing).await;
        let said = said.expect("told");
        assert!(!said.good && !said.text.contains("horse"), "{}", said.text);
        assert!(matches!(kept(state), Kept::Not(_)));
    }
}
