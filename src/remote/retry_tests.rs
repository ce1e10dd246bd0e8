//! The table of rounds: each class of failure, the limits, the pauses.

use std::time::Instant;

use proptest::prelude::*;

use super::*;

fn policy() -> RoundPolicy {
    RoundPolicy {
        presign_delays: [500, 1200, 2500].map(Duration::from_millis).to_vec(),
        upload_attempts: 5,
        upload_base: Duration::from_millis(700),
        factor: 1.8,
        cap: Duration::from_secs(30),
        jitter: Jitter::None,
    }
}

fn round() -> Round {
    Round::new(policy(), 1)
}

fn budget() -> Budget {
    Budget::new(Instant::now())
}

fn failure(stage: Stage, class: Class) -> Failure {
    Failure::new(stage, class, "put.server_error", "")
}

fn ordered(stage: Stage, class: Class, secs: u64) -> Failure {
    failure(stage, class).with_retry_after(Some(Duration::from_secs(secs)))
}

const LIFE: Option<Duration> = Some(Duration::from_mins(4));

/// The steps after the same PUT failure again and again, presign calls succeeding in between.
fn puts(failure: &Failure, life: Option<Duration>) -> (Vec<&'static str>, Verdict) {
    let (mut round, mut budget, mut steps) = (round(), budget(), Vec::new());
    round.presigned();
    loop {
        match round.put_failed(failure, life, &mut budget) {
            Next::Put { .. } => steps.push("put"),
            Next::Presign { .. } => {
                steps.push("presign");
                round.presigned();
            }
            Next::GiveUp(verdict) => return (steps, verdict),
        }
    }
}

#[test]
fn each_class_of_a_put_has_its_way() {
    let on_the_way = || failure(Stage::Put, Class::Again).on_the_way(true);
    let status = |class| failure(Stage::PutStatus, class);
    let cases = [
        (status(Class::Again), vec!["put", "put", "put", "put"], Verdict::Later),
        (on_the_way(), vec!["put", "presign", "put", "presign"], Verdict::Later),
        (status(Class::AgainSoon), vec!["put", "put", "put", "put"], Verdict::Later),
        (status(Class::Throttled), vec!["put", "put", "put", "put"], Verdict::Throttled(None)),
        (status(Class::PresignAnew), vec!["presign", "presign"], Verdict::Later),
        (status(Class::PresignOnceThenSetUp), vec!["presign"], Verdict::SetUp),
        (status(Class::PresignOnceThenPark), vec!["presign"], Verdict::Park),
        (status(Class::RereadOnceThenPark), vec![], Verdict::Reread),
        (status(Class::Reread), vec![], Verdict::Reread),
        (status(Class::Park), vec![], Verdict::Park),
        (status(Class::SetUp), vec![], Verdict::SetUp),
        (status(Class::Network), vec![], Verdict::Offline),
    ];
    for (failure, steps, verdict) in cases {
        assert_eq!(puts(&failure, LIFE), (steps, verdict), "{:?}", failure.class);
    }
}

#[test]
fn each_class_of_a_presign_call_has_its_way() {
    let cases = [
        (Class::Again, 3, Verdict::Later),
        (Class::SetUpAfterThree, 2, Verdict::SetUp),
        (Class::Throttled, 3, Verdict::Throttled(None)),
        (Class::Network, 0, Verdict::Offline),
        (Class::SetUp, 0, Verdict::SetUp),
        (Class::Park, 0, Verdict::Park),
    ];
    for (class, calls, expected) in cases {
        let (mut round, mut budget, mut further) = (round(), budget(), 0);
        let verdict = loop {
            match round.presign_failed(&failure(Stage::PresignStatus, class), &mut budget) {
                Next::Presign { .. } => further += 1,
                Next::GiveUp(verdict) => break verdict,
                Next::Put { .. } => panic!("a PUT without a grant"),
            }
        };
        assert_eq!((further, verdict), (calls, expected), "{class:?}");
    }
}

#[test]
fn without_jitter_the_pauses_are_those_of_the_settings() {
    let (mut round, mut budget) = (round(), budget());
    let calls: Vec<_> =
        (0..3).map(|_| round.presign_failed(&failure(Stage::CallPresign, Class::Again), &mut budget)).collect();
    let expected = [500, 1200, 2500].map(|ms| Next::Presign { after: Duration::from_millis(ms) });
    assert_eq!(calls, expected);
    round.presigned();
    for secs in [0.7, 1.26, 2.268, 4.0824] {
        let Next::Put { after } = round.put_failed(&failure(Stage::PutStatus, Class::Again), LIFE, &mut budget) else {
            panic!("the URL is good for minutes");
        };
        assert!((after.as_secs_f64() - secs).abs() < 1e-6, "{after:?} is not {secs} s");
    }
}

#[test]
fn an_old_url_is_not_used_again() {
    let again = failure(Stage::PutStatus, Class::Again);
    let next = |lives: &[Option<u64>]| {
        let (mut round, mut budget) = (round(), budget());
        round.presigned();
        let mut step = round.first();
        for life in lives {
            step = round.put_failed(&again, life.map(Duration::from_secs), &mut budget);
        }
        step
    };
    assert!(matches!(next(&[Some(60)]), Next::Put { .. }));
    assert!(matches!(next(&[Some(200), Some(19)]), Next::Presign { .. }));
    assert!(matches!(next(&[Some(0)]), Next::Presign { .. }));
    assert!(matches!(next(&[Some(15)]), Next::Put { .. }), "a URL of few seconds has a smaller margin");
    assert!(matches!(next(&[Some(15), Some(5)]), Next::Presign { .. }));
    assert!(matches!(next(&[None, None]), Next::Put { .. }), "an unknown age is left to S3");
}

