//! The presigner's key within the wizard: whether one is wanted, and the one that was typed.
//!
//! In: what the ladder met, a typed key. Out: whether to ask, and the setting that lets the key be sent. It is held here,
//! and nowhere else, until the settings are written. Not here: keeping it (`setup::key`).

use super::Wizard;
use crate::auth::USUAL_HEADER;
use crate::config::Config;
use crate::setup::begin::Lock;
use crate::setup::enrolment::Settings;
use crate::setup::ladder::Rung;

const HEADER: &str = "network.api_key_header";

/// Rungs that another key could mend.
const WANTED: [&str; 8] = [
    "presign.forbidden",
    "auth.missing",
    "auth.unusable",
    "auth.no_keychain",
    "auth.keychain",
    "auth.locked",
    "auth.file",
    "auth.file_open",
];

/// What is shown of it; never the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The presigner wants one, or another one.
    pub wanted: bool,
    /// One was typed. It is kept when the settings are written.
    pub typed: bool,
    /// It comes from elsewhere, or none may be sent.
    pub lock: Option<Lock>,
}

fn is_wanted(rung: &Rung) -> bool {
    !rung.ok && rung.kind.as_deref().is_some_and(|kind| WANTED.contains(&kind))
}

impl Wizard {
    pub(super) fn key_asked(&self) -> Asked {
        let variable = self.beginning.key_variable.then(|| Lock::Variable(crate::auth::VARIABLE.into()));
        let carried = self.beginning.known.config.network.api_key.is_some();
        let lock = variable.or_else(|| self.beginning.lock(HEADER).filter(|_| !carried));
        Asked { wanted: self.climb.rungs.iter().any(is_wanted), typed: self.key.is_some(), lock }
    }

    /// A key needs a header that carries it.
    pub(super) fn put_header(&self, settings: &mut Settings) {
        if self.key.is_some() && self.beginning.known.config.network.api_key.is_none() {
            settings.entry(HEADER.into()).or_insert_with(|| USUAL_HEADER.into());
        }
    }

    pub(super) fn new_key(&self, config: &Config) -> Option<Box<crate::setup::key::NewKey>> {
        let secret = self.key.clone()?;
        Some(Box::new(crate::setup::key::NewKey { config: config.clone(), secret }))
    }
}
