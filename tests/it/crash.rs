//! Killed at each named step of the delivery protocol, and started again: nothing is lost, no mark lies.
//!
//! The steps are the `fail_point!`s in `sync`; `OUTTRAY_KILL_AT` chooses one. An old presigner cannot tell that a content
//! is there already, so that a kill between the answer to the PUT and the ledger's VERIFIED costs one duplicate, and no
//! other kill costs any; a new one prevents even that. `OUTTRAY_KILLS=1000` makes the random loop long
//! (with `--profile ci`, which lets it).

mod guarded;
mod world;

use std::time::Duration;

use outtray::cloud::Mode;
use world::World;

/// The way of a file without any trouble.
const STEPS: [&str; 15] = [
    "read",
    "intend",
    "intended",
    "presign",
    "presign_done",
    "put",
    "put_done",
    "verify",
    "verified",
    "look_before",
    "rename",
    "renamed",
    "look_after",
    "close",
    "closed",
];
/// Killed there, S3 holds a content of which the ledger does not know.
const UNKNOWN: [&str; 2] = ["put_done", "verify"];

/// A single file is at the step: what a kill costs is known exactly.
fn first_time(mode: Mode) {
    // The ledger's own steps: INTENT, VERIFIED and the receipt are one transaction each.
    let own = [("commit", 1), ("committed", 1), ("commit", 2), ("committed", 2), ("commit", 3), ("committed", 3)];
    let all = STEPS.into_iter().map(|step| (step, 1)).chain(own);
    for (step, time) in all {
        let mut world = World::new(mode);
        world.produce("a.json");
        world.must_be_killed(&format!("{step}:{time}"));
        let costs = mode != Mode::V1 && (UNKNOWN.contains(&step) || (step, time) == ("commit", 2));
        assert_eq!(world.finish(), u64::from(costs), "objects too many after a kill at {step}:{time}, {mode:?}");
    }
}

/// Others are on their way beside the one at the step: what was not marked yet can be doubled, once.
fn second_time(mode: Mode) {
    for step in STEPS.into_iter().chain(["commit", "committed"]) {
        let mut world = World::new(mode);
        for name in ["a.json", "b.json", "c.json"] {
            world.produce(name);
        }
        world.must_be_killed(&format!("{step}:2"));
        let marked = world.marked().len() as u64;
        let doubled = world.finish();
        assert!(doubled <= 3 - marked, "{doubled} more objects after a kill at {step}:2, {marked} were marked");
    }
}

#[test]
fn first_time_at_each_step_sigv4() {
    first_time(Mode::SigV4);
}

#[test]
fn first_time_at_each_step_sigv2() {
    first_time(Mode::SigV2);
}

#[test]
fn first_time_at_each_step_v1() {
    first_time(Mode::V1);
}

#[test]
fn second_time_at_each_step_sigv4() {
    second_time(Mode::SigV4);
}

#[test]
fn second_time_at_each_step_sigv2() {
    second_time(Mode::SigV2);
}

#[test]
fn second_time_at_each_step_v1() {
    second_time(Mode::V1);
}

/// Killed at `first`, and then at each step that the recovery comes to.
fn nested(mode: Mode, first: &str, recovery: &[&str]) {
    for second in recovery {
        let mut world = World::new(mode);
        world.produce("a.json");
        world.must_be_killed(first);
        world.must_be_killed(second);
        let cost = [first, second].into_iter().filter(|step| mode != Mode::V1 && UNKNOWN.contains(step)).count();
        assert_eq!(world.finish(), cost as u64, "objects too many after {first}, then {second}, {mode:?}");
    }
}

/// After a kill before VERIFIED the file is sent again from the start.
#[test]
fn in_recovery_from_an_unknown_end_of_the_put() {
    nested(Mode::SigV4, "put_done", &STEPS);
    nested(Mode::V1, "put_done", &STEPS);
    nested(Mode::V1, "intended", &["intend", "intended", "put_done", "verified", "rename", "renamed", "closed"]);
}

/// After VERIFIED nothing is sent any more: the recovery looks, renames, looks again.
#[test]
fn in_recovery_from_a_proven_put() {
    let unmarked = ["look_again", "look_before", "rename", "renamed", "look_after", "close", "closed"];
    for first in ["verified", "look_before", "rename"] {
        nested(Mode::SigV4, first, &unmarked);
    }
    for first in ["renamed", "look_after", "close"] {
        nested(Mode::SigV2, first, &["look_again", "look_after", "close", "closed"]);
        nested(Mode::V1, first, &["look_again", "look_after", "close", "closed"]);
    }
}

