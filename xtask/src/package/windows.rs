//! Packages for Windows, built on Linux: a setup for one user and an msi for administrators.
//!
//! Needs Debian's second Rust toolchain with mingw, NSIS, wixl and msibuild. Trying out needs Wine and root's leave to
//! make a private prefix. Not here: what the packages do (`installer/windows`), signing (the release workflow).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::{facts, output, version};
use crate::step::{Steps, root};
use crate::{cross, tests};

const BUILDERS: [(&str, &str); 3] = [("makensis", "nsis"), ("wixl", "wixl"), ("msibuild", "msitools")];
const TRIERS: [(&str, &str); 3] = [("/usr/lib/wine/wine64", "wine64"), ("Xvfb", "xvfb"), ("xdotool", "xdotool")];

/// The version that an upgrade starts from in the trial.
const OLDER: &str = "0.0.1";

pub fn run(steps: &mut Steps, is_test: bool) -> Result<()> {
    if !steps.is_ready("packages for Windows", &BUILDERS)? {
        return Ok(());
    }
    let Some(release) = cross::windows_release(steps)? else { return Ok(()) };
    packages(steps, &release, is_test, &[])?;
    facts::windows(steps, &release)
}

/// A trial with programs that nobody is given.
pub fn tried(steps: &mut Steps, programs: &Path) -> Result<()> {
    if steps.is_ready("packages for Windows", &BUILDERS)? {
        packages(steps, programs, true, &["-DQUICK"])
    } else {
        Ok(())
    }
}

fn packages(steps: &mut Steps, programs: &Path, is_test: bool, setup: &[&str]) -> Result<()> {
    let version = version()?;
    let stage = stage(programs)?;
    both(steps, &stage, &version, setup)?;
    if is_test && steps.is_ready("trial of the packages for Windows", &TRIERS)? {
        both(steps, &stage, OLDER, setup)?;
        let cloud = tests::program(steps)?;
        let mut check = Command::new(root().join("installer/windows/check-programs"));
        steps.run("trial of the programs for Windows", check.args([&stage, &cloud]))?;
        let mut check = Command::new(root().join("installer/windows/check"));
        check.args([&output()?, &cloud]).args([&version, OLDER]);
        steps.run("trial of the packages for Windows", &mut check)?;
    }
    Ok(())
}

/// The setup and the msi of one version.
fn both(steps: &mut Steps, stage: &Path, version: &str, options: &[&str]) -> Result<()> {
    let out = output()?;
    let installer = root().join("installer/windows");
    let setup = out.join(format!("OutTray-{version}-setup.exe"));
    let mut nsis = Command::new("makensis");
    nsis.arg("-V2").args(options).arg(format!("-DVERSION={version}")).arg(format!("-DPROGRAMS={}", stage.display()));
    nsis.arg(format!("-DOUTPUT={}", setup.display())).arg(installer.join("outtray.nsi"));
    steps.run(&format!("setup for Windows, {version}"), &mut nsis)?;

    let msi = out.join(format!("OutTray-{version}.msi"));
    if msi.exists() {
        fs::remove_file(&msi)?;
    }
    // wixl takes files of its own folder alone.
    let mut wixl = Command::new("wixl");
    wixl.args(["-a", "x64", "-D", &format!("Version={version}"), "-o"]).arg(&msi).arg(installer.join("outtray.wxs"));
    steps.run(&format!("msi for Windows, {version}"), wixl.current_dir(stage))?;
    steps.run("what wixl leaves out", Command::new(installer.join("finish-msi")).arg(&msi))
}

/// One folder with all that the packages hold.
fn stage(programs: &Path) -> Result<PathBuf> {
    let stage = output()?.join("windows");
    fs::create_dir_all(&stage)?;
    let icon = root().join("icons/generated/outtray.ico");
    for file in [programs.join("outtray.exe"), programs.join("outtray-desktop.exe"), icon] {
        let name = file.file_name().unwrap_or_default();
        fs::copy(&file, stage.join(name)).with_context(|| format!("copying {}", file.display()))?;
    }
    Ok(stage)
}
