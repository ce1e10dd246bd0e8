//! NEWER VERSIONS OF OUTTRAY: is there one, may it be trusted, how does it get here.
//!
//! ```text
//! release server ──channel──▶ release (signed? newer?) ──▶ installed: by whom is this copy replaced?
//!                                                            ├─ ourselves: install ─▶ package ─▶ swap ─▶ start again
//!                                                            └─ somebody else: advice says who, and how
//! ```
//!
//! In: the settings, the running version, how this copy came here. Out: an [`Offer`], and on request both programs
//! replaced. Not here: when the tray asks and what it shows (`tray::updates`), the command's words (`cli::update`).
//!
//! Why not `axoupdater`, which belongs to the script installers: it runs the installer that it downloads, unsigned and
//! unchecked, knows no limits, and brings an HTTP client and a runtime of its own. What it knows and we need is the
//! receipt of those installers, a small JSON file. So the network edge fetches an archive, a signed list of the release
//! says which bytes it must have, and two renames put it in place.

use std::path::Path;

use semver::Version;

pub mod advice;
mod channel;
pub mod daily;
mod failure;
mod install;
pub mod installed;
mod keys;
mod memory;
mod package;
mod release;
mod settings;
mod swap;

pub use channel::{Channel, Found, Newest};
pub use failure::UpdateError;
pub use install::{Place, install, start_setup};
pub use installed::{Installed, Way};
pub use keys::Keys;
pub use memory::Memory;
pub use release::{Release, ReleaseFile};
pub use settings::Settings;

/// Where people read about releases, and programs fetch them.
pub const RELEASES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/releases");

/// A newer version than the one that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub version: Version,
}

/// The version of this program.
pub fn running() -> Version {
    Version::parse(env!("CARGO_PKG_VERSION")).expect("cargo takes no other")
}

/// The page of a release.
pub fn page(version: &Version) -> String {
    format!("{RELEASES}/tag/v{version}")
}

/// Ends what an earlier update could not: a program that was being replaced when the computer went out, and files that
/// Windows did not let go. Call it when a program starts that may update.
pub fn tidy(folder: &Path) {
    // Somebody else is at it: then it is no blackout.
    let Ok(_lock) = install::only_one(folder) else { return };
    if let Err(error) = swap::finish(folder, &running()) {
        tracing::warn!(target: "outtray", "⚠️  an earlier update cannot be finished: {error}");
    }
}
