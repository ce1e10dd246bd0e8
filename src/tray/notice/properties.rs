//! What holds for every course of events: no flood, no early alarm, no recovery without a problem, counts of the moment.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Pass(u64),
    See { causes: BTreeMap<Cause, u64>, waiting: u64, blind: bool },
    Woke,
    Snooze(Cause, i64),
    Level(NotifyLevel),
}

fn step() -> impl Strategy<Value = Step> {
    let causes = btree_map(select(Cause::ALL.to_vec()), 1..4_u64, 0..3);
    let levels = vec![NotifyLevel::All, NotifyLevel::All, NotifyLevel::Problems, NotifyLevel::None];
    prop_oneof![
        5 => (1..4000_u64).prop_map(Step::Pass),
        5 => (causes, 0..5_u64, prop::bool::weighted(0.1))
            .prop_map(|(causes, waiting, blind)| Step::See { causes, waiting, blind }),
        1 => Just(Step::Woke),
        1 => (select(Cause::ALL.to_vec()), 1..9000_i64).prop_map(|(cause, seconds)| Step::Snooze(cause, seconds)),
        1 => select(levels).prop_map(Step::Level),
    ]
}

/// What a person remembers of the screen.
#[derive(Default)]
struct Screen {
    announced: BTreeMap<Cause, Instant>,
    on_it: BTreeSet<Cause>,
}

proptest! {
    #[test]
    fn people_are_left_in_peace(steps in vec(step(), 1..60)) {
        let settings = Notify { level: NotifyLevel::All, grace: Duration::from_mins(1), repeat: Duration::from_hours(1) };
        let mut level = settings.level;
        let mut now = Now { instant: Instant::now(), wall: Timestamp::UNIX_EPOCH };
        let mut notices = Notices::new(settings, now);
        let (mut woke, mut picture) = (now.instant, Picture::default());
        let mut snoozed = BTreeMap::<Cause, Timestamp>::new();
        let mut screen = Screen::default();
        for step in steps {
            let mut end = now.instant;
            match step {
                Step::Pass(seconds) => end += Duration::from_secs(seconds),
                Step::See { causes, waiting, blind } => {
                    let causes: BTreeMap<_, _> = causes.into_iter()
                        .map(|(cause, count)| (cause, Detail { count, ..Detail::default() })).collect();
                    let quiet = waiting == 0 && !causes.keys().any(|cause| cause.holds_all());
                    picture = Picture { waiting, quiet, blind, causes, running: true, rejected: 0 };
                    notices.see(picture.clone(), now);
                }
                Step::Woke => { woke = now.instant; notices.woke(now); }
                Step::Snooze(cause, seconds) => {
                    let until = now.wall + SignedDuration::from_secs(seconds);
                    snoozed.insert(cause, until);
                    notices.snooze(cause, until, now);
                }
                Step::Level(new) => { level = new; notices.configure(Notify { level, ..settings }); }
            }
            loop {
                for told in notices.due(now) {
                    let notice = match told {
                        Told::Withdraw(cause) => {
                            prop_assert!(screen.on_it.remove(&cause), "nothing to withdraw: {cause:?}");
                            continue;
                        }
                        Told::Show(notice) => notice,
                    };
                    let cause = notice.cause;
                    prop_assert!(level != NotifyLevel::None && snoozed.get(&cause).is_none_or(|until| *until <= now.wall));
                    if notice.urgency == Urgency::Low {
                        prop_assert_eq!(level, NotifyLevel::All);
                        prop_assert!(screen.on_it.remove(&cause), "an end without a beginning: {:?}", cause);
                        prop_assert!(!picture.causes.contains_key(&cause));
                        if cause.holds_all() {
                            prop_assert!(!picture.causes.keys().any(|other| other.holds_all()));
                        }
                        continue;
                    }
                    prop_assert!(picture.causes.contains_key(&cause), "not true any more: {:?}", cause);
                    if cause == Cause::Offline {
                        prop_assert!(now.instant >= woke + settings.grace);
                    }
                    if cause.is_of_the_way() {
                        prop_assert!(picture.waiting > 0 && !picture.blind);
                        let count = picture.waiting.to_string();
                        prop_assert!(notice.body.contains(&count), "{}", notice.body);
                    }
                    screen.on_it.insert(cause);
                    let before = screen.announced.insert(cause, now.instant);
                    if let (Some(before), false) = (before, matches!(cause, Cause::Settings | Cause::NotSetUp)) {
                        prop_assert!(now.instant >= before + settings.repeat, "too often: {:?}", cause);
                    }
                }
                let Some(at) = notices.next_due() else { break };
                prop_assert!(at > now.instant, "the loop would spin");
                if at > end { break }
                now.wall += SignedDuration::try_from(at - now.instant).expect("short");
                now.instant = at;
            }
            now.wall += SignedDuration::try_from(end - now.instant).expect("short");
            now.instant = end;
        }
    }
}
