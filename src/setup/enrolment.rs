//! One line that carries the settings of one computer to another: `outtray1.<settings>.<check>`.
//!
//! In: settings in force. Out: a line without line breaks and device, without secrets unless asked, and back. Pure.
//! Not here: writing a configuration from it (`compose`).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::config::{Loaded, Origin};

/// The first word of a line of this version.
const MARK: &str = "outtray1";

/// Settings that are each computer's own.
const OWN: [&str; 4] = ["device_id", "watch_dir", "network.ca_file", "ui.language"];

/// Settings that may hold a password, which travel only when asked for.
const SECRET: [&str; 1] = ["network.proxy"];

/// Dotted names and values as a person types them.
pub type Settings = BTreeMap<String, String>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLine {
    #[error("this is not a line that `outtray setup --export` printed")]
    NotOurs,
    #[error("this line comes from a newer OutTray")]
    Newer,
    #[error("this line is damaged: a part is missing or changed")]
    Damaged,
}

/// What a person wrote into the settings; defaults are left to the other computer.
pub fn settings_of(loaded: &Loaded, secrets: bool) -> Settings {
    let written = |key: &&str| matches!(loaded.origin(key), Some(Origin::Written(_)));
    let travels = |key: &&str| !OWN.contains(key) && (secrets || !SECRET.contains(key));
    let lines = loaded.shown();
    let keys = lines.iter().map(|line| line.key).filter(travels).filter(written);
    keys.filter_map(|key| Some((key.to_owned(), loaded.with_secrets(key)?))).collect()
}

pub fn line(settings: &Settings) -> String {
    // Maps of text to text always serialise.
    let text = serde_json::to_string(settings).unwrap_or_default();
    let body = URL_SAFE_NO_PAD.encode(text);
    format!("{MARK}.{body}.{}", check(&body))
}

/// Spaces and line breaks that a mail program put in are passed over.
pub fn read(line: &str) -> Result<Settings, BadLine> {
    let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let mut parts = line.split('.');
    let (Some(mark), body, sum) = (parts.next(), parts.next(), parts.next()) else { return Err(BadLine::NotOurs) };
    match mark.strip_prefix("outtray").map(str::parse::<u32>) {
        _ if mark == MARK => {}
        Some(Ok(_)) => return Err(BadLine::Newer),
        _ => return Err(BadLine::NotOurs),
    }
    let (Some(body), Some(sum), None) = (body, sum, parts.next()) else { return Err(BadLine::Damaged) };
    if sum != check(body) {
        return Err(BadLine::Damaged);
    }
    let text = URL_SAFE_NO_PAD.decode(body).map_err(|_| BadLine::Damaged)?;
    serde_json::from_slice(&text).map_err(|_| BadLine::Damaged)
}

/// Enough against slips of hand; nothing here is secret or trusted.
fn check(body: &str) -> String {
    Sha256::digest(body).iter().take(4).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn settings() -> Settings {
        settings_of(&loaded(), false)
    }

    fn loaded() -> Loaded {
        let text = "api_url = \"https://api.example/new\"\ndevice_id = \"desk-1\"\nwatch_dir = \"/m\"\nconcurrency = 7\n\
                    [network]\nproxy = \"http://me:word@proxy:3128\"\n[files]\ninclude = [\"*.json\", \"*.ndjson\"]\n";
        Config::parse(text, std::path::Path::new("/c/config.toml")).unwrap()
    }

    #[test]
    fn carries_what_is_shared_and_nothing_else() {
        let read = read(&line(&settings())).unwrap();
        assert_eq!(read["api_url"], "https://api.example/new");
        assert_eq!(read["concurrency"], "7");
        assert_eq!(read.keys().collect::<Vec<_>>(), ["api_url", "concurrency", "files.include"]);
    }

    #[test]
    fn carries_a_password_only_when_asked() {
        let asked = read(&line(&settings_of(&loaded(), true))).unwrap();
        assert_eq!(asked["network.proxy"], "http://me:word@proxy:3128");
        assert_eq!(asked.len(), settings().len() + 1);
    }

    #[test]
    fn survives_mail_but_no_damage() {
        let whole = line(&settings());
        assert!(!whole.contains(char::is_whitespace));
        let (head, tail) = whole.split_at(30);
        assert_eq!(read(&format!(" {head}\r\n  {tail}\n")), Ok(settings()));
        assert_eq!(read(&whole[..whole.len() - 1]), Err(BadLine::Damaged));
        assert_eq!(read(&whole.replacen("outtray1.", "outtray1.A", 1)), Err(BadLine::Damaged));
        assert_eq!(read("outtray1.x"), Err(BadLine::Damaged));
        assert_eq!(read("outtray2.abc.def"), Err(BadLine::Newer));
        assert_eq!(read("hello"), Err(BadLine::NotOurs));
    }
}
