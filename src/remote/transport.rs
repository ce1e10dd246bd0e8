//! Failures without an answer: what broke on the way, in our own words.
//!
//! In: the HTTP library's error, already without its URL. Out: a [`Failure`]. The library's own text is never shown: the
//! chain is searched for what can be known, and named here. Not here: answers with a status (`classify`).

use std::error::Error;
use std::io;

use rustls::CertificateError;

use super::failure::{Class, Failure, Stage};
use super::resolver::PrivateAddress;

/// A presign call that had no complete answer.
pub(super) fn presign(error: &reqwest::Error) -> Failure {
    connect(error, Stage::CallPresign).unwrap_or_else(|| {
        let kind = if error.is_timeout() { "presign.timeout" } else { "presign.unreachable" };
        Failure::new(Stage::CallPresign, Class::Again, kind, broken(error)).on_the_way(false)
    })
}

/// A public file that did not come, or not whole.
pub(super) fn fetch(error: &reqwest::Error) -> Failure {
    connect(error, Stage::Fetch)
        .unwrap_or_else(|| Failure::new(Stage::Fetch, Class::Network, "update.interrupted", broken(error)))
}

/// A PUT that had no answer. `began`: a byte of the body may have left this computer.
pub(super) fn put(error: &reqwest::Error, began: bool) -> Failure {
    connect(error, Stage::Put)
        .unwrap_or_else(|| Failure::new(Stage::Put, Class::Again, "put.interrupted", broken(error)).on_the_way(began))
}

/// The connection stood still.
pub(super) fn stalled(began: bool) -> Failure {
    Failure::new(Stage::Put, Class::Again, "put.stalled", "the line stood still").on_the_way(began)
}

/// What kept a connection from being made; `None` when it was made.
fn connect(error: &reqwest::Error, stage: Stage) -> Option<Failure> {
    if let Some(tls) = find::<rustls::Error>(error) {
        return Some(certificate(tls, stage));
    }
    if !error.is_connect() {
        return None;
    }
    let network = |kind, cause| Failure::new(stage, Class::Network, kind, cause).on_the_way(false);
    if find::<PrivateAddress>(error).is_some() {
        let cause = "the storage's name stands for an address of the local network";
        return Some(Failure::new(stage, Class::SetUp, "network.private_address", cause));
    }
    if says(error, "proxy authorization required") {
        return Some(Failure::new(stage, Class::SetUp, "network.proxy", "the proxy asks for a user name and password"));
    }
    if says(error, "tunnel error") || says(error, "socks") {
        return Some(network("network.proxy", "the proxy did not connect us"));
    }
    if error.is_dns() {
        return Some(network("network.dns", "the host name cannot be found"));
    }
    if error.is_timeout() {
        return Some(network("network.timeout", "no connection within the time"));
    }
    Some(match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => network("network.refused", "connection refused"),
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable | io::ErrorKind::AddrNotAvailable) => {
            network("network.unreachable", "the network is unreachable")
        }
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::UnexpectedEof) => {
            network("network.unreachable", "the connection was cut off while it was made")
        }
        _ => network("network.unreachable", "no connection"),
    })
}

fn certificate(error: &rustls::Error, stage: Stage) -> Failure {
    let set_up = |kind, cause: &'static str| Failure::new(stage, Class::SetUp, kind, cause);
    match error {
        rustls::Error::InvalidCertificate(reason) => match reason {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                set_up("network.tls_clock", "the certificate has expired, or this computer's clock is wrong")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                set_up("network.tls_clock", "the certificate is not valid yet, or this computer's clock is wrong")
            }
            CertificateError::UnknownIssuer => set_up("network.tls_issuer", "the certificate's issuer is not trusted"),
            // Sign-in pages of guest networks look like this as well, and they pass.
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Failure::new(stage, Class::Network, "network.tls_name", "the certificate is for another host")
                    .on_the_way(false)
            }
            CertificateError::Revoked => set_up("network.tls", "the certificate was revoked"),
            _ => set_up("network.tls_issuer", "the certificate is not acceptable"),
        },
        rustls::Error::AlertReceived(_) | rustls::Error::PeerIncompatible(_) | rustls::Error::PeerMisbehaved(_) => {
            Failure::new(stage, Class::Network, "network.tls", "the secure connection was refused").on_the_way(false)
        }
        _ => Failure::new(stage, Class::Network, "network.tls", "the secure connection failed").on_the_way(false),
    }
}

/// What happened to a connection that was made.
fn broken(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        return "no answer within the time";
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionReset) => "connection reset",
        Some(io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted) => "connection closed while sending",
        Some(io::ErrorKind::UnexpectedEof) => "connection closed before the answer was complete",
        _ if says(error, "before message completed") => "connection closed before the answer",
        _ if says(error, "parsed") || says(error, "too large") => "the answer is not proper HTTP",
        _ => "connection broken",
    }
}

/// Whether a link of the chain has these words in its text.
fn says(error: &reqwest::Error, words: &str) -> bool {
    let mut found = false;
    visit(error, &mut |link| found = found || link.to_string().contains(words));
    found
}

/// The innermost link of this type.
fn find<T: Error + 'static>(error: &reqwest::Error) -> Option<&T> {
    let mut found = None;
    visit(error, &mut |link| found = link.downcast_ref::<T>().or(found));
    found
}

/// Each link of the chain; what an `io::Error` wraps is not its `source`, so it is looked into as well.
fn visit<'a>(error: &'a reqwest::Error, look: &mut dyn FnMut(&'a (dyn Error + 'static))) {
    let mut link = error.source();
    while let Some(error) = link {
        look(error);
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        link = match wrapped {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
}

#[cfg(test)]
mod tests {
    use rustls::{AlertDescription, Error as Tls};

    use super::*;
    use crate::error::Explain as _;

    #[test]
    fn tells_what_is_wrong_with_a_certificate() {
        let cases = [
            (Tls::InvalidCertificate(CertificateError::UnknownIssuer), Class::SetUp, "network.tls_issuer"),
            (Tls::InvalidCertificate(CertificateError::Expired), Class::SetUp, "network.tls_clock"),
            (Tls::InvalidCertificate(CertificateError::NotValidYet), Class::SetUp, "network.tls_clock"),
            (Tls::InvalidCertificate(CertificateError::NotValidForName), Class::Network, "network.tls_name"),
            (Tls::InvalidCertificate(CertificateError::Revoked), Class::SetUp, "network.tls"),
            (Tls::AlertReceived(AlertDescription::HandshakeFailure), Class::Network, "network.tls"),
            (Tls::General("anything".into()), Class::Network, "network.tls"),
        ];
        for (error, class, kind) in cases {
            let failure = certificate(&error, Stage::CallPresign);
            assert_eq!((failure.class, failure.kind), (class, kind), "{error}");
            assert!(failure.hint().is_some() && !failure.to_string().contains("anything"));
        }
    }
}
