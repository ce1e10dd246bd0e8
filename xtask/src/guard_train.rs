//! Makes the guard's word table and the weights of its tagger anew.
//!
//! In: PyPI (names), Debian (word lists, natural text), and this machine's own message catalogues and manual pages.
//! Out: `src/guard/tables/words.bin`, `src/guard/names/tagger/weights.bin`. Needs Python 3.11 or newer, apt and dpkg.
//! The table must be built before the weights are learnt, because the tagger looks words up in it.
//! Not here: reading the lists and the texts (`xtask/guard-train`), what is in them (`src/guard/tables/NOTICE.md`).

use std::fs::{File, create_dir_all, read_dir};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::step::{Steps, cargo, root};

/// Word lists first, then clean text in many languages.
const PACKAGES: [&str; 20] = [
    "wamerican-large",
    "hunspell-fr-classical",
    "hunspell-es",
    "hunspell-nl",
    "hunspell-pl",
    "hunspell-pt-br",
    "gnome-user-docs",
    "manpages-de",
    "manpages-es",
    "manpages-fr",
    "manpages-it",
    "manpages-ja",
    "manpages-nl",
    "manpages-pl",
    "manpages-pt-br",
    "manpages-ru",
    "manpages-sv",
    "manpages-tr",
    "manpages-zh",
    "manpages-dev",
];
const SENTENCES: &str = "50000";

/// `cargo xtask guard-tables`
pub fn tables(steps: &mut Steps) -> Result<()> {
    let (work, scripts) = (work()?, scripts());
    let debian = work.join("debian");
    create_dir_all(&debian)?;
    steps.run("Python for the lists", Command::new("python3").args(["-m", "venv"]).arg(work.join("venv")))?;
    let requirements = scripts.join("requirements.txt");
    steps.run("lists of names", python(&work).args(["-m", "pip", "install", "--quiet", "-r"]).arg(requirements))?;
    steps.run("Debian packages", Command::new("apt-get").arg("download").args(PACKAGES).current_dir(&debian))?;
    let mut packages: Vec<PathBuf> = read_dir(&debian)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    packages.retain(|path| path.extension().is_some_and(|extension| extension == "deb"));
    packages.sort();
    for package in packages {
        steps.run("unpacking", Command::new("dpkg").arg("-x").arg(package).arg(&debian))?;
    }
    let natural = File::create(work.join("natural.tsv"))?;
    let mut gather = python(&work);
    gather.arg(scripts.join("natural.py")).arg("/usr/share").arg(&debian).stdout(natural);
    steps.run("natural text", &mut gather)?;
    let mut build = python(&work);
    build.arg(scripts.join("lists.py")).arg(work.join("natural.tsv")).arg(debian.join("usr/share"));
    steps.run("word table", build.arg(root().join("src/guard/tables/words.bin")))
}

/// `cargo xtask guard-train`
pub fn weights(steps: &mut Steps) -> Result<()> {
    let work = work()?;
    let sentences = work.join("sentences.tsv");
    let file = File::create(&sentences)?;
    steps.run("sentences", python(&work).arg(scripts().join("sentences.py")).arg(SENTENCES).stdout(file))?;
    let mut learn = cargo(&["run", "--quiet", "--locked", "--package", "xtask-guard-train", "--"]);
    learn.args([sentences, work.join("natural.tsv"), root().join("src/guard/names/tagger/weights.bin")]);
    steps.run("weights", &mut learn)
}

/// Where the lists and texts lie meanwhile: hundreds of megabytes, none of it for the repository.
fn work() -> Result<PathBuf> {
    let work = root().join("target/guard-train");
    create_dir_all(&work).with_context(|| format!("making {}", work.display()))?;
    Ok(work)
}

fn scripts() -> PathBuf {
    root().join("xtask/guard-train")
}

fn python(work: &Path) -> Command {
    Command::new(work.join("venv/bin/python"))
}
