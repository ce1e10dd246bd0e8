//! Newer versions, as the tray sees them: one quiet question a day, a line in the menu, an installation on a click.
//!
//! In: the settings, statuses, clicks. Out: the line of the menu, a notice for each version, the wish to start again.
//! Questions and installations run beside the host; only one at a time. Not here: when to ask (`update::daily`), how to
//! install (`update`), the words of the notice (`notice`).

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::notice::{Notice, not_updated, update_is_there};
use crate::config::UpdateMode;
use crate::error::{Explain as _, chain};
use crate::host::Home;
use crate::sync::event::{State, Status};
use crate::update::daily::Daily;
use crate::update::installed::Facts;
use crate::update::{
    self, Channel, Installed, Keys, Memory, Newest, Offer, Place, Settings, UpdateError, Way, install, start_setup,
};

/// What came of what runs beside the host.
pub(super) enum News {
    Asked(Box<Result<Newest, UpdateError>>),
    /// The programs are the newer ones now.
    Installed(Result<(), UpdateError>),
    /// The setup runs, and will end this program.
    SetupStarted(Result<(), UpdateError>),
}

/// What the host does about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Then {
    Nothing,
    /// Another version is on the disk.
    StartAgain,
    Say(Notice),
}

pub(super) struct Updates {
    home: Home,
    daily: Daily,
    way: Way,
    told: mpsc::Sender<News>,
    /// Something runs beside the host.
    busy: bool,
    /// A person waits for it.
    wanted: bool,
}

impl Updates {
    /// Ends what an earlier update could not, and begins to wait.
    pub(super) fn new(home: &Home, told: mpsc::Sender<News>) -> Self {
        let way = match Facts::of_this_program() {
            // Without a key nothing can be installed, however it came here.
            Some(facts) if !Keys::of_this_build().is_empty() => Installed::of(&facts).way(),
            _ => Way::Elsewhere,
        };
        if let Way::Swap { folder, .. } = &way {
            update::tidy(folder);
        }
        let memory = Memory::read(&home.paths.state_dir);
        let daily = Daily::new(UpdateMode::Off, update::running(), memory, Timestamp::now(), fastrand::f64());
        let mut updates = Self { home: home.clone(), daily, way, told, busy: false, wanted: false };
        updates.heed_settings();
        updates
    }

    pub(super) fn heed_settings(&mut self) {
        let mode = Settings::read(&self.home.paths).mode;
        // What somebody else installs can only be told.
        let told = mode == UpdateMode::Auto && self.way == Way::Elsewhere;
        self.daily.configure(if told { UpdateMode::Notify } else { mode });
    }

    /// The version in the menu's line.
    pub(super) fn offer(&self) -> Option<String> {
        self.daily.offer().map(|offer| offer.version.to_string())
    }

    /// How long until the next question; `None` while there is none to be asked.
    pub(super) fn due(&self, status: &Status) -> Option<Duration> {
        let can_ask = !self.busy && status.state != State::SetupNeeded;
        let at = self.daily.next(status.state != State::Offline).filter(|_| can_ask)?;
        Some(Duration::try_from(at.duration_since(Timestamp::now())).unwrap_or_default())
    }

    /// It is time.
    pub(super) fn ask(&mut self) {
        self.daily.asks(Timestamp::now());
        let etag = self.daily.etag().map(str::to_owned);
        self.beside(|channel, _| async move {
            News::Asked(Box::new(match channel {
                Ok(channel) => channel.newest(etag.as_deref()).await,
                Err(error) => Err(error),
            }))
        });
    }

    /// A person clicked on the line. Answers the page to open, where OutTray cannot do it.
    pub(super) fn click(&mut self) -> Option<String> {
        let Offer { version } = self.daily.offer()?;
        if self.way == Way::Elsewhere {
            return Some(update::page(&version));
        }
        self.wanted = true;
        self.install();
        None
    }

    /// A quiet moment may be the one that was waited for.
    pub(super) fn look(&mut self, status: &Status) {
        let is_quiet = status.uploading == 0 && !matches!(status.state, State::Syncing | State::Offline);
        if self.daily.is_to_install(is_quiet) {
            self.install();
        }
    }

    fn install(&mut self) {
        let way = self.way.clone();
        self.beside(|channel, state_dir| async move {
            match way {
                Way::Swap { folder, receipt } => {
                    News::Installed(swap(channel, Place { folder, receipt, state_dir }).await)
                }
                Way::RunSetup => News::SetupStarted(set_up(channel, state_dir).await),
                Way::Elsewhere => News::Installed(Err(UpdateError::NoKey)),
            }
        });
    }

