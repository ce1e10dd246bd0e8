//! What single rungs of the ladder find out, in words: the name, the connection, the clock, the presigner.
//!
//! In: settings, or what the presigner granted. Out: a detail for people, or an error with its remedy.
//! Not here: the order of the rungs (`ladder`).

use jiff::{SignedDuration, Timestamp};

use crate::auth::Place;
use crate::config::{Config, Proxy};
use crate::error::Explain;
use crate::phrase;
use crate::remote::Grant;

/// A clock that is off by more makes certificates look wrong and times in the history mislead.
const CLOCK_OFF: SignedDuration = SignedDuration::from_mins(5);

/// Signatures do not depend on it, so sending goes on.
pub(super) const CLOCK_ADVICE: &str =
    "Let the system set its clock from the network: certificates and times in the history depend on it.";

/// Where programs name the proxy for this user.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// No address belongs to the name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name of the {role}, {host}, cannot be found")]
pub(super) struct UnknownName {
    role: &'static str,
    host: String,
}

impl Explain for UnknownName {
    fn kind(&self) -> &'static str {
        "network.dns"
    }

    fn hint(&self) -> Option<String> {
        Some("Check the network connection, then the spelling of api_url: `outtray config get api_url`.".into())
    }
}

/// Through a proxy, it is the proxy that looks names up.
pub(super) async fn look_up(config: &Config) -> Result<String, UnknownName> {
    let (url, role) = match &config.network.proxy {
        Proxy::Url(url) => (url, "proxy"),
        Proxy::System
            if PROXY_VARIABLES.iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())) =>
        {
            return Ok("left to the proxy that the environment names".into());
        }
        Proxy::System | Proxy::None => (&config.api_url, "presigner"),
    };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or(443);
    match tokio::net::lookup_host((host, port)).await.map(|mut found| found.next()) {
        Ok(Some(address)) => Ok(format!("{host} is {}", address.ip())),
        Ok(None) | Err(_) => Err(UnknownName { role, host: host.into() }),
    }
}

/// Where the key was found.
pub(super) fn place(place: Place) -> &'static str {
    match place {
        Place::Environment => "from the variable OUTTRAY_API_KEY",
        Place::File => "from the file that `outtray auth set --file` wrote",
        Place::Keychain => "from the keychain",
    }
}

pub(super) fn connection(config: &Config) -> String {
    let how = if config.api_url.scheme() == "https" { "secure" } else { "not encrypted (plain http)" };
    match &config.network.proxy {
        Proxy::Url(url) => format!("{how}, through the proxy {}", url.host_str().unwrap_or_default()),
        Proxy::System | Proxy::None => how.into(),
    }
}

pub(super) enum Clock {
    Right,
    Off(String),
}

/// `None` when the presigner does not tell the time.
pub(super) fn clock(grant: &Grant) -> Option<Clock> {
    let theirs = grant.server_time().and_then(|secs| Timestamp::from_second(secs).ok())?;
    let off = Timestamp::now().duration_since(theirs).abs();
    if off < CLOCK_OFF {
        return Some(Clock::Right);
    }
    Some(Clock::Off(format!("it differs by {} from the presigner's", phrase::span(off))))
}

pub(super) fn presigner(grant: &Grant) -> String {
    let mut parts = vec![format!("lets us upload to the bucket {}", grant.bucket())];
    if grant.is_v1() {
        parts.push("binds checksums".into());
    }
    if grant.uses_sigv2() {
        parts.push("uses the older SigV2 signatures".into());
    }
    parts.join(", ")
}
