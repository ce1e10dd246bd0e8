//! A desktop without a screen: X server, bus, window manager, panel with a tray, notices.
//!
//! In: a folder of its own. Out: an environment for programs, and calls on its bus. Dropping it ends everything that
//! was started in it, whoever started it. Not here: the program under test (`world`).

use std::fs::{self, File, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use outtray::platform::identity::APP_ID;
use serde_json::Value;

/// Whatever takes longer has failed.
pub const LONG: Duration = Duration::from_secs(20);

const WATCHER: (&str, &str) = ("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher");

pub struct Session {
    pub place: tempfile::TempDir,
    display: String,
    started: Vec<Child>,
    panel: Option<Child>,
}

impl Session {
    /// Without a panel; see [`Session::start_panel`].
    pub fn start() -> Self {
        let place = tempfile::tempdir().unwrap();
        let run = place.path().join("run");
        fs::create_dir(&run).unwrap();
        fs::set_permissions(&run, Permissions::from_mode(0o700)).unwrap();
        let settings = place.path().join(".config/xfce4/xfconf/xfce-perchannel-xml");
        fs::create_dir_all(&settings).unwrap();
        fs::write(settings.join("xfce4-panel.xml"), include_str!("xfce4-panel.xml")).unwrap();
        let dunst = place.path().join(".config/dunst");
        fs::create_dir_all(&dunst).unwrap();
        fs::write(dunst.join("dunstrc"), include_str!("dunstrc").replace("ICONS", &icons(place.path()))).unwrap();
        let mut session = Self { place, display: String::new(), started: Vec::new(), panel: None };
        let mut x = session.command("Xvfb");
        // It chooses a free number by itself and says which.
        x.args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]).stdout(Stdio::piped());
        let mut x = x.spawn().expect("Xvfb starts");
        let mut number = String::new();
        BufReader::new(x.stdout.take().unwrap()).read_line(&mut number).unwrap();
        session.started.push(x);
        assert!(!number.trim().is_empty(), "Xvfb did not start: {}", session.said());
        session.display = format!(":{}", number.trim());
        let bus = format!("--address={}", session.bus());
        session.begin("dbus-daemon", &["--session", "--nofork", "--nopidfile", &bus]);
        wait("the session bus", || session.bus_socket().exists());
        session.begin("xfwm4", &["--compositor=off"]);
        session.begin("dunst", &[]);
        wait("something that shows notices", || session.is_owned("org.freedesktop.Notifications"));
        session
    }

    /// Before the panel is started: it is bright then.
    pub fn with_bright_panel(self) -> Self {
        let file = self.place.path().join(".config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml");
        let dark = r#"name="dark-mode" type="bool" value="#;
        let text = include_str!("xfce4-panel.xml");
        fs::write(file, text.replace(&format!("{dark}\"true\""), &format!("{dark}\"false\""))).unwrap();
        self
    }

    /// With everything.
    pub fn with_panel() -> Self {
        let mut session = Self::start();
        session.start_panel();
        session
    }

    pub fn start_panel(&mut self) {
        let panel = self.command("xfce4-panel").spawn().expect("xfce4-panel starts");
        assert!(self.panel.replace(panel).is_none());
        wait("the tray of the panel", || self.has_tray());
    }

    /// As if it had crashed.
    pub fn kill_panel(&mut self) {
        let mut panel = self.panel.take().expect("it runs");
        panel.kill().unwrap();
        panel.wait().unwrap();
        wait("the end of the tray", || !self.is_owned(WATCHER.0));
    }

    fn has_tray(&self) -> bool {
        let host = self.property(WATCHER, WATCHER.0, "IsStatusNotifierHostRegistered");
        host.is_some_and(|host| host == true)
    }

    /// The icons that the panel knows: bus name and path.
    pub fn items(&self) -> Vec<(String, String)> {
        let items = self.property(WATCHER, WATCHER.0, "RegisteredStatusNotifierItems").unwrap_or_default();
        let items = items.as_array().cloned().unwrap_or_default();
        let split = |item: &Value| item.as_str()?.split_once('/').map(|(name, path)| (name.into(), format!("/{path}")));
        items.iter().filter_map(split).collect()
    }

    /// The address of its bus.
    pub fn bus(&self) -> String {
        format!("unix:path={}", self.bus_socket().display())
    }

    fn bus_socket(&self) -> PathBuf {
        self.place.path().join("run/bus")
    }

    /// A program in this desktop. What it says goes into a file; it ends when the test does.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", program]).env_clear();
        let home = self.place.path();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", home).current_dir(home);
        command.env("XDG_RUNTIME_DIR", home.join("run")).env("DISPLAY", &self.display).env("TZ", "UTC");
        command.env("DBUS_SESSION_BUS_ADDRESS", self.bus());
        command.env("LANG", "C.UTF-8").env("NO_AT_BRIDGE", "1").env("LIBGL_ALWAYS_SOFTWARE", "1");
        let said = File::options().append(true).create(true).open(home.join("said.txt")).unwrap();
        command.stdin(Stdio::null()).stdout(said.try_clone().unwrap()).stderr(said);
        command
    }

    pub fn begin(&mut self, program: &str, args: &[&str]) {
        let child = self.command(program).args(args).spawn();
        self.started.push(child.unwrap_or_else(|error| panic!("{program}: {error}")));
    }

    /// It ends with the desktop.
    pub fn keep(&mut self, child: Child) {
        self.started.push(child);
    }

    /// What all programs of this desktop said.
    pub fn said(&self) -> String {
        fs::read_to_string(self.place.path().join("said.txt")).unwrap_or_default()
    }

    /// Calls a method: place, interface and method, then the signature and values as `busctl` wants them.
    pub fn call(&self, (name, path): (&str, &str), interface: &str, method: &[&str]) -> Option<Value> {
        let mut command = self.command("busctl");
        command.args(["--user", "--json=short", "--timeout=5", "--", "call", name, path, interface]).args(method);
        answer(command)
    }

    pub fn property(&self, (name, path): (&str, &str), interface: &str, property: &str) -> Option<Value> {
        let mut command = self.command("busctl");
        command.args(["--user", "--json=short", "--timeout=5", "get-property", name, path, interface, property]);
        answer(command)
    }

    pub fn is_owned(&self, name: &str) -> bool {
        let bus = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
        self.call(bus, bus.0, &["NameHasOwner", "s", name]).is_some_and(|owned| owned[0] == true)
    }
}

