//! The settings of the network edge, from the settings of the person.

use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;

use super::StartError;
use super::calm::Calm;
use super::upload::Means;
use crate::config::{Config, Proxy};
use crate::remote::{Budget, Jitter, Options, ProxyChoice, Remote, RoundPolicy};

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
    })
    .map_err(|error| StartError::Network(error.to_string()))
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
        slots: Semaphore::new(config.concurrency),
        asks: Semaphore::new(config.concurrency),
        budget: Arc::clone(budget),
        calm: Calm::default(),
    })
}
