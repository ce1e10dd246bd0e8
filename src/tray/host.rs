//! The other thread of the desktop program: the engine, or the line to one that runs already, and everything that waits.
//!
//! In: wishes from the panel, from notices and from second starts; facts of the desktop. Out: views, notices, and the end.
//! Not here: the panel (`app`), which words are said (`notice`), the engine (`sync`).

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use tokio::sync::mpsc;

use super::announce::{Announcer, Answer};
use super::app::Happening as Shown;
use super::desk::{self, Desk};
use super::memory::Memory;
use super::notice::{Action, Cause, Notice, Notices, Now, Told};
use super::source::{Heard, Source};
use super::updates::{News, Then, Updates};
use super::view::View;
use super::window;
use super::wish::{Length, Wish};
use crate::config::NotifyLevel;
use crate::control::desktop::{Door, Wish as Asked};
use crate::control::protocol::{Page, Request, Show};
use crate::control::window::Opening;
use crate::host::{Home, settings_changes};
use crate::platform::facts::{Buses, Fact, Facts};
use crate::platform::panel::panel;
use crate::platform::signals::Stop;
use crate::sync::event::{State, Status};

/// After a failure to start, the next try.
const AGAIN: Duration = Duration::from_secs(10);
/// The longest wait for something that is due: a sleep of the computer makes it late, and not every system tells of one.
const LONGEST: Duration = Duration::from_hours(1);
/// Wishes and facts that wait.
const QUEUE: usize = 64;

/// Lives until it is told to quit; `show` is told each view, and what the panel is like.
pub(super) struct Host<F: Fn(Shown)> {
    home: Home,
    desk: Desk,
    show: F,
    status: Status,
    notices: Notices,
    announcer: Announcer,
    wishes: mpsc::Sender<Wish>,
    memory: Memory,
    updates: Updates,
    news: mpsc::Receiver<News>,
    after: After,
    last: Option<View>,
    /// Somebody shows icons, or did, or was waited for in vain.
    had_tray: bool,
    /// From callers of the engine's socket.
    callers: mpsc::Receiver<Show>,
    shows: mpsc::Sender<Show>,
}

/// What wakes the host.
enum Happening {
    Wish(Wish),
    Asked(Asked),
    Fact(Fact),
    Heard(Heard),
    /// The settings files are others now.
    Settings,
    Stop,
    Due,
    /// It is time to ask for newer versions.
    AskForUpdates,
    Updates(News),
}

/// What the program does after its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    End,
    /// Another version is on the disk.
    StartAgain,
}

impl<F: Fn(Shown)> Host<F> {
    pub(super) fn new(home: Home, desk: Desk, wishes: mpsc::Sender<Wish>, show: F) -> Self {
        let asked = wishes.clone();
        let answer = move |answer: Answer| {
            let wish = match answer.action {
                Action::ShowProblem => Wish::Status,
                Action::RetryNow => Wish::Retry,
                Action::OpenSettings => Wish::Settings,
                Action::SetUp => Wish::SetUp,
                Action::SignIn => Wish::Browser,
                Action::NotToday => Wish::NotToday(answer.cause),
                Action::Update => Wish::Update,
            };
            let _ = asked.try_send(wish); // the host has ended, or drowns in clicks
        };
        let status = home.unset();
        let (shows, callers) = mpsc::channel(QUEUE);
        let mut notices = Notices::new(desk::notify(&home).unwrap_or(desk::NOTIFY_UNSET), now());
        let (told, news) = mpsc::channel(QUEUE);
        let updates = Updates::new(&home, told);
        let memory = Memory::of(&home.paths.state_dir);
        for (cause, until) in memory.snoozed() {
            notices.snooze(cause, until, now());
        }
        Self {
            home,
            desk,
            show,
            status,
            notices,
            announcer: Announcer::start(answer),
            memory,
            updates,
            news,
            wishes,
            after: After::End,
            last: None,
            had_tray: false,
            callers,
            shows,
        }
    }