/// The icon of the program as an installation puts it there; answers its folder.
fn icons(place: &Path) -> String {
    let folder = place.join(".local/share/icons/hicolor/48x48/apps");
    fs::create_dir_all(&folder).unwrap();
    let icon = concat!(env!("CARGO_MANIFEST_DIR"), "/icons/generated/outtray-48.png");
    fs::copy(icon, folder.join(format!("{APP_ID}.png"))).unwrap();
    folder.display().to_string()
}

/// The data of an answer, null where it has none; `None` for an error.
fn answer(mut command: Command) -> Option<Value> {
    let output = command.stdout(Stdio::piped()).stderr(Stdio::null()).output().expect("busctl starts");
    let answer = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    output.status.success().then(|| answer["data"].clone())
}

impl Drop for Session {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("what the desktop's programs said:\n{}", self.said());
        }
        let children = self.panel.iter_mut().chain(self.started.iter_mut().rev());
        for child in children {
            let _ = child.kill();
            let _ = child.wait();
        }
        // The bus and the panel started others. They are told by a folder that nobody else has.
        for process in of_folder(&self.place.path().join("run")) {
            let _ = Command::new("kill").args(["-KILL", &process]).stderr(Stdio::null()).status();
        }
    }
}

/// The processes that have this runtime folder.
fn of_folder(run: &Path) -> Vec<String> {
    let wanted = format!("XDG_RUNTIME_DIR={}", run.display());
    let entries = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let ours = |process: &PathBuf| {
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
    };
    let found = entries.map(|entry| entry.path()).filter(ours);
    found.filter_map(|process| Some(process.file_name()?.to_str()?.to_owned())).collect()
}

/// Until it is so; answers after how long.
#[track_caller]
pub fn wait(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < LONG, "never came: {what}");
        std::thread::sleep(Duration::from_millis(30));
    }
    begin.elapsed()
}
