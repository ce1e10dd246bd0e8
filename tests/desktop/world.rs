//! The program under test in a session, with a home, a watched folder and a whole cloud.
//!
//! In: files, faults of the cloud. Out: its icon, the notices that it sent, what it opened. Not here: the desktop
//! (`session`), the icon itself (`tray`).

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use outtray::cloud::{Cloud, Options};
use serde_json::Value;

use super::session::{Session, wait};
use super::tray::Item;

const PROGRAM: &str = env!("CARGO_BIN_EXE_outtray-desktop");

/// No look into the folder by itself, no second try for ten minutes: what happens was asked for, or seen at once.
const SLOW: &str = "scan_interval_secs = 86400\n[files]\nsettle_ms = 50\n[retry]\npresign_delays_ms = []\n\
                    upload_attempts = 1\nupload_base_ms = 600000\ncap_ms = 600000\n[notify]\ngrace_secs = 4\n";

pub struct World {
    /// Before the session: it ends first.
    programs: Vec<Child>,
    pub session: Session,
    pub cloud: Cloud,
    pub folder: PathBuf,
    pub home: PathBuf,
    /// What the desktop calls itself.
    pub desktop: &'static str,
}

impl World {
    pub fn new(session: Session) -> Self {
        let place = session.place.path();
        let (folder, home) = (place.join("memory"), place.join("outtray"));
        for made in [&folder, &home] {
            fs::create_dir(made).unwrap();
        }
        let stub = place.join("opener");
        fs::write(&stub, format!("#!/bin/sh\necho \"$@\" >> '{}'\n", place.join("opened").display())).unwrap();
        fs::set_permissions(&stub, Permissions::from_mode(0o755)).unwrap();
        let cloud = Cloud::spawn_thread(Options::default()).unwrap();
        let world = Self { programs: Vec::new(), session, cloud, folder, home, desktop: "XFCE" };
        world.configure(SLOW);
        world
    }

    /// With a program whose icon is on the panel.
    pub fn running() -> Self {
        let mut world = Self::new(Session::with_panel());
        world.listen_to_notices();
        world.start_with_icon();
        world
    }

    pub fn configure(&self, more: &str) {
        let text = format!(
            "api_url = {:?}\ndevice_id = \"laptop-01\"\nwatch_dir = {:?}\n{more}\
             [network]\nproxy = \"none\"\nallow_insecure_http = true\n",
            self.cloud.api_url(),
            self.folder,
        );
        fs::write(self.home.join("config.toml"), text).unwrap();
    }

    pub fn program(&self, args: &[&str]) -> Command {
        let mut command = self.session.command(PROGRAM);
        command.args(args).env("OUTTRAY_HOME", &self.home).env("XDG_CURRENT_DESKTOP", self.desktop);
        command.env("OUTTRAY_OPENER", self.session.place.path().join("opener"));
        command
    }

    pub fn start(&mut self) {
        let program = self.program(&[]).spawn().unwrap();
        self.programs.push(program);
    }

    /// As on a server.
    pub fn start_without_display(&mut self) {
        let program = self.program(&[]).env_remove("DISPLAY").spawn().unwrap();
        self.programs.push(program);
    }

    /// The windows of the program that are to be seen.
    pub fn windows(&self) -> usize {
        let mut search = self.session.command("xdotool");
        let found = search.args(["search", "--onlyvisible", "--name", "^OutTray$"]).stdout(Stdio::piped()).output();
        String::from_utf8(found.unwrap().stdout).unwrap().lines().count()
    }

    /// Processes that are a window, or about to hand over to one.
    pub fn window_processes(&self) -> Vec<u32> {
        let home = format!("OUTTRAY_HOME={}", self.home.display());
        let is_ours = |process: &std::path::Path| {
            let has = |file: &str, word: &str| {
                let text = fs::read(process.join(file)).unwrap_or_default();
                text.split(|byte| *byte == 0).any(|part| part == word.as_bytes())
            };
            has("cmdline", "--window-process") && has("environ", &home)
        };
        let entries = fs::read_dir("/proc").unwrap().filter_map(Result::ok).map(|entry| entry.path());
        let ours = entries.filter(|process| is_ours(process));
        ours.filter_map(|process| process.file_name()?.to_str()?.parse().ok()).collect()
    }

    /// Keys for the window. One that came before the window manager was ready does not have the keyboard by itself.
    pub fn keys(&self, keys: &[&str]) {
        let find = ["search", "--onlyvisible", "--name", "^OutTray$", "windowfocus"];
        self.session.command("xdotool").args(find).status().unwrap();
        self.session.command("xdotool").arg("key").args(keys).status().unwrap();
    }

    pub fn type_text(&self, text: &str) {
        self.session.command("xdotool").args(["type", "--delay", "5", text]).status().unwrap();
    }

