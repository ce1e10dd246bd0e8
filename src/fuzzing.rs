//! Doors for bytes that nobody wrote: everything that reads a text from outside, behind one name each.
//!
//! In: a door and bytes. Out: nothing, or a panic: the reader panicked, or broke a rule that holds for every text.
//! `tests/fuzz` looks for such bytes; what it finds joins the seeds there, which every run of the tests reads.
//! Only in tests and in fuzzing builds.

use std::path::Path;
use std::sync::OnceLock;

use crate::config::Config;
use crate::control::protocol::Request;
use crate::guard::{Blocked, Form, Guard, Key, Policy};
use crate::setup::enrolment;
use crate::{remote, sync};

/// A reader of bytes from outside.
pub type Door = fn(&[u8]);

pub const DOORS: [(&str, Door); 8] = [
    ("config", config),
    ("control", control),
    ("document", sync::fuzzing::document),
    ("enrolment", enrolment),
    ("guard", guard),
    ("ledger", sync::fuzzing::ledger),
    ("presign", remote::fuzzing::presign),
    ("s3_error", remote::fuzzing::s3_error),
];

/// The door of this name.
pub fn door(name: &str) -> Option<Door> {
    DOORS.iter().find(|(known, _)| *known == name).map(|(_, door)| *door)
}

/// What cannot be used is told, with at least one problem.
fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Err(problems) = Config::parse(text, Path::new("/nowhere/config.toml")) {
        assert!(!problems.to_string().is_empty(), "refused without a word");
    }
}

/// What was understood reads the same when it is said again.
fn control(bytes: &[u8]) {
    if let Ok(request) = Request::parse(bytes) {
        assert_eq!(Request::parse(request.line().trim_end().as_bytes()), Ok(request));
    }
}

/// What was read makes a line that reads the same.
fn enrolment(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(settings) = enrolment::read(text) {
        assert_eq!(enrolment::read(&enrolment::line(&settings)), Ok(settings));
    }
}

/// It has no faults of its own, and what was whole JSON is so afterwards.
fn guard(bytes: &[u8]) {
    static GUARD: OnceLock<Guard> = OnceLock::new();
    let guard = GUARD.get_or_init(|| Guard::new(Policy::default(), Key([7; 32])));
    for form in [Form::Json, Form::Any] {
        match guard.pass(bytes, "a.json", form, None) {
            Ok(passed) => {
                let is_json = |bytes: &[u8]| sync::fuzzing::is_whole(bytes);
                assert!(!is_json(bytes) || passed.wire.is_none_or(|wire| is_json(&wire)), "{form:?}");
            }
            Err(blocked) => assert_ne!(blocked, Blocked::Fault, "{form:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Of each seed; deterministic, so that a failure can be seen again.
    const CHANGES: usize = 150;

    fn seeds(door: &str) -> Vec<(String, Vec<u8>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(door);
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut found: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        found.sort();
        found.into_iter().map(|path| (path.display().to_string(), fs::read(path).unwrap())).collect()
    }

    /// Runs it, and says with which bytes it failed.
    fn pass(door: Door, what: &str, bytes: &[u8]) {
        let passed = std::panic::catch_unwind(|| door(bytes));
        assert!(passed.is_ok(), "{what}: {:?}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn every_seed_passes_its_door() {
        for (name, door) in DOORS {
            let seeds = seeds(name);
            assert!(seeds.len() >= 3, "{name} has only {} seeds", seeds.len());
            for (path, bytes) in seeds {
                pass(door, &path, &bytes);
            }
        }
    }

    #[test]
    fn seeds_that_were_damaged_pass_too() {
        for (name, door) in DOORS {
            let mut chance = fastrand::Rng::with_seed(0x5eed);
            let seeds = seeds(name);
            for (path, seed) in &seeds {
                // A ledger is a file on the disk each time.
                for _ in 0..if name == "ledger" { 12 } else { CHANGES } {
                    let other = &seeds[chance.usize(0..seeds.len())].1;
                    pass(door, path, &damaged(seed, other, &mut chance));
                }
            }
        }
    }

    fn damaged(seed: &[u8], other: &[u8], chance: &mut fastrand::Rng) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..chance.u8(1..4) {
            let at = chance.usize(0..=bytes.len());
            match chance.u8(0..5) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, chance.u8(..)),
                2 if at < bytes.len() => bytes[at] ^= 1 << chance.u8(0..8),
                3 if at < bytes.len() => drop(bytes.remove(at)),
                _ => {
                    let from = chance.usize(0..=other.len());
                    bytes.splice(at..at, other[from..].iter().take(60).copied());
                }
            }
        }
        bytes
    }

    #[test]
    fn seeds_are_good_enough_to_get_in() {
        let read =
            |door: &str, name: &str| fs::read(format!("{}/tests/fuzz/seeds/{door}/{name}", env!("CARGO_MANIFEST_DIR")));
        let text = |door, name| String::from_utf8(read(door, name).unwrap()).unwrap();
        assert!(Config::parse(&text("config", "all.toml"), Path::new("/nowhere/config.toml")).is_ok());
        assert!(Request::parse(&read("control", "show.json").unwrap()).is_ok());
        assert!(enrolment::read(&text("enrolment", "exported")).is_ok());
        assert!(remote::fuzzing::is_granted(&read("presign", "sigv4.json").unwrap()));
        assert!(remote::fuzzing::is_granted(&read("presign", "v1.json").unwrap()));
    }
}
