//! The real program in a world of its own: a home, a watched folder, a whole cloud.
//!
//! In: commands as a person types them. Out: what came back, and waits that end with the thing waited for.
//! Not here: what is promised (one file a promise).

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected is to end there")]

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use outtray::cloud::{Cloud, Options};
use serde_json::Value;

/// Whatever takes longer has failed.
pub const LONG: Duration = Duration::from_secs(15);

/// Settings that make a test short: still for 0.05 s, retries at once.
const QUICK: &str = "scan_interval_secs = 1\n[files]\nsettle_ms = 50\n[retry]\npresign_delays_ms = [5]\n\
                     upload_attempts = 2\nupload_base_ms = 5\ncap_ms = 50\n";

pub struct App {
    pub place: tempfile::TempDir,
    pub home: PathBuf,
    pub folder: PathBuf,
    pub cloud: Cloud,
    /// Programs are started as this user.
    pub uid: Option<u32>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// Stdout as the one JSON value that it has to be.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    pub fn text(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

impl App {
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        let place = tempfile::tempdir().unwrap();
        // Another user can come in, to be turned away where we mean it.
        std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let (home, folder) = (place.path().join("home"), place.path().join("memory"));
        for made in [&home, &folder] {
            std::fs::create_dir(made).unwrap();
        }
        let app = Self { place, home, folder, cloud: Cloud::spawn_thread(options).unwrap(), uid: None };
        app.configure(QUICK);
        app
    }

    /// The three that have no default, and `more`.
    pub fn configure(&self, more: &str) {
        let (url, folder) = (self.cloud.api_url(), self.folder.display());
        let text = format!("api_url = \"{url}\"\ndevice_id = \"dev001\"\nwatch_dir = \"{folder}\"\n{more}");
        self.write_config(&text);
    }

    /// As a program that takes care: whole or not at all.
    pub fn write_config(&self, text: &str) {
        let part = self.home.join("config.toml.part");
        std::fs::write(&part, text).unwrap();
        std::fs::rename(part, self.home.join("config.toml")).unwrap();
    }

    pub fn config(&self) -> String {
        std::fs::read_to_string(self.home.join("config.toml")).unwrap()
    }

    /// Everything below the place belongs to nobody in particular, and so do programs started from now on.
    /// `None` when we may not do that.
    pub fn owned_by_nobody(mut self) -> Option<Self> {
        const NOBODY: u32 = 65_534;
        for path in below(self.place.path()) {
            if std::os::unix::fs::chown(&path, Some(NOBODY), Some(NOBODY)).is_err() {
                eprintln!("skipped: only root can become an unprivileged user");
                return None;
            }
        }
        self.uid = Some(NOBODY);
        Some(self)
    }

    pub fn command<S: AsRef<OsStr>>(&self, words: &[S]) -> Command {
        let program = env!("CARGO_BIN_EXE_outtray");
        let mut command = if let Some(uid) = self.uid {
            let mut command = Command::new("setpriv");
            let uid = uid.to_string();
            command.args(["--reuid", &uid, "--regid", &uid, "--clear-groups", program]);
            command
        } else {
            Command::new(program)
        };
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.place.path()).env("TZ", "UTC").env("OUTTRAY_HOME", &self.home);
        command.current_dir(self.place.path()).stdin(Stdio::null()).args(words);
        command
    }

    pub fn run(&self, words: &[&str]) -> Ended {
        ended(&mut self.command(words))
    }

    /// As a person sees it, colours and all: both streams together in `out`.
    pub fn on_a_terminal(&self, words: &str) -> Ended {
        let plain = self.command::<&str>(&[]);
        let mut script = Command::new("script");
        script.args(["-qec", &format!("{} {words}", env!("CARGO_BIN_EXE_outtray")), "/dev/null"]);
        script.env_clear().envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        ended(script.env("TERM", "xterm").current_dir(self.place.path()).stdin(Stdio::null()))
    }

    pub fn json(&self, words: &[&str]) -> Value {
        self.run(&[words, &["--json"]].concat()).json()
    }

    /// `outtray run`, once it can be asked.
    pub fn start(&self) -> Running {
        self.start_with(|_| {})
    }

    /// In surroundings that the caller changes.
    pub fn start_with(&self, change: impl FnOnce(&mut Command)) -> Running {
        let log = self.place.path().join("run.txt");
        let file = File::options().append(true).create(true).open(&log).unwrap();
        let mut command = self.command(&["run"]);
        change(&mut command);
        command.stdout(file.try_clone().unwrap()).stderr(file);
        let child = command.spawn().unwrap();
        let socket = self.home.join("state/control.sock");
        let running = Running { child: Some(child), socket, texts: log };
        wait("the control socket", || UnixStream::connect(&running.socket).is_ok());
        running
    }

    /// Writes a file that nobody touches any more since a while.
    pub fn put(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        age(&path, 120);
        path
    }

    /// Names in the folder, in order, as text.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The one object of this name, bytes and all.
    pub fn stored(&self, name: &str) -> Option<Vec<u8>> {
        let objects = self.cloud.objects_of(name);
        assert!(objects.len() < 2, "{name} was stored twice");
        objects.first().map(|object| object.bytes.as_ref().expect("kept in memory").to_vec())
    }

    pub fn log(&self) -> String {
        self.run(&["logs"]).ends(0).out
    }

    /// The row of a file in a status.
    pub fn row(&self, name: &str) -> Value {
        row(&self.json(&["status"]), name).unwrap_or_else(|| panic!("{name} is not in the status"))
    }
}