/// After the receipt there is nothing to recover: no step is reached.
#[test]
fn nothing_is_done_again_after_the_receipt() {
    for step in ["read", "look_again", "close"] {
        let mut world = World::new(Mode::SigV4);
        world.produce("a.json");
        world.must_be_killed("closed");
        assert!(!world.killed(step), "{step} was reached though all was done");
        assert_eq!(world.finish(), 0);
    }
}

/// While it is dead the producer writes the file anew, by a rename or in place.
#[test]
fn rewritten_while_it_is_dead() {
    for mode in [Mode::SigV4, Mode::V1] {
        for step in ["read", "intended", "put_done", "verified", "rename"] {
            for in_place in [false, true] {
                let mut world = World::new(mode);
                let old = world.produce("a.json");
                world.must_be_killed(step);
                world.give_up("a.json", &old);
                let new = if in_place { world.rewrite("a.json", "a.json") } else { world.produce("a.json") };
                assert_eq!(world.finish(), 0, "{step}");
                assert_eq!(world.copies("a.json", &new), 1, "{step}");
            }
        }
    }
}

/// Killed before the rename; the producer has put new content there, which then was renamed: the marked name holds what
/// was never sent. In a living process it is the moment between look and rename.
fn renamed_unsent(mode: Mode) -> World {
    let mut world = World::new(mode);
    let old = world.produce("a.json");
    world.must_be_killed("rename");
    world.give_up("a.json", &old);
    world.produce("a.json");
    std::fs::rename(world.path("a.json"), world.path("a.json.synced")).expect("renamed");
    world
}

#[test]
fn replaced_between_look_and_rename() {
    for mode in [Mode::SigV4, Mode::V1] {
        assert_eq!(renamed_unsent(mode).finish(), 0, "put back, and sent");
        for step in
            ["look_again", "look_after", "put_back", "put_back_done", "forget", "forgotten", "intended", "rename"]
        {
            let mut world = renamed_unsent(mode);
            world.must_be_killed(step);
            assert_eq!(world.finish(), 0, "{step}");
        }
    }
}

/// What was wrong: a link that was swapped in and renamed could never be looked into, and its name never carried a file
/// again.
#[cfg(unix)]
#[test]
fn a_link_that_got_the_mark_holds_up_nobody() {
    for mode in [Mode::SigV4, Mode::V1] {
        let mut world = World::new(mode);
        let old = world.produce("a.json");
        world.must_be_killed("rename");
        world.give_up("a.json", &old);
        std::fs::remove_file(world.path("a.json")).expect("replaced");
        std::os::unix::fs::symlink("/etc/hostname", world.path("a.json.synced")).expect("a link");
        assert!(world.command(&["sync"]).status().expect("it starts").success());
        assert_eq!((world.marked(), world.unsent()), (vec![], vec!["a.json".to_owned()]), "it has its name back");
        std::fs::remove_file(world.path("a.json")).expect("a link");
        world.produce("a.json");
        assert_eq!(world.finish(), 0);
    }
}

/// As [`renamed_unsent`], and its own name is taken again by a third content: the second is sent from where it stands.
#[test]
fn replaced_between_look_and_rename_and_its_name_taken() {
    let steps = [
        "look_after",
        "put_back",
        "put_back_done",
        "orphan",
        "orphaned",
        "orphan_done",
        "intend",
        "intended",
        "put_done",
        "look_before:1",
        "look_before:2",
        "close:1",
        "close:2",
        "closed:1",
        "closed:2",
    ];
    for mode in [Mode::SigV4, Mode::V1] {
        for step in steps {
            let mut world = renamed_unsent(mode);
            world.produce("a.json");
            world.must_be_killed(step);
            let doubled = world.finish();
            // An orphan has no VERIFIED: until its receipt a kill can cost a duplicate, beside the other file's.
            assert!(doubled <= 2, "{doubled} more objects after {step}");
            let before_any_put = ["look_after", "put_back", "put_back_done", "orphan", "orphaned", "orphan_done"];
            assert!(doubled == 0 || !before_any_put.contains(&step), "{doubled} more objects after {step}");
        }
    }
}

