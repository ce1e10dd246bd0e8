//! Packages for Linux: deb, rpm and a plain archive of one and the same build.
//!
//! Needs cargo-deb and cargo-generate-rpm. Trying out needs root, debootstrap, lintian, rpm and the desktop validators.
//! Not here: what lies where (Cargo.toml's `package.metadata`), the trial itself (`installer/linux/check`).

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::{facts, output, source_date, stage, target, twice, version};
use crate::step::{Steps, cargo, root};
use crate::{cache, tests};

const BUILDERS: [(&str, &str); 2] = [("cargo-deb", "cargo-deb"), ("cargo-generate-rpm", "cargo-generate-rpm")];

const TRIERS: [(&str, &str); 6] = [
    ("/usr/sbin/debootstrap", "debootstrap"),
    ("lintian", "lintian"),
    ("rpm", "rpm"),
    ("desktop-file-validate", "desktop-file-utils"),
    ("appstreamcli", "appstream"),
    ("Xvfb", "xvfb"),
];

/// The version that an upgrade starts from in the trial.
const OLDER: &str = "0.0.1";

pub fn run(steps: &mut Steps, is_test: bool) -> Result<()> {
    if !steps.is_ready("packages for Linux", &BUILDERS)? {
        return Ok(());
    }
    let (release, out, version) = (target().join("release"), output()?, version()?);
    let build = ["build", "--locked", "--release", "--no-default-features", "--features", "desktop", "--bins"];
    steps.run("release build for Linux", &mut cargo(&build))?;
    pack(steps, &release, &out, &version)?;
    if is_test && steps.is_ready("trial of the packages for Linux", &TRIERS)? {
        let again = twice::again()?;
        pack(steps, &release, &again, &version)?;
        twice::packed(steps, &out, &again)?;
        steps.run("deb of an older version", &mut deb(&out, OLDER)?)?;
        let cloud = tests::program(steps)?;
        let mut check = Command::new(root().join("installer/linux/check"));
        check.arg(&out).arg(cloud).arg(cache::folder("chroot")?).args([&version, OLDER]);
        steps.run("trial of the packages for Linux", &mut check)?;
    }
    facts::linux(steps, &release)
}

/// All packages of what is built, into a folder.
fn pack(steps: &mut Steps, release: &Path, out: &Path, version: &str) -> Result<()> {
    stage::fill(release)?;
    steps.run("deb", &mut deb(out, version)?)?;
    let mut rpm = cargo(&["generate-rpm", "--source-date", &source_date()?, "--output"]);
    steps.run("rpm", rpm.arg(out))?;
    steps.run("archive", &mut archive(release, out, version)?)
}

fn deb(out: &Path, version: &str) -> Result<Command> {
    let mut command = cargo(&["deb", "--no-build", "--no-dbgsym", "--deb-version", version, "--output"]);
    command.arg(out).env("SOURCE_DATE_EPOCH", source_date()?);
    Ok(command)
}

/// Programs, documents and desktop files below one folder, the same bytes each time.
fn archive(release: &Path, out: &Path, version: &str) -> Result<Command> {
    let top = format!("outtray-{version}-{}-linux", std::env::consts::ARCH);
    let tree = out.join(&top);
    if tree.exists() {
        std::fs::remove_dir_all(&tree)?;
    }
    std::fs::create_dir_all(&tree)?;
    let mut files = vec![release.join("outtray"), release.join("outtray-desktop"), release.join("package/outtray.1")];
    for name in ["LICENSE-MIT", "LICENSE-APACHE", "CHANGELOG.md", "config.toml", "icons/app.svg"] {
        files.push(root().join(name));
    }
    for name in ["outtray-desktop.1", "outtray.service", "io.github.outtray.OutTray.desktop"] {
        files.push(root().join("installer/linux").join(name));
    }
    for file in files {
        let name = file.file_name().unwrap_or_default();
        std::fs::copy(&file, tree.join(name))?;
    }
    let mut tar = Command::new("tar");
    tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner", &format!("--mtime=@{}", source_date()?)]);
    // Nor may the mask of whoever builds show, nor how many processors there are.
    tar.env("XZ_OPT", "-T2");
    tar.args(["--mode=u=rwX,go=rX", "-caf", &format!("{top}.tar.xz"), &top]).current_dir(out);
    Ok(tar)
}
