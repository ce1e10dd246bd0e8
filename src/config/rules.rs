//! What the texts in `config.toml` mean: addresses, names, rates, ages.
//!
//! In: one text. Out: the checked value, or a sentence that continues `key = value: `.
//! Not here: numbers and their ranges (`keys`), paths (`folder`).

use std::time::Duration;

use url::{Host, Url};

use super::problem::without_values;
use super::{DeviceId, KeepSynced, Proxy};

/// Longest device name, in characters.
const DEVICE_MAX: usize = 64;

impl DeviceId {
    /// The error says what is allowed.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let good = (1..=DEVICE_MAX).contains(&text.len()) && text.chars().all(plain) && text != "." && text != "..";
        let rule =
            "must be 1 to 64 letters, digits, dots, underscores or hyphens (A-Z a-z 0-9 . _ -), not \".\" or \"..\"";
        if good { Ok(Self(text.into())) } else { Err(rule) }
    }
}

/// Why an address cannot be the presigner's; the text continues `api_url = value: `.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadApiUrl {
    #[error("must be an https address: {0}")]
    NoAddress(url::ParseError),
    #[error("must not hold quotes or control characters; it is used exactly as written")]
    Characters,
    #[error("must be an address that begins with https://")]
    OtherScheme,
    #[error("must not hold a user name or password; it is shown to people")]
    Login,
    #[error("must not hold a # part: it would never be sent")]
    Fragment,
    #[error(
        "must begin with https://; plain http is for this computer itself, elsewhere only with \
         network.allow_insecure_http = true"
    )]
    PlainHttp,
    #[error("cannot be sent exactly as written: the path would become {would_be}; write it in that form")]
    Respelled { would_be: String },
}

/// The presigner's address, such that what is sent is what was written.
pub fn api_url(text: &str, insecure: bool) -> Result<Url, BadApiUrl> {
    // A parser drops some of them without a word: then it would be another address.
    if text.contains(|c: char| c.is_control() || matches!(c, '"' | '\'' | '`')) {
        return Err(BadApiUrl::Characters);
    }
    let url = Url::parse(text).map_err(BadApiUrl::NoAddress)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(BadApiUrl::OtherScheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadApiUrl::Login);
    }
    if url.fragment().is_some() {
        return Err(BadApiUrl::Fragment);
    }
    if url.scheme() == "http" && !insecure && !is_loopback(&url) {
        return Err(BadApiUrl::PlainHttp);
    }
    let sent = &url[url::Position::BeforePath..];
    let written = path_and_query(text);
    if sent == written || (written.is_empty() && sent == "/") {
        Ok(url)
    } else {
        let shown = without_values(url.as_str());
        Err(BadApiUrl::Respelled { would_be: path_and_query(&shown).to_owned() })
    }
}

/// What follows the host, as it stands in the text.
fn path_and_query(text: &str) -> &str {
    let rest = text.split_once("//").map_or("", |(_, rest)| rest);
    rest.find(['/', '?', '#', '\\']).map_or("", |start| &rest[start..])
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

pub(super) fn proxy(text: &str) -> Result<Proxy, String> {
    let rule = "must be empty (the system's proxy), \"none\", or an address such as \"http://proxy.example.org:3128\" \
                (http, https, socks5 or socks5h)";
    match text {
        "" => return Ok(Proxy::System),
        "none" => return Ok(Proxy::None),
        _ => {}
    }
    let url = Url::parse(text).map_err(|_| rule)?;
    let known = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h");
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let good = known && bare && url.host_str().is_some_and(|host| !host.is_empty());
    if good { Ok(Proxy::Url(url)) } else { Err(rule.into()) }
}

/// Bytes a second; None for no ceiling.
pub(super) fn upload_limit(text: &str) -> Result<Option<u64>, String> {
    const SLOWEST: f64 = 8192.0;
    const FASTEST: f64 = 1e12;
    let rule = "must be \"0\" (no ceiling) or a rate such as \"500 KB/s\" or \"2 MiB/s\", from 8 KiB/s to 1000 GB/s \
                (B, KB, MB, GB, KiB, MiB, GiB)";
    if text.trim() == "0" {
        return Ok(None);
    }
    let rate = || {
        let amount = text.trim().strip_suffix("/s")?.trim_end();
        let split = amount.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = amount[..split].parse().ok()?;
        let unit = match amount[split..].trim_start() {
            "B" => 1.0,
            "KB" | "kB" => 1e3,
            "MB" => 1e6,
            "GB" => 1e9,
            "KiB" => 1024.0,
            "MiB" => 1_048_576.0,
            "GiB" => 1_073_741_824.0,
            _ => return None,
        };
        Some(number * unit).filter(|rate| (SLOWEST..=FASTEST).contains(rate))
    };
    rate().map(|rate| Some(rate as u64)).ok_or_else(|| rule.into())
}

pub(super) fn keep_synced(text: &str) -> Result<KeepSynced, String> {
    const DAY: Duration = Duration::from_hours(24);
    let days = || text.strip_suffix('d')?.parse::<u32>().ok().filter(|days| (1..=3650).contains(days));
    match text {
        "forever" => Ok(KeepSynced::Forever),
        "delete" => Ok(KeepSynced::Delete),
        _ => days()
            .map(|days| KeepSynced::For(DAY * days))
            .ok_or_else(|| "must be \"forever\", \"delete\", or days from \"1d\" to \"3650d\"".into()),
    }
}

/// A host as a presigned URL names it, in small letters.
pub(super) fn bucket_host(text: &str) -> Result<String, String> {
    Host::parse(text).map(|host| host.to_string().to_lowercase()).map_err(|_| {
        "must list bare host names such as \"minio.example.org\", without https:// and without a port".into()
    })
}

/// `auto` or a tag such as `de` or `pt-BR`.
pub(super) fn language(text: &str) -> Result<String, String> {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let tag = (2..=3).contains(&first.len())
        && first.chars().all(|c| c.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()));
    if tag || text == "auto" {
        Ok(text.into())
    } else {
        Err("must be \"auto\" or a language tag such as \"en\", \"de\" or \"pt-BR\"".into())
    }
}

