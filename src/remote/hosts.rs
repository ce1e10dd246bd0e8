//! Which hosts a presigned URL may name.
//!
//! In: a parsed URL and the rules of this installation. Out: yes, or the reason why not.
//! Not here: the rest of the reply (`policy`), which addresses a name may stand for (`resolver`).

use url::{Host, Url};

/// What this installation allows.
#[derive(Debug, Clone, Default)]
pub(super) struct Hosts {
    /// The presigner itself is on loopback, so the storage may be as well: demo and tests.
    pub(super) loopback: bool,
    pub(super) insecure_http: bool,
    /// Lower case, `host` or `host:port`; a name admits its sub-domains, an address only itself.
    pub(super) listed: Vec<String>,
}

/// Why a URL leads nowhere that files may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forbidden {
    /// Nobody has allowed this host or port; the settings can.
    Host(&'static str),
    /// It cannot be allowed by naming the host.
    Way(&'static str),
}

/// Whether this URL's host is on loopback, by address or by the name that is reserved for it.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether the name is one of Amazon's S3, whose addresses are public. Under the same domain are computers, gateways and
/// balancers of anybody.
pub(super) fn is_amazon(host: &str) -> bool {
    let front = [".amazonaws.com", ".amazonaws.com.cn"].iter().find_map(|suffix| host.strip_suffix(suffix));
    let Some(front) = front else { return false };
    let is_service = |label: &str| label == "s3" || label.starts_with("s3-") || label.starts_with("s3express-");
    let is_region = |label: &str| {
        let mut parts = label.rsplit('-');
        parts.next().is_some_and(|number| number.parse::<u8>().is_ok())
            && parts.clone().count() >= 2
            && parts.all(|part| part.bytes().all(|c| c.is_ascii_lowercase()))
    };
    let is_place = |label: &str| is_region(label) || matches!(label, "dualstack" | "vpce");
    // bucket . s3 . dualstack . region, read from the end
    front.rsplit('.').find(|label| is_service(label) || !is_place(label)).is_some_and(is_service)
}

impl Hosts {
    pub(super) fn new(loopback: bool, insecure_http: bool, listed: &[String]) -> Self {
        let listed = listed.iter().map(|entry| entry.trim().trim_start_matches('.').to_ascii_lowercase()).collect();
        Self { loopback, insecure_http, listed }
    }

    /// Scheme, host and port together: plain HTTP only where it was asked for, Amazon only on its own port.
    pub(super) fn check(&self, url: &Url) -> Result<(), Forbidden> {
        use Forbidden::{Host as NotListed, Way};
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Way("the URL is neither https nor http")),
        };
        let host = url.host_str().ok_or(Way("the URL has no host"))?;
        if host.split('.').any(str::is_empty) {
            return Err(Way("the URL's host is not well formed"));
        }
        if is_loopback(url) {
            return if self.loopback { Ok(()) } else { Err(Way("the URL leads to this computer itself")) };
        }
        if self.lists(host, url.port_or_known_default()) {
            return if secure || self.insecure_http { Ok(()) } else { Err(Way("the URL is not https")) };
        }
        match url.host() {
            Some(Host::Domain(name)) if is_amazon(name) => {
                if !secure {
                    Err(Way("the URL is not https"))
                } else if url.port().is_some() {
                    Err(NotListed("the URL names an unusual port"))
                } else {
                    Ok(())
                }
            }
            Some(Host::Domain(_)) => Err(NotListed("the URL leads to a host that is not allowed")),
            _ => Err(NotListed("the URL names an address instead of a host")),
        }
    }

    /// Whether somebody wrote this host (and port) into the settings.
    pub(super) fn lists(&self, host: &str, port: Option<u16>) -> bool {
        self.entry(host, port).is_some()
    }

    /// The listed host that admits this one.
    pub(super) fn entry(&self, host: &str, port: Option<u16>) -> Option<&str> {
        self.listed.iter().find_map(|entry| {
            let (name, wanted) = split_port(entry);
            let fits = wanted.is_none() || port.is_none() || wanted == port;
            (fits && !name.is_empty() && (host == name || is_sub_domain(host, name))).then_some(name)
        })
    }
}