pub fn row(status: &Value, name: &str) -> Option<Value> {
    status["files"].as_array().unwrap().iter().find(|file| file["name"] == name).cloned()
}

pub fn ended(command: &mut Command) -> Ended {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// So many seconds since the last change.
pub fn age(path: &Path, secs: u64) {
    let file = File::open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(secs)).unwrap();
}

/// This path and all below it.
pub fn below(path: &Path) -> Vec<PathBuf> {
    let mut found = vec![path.to_owned()];
    if path.symlink_metadata().unwrap().is_dir() {
        found.extend(std::fs::read_dir(path).unwrap().flat_map(|entry| below(&entry.unwrap().path())));
    }
    found
}

/// Until it is so.
#[track_caller]
pub fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + LONG;
    while !is_so() {
        assert!(Instant::now() < end, "never came: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A program that runs until it is told to end, or the test does.
pub struct Running {
    child: Option<Child>,
    socket: PathBuf,
    texts: PathBuf,
}

impl Running {
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// What it said so far.
    pub fn text(&self) -> String {
        std::fs::read_to_string(&self.texts).unwrap()
    }

    /// A caller's end of the control socket.
    pub fn connect(&self) -> BufReader<UnixStream> {
        let stream = UnixStream::connect(&self.socket).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        BufReader::new(stream)
    }

    pub fn status(&self) -> Value {
        ask(&mut self.connect(), br#"{"cmd":"status"}"#)
    }

    /// Looks after every event, until it is so.
    #[track_caller]
    pub fn until(&self, what: &str, mut is_so: impl FnMut(&Value) -> bool) -> Value {
        let end = Instant::now() + LONG;
        let mut events = self.connect();
        events.get_mut().write_all(b"{\"cmd\":\"events\"}\n").unwrap();
        // Times and ages change without an event.
        events.get_mut().set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        loop {
            let status = self.status();
            if is_so(&status) {
                return status;
            }
            assert!(Instant::now() < end, "never came: {what}; {:.2000}", status.to_string());
            let _ = events.read_line(&mut String::new());
        }
    }

    /// Sends a signal; answers the exit code.
    pub fn signal(mut self, name: &str) -> i32 {
        let sent = Command::new("kill").args([format!("-{name}"), self.pid().to_string()]).status().unwrap();
        assert!(sent.success());
        self.end()
    }

    /// Its exit code, once it has ended.
    pub fn end(&mut self) -> i32 {
        let mut child = self.child.take().expect("it runs");
        wait("the end", || child.try_wait().unwrap().is_some());
        child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// One line there, one line back.
pub fn ask(stream: &mut BufReader<UnixStream>, line: &[u8]) -> Value {
    stream.get_mut().write_all(&[line, b"\n"].concat()).unwrap();
    let mut answer = String::new();
    stream.read_line(&mut answer).unwrap();
    serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error} in {answer:?}"))
}
