//! The same source gives the same bytes: what was made twice is compared.
//!
//! In: two folders. Out: an error that names what differs. `cargo xtask reproducible` builds programs and packages for
//! Linux twice from nothing; every trial of the packages for Linux packs once more what is built.
//! Not here: the time that is written into packages (`package::source_date`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use super::target;
use crate::step::{Steps, root};

/// Minutes: two whole builds with a build folder of their own, which is removed again.
pub fn reproducible(steps: &mut Steps) -> Result<()> {
    let top = root().join("target/reproducible");
    let build = top.join("build");
    for round in ["first", "second"] {
        let kept = top.join(round);
        for folder in [&build, &kept] {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
        }
        // This very task, so that what is compared is what people get.
        let mut package = Command::new(std::env::current_exe()?);
        package.args(["package", "linux"]).current_dir(root()).env("CARGO_TARGET_DIR", &build);
        steps.run(&format!("programs and packages from nothing, {round}"), &mut package)?;
        fs::create_dir_all(&kept)?;
        for from in [build.join("release"), build.join("package")] {
            for (name, content) in files(&from)? {
                fs::write(kept.join(name), content)?;
            }
        }
    }
    fs::remove_dir_all(&build)?;
    let same = compare(&top.join("first"), &top.join("second"))?;
    ensure!(same.iter().any(|name| name == "outtray"), "the programs were not among what was compared");
    steps.say("built twice, the same bytes", &hashes(&top.join("second"), &same)?);
    Ok(())
}

/// Compares packages with a second packing of the same programs.
pub fn packed(steps: &mut Steps, first: &Path, second: &Path) -> Result<()> {
    let same = compare(second, first)?;
    ensure!(same.len() >= 3, "fewer packages than deb, rpm and archive were compared: {}", same.join(" "));
    steps.say("packed twice, the same bytes", &hashes(second, &same)?);
    Ok(())
}

/// Names of the files of `one`, each of which `other` holds with the same content.
fn compare(one: &Path, other: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for (name, content) in files(one)? {
        let again = fs::read(other.join(&name)).with_context(|| format!("{name} was made only once"))?;
        if content != again {
            bail!(
                "{name} is not the same twice: compare {} and {}",
                one.join(&name).display(),
                other.join(&name).display()
            );
        }
        names.push(name);
    }
    Ok(names)
}

/// Programs and packages in a folder, without what the build keeps for itself.
fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let is_list_of_sources = path.extension().is_some_and(|ending| ending == "d");
        if name.starts_with("outtray") && !is_list_of_sources && path.is_file() {
            found.insert(name, fs::read(&path)?);
        }
    }
    Ok(found)
}

fn hashes(folder: &Path, names: &[String]) -> Result<String> {
    let output = Command::new("sha256sum").args(names).current_dir(folder).output().context("starting sha256sum")?;
    ensure!(output.status.success(), "sha256sum failed in {}", folder.display());
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

/// A place for the second packing, empty.
pub fn again() -> Result<std::path::PathBuf> {
    let folder = target().join("package/again");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_named() {
        let top = std::env::temp_dir().join(format!("outtray-xtask-twice-{}", std::process::id()));
        let (one, other) = (top.join("one"), top.join("other"));
        for (folder, last) in [(&one, "a"), (&other, "b")] {
            fs::create_dir_all(folder).unwrap();
            fs::write(folder.join("outtray.deb"), "same").unwrap();
            fs::write(folder.join("stranger"), last).unwrap();
        }
        assert_eq!(compare(&one, &other).unwrap(), ["outtray.deb"], "what is not ours is not compared");
        fs::write(other.join("outtray.deb"), "Same").unwrap();
        let error = compare(&one, &other).unwrap_err().to_string();
        assert!(error.starts_with("outtray.deb is not the same twice"), "{error}");
        fs::remove_file(other.join("outtray.deb")).unwrap();
        assert!(compare(&one, &other).is_err(), "what was made only once is no proof");
        fs::remove_dir_all(top).unwrap();
    }
}
