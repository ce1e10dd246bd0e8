//! The presigner's checks: format and lint, the template, and its tests with the real program and a real S3 server.
//!
//! In: nothing, or arguments for pytest. Out: the tools' own output, pytest's last. The first run installs the pinned
//! packages from PyPI into a venv in the cache. Not here: what is tested (`backend/tests`), SeaweedFS (`seaweed`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::step::{Steps, is_ci, root};
use crate::{cache, seaweed, tests};

/// Names the `outtray` binary to the tests.
const PROGRAM: &str = "OUTTRAY_TEST_BIN";

pub fn run(steps: &mut Steps, args: &[String]) -> Result<()> {
    let venv = match venv(steps) {
        // A developer without the network goes on without; CI does not.
        Err(error) if !is_ci() => {
            steps.skip("presigner", &format!("{error:#}"));
            return Ok(());
        }
        venv => venv?,
    };
    let folder = root().join("backend");
    let tool = |name: &str, args: &[&str]| {
        let mut command = Command::new(seaweed::tool(&venv, name));
        command.args(args).current_dir(&folder);
        command
    };
    steps.run("presigner: format", &mut tool("ruff", &["format", "--check", "."]))?;
    steps.run("presigner: ruff", &mut tool("ruff", &["check", "."]))?;
    steps.run(
        "presigner: cfn-lint",
        &mut tool("cfn-lint", &["--non-zero-exit-code", "informational", "template.yaml"]),
    )?;
    let mut pytest = tool("python", &["-m", "pytest"]);
    pytest.env(PROGRAM, tests::program(steps)?).env("PYTHONDONTWRITEBYTECODE", "1");
    match seaweed::weed() {
        Ok(weed) => pytest.env(seaweed::VARIABLE, weed),
        Err(error) if is_ci() => return Err(error),
        Err(_) => pytest.env_remove(seaweed::VARIABLE),
    };
    steps.run("presigner: tests", pytest.args(args))
}

/// A venv that holds exactly the pinned packages; made anew when they change.
fn venv(steps: &mut Steps) -> Result<PathBuf> {
    let venv = cache::folder("tools")?.join("backend");
    let pins = root().join("backend/requirements-dev.txt");
    let wanted = fs::read(&pins).with_context(|| format!("reading {}", pins.display()))?;
    // Written last, so that half an installation is no installation.
    let installed = venv.join("installed.txt");
    let works = seaweed::tool(&venv, "python").exists();
    if !works || fs::read(&installed).ok().as_ref() != Some(&wanted) {
        let python = if cfg!(windows) { "python" } else { "python3" };
        steps.run("presigner: a venv, once", Command::new(python).args(["-m", "venv", "--clear"]).arg(&venv))?;
        install(steps, &venv, &pins)?;
        fs::write(&installed, wanted)?;
    }
    Ok(venv)
}

fn install(steps: &mut Steps, venv: &Path, pins: &Path) -> Result<()> {
    let options =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"];
    let python = seaweed::tool(venv, "python");
    steps.run("presigner: its tools, once", Command::new(&python).args(options).arg("-r").arg(pins))?;
    // Nothing came along unpinned, so nothing may be missing either.
    let check = Command::new(&python).args(["-m", "pip", "check"]).output().context("asking pip")?;
    ensure!(
        check.status.success(),
        "requirements-dev.txt lacks something:\n{}",
        String::from_utf8_lossy(&check.stdout)
    );
    Ok(())
}
