//! Notices reach a real notification daemon, replace each other, and bring back what is pressed.
//!
//! The test starts itself again inside a session bus of its own, with a screen in memory and dunst. Where one of these
//! programs is missing, it says so and proves nothing.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use outtray::platform::notification::Urgency;
use outtray::tray::announce::{Announcer, Answer};
use outtray::tray::notice::{Action, Cause, Notice, Told};

/// More than any step needs on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// Set inside the session.
const INSIDE: &str = "OUTTRAY_TEST_NOTICES_INSIDE";
/// Where the inner run puts a picture of the screen, if somebody wants one.
const PICTURE: &str = "OUTTRAY_TEST_NOTICES_PICTURE";

/// A session bus that starts no service by itself.
const BUS: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>"#;

#[test]
fn notices_are_shown_replaced_and_answered() {
    run_inside("notices::inside_a_session");
}

#[test]
fn a_desktop_without_notifications_does_no_harm() {
    run_inside("notices::inside_a_session_without_a_daemon");
}

/// Ended with the test, however that ends.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

fn missing(programs: &[&str]) -> Option<String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has = |name: &str| std::env::split_paths(&path).any(|folder: PathBuf| folder.join(name).is_file());
    programs.iter().find(|name| !has(name)).map(|name| (*name).to_owned())
}

fn run_inside(test: &str) {
    if let Some(program) = missing(&["Xvfb", "dbus-run-session", "dunst", "dunstctl", "dbus-send"]) {
        eprintln!("skipped: {program} is not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let screen = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut screen = Ended(screen.unwrap());
    let mut number = String::new();
    BufReader::new(screen.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
    let bus = home.path().join("bus.conf");
    std::fs::write(&bus, BUS).unwrap();
    let status = Command::new("dbus-run-session")
        .arg("--config-file")
        .arg(bus)
        .arg("--")
        .arg(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", test, "--nocapture"])
        .env("DISPLAY", format!(":{}", number.trim()))
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env_remove("WAYLAND_DISPLAY")
        .env(INSIDE, "1")
        .status();
    assert!(status.unwrap().success(), "{test} failed");
}

fn dunstctl(arguments: &[&str]) -> String {
    let output = Command::new("dunstctl").args(arguments).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The daemon has no event to wait for from outside, so it is asked until it agrees.
fn until(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "not seen: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn displayed(count: u32) {
    until(&format!("{count} notices on the screen"), || dunstctl(&["count", "displayed"]) == count.to_string());
}

fn daemon() -> Ended {
    let config = Path::new(&std::env::var_os("HOME").unwrap()).join("dunstrc");
    std::fs::write(&config, "[global]\nfont = Sans 11\nwidth = 380\nidle_threshold = 0\n").unwrap();
    let dunst = Command::new("dunst").arg("-conf").arg(config).stderr(Stdio::null()).spawn();
    let dunst = Ended(dunst.unwrap());
    until("dunst", || dunstctl(&["count", "displayed"]) == "0");
    dunst
}

fn announcer() -> (Announcer, Receiver<Answer>) {
    let (sender, answers) = channel();
    (Announcer::start(move |answer| _ = sender.send(answer)), answers)
}

fn notice(cause: Cause, title: &str, actions: Vec<Action>) -> Told {
    let body = "Nothing is lost. 12 files wait here. <b>a&b</b>.json is one of them.".into();
    Told::Show(Notice { cause, title: title.into(), body, urgency: Urgency::Critical, actions })
}

/// Presses a button of the notice that was shown first, as the daemon would tell it.
///
/// That notice has the lowest number, but daemons begin at 1 or 2. A person is slow; here the first press can come before
/// OutTray listens.
fn press_first(answers: &Receiver<Answer>, button: &str) -> Answer {
    for id in [1, 1, 1, 2, 2, 2, 2, 2, 2] {
        let status = Command::new("dbus-send")
            .args(["--session", "--type=signal", "/org/freedesktop/Notifications"])
            .arg("org.freedesktop.Notifications.ActionInvoked")
            .args([format!("uint32:{id}"), format!("string:{button}")])
            .status();
        assert!(status.unwrap().success());
        if let Ok(answer) = answers.recv_timeout(Duration::from_millis(300)) {
            return answer;
        }
    }
    panic!("no answer came back");
}

fn take_picture() {
    if let Some(place) = std::env::var_os(PICTURE) {
        _ = Command::new("import").args(["-window", "root"]).arg(place).status();
    }
}

#[test]
#[ignore = "runs inside the session that another test makes"]
fn inside_a_session() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    let _dunst = daemon();
    let (announcer, answers) = announcer();
    announcer.tell(notice(Cause::Offline, "No connection", vec![Action::ShowProblem, Action::RetryNow]));
    displayed(1);
    // The same cause takes the same place, another one its own.
    announcer.tell(notice(Cause::Offline, "Still no connection", vec![Action::ShowProblem, Action::RetryNow]));
    announcer.tell(notice(Cause::Rejected, "2 files cannot be sent", vec![Action::ShowProblem]));
    displayed(2);
    take_picture();
    let pressed = press_first(&answers, "retry-now");
    assert_eq!(pressed, Answer { cause: Cause::Offline, action: Action::RetryNow });
    displayed(1);
    // A click on the notice itself.
    dunstctl(&["action", "0"]);
    let pressed = answers.recv_timeout(PATIENCE).unwrap();
    assert_eq!(pressed, Answer { cause: Cause::Rejected, action: Action::ShowProblem });
    displayed(0);
    let history = dunstctl(&["history"]);
    assert!(history.contains("Still no connection"), "{history}");
    assert!(!history.contains("\"No connection\""), "the first was replaced: {history}");
    // What nobody answered is taken away: on request, and at the end.
    announcer.tell(notice(Cause::Offline, "No connection", vec![Action::ShowProblem]));
    announcer.tell(notice(Cause::Folder, "The folder is gone", vec![]));
    displayed(2);
    announcer.tell(Told::Withdraw(Cause::Folder));
    displayed(1);
    drop(announcer);
    displayed(0);
    assert!(answers.try_recv().is_err());
}

#[test]
#[ignore = "runs inside the session that another test makes"]
fn inside_a_session_without_a_daemon() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    let (announcer, answers) = announcer();
    let start = Instant::now();
    for _ in 0..100 {
        announcer.tell(notice(Cause::Offline, "No connection", vec![Action::RetryNow]));
    }
    assert!(start.elapsed() < Duration::from_secs(1), "the caller was kept waiting");
    drop(announcer);
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(answers.try_recv().is_err());
}
