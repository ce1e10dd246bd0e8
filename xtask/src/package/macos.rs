//! `OutTray.app`: the bundle that macOS wants before it shows a tray icon or a notice.
//!
//! On macOS it holds the release build of this machine; elsewhere the tree is made and looked at with stand-ins, since
//! nothing can be linked for macOS there. Signing, notarisation, disk image and pkg are the release workflow's
//! (`installer/macos`).

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::{output, target, version};
use crate::step::{Steps, cargo, root};

/// The programs in `Contents/MacOS`; the first is the one that a double click starts.
const PROGRAMS: [&str; 2] = ["outtray-desktop", "outtray"];

pub fn run(steps: &mut Steps, is_test: bool) -> Result<()> {
    let bundle = output()?.join("OutTray.app");
    let release = target().join("release");
    if cfg!(target_os = "macos") {
        let build = ["build", "--locked", "--release", "--no-default-features", "--features", "desktop", "--bins"];
        steps.run("release build for macOS", &mut cargo(&build))?;
        assemble(&bundle, &release)?;
    } else if is_test {
        let stand_ins = output()?.join("stand-ins");
        fs::create_dir_all(&stand_ins)?;
        for program in PROGRAMS {
            fs::write(stand_ins.join(program), "a stand-in: programs for macOS are linked on macOS\n")?;
        }
        assemble(&bundle, &stand_ins)?;
    } else {
        steps.skip("OutTray.app", "programs for macOS are linked on macOS; --test looks at a tree of stand-ins");
        return Ok(());
    }
    if is_test {
        let mut check = Command::new("python3");
        check.arg(root().join("installer/macos/check.py")).arg(&bundle).arg(version()?);
        steps.run("trial of OutTray.app", &mut check)?;
    }
    Ok(())
}

/// Lays the bundle out anew.
fn assemble(bundle: &Path, programs: &Path) -> Result<()> {
    if bundle.exists() {
        fs::remove_dir_all(bundle)?;
    }
    let contents = bundle.join("Contents");
    for folder in ["MacOS", "Resources"] {
        fs::create_dir_all(contents.join(folder))?;
    }
    let template = fs::read_to_string(root().join("installer/macos/Info.plist.in"))?;
    ensure!(template.contains("@VERSION@"), "Info.plist.in has no place for the version");
    fs::write(contents.join("Info.plist"), template.replace("@VERSION@", &version()?))?;
    fs::write(contents.join("PkgInfo"), "APPL????")?;
    fs::copy(root().join("icons/generated/outtray.icns"), contents.join("Resources/OutTray.icns"))?;
    for program in PROGRAMS {
        let place = contents.join("MacOS").join(program);
        fs::copy(programs.join(program), &place).with_context(|| format!("copying {program}"))?;
        make_executable(&place)?;
    }
    Ok(())
}

#[cfg(unix)]
fn make_executable(file: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::set_permissions(file, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<()> {
    anyhow::bail!("a bundle needs a file system that knows executable files")
}
