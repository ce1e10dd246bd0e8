//! Fetching public files, which is how a newer version of the program comes: GET, and nothing about this device.
//!
//! In: addresses, and a limit for each. Out: bytes, or a [`Failure`]. Neither device nor key are told, no cookie is kept;
//! what is sent beside the address is the name and version of the program and, where there was one, the mark of the last
//! answer. Unlike uploads, answers may lead elsewhere: release servers do that. Never from https to plain http.
//! Not here: whether the bytes can be trusted (`update`).

use std::fmt;
use std::io;
use std::time::Duration;

use reqwest::header::{ETAG, IF_NONE_MATCH};
use reqwest::{Client, Response, StatusCode, redirect};
use url::Url;

use super::answer;
use super::client::{Build, BuildError, ProxyChoice};
use super::failure::{Class, Failure, Stage};
use super::hosts::{self, Hosts};
use super::transport;

/// For an answer to begin, and for a short one to end.
const PATIENCE: Duration = Duration::from_secs(35);
/// Longer chains lead nowhere.
const REDIRECTS_MAX: usize = 6;
/// Marks are shorter.
const ETAG_MAX: usize = 200;

/// What the way to the files needs to know.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// Where the first question goes; only on loopback may it be plain http.
    pub base: Url,
    pub proxy: ProxyChoice,
    /// Certificates in PEM form, trusted beside those of the system.
    pub ca_pem: Option<Vec<u8>>,
    pub connect_timeout: Duration,
    /// How long a transfer may stand still.
    pub stall_timeout: Duration,
}

/// Asks, and keeps nothing.
#[derive(Clone)]
pub struct Fetcher {
    http: Client,
    stall_timeout: Duration,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").finish_non_exhaustive()
    }
}

/// What a short file was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// As it was when the mark was given.
    Unchanged,
    New {
        body: Vec<u8>,
        etag: Option<String>,
    },
}

impl Fetcher {
    pub fn new(options: FetchOptions) -> Result<Self, BuildError> {
        let loopback = hosts::is_loopback(&options.base);
        if options.base.scheme() != "https" && !(options.base.scheme() == "http" && loopback) {
            return Err(BuildError::InsecureApi);
        }
        let build = Build {
            hosts: Hosts::new(loopback, false, &[]),
            proxy: options.proxy,
            ca_pem: options.ca_pem,
            connect_timeout: options.connect_timeout,
            loopback,
            insecure: loopback,
            redirects: if loopback { within_this_computer } else { over_https },
        };
        Ok(Self { http: build.client()?, stall_timeout: options.stall_timeout })
    }

    /// A file of at most so many bytes; `etag` is the mark of the one that is known already.
    pub async fn short(&self, url: Url, most: usize, etag: Option<&str>) -> Result<Fetched, Failure> {
        let mut request = self.http.get(url).timeout(PATIENCE);
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let answer = request.send().await.map_err(|error| transport::fetch(&error.without_url()))?;
        if answer.status() == StatusCode::NOT_MODIFIED && etag.is_some() {
            return Ok(Fetched::Unchanged);
        }
        let answer = good(answer)?;
        let etag = answer.headers().get(ETAG).and_then(|etag| etag.to_str().ok());
        let etag = etag.filter(|etag| etag.len() <= ETAG_MAX).map(str::to_owned);
        match answer::read(answer, most).await {
            Ok(Some(body)) => Ok(Fetched::New { body, etag }),
            Ok(None) => Err(failure("update.bad_reply", "the answer is longer than it may be")),
            Err(error) => Err(transport::fetch(&error)),
        }
    }

    /// A file of exactly `size` bytes, piece by piece.
    pub async fn long(
        &self,
        url: Url,
        size: u64,
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<io::Result<()>, Failure> {
        let asked = tokio::time::timeout(PATIENCE, self.http.get(url).send()).await;
        let asked = asked.map_err(|_| failure("update.interrupted", "no answer within the time"))?;
        let mut answer = good(asked.map_err(|error| transport::fetch(&error.without_url()))?)?;
        let mut left = size;
        loop {
            let piece = tokio::time::timeout(self.stall_timeout, answer.chunk()).await;
            let piece = piece.map_err(|_| failure("update.interrupted", "the line stood still"))?;
            match piece.map_err(|error| transport::fetch(&error.without_url()))? {
                Some(piece) if piece.len() as u64 > left => {
                    return Err(failure("update.bad_reply", "the file is longer than announced"));
                }
                Some(piece) => {
                    left -= piece.len() as u64;
                    if let Err(error) = take(&piece) {
                        return Ok(Err(error));
                    }
                }
                None if left > 0 => return Err(failure("update.interrupted", "the file ended early")),
                None => return Ok(Ok(())),
            }
        }
    }
}

fn good(answer: Response) -> Result<Response, Failure> {
    let status = answer.status();
    match status.as_u16() {
        200 if answer::is_html(answer.headers()) => Err(failure("network.portal", "a web page answered instead")),
        200 => Ok(answer),
        404 | 410 => Err(failure("update.not_found", "it is not there").with_status(status.as_u16())),
        _ => Err(failure("update.unavailable", "").with_status(status.as_u16())),
    }
}

fn failure(kind: &'static str, cause: &'static str) -> Failure {
    Failure::new(Stage::Fetch, Class::Network, kind, cause)
}

fn over_https() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let leads_on = attempt.previous().len() <= REDIRECTS_MAX && attempt.url().scheme() == "https";
        if leads_on { attempt.follow() } else { attempt.stop() }
    })
}

/// A server of this computer leads to others of it, so that nothing of a test gets out.
fn within_this_computer() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let is_web = matches!(attempt.url().scheme(), "http" | "https");
        let leads_on = attempt.previous().len() <= REDIRECTS_MAX && is_web && hosts::is_loopback(attempt.url());
        if leads_on { attempt.follow() } else { attempt.stop() }
    })
}