    /// The loop. Every wait is here; nothing is polled.
    pub(super) async fn run(mut self, door: Door, first: Option<Asked>, mut wishes: mpsc::Receiver<Wish>) -> After {
        let (asked, mut asks) = mpsc::channel(QUEUE);
        tokio::spawn(door.serve(asked));
        let (told, mut facts) = mpsc::channel(QUEUE);
        let _facts = Facts::listen(Buses::default(), move |fact| {
            let _ = told.try_send(fact); // a desktop that tells more than that is not listened to
        })
        .inspect_err(|error| tracing::debug!(target: "outtray", "the desktop tells nothing: {error}"));
        let mut stop = Stop::listen().ok();
        let mut settings = settings_changes(&self.home);
        let mut source = Source::open(&self.home, &self.shows).await;
        self.look(&mut source).await;
        // At login nobody is disturbed, not even where there is no tray.
        self.had_tray = first == Some(Asked::Run);
        match first {
            Some(first) => {
                self.grant_asked(first, &mut source).await;
            }
            // Whoever starts it for the first time is led through the first steps.
            None if self.status.state == State::SetupNeeded => self.offer_window(false),
            None => {}
        }
        loop {
            let again = source.may_mend_itself().then(|| Instant::now() + AGAIN);
            let due = [self.notices.next_due(), again].into_iter().flatten().min();
            let waiting = until(due.map(|due| due.min(Instant::now() + LONGEST)));
            // Once a day, and as far away as it is: no reason to wake up before.
            let asking = until(self.updates.due(&self.status).map(|pause| Instant::now() + pause));
            let stopping = async {
                match stop.as_mut() {
                    Some(stop) => stop.next().await,
                    None => std::future::pending().await,
                }
            };
            let happening = tokio::select! {
                () = stopping => Happening::Stop,
                Some(wish) = wishes.recv() => Happening::Wish(wish),
                Some(asked) = asks.recv() => Happening::Asked(asked),
                Some(show) = self.callers.recv() => Happening::Asked(Asked::Show(show)),
                Some(fact) = facts.recv() => Happening::Fact(fact),
                heard = source.next() => Happening::Heard(heard),
                Some(()) = settings.recv() => Happening::Settings,
                () = waiting => Happening::Due,
                () = asking => Happening::AskForUpdates,
                Some(news) = self.news.recv() => Happening::Updates(news),
            };
            let goes_on = match happening {
                Happening::Stop | Happening::Heard(Heard::Ended) => false,
                Happening::Wish(wish) => self.grant(wish, &mut source).await,
                Happening::Asked(asked) => self.grant_asked(asked, &mut source).await,
                Happening::Fact(fact) => {
                    self.note(fact, &mut source).await;
                    true
                }
                Happening::Heard(Heard::News) => true,
                Happening::Heard(Heard::Broke) => {
                    tracing::error!(target: "outtray", "⚠️  the engine broke; nothing is lost, and it begins anew");
                    source = Source::broken();
                    true
                }
                Happening::Heard(Heard::Left) => {
                    source = Source::open(&self.home, &self.shows).await;
                    true
                }
                Happening::Settings => {
                    self.heed_settings(&mut source).await;
                    true
                }
                Happening::AskForUpdates => {
                    self.updates.ask();
                    true
                }
                Happening::Updates(news) => match self.updates.hear(news) {
                    Then::Nothing => true,
                    Then::Say(notice) => {
                        self.say(notice);
                        true
                    }
                    Then::StartAgain => {
                        self.after = After::StartAgain;
                        false
                    }
                },
                Happening::Due => {
                    if source.may_mend_itself() {
                        source = Source::open(&self.home, &self.shows).await;
                    }
                    true
                }
            };
            if !goes_on {
                break;
            }
            self.look(&mut source).await;
        }
        tokio::join!(source.close(), window::close(&self.home.paths.state_dir));
        self.after
    }

    /// Shows how things are now, and says what is to be said.
    async fn look(&mut self, source: &mut Source) {
        self.status = source.status(&self.home).await;
        self.updates.look(&self.status);
        let view = View {
            update: self.updates.offer(),
            ..View::of(&self.status, Timestamp::now(), &TimeZone::system(), self.desk.starts_at_login())
        };
        if self.last.as_ref() != Some(&view) {
            self.last = Some(view.clone());
            (self.show)(Shown::View(Box::new(view)));
        }
        self.notices.hear(&self.status, now());
        for told in self.notices.due(now()) {
            self.announcer.tell(told);
        }
    }

    /// An engine follows its settings by itself; where there is none, this may be what it waited for.
    async fn heed_settings(&mut self, source: &mut Source) {
        if let Some(notify) = desk::notify(&self.home) {
            self.notices.configure(notify);
        }
        self.updates.heed_settings();
        if !source.is_engine() {
            *source = Source::open(&self.home, &self.shows).await;
        }
    }

