//! When a person is told of a problem, and when that it is over: each cause once, after a grace period.
//!
//! In: statuses, wake-ups, snoozes, the `[notify]` settings, and the time as a value. Out: what is to be shown or
//! withdrawn now, and when to ask again. Pure: no clock, no I/O. Success and files that are still being written are
//! silent. Level `all` tells problems and their end, `problems` only the problems, `none` nothing. A snooze holds one cause.
//! Not here: how it gets onto the screen (`announce`).
//!
//! ```text
//! Status ──Picture::of──▶ Picture ──hear──▶ Notices ──due──▶ Told::Show(Notice) | Told::Withdraw(Cause)
//! ```

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::config::{Notify, NotifyLevel};
use crate::platform::notification::Urgency;
use crate::sync::event::Status;

mod picture;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod said;
#[cfg(test)]
mod tests;
mod words;

pub use picture::{Cause, Detail, Picture};
pub use words::{not_updated, update_is_there};

/// A cause must be away for this long, while files are still sent, before it is over: retries make it come and go.
const AWAY: Duration = Duration::from_mins(1);
/// An editor may save in steps.
const SAVING: Duration = Duration::from_secs(3);
/// Virus scanners and indexers hold new files for a while.
const SCANNING: Duration = Duration::from_mins(10);

/// The moment, on both clocks: spans are measured on the first, a snooze ends on the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    pub instant: Instant,
    pub wall: Timestamp,
}

/// What a click on a notice asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Show the page with all problems.
    ShowProblem,
    RetryNow,
    OpenSettings,
    /// Begin the first set-up.
    SetUp,
    /// Open a web browser, in which the network shows its sign-in page.
    SignIn,
    /// Say nothing more of this cause until tomorrow.
    NotToday,
    /// Install the newer version, or show where it is.
    Update,
}

impl Action {
    pub const ALL: [Self; 7] = [
        Self::ShowProblem,
        Self::RetryNow,
        Self::OpenSettings,
        Self::SetUp,
        Self::SignIn,
        Self::NotToday,
        Self::Update,
    ];

    /// For the system, which gives it back when the button is pressed.
    pub fn key(self) -> &'static str {
        match self {
            Self::ShowProblem => "show-problem",
            Self::RetryNow => "retry-now",
            Self::OpenSettings => "open-settings",
            Self::SetUp => "set-up",
            Self::SignIn => "sign-in",
            Self::NotToday => "not-today",
            Self::Update => "update",
        }
    }

    /// On the button.
    pub fn label(self) -> &'static str {
        match self {
            Self::ShowProblem => "Show problem",
            Self::RetryNow => "Retry now",
            Self::OpenSettings => "Open settings",
            Self::SetUp => "Set up",
            Self::SignIn => "Open browser",
            Self::NotToday => "Not today",
            Self::Update => "Update",
        }
    }
}

/// One message for the screen. It takes the place of an earlier one of the same cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub cause: Cause,
    pub title: String,
    pub body: String,
    pub urgency: Urgency,
    /// The first is also what a click on the message itself means.
    pub actions: Vec<Action>,
}

/// What is to be done on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Show(Notice),
    /// The cause is over and nothing more is said: take the notice away where the system can.
    Withdraw(Cause),
}

/// A cause that lasts.
#[derive(Debug, Clone)]
struct Problem {
    detail: Detail,
    since: Instant,
    /// It was announced, then with so many files.
    announced: Option<u64>,
    /// Not seen any more since then.
    away: Option<Instant>,
}

/// Everything that is remembered about what was, or will be, told.
#[derive(Debug, Clone)]
pub struct Notices {
    settings: Notify,
    picture: Picture,
    problems: BTreeMap<Cause, Problem>,
    /// When each cause was last announced; outlives the problem, so that one that comes and goes is no stream.
    last: BTreeMap<Cause, Instant>,
    woke: Instant,
    snoozed: BTreeMap<Cause, Timestamp>,
    /// The last moment heard of: ties the two clocks together.
    now: Now,
}

impl Notices {
    pub fn new(settings: Notify, now: Now) -> Self {
        Self {
            settings,
            picture: Picture::default(),
            problems: BTreeMap::new(),
            last: BTreeMap::new(),
            woke: now.instant,
            snoozed: BTreeMap::new(),
            now,
        }
    }

    /// How things are now. Call it for each change, and before [`Self::due`] so that counts are those of the moment.
    pub fn hear(&mut self, status: &Status, now: Now) {
        self.see(Picture::of(status), now);
    }

    /// [`Self::hear`], with the picture made already.
    pub fn see(&mut self, picture: Picture, now: Now) {
        self.now = now;
        let was_blind = self.picture.blind;
        for (cause, detail) in &picture.causes {
            let problem = self.problems.entry(*cause).or_insert_with(|| Problem {
                detail: detail.clone(),
                since: now.instant,
                announced: None,
                away: None,
            });
            problem.detail.clone_from(detail);
            problem.away = None;
        }
        for (cause, problem) in &mut self.problems {
            let unknown = picture.blind && cause.is_of_the_way();
            if !unknown && !picture.causes.contains_key(cause) {
                problem.away.get_or_insert(now.instant);
            }
            // What was not tried for a while gets a fresh start.
            if was_blind && !picture.blind && cause.is_of_the_way() && problem.announced.is_none() {
                problem.since = now.instant;
            }
        }
        self.picture = picture;
        // Nobody has to be told of the end of what was never told.
        let over: Vec<Cause> = self.problems.keys().copied().filter(|cause| self.is_over(*cause)).collect();
        self.problems.retain(|cause, problem| problem.announced.is_some() || !over.contains(cause));
    }