    pub(super) fn hear(&mut self, news: News) -> Then {
        self.busy = false;
        let (wanted, is_question) = (std::mem::take(&mut self.wanted), matches!(news, News::Asked(_)));
        match news {
            News::Asked(answer) => match *answer {
                Ok(newest) => self.daily.hear(&newest),
                // The next question comes tomorrow. Nobody waits for this one.
                Err(error) => tracing::info!(target: "outtray", "no word of newer versions: {}", chain(&error)),
            },
            News::Installed(Ok(())) => return Then::StartAgain,
            News::SetupStarted(Ok(())) => {}
            News::Installed(Err(error)) | News::SetupStarted(Err(error)) => {
                tracing::warn!(target: "outtray", "⚠️  the update did not work: {}", chain(&error));
                self.daily.give_up();
                if wanted {
                    return Then::Say(not_updated(&error.to_string(), error.hint()));
                }
            }
        }
        if wanted && is_question {
            // The click came while the question was under way.
            self.click();
        }
        let to_tell = self.daily.to_tell();
        self.daily.memory().keep(&self.home.paths.state_dir);
        to_tell.map_or(Then::Nothing, |offer| {
            Then::Say(update_is_there(&offer.version.to_string(), self.way != Way::Elsewhere))
        })
    }

    /// One thing at a time; a second wish is part of the first.
    fn beside<F, W>(&mut self, work: W)
    where
        W: FnOnce(Result<Channel, UpdateError>, PathBuf) -> F,
        F: Future<Output = News> + 'static + Send,
    {
        if std::mem::replace(&mut self.busy, true) {
            return;
        }
        let channel = Channel::new(&Settings::read(&self.home.paths), Keys::of_this_build(), update::running());
        let work = work(channel, self.home.paths.state_dir.clone());
        let told = self.told.clone();
        tokio::spawn(async move {
            let _ = told.send(work.await).await; // the host has ended
        });
    }
}

async fn swap(channel: Result<Channel, UpdateError>, place: Place) -> Result<(), UpdateError> {
    let channel = channel?;
    match channel.newest(None).await? {
        Newest::Found(found) if found.newer => install(&channel, &found, &place).await,
        // It was taken back meanwhile.
        _ => Err(UpdateError::BadList),
    }
}

async fn set_up(channel: Result<Channel, UpdateError>, state_dir: PathBuf) -> Result<(), UpdateError> {
    let channel = channel?;
    match channel.newest(None).await? {
        Newest::Found(found) if found.newer => start_setup(&channel, &found, &state_dir).await,
        _ => Err(UpdateError::BadList),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Paths;

    fn updates(place: &std::path::Path, way: Way) -> Updates {
        let memory = Memory { newest: Some("900.1.0".into()), ..Memory::default() };
        let daily = Daily::new(UpdateMode::Notify, update::running(), memory, Timestamp::now(), 0.5);
        Updates {
            home: Home { paths: Paths::below(place) },
            daily,
            way,
            told: mpsc::channel(1).0,
            busy: false,
            wanted: false,
        }
    }

    #[tokio::test]
    async fn a_click_while_it_asks_is_not_lost() {
        let place = tempfile::tempdir().unwrap();
        let way = Way::Swap { folder: place.path().into(), receipt: place.path().join("r.json") };
        let mut updates = updates(place.path(), way);
        updates.busy = true;
        assert_eq!(updates.click(), None);
        updates.hear(News::Asked(Box::new(Err(UpdateError::BadList))));
        assert!(updates.busy && updates.wanted, "the installation runs");
        let Then::Say(notice) = updates.hear(News::Installed(Err(UpdateError::NotSigned))) else {
            panic!("whoever clicked hears that it did not work");
        };
        assert!(notice.body.contains("is not signed"), "{notice:?}");
        assert!(!updates.busy);
    }

    #[tokio::test]
    async fn a_person_is_told_once_and_shown_the_page_where_others_install() {
        let place = tempfile::tempdir().unwrap();
        let mut updates = updates(place.path(), Way::Elsewhere);
        assert_eq!(updates.offer().as_deref(), Some("900.1.0"));
        assert!(updates.click().unwrap().ends_with("/releases/tag/v900.1.0"));
        assert!(!updates.busy);
        let unchanged = || News::Asked(Box::new(Ok(Newest::Unchanged)));
        let Then::Say(notice) = updates.hear(unchanged()) else { panic!("the first time") };
        assert_eq!(notice.title, "OutTray 900.1.0 is there");
        assert_eq!(updates.hear(unchanged()), Then::Nothing);
        assert_eq!(Memory::read(&place.path().join("state")).told.as_deref(), Some("900.1.0"));
        assert_eq!(updates.hear(News::Installed(Ok(()))), Then::StartAgain);
    }
}