/// The content that was proven is gone, its receipt names a mark that never was; the next content gets that very mark. It
/// must not be taken for the first one, written to by a late writer.
#[test]
fn the_mark_of_a_vanished_content_is_used_by_the_next() {
    for mode in [Mode::SigV4, Mode::V1] {
        for step in ["renamed", "look_after", "close"] {
            for _ in 0..4 {
                let mut world = World::new(mode);
                let old = world.produce("a.json");
                world.must_be_killed("rename");
                world.give_up("a.json", &old);
                world.produce("a.json");
                world.must_be_killed(&format!("{step}:{}", if step == "renamed" { 1 } else { 2 }));
                assert_eq!(world.finish(), 0, "{step}");
                assert_eq!(world.marked(), ["a.json.synced"], "{step}");
            }
        }
    }
}

/// A writer who kept its handle writes after the mark; the program is killed while it makes up for that.
#[test]
fn written_to_after_the_mark() {
    let steps = ["late", "late_written", "read", "intended", "put_done", "look_before", "close", "closed"];
    for mode in [Mode::SigV4, Mode::V1] {
        for step in steps {
            let mut world = World::new(mode);
            world.produce("a.json");
            world.finish();
            let new = world.rewrite("a.json", "a.json.synced");
            world.must_be_killed(step);
            let cost = u64::from(mode != Mode::V1 && ["put_done", "look_before", "close"].contains(&step));
            assert_eq!(world.finish(), cost, "{step}");
            assert_eq!(world.marked(), ["a.json.synced"], "{step}");
            assert_eq!(world.copies("a.json", &new), 1 + cost, "{step}");
        }
    }
}

/// `keep_synced = "delete"`: killed around the removal; it is removed in the end, and was not sent again.
#[test]
fn around_the_removal() {
    for step in ["renamed", "close", "closed", "remove", "removed"] {
        let mut world = World::with(Mode::SigV4, "keep_synced = \"delete\"");
        world.produce("a.json");
        world.must_be_killed(step);
        assert_eq!(world.finish(), 0, "{step}");
        assert_eq!(world.marked(), [""; 0], "{step}: a marked file is left for ever");
    }
}

/// Killed at moments that nobody chose, while files come and are replaced.
fn random(mut world: World, kills: u64) {
    let seed = fastrand::u64(..);
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut standing: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    for round in 0..kills {
        for _ in 0..chance.u32(1..4) {
            let name = format!("{}.json", chance.u8(0..6));
            if world.path(&name).exists()
                && let Some(hash) = standing.remove(&name)
            {
                world.give_up(&name, &hash);
            }
            let hash = world.produce(&name);
            standing.insert(name, hash);
        }
        if chance.bool() {
            world.killed(&format!("{}:{}", chance.choice(STEPS).expect("some"), chance.u8(1..5)));
        } else {
            let command = if chance.bool() { "sync" } else { "run" };
            world.killed_after(command, Duration::from_millis(chance.u64(10..150)));
        }
        if round % 8 == 7 {
            world.quiet();
            world.finish();
        }
    }
    let doubled = world.finish();
    eprintln!("{:?}, {kills} kills: {doubled} more objects, seed {seed}", world.mode);
    // So many files can be on their way at the moment of a kill.
    assert!(doubled <= kills * 10, "{doubled} more objects after {kills} kills, seed {seed}");
}

/// A third of what is asked for: several worlds share it.
fn kills() -> u64 {
    let asked = std::env::var("OUTTRAY_KILLS").ok();
    asked.map_or(30_u64, |asked| asked.parse().expect("OUTTRAY_KILLS is a number")).div_ceil(3)
}

#[test]
fn at_random_moments_sigv4() {
    random(World::new(Mode::SigV4), kills());
}

#[test]
fn at_random_moments_sigv2() {
    random(World::new(Mode::SigV2), kills());
}

#[test]
fn at_random_moments_v1() {
    random(World::new(Mode::V1), kills());
}

/// With something to hide in every document: not one byte of it leaves, whenever the end comes.
#[test]
fn at_random_moments_with_the_guard_v1() {
    random(World::guarded(Mode::V1), kills());
}

#[test]
fn at_random_moments_with_the_guard_sigv2() {
    random(World::guarded(Mode::SigV2), kills());
}

/// Killed after the guard's work and before its bytes are proven: what is sent again is the same.
#[test]
fn first_time_at_each_step_with_the_guard() {
    for step in STEPS {
        let mut world = World::guarded(Mode::V1);
        world.produce("a.json");
        world.must_be_killed(step);
        assert_eq!(world.finish(), 0, "{step}");
    }
}
