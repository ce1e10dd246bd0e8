//! How a cloud is to be: what is fixed when it starts, and what can be changed while it runs.

use std::path::PathBuf;
use std::time::Duration;

use super::sign::Keys;

/// The kinds of presigner that are in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Old: knows `deviceId` and `filename`, signs `content-type` with SigV4.
    #[default]
    SigV4,
    /// Old, with boto3's default SigV2 URLs.
    SigV2,
    /// New: binds size, checksum and "not there yet" into the URL. A request without `v` is answered as by `SigV4`.
    V1,
}

/// What may change while the cloud runs.
#[derive(Debug, Clone)]
pub struct Behaviour {
    pub mode: Mode,
    /// An old presigner that answers 400 to members it does not know.
    pub strict_members: bool,
    /// Objects are sealed with KMS, so that their ETag is no MD5.
    pub kms: bool,
    /// An old presigner that names the bucket in its answer.
    pub names_bucket: bool,
    /// How long a URL lives.
    pub lifetime: Duration,
    /// Who does not show this key is refused; it is also the token that a code is exchanged for.
    pub api_key: Option<String>,
    /// The one-time code that is open.
    pub code: Option<String>,
}

impl Default for Behaviour {
    fn default() -> Self {
        let lifetime = Duration::from_mins(5);
        Self {
            mode: Mode::default(),
            strict_members: false,
            kms: false,
            names_bucket: false,
            lifetime,
            api_key: None,
            code: None,
        }
    }
}

/// Where the bytes of objects go.
#[derive(Debug, Clone, Default)]
pub enum Store {
    #[default]
    Memory,
    /// Files below this folder, named by their keys (characters that a file system may refuse are percent-encoded).
    Folder(PathBuf),
    /// Nowhere: only key, size and hashes are kept. For benchmarks.
    Nowhere,
}

/// What is fixed when the cloud starts.
#[derive(Debug, Clone)]
pub struct Options {
    pub behaviour: Behaviour,
    pub bucket: String,
    /// Where the presigner answers, for example `/ingest/new`.
    pub api_path: String,
    pub keys: Keys,
    pub store: Store,
    /// Added to every request, on both sides.
    pub latency: Duration,
    /// Whether signatures and checksums are verified. Without it S3 hashes only CRC64NVME, believes the signed
    /// checksum, answers like a KMS bucket (an ETag that proves nothing), and headers are not recorded. For throughput
    /// alone.
    pub checks: bool,
}

impl Default for Options {
    fn default() -> Self {
        let keys = Keys {
            access: "ASIALOOPBACKONLY0001".into(),
            secret: "loopback/only+secret".into(),
            token: Some("loopback//session+token==".into()),
            region: "us-west-2".into(),
        };
        Self {
            behaviour: Behaviour::default(),
            bucket: "outtray-demo".into(),
            api_path: "/ingest/new".into(),
            keys,
            store: Store::default(),
            latency: Duration::ZERO,
            checks: true,
        }
    }
}
