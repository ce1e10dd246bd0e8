//! A small object sent on the same way as documents: what `outtray doctor` needs to try the way step by step.
//!
//! In: settings. Out: a permission to upload, then the proof that a probe arrived; or the failure of that step.
//! Not here: the steps' names and remedies (`cli::doctor`), anything about the folder.

use bytes::Bytes;
use jiff::Timestamp;
use uuid::Uuid;

use super::StartError;
use super::document::sums_of;
use super::network;
use crate::config::Config;
use crate::remote::{Ask, Failure, Grant, Progress, Proof, Remote, Source, Wire};

/// What the object is called, so that whoever finds it in the bucket knows what it is.
pub const NAME: &str = "outtray-doctor-probe.json";

#[derive(Debug)]
pub struct Probe {
    remote: Remote,
    ask: Ask,
    wire: Wire,
}

impl Probe {
    pub fn new(config: &Config) -> Result<Self, StartError> {
        let now = Timestamp::now();
        let text = format!(
            "{{\"probe\":\"outtray doctor\",\"version\":\"{}\",\"time\":\"{now}\"}}\n",
            env!("CARGO_PKG_VERSION")
        );
        let bytes = Bytes::from(text);
        let wire = sums_of(&bytes).wire(Source::Memory(bytes));
        let ask = Ask {
            filename: NAME.into(),
            size: wire.size,
            sha256: wire.sha256,
            idempotency_key: Uuid::new_v4(),
            created_at: now.strftime("%Y%m%dT%H%M%SZ").to_string(),
        };
        Ok(Self { remote: network::remote(config)?, ask, wire })
    }

    pub async fn presign(&self) -> Result<Grant, Failure> {
        self.remote.presign(&self.ask).await
    }

    pub async fn put(&self, grant: &Grant) -> Result<Proof, Failure> {
        self.remote.put(grant, &self.wire, &Progress::default()).await
    }
}