    /// The computer woke up, or its network changed: being offline is expected for a while.
    pub fn woke(&mut self, now: Now) {
        self.now = now;
        self.woke = now.instant;
    }

    /// Until then nothing is said of that cause, whatever comes of it.
    pub fn snooze(&mut self, cause: Cause, until: Timestamp, now: Now) {
        self.now = now;
        self.snoozed.insert(cause, until);
    }

    /// What is snoozed, and until when.
    pub fn snoozed(&self) -> &BTreeMap<Cause, Timestamp> {
        &self.snoozed
    }

    pub fn configure(&mut self, settings: Notify) {
        self.settings = settings;
    }

    /// What is to be said at this moment, most pressing first. Each thing is said once.
    pub fn due(&mut self, now: Now) -> Vec<Told> {
        self.now = now;
        self.snoozed.retain(|_, until| *until > now.wall);
        let mut told = Vec::new();
        for cause in Cause::ALL {
            if self.is_over(cause) {
                told.extend(self.end(cause));
            } else if !self.is_silent(cause) && self.next_announcement(cause).is_some_and(|at| at <= now.instant) {
                told.extend(self.announce(cause));
            }
        }
        told
    }

    /// When [`Self::due`] has something to say, as things are now; ask again after each change.
    pub fn next_due(&self) -> Option<Instant> {
        let spoken = Cause::ALL.iter().filter_map(|cause| {
            let at = self.next_announcement(*cause).filter(|_| self.settings.level != NotifyLevel::None)?;
            Some(at.max(self.snooze_end(*cause).unwrap_or(at)))
        });
        let over = self.problems.iter().filter_map(|(cause, problem)| self.over_at(*cause, problem));
        spoken.chain(over).min()
    }

    fn announce(&mut self, cause: Cause) -> Option<Told> {
        let problem = self.problems.get_mut(&cause)?;
        problem.announced = Some(problem.detail.count);
        self.last.insert(cause, self.now.instant);
        Some(Told::Show(words::problem(cause, &problem.detail, &self.picture)))
    }

    fn end(&mut self, cause: Cause) -> Option<Told> {
        self.problems.remove(&cause)?.announced?;
        // While something else holds all files, "sending again" would be a lie; the last obstacle has the word.
        let goes_on = !cause.holds_all() || !self.problems.keys().any(|other| other.holds_all());
        let notice = words::over(cause, &self.picture)
            .filter(|_| goes_on && self.settings.level == NotifyLevel::All && !self.is_silent(cause));
        Some(notice.map_or(Told::Withdraw(cause), Told::Show))
    }

    fn is_silent(&self, cause: Cause) -> bool {
        self.settings.level == NotifyLevel::None || self.snoozed.contains_key(&cause)
    }

    /// When the announcement of this cause is due; `None` while there is nothing to announce.
    fn next_announcement(&self, cause: Cause) -> Option<Instant> {
        let problem = self.problems.get(&cause).filter(|problem| problem.away.is_none())?;
        if cause.is_of_the_way() && (self.picture.blind || self.picture.waiting == 0) {
            return None;
        }
        let first = problem.since + self.grace(cause);
        let again = self.last.get(&cause).map(|last| *last + self.settings.repeat);
        let at = match (problem.announced, cause) {
            (Some(_), Cause::NotSetUp | Cause::Settings) => return None,
            // The same files again are no news.
            (Some(count), _) if cause.is_of_files() && problem.detail.count <= count => return None,
            // A person mends these and wants to know at once whether it is mended.
            (None, Cause::NotSetUp | Cause::Settings) => first,
            _ => first.max(again.unwrap_or(first)),
        };
        let expected = matches!(cause, Cause::Offline | Cause::Folder);
        Some(if expected { at.max(self.woke + self.settings.grace) } else { at })
    }

    fn grace(&self, cause: Cause) -> Duration {
        match cause {
            Cause::NotSetUp | Cause::Settings => SAVING.min(self.settings.grace),
            Cause::Access => SCANNING.max(self.settings.grace),
            _ => self.settings.grace,
        }
    }

    fn is_over(&self, cause: Cause) -> bool {
        let at = self.problems.get(&cause).and_then(|problem| self.over_at(cause, problem));
        at.is_some_and(|at| at <= self.now.instant)
    }

    fn over_at(&self, cause: Cause, problem: &Problem) -> Option<Instant> {
        let away = problem.away.filter(|_| !(self.picture.blind && cause.is_of_the_way()));
        away.map(|away| if self.picture.quiet { away } else { away + AWAY })
    }

    /// The end of the snooze on the clock that spans are measured with.
    fn snooze_end(&self, cause: Cause) -> Option<Instant> {
        let left = self.snoozed.get(&cause)?.duration_since(self.now.wall);
        // Rounded up: asked too early, there is nothing to say.
        let left = Duration::try_from(left).unwrap_or_default() + Duration::from_millis(1);
        // Too far away for this clock is as good as never.
        Some(self.now.instant.checked_add(left).unwrap_or(self.now.instant + Duration::from_hours(24 * 365)))
    }
}
