//! The header that carries the API key, and the key itself once it was looked up.
//!
//! In: `network.api_key_header`. Out: a name that a request may carry. A configuration never holds the key: until somebody
//! looks it up (`auth`), the setting says that it is missing, and nothing is sent.

use super::{Config, Proxy, rules};
use crate::error::Explain;
use crate::secret::Secret;

/// How the presigner is shown who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Lower case. In `authorization` the key stands behind the word Bearer.
    pub header: String,
    pub secret: Result<Secret, Unready>,
}

/// Why there is no key although one is needed. While it lasts nothing is sent, and nothing is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unready {
    #[error("no API key is stored for this device, and the settings ask for one")]
    Missing,
    #[error("the keychain does not hand the API key out: it is locked, or waits for an answer on the screen")]
    Locked,
    #[error("the API key cannot be looked up: this computer has no keychain that can be asked")]
    NoKeychain,
    #[error("the API key cannot be looked up: the keychain failed")]
    KeychainFailed,
    #[error("the file that holds the API key cannot be read")]
    File,
    #[error("the file that holds the API key can be read by other users")]
    FileOpen,
    #[error("what is stored as API key cannot be one: it is empty, too long, or has spaces in it")]
    Unusable,
    #[error("the API key is not sent over plain http")]
    Insecure,
}

impl Explain for Unready {
    fn kind(&self) -> &'static str {
        match self {
            Self::Missing => "auth.missing",
            Self::Locked => "auth.locked",
            Self::NoKeychain => "auth.no_keychain",
            Self::KeychainFailed => "auth.keychain",
            Self::File => "auth.file",
            Self::FileOpen => "auth.file_open",
            Self::Unusable => "auth.unusable",
            Self::Insecure => "auth.insecure",
        }
    }

    fn hint(&self) -> Option<String> {
        let what = match self {
            Self::Missing => "Store it with `outtray auth set`, or take a token with `outtray auth enrol CODE`.",
            Self::Locked => {
                "Unlock the keychain, or answer its question on the screen; OutTray then goes on by itself. On a computer \
                 without a screen use `outtray auth set --file`, or the variable OUTTRAY_API_KEY."
            }
            Self::NoKeychain => {
                "On a server set the variable OUTTRAY_API_KEY, or keep the key in a file that only you may read: \
                 `outtray auth set --file`."
            }
            Self::KeychainFailed => "OutTray tries again by itself. `outtray auth set --file` does without a keychain.",
            Self::File | Self::Unusable => "Store the key again with `outtray auth set`.",
            Self::FileOpen => "Others may have read it: ask for a new key, then store it with `outtray auth set`.",
            Self::Insecure => "Use an api_url that begins with https://, or empty [network] api_key_header.",
        };
        Some(format!("{what} Nothing is lost: files wait."))
    }
}

impl Config {
    /// Whether nobody on the way to the presigner could read a key.
    pub fn may_carry_key(&self) -> bool {
        let stays_here = rules::is_loopback(&self.api_url) && !matches!(self.network.proxy, Proxy::Url(_));
        self.api_url.scheme() == "https" || stays_here
    }
}

/// Headers that steer the connection, or that the request has already.
const TAKEN: [&str; 22] = [
    "accept",
    "connection",
    "cookie",
    "date",
    "expect",
    "from",
    "host",
    "keep-alive",
    "max-forwards",
    "origin",
    "range",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "warning",
    "forwarded",
    "http2-settings",
];

const TAKEN_FRONTS: [&str; 7] = ["accept-", "content-", "proxy-", "sec-", "if-", "x-amz-", "x-forwarded-"];

/// `None` when no key is sent.
pub(super) fn header(text: &str) -> Result<Option<String>, String> {
    let name = text.to_ascii_lowercase();
    if name.is_empty() {
        return Ok(None);
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if name.len() > 64 || !name.bytes().all(plain) {
        return Err("must be the name of a header, such as \"x-api-key\" or \"authorization\", or empty".into());
    }
    if TAKEN.contains(&name.as_str()) || TAKEN_FRONTS.iter().any(|front| name.starts_with(front)) {
        return Err("is a header with a meaning of its own; \"x-api-key\" or \"authorization\" can carry a key".into());
    }
    Ok(Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_with_a_meaning_are_refused() {
        for (text, name) in [("x-api-key", "x-api-key"), ("Authorization", "authorization"), ("X_Token", "x_token")] {
            assert_eq!(header(text), Ok(Some(name.into())));
        }
        assert_eq!(header(""), Ok(None));
        for text in [
            "Host",
            "content-length",
            "Content-Type",
            "transfer-encoding",
            "TE",
            "proxy-authorization",
            "connection",
            "x-amz-date",
            "if-none-match",
            "a b",
            "x:y",
            "x\r\ny",
            "ä",
        ] {
            assert!(header(text).is_err(), "{text}");
        }
    }

    #[test]
    fn each_reason_says_what_to_do() {
        use Unready::{File, FileOpen, Insecure, KeychainFailed, Locked, Missing, NoKeychain, Unusable};
        let all = [Missing, Locked, NoKeychain, KeychainFailed, File, FileOpen, Unusable, Insecure];
        for unready in all {
            assert!(unready.kind().starts_with("auth."));
            assert!(unready.hint().is_some_and(|hint| hint.contains('`') || hint.contains("https")), "{unready:?}");
        }
    }
}
