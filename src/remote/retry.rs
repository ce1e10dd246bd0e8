//! One round of tries for one file: what to do after each failure. Pure; nobody waits in here.
//!
//! In: failures, the rest of the URL's life, the process's budget, a seed. Out: the [`Next`] step and its pause, or a
//! [`Verdict`]. A round covers blips of some seconds; outages are for the schedule. Not here: what an answer means
//! (`classify`), when the file has its next round (`schedule`).
//!
//! The same URL is used again as long as it lives, because that cannot make a second object; it is given up when it is
//! too old, was refused, or broke twice on the way (a refusal can look like a broken line while a body is being sent).

use std::time::Duration;

use super::budget::Budget;
use super::failure::{Class, Failure, Stage};

/// Presign calls, beside the first, that failed PUTs may cause in one round.
const EXTRA_PRESIGNS: u32 = 2;
/// A URL with less life than this is not used for a further PUT.
const URL_MARGIN: Duration = Duration::from_secs(20);
const THROTTLE_BASE: Duration = Duration::from_secs(1);
/// A round does not wait longer than this; the schedule does.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const BAD_REPLIES: u32 = 3;

/// The settings of `[retry]`.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundPolicy {
    /// One pause before each further presign call of a round.
    pub presign_delays: Vec<Duration>,
    /// PUTs of one round.
    pub upload_attempts: u32,
    pub upload_base: Duration,
    pub factor: f64,
    pub cap: Duration,
    pub jitter: Jitter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jitter {
    /// Exactly the configured pauses.
    None,
    /// Anything between nothing and the configured pause.
    Full,
}

/// The next step of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Next {
    Presign { after: Duration },
    Put { after: Duration },
    GiveUp(Verdict),
}

/// How a round ended without success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The file has its next round by schedule.
    Later,
    /// Nobody can be reached: probe the network; the file has lost nothing.
    Offline,
    /// The server wants a pause, of this length if it said so.
    Throttled(Option<Duration>),
    /// Pause everything until a person has changed something.
    SetUp,
    /// Put this file aside with the reason.
    Park,
    /// Read the file again and start a new round ([`Round::after_reread`]).
    Reread,
}

/// One file's round.
#[derive(Debug)]
pub struct Round {
    policy: RoundPolicy,
    random: fastrand::Rng,
    presign_retries: usize,
    extra_presigns: u32,
    /// A refusal was answered with a fresh URL already.
    second_chance: bool,
    bad_replies: u32,
    puts: u32,
    pauses: u32,
    throttled: u32,
    broken_on_url: u32,
    /// The most life that was seen on this URL.
    url_life: Duration,
    reread: bool,
}

impl Round {
    pub fn new(policy: RoundPolicy, seed: u64) -> Self {
        Self {
            policy,
            random: fastrand::Rng::with_seed(seed),
            presign_retries: 0,
            extra_presigns: 0,
            second_chance: false,
            bad_replies: 0,
            puts: 0,
            pauses: 0,
            throttled: 0,
            broken_on_url: 0,
            url_life: Duration::ZERO,
            reread: false,
        }
    }

    /// The file was read again because its bytes were doubted: a second doubt puts it aside.
    #[must_use]
    pub fn after_reread(mut self) -> Self {
        self.reread = true;
        self
    }

    pub fn first(&self) -> Next {
        Next::Presign { after: Duration::ZERO }
    }

    /// A grant is there: what was counted against the last URL is forgotten. The PUT follows at once.
    pub fn presigned(&mut self) {
        self.bad_replies = 0;
        self.broken_on_url = 0;
        self.url_life = Duration::ZERO;
    }

    pub fn presign_failed(&mut self, failure: &Failure, budget: &mut Budget) -> Next {
        match failure.class {
            Class::SetUpAfterThree => {
                self.bad_replies += 1;
                if self.bad_replies >= BAD_REPLIES {
                    return Next::GiveUp(Verdict::SetUp);
                }
                self.presign_again(failure, budget)
            }
            Class::Throttled => {
                if self.presign_retries >= self.policy.presign_delays.len() || !budget.retry_throttled() {
                    return Next::GiveUp(Verdict::Throttled(failure.retry_after));
                }
                self.presign_retries += 1;
                match self.throttle_pause(failure) {
                    Ok(after) => Next::Presign { after },
                    Err(verdict) => Next::GiveUp(verdict),
                }
            }
            Class::Again | Class::AgainSoon | Class::PresignAnew => self.presign_again(failure, budget),
            class => Next::GiveUp(verdict_of(class)),
        }
    }

