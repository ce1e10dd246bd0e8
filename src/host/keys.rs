//! The API key for the engine of this process: looked up when it starts, when settings change, and when it was refused.
//!
//! In: settings that name a header. Out: the same with the key in them, or with the reason why it is not there. A keychain
//! that does not answer holds up nobody: after a while the engine is told that it is locked, and the answer is taken when
//! it comes. Not here: the places (`auth`), what the engine does without a key (`sync`).

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::home::Home;
use crate::auth::{Found, Place, Places, USUAL_HEADER};
use crate::config::{ApiKey, Config, Unready};
use crate::platform::keychain::Keychain;

/// A keychain that is open answers within milliseconds; one that is locked asks a person first.
pub const PATIENCE: Duration = Duration::from_secs(3);

const ONCE_MORE: Duration = Duration::from_millis(200);

/// A keychain that failed, or was not there yet, is asked again after this.
const AGAIN: Duration = Duration::from_mins(1);
/// One that asked a person, who said no, is not to ask every minute.
const AGAIN_LOCKED: Duration = Duration::from_mins(15);
/// A refused key is looked up again at most this often.
const DOUBT_AGAIN: Duration = Duration::from_mins(1);

type Answer = Result<Found, Unready>;

/// What the keychain is being asked.
#[derive(Debug)]
struct Question {
    account: String,
    since: Instant,
    answer: oneshot::Receiver<Answer>,
}

/// Looks keys up, one question to the keychain at a time.
#[derive(Debug)]
pub struct Keys {
    home: Home,
    keychain: Arc<Keychain>,
    asked: Option<Question>,
    /// The answer to a question that outlasted everybody's patience.
    late: Option<(String, Answer)>,
    /// When it is asked again without anybody's wish.
    again: Option<Instant>,
    doubted: Option<Instant>,
    /// Where the key in force was found.
    pub place: Option<Place>,
}

impl Keys {
    pub fn new(home: Home) -> Self {
        Self::with(home, Keychain::of_this_user())
    }

    fn with(home: Home, keychain: Keychain) -> Self {
        let keychain = Arc::new(keychain);
        Self { home, keychain, asked: None, late: None, again: None, doubted: None, place: None }
    }

    /// Puts the key into the settings, or why it is not there.
    pub async fn equip(&mut self, config: &mut Config, patience: Duration) {
        let places = Places::new(config, &self.home.paths.state_dir, &|name| std::env::var_os(name));
        (self.again, self.place) = (None, None);
        let header = match &config.network.api_key {
            Some(key) => key.header.clone(),
            None if places.is_overridden() => USUAL_HEADER.into(),
            None => return,
        };
        let found = if config.may_carry_key() { self.find(&places, patience).await } else { Err(Unready::Insecure) };
        self.again = match &found {
            Err(Unready::Locked | Unready::Missing) => Some(Instant::now() + AGAIN_LOCKED),
            Err(Unready::NoKeychain | Unready::KeychainFailed) => Some(Instant::now() + AGAIN),
            _ => None,
        };
        self.place = found.as_ref().ok().map(|found| found.place);
        config.network.api_key = Some(ApiKey { header, secret: found.map(|found| found.secret) });
    }

    async fn find(&mut self, places: &Places, patience: Duration) -> Answer {
        if let Some(found) = places.find_at_hand() {
            return found;
        }
        let account = places.account();
        if let Some((_, answer)) = self.late.take().filter(|(of, _)| of == account) {
            return answer;
        }
        // One that was never answered is given up in the end.
        let open = |asked: &Question| asked.account == account && asked.since.elapsed() < AGAIN_LOCKED;
        let is_open = self.asked.as_ref().is_some_and(open);
        if !is_open {
            let (account, since) = (account.to_owned(), Instant::now());
            self.asked = Some(Question { account, since, answer: ask(places.clone(), Arc::clone(&self.keychain)) });
        }
        // It was waited for already.
        let patience = if is_open { patience.min(ONCE_MORE) } else { patience };
        let Some(Question { answer, .. }) = self.asked.as_mut() else { return Err(Unready::KeychainFailed) };
        match tokio::time::timeout(patience, answer).await {
            Ok(answer) => {
                self.asked = None;
                answer.unwrap_or(Err(Unready::KeychainFailed))
            }
            // It goes on waiting for its person, and nobody waits for it.
            Err(_) => Err(Unready::Locked),
        }
    }

