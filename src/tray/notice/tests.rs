//! The life of a notice in time: grace, repetition, recovery, wake-ups, snooze, levels.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::*;

const MINUTE: Duration = Duration::from_mins(1);

fn settings() -> Notify {
    Notify { level: NotifyLevel::All, grace: MINUTE, repeat: 60 * MINUTE }
}

/// A desk with a clock that only moves when it is told to.
struct Desk {
    notices: Notices,
    start: Instant,
    passed: Duration,
    picture: Picture,
}

impl Desk {
    fn new() -> Self {
        Self::with(settings())
    }

    fn with(settings: Notify) -> Self {
        let start = Instant::now();
        let now = Now { instant: start, wall: Timestamp::UNIX_EPOCH };
        let picture = Picture { running: true, quiet: true, ..Picture::default() };
        Self { notices: Notices::new(settings, now), start, passed: Duration::ZERO, picture }
    }

    fn now(&self) -> Now {
        let wall = Timestamp::UNIX_EPOCH + jiff::SignedDuration::try_from(self.passed).expect("a test is short");
        Now { instant: self.start + self.passed, wall }
    }

    /// From now on it is like this.
    fn is(&mut self, causes: &[(Cause, u64)], waiting: u64) {
        let causes: BTreeMap<_, _> =
            causes.iter().map(|(cause, count)| (*cause, Detail { count: *count, ..Detail::default() })).collect();
        self.picture = Picture { quiet: waiting == 0 && causes.is_empty(), waiting, causes, ..self.picture.clone() };
        self.notices.see(self.picture.clone(), self.now());
    }

    fn paused(&mut self, blind: bool) {
        self.picture.blind = blind;
        self.notices.see(self.picture.clone(), self.now());
    }

    /// What is said until that much time has passed, with the minute in which it is said.
    fn after(&mut self, span: Duration) -> Vec<String> {
        let end = self.passed + span;
        let mut said = Vec::new();
        loop {
            let now = self.now();
            for told in self.notices.due(now) {
                let minute = self.passed.as_secs_f64() / 60.0;
                said.push(match told {
                    Told::Show(notice) => format!("{minute:.1} {} {}", notice.title, notice.body),
                    Told::Withdraw(cause) => format!("{minute:.1} withdrawn {}", cause.key()),
                });
            }
            match self.notices.next_due() {
                Some(at) if at <= self.start + end => {
                    assert!(at > self.now().instant, "asked again without need");
                    self.passed = at - self.start;
                }
                _ => break,
            }
        }
        self.passed = end;
        said
    }
}

const OFFLINE: [(Cause, u64); 1] = [(Cause::Offline, 0)];

#[test]
fn a_dead_server_is_told_once_then_hourly_then_its_end() {
    let mut desk = Desk::new();
    assert!(desk.after(10 * MINUTE).is_empty());
    desk.is(&OFFLINE, 3);
    assert!(desk.after(MINUTE / 2).is_empty());
    desk.is(&OFFLINE, 12); // more files arrive meanwhile
    let said = desk.after(20 * MINUTE);
    assert_eq!(
        said,
        ["11.0 The server has trouble Nothing is lost. 12 files wait here. OutTray keeps trying by itself."]
    );
    desk.is(&OFFLINE, 14);
    let said = desk.after(101 * MINUTE);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("71.0 ") && said[0].contains("14 files wait here"), "{said:?}");
    desk.is(&[], 0);
    assert_eq!(desk.after(MINUTE), ["131.5 OutTray is sending again Everything is sent."]);
    assert!(desk.after(200 * MINUTE).is_empty());
}

#[test]
fn a_short_gap_passes_unheard() {
    let mut desk = Desk::new();
    desk.after(5 * MINUTE);
    desk.is(&OFFLINE, 3);
    assert!(desk.after(MINUTE.saturating_sub(Duration::from_secs(1))).is_empty());
    desk.is(&[], 0);
    assert!(desk.after(100 * MINUTE).is_empty());
}

#[test]
fn being_offline_is_expected_after_start_wake_and_network_change() {
    let mut desk = Desk::new();
    desk.is(&OFFLINE, 1);
    desk.after(MINUTE / 2);
    desk.notices.woke(desk.now());
    assert!(desk.after(MINUTE.saturating_sub(Duration::from_secs(1))).is_empty());
    let said = desk.after(MINUTE);
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("1.5 "), "{said:?}");
}

#[test]
fn retries_between_failures_are_no_recovery() {
    let mut desk = Desk::new();
    desk.is(&OFFLINE, 1);
    let mut said = Vec::new();
    for _ in 0..20 {
        said.extend(desk.after(20 * MINUTE / 60));
        desk.is(&[], 1); // under way
        said.extend(desk.after(MINUTE / 2));
        desk.is(&OFFLINE, 1);
    }
    assert_eq!(said.len(), 1, "{said:?}");
    desk.is(&[], 1);
    let said = desk.after(3 * MINUTE);
    assert_eq!(said.len(), 1);
    assert!(said[0].ends_with("OutTray is sending again 1 file is on the way."), "{said:?}");
}

