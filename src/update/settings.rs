//! What the settings say about updates, also where there are none yet or some of them are wrong.
//!
//! In: the places of the settings. Out: the mode, whether an organisation fixed it, the way through the network.

use std::time::Duration;

use url::Url;

use super::{RELEASES, UpdateError};
use crate::config::{Config, Managed, Network, Proxy, Sources, UpdateMode};
use crate::paths::Paths;
use crate::remote::{FetchOptions, ProxyChoice};

/// Another place than the usual one: a mirror, or a test.
const BASE: &str = "OUTTRAY_UPDATE_BASE";

const CONNECT: Duration = Duration::from_secs(10);
const STALL: Duration = Duration::from_mins(1);

#[derive(Debug, Clone)]
pub struct Settings {
    pub mode: UpdateMode,
    /// An organisation has fixed the mode.
    pub fixed: bool,
    /// Who that is.
    pub managed: Managed,
    /// `None` before the set-up, or while there is a mistake: then the system's proxy is used.
    network: Option<Network>,
}

impl Settings {
    pub fn read(paths: &Paths) -> Self {
        let env = |name: &str| std::env::var_os(name);
        let network = Config::load(paths, &env).ok().map(|loaded| loaded.config.network);
        match Sources::read_what_is_there(paths, &env) {
            Ok(sources) => {
                let (mode, fixed) = sources.update_mode();
                Self { mode, fixed, managed: sources.policy(), network }
            }
            // Whatever stands in a file that cannot be read: nobody is asked without leave.
            Err(_) => Self { mode: UpdateMode::Off, fixed: false, managed: Managed::default(), network },
        }
    }

    /// Updates are the organisation's matter: it has switched them off for good.
    pub fn is_left_to_organisation(&self) -> bool {
        self.fixed && self.mode == UpdateMode::Off
    }

    /// The name of the organisation, or a word for it.
    pub fn organisation(&self) -> &str {
        self.managed.by.as_deref().unwrap_or("your organisation")
    }

    /// How releases are fetched.
    pub fn fetch(&self) -> Result<FetchOptions, UpdateError> {
        let base = match std::env::var(BASE) {
            Ok(text) if !text.is_empty() => Url::parse(&text).map_err(|_| UpdateError::BadBase)?,
            _ => Url::parse(RELEASES).expect("the address of the repository"),
        };
        let network = self.network.as_ref();
        let ca_pem = match network.and_then(|network| network.ca_file.as_ref()) {
            None => None,
            Some(file) => Some(
                std::fs::read(file)
                    .map_err(|source| UpdateError::CaFile { file: file.display().to_string(), source })?,
            ),
        };
        Ok(FetchOptions {
            base,
            proxy: match network.map(|network| &network.proxy) {
                None | Some(Proxy::System) => ProxyChoice::System,
                Some(Proxy::None) => ProxyChoice::None,
                Some(Proxy::Url(url)) => ProxyChoice::Url(url.clone()),
            },
            ca_pem,
            connect_timeout: network.map_or(CONNECT, |network| network.connect_timeout),
            stall_timeout: network.map_or(STALL, |network| network.stall_timeout),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_switched_off_stays_off_whatever_else_is_wrong() {
        let place = tempfile::tempdir().expect("a folder");
        let paths = Paths::below(place.path());
        let read = || {
            let settings = Settings::read(&paths);
            (settings.mode, settings.fixed)
        };
        assert_eq!(read(), (UpdateMode::Notify, false), "before any set-up");
        std::fs::write(&paths.config, "device_id = \"a b\"\n[update]\nmode = \"off\"\n").expect("written");
        assert_eq!(read(), (UpdateMode::Off, false), "the mistake is elsewhere");
        let fixed = "[update]\nmode = \"off\"\n[managed]\nlocked = [\"update.mode\"]\nby = \"Example Ltd\"\n";
        std::fs::write(&paths.machine_config, fixed).expect("written");
        std::fs::write(&paths.config, "[update]\nmode = \"auto\"\n").expect("written");
        assert_eq!(read(), (UpdateMode::Off, true));
        let settings = Settings::read(&paths);
        assert!(settings.is_left_to_organisation());
        assert_eq!(settings.organisation(), "Example Ltd");
        std::fs::write(&paths.machine_config, fixed.replace("off", "auto")).expect("written");
        assert_eq!(read(), (UpdateMode::Auto, true));
        assert!(!Settings::read(&paths).is_left_to_organisation());
        std::fs::remove_file(&paths.machine_config).expect("gone");
        std::fs::write(&paths.config, b"\xff\xff").expect("written");
        assert_eq!(read(), (UpdateMode::Off, false), "unreadable");
    }
}
