//! The guard's part of the look inside a file: what is sent of it, if anything.
//!
//! In: bytes as they were read, and the terms. Out: the bytes to send with their hashes, what the presigner is told, the
//! member of the receipt; or what holds the file. What was looked through is what is sent: large documents are kept aside
//! meanwhile, because the file could become another one.
//! Not here: the guard (`crate::guard`), reading (`document`).

use std::fs::File;
use std::io;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::{Hold, IN_MEMORY, hold_of, sums_of};
use crate::guard::{Blocked, Choice, Form, Guarded, Mode, Passed, Told};
use crate::platform::read_at;
use crate::platform::spool::spool;
use crate::remote::{Source, Wire};
use crate::sync::guarding::Guarding;
use crate::sync::ledger::Sha256;

/// On what terms a file is looked at.
#[derive(Debug, Clone)]
pub(in crate::sync) struct Terms {
    pub require_json: bool,
    /// What the producer called it, below the watched folder.
    pub origin: String,
    /// `None`: nobody looks for personal data now.
    pub guarding: Option<Guarding>,
    /// What the person said a moment ago, of the content with this hash.
    pub choice: Option<(Sha256, Choice)>,
    /// Gets the hash of what was looked through: a decision about a file that is held back is one about this.
    pub seen: Arc<OnceLock<Sha256>>,
}

impl Terms {
    /// For a look that sends nothing: only whether the file is whole.
    pub(in crate::sync) fn bare(require_json: bool) -> Self {
        Self { require_json, origin: String::new(), guarding: None, choice: None, seen: Arc::default() }
    }
}

/// What the guard lets through.
#[derive(Debug)]
pub(super) struct Let {
    pub wire: Wire,
    pub told: Option<Told>,
    /// The bytes do not lie in the file any more, but where nobody writes.
    pub aside: bool,
    pub guarded: Option<Guarded>,
}

pub(super) fn guarded(wire: Wire, terms: &Terms) -> Result<Let, Hold> {
    let Some(guarding) = terms.guarding.as_ref().filter(|guarding| !guarding.is_off()) else {
        return Ok(Let { wire, told: None, aside: false, guarded: None });
    };
    _ = terms.seen.set(wire.sha256);
    let said = terms.choice.filter(|(content, _)| *content == wire.sha256).map(|(_, choice)| choice);
    let choice = said.or_else(|| guarding.choice(&wire.sha256, &terms.origin));
    let strict = guarding.policy().mode != Mode::Report && choice != Some(Choice::AsIs);
    let form = if terms.require_json { Form::Json } else { Form::Any };
    let most = guarding.policy().max_bytes;
    let bound = guarding.policy().mode != Mode::Report && wire.size <= most;
    let bytes = match &wire.source {
        _ if wire.size > most && strict => return Err(Hold::Guarded(Blocked::TooLarge { most })),
        // It is only counted, and this is too much to count.
        _ if wire.size > most => Bytes::new(),
        Source::Memory(bytes) => bytes.clone(),
        Source::File(file) => whole(file, &wire)?,
    };
    let no_room = |error: io::Error| Hold::Guarded(Blocked::NoRoom(error.to_string()));
    let guard = guarding.guard().map_err(no_room)?;
    let Passed { wire: new, told, guarded } = guard.pass(&bytes, &terms.origin, form, choice).map_err(Hold::Guarded)?;
    let keep = |bytes: &[u8]| {
        let file = spool(&guarding.state_dir, bytes);
        file.map(|file| Source::File(Arc::new(file))).map_err(no_room)
    };
    let (wire, aside) = match new {
        Some(new) => {
            let sums = sums_of(&new);
            let source = if new.len() as u64 <= IN_MEMORY { Source::Memory(new.into()) } else { keep(&new)? };
            (sums.wire(source), true)
        }
        // What a person decided about goes as it was then, too, except where it is too much to be kept twice.
        None if bound && matches!(wire.source, Source::File(_)) => (Wire { source: keep(&bytes)?, ..wire }, true),
        None => (wire, false),
    };
    Ok(Let { wire, told, aside, guarded: Some(guarded) })
}

