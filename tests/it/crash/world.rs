//! A folder, a cloud and the real program, killed at will; and the judge of what is left afterwards.
//!
//! In: contents that a producer finishes, orders to kill. Out: panics with the reason when a promise is broken.
//! Not here: when it is killed (`crash`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use outtray::cloud::{Cloud, Mode, Options};
use serde_json::Value;
use tempfile::TempDir;

use super::guarded::Guarded;
use crate::support::tray::{self, sha256};

/// Passes after which everything must be done.
const PASSES: u32 = 4;

pub struct World {
    pub cloud: Cloud,
    pub mode: Mode,
    home: TempDir,
    /// Every content that must arrive: what the producer called the file, and the hash of its bytes.
    wanted: BTreeSet<(String, String)>,
    kills: u64,
    /// What happened, for whoever reads a failure.
    story: Vec<String>,
    serial: u64,
    /// Marked files are removed: `files.keep_synced = "delete"`.
    deletes: bool,
    /// Documents hold personal data, and other bytes are sent than lie there.
    guarded: Option<Guarded>,
}

impl World {
    pub fn new(mode: Mode) -> Self {
        Self::with(mode, "")
    }

    /// `files` are further lines of `[files]`.
    pub fn with(mode: Mode, files: &str) -> Self {
        let mut options = Options::default();
        options.behaviour.mode = mode;
        let cloud = Cloud::spawn_thread(options).expect("a cloud on loopback");
        let home = tempfile::tempdir().expect("a folder");
        fs::write(home.path().join("config.toml"), tray::settings(&cloud.api_url(), files)).expect("a config");
        fs::create_dir(home.path().join("tray")).expect("a folder");
        let deletes = files.contains("delete");
        let (wanted, story) = (BTreeSet::new(), Vec::new());
        Self { cloud, mode, home, wanted, kills: 0, story, serial: 0, deletes, guarded: None }
    }

    /// Each document holds something that the guard has to hide.
    pub fn guarded(mode: Mode) -> Self {
        Self { guarded: Some(Guarded::default()), ..Self::new(mode) }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join("tray").join(name)
    }

    /// The producer finishes a new content of this name a while ago: by a rename, over whatever stands there.
    pub fn produce(&mut self, name: &str) -> String {
        let text = self.text(name);
        tray::finish(&self.path(name), &text);
        self.want(name, &text)
    }

    /// A writer who kept the file open writes a new content of `name` into `stands`.
    pub fn rewrite(&mut self, name: &str, stands: &str) -> String {
        let text = self.text(name);
        fs::write(self.path(stands), &text).expect("written in place");
        tray::age(&self.path(stands));
        self.want(name, &text)
    }

    fn text(&mut self, name: &str) -> String {
        self.serial += 1;
        let text = format!("{{\"name\": {name:?}, \"number\": {}}}", self.serial);
        if self.guarded.is_some() { Guarded::filled(&text, self.serial) } else { text }
    }

    fn want(&mut self, name: &str, text: &str) -> String {
        let hash = sha256(text.as_bytes());
        if let Some(mut guarded) = self.guarded.take() {
            guarded.expect(text, self.serial, &mut self.command(&["guard", "-", "--output", "-"]));
            self.guarded = Some(guarded);
        }
        self.story.push(format!("finished {name} with {}", &hash[..8]));
        self.wanted.insert((name.to_owned(), hash.clone()));
        hash
    }

