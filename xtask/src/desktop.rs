//! The real tray program on a real desktop without a screen, with a panel, a mouse and notices.
//!
//! In: nothing, or a folder for the pictures of README. Out: the test runner's lines. Every test starts and ends a
//! desktop of its own. Not here: what is tested (`tests/desktop`).

use std::path::Path;

use anyhow::{Result, bail};

use crate::step::{Steps, cargo, is_ci};

/// Programs of the desktop, with the Debian package of each.
const PROGRAMS: [(&str, &str); 9] = [
    ("Xvfb", "xvfb"),
    ("dbus-daemon", "dbus-daemon"),
    ("busctl", "systemd"),
    ("xfce4-panel", "xfce4-panel"),
    ("xfwm4", "xfwm4"),
    ("dunst", "dunst"),
    ("dunstify", "dunst"),
    ("xdotool", "xdotool"),
    ("setpriv", "util-linux"),
];

/// What makes and joins the pictures.
const PAINTERS: [(&str, &str); 2] = [("convert", "imagemagick"), ("montage", "imagemagick")];

/// Names the folder for pictures to the tests.
const PICTURES: &str = "OUTTRAY_TEST_PICTURES";

/// Desktops side by side; some tests only wait.
const THREADS: &str = "--test-threads=4";

pub fn run(steps: &mut Steps, args: &[String]) -> Result<()> {
    let pictures = match args {
        [] => None,
        [option, folder] if option == "--pictures" => Some(std::path::absolute(folder)?),
        _ => bail!("`cargo xtask desktop` takes nothing, or `--pictures FOLDER`"),
    };
    let missing = missing(pictures.is_some());
    if !missing.is_empty() && !is_ci() {
        steps.skip("desktop", &format!("it needs the Debian packages {}", missing.join(" ")));
        return Ok(());
    }
    if !missing.is_empty() {
        bail!("the desktop's tests need the Debian packages {}", missing.join(" "));
    }
    // Of the whole workspace, as the other tests are built: once.
    let mut tests = cargo(&["test", "--locked", "--workspace", "--test", "desktop", "--", "--show-output", THREADS]);
    if let Some(folder) = pictures {
        tests.env(PICTURES, folder);
    }
    steps.run("desktop", &mut tests)
}

fn missing(pictures: bool) -> Vec<&'static str> {
    if !cfg!(target_os = "linux") {
        return vec!["of Linux"];
    }
    let folders: Vec<_> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let is_there = |program: &str| folders.iter().any(|folder| Path::new(folder).join(program).is_file());
    let mut missing: Vec<_> = PROGRAMS
        .iter()
        .chain(PAINTERS.iter().filter(|_| pictures))
        .filter(|(program, _)| !is_there(program))
        .map(|of| of.1)
        .collect();
    missing.dedup();
    missing
}
