//! Promise: on Linux the key lies in the Secret Service, and a locked one holds files back until it is unlocked.
//!
//! A message bus and a keyring of its own, with the daemon of GNOME; left out where it is not installed.
//! Not here: files and variables (`tests/it/auth.rs`).

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use outtray::cloud::Options;
use serde_json::json;

use crate::support::app::{App, Ended, Running, ended, wait};

const KEY: &str = "otk_correct-horse-battery-staple";
const PASSWORD: &str = "the password of the login";

/// A bus with a keyring behind it; both end with the test.
struct Desk {
    app: App,
    address: String,
    _bus: Guard,
    daemon: Option<Guard>,
}

struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Some containers do not even let it start.
fn works(program: &str) -> bool {
    let mut command = Command::new(program);
    let quiet = command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

impl Desk {
    fn new() -> Option<Self> {
        if let Some(missing) = ["dbus-daemon", "gnome-keyring-daemon"].into_iter().find(|program| !works(program)) {
            eprintln!("skipped: {missing} is not here, or does not start");
            return None;
        }
        let app = App::with(Options::default());
        app.cloud.change(|behaviour| behaviour.api_key = Some(KEY.into()));
        app.configure(
            "scan_interval_secs = 1\n[files]\nsettle_ms = 0\n[retry]\npresign_delays_ms = []\n\
             [network]\napi_key_header = \"x-api-key\"\n",
        );
        std::fs::create_dir(app.place.path().join("runtime")).unwrap();
        let listen = format!("unix:path={}", app.place.path().join("bus").display());
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address=1", "--address", &listen]).stdout(Stdio::piped());
        let mut bus = bus.stderr(Stdio::null()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Some(Self { app, address: address.trim().into(), _bus: Guard(bus), daemon: None })
    }

    /// Programs of this desk.
    fn on(&self, command: &mut Command) {
        let place = self.app.place.path();
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address).env("HOME", place);
        command.env("XDG_RUNTIME_DIR", place.join("runtime")).env_remove("XDG_DATA_HOME").env_remove("DISPLAY");
    }

    fn keyring(&mut self, unlocked: bool) {
        self.daemon = None;
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        command.args(unlocked.then_some("--unlock")).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        self.on(&mut command);
        let mut daemon = command.spawn().unwrap();
        daemon.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        self.daemon = Some(Guard(daemon));
        wait("the keyring", || {
            let mut ask = Command::new("dbus-send");
            ask.args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]);
            ask.args(["org.freedesktop.DBus.GetNameOwner", "string:org.freedesktop.secrets"]);
            self.on(&mut ask);
            ended(&mut ask).code == 0
        });
    }

    fn run(&self, words: &[&str]) -> Ended {
        let mut command = self.app.command(words);
        self.on(&mut command);
        ended(&mut command)
    }

    fn set(&self, key: &str) -> Ended {
        let file = self.app.place.path().join("key.txt");
        std::fs::write(&file, key).unwrap();
        let mut command = self.app.command(&["auth", "set", "-", "--json"]);
        self.on(&mut command);
        ended(command.stdin(std::fs::File::open(file).unwrap()))
    }

    fn start(&self) -> Running {
        self.app.start_with(|command| self.on(command))
    }
}

#[test]
fn the_keychain_keeps_the_key_and_nothing_else_does() {
    let Some(mut desk) = Desk::new() else { return };
    desk.keyring(true);
    assert_eq!(desk.run(&["auth", "status", "--json"]).ends(6).json()["error"]["kind"], "auth.missing");
    assert_eq!(desk.set(KEY).ends(0).json()["place"], "keychain");
    assert_eq!(desk.set(KEY).ends(0).json()["place"], "keychain");
    std::fs::remove_file(desk.app.place.path().join("key.txt")).unwrap();
    assert_eq!(desk.run(&["auth", "status", "--json"]).ends(0).json()["place"], "keychain");
    desk.app.put("a.json", b"{}");
    desk.run(&["sync"]).ends(0);
    assert!(desk.run(&["doctor"]).ends(0).text().contains("from the keychain"));
    for path in crate::support::app::below(desk.app.place.path()).iter().filter(|path| path.is_file()) {
        let bytes = std::fs::read(path).unwrap();
        assert!(!bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes()), "{} holds the key", path.display());
    }
    assert_eq!(desk.run(&["auth", "clear", "--json"]).ends(0).json()["removed"], json!(["keychain"]));
    assert_eq!(desk.run(&["auth", "clear", "--json"]).ends(0).json()["removed"], json!([]));
    desk.run(&["auth", "status"]).ends(6);
}

#[test]
fn a_locked_keychain_holds_files_back_until_it_is_unlocked() {
    let Some(mut desk) = Desk::new() else { return };
    desk.keyring(true);
    desk.set(KEY).ends(0);
    desk.keyring(false);
    desk.app.put("a.json", b"{}");
    let host = desk.start();
    let status = host.until("held back", |status| status["state"] == "attention");
    assert_eq!(status["obstacles"][0]["kind"], "auth.locked", "{status}");
    assert_eq!(desk.app.cloud.counts(), (0, 0));
    // As after a login. It would find out by itself, in its own time.
    desk.keyring(true);
    desk.run(&["sync"]);
    host.until("sent", |status| status["synced_total"] == 1 && status["state"] == "idle");
}