    /// Replaced before it had to be sent: it may have arrived, or not.
    pub fn give_up(&mut self, name: &str, hash: &str) {
        self.wanted.remove(&(name.to_owned(), hash.to_owned()));
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_outtray"));
        command.args(words).env("OUTTRAY_HOME", self.home.path()).env_remove("OUTTRAY_KILL_AT");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// One pass that is to be killed at a step. False: it ended by itself, without having come there.
    pub fn killed(&mut self, order: &str) -> bool {
        let status = self.command(&["sync"]).env("OUTTRAY_KILL_AT", order).status().expect("it starts");
        let killed = was_killed(status);
        assert!(killed || status.code() == Some(0), "{order}: neither killed nor well: {status}; {:?}", self.story);
        self.kills += u64::from(killed);
        self.story.push(format!("{} {order}", if killed { "killed at" } else { "did not come to" }));
        self.quiet();
        killed
    }

    /// Killed from outside, after a time.
    pub fn killed_after(&mut self, word: &str, time: Duration) {
        let mut child = self.command(&[word]).spawn().expect("it starts");
        std::thread::sleep(time);
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        self.kills += 1;
        self.story.push(format!("killed {word} after {time:?}"));
        self.quiet();
    }

    #[track_caller]
    pub fn must_be_killed(&mut self, order: &str) {
        assert!(self.killed(order), "the step {order} was never reached; {:?}", self.story);
    }

    /// Nothing that a killed program had sent is still on its way.
    pub fn quiet(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let quiet = self.cloud.wait_until(|cloud| cloud.puts().iter().all(|put| put.ended));
        let in_time = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(10), quiet).await });
        assert!(in_time.is_ok(), "a PUT does not end");
    }

    /// Starts it until all is done, then judges. Answers how many more objects there are than contents.
    #[track_caller]
    pub fn finish(&mut self) -> u64 {
        for pass in 1.. {
            let status = self.command(&["sync"]).status().expect("it starts");
            assert_eq!(status.code(), Some(0), "a pass without a kill; {:?}", self.story);
            if self.unsent().is_empty() && self.arrived_all() {
                break;
            }
            assert!(pass < PASSES, "still unsent: {:?}, {:?}", self.unsent(), self.story);
        }
        self.judge()
    }

    pub fn unsent(&self) -> Vec<String> {
        tray::names(&self.path(""), ".json")
    }

    pub fn marked(&self) -> Vec<String> {
        tray::names(&self.path(""), ".synced")
    }

    fn arrived_all(&self) -> bool {
        self.wanted.iter().all(|(name, hash)| self.copies(name, hash) > 0)
    }

    /// The hash of what is sent of a content; what the hash of no file is stands for itself.
    fn wire<'h>(&'h self, hash: &'h str) -> &'h str {
        self.guarded.as_ref().and_then(|guarded| guarded.wire(hash)).unwrap_or(hash)
    }

    /// Objects with this content of this file.
    pub fn copies(&self, name: &str, hash: &str) -> u64 {
        let hash = self.wire(hash);
        let objects = self.cloud.objects_of(name).into_iter().filter(|object| object.sha256 == hash);
        objects.map(|object| object.versions).sum()
    }

    #[track_caller]
    fn judge(&self) -> u64 {
        let story = &self.story;
        let mut local = BTreeMap::new();
        for marked in self.marked() {
            let hash = sha256(&fs::read(self.path(&marked)).expect("readable"));
            let name = origin(&marked);
            assert!(self.copies(&name, &hash) > 0, "{marked} lies: S3 does not hold {}; {story:?}", &hash[..8]);
            assert_eq!(local.insert((name, hash), marked.clone()), None, "{marked} is there twice; {story:?}");
        }
        for (name, hash) in &self.wanted {
            assert!(self.copies(name, hash) > 0, "{name} with {} did not arrive; {story:?}", &hash[..8]);
            let there = local.contains_key(&(name.clone(), hash.clone()));
            // A late writer has written over the earlier content himself.
            let is_last = !self.wanted.iter().any(|(other, _)| other == name) || self.is_standing(name, hash);
            assert!(there || self.deletes || !is_last, "the bytes of {name} are gone; {story:?}");
        }
        self.judge_receipts(&local);
        let mut more = 0;
        for object in self.cloud.objects() {
            if self.mode == Mode::V1 {
                assert_eq!(object.versions, 1, "{} was stored again; {story:?}", object.key);
                let copies = self.copies(&object.name, &object.sha256);
                assert_eq!(copies, 1, "{} has a second object; {story:?}", object.name);
            }
            let copies = self.copies(&object.name, &object.sha256);
            assert!(copies <= 1 + self.kills, "{}: {copies} objects after {} kills", object.name, self.kills);
            more += object.versions;
        }
        let contents: BTreeSet<_> =
            self.cloud.objects().into_iter().map(|object| (object.name, object.sha256)).collect();
        assert_no_secrets(self.home.path());
        if let Some(guarded) = &self.guarded {
            guarded.judge(&self.cloud, self.home.path());
        }
        more - contents.len() as u64
    }

    /// Whether these bytes are the last that were finished under any name they could have.
    fn is_standing(&self, name: &str, hash: &str) -> bool {
        let number = |hash: &str| self.story.iter().position(|line| line.ends_with(&hash[..8]));
        self.wanted.iter().filter(|(other, _)| other == name).all(|(_, other)| number(other) <= number(hash))
    }

    /// Each receipt names an object that holds what the receipt says; each marked file has one; none comes twice.
    fn judge_receipts(&self, local: &BTreeMap<(String, String), String>) {
        let told = self.command(&["history", "--json", "-n", "100000"]).stdout(Stdio::piped()).output().expect("runs");
        let history: Value = serde_json::from_slice(&told.stdout).expect("JSON");
        let objects = self.cloud.objects();
        let mut seen = BTreeSet::new();
        for receipt in history["receipts"].as_array().expect("a list") {
            let text = |member: &str| receipt[member].as_str().unwrap_or_default().to_owned();
            let object = objects.iter().find(|object| object.key == text("key"));
            let object = object.unwrap_or_else(|| panic!("a receipt for no object: {receipt}; {:?}", self.story));
            assert_eq!((&object.name, &object.sha256), (&text("file"), &text("sha256")), "{receipt}");
            assert_eq!((receipt["size"].as_u64(), text("bucket")), (Some(object.size), self.cloud.bucket().to_owned()));
            assert!(seen.insert((text("file"), text("sha256"))), "two receipts: {receipt}; {:?}", self.story);
        }
        for (name, hash) in local.keys().chain(&self.wanted) {
            assert!(
                seen.contains(&(name.clone(), self.wire(hash).to_owned())),
                "no receipt for {name} with {}; {:?}",
                &hash[..8],
                self.story
            );
        }
    }
}

/// `a.json.synced` and `a.json.1.synced` were both called `a.json`.
fn origin(marked: &str) -> String {
    let end = marked.find(".json").map_or(marked.len(), |at| at + ".json".len());
    marked[..end].to_owned()
}

/// No URL of a PUT, and nothing of its signature, is on this disk.
fn assert_no_secrets(home: &Path) {
    for folder in ["state", "logs"].map(|name| home.join(name)) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(bytes) = fs::read(entry.path()) else { continue };
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains("Signature="), "a signature in {}", entry.path().display());
        }
    }
}

#[cfg(unix)]
fn was_killed(status: ExitStatus) -> bool {
    std::os::unix::process::ExitStatusExt::signal(&status) == Some(9)
}

/// An abort has its own code there (`STATUS_STACK_BUFFER_OVERRUN`).
#[cfg(not(unix))]
fn was_killed(status: ExitStatus) -> bool {
    status.code() == Some(0xC000_0409_u32 as i32)
}
