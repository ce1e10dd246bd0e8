//! The release server, as far as it is believed.
//!
//! In: addresses, keys, the running version. Out: what the newest release says of itself, and its files, whose bytes are
//! exactly those that it lists. Not here: HTTP (`remote::Fetcher`), what becomes of the files (`install`).
//!
//! ```text
//! BASE/latest/download/outtray-release.json               the list; asked with the mark of the last answer
//! BASE/download/vVERSION/outtray-release.json.minisig     its signature
//! BASE/download/vVERSION/FILE                             a file of it
//! ```

use std::io::Write as _;
use std::path::Path;

use semver::Version;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::keys::Keys;
use super::release::{LIST, Release, ReleaseFile, SIGNATURE, is_newer};
use super::{Settings, UpdateError};
use crate::platform::places;
use crate::remote::{Fetched, Fetcher};

/// In bytes; the real ones are a few thousand and a few hundred.
const LIST_MAX: usize = 256 * 1024;
const SIGNATURE_MAX: usize = 4 * 1024;

#[derive(Debug)]
pub struct Channel {
    fetcher: Fetcher,
    base: String,
    keys: Keys,
    running: Version,
}

/// What the server has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Newest {
    /// What it had when the mark was given.
    Unchanged,
    Found(Found),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub release: Release,
    /// It may take the place of what runs.
    pub newer: bool,
    /// Its list is the publishers' own. Looked at only where it is newer.
    pub signed: bool,
    /// For the next question.
    pub etag: Option<String>,
}

impl Channel {
    pub fn new(settings: &Settings, keys: Keys, running: Version) -> Result<Self, UpdateError> {
        let options = settings.fetch()?;
        let base = options.base.as_str().trim_end_matches('/').to_owned();
        Ok(Self { fetcher: Fetcher::new(options)?, base, keys, running })
    }

    /// A list that is newer and badly signed is an error; without a key in this build it is told as unsigned.
    pub async fn newest(&self, etag: Option<&str>) -> Result<Newest, UpdateError> {
        let url = self.url(&format!("latest/download/{LIST}"))?;
        let (body, etag) = match self.fetcher.short(url, LIST_MAX, etag).await? {
            Fetched::Unchanged => return Ok(Newest::Unchanged),
            Fetched::New { body, etag } => (body, etag),
        };
        let release = Release::read(&body).ok_or(UpdateError::BadList)?;
        let newer = is_newer(&self.running, &release.version);
        let signed = newer && !self.keys.is_empty();
        if signed {
            self.check(&release.version, &body).await?;
        }
        Ok(Newest::Found(Found { release, newer, signed, etag }))
    }

    async fn check(&self, version: &Version, list: &[u8]) -> Result<(), UpdateError> {
        let url = self.url(&format!("download/v{version}/{SIGNATURE}"))?;
        let signature = match self.fetcher.short(url, SIGNATURE_MAX, None).await {
            Ok(Fetched::New { body, .. }) => body,
            // A release without a signature is none of ours.
            Err(failure) if failure.kind == "update.not_found" => return Err(UpdateError::NotSigned),
            Err(failure) => return Err(failure.into()),
            Ok(Fetched::Unchanged) => return Err(UpdateError::NotSigned),
        };
        let text = String::from_utf8(signature).map_err(|_| UpdateError::NotSigned)?;
        if self.keys.signed(list, &text) { Ok(()) } else { Err(UpdateError::NotSigned) }
    }

    /// Fetches a file of a release whose list was signed. It is there only if every byte is right.
    pub async fn fetch(&self, found: &Found, file: &ReleaseFile, to: &Path) -> Result<(), UpdateError> {
        if !found.signed {
            return Err(UpdateError::NoKey);
        }
        let url = self.url(&format!("download/v{}/{}", found.release.version, file.name))?;
        let writing = || format!("writing {}", to.display());
        _ = std::fs::remove_file(to); // of an earlier try; what is in the way is told below
        let mut out = places::create_private_file(to).map_err(UpdateError::files(writing()))?;
        let mut hash = Sha256::new();
        let come = self.fetcher.long(url, file.size, |piece| {
            hash.update(piece);
            out.write_all(piece)
        });
        let come = match come.await {
            Ok(Ok(())) if hash.finalize().as_slice() == file.sha256.as_slice() => out.sync_all(),
            Ok(Ok(())) => {
                _ = std::fs::remove_file(to);
                return Err(UpdateError::Damaged { name: file.name.clone() });
            }
            Ok(Err(error)) => Err(error),
            Err(failure) => {
                _ = std::fs::remove_file(to);
                return Err(failure.into());
            }
        };
        come.map_err(UpdateError::files(writing()))
    }

    fn url(&self, rest: &str) -> Result<Url, UpdateError> {
        Url::parse(&format!("{}/{rest}", self.base)).map_err(|_| UpdateError::BadBase)
    }
}
