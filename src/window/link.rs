//! The window's thread for everything that waits: the engine's events, the ledger, other starts, questions.
//!
//! In: a home, the door of the only window, work from pages. Out: [`News`], and a repaint for each; at rest nothing is
//! polled and nothing painted. Not here: what is done with an answer (`wishes`), drawing (`app`).

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use eframe::egui::Context;
use jiff::Timestamp;
use tokio::runtime::{Handle, Runtime};
use tokio::sync::mpsc;

use super::picture::{Engine, News, Picture};
use crate::control::client::Following;
use crate::control::desktop::{Door, Wish};
use crate::control::protocol::Request;
use crate::host::{Home, settings_changes};
use crate::platform::facts::{Buses, Fact, Facts};
use crate::platform::panel::Scheme;
use crate::sync::event::{Event, Status};
use crate::sync::{inspect, watch};

/// News that wait to be drawn. A window that is hidden takes none; then only the newest picture counts.
const NEWS: usize = 256;
/// One look serves all that happens within this time.
const TOGETHER: Duration = Duration::from_millis(150);
/// Where nothing tells that an engine has come, the next look.
const AGAIN: Duration = Duration::from_secs(3);
/// Receipts that are shown.
pub const RECENT: usize = 50;
/// Hours in the chart.
pub const HOURS: i64 = 24;

/// The pages' end; cheap to clone. The thread ends with the process.
#[derive(Debug, Clone)]
pub struct Link {
    pub home: Home,
    runtime: Handle,
    bell: Bell,
}

/// Brings news to the window and wakes it.
#[derive(Debug, Clone)]
pub struct Bell {
    news: SyncSender<News>,
    context: Context,
}

impl Bell {
    pub fn new(context: &Context) -> (Self, Receiver<News>) {
        let (news, inbox) = sync_channel(NEWS);
        (Self { news, context: context.clone() }, inbox)
    }

    /// What finds no place is left out: a picture comes again, and nothing else comes in such numbers.
    pub fn tell(&self, news: News) {
        let _ = self.news.try_send(news);
        self.context.request_repaint();
    }
}

impl Link {
    pub fn start(home: Home, runtime: Runtime, door: Door, context: &Context) -> io::Result<(Self, Receiver<News>)> {
        let (bell, inbox) = Bell::new(context);
        let link = Self { home, runtime: runtime.handle().clone(), bell };
        let own = link.clone();
        std::thread::Builder::new().name("link".into()).spawn(move || {
            let bell = own.bell.clone();
            let _facts = Facts::listen(Buses::default(), move |fact| {
                if let Fact::Scheme(scheme) = fact {
                    bell.tell(News::Dark(scheme == Scheme::Dark));
                }
            });
            runtime.block_on(async { tokio::join!(own.hear_others(door), own.follow()) });
        })?;
        Ok((link, inbox))
    }

    pub fn bell(&self) -> &Bell {
        &self.bell
    }

    /// Work that waits; it tells its end by the [`Bell`].
    pub fn run(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(work);
    }

    async fn hear_others(&self, door: Door) {
        let (wishes, mut heard) = mpsc::channel(8);
        let door = tokio::spawn(door.serve(wishes));
        while let Some(wish) = heard.recv().await {
            match wish {
                Wish::Show(show) => self.bell.tell(News::Show(show)),
                Wish::Quit | Wish::Restart => self.bell.tell(News::Quit),
                Wish::Sync | Wish::Run => {}
            }
        }
        door.abort();
    }

    /// The engine, for as long as there is one; then until there is one again.
    async fn follow(&self) {
        let file = [self.home.paths.state_dir.join("status.json")];
        let watched = watch::files(&file).inspect_err(|error| tracing::debug!(target: "outtray", "{error}"));
        let begun = watched.as_ref().map(|(_, wake)| std::sync::Arc::clone(wake)).unwrap_or_default();
        let mut settings = settings_changes(&self.home);
        loop {
            if let Some(client) = self.home.client().await
                && let Ok(events) = client.follow().await
            {
                tokio::select! {
                    () = self.while_it_runs(events) => {}
                    () = self.while_settings_change(&mut settings) => {}
                }
            }
            self.bell.tell(News::Picture(Box::new(self.without_engine())));
            // An engine that starts writes its status. Its socket may come a little later, which nothing tells.
            while self.home.client().await.is_none() {
                tokio::select! {
                    () = begun.notified() => break,
                    Some(()) = settings.recv() => {
                        self.bell.tell(News::Settings);
                        break;
                    }
                    () = tokio::time::sleep(AGAIN) => {}
                }
            }
        }
    }

    async fn while_settings_change(&self, settings: &mut mpsc::Receiver<()>) {
        while settings.recv().await.is_some() {
            self.bell.tell(News::Settings);
        }
        std::future::pending::<()>().await;
    }

    async fn while_it_runs(&self, mut events: Following) {
        let mut picture = Picture { engine: Engine::Runs, ..Picture::default() };
        let mut sent_more = true;
        loop {
            let Some(mut client) = self.home.client().await else { return };
            let Ok(status) = client.ask_for::<Status>(&Request::Status).await else { return };
            if std::mem::take(&mut sent_more) || status.synced_total != picture.status.synced_total {
                self.receipts(&mut picture);
            }
            picture.status = status;
            self.bell.tell(News::Picture(Box::new(picture.clone())));
            // Something that changes the picture, then what comes with it.
            loop {
                match events.next().await {
                    None => return,
                    Some(Event::Progress { file, sent, .. }) => self.bell.tell(News::Progress { file, sent }),
                    Some(event) => {
                        sent_more |= matches!(event, Event::Uploaded { .. });
                        break;
                    }
                }
            }
            let together = tokio::time::sleep(TOGETHER);
            tokio::pin!(together);
            loop {
                tokio::select! {
                    () = &mut together => break,
                    event = events.next() => match event {
                        None => return,
                        Some(Event::Uploaded { .. }) => sent_more = true,
                        Some(_) => {}
                    },
                }
            }
        }
    }

    /// What folder and ledger say by themselves.
    fn without_engine(&self) -> Picture {
        let mut picture = Picture { engine: Engine::Off(None), ..Picture::default() };
        picture.status.config = self.home.paths.config.display().to_string();
        match self.home.read() {
            Err(problems) if problems.is_setup_needed() => {
                picture.engine = Engine::SetupNeeded;
            }
            Err(problems) => picture.engine = Engine::Off(Some(problems.to_string())),
            Ok(loaded) => {
                let setup = self.home.setup_with(loaded.config);
                match inspect::status(&setup) {
                    Ok(status) => picture.status = status,
                    Err(error) => picture.engine = Engine::Off(Some(error.to_string())),
                }
                self.receipts(&mut picture);
            }
        }
        picture
    }

    fn receipts(&self, picture: &mut Picture) {
        let Ok(loaded) = self.home.read() else { return };
        let setup = self.home.setup_with(loaded.config);
        // A ledger that cannot be read at this moment leaves what was shown before.
        if let Ok(receipts) = inspect::history(&setup, RECENT) {
            picture.receipts = receipts;
        }
        if let Ok(hours) = inspect::hours(&setup, Timestamp::now(), HOURS) {
            let since = hours.first().map(|hour| hour.start);
            picture.hours = hours;
            picture.redacted = since.and_then(|since| inspect::redacted(&setup, since).ok()).unwrap_or_default();
        }
    }
}
