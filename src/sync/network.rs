//! The settings of the network edge, from the settings of the person.

use std::sync::{Arc, Mutex};

use super::StartError;
use super::calm::Calm;
use super::handle::Vitals;
use super::lanes::Lanes;
use super::upload::Means;
use crate::config::{ApiKey, Config, Proxy};
use crate::remote::{Beat, Budget, Failure, Jitter, Key, Options, ProxyChoice, Remote, RoundPolicy};

/// The network edge for these settings; reads the extra certificates.
pub fn remote(config: &Config) -> Result<Remote, StartError> {
    let network = &config.network;
    let ca_pem = match &network.ca_file {
        None => None,
        Some(path) => {
            let read = std::fs::read(path);
            Some(read.map_err(|error| StartError::Network(format!("reading {}: {error}", path.display())))?)
        }
    };
    Remote::new(Options {
        api_url: config.api_url.clone(),
        device_id: config.device_id.as_str().to_owned(),
        proxy: match &network.proxy {
            Proxy::System => ProxyChoice::System,
            Proxy::None => ProxyChoice::None,
            Proxy::Url(url) => ProxyChoice::Url(url.clone()),
        },
        ca_pem,
        connect_timeout: network.connect_timeout,
        stall_timeout: network.stall_timeout,
        upload_limit: network.upload_limit,
        allow_insecure_http: network.allow_insecure_http,
        bucket_hosts: network.bucket_hosts.clone(),
        key: network.api_key.as_ref().and_then(key),
    })
    .map_err(|error| StartError::Network(error.to_string()))
}

/// `None` while it is not there: then nothing is asked (`engine::vitals`).
fn key(api_key: &ApiKey) -> Option<Key> {
    let secret = api_key.secret.clone().ok()?;
    Some(Key { header: api_key.header.clone(), secret })
}

/// Tells the presigner how this device does.
pub async fn beat(remote: &Remote, vitals: Vitals) -> Result<(), Failure> {
    let state = serde_json::to_value(vitals.state).ok();
    let beat = Beat {
        version: env!("CARGO_PKG_VERSION").into(),
        state: state.as_ref().and_then(|state| state.as_str()).unwrap_or_default().to_owned(),
        waiting: vitals.waiting,
        oldest_waiting_secs: vitals.oldest_waiting.as_secs(),
        last_error_kind: vitals.last_error_kind,
    };
    remote.heartbeat(&beat).await
}

fn policy(config: &Config) -> RoundPolicy {
    let retry = &config.retry;
    RoundPolicy {
        presign_delays: retry.presign_delays.clone(),
        upload_attempts: retry.upload_attempts,
        upload_base: retry.upload_base,
        factor: retry.factor,
        cap: retry.cap,
        jitter: Jitter::Full,
    }
}

/// What all uploads share under these settings.
pub(super) fn means(config: &Config, budget: &Arc<Mutex<Budget>>) -> Result<Means, StartError> {
    Ok(Means {
        remote: remote(config)?,
        policy: policy(config),
        device_id: config.device_id.as_str().to_owned(),
        lanes: Lanes::new(config.concurrency),
        budget: Arc::clone(budget),
        calm: Calm::default(),
    })
}