    pub fn start_with_icon(&mut self) {
        self.start();
        wait("the icon on the panel", || self.session.items().len() == 1);
    }

    /// It ends, and another one is started.
    pub fn start_again(&mut self) {
        assert!(self.program(&["--quit"]).status().unwrap().success());
        assert_eq!(self.ended(), Some(0));
        self.programs.clear();
        self.start_with_icon();
    }

    /// The first program that was started.
    pub fn pid(&self) -> u32 {
        self.programs[0].id()
    }

    pub fn runs(&mut self) -> bool {
        self.programs[0].try_wait().unwrap().is_none()
    }

    /// Its exit code, once it has ended.
    pub fn ended(&mut self) -> Option<i32> {
        wait("the end of the program", || !self.runs());
        self.programs[0].wait().unwrap().code()
    }

    /// Its icon, also where no panel asks for it.
    pub fn icon(&self) -> Item<'_> {
        let wanted = format!("org.kde.StatusNotifierItem-{}-", self.pid());
        let bus = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
        let mut found = None;
        wait("the icon on the bus", || {
            let names = self.session.call(bus, bus.0, &["ListNames"]).unwrap_or_default();
            let mut names = names[0].as_array().into_iter().flatten().filter_map(Value::as_str);
            found = names.find(|name| name.starts_with(&wanted)).map(str::to_owned);
            found.is_some()
        });
        Item { session: &self.session, name: found.unwrap(), path: "/StatusNotifierItem".into() }
    }

    /// A file that nobody writes any more.
    pub fn put(&self, name: &str) {
        let part = self.folder.join(format!("{name}.tmp"));
        fs::write(&part, format!("{{\"name\":\"{name}\"}}")).unwrap();
        let long_ago = SystemTime::now() - Duration::from_mins(2);
        File::options().append(true).open(&part).unwrap().set_modified(long_ago).unwrap();
        fs::rename(part, self.folder.join(name)).unwrap();
    }

    pub fn is_synced(&self, name: &str) -> bool {
        self.folder.join(format!("{name}.synced")).exists()
    }

    /// What the program asked the desktop to open, a line each.
    pub fn opened(&self) -> Vec<String> {
        let opened = fs::read_to_string(self.session.place.path().join("opened")).unwrap_or_default();
        opened.lines().map(str::to_owned).collect()
    }

    /// From now on, for [`World::notices`].
    pub fn listen_to_notices(&mut self) {
        let heard = File::create(self.session.place.path().join("notices")).unwrap();
        let mut monitor = self.session.command("busctl");
        monitor.args(["--user", "--json=short", "monitor", "--match"]);
        monitor.arg("type='method_call',interface='org.freedesktop.Notifications',member='Notify'");
        let said = self.session.place.path().join("said.txt");
        let monitor = monitor.stdout(heard).stderr(File::options().append(true).open(said).unwrap());
        self.session.keep(monitor.stdin(Stdio::null()).spawn().unwrap());
        // It listens once it hears something.
        wait("the listener", || {
            let tell = ["-u", "low", "-t", "1", "ready"];
            self.session.command("dunstify").args(tell).status().unwrap();
            !self.heard().is_empty()
        });
    }

    fn heard(&self) -> Vec<Value> {
        let heard = fs::read_to_string(self.session.place.path().join("notices")).unwrap_or_default();
        heard.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The buttons of the last notice: key and label in turn.
    pub fn last_buttons(&self) -> Vec<String> {
        let last = self.heard().pop().unwrap_or_default();
        let buttons = last["payload"]["data"][5].as_array().cloned().unwrap_or_default();
        buttons.iter().filter_map(|button| Some(button.as_str()?.to_owned())).collect()
    }

    /// Presses a button of the one notice that is shown, as the one who shows it would tell.
    pub fn press(&self, button: &str) {
        for id in 1..=40 {
            let mut tell = self.session.command("busctl");
            tell.args(["--user", "emit", "/org/freedesktop/Notifications", "org.freedesktop.Notifications"]);
            let told = tell.args(["ActionInvoked", "us", &id.to_string(), button]).status().unwrap();
            assert!(told.success());
        }
    }

    pub fn log(&self) -> String {
        fs::read_to_string(outtray::log::path(&self.home.join("logs"))).unwrap_or_default()
    }

    /// Titles and texts of the notices that the program sent.
    pub fn notices(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let notices = self.heard().into_iter().map(|heard| heard["payload"]["data"].clone());
        notices.map(|notice| (text(&notice[3]), text(&notice[4]))).filter(|notice| notice.0 != "ready").collect()
    }

    /// The network is gone, or back.
    pub fn plug(&self, on: bool) {
        block_on(self.cloud.plug(on));
    }
}

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "the program's log:\n{}\nnotices: {:#?}\nopened: {:#?}",
                self.log(),
                self.notices(),
                self.opened()
            );
        }
        for child in &mut self.programs {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
