//! A program on a terminal of its own, with somebody at the keys.
//!
//! In: a command, keys. Out: what the screen has shown. Not here: what the program is to say (one file a promise).

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use super::app::LONG;

pub struct Terminal {
    child: Child,
    keys: Option<ChildStdin>,
    shown: Arc<(Mutex<String>, Condvar)>,
    /// How much of it has been waited for already.
    read: usize,
}

impl Terminal {
    /// `plain` gives the surroundings; its program is replaced by these words.
    pub fn start(plain: &Command, words: &str) -> Self {
        let mut script = Command::new("script");
        script.args(["-qec", words, "/dev/null"]).env_clear();
        script.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        script.env("TERM", "xterm").env("NO_COLOR", "1").current_dir(plain.get_current_dir().unwrap());
        let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let shown = Arc::new((Mutex::new(String::new()), Condvar::new()));
        let (mut screen, teller) = (child.stdout.take().unwrap(), Arc::clone(&shown));
        std::thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(count @ 1..) = screen.read(&mut part) {
                // What matters is ASCII; a letter cut in two does no harm.
                teller.0.lock().unwrap().push_str(&String::from_utf8_lossy(&part[..count]));
                teller.1.notify_all();
            }
        });
        Self { keys: child.stdin.take(), child, shown, read: 0 }
    }

    /// Waits until this text comes after all that was waited for before.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        let until = Instant::now() + LONG;
        let mut shown = self.shown.0.lock().unwrap();
        loop {
            if let Some(at) = shown[self.read..].find(text) {
                self.read += at + text.len();
                break;
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no {text:?} in {:?}", &shown[self.read..]);
            shown = self.shown.1.wait_timeout(shown, left).unwrap().0;
        }
        drop(shown);
        self
    }

    /// All that was shown so far.
    pub fn everything(&self) -> String {
        self.shown.0.lock().unwrap().clone()
    }

    pub fn keys(&mut self, keys: impl AsRef<OsStr>) -> &mut Self {
        let bytes = keys.as_ref().as_encoded_bytes();
        self.keys.as_mut().unwrap().write_all(bytes).unwrap();
        self
    }

    pub fn exit_code(&mut self) -> i32 {
        let until = Instant::now() + LONG;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap_or(-1);
            }
            assert!(Instant::now() < until, "it goes on after {:?}", self.shown.0.lock().unwrap());
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
