//! What a copy of OutTray must know of a release before it takes the newer programs: a list of its files, signed.
//!
//! In: a folder with all files of a release; the secret key in `RELEASE_KEY`. Out: `outtray-release.json` and its signature
//! in that folder. Without a key there is no signature, and no copy installs anything; people can still do it.
//! Not here: who reads the list (`src/update`), where the key is kept (docs/security.md).

use std::fs::{self, OpenOptions};
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use minisign::{KeyPair, PublicKey, SecretKeyBox};
use sha2::{Digest as _, Sha256};

use crate::package;
use crate::step::root;

const LIST: &str = "outtray-release.json";
const PUBLIC: &str = "installer/release-key.pub";

/// What people and programs install; the rest of a release is of no use to an update.
const ENDINGS: [&str; 8] = ["tar.gz", "zip", "exe", "msi", "deb", "rpm", "dmg", "pkg"];

/// Writes a new secret key, and says the public one.
pub fn key(secret: &Path) -> Result<()> {
    let pair = KeyPair::generate_unencrypted_keypair()?;
    let text = pair.sk.to_box(Some("OutTray releases, secret"))?.into_string();
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.write(true).create_new(true).open(secret).with_context(|| secret.display().to_string())?;
    file.write_all(text.as_bytes())?;
    println!("The secret key is in {}. This line belongs into {PUBLIC}:\n{}", secret.display(), pair.pk.to_base64());
    Ok(())
}

/// Lists the files of a release, and signs the list.
pub fn list(folder: &Path) -> Result<()> {
    let text = text_of(folder, &package::version()?, &date()?)?;
    fs::write(folder.join(LIST), &text)?;
    match std::env::var("RELEASE_KEY") {
        Ok(secret) if !secret.trim().is_empty() => {
            let signature = sign(text.as_bytes(), &secret, &fs::read_to_string(root().join(PUBLIC))?)?;
            fs::write(folder.join(format!("{LIST}.minisig")), signature)?;
        }
        _ => eprintln!("xtask: RELEASE_KEY is not set: the list is not signed, and no copy updates itself"),
    }
    Ok(())
}

fn text_of(folder: &Path, version: &str, date: &str) -> Result<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !ENDINGS.iter().any(|ending| name.ends_with(&format!(".{ending}"))) || name.starts_with("source") {
            continue;
        }
        let plain = name.bytes().all(|c| c.is_ascii_alphanumeric() || b"._-".contains(&c));
        ensure!(plain && !name.starts_with('.'), "no update takes a file of the name {name:?}");
        let bytes = fs::read(&path)?;
        let hash = Sha256::digest(&bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        files.push(format!(r#"  {{"name":"{name}","size":{},"sha256":"{hash}"}}"#, bytes.len()));
    }
    if files.is_empty() {
        bail!("{} holds no file of a release", folder.display());
    }
    files.sort();
    Ok(format!("{{\"v\":1,\"version\":\"{version}\",\"date\":\"{date}\",\"files\":[\n{}\n]}}\n", files.join(",\n")))
}

/// Only with the key that the programs of this release know.
fn sign(bytes: &[u8], secret: &str, public: &str) -> Result<String> {
    let secret = SecretKeyBox::from_string(secret).context("RELEASE_KEY")?.into_unencrypted_secret_key()?;
    let signature = minisign::sign(None, &secret, bytes, Some("OutTray release"), None)?;
    let is_known = public
        .lines()
        .filter_map(|line| PublicKey::from_base64(line.trim()).ok())
        .any(|key| minisign::verify(&key, &signature, Cursor::new(bytes), true, false, false).is_ok());
    ensure!(
        is_known,
        "RELEASE_KEY belongs to none of the keys in {PUBLIC}: copies of OutTray would refuse this release"
    );
    Ok(signature.into_string())
}

/// Of the last commit.
fn date() -> Result<String> {
    let seconds = package::source_date()?;
    let output = Command::new("date").args(["-u", "-d", &format!("@{seconds}"), "+%Y-%m-%dT%H:%M:%SZ"]).output()?;
    ensure!(output.status.success(), "date knows no {seconds}");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (String, String) {
        let pair = KeyPair::generate_unencrypted_keypair().expect("a key");
        let secret = pair.sk.to_box(None).expect("a box").into_string();
        (secret, format!("untrusted comment: x\n{}\n", pair.pk.to_base64()))
    }

    #[test]
    fn lists_what_is_installed_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("outtray-release-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("made");
        for name in ["outtray-x86_64-unknown-linux-gnu.tar.gz", "source.tar.gz", "OutTray-1.4.0-setup.exe", "a.sha256"]
        {
            fs::write(folder.join(name), name).expect("written");
        }
        let text = text_of(&folder, "1.4.0", "2026-03-01T10:00:00Z").expect("a list");
        fs::remove_dir_all(&folder).expect("gone");
        assert_eq!(text.matches("\"name\"").count(), 2, "{text}");
        assert!(text.starts_with("{\"v\":1,\"version\":\"1.4.0\",\"date\":\"2026-03-01T10:00:00Z\",\"files\":[\n"));
        let line = "{\"name\":\"OutTray-1.4.0-setup.exe\",\"size\":23,\"sha256\":\"";
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn a_key_that_no_copy_knows_signs_nothing() {
        let ((secret, public), (_, other)) = (pair(), pair());
        assert!(sign(b"list", &secret, &public).expect("signed").contains("trusted comment"));
        assert!(sign(b"list", &secret, &other).is_err());
        assert!(sign(b"list", &secret, "untrusted comment: No key yet").is_err());
        assert!(sign(b"list", "nonsense", &public).is_err());
    }
}
