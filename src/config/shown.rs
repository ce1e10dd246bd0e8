//! The settings in force as a person reads them: every key, its value, and who said so.
//!
//! In: what `check` settled. Out: lines for `config show`, single values for `config get`; passwords are never shown, and
//! the query of an address only where that one value is asked for.
//! Not here: the typed settings (`Config`).

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::Config;
use super::keys::{KEYS, Key};
use super::problem::{Spot, without_values};
use super::value::Value;

/// Checked settings, and where each came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub config: Config,
    pub(super) settled: BTreeMap<&'static str, Settled>,
}

/// One key's value after all layers.
#[derive(Debug, Clone)]
pub(super) struct Settled {
    pub value: Value,
    pub origin: Origin,
    /// Where it stands, also when an organisation wrote it; None for a default.
    pub spot: Option<Spot>,
    pub written: String,
}

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Default,
    /// In a file or the environment.
    Written(Spot),
    /// Fixed by the machine-wide file.
    Managed {
        by: Option<String>,
    },
}

/// One line of `config show`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    pub key: &'static str,
    /// As TOML writes it.
    pub value: String,
    pub origin: String,
}

impl Loaded {
    /// Every key in the order of `config.toml`.
    pub fn shown(&self) -> Vec<Shown> {
        let line = |key: &'static Key| {
            let settled = self.settled.get(key.name)?;
            let value = without_values(&settled.value.to_string());
            Some(Shown { key: key.name, value, origin: settled.origin.to_string() })
        };
        KEYS.iter().filter_map(line).collect()
    }

    /// One value, bare: texts without quotes, lists with commas. None for a key that is not known.
    pub fn value(&self, key: &str) -> Option<String> {
        self.settled.get(key).map(|settled| settled.value.plain())
    }

    /// As [`Loaded::value`], passwords included: only for who asked for them, never for a log or a screen.
    pub fn with_secrets(&self, key: &str) -> Option<String> {
        match &self.settled.get(key)?.value {
            Value::Secret(text) => Some(text.clone()),
            other => Some(other.plain()),
        }
    }

    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.settled.get(key).map(|settled| &settled.origin)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}  # {}", self.key, self.value, self.origin)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Written(spot) => write!(f, "{spot}"),
            Self::Managed { by: Some(by) } => write!(f, "managed by {}", crate::files::shown(by.as_ref())),
            Self::Managed { by: None } => f.write_str("managed by your organisation"),
        }
    }
}
