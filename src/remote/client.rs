//! The one HTTP client of the process, built so that nothing leaks and nothing hangs.
//!
//! In: [`Options`]. Out: a [`Remote`], cheap to clone, safe to share. Its calls are in `presign` and `put`.
//! Not here: which hosts may be named (`hosts`).

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, NoProxy, Proxy, redirect, retry};
use url::Url;

use super::hosts::{self, Hosts};
use super::limit::Limit;
use super::policy::Rules;
use super::presign::Habits;
use super::resolver::Resolver;
use crate::error::Explain;
use crate::secret::Secret;

/// S3 closes idle connections; one that is older than this is not used again.
const IDLE: Duration = Duration::from_secs(50);

/// Everything the network edge needs to know.
#[derive(Debug, Clone)]
pub struct Options {
    /// Used exactly as written.
    pub api_url: Url,
    pub device_id: String,
    pub proxy: ProxyChoice,
    /// Certificates in PEM form, trusted beside those of the system.
    pub ca_pem: Option<Vec<u8>>,
    pub connect_timeout: Duration,
    /// How long the line may stand still.
    pub stall_timeout: Duration,
    /// Bytes a second for all uploads together.
    pub upload_limit: Option<u64>,
    /// Plain HTTP for the presigner and for the hosts in `bucket_hosts`.
    pub allow_insecure_http: bool,
    /// Hosts beside Amazon's that a presigned URL may name, `host` or `host:port`; sub-domains count too.
    pub bucket_hosts: Vec<String>,
    /// Shown to the presigner, and to nobody else.
    pub key: Option<Key>,
}

/// A secret and the header that carries it.
#[derive(Debug, Clone)]
pub struct Key {
    pub header: String,
    pub secret: Secret,
}

#[derive(Clone, PartialEq, Eq)]
pub enum ProxyChoice {
    /// What the system and the environment say.
    System,
    None,
    /// May hold a password: never shown.
    Url(Url),
}

impl fmt::Debug for ProxyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("System"),
            Self::None => f.write_str("None"),
            Self::Url(url) => write!(f, "Url({})", url.host_str().unwrap_or_default()),
        }
    }
}

/// Why no client could be made of these options.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    #[error("api_url is not https")]
    InsecureApi,
    #[error("the proxy address cannot be used")]
    Proxy,
    #[error("the CA file holds no certificate in PEM form")]
    CaFile,
    #[error("the system's trusted certificates cannot be read")]
    Trust,
    #[error("the API key is not sent over plain http")]
    InsecureKey,
    #[error("no header can carry the API key")]
    Key,
}

impl Explain for BuildError {
    fn kind(&self) -> &'static str {
        match self {
            Self::InsecureApi => "network.insecure_api",
            Self::Proxy => "network.proxy",
            Self::CaFile => "network.ca_file",
            Self::Trust => "network.trust",
            Self::InsecureKey | Self::Key => "network.key",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::InsecureApi => "Use https://, or set [network] allow_insecure_http = true for a test network.".into(),
            Self::Proxy => "Write [network] proxy as http://host:port or socks5://host:port.".into(),
            Self::CaFile => "[network] ca_file must be a text file with BEGIN CERTIFICATE lines.".into(),
            Self::InsecureKey => "Use an api_url that begins with https://.".into(),
            Self::Key => "Check [network] api_key_header, and store the key again: `outtray auth set`.".into(),
            Self::Trust => "Install the system's CA certificates (on Linux the package ca-certificates).".into(),
        })
    }
}

/// The network edge of this process.
#[derive(Clone)]
pub struct Remote {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    http: Mutex<Client>,
    /// How to make a new client.
    build: Build,
    pub(super) api_url: Url,
    pub(super) key: Option<(HeaderName, HeaderValue)>,
    pub(super) rules: Rules,
    pub(super) stall_timeout: Duration,
    pub(super) limit: Option<Arc<Limit>>,
    /// Whether this presigner refuses the newer members of a request.
    pub(super) habits: Mutex<Habits>,
    /// Keys made of the content, under which S3 confirmed other bytes: no later 412 there proves anything.
    pub(super) disproved: Mutex<HashSet<String>>,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.inner.api_url.host_str().unwrap_or_default();
        f.debug_struct("Remote").field("api_host", &host).finish_non_exhaustive()
    }
}