fn is_sub_domain(host: &str, name: &str) -> bool {
    let is_address = name.starts_with('[') || name.parse::<std::net::IpAddr>().is_ok();
    !is_address && host.strip_suffix(name).is_some_and(|front| front.len() > 1 && front.ends_with('.'))
}

fn split_port(entry: &str) -> (&str, Option<u16>) {
    match entry.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(hosts: &Hosts, url: &str) -> bool {
        hosts.check(&Url::parse(url).expect("a URL")).is_ok()
    }

    #[test]
    fn amazon_over_https_and_nothing_that_looks_like_it() {
        let hosts = Hosts::default();
        for url in [
            "https://b.s3.us-west-2.amazonaws.com/k",
            "https://s3.cn-north-1.amazonaws.com.cn/b/k",
            "https://b.s3.amazonaws.com:443/k",
            "https://b.s3-eu-west-1.amazonaws.com/k",
            "https://b.s3.dualstack.us-gov-west-1.amazonaws.com/k",
            "https://b.s3-accelerate.amazonaws.com/k",
            "https://point-123.s3-accesspoint.us-west-2.amazonaws.com/k",
            "https://b--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com/k",
            "https://b.vpce-1a2b-3c4d.s3.us-east-1.vpce.amazonaws.com/k",
        ] {
            assert!(allowed(&hosts, url), "{url}");
        }
        for url in [
            "http://b.s3.amazonaws.com/k",
            "https://b.s3.amazonaws.com:8443/k",
            "https://amazonaws.com/k",
            "https://evilamazonaws.com/k",
            // What was wrong: whoever rents anything at Amazon has a name under its domain.
            "https://a1b2c3.execute-api.us-west-2.amazonaws.com/k",
            "https://s3-1234567890.us-west-2.elb.amazonaws.com/k",
            "https://ec2-203-0-113-9.us-west-2.compute.amazonaws.com/k",
            "https://s3.ec2-203-0-113-9.compute-1.amazonaws.com/k",
            "https://b.s3.amazonaws.com.evil.test/k",
            "https://b.s3.amazonaws.com./k",
            "https://b..s3.amazonaws.com/k",
            "https://evil.test\\@b.s3.amazonaws.com/k",
            "https://b.s3.amazonaws.com@evil.test/k",
            "https://169.254.169.254/k",
            "https://2852039166/k",
            "https://0x7f.1/k",
            "https://[::ffff:169.254.169.254]/k",
            "https://[::1]/k",
            "https://localhost/k",
            "ftp://b.s3.amazonaws.com/k",
        ] {
            assert!(!allowed(&hosts, url), "{url}");
        }
    }

    #[test]
    fn listed_hosts_admit_their_sub_domains() {
        let hosts =
            Hosts::new(false, false, &["MinIO.example.org".into(), "10.1.2.3:9000".into(), "store.test:443".into()]);
        for url in [
            "https://minio.example.org:9000/b/k",
            "https://b.minio.example.org/k",
            "https://10.1.2.3:9000/b/k",
            "https://store.test/k",
        ] {
            assert!(allowed(&hosts, url), "{url}");
        }
        for url in [
            "http://minio.example.org/b/k",
            "https://notminio.example.org/k",
            "https://example.org/k",
            "https://10.1.2.3/b/k",
            "https://1.10.1.2.3.test/k",
            "https://store.test:444/k",
        ] {
            assert!(!allowed(&hosts, url), "{url}");
        }
        assert!(allowed(&Hosts { insecure_http: true, ..hosts.clone() }, "http://minio.example.org/b/k"));
        assert!(!allowed(&Hosts { insecure_http: true, ..hosts }, "http://b.s3.amazonaws.com/k"));
    }

    #[test]
    fn loopback_only_beside_a_presigner_on_loopback() {
        let hosts = Hosts::new(true, false, &[]);
        for url in ["http://127.0.0.1:9000/b/k", "http://localhost:1/b/k", "http://[::1]:1/b/k", "https://127.9.9.9/k"]
        {
            assert!(allowed(&hosts, url), "{url}");
        }
        for url in ["http://10.0.0.1/b/k", "http://[::ffff:127.0.0.1]/k", "http://bucket.example.org/k"] {
            assert!(!allowed(&hosts, url), "{url}");
        }
    }
}
