//! The systems that this machine is not: type checks against Windows and macOS, and programs for Windows.
//!
//! In: Debian's second Rust toolchain, which carries the sources of the standard library, so that it can be built for
//! a system whose ready-made one is not installed. Out: the compiler's messages, warnings being errors.
//! Tests for Windows run under Wine. Not here: running anything on macOS (the workflow's own runners do that), trying out
//! what people install (`package`).

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use crate::step::{Steps, root};
use crate::{accept, cache, package};

/// What has to be there, and the package that brings it.
const TOOLCHAIN: [(&str, &str); 3] = [
    ("/usr/bin/rustc", "rustc-web"),
    ("/usr/bin/cargo", "cargo-web"),
    ("/usr/lib/rustlib/src/rust/library/Cargo.lock", "rust-web-src"),
];
const WINDOWS: &str = "x86_64-pc-windows-gnu";
const WINE: (&str, &str) = ("/usr/lib/wine/wine64", "wine64");
const MINGW: (&str, &str) = ("/usr/bin/x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64");

pub fn windows(steps: &mut Steps) -> Result<()> {
    let needed: Vec<_> = TOOLCHAIN.into_iter().chain([MINGW]).collect();
    if steps.is_ready("type check for Windows", &needed)? {
        steps.run("type check for Windows", &mut check(WINDOWS, "target-windows")?)?;
    }
    Ok(())
}

pub fn macos(steps: &mut Steps) -> Result<()> {
    if !steps.is_ready("type check for macOS", &TOOLCHAIN)? {
        return Ok(());
    }
    // Without Apple's SDK nothing can be compiled from C. A type check does not link, so empty results will do.
    let pretend = root().join("xtask/pretend");
    for target in ["aarch64-apple-darwin", "x86_64-apple-darwin"] {
        let mut command = check(target, "target-macos")?;
        for (tool, program) in [("CC", "cc"), ("CXX", "cc"), ("AR", "ar"), ("RANLIB", "ar")] {
            command.env(format!("{tool}_{}", target.replace('-', "_")), pretend.join(program));
        }
        steps.run(&format!("type check for macOS, {target}"), &mut command)?;
    }
    Ok(())
}

/// The unit tests and those integration tests that Windows has, built for it and run under Wine. Gives the folder of both
/// programs as they were tested: not as quick as those given out, but there without one more build.
fn windows_tests(steps: &mut Steps) -> Result<Option<PathBuf>> {
    let heading = "tests under Wine";
    let needed: Vec<_> = TOOLCHAIN.into_iter().chain([MINGW, WINE, ("/usr/bin/Xvfb", "xvfb")]).collect();
    if !steps.is_ready(heading, &needed)? {
        return Ok(None);
    }
    let list = std::fs::read_to_string(root().join("installer/windows/not-under-wine"))?;
    let names = list.lines().filter_map(|line| line.split('#').next()).map(str::trim).filter(|name| !name.is_empty());
    let skipped: Vec<&str> = names.flat_map(|name| ["--skip", name]).collect();
    // All tests of one binary share a process here. The window's take turns, since its language is one of the process.
    for (what, target, chosen) in [
        ("all but the window", "--lib", ["--skip", "window::", "--test-threads", "4"].as_slice()),
        ("the window", "--lib", &["window::", "--test-threads", "1"]),
        ("through the programs", "--test=it", &["--test-threads", "2"]),
    ] {
        let mut test = wine_test(target)?;
        test.arg("--").args(chosen).args(&skipped);
        steps.run(&format!("{heading}: {what}"), &mut test)?;
    }
    let (built, tested) = (cache::folder("target-windows")?.join(WINDOWS), cache::folder("target-windows/tested")?);
    for program in ["outtray.exe", "outtray-desktop.exe"] {
        // The names of all functions are most of it.
        let mut strip = Command::new("x86_64-w64-mingw32-strip");
        let done = strip.arg("-o").arg(tested.join(program)).arg(built.join("debug").join(program)).status()?;
        ensure!(done.success(), "x86_64-w64-mingw32-strip failed on {program} ({done})");
    }
    Ok(Some(tested))
}

/// `cargo test` for Windows under Wine, up to the arguments of the tests themselves.
fn wine_test(target: &str) -> Result<Command> {
    let starter = root().join("installer/windows/under-wine");
    let mut test = second_toolchain_under(Some(&starter), "target-windows")?;
    test.args(["test", "--locked", "--package", "outtray", target]);
    test.args(["--target", WINDOWS, "-Zbuild-std=std,panic_abort"]);
    test.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", format!("timeout 900 {}", WINE.0));
    // What is only tried out need not be quick.
    test.env("CARGO_PROFILE_DEV_DEBUG", "0").args(["--config", "profile.dev.package.'*'.opt-level=0"]);
    Ok(test)
}

/// Tests, then both programs and both packages, under Wine.
pub fn windows_tried(steps: &mut Steps) -> Result<()> {
    let Some(tested) = windows_tests(steps)? else { return Ok(()) };
    package::windows_tried(steps, &tested)?;
    accept::under_wine(steps, &tested.join("outtray.exe"))
}

/// Both programs for Windows as they are given out; their folder, or nothing where the tools are missing.
pub fn windows_release(steps: &mut Steps) -> Result<Option<PathBuf>> {
    let heading = "release build for Windows";
    let needed: Vec<_> = TOOLCHAIN.into_iter().chain([MINGW]).collect();
    if !steps.is_ready(heading, &needed)? {
        return Ok(None);
    }
    let mut build = second_toolchain("target-windows")?;
    build.args(["build", "--locked", "--release", "--no-default-features", "--features", "desktop", "--bins"]);
    steps.run(heading, build.args(["--target", WINDOWS, "-Zbuild-std=std,panic_abort"]))?;
    Ok(Some(cache::folder("target-windows")?.join(WINDOWS).join("release")))
}

fn check(target: &str, build_folder: &str) -> Result<Command> {
    let mut command = second_toolchain(build_folder)?;
    command.args(["check", "--locked", "--package", "outtray", "--all-targets", "--target", target]).args([
        "-Zbuild-std=std,panic_abort",
        "-Zwarnings",
        "--config",
        "build.warnings='deny'",
    ]);
    Ok(command)
}

/// Debian's cargo, free of what the cargo that runs us has set.
fn second_toolchain(build_folder: &str) -> Result<Command> {
    second_toolchain_under(None, build_folder)
}

/// The same, started by another program that prepares something for it.
fn second_toolchain_under(starter: Option<&Path>, build_folder: &str) -> Result<Command> {
    let mut command = Command::new(starter.unwrap_or(Path::new("/usr/bin/cargo")));
    if starter.is_some() {
        command.arg("/usr/bin/cargo");
    }
    // What the cargo that runs us has set speaks of the other toolchain.
    let ours = |name: &str| name.starts_with("CARGO") || name.starts_with("RUST") || name == "LD_LIBRARY_PATH";
    for (name, _) in std::env::vars_os().filter(|(name, _)| name != "CARGO_HOME") {
        if name.to_str().is_some_and(ours) {
            command.env_remove(name);
        }
    }
    command
        .current_dir(root())
        .env("PATH", path_with_usr_bin_first())
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1") // building the standard library is not a stable feature
        .env("CARGO_INCREMENTAL", "0") // gigabytes, for builds that nobody repeats by the minute
        .env("CARGO_TARGET_DIR", cache::folder(build_folder)?);
    Ok(command)
}

fn path_with_usr_bin_first() -> std::ffi::OsString {
    let mut path = std::ffi::OsString::from("/usr/bin:");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    path
}