#[test]
fn obeys_retry_after_within_a_round_and_leaves_the_rest_to_the_schedule() {
    for (stage, class) in [(Stage::PresignStatus, Class::Throttled), (Stage::PresignStatus, Class::Again)] {
        let Next::Presign { after } = round().presign_failed(&ordered(stage, class, 3), &mut budget()) else {
            panic!("three seconds fit into a round");
        };
        assert!((3..=5).contains(&after.as_secs()), "{after:?}");
        let long = round().presign_failed(&ordered(stage, class, 60), &mut budget());
        assert_eq!(long, Next::GiveUp(Verdict::Throttled(Some(Duration::from_mins(1)))));
    }
    for class in [Class::Throttled, Class::Again] {
        let Next::Put { after } = round().put_failed(&ordered(Stage::PutStatus, class, 3), LIFE, &mut budget()) else {
            panic!("three seconds fit into a round");
        };
        assert!(after >= Duration::from_secs(3), "{after:?}");
        let long = round().put_failed(&ordered(Stage::PutStatus, class, 60), LIFE, &mut budget());
        assert_eq!(long, Next::GiveUp(Verdict::Throttled(Some(Duration::from_mins(1)))));
    }
}

#[test]
fn a_refusal_after_an_expired_url_still_has_its_second_chance() {
    let (mut round, mut budget) = (round(), budget());
    let expired = failure(Stage::PutStatus, Class::PresignAnew);
    let refused = failure(Stage::PutStatus, Class::PresignOnceThenSetUp);
    assert!(matches!(round.put_failed(&expired, LIFE, &mut budget), Next::Presign { .. }));
    assert!(matches!(round.put_failed(&refused, LIFE, &mut budget), Next::Presign { .. }));
    assert_eq!(round.put_failed(&refused, LIFE, &mut budget), Next::GiveUp(Verdict::SetUp));
}

#[test]
fn doubted_bytes_are_read_again_once() {
    let doubted = failure(Stage::PutStatus, Class::RereadOnceThenPark);
    assert_eq!(round().put_failed(&doubted, LIFE, &mut budget()), Next::GiveUp(Verdict::Reread));
    assert_eq!(round().after_reread().put_failed(&doubted, LIFE, &mut budget()), Next::GiveUp(Verdict::Park));
}

#[test]
fn an_empty_budget_ends_a_round() {
    let mut empty = budget();
    while empty.retry() {}
    let again = failure(Stage::CallPresign, Class::Again);
    assert_eq!(round().presign_failed(&again, &mut empty), Next::GiveUp(Verdict::Later));
    let again = failure(Stage::PutStatus, Class::Again);
    assert_eq!(round().put_failed(&again, LIFE, &mut empty), Next::GiveUp(Verdict::Later));
}

#[test]
fn six_files_under_slow_down_stay_few_puts() {
    let slow = failure(Stage::PutStatus, Class::Throttled);
    let (mut budget, mut sent) = (budget(), 0);
    for seed in 0..6 {
        let mut round = Round::new(RoundPolicy { jitter: Jitter::Full, ..policy() }, seed);
        round.presigned();
        sent += 1;
        while let Next::Put { after } = round.put_failed(&slow, LIFE, &mut budget) {
            assert!(after >= Duration::from_millis(500), "{after:?} after `slow down`");
            sent += 1;
        }
    }
    assert!(sent <= 30, "{sent} PUTs");
}

fn any_failure() -> impl Strategy<Value = Failure> {
    let classes = prop::sample::select(vec![
        Class::Again,
        Class::AgainSoon,
        Class::Throttled,
        Class::SetUpAfterThree,
        Class::PresignAnew,
        Class::PresignOnceThenSetUp,
        Class::PresignOnceThenPark,
        Class::RereadOnceThenPark,
    ]);
    (classes, any::<bool>(), proptest::option::of(0..400u64)).prop_map(|(class, transport, secs)| {
        let mut failure = failure(Stage::Put, class).with_retry_after(secs.map(Duration::from_secs));
        failure.transport = transport;
        failure
    })
}

proptest! {
    #![proptest_config(ProptestConfig { fork: false, ..ProptestConfig::default() })]

    /// Whatever happens in whatever order, a round ends soon and never waits long.
    #[test]
    fn every_round_ends(seed: u64, story in prop::collection::vec((any_failure(), any::<bool>(), proptest::option::of(0..300u64)), 40)) {
        let mut round = Round::new(RoundPolicy { jitter: Jitter::Full, ..policy() }, seed);
        let (mut budget, mut next) = (budget(), round.first());
        let (mut puts, mut presigns) = (0, 0);
        for (failure, presign_works, life) in story {
            next = match next {
                Next::Presign { after } => {
                    prop_assert!(after <= Duration::from_secs(12));
                    presigns += 1;
                    if presign_works {
                        round.presigned();
                        Next::Put { after: Duration::ZERO }
                    } else {
                        round.presign_failed(&failure, &mut budget)
                    }
                }
                Next::Put { after } => {
                    prop_assert!(after <= Duration::from_secs(30));
                    puts += 1;
                    round.put_failed(&failure, life.map(Duration::from_secs), &mut budget)
                }
                Next::GiveUp(_) => break,
            };
        }
        prop_assert!(matches!(next, Next::GiveUp(_)), "no end after {puts} PUTs and {presigns} presign calls");
        prop_assert!(puts <= 5 && presigns <= 6, "{puts} PUTs and {presigns} presign calls");
    }
}
