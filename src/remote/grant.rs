//! A grant: the leave to PUT one object for a few minutes.
//!
//! In: a reply that `policy` accepted. Out: key, bucket and age for everybody; the URL for `put` alone, because whoever
//! knows it can write the object. Not here: the examination (`policy`), the sending (`put`).

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use url::Url;

use super::headers::HeaderSet;
use super::hosts::{Hosts, is_amazon};

/// Cannot be printed: `Debug` shows host and key only.
pub struct Grant {
    pub(super) url: Url,
    pub(super) key: String,
    pub(super) bucket: String,
    pub(super) headers: HeaderSet,
    pub(super) v1: bool,
    pub(super) sigv2: bool,
    /// The key holds the idempotency key that was asked for, so nobody else writes it.
    pub(super) key_is_ours: bool,
    pub(super) arrived: Instant,
    pub(super) life: Option<Duration>,
    /// Seconds since 1970, as the presigner's answer says.
    pub(super) server_time: Option<i64>,
    /// An earlier PUT on this URL failed in a way that may have stored the object.
    pub(super) ambiguous: AtomicBool,
    /// S3 confirmed other bytes under this key: a later 412 proves nothing.
    pub(super) disproved: AtomicBool,
}

impl Grant {
    pub fn key(&self) -> &str {
        &self.key
    }

    /// For people: from the reply, else from the URL.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The presigner knows the optional members of a request.
    pub fn is_v1(&self) -> bool {
        self.v1
    }

    /// The older kind of signature, which covers neither size nor checksum.
    pub fn uses_sigv2(&self) -> bool {
        self.sigv2
    }

    /// The presigner's clock when it answered, in seconds since 1970.
    pub fn server_time(&self) -> Option<i64> {
        self.server_time
    }

    /// How long the URL can still be used, by this computer's own running time; `None` when nothing tells.
    pub fn life_left(&self, now: Instant) -> Option<Duration> {
        self.life.map(|life| life.saturating_sub(now.saturating_duration_since(self.arrived)))
    }

    /// Whether "it is there already" (412) can only mean: there with our bytes.
    pub(super) fn proves_by_412(&self) -> bool {
        let earlier_attempt = self.ambiguous.load(Ordering::Relaxed);
        // Without the condition S3 has no reason to say so, whoever says it.
        let asked = self.headers.iter().any(|(name, value)| name == "if-none-match" && value == "*");
        ((self.v1 && self.key_is_ours && asked) || earlier_attempt) && !self.disproved.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant").field("host", &self.host()).field("key", &self.key).finish_non_exhaustive()
    }
}

/// The bucket that a URL names: `path_bucket` when its path does, else the front of its host.
pub(super) fn bucket_of(url: &Url, path_bucket: Option<&str>, hosts: &Hosts) -> String {
    if let Some(bucket) = path_bucket {
        return bucket.to_owned();
    }
    let host = url.host_str().unwrap_or_default();
    let front = if is_amazon(host) {
        front_of_amazon(host)
    } else {
        let listed = hosts.entry(host, url.port_or_known_default());
        listed.and_then(|name| host.strip_suffix(name)).and_then(|front| front.strip_suffix('.'))
    };
    front.filter(|front| !front.is_empty()).unwrap_or(host).to_owned()
}

/// The bucket that a URL of Amazon's names beyond doubt: an alias or an access point stands for a bucket of another name.
pub(super) fn amazon_bucket<'a>(url: &'a Url, path_bucket: Option<&'a str>) -> Option<&'a str> {
    let host = url.host_str().filter(|host| is_amazon(host))?;
    let bucket = path_bucket.or_else(|| front_of_amazon(host))?;
    let is_stand_in = bucket.ends_with("-s3alias") || host.contains("s3-accesspoint") || host.contains(".vpce.");
    (!is_stand_in).then_some(bucket)
}

fn front_of_amazon(host: &str) -> Option<&str> {
    host.rfind(".s3.").or_else(|| host.rfind(".s3-")).map(|end| &host[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_bucket_of_every_style() {
        let hosts = Hosts::new(false, false, &["minio.test".into()]);
        let bucket = |url: &str, path: Option<&str>| bucket_of(&Url::parse(url).expect("a URL"), path, &hosts);
        assert_eq!(bucket("https://my.bucket.s3.us-west-2.amazonaws.com/k", None), "my.bucket");
        assert_eq!(bucket("https://bucket.s3.amazonaws.com/k", None), "bucket");
        assert_eq!(bucket("https://bucket.s3-eu-west-1.amazonaws.com/k", None), "bucket");
        assert_eq!(bucket("https://s3.us-west-2.amazonaws.com/bucket/k", Some("bucket")), "bucket");
        assert_eq!(bucket("https://bucket.minio.test:9000/k", None), "bucket");
        assert_eq!(bucket("https://minio.test/k", None), "minio.test");
    }
}