    async fn note(&mut self, fact: Fact, source: &mut Source) {
        match fact {
            Fact::Woke | Fact::NetworkUp => {
                self.notices.woke(now());
                source.ask(&self.home, &Request::Retry { file: None }).await;
            }
            Fact::NetworkDown => self.notices.woke(now()),
            Fact::TrayHost(false) => {
                tracing::info!(target: "outtray", "no tray on this desktop now; OutTray runs on without an icon");
                // A panel that goes later may come back; one that never was leaves no other way in.
                if !std::mem::replace(&mut self.had_tray, true) {
                    self.offer_window(true);
                }
            }
            Fact::Scheme(scheme) => (self.show)(Shown::Panel(panel(Some(scheme)))),
            Fact::TrayHost(true) => self.had_tray = true,
            Fact::SessionLocked(_) => {}
        }
    }

    /// Somebody started the program again.
    async fn grant_asked(&mut self, asked: Asked, source: &mut Source) -> bool {
        match asked {
            Asked::Quit => false,
            Asked::Restart => {
                self.after = After::StartAgain;
                false
            }
            Asked::Sync => self.grant(Wish::SyncNow, source).await,
            Asked::Show(show) => {
                self.open_window(show);
                true
            }
            Asked::Run => true,
        }
    }

    fn open_window(&self, show: Show) {
        window::open(&Opening { show, no_tray: false }, window::Asked::ByPerson, &self.wishes);
    }

    fn offer_window(&self, no_tray: bool) {
        window::open(&Opening { show: Show::default(), no_tray }, window::Asked::ByNobody, &self.wishes);
    }

    /// False: the program is to end.
    async fn grant(&mut self, wish: Wish, source: &mut Source) -> bool {
        if let Some(show) = wish.page() {
            self.open_window(show);
        }
        match wish {
            Wish::SyncNow => source.sync(&self.home),
            Wish::Pause(length) => source.ask(&self.home, &Request::Pause { secs: seconds(length) }).await,
            Wish::Resume => source.ask(&self.home, &Request::Resume).await,
            Wish::Retry => source.ask(&self.home, &Request::Retry { file: None }).await,
            Wish::OpenFolder => self.desk.open(&PathBuf::from(&self.status.watch_dir)),
            Wish::OpenLogs | Wish::Without(Page::Status | Page::About) => {
                self.desk.open(&crate::log::path(&self.home.paths.log_dir));
            }
            Wish::Without(Page::Settings | Page::Setup) => self.desk.open_settings(&self.home),
            Wish::Settings | Wish::DeviceId | Wish::ApiUrl | Wish::Status | Wish::SetUp | Wish::About => {}
            Wish::StartAtLogin => self.desk.toggle_start_at_login(),
            Wish::Browser => self.desk.open_web(),
            Wish::NotToday(cause) => self.not_today(cause),
            Wish::Update => {
                if let Some(page) = self.updates.click() {
                    self.desk.open(Path::new(&page));
                }
            }
            Wish::Quit => return false,
        }
        true
    }

    /// Beside the problems, and only where people want to hear everything.
    fn say(&self, notice: Notice) {
        if desk::notify(&self.home).is_none_or(|notify| notify.level == NotifyLevel::All) {
            self.announcer.tell(Told::Show(notice));
        }
    }

    fn not_today(&mut self, cause: Cause) {
        self.notices.snooze(cause, tomorrow(), now());
        self.memory.keep(self.notices.snoozed());
    }
}

/// Without a time no timer runs.
async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}

fn now() -> Now {
    Now { instant: Instant::now(), wall: Timestamp::now() }
}

fn seconds(length: Length) -> Option<u64> {
    match length {
        Length::Hour => Some(3600),
        Length::UntilResumed => None,
        Length::UntilTomorrow => u64::try_from(tomorrow().duration_since(Timestamp::now()).as_secs()).ok(),
    }
}

/// Midnight of this place.
fn tomorrow() -> Timestamp {
    let now = Timestamp::now().to_zoned(TimeZone::system());
    let midnight = now.checked_add(1.day()).and_then(|then| then.start_of_day());
    // The end of time is not today.
    midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tomorrow_is_less_than_a_day_and_an_hour_away() {
        let left = seconds(Length::UntilTomorrow).expect("a time");
        assert!((1..=25 * 3600).contains(&left), "{left}");
        assert_eq!(seconds(Length::UntilResumed), None);
    }
}
