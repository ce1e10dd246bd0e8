//! When a program that runs all day asks for newer versions, and what it then offers.
//!
//! In: the mode, what is remembered, times and answers as values. Out: when to ask next, the present [`Offer`], whether a
//! person is to be told, whether to install. Pure. At most one question a day, at a time by chance, and none while offline.
//! Not here: asking (`channel`), showing (`tray`).

use jiff::{SignedDuration, Timestamp};
use semver::Version;

use super::release::is_newer;
use super::{Memory, Newest, Offer};
use crate::config::UpdateMode;

/// Between two questions. Programs that start together shall not ask together: up to a tenth is added.
const PAUSE: SignedDuration = SignedDuration::from_hours(24);
const JITTER: f64 = 0.1;
/// The first question comes this long after a start, when everything else is done, and up to ten times that.
const FIRST: SignedDuration = SignedDuration::from_mins(2);

#[derive(Debug, Clone)]
pub struct Daily {
    mode: UpdateMode,
    running: Version,
    memory: Memory,
    /// When the program started.
    since: Timestamp,
    /// 0 to 1: this computer's place in the crowd.
    chance: f64,
    /// What failed is not tried again before the next question.
    failed: bool,
}

impl Daily {
    pub fn new(mode: UpdateMode, running: Version, mut memory: Memory, now: Timestamp, chance: f64) -> Self {
        // Of a clock that was wrong: a time to come is as good as none.
        memory.asked = memory.asked.filter(|asked| *asked <= now);
        Self { mode, running, memory, since: now, chance, failed: false }
    }

    pub fn configure(&mut self, mode: UpdateMode) {
        self.mode = mode;
    }

    /// When to ask; `None` while nobody is to be asked.
    pub fn next(&self, is_online: bool) -> Option<Timestamp> {
        if self.mode == UpdateMode::Off || !is_online {
            return None;
        }
        let part = |span: SignedDuration, part: f64| {
            SignedDuration::from_secs((span.as_secs() as f64 * part * self.chance) as i64)
        };
        // Never at once: everybody's computer starts in the morning.
        let first = self.since.checked_add(FIRST + part(FIRST, 9.0)).unwrap_or(Timestamp::MAX);
        let again = self.memory.asked.and_then(|asked| asked.checked_add(PAUSE + part(PAUSE, JITTER)).ok());
        Some(again.map_or(first, |again| again.max(first)))
    }

    /// The mark to ask with.
    pub fn etag(&self) -> Option<&str> {
        // Without the version that belongs to it, "unchanged" would say nothing.
        self.memory.newest().and(self.memory.etag.as_deref())
    }

    /// Somebody is being asked now, whatever comes of it.
    pub fn asks(&mut self, now: Timestamp) {
        self.memory.asked = Some(now);
        self.chance = (self.chance * 7.3 + 0.37).fract();
        self.failed = false;
    }

    pub fn hear(&mut self, newest: &Newest) {
        if let Newest::Found(found) = newest {
            self.memory.newest = Some(found.release.version.to_string());
            self.memory.etag.clone_from(&found.etag);
        }
    }

    /// The version to offer now.
    pub fn offer(&self) -> Option<Offer> {
        let version = self.memory.newest().filter(|newest| is_newer(&self.running, newest))?;
        (self.mode != UpdateMode::Off).then_some(Offer { version })
    }

    /// The version that a person has not been told of yet; from now on he has.
    pub fn to_tell(&mut self) -> Option<Offer> {
        let offer = self.offer().filter(|_| self.mode == UpdateMode::Notify)?;
        let text = offer.version.to_string();
        if self.memory.told.as_ref() == Some(&text) {
            return None;
        }
        self.memory.told = Some(text);
        Some(offer)
    }

    /// Whether the offer is to be installed without a question, now.
    pub fn is_to_install(&self, is_quiet: bool) -> bool {
        self.mode == UpdateMode::Auto && is_quiet && !self.failed && self.offer().is_some()
    }

    /// It could not be installed.
    pub fn give_up(&mut self) {
        self.failed = true;
    }

    pub fn memory(&self) -> &Memory {
        &self.memory
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Release};
    use super::*;