/// All bytes of a file that was read once, if they are still the same.
fn whole(file: &File, wire: &Wire) -> Result<Bytes, Hold> {
    let mut bytes = vec![0; usize::try_from(wire.size).unwrap_or(usize::MAX)];
    let mut filled = 0;
    while filled < bytes.len() {
        match read_at(file, &mut bytes[filled..], filled as u64) {
            Ok(0) => return Err(Hold::Writing),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(hold_of(&error)),
        }
    }
    if sums_of(&bytes).sha256 == wire.sha256 { Ok(bytes.into()) } else { Err(Hold::Writing) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::{Policy, Words};
    use crate::sync::guarding::seal;

    fn terms(state: &tempfile::TempDir, mode: Mode) -> Terms {
        let deny = Words::new(&["tango".into()]).expect("good");
        let policy = Policy { mode, deny, kinds: Vec::new(), max_bytes: 1 << 20, ..Policy::default() };
        let guarding = Guarding::new(policy, state.path());
        Terms { origin: "a.json".into(), guarding: Some(guarding), ..Terms::bare(true) }
    }

    fn in_file(place: &tempfile::TempDir, bytes: &[u8]) -> Wire {
        let path = place.path().join("document");
        std::fs::write(&path, bytes).expect("written");
        let file = File::open(&path).expect("there");
        sums_of(bytes).wire(Source::File(Arc::new(file)))
    }

    fn bytes_of(wire: &Wire) -> Vec<u8> {
        match &wire.source {
            Source::Memory(bytes) => bytes.to_vec(),
            Source::File(file) => whole(file, wire).expect("the announced bytes").to_vec(),
        }
    }

    fn large(word: &str) -> Vec<u8> {
        format!("[\"{word}\"{}]", " ".repeat(2 * IN_MEMORY as usize)).into_bytes()
    }

    #[test]
    fn large_documents_are_sent_from_what_was_looked_through() {
        let place = tempfile::tempdir().expect("a folder");
        let terms = terms(&place, Mode::Redact);
        for (word, there) in [("tango", "[CUSTOM]"), ("clean", "clean")] {
            let wire = in_file(&place, &large(word));
            let let_through = guarded(wire, &terms).expect("it may go");
            std::fs::write(place.path().join("document"), large("tango")).expect("it becomes another one");
            assert_eq!(bytes_of(&let_through.wire), large(there));
            assert_eq!(let_through.wire.sha256, sums_of(&large(there)).sha256);
        }
    }

    #[test]
    fn large_documents_that_a_person_let_go_are_sent_from_what_was_decided() {
        let place = tempfile::tempdir().expect("a folder");
        let terms = terms(&place, Mode::Block);
        let wire = in_file(&place, &large("tango"));
        terms.guarding.as_ref().expect("on").remember([(seal(&wire.sha256, "a.json"), Choice::AsIs)]);
        let let_through = guarded(wire, &terms).expect("it may go");
        std::fs::write(place.path().join("document"), large("other")).expect("it becomes another one");
        assert!(let_through.aside && bytes_of(&let_through.wire) == large("tango"));
    }

    #[test]
    fn a_file_that_changed_after_its_first_look_waits() {
        let place = tempfile::tempdir().expect("a folder");
        let wire = in_file(&place, &large("clean"));
        std::fs::write(place.path().join("document"), large("dirty")).expect("it becomes another one");
        assert_eq!(guarded(wire, &terms(&place, Mode::Redact)).err(), Some(Hold::Writing));
    }

    #[test]
    fn what_is_too_large_goes_only_where_it_may_go_as_it_is() {
        let place = tempfile::tempdir().expect("a folder");
        let bytes = [large("tango"), vec![b' '; 1 << 20]].concat();
        let held = guarded(in_file(&place, &bytes), &terms(&place, Mode::Redact)).err();
        assert_eq!(held, Some(Hold::Guarded(Blocked::TooLarge { most: 1 << 20 })));
        let reported = guarded(in_file(&place, &bytes), &terms(&place, Mode::Report)).expect("it goes");
        assert_eq!(reported.wire.sha256, sums_of(&bytes).sha256);
        let terms = terms(&place, Mode::Block);
        let wire = in_file(&place, &bytes);
        terms.guarding.as_ref().expect("on").remember([(seal(&wire.sha256, "a.json"), Choice::AsIs)]);
        assert!(guarded(wire, &terms).is_ok(), "the person decided about this content");
    }

    /// What was wrong: bytes that were written in the moment after the answer went out as they were.
    #[test]
    fn what_a_person_said_of_one_content_says_nothing_of_another() {
        let place = tempfile::tempdir().expect("a folder");
        let look = |bytes: &[u8], said: &[u8]| {
            let choice = Some((sums_of(said).sha256, Choice::AsIs));
            let terms = Terms { choice, ..terms(&place, Mode::Block) };
            let ended = guarded(in_file(&place, bytes), &terms).map(|let_through| let_through.wire.sha256);
            assert_eq!(terms.seen.get(), Some(&sums_of(bytes).sha256));
            ended.ok()
        };
        let (decided, later) = (br#"["tango"]"#, br#"["tango", "tango"]"#);
        assert_eq!(look(decided, decided), Some(sums_of(decided).sha256));
        assert_eq!(look(later, decided), None, "held back again");
    }
}
