//! What packages hold beside the programs: manual page, completions, icons in their sizes, the changelog.
//!
//! In: a built `outtray`. Out: a folder `package` beside it, which Cargo.toml's lists of assets name.
//! Not here: files that need no making (`installer/`).

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, bail, ensure};

use super::{source_date, version};
use crate::step::root;

/// The name of the product on a Linux desktop: of its entry, its icon and its windows.
pub const APP_ID: &str = "io.github.outtray.OutTray";

const SIZES: [u32; 8] = [16, 24, 32, 48, 64, 128, 256, 512];

/// Fills `<release>/package`.
pub fn fill(release: &Path) -> Result<()> {
    let stage = release.join("package");
    if stage.exists() {
        fs::remove_dir_all(&stage)?;
    }
    fs::create_dir_all(&stage)?;
    let program = release.join("outtray");
    generate(&program, &["man"], &stage.join("outtray.1"))?;
    for (shell, file) in [("bash", "outtray.bash"), ("zsh", "_outtray"), ("fish", "outtray.fish")] {
        generate(&program, &["completions", shell], &stage.join(file))?;
    }
    icons(&stage.join("hicolor"))?;
    let text = fs::read_to_string(root().join("CHANGELOG.md"))?;
    fs::write(stage.join("changelog"), debian_changelog(&text, &version()?, &date()?))?;
    // As Debian wants them; without name and time in it, so that it is the same each time.
    let mut gzip = Command::new("gzip");
    let done = gzip.args(["-9", "--no-name", "--keep", "outtray.1", "changelog"]).current_dir(&stage).status()?;
    ensure!(done.success(), "gzip failed ({done})");
    // Packers bring later times down to that of the source, but keep earlier ones.
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(source_date()?.parse()?);
    date_all(&stage, date)
}

fn date_all(folder: &Path, date: SystemTime) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            date_all(&path, date)?;
        } else {
            File::options().append(true).open(&path)?.set_modified(date)?;
        }
    }
    Ok(())
}

fn generate(program: &Path, args: &[&str], file: &Path) -> Result<()> {
    let output =
        Command::new(program).args(args).output().with_context(|| format!("starting {}", program.display()))?;
    if !output.status.success() {
        bail!("{} {} failed", program.display(), args.join(" "));
    }
    fs::write(file, output.stdout).with_context(|| format!("writing {}", file.display()))
}

fn icons(hicolor: &Path) -> Result<()> {
    let put = |from: &Path, folder: &str, ending: &str| -> Result<()> {
        let folder = hicolor.join(folder).join("apps");
        fs::create_dir_all(&folder)?;
        fs::copy(from, folder.join(format!("{APP_ID}.{ending}")))
            .with_context(|| format!("copying {}", from.display()))?;
        Ok(())
    };
    for size in SIZES {
        put(&root().join(format!("icons/generated/outtray-{size}.png")), &format!("{size}x{size}"), "png")?;
    }
    put(&root().join("icons/app.svg"), "scalable", "svg")
}

/// The date of the source as Debian's changelogs write it.
fn date() -> Result<String> {
    let output =
        Command::new("date").args(["-u", "-R", "-d", &format!("@{}", source_date()?)]).env("LC_ALL", "C").output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The newest section of the changelog, in Debian's form.
fn debian_changelog(text: &str, version: &str, date: &str) -> String {
    let newest = text.split("\n## ").nth(1).unwrap_or_default();
    let mut points: Vec<String> = Vec::new();
    for line in newest.lines().skip(1) {
        if let Some(point) = line.strip_prefix("- ") {
            points.push(point.to_owned());
        } else if let (Some(rest), Some(point)) = (line.strip_prefix("  "), points.last_mut()) {
            point.push(' ');
            point.push_str(rest.trim());
        }
    }
    let body = points.iter().map(|point| wrapped(point)).collect::<Vec<_>>().join("\n");
    format!(
        "outtray ({version}) unstable; urgency=medium\n\n{body}\n\n -- The OutTray contributors \
         <outtray@users.noreply.github.com>  {date}\n"
    )
}

/// One point of the changelog in lines of at most 80 letters, as Debian wants them.
fn wrapped(point: &str) -> String {
    let mut lines = vec!["  *".to_owned()];
    for word in point.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if line.chars().count() + 1 + word.chars().count() <= 80 {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(format!("    {word}"));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_section_becomes_a_debian_entry() {
        let long = "word ".repeat(30);
        let text = format!(
            "# Changelog\n\nWords.\n\n## [Unreleased]\n\n### Added\n\n- Send files\n  to S3.\n- {long}\n\n## [0.1.0]\n\n- Old.\n"
        );
        let entry = debian_changelog(&text, "0.2.0", "Tue, 24 Nov 2026 10:00:00 +0000");
        assert!(
            entry.starts_with("outtray (0.2.0) unstable; urgency=medium\n\n  * Send files to S3.\n  * word word"),
            "{entry}"
        );
        assert!(entry.contains("\n    word word"), "a long point goes on below its own beginning: {entry}");
        assert_eq!(entry.matches("word").count(), 30, "no word is lost: {entry}");
        let mut points = entry.lines().filter(|line| !line.starts_with(" -- "));
        assert!(points.all(|line| line.chars().count() <= 80), "{entry}");
        assert!(entry.ends_with(">  Tue, 24 Nov 2026 10:00:00 +0000\n") && !entry.contains("Old"), "{entry}");
    }
}