#[test]
fn a_network_that_comes_and_goes_is_told_of_once_an_hour() {
    let mut desk = Desk::new();
    let mut said = Vec::new();
    for _ in 0..12 {
        desk.is(&OFFLINE, 1);
        said.extend(desk.after(2 * MINUTE));
        desk.is(&[], 0);
        said.extend(desk.after(3 * MINUTE));
    }
    assert_eq!(said.len(), 2, "{said:?}");
}

#[test]
fn the_end_of_one_obstacle_is_not_told_while_another_holds_all() {
    let mut desk = Desk::new();
    desk.is(&OFFLINE, 2);
    assert_eq!(desk.after(2 * MINUTE).len(), 1);
    desk.is(&[(Cause::Refused, 0)], 2);
    let said = desk.after(10 * MINUTE);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("3.0 withdrawn offline") || said[1].starts_with("3.0 withdrawn offline"), "{said:?}");
    desk.is(&[], 0);
    assert_eq!(desk.after(MINUTE), ["12.0 OutTray is sending again Everything is sent."]);
}

#[test]
fn rejected_files_are_counted_and_only_news_is_repeated() {
    let mut desk = Desk::new();
    desk.is(&[(Cause::Rejected, 1)], 0);
    desk.after(MINUTE / 2);
    desk.is(&[(Cause::Rejected, 5)], 0);
    let said = desk.after(MINUTE);
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("1.0 5 files cannot be sent as they are"), "{said:?}");
    assert!(desk.after(300 * MINUTE).is_empty());
    desk.is(&[(Cause::Rejected, 6)], 0);
    assert_eq!(desk.after(MINUTE).len(), 1);
    desk.is(&[(Cause::Rejected, 7)], 0);
    assert!(desk.after(30 * MINUTE).is_empty());
    assert_eq!(desk.after(60 * MINUTE).len(), 1);
}

#[test]
fn broken_settings_and_a_missing_set_up_are_told_once_and_soon() {
    for cause in [Cause::Settings, Cause::NotSetUp] {
        let mut desk = Desk::new();
        desk.is(&[(cause, 0)], 0);
        assert_eq!(desk.after(MINUTE / 2).len(), 1, "{cause:?}");
        assert!(desk.after(500 * MINUTE).is_empty(), "{cause:?}");
    }
}

#[test]
fn a_pause_neither_announces_nor_ends_being_offline() {
    let mut desk = Desk::new();
    desk.is(&OFFLINE, 2);
    desk.after(MINUTE / 2);
    desk.paused(true);
    assert!(desk.after(100 * MINUTE).is_empty());
    desk.is(&[], 2);
    assert!(desk.after(100 * MINUTE).is_empty());
    desk.is(&OFFLINE, 2);
    desk.paused(false);
    let said = desk.after(2 * MINUTE);
    assert!(said.len() == 1 && said[0].starts_with("201.5 "), "{said:?}");
}

#[test]
fn offline_without_a_waiting_file_concerns_nobody() {
    let mut desk = Desk::new();
    desk.is(&OFFLINE, 0);
    assert!(desk.after(300 * MINUTE).is_empty());
}

#[test]
fn a_snooze_silences_until_it_ends() {
    let mut desk = Desk::new();
    desk.is(&[(Cause::Refused, 0)], 2);
    let until = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(30);
    desk.notices.snooze(Cause::Refused, until, desk.now());
    let said = desk.after(40 * MINUTE);
    assert!(said.len() == 1 && said[0].starts_with("30.0 "), "{said:?}");
    desk.notices.snooze(Cause::Refused, Timestamp::MAX, desk.now());
    assert!(desk.after(500 * MINUTE).is_empty());
    desk.is(&[], 0);
    assert_eq!(desk.after(MINUTE), ["540.0 withdrawn refused"]);
}

#[test]
fn a_snooze_is_of_one_cause() {
    let mut desk = Desk::new();
    desk.notices.snooze(Cause::Rejected, Timestamp::MAX, desk.now());
    desk.is(&[(Cause::Refused, 0), (Cause::Rejected, 3)], 2);
    let said = desk.after(30 * MINUTE);
    assert!(said.len() == 1 && !said[0].contains("cannot be sent"), "{said:?}");
    assert_eq!(desk.notices.snoozed().keys().collect::<Vec<_>>(), [&Cause::Rejected]);
}

#[test]
fn levels_say_less_and_less() {
    for (level, expected) in [(NotifyLevel::All, 2), (NotifyLevel::Problems, 1), (NotifyLevel::None, 0)] {
        let mut desk = Desk::with(Notify { level, ..settings() });
        desk.is(&OFFLINE, 2);
        let mut said = desk.after(5 * MINUTE);
        desk.is(&[], 0);
        said.extend(desk.after(5 * MINUTE));
        said.retain(|line| !line.contains("withdrawn"));
        assert_eq!(said.len(), expected, "{level:?}: {said:?}");
    }
}

#[test]
fn new_settings_count_from_now_on() {
    let mut desk = Desk::with(Notify { grace: 30 * MINUTE, ..settings() });
    desk.is(&OFFLINE, 2);
    assert!(desk.after(2 * MINUTE).is_empty());
    desk.notices.configure(settings());
    assert_eq!(desk.after(MINUTE).len(), 1);
}
