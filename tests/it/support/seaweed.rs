//! A real S3 server, SeaweedFS, for as long as a test needs it.
//!
//! In: the path of the `weed` binary (the environment variable `OUTTRAY_TEST_WEED`; `cargo xtask` can install it) and
//! the keys it shall know. Out: its S3 address, ready to be used; dropping it kills the process and removes its files.
//! Everything listens on loopback and nothing is reported to anybody.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use outtray::cloud::sign::Keys;
use serde_json::json;
use tempfile::TempDir;

/// It takes about four seconds on an idle machine.
const START: Duration = Duration::from_mins(2);

/// What one process runs; each has an HTTP port and a gRPC port.
const PARTS: [&str; 4] = ["master", "volume", "filer", "s3"];

/// The `weed` binary to test against, if somebody named one.
pub fn binary() -> Option<PathBuf> {
    env::var_os("OUTTRAY_TEST_WEED").map(PathBuf::from)
}

#[derive(Debug)]
pub struct Seaweed {
    child: Child,
    folder: TempDir,
    ports: [u16; 8],
    /// `127.0.0.1:port` of its S3.
    pub host: String,
}

impl Seaweed {
    /// Starts it and waits until `is_ready` says so; that is asked again and again, as nothing tells when it is.
    pub fn start(weed: &Path, keys: &Keys, is_ready: impl Fn(&str) -> bool) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("weed").tempdir()?;
        let identity = json!({ "name": "test", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
                               "credentials": [{ "accessKey": keys.access, "secretKey": keys.secret }] });
        let config = folder.path().join("s3.json");
        fs::write(&config, json!({ "identities": [identity] }).to_string())?;
        let ports = free_ports()?;
        let log = fs::File::create(folder.path().join("weed.log"))?;
        let child = Command::new(weed)
            .arg("server")
            .args(arguments(folder.path(), &config, ports))
            // Its unix sockets and anything else that it drops.
            .env("TMPDIR", folder.path())
            .env("HOME", folder.path())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut server = Self { child, folder, ports, host: format!("127.0.0.1:{}", ports[6]) };
        server.wait(is_ready)?;
        Ok(server)
    }

    fn wait(&mut self, is_ready: impl Fn(&str) -> bool) -> io::Result<()> {
        let end = Instant::now() + START;
        while !is_ready(&self.host) {
            let over = self.child.try_wait()?;
            if over.is_some() || Instant::now() > end {
                let log = fs::read_to_string(self.folder.path().join("weed.log")).unwrap_or_default();
                let state = over.map_or_else(|| "is not ready".to_owned(), |status| format!("ended with {status}"));
                return Err(io::Error::other(format!("SeaweedFS {state}:\n{log}")));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Seaweed {
    fn drop(&mut self) {
        // It ignores a polite request for longer than a test may last. If it is gone already, so much the better.
        let _ = self.child.kill();
        let _ = self.child.wait();
        for (name, pair) in PARTS.iter().zip(self.ports.chunks(2)) {
            // These it puts there whatever it is told.
            let _ = fs::remove_file(format!("/tmp/seaweedfs-{name}-grpc-{}.sock", pair[1]));
        }
    }
}

/// Ports for master, volume, filer, S3 (each with its gRPC twin, which would else be 10,000 higher and may not exist).
/// All are held at once, so that they differ, and let go just before they are used.
fn free_ports() -> io::Result<[u16; 8]> {
    let mut ports = [0; 8];
    let mut held = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}

fn arguments(folder: &Path, config: &Path, ports: [u16; 8]) -> Vec<String> {
    let mut arguments: Vec<String> = PARTS
        .iter()
        .zip(ports.chunks(2))
        .flat_map(|(name, pair)| [format!("-{name}.port={}", pair[0]), format!("-{name}.port.grpc={}", pair[1])])
        .collect();
    arguments.push(format!("-dir={}", folder.display()));
    arguments.push(format!("-s3.config={}", config.display()));
    arguments.push(format!("-filer.localSocket={}", folder.join("filer.sock").display()));
    arguments.push(format!("-s3.localSocket={}", folder.join("s3.sock").display()));
    arguments.extend(
        [
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-filer",
            "-s3",
            // On by default.
            "-master.telemetry=false",
            // Else the election of its only master takes ten seconds.
            "-master.electionTimeout=1s",
            "-master.volumeSizeLimitMB=64",
            "-volume.max=50",
            // Fixed default ports of services that are not wanted; a busy one ends the whole process.
            "-s3.port.lance=0",
            "-s3.port.iceberg=0",
            "-s3.iam=false",
            "-s3.autoCreateBucket=false",
        ]
        .map(str::to_owned),
    );
    arguments
}