    /// `life_left` is that of the URL that was used; `None` when nothing tells.
    pub fn put_failed(&mut self, failure: &Failure, life_left: Option<Duration>, budget: &mut Budget) -> Next {
        if failure.stage == Stage::PresignReply {
            // The grant turned out not to fit before a byte was sent: that is the presigner's failure.
            return self.presign_failed(failure, budget);
        }
        self.puts += 1;
        self.url_life = self.url_life.max(life_left.unwrap_or_default());
        match failure.class {
            Class::Again => {
                self.broken_on_url += u32::from(failure.transport);
                let after = self.upload_pause().max(failure.retry_after.unwrap_or_default());
                if after > LONGEST_WAIT && failure.retry_after.is_some() {
                    return Next::GiveUp(Verdict::Throttled(failure.retry_after));
                }
                if self.may_put_again(false, budget) { self.same_or_new_url(after, life_left) } else { LATER }
            }
            Class::AgainSoon => {
                let after = Duration::from_secs(1) + self.spread(Duration::from_secs(2));
                if self.may_put_again(false, budget) { self.same_or_new_url(after, life_left) } else { LATER }
            }
            Class::Throttled => {
                if !self.may_put_again(true, budget) {
                    return Next::GiveUp(Verdict::Throttled(failure.retry_after));
                }
                match self.throttle_pause(failure) {
                    Ok(after) => self.same_or_new_url(after, life_left),
                    Err(verdict) => Next::GiveUp(verdict),
                }
            }
            Class::PresignAnew => {
                if self.may_put_again(false, budget) {
                    self.presign_anew(Duration::ZERO, Verdict::Later)
                } else {
                    LATER
                }
            }
            Class::PresignOnceThenSetUp | Class::PresignOnceThenPark => {
                let verdict = verdict_of(failure.class);
                if self.second_chance || !self.may_put_again(false, budget) {
                    return Next::GiveUp(verdict);
                }
                self.second_chance = true;
                self.presign_anew(Duration::ZERO, verdict)
            }
            Class::RereadOnceThenPark if self.reread => Next::GiveUp(Verdict::Park),
            class => Next::GiveUp(verdict_of(class)),
        }
    }

    fn presign_again(&mut self, failure: &Failure, budget: &mut Budget) -> Next {
        let Some(delay) = self.policy.presign_delays.get(self.presign_retries).copied() else { return LATER };
        let ordered = failure.retry_after.unwrap_or_default();
        if ordered > LONGEST_WAIT {
            return Next::GiveUp(Verdict::Throttled(failure.retry_after));
        }
        if !budget.retry() {
            return LATER;
        }
        self.presign_retries += 1;
        Next::Presign { after: self.spread(delay).max(ordered) }
    }

    fn may_put_again(&self, throttled: bool, budget: &mut Budget) -> bool {
        self.puts < self.policy.upload_attempts && if throttled { budget.retry_throttled() } else { budget.retry() }
    }

    /// The same URL, unless it would be too old by then or has broken twice on the way.
    fn same_or_new_url(&mut self, after: Duration, life_left: Option<Duration>) -> Next {
        let margin = URL_MARGIN.min(self.url_life / 3);
        let too_old = life_left.is_some_and(|left| left.saturating_sub(after) < margin.max(Duration::from_millis(1)));
        if too_old || self.broken_on_url >= 2 { self.presign_anew(after, Verdict::Later) } else { Next::Put { after } }
    }

    fn presign_anew(&mut self, after: Duration, otherwise: Verdict) -> Next {
        if self.extra_presigns >= EXTRA_PRESIGNS {
            return Next::GiveUp(otherwise);
        }
        self.extra_presigns += 1;
        Next::Presign { after }
    }

    fn upload_pause(&mut self) -> Duration {
        let pause = grown(self.policy.upload_base, self.policy.factor, self.pauses, self.policy.cap);
        self.pauses += 1;
        self.spread(pause)
    }

    /// At least what the server asks for, else a second that doubles; too long for a round is a verdict.
    fn throttle_pause(&mut self, failure: &Failure) -> Result<Duration, Verdict> {
        let pause = grown(THROTTLE_BASE, 2.0, self.throttled, LONGEST_WAIT);
        self.throttled += 1;
        match failure.retry_after {
            Some(ordered) if ordered > LONGEST_WAIT => Err(Verdict::Throttled(Some(ordered))),
            Some(ordered) => Ok(ordered + self.spread(THROTTLE_BASE)),
            // Half of it is certain: after "slow down", no pause at all would be rude.
            None => Ok(pause / 2 + self.spread(pause / 2)),
        }
    }

    fn spread(&mut self, pause: Duration) -> Duration {
        match self.policy.jitter {
            Jitter::None => pause,
            Jitter::Full => pause.mul_f64(self.random.f64()),
        }
    }
}

const LATER: Next = Next::GiveUp(Verdict::Later);

fn grown(base: Duration, factor: f64, times: u32, cap: Duration) -> Duration {
    let secs = base.as_secs_f64() * factor.max(1.0).powi(times.min(64) as i32);
    if secs >= cap.as_secs_f64() { cap } else { Duration::from_secs_f64(secs) }
}

/// Where a class leads when nothing is to be tried any more.
fn verdict_of(class: Class) -> Verdict {
    match class {
        Class::Network => Verdict::Offline,
        Class::SetUp | Class::SetUpAfterThree | Class::PresignOnceThenSetUp => Verdict::SetUp,
        Class::Park | Class::PresignOnceThenPark => Verdict::Park,
        Class::Reread | Class::RereadOnceThenPark => Verdict::Reread,
        Class::Throttled => Verdict::Throttled(None),
        Class::Again | Class::AgainSoon | Class::PresignAnew => Verdict::Later,
    }
}

#[cfg(test)]
#[path = "retry_tests.rs"]
mod tests;
