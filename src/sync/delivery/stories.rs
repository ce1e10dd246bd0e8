//! What is told in the small [`World`]: every story of a short one, and random longer ones.

use std::collections::{HashSet, VecDeque};

use proptest::prelude::*;

use super::super::ledger::{Identity, Intent, Stored};
use super::world::{Rules, World};
use super::{Delivery, Seen, Step};
use crate::platform::dir::FileId;

/// Visits every reachable world; answers how many.
fn visit(rules: Rules, at_most: usize) -> usize {
    let mut seen = HashSet::new();
    let mut open = VecDeque::from([World::new(rules)]);
    while let Some(world) = open.pop_front() {
        if !seen.insert(world.clone()) {
            continue;
        }
        let broken = world.broken(rules, at_most);
        assert!(broken.is_empty(), "{broken:?} in {world:#?}");
        open.extend(world.next(rules));
    }
    seen.len()
}

const OLD: Rules =
    Rules { new_presigner: false, audit: false, crashes: 2, writes: 1, bad_puts: 2, late_writer: false, older: false };
const NEW: Rules = Rules { new_presigner: true, ..OLD };

#[test]
fn an_old_presigner_loses_nothing() {
    assert!(visit(OLD, 5) > 1000);
}

#[test]
fn without_faults_an_old_presigner_gets_one_object() {
    visit(Rules { crashes: 0, bad_puts: 0, ..OLD }, 1);
}

#[test]
fn one_crash_costs_one_duplicate_at_most() {
    visit(Rules { crashes: 1, bad_puts: 0, ..OLD }, 2);
}

#[test]
fn a_new_presigner_gets_one_object_for_one_content() {
    assert!(visit(NEW, 1) > 1000);
}

#[test]
fn an_older_marked_file_is_never_touched() {
    visit(Rules { older: true, ..NEW }, 1);
}

#[test]
fn a_late_writer_is_caught_by_the_audit() {
    visit(Rules { late_writer: true, audit: true, ..NEW }, 1);
}

#[test]
#[should_panic(expected = "was never stored")]
fn a_late_writer_is_missed_without_the_audit() {
    visit(Rules { late_writer: true, ..NEW }, 1);
}

#[test]
fn what_is_taken_away_after_its_proof_has_a_receipt() {
    let identity = Identity { id: FileId { device: 1, inode: 1 }, size: 1, mtime_ns: 1 };
    let intent = Intent { identity, source_sha256: [1; 32], wire_sha256: [1; 32], wire_size: 1, guarded: None };
    let stored = Stored { bucket: "bucket".into(), key: "key".into(), proof: "etag".into() };
    let proven = || {
        let mut delivery = Delivery::begin("a.json", None);
        delivery.saw(Seen::Taken(intent.clone()));
        delivery.saw(Seen::Intended(None));
        delivery.saw(Seen::Stored(stored.clone()));
        delivery.saw(Seen::Chosen("a.json.synced".into()));
        delivery
    };
    let receipt = Step::Close(intent.clone(), stored.clone(), String::new());
    let mut before = proven();
    before.saw(Seen::Found(None));
    assert_eq!(*before.step(), receipt, "gone before the look");
    let mut between = proven();
    between.saw(Seen::Found(Some(identity)));
    between.saw(Seen::Gone);
    assert_eq!(*between.step(), receipt, "gone between look and rename");
}

/// Of each of the four below: 100,000 stories in every run of the tests.
const STORIES: u32 = 25_000;

/// Longer ones than can be visited one by one: each choice takes one of the worlds that may come next.
const LONG: Rules =
    Rules { crashes: 6, writes: 5, bad_puts: 6, late_writer: true, audit: true, older: false, new_presigner: true };

fn tell(rules: Rules, at_most: usize, choices: Vec<u16>) -> Result<(), TestCaseError> {
    let mut world = World::new(rules);
    for choice in choices {
        let next = world.next(rules);
        if next.is_empty() {
            break;
        }
        world = next[usize::from(choice) % next.len()].clone();
        let broken = world.broken(rules, at_most);
        prop_assert!(broken.is_empty(), "{broken:?} in {world:#?}");
    }
    // Left alone, it comes to rest with every promise kept.
    for _ in 0..200 {
        let Some(next) = world.engine(rules).into_iter().next() else { break };
        world = next;
    }
    prop_assert!(world.is_quiet(rules), "never comes to rest: {world:#?}");
    let broken = world.broken(rules, at_most);
    prop_assert!(broken.is_empty(), "{broken:?} in {world:#?}");
    Ok(())
}

fn story() -> impl Strategy<Value = Vec<u16>> {
    proptest::collection::vec(any::<u16>(), 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: STORIES, fork: false, ..ProptestConfig::default() })]

    #[test]
    fn long_stories_keep_the_promises(choices in story()) {
        tell(LONG, 1, choices)?;
    }

    #[test]
    fn long_stories_beside_an_older_mark_keep_the_promises(choices in story()) {
        tell(Rules { older: true, ..LONG }, 1, choices)?;
    }

    /// Each crash and each bad end of a PUT can cost an object, and so can the first try itself.
    #[test]
    fn long_stories_with_an_old_presigner_keep_the_promises(choices in story()) {
        tell(Rules { new_presigner: false, ..LONG }, 13, choices)?;
    }

    #[test]
    fn long_stories_of_many_crashes_keep_the_promises(choices in story()) {
        tell(Rules { crashes: 40, writes: 2, bad_puts: 2, ..LONG }, 1, choices)?;
    }
}