    /// Resolves when there is reason to look again: a late answer, or time to ask once more. May be dropped.
    pub async fn news(&mut self) {
        let again = self.again;
        let time = async {
            match again {
                Some(again) => tokio::time::sleep_until(again.into()).await,
                None => pending().await,
            }
        };
        match self.asked.as_mut() {
            Some(question) => {
                let answer = (&mut question.answer).await.unwrap_or(Err(Unready::KeychainFailed));
                self.late = Some((question.account.clone(), answer));
                self.asked = None;
            }
            None => time.await,
        }
    }

    /// Whether it would be asked again by itself, later.
    pub fn are_awaited(&self) -> bool {
        self.again.is_some()
    }

    /// The presigner refused the key: whether it is worth while to look for another one now.
    pub fn doubts(&mut self) -> bool {
        let now = Instant::now();
        let stored = matches!(self.place, Some(Place::File | Place::Keychain));
        let due = self.doubted.is_none_or(|last| now.duration_since(last) >= DOUBT_AGAIN);
        if stored && due {
            self.doubted = Some(now);
        }
        stored && due
    }
}

/// Questions that are open in this process: whoever asks again and again, for whatever reason, shows no person more of them.
static OPEN: AtomicUsize = AtomicUsize::new(0);
const MOST_OPEN: usize = 3;

fn ask(places: Places, keychain: Arc<Keychain>) -> oneshot::Receiver<Answer> {
    let (tell, answer) = oneshot::channel();
    if OPEN.fetch_add(1, Ordering::AcqRel) >= MOST_OPEN {
        OPEN.fetch_sub(1, Ordering::AcqRel);
        let _ = tell.send(Err(Unready::Locked)); // its other end is below
        return answer;
    }
    let run = move || {
        let answer = places.ask(&keychain);
        OPEN.fetch_sub(1, Ordering::AcqRel);
        // Whoever asked may have gone away.
        let _ = tell.send(answer);
    };
    if let Err(error) = std::thread::Builder::new().name("keychain".into()).spawn(run) {
        OPEN.fetch_sub(1, Ordering::AcqRel);
        tracing::debug!(target: "outtray", "no thread for the keychain: {error}");
    }
    answer
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::paths::Paths;

    const BRIEF: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(30);

    fn keys(folder: &std::path::Path, keychain: Keychain) -> (Keys, Config) {
        let paths = Paths {
            config: folder.join("config.toml"),
            machine_config: folder.join("machine.toml"),
            state_dir: folder.into(),
            log_dir: folder.into(),
            named: false,
        };
        let text = "api_url = \"https://presign.example.org/ingest/new\"\ndevice_id = \"dev001\"\nwatch_dir = \"m\"\n\
                    [network]\napi_key_header = \"x-api-key\"\n";
        let config = Config::parse(text, &paths.config).expect("good").config;
        (Keys::with(Home { paths }, keychain), config)
    }

    async fn equipped(keys: &mut Keys, config: &Config, patience: Duration) -> Result<String, Unready> {
        let mut config = config.clone();
        keys.equip(&mut config, patience).await;
        let secret = config.network.api_key.expect("a header is set").secret;
        secret.map(|secret| secret.expose().to_owned())
    }

    #[tokio::test]
    async fn a_locked_keychain_holds_nobody_up_and_its_late_answer_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let (unlock, told) = mpsc::channel();
        let keychain = Keychain::locked(told, "dev001@presign.example.org", "otk_one");
        let (mut keys, config) = keys(folder.path(), keychain);
        assert_eq!(equipped(&mut keys, &config, BRIEF).await, Err(Unready::Locked));
        assert_eq!(equipped(&mut keys, &config, BRIEF).await, Err(Unready::Locked));
        assert!(keys.are_awaited() && keys.place.is_none());
        // One question was asked, so one word answers it.
        unlock.send(()).expect("it waits");
        tokio::time::timeout(LONG, keys.news()).await.expect("an answer");
        assert_eq!(equipped(&mut keys, &config, BRIEF).await.as_deref(), Ok("otk_one"));
        assert_eq!((keys.place, keys.are_awaited()), (Some(Place::Keychain), false));
        assert!(keys.doubts() && !keys.doubts(), "a refused key is looked up again, but not at once again");
    }

    #[tokio::test]
    async fn a_missing_keychain_is_asked_again_later() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut keys, config) = keys(folder.path(), Keychain::missing());
        assert_eq!(equipped(&mut keys, &config, LONG).await, Err(Unready::NoKeychain));
        assert!(keys.are_awaited() && !keys.doubts());
    }
}
