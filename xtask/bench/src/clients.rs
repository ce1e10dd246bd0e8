//! Who carries the files: OutTray and what people use otherwise.
//!
//! Peers hold credentials, make one request a file, check no JSON, look for no personal data, keep no ledger and rename
//! nothing. Their options are those that cost them least. Not here: the measuring (`rounds`).

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::place::{Place, Settings};
use crate::sign::{BUCKET, Signer};
use crate::sink::Sink;

#[derive(Debug, Clone)]
pub enum Client {
    OutTray { name: &'static str, program: PathBuf, settings: Settings },
    Rclone { transfers: usize, checks: bool },
    S5cmd { program: PathBuf, workers: usize },
}

impl Client {
    pub fn name(&self) -> String {
        match self {
            Self::OutTray { name, .. } => (*name).to_owned(),
            Self::Rclone { transfers, .. } => format!("rclone, {transfers}"),
            Self::S5cmd { workers, .. } => format!("s5cmd, {workers}"),
        }
    }

    /// OutTray marks what it has sent; nobody else does.
    pub fn marks(&self) -> bool {
        matches!(self, Self::OutTray { .. })
    }

    pub fn command(&self, place: &Place, sink: &Sink, keys: &Signer) -> Result<Command> {
        let folder = &place.folder;
        Ok(match self {
            Self::OutTray { program, settings, .. } => {
                place.set_up(sink, settings)?;
                let mut command = Command::new(program);
                command.args(["--json", "sync"]).env("OUTTRAY_HOME", &place.home);
                command
            }
            Self::Rclone { transfers, checks } => {
                let mut command = Command::new("rclone");
                command.args(["copy", "--include", "*.json", "--no-check-dest", "--no-traverse"]);
                command.args(["--s3-no-check-bucket", "--s3-no-head", "--s3-provider", "Other"]);
                if !checks {
                    command.args(["--ignore-checksum", "--s3-disable-checksum"]);
                }
                for option in ["--transfers", "--checkers"] {
                    command.args([option, &transfers.to_string()]);
                }
                command.args(["--s3-endpoint", &sink.bucket_url, "--s3-access-key-id", &keys.access]);
                command.args(["--s3-secret-access-key", &keys.secret, "--s3-region", "us-east-1"]);
                command.arg("--config").arg(place.home.join("rclone.conf"));
                command.arg(folder).arg(format!(":s3:{BUCKET}/uploads"));
                std::fs::write(place.home.join("rclone.conf"), "")?;
                command.env_remove("AWS_CA_BUNDLE");
                command
            }
            Self::S5cmd { program, workers } => {
                let mut command = Command::new(program);
                command.args(["--endpoint-url", &sink.bucket_url, "--numworkers", &workers.to_string()]);
                command.args(["--log", "error", "cp"]);
                command.arg(format!("{}/*.json", folder.display())).arg(format!("s3://{BUCKET}/uploads/"));
                command.env("AWS_ACCESS_KEY_ID", &keys.access).env("AWS_SECRET_ACCESS_KEY", &keys.secret);
                command.env("AWS_REGION", "us-east-1");
                command
            }
        })
    }
}

/// Peers on this machine; who is missing is named once.
pub fn peers(workers: &[usize], checks: bool) -> Vec<Client> {
    let mut found = Vec::new();
    for &number in workers {
        if in_path("rclone").is_some() {
            found.push(Client::Rclone { transfers: number, checks });
        }
        if let Some(program) = in_path("s5cmd") {
            found.push(Client::S5cmd { program, workers: number });
        }
    }
    found
}

/// Names of peers that are not here.
pub fn missing() -> Vec<&'static str> {
    ["rclone", "s5cmd"].into_iter().filter(|name| in_path(name).is_none()).collect()
}

fn in_path(name: &str) -> Option<PathBuf> {
    let is_there = |folder: PathBuf| Some(folder.join(name)).filter(|path: &PathBuf| Path::is_file(path));
    std::env::split_paths(&std::env::var_os("PATH")?).find_map(is_there)
}
