//! SeaweedFS on loopback, for a workload against an S3 that verifies what it is sent.
//!
//! In: the `weed` binary that `OUTTRAY_TEST_WEED` names. Out: its URL and keys, while it lives.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::sign::{BUCKET, Signer};

pub struct Store {
    pub url: String,
    pub keys: Signer,
    child: Child,
    folder: PathBuf,
}

impl Store {
    /// `None` when there is no such binary.
    pub fn start() -> Result<Option<Self>> {
        let Some(weed) = std::env::var_os("OUTTRAY_TEST_WEED") else { return Ok(None) };
        let folder = std::env::temp_dir().join(format!("outtray-bench-weed-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let keys = Signer { access: "AKIABENCH".into(), secret: "bench-secret".into() };
        let identity = serde_json::json!({"identities": [{
            "name": "bench", "credentials": [{"accessKey": keys.access, "secretKey": keys.secret}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }]});
        std::fs::write(folder.join("s3.json"), identity.to_string())?;
        // The next ports after each are used for gRPC (+ 10,000), so they come from the lower half.
        let ports = [(); 4].map(|()| free_port());
        let [master, volume, filer, s3] = ports;
        let mut command = Command::new(weed);
        command.arg("server").arg(format!("-dir={}", folder.display()));
        for option in ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false", "-master.electionTimeout=1s"] {
            command.arg(option);
        }
        for option in ["-master.volumeSizeLimitMB=1024", "-volume.max=50", "-filer", "-s3", "-s3.iam=false"] {
            command.arg(option);
        }
        for option in ["-s3.port.lance=0", "-s3.port.iceberg=0", "-s3.autoCreateBucket=true"] {
            command.arg(option);
        }
        for (part, port) in [("master", master), ("volume", volume), ("filer", filer), ("s3", s3)] {
            command.arg(format!("-{part}.port={port}"));
        }
        command.arg(format!("-s3.config={}", folder.join("s3.json").display()));
        command.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().context("starting SeaweedFS")?;
        let store = Self { url: format!("http://127.0.0.1:{s3}"), keys, child, folder };
        store.make_bucket(filer)?;
        Ok(Some(store))
    }

    /// A bucket is a folder of the filer.
    fn make_bucket(&self, filer: u16) -> Result<()> {
        let end = Instant::now() + Duration::from_mins(1);
        let place = format!("http://127.0.0.1:{filer}/buckets/{BUCKET}/");
        loop {
            let made = Command::new("curl").args(["-sf", "-o", "/dev/null", "-X", "POST", &place]).status()?;
            if made.success() {
                break;
            }
            ensure!(Instant::now() < end, "SeaweedFS did not begin to answer");
            std::thread::sleep(Duration::from_millis(300));
        }
        // The side that speaks S3 begins later.
        let url = self.keys.put(&self.url, "probe", jiff::Timestamp::now());
        loop {
            let mut probe = Command::new("curl");
            probe.args(["-sf", "-o", "/dev/null", "-X", "PUT", "-H", "content-type: application/json", "-d", "{}"]);
            if probe.arg(&url).status()?.success() {
                return Ok(());
            }
            ensure!(Instant::now() < end, "SeaweedFS took no object");
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

fn free_port() -> u16 {
    loop {
        let port = fastrand::u16(20_000..30_000);
        let free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        if free(port) && free(port + 10_000) {
            return port;
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // It does not end on a polite word within any useful time.
        let _ended = self.child.kill();
        let _status = self.child.wait();
        let _left = std::fs::remove_dir_all(&self.folder);
    }
}
