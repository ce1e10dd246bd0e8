//! Name lookup that does not let a public name lead into the local network.
//!
//! In: a host name. Out: its addresses; for Amazon's hosts, whose addresses are public, private ones are refused, so
//! that a poisoned answer cannot point an upload at a machine next door. Not here: which names are allowed at all
//! (`hosts`). Behind a proxy the proxy looks the name up, and this check does not happen.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::hosts::{Hosts, is_amazon};

#[derive(Debug)]
pub(super) struct Resolver {
    hosts: Hosts,
}

/// A public name stands for a private address.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("a public name stands for a private address")]
pub(super) struct PrivateAddress;

impl Resolver {
    pub(super) fn new(hosts: Hosts) -> Self {
        Self { hosts }
    }

    /// A host that somebody listed may be anywhere: private endpoints exist.
    fn must_be_public(&self, name: &str) -> bool {
        is_amazon(name) && !self.hosts.insecure_http && !self.hosts.lists(name, None)
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let must_be_public = self.must_be_public(name.as_str());
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if must_be_public && found.iter().any(|address| !is_public(address.ip())) {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Neither loopback, private, link-local, shared (CGNAT), nor otherwise reserved.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(inner) => is_public_v4(inner),
            None => {
                !(address.is_loopback()
                    || address.is_unspecified()
                    || address.is_unique_local()
                    || address.is_unicast_link_local()
                    || address.is_multicast())
            }
        },
    }
}

/// `::ffff:a.b.c.d`, and `64:ff9b::a.b.c.d` of networks that translate to IPv4.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = address.segments();
    let is_nat64 = segments.starts_with(&[0x64, 0xff9b, 0, 0, 0, 0]);
    let joined = (u32::from(segments[6]) << 16) | u32::from(segments[7]);
    address.to_ipv4_mapped().or_else(|| is_nat64.then(|| Ipv4Addr::from(joined)))
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    !(address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_multicast()
        || is_shared
        || a == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_private_addresses() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "::",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
        ] {
            assert!(!is_public(text.parse().expect("an address")), "{text}");
        }
        for text in ["52.218.1.1", "100.63.0.1", "2600:1f14::1", "::ffff:52.218.1.1", "64:ff9b::34da:101"] {
            assert!(is_public(text.parse().expect("an address")), "{text}");
        }
    }

    #[test]
    fn only_unlisted_hosts_of_amazon_must_be_public() {
        let resolver = Resolver::new(Hosts::new(false, false, &["s3.us-west-2.amazonaws.com".into()]));
        assert!(resolver.must_be_public("b.s3.eu-west-1.amazonaws.com"));
        assert!(!resolver.must_be_public("b.s3.us-west-2.amazonaws.com"));
        assert!(!resolver.must_be_public("proxy.corp.test"));
    }
}