/// An address that people can open.
pub(super) fn help_url(text: &str) -> Result<Option<String>, String> {
    let web = |url: &Url| matches!(url.scheme(), "http" | "https");
    match text {
        "" => Ok(None),
        _ if Url::parse(text).is_ok_and(|url| web(&url)) => Ok(Some(text.into())),
        _ => Err("must be an address that begins with https://".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_as_written() {
        for text in [
            "https://abc123xyz.execute-api.us-west-2.amazonaws.com/ingest/new",
            "https://h.example.org/stage//ingest/new?tenant=a%2Fb&mode=x+y",
            "https://h.example.org:8443/?",
            "https://h.example.org",
            "http://127.0.0.1:9000/ingest/new",
            "http://[::1]:9000/x",
            "http://localhost/x",
        ] {
            let url = api_url(text, false).expect(text);
            assert_eq!(url.as_str().trim_end_matches('/'), text.trim_end_matches('/'));
        }
    }

    #[test]
    fn addresses_that_would_change_or_leak_are_refused() {
        for text in [
            "https://h.example.org/a/../b",
            "https://h.example.org/ä",
            "https://h.example.org/a b",
            "https://h.example.org/a ",
            "https://h.example.org/x#y",
            "https://me:word@h.example.org/x",
            "https://h.example.org\\x",
            "http://h.example.org/x",
            "http://localhost.example.org/x",
            "ftp://host/x",
            "/ingest/new",
            "",
        ] {
            assert!(api_url(text, false).is_err(), "{text}");
        }
        assert!(api_url("http://h.example.org/x", true).is_ok());
    }

    #[test]
    fn rates_carry_their_unit() {
        assert_eq!(upload_limit("0"), Ok(None));
        assert_eq!(upload_limit("2 MiB/s"), Ok(Some(2_097_152)));
        assert_eq!(upload_limit("500KB/s"), Ok(Some(500_000)));
        assert_eq!(upload_limit("1.5 MB/s"), Ok(Some(1_500_000)));
        for text in ["", "2", "2 MiB", "2 Mb/s", "-1 KB/s", "1 B/s", "1.2.3 MB/s", "9999999999 GiB/s", "MB/s"] {
            assert!(upload_limit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ages_proxies_and_languages() {
        assert_eq!(keep_synced("30d"), Ok(KeepSynced::For(Duration::from_hours(720))));
        for text in ["0d", "d", "30", "-1d", "Forever", "99999999999d"] {
            assert!(keep_synced(text).is_err(), "{text}");
        }
        assert_eq!(proxy("none"), Ok(Proxy::None));
        assert!(matches!(proxy("socks5://me:word@p.example.org:1080"), Ok(Proxy::Url(_))));
        for text in ["proxy:8080", "ftp://p", "http://p/path", "direct", "socks5://"] {
            assert!(proxy(text).is_err(), "{text}");
        }
        assert!(language("pt-BR").is_ok() && language("auto").is_ok());
        assert!(language("english").is_err() && language("de_DE").is_err());
        assert_eq!(bucket_host("MinIO.example.org").as_deref(), Ok("minio.example.org"));
        assert!(bucket_host("https://minio").is_err() && bucket_host("minio:9000").is_err());
    }

    #[test]
    fn device_names_fit_into_keys() {
        assert!(DeviceId::parse(&"x".repeat(64)).is_ok() && DeviceId::parse("Desk-1.b_2").is_ok());
        for text in ["", ".", "..", "a b", "a/b", "ä", &"x".repeat(65)] {
            assert!(DeviceId::parse(text).is_err(), "{text}");
        }
    }
}
