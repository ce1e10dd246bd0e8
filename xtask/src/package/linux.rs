//! Packages for Linux: deb, rpm and a plain archive of one and the same build.
//!
//! Needs cargo-deb and cargo-generate-rpm. Trying out needs root, debootstrap, lintian, rpm and the desktop validators.
//! Not here: what lies where (Cargo.toml's `package.metadata`), the trial itself (`installer/linux/check`).

use std::process::Command;

use anyhow::Result;

use super::{is_ready, output, source_date, stage, target, version};
use crate::cache;
use crate::step::{Steps, cargo, root};

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
    if !is_ready(steps, "packages for Linux", &BUILDERS)? {
        return Ok(());
    }
    let (release, out, date) = (target().join("release"), output()?, source_date()?);
    let build = ["build", "--locked", "--release", "--no-default-features", "--features", "desktop", "--bins"];
    steps.run("release build for Linux", &mut cargo(&build))?;
    stage::fill(&release)?;
    let deb = |version: &str| {
        let mut command = cargo(&["deb", "--no-build", "--no-dbgsym", "--deb-version", version, "--output"]);
        command.arg(&out).env("SOURCE_DATE_EPOCH", &date);
        command
    };
    let version = version()?;
    steps.run("deb", &mut deb(&version))?;
    let mut rpm = cargo(&["generate-rpm", "--source-date", &date, "--output"]);
    steps.run("rpm", rpm.arg(&out))?;
    steps.run("archive", &mut archive(&version, &date)?)?;
    if is_test && is_ready(steps, "trial of the packages for Linux", &TRIERS)? {
        steps.run("deb of an older version", &mut deb(OLDER))?;
        steps.run("a cloud for the trial", &mut cargo(&["build", "--locked", "--bin", "outtray"]))?;
        let mut check = Command::new(root().join("installer/linux/check"));
        check.args([&out, &target().join("debug/outtray"), &cache::folder("chroot")?]).args([&version, OLDER]);
        steps.run("trial of the packages for Linux", &mut check)?;
    }
    Ok(())
}

/// Programs, documents and desktop files below one folder, the same bytes each time.
fn archive(version: &str, date: &str) -> Result<Command> {
    let machine = std::env::consts::ARCH;
    let (out, top) = (output()?, format!("outtray-{version}-{machine}-linux"));
    let tree = out.join(&top);
    if tree.exists() {
        std::fs::remove_dir_all(&tree)?;
    }
    std::fs::create_dir_all(&tree)?;
    let mut files = vec![target().join("release/outtray"), target().join("release/outtray-desktop")];
    files.push(target().join("release/package/outtray.1"));
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
    tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner", &format!("--mtime=@{date}")]);
    tar.arg("--directory").arg(&out).args(["-caf", &format!("{top}.tar.xz"), &top]).current_dir(&out);
    Ok(tar)
}
