//! Documents that hold personal data: what the guard makes of each, and that nothing of it is anywhere but in its file.
//!
//! In: a document, and `outtray guard` for the very bytes that would be sent. Out: their hash, and panics when anything
//! else was sent, told or kept. Not here: the promises about files (`world`), how well things are found (`guard-eval`).

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use outtray::cloud::Cloud;

use crate::support::tray::sha256;

#[derive(Default)]
pub struct Guarded {
    /// Of the file's bytes, and of those that are sent.
    wires: BTreeMap<String, String>,
    planted: Vec<String>,
}

/// Found nowhere else, and different in each document.
fn planted(serial: u64) -> [String; 3] {
    let token = serial % 10_000;
    [
        format!("zephyrine.quoxley{serial}@maildomainplanted.org"),
        format!("536-80-{:04}", 1000 + serial % 9000),
        format!("ghp_16C7e42F292c6912E7710c838347Ae17{token:04}"),
    ]
}

impl Guarded {
    /// The document with something to hide in it.
    pub fn filled(text: &str, serial: u64) -> String {
        let [mail, number, token] = planted(serial);
        let open = text.strip_suffix('}').expect("an object");
        format!(
            "{open}, \"content\": \"My e-mail is {mail}, my SSN is {number}.\", \"args\": {{\"token\": \"{token}\"}}}}"
        )
    }

    /// Asks the program what it would send; that and nothing else is expected from now on.
    pub fn expect(&mut self, text: &str, serial: u64, preview: &mut Command) {
        let mut child = preview.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        child.stdin.take().expect("piped").write_all(text.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "no preview of {text}");
        let wire = String::from_utf8(output.stdout).expect("a text");
        for secret in planted(serial) {
            assert!(text.contains(&secret) && !wire.contains(&secret), "{secret} would be sent: {wire}");
            self.planted.push(secret);
        }
        assert!(wire.contains(&format!("\"number\": {serial}")), "{wire}");
        self.wires.insert(sha256(text.as_bytes()), sha256(wire.as_bytes()));
    }

    pub fn wire(&self, hash: &str) -> Option<&str> {
        self.wires.get(hash).map(String::as_str)
    }

    pub fn judge(&self, cloud: &Cloud, home: &Path) {
        let known = |hash: &str| self.wires.values().any(|wire| wire == hash);
        for put in cloud.puts().iter().filter(|put| !put.sha256.is_empty()) {
            assert!(known(&put.sha256), "bytes were sent that no preview showed: {}", put.key);
        }
        for ask in cloud.presigns() {
            let told = ask.members["sha256"].as_str().unwrap_or_default();
            assert!(known(told), "the presigner was told of bytes that no preview showed: {told}");
            self.assert_clean("a presign request", ask.members.to_string().as_bytes());
        }
        for object in cloud.objects() {
            self.assert_clean(&object.key, object.bytes.as_deref().unwrap_or_default());
        }
        for folder in ["state", "logs"].map(|name| home.join(name)) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if let Ok(bytes) = fs::read(entry.path()) {
                    self.assert_clean(&entry.path().display().to_string(), &bytes);
                }
            }
        }
    }

    fn assert_clean(&self, place: &str, bytes: &[u8]) {
        // They share their beginnings, which are rarer than any single one is long.
        let text = String::from_utf8_lossy(bytes);
        if ["quoxley", "536-80-", "ghp_16C7"].iter().any(|part| text.contains(part)) {
            let which = self.planted.iter().find(|secret| text.contains(secret.as_str()));
            panic!("{place} holds {which:?}");
        }
    }
}