impl Remote {
    pub fn new(options: Options) -> Result<Self, BuildError> {
        let loopback = hosts::is_loopback(&options.api_url);
        let insecure = loopback || options.allow_insecure_http;
        if options.api_url.scheme() != "https" && !(options.api_url.scheme() == "http" && insecure) {
            return Err(BuildError::InsecureApi);
        }
        let hosts = Hosts::new(loopback, options.allow_insecure_http, &options.bucket_hosts);
        let key = options.key.as_ref().map(|key| carried(key, &options.api_url, &options.proxy)).transpose()?;
        let build = Build {
            hosts: hosts.clone(),
            proxy: options.proxy,
            ca_pem: options.ca_pem,
            connect_timeout: options.connect_timeout,
            loopback,
            insecure,
            redirects: redirect::Policy::none,
        };
        let http = Mutex::new(build.client()?);
        let limit = options.upload_limit.filter(|limit| *limit > 0).map(|limit| Arc::new(Limit::new(limit)));
        let rules = Rules { hosts, device_id: options.device_id };
        let inner = Inner {
            http,
            build,
            api_url: options.api_url,
            key,
            rules,
            stall_timeout: options.stall_timeout,
            limit,
            habits: Mutex::default(),
            disproved: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Leaves every open connection behind. After a sleep or a change of network they look alive and answer nothing.
    /// Requests under way are not touched.
    pub fn reconnect(&self) {
        // What could be built once can be built again; if not, the old client is better than none.
        if let Ok(client) = self.inner.build.client() {
            *self.inner.http.lock().expect("nothing panics while it swaps") = client;
        }
    }

    pub(super) fn http(&self) -> Client {
        self.inner.http.lock().expect("nothing panics while it clones").clone()
    }
}

/// The header as it is sent; only where nobody on the way can read it.
fn carried(key: &Key, api_url: &Url, proxy: &ProxyChoice) -> Result<(HeaderName, HeaderValue), BuildError> {
    let stays_here = hosts::is_loopback(api_url) && !matches!(proxy, ProxyChoice::Url(_));
    if api_url.scheme() != "https" && !stays_here {
        return Err(BuildError::InsecureKey);
    }
    let name = HeaderName::from_bytes(key.header.as_bytes()).map_err(|_| BuildError::Key)?;
    let secret = key.secret.expose();
    let text = if name == reqwest::header::AUTHORIZATION { format!("Bearer {secret}") } else { secret.to_owned() };
    let mut value = HeaderValue::from_str(&text).map_err(|_| BuildError::Key)?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// What a client is made of.
pub(super) struct Build {
    pub(super) hosts: Hosts,
    pub(super) proxy: ProxyChoice,
    pub(super) ca_pem: Option<Vec<u8>>,
    pub(super) connect_timeout: Duration,
    pub(super) loopback: bool,
    pub(super) insecure: bool,
    pub(super) redirects: fn() -> redirect::Policy,
}

impl Build {
    pub(super) fn client(&self) -> Result<Client, BuildError> {
        // A second call finds the provider in place, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let extra = match &self.ca_pem {
            Some(pem) => Certificate::from_pem_bundle(pem).map_err(|_| BuildError::CaFile)?,
            None => Vec::new(),
        };
        if self.ca_pem.is_some() && extra.is_empty() {
            return Err(BuildError::CaFile);
        }
        match self.start()?.tls_certs_merge(extra.clone()).build() {
            Ok(client) => Ok(client),
            // Everything on loopback: a computer without trusted certificates can still do that.
            Err(_) if self.loopback => self.start()?.tls_certs_only(extra).build().map_err(|_| BuildError::Trust),
            Err(_) => Err(BuildError::Trust),
        }
    }

    fn start(&self) -> Result<ClientBuilder, BuildError> {
        let builder = Client::builder()
            .user_agent(concat!("outtray/", env!("CARGO_PKG_VERSION")))
            .redirect((self.redirects)())
            .referer(false)
            .retry(retry::never())
            .https_only(!self.insecure)
            .tcp_nodelay(true)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE)
            .dns_resolver(Resolver::new(self.hosts.clone()));
        Ok(match &self.proxy {
            // The system's proxy is for the way out; it cannot reach this computer's own loopback.
            ProxyChoice::System if self.loopback => builder.no_proxy(),
            ProxyChoice::System => builder,
            ProxyChoice::None => builder.no_proxy(),
            ProxyChoice::Url(url) => {
                let proxy = Proxy::all(url.clone()).map_err(|_| BuildError::Proxy)?;
                builder.proxy(proxy.no_proxy(NoProxy::from_env()))
            }
        })
    }
}