    const START: &str = "2026-03-01T10:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn daily(mode: UpdateMode) -> Daily {
        Daily::new(mode, Version::new(1, 3, 0), Memory::default(), at(START), 0.5)
    }

    fn found(version: &str) -> Newest {
        let version = Version::parse(version).expect("a version");
        let release = Release { version, date: at(START), files: Vec::new() };
        Newest::Found(Found { release, newer: true, signed: true, etag: Some("\"m\"".into()) })
    }

    #[test]
    fn asks_soon_after_a_start_and_then_once_a_day() {
        let mut daily = daily(UpdateMode::Notify);
        let first = daily.next(true).expect("a time");
        assert!((120..=20 * 60).contains(&first.duration_since(at(START)).as_secs()), "{first}");
        let mut now = first;
        for _ in 0..50 {
            daily.asks(now);
            let next = daily.next(true).expect("a time");
            let pause = next.duration_since(now).as_secs();
            assert!((86_400..=95_040).contains(&pause), "{pause}");
            now = next;
        }
    }

    #[test]
    fn nobody_is_asked_while_offline_or_when_it_is_off() {
        assert_eq!(daily(UpdateMode::Notify).next(false), None);
        assert_eq!(daily(UpdateMode::Off).next(true), None);
        assert!(daily(UpdateMode::Auto).next(true).is_some());
    }

    #[test]
    fn a_restart_asks_no_sooner_and_a_wrong_clock_not_never() {
        let asked = |asked: &str| {
            let memory = Memory { asked: Some(at(asked)), ..Memory::default() };
            let daily = Daily::new(UpdateMode::Notify, Version::new(1, 3, 0), memory, at(START), 0.5);
            daily.next(true).expect("a time").duration_since(at(START)).as_hours()
        };
        assert!((22..=26).contains(&asked("2026-03-01T09:00:00Z")));
        assert_eq!(asked("2026-02-01T09:00:00Z"), 0, "long overdue");
        assert_eq!(asked("2031-03-01T09:00:00Z"), 0, "it was told a wrong time");
    }

    #[test]
    fn a_person_is_told_once_of_each_version() {
        let mut daily = daily(UpdateMode::Notify);
        assert_eq!(daily.to_tell(), None);
        daily.hear(&found("1.4.0"));
        assert_eq!(daily.to_tell().map(|offer| offer.version), Some(Version::new(1, 4, 0)));
        assert_eq!(daily.to_tell(), None);
        assert_eq!(daily.etag(), Some("\"m\""));
        daily.hear(&Newest::Unchanged);
        assert_eq!(daily.to_tell(), None);
        let mut after_restart =
            Daily::new(UpdateMode::Notify, Version::new(1, 3, 0), daily.memory().clone(), at(START), 0.1);
        assert_eq!(after_restart.to_tell(), None);
        assert!(after_restart.offer().is_some(), "the line of the menu is there at once");
        after_restart.hear(&found("1.5.0"));
        assert!(after_restart.to_tell().is_some());
        assert!(!after_restart.is_to_install(true));
    }

    #[test]
    fn nothing_older_or_equal_is_offered_whatever_the_server_says() {
        for version in ["1.3.0", "1.2.9", "0.9.0", "1.4.0-rc.1"] {
            let mut daily = daily(UpdateMode::Auto);
            daily.hear(&found(version));
            assert_eq!((daily.offer(), daily.to_tell(), daily.is_to_install(true)), (None, None, false), "{version}");
        }
    }

    #[test]
    fn installs_by_itself_only_in_a_quiet_moment_and_once() {
        let mut daily = daily(UpdateMode::Auto);
        daily.hear(&found("1.4.0"));
        assert!(!daily.is_to_install(false) && daily.is_to_install(true));
        assert_eq!(daily.to_tell(), None, "it will be there soon");
        daily.give_up();
        assert!(!daily.is_to_install(true));
        daily.asks(at(START));
        assert!(daily.is_to_install(true), "the next day it may work");
        daily.configure(UpdateMode::Off);
        assert_eq!((daily.offer(), daily.is_to_install(true)), (None, false));
    }
}
