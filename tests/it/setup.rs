//! Promise: setting up writes good settings at the very end, keeps what was there, and leaves nothing when one leaves.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use outtray::cloud::faults::{Fault, Rule};

use crate::support::app::App;
use crate::support::terminal::Terminal;

const ENTER: &str = "\r";
const CTRL_C: &str = "\x03";
const ESC: &str = "\x1b";
/// As often as anything is long that stands in a field.
const CLEAR: &str = "\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f";

fn wizard(app: &App, words: &str) -> Terminal {
    Terminal::start(&app.command::<&str>(&[]), &format!("{} setup {words}", env!("CARGO_BIN_EXE_outtray")))
}

/// Agrees to everything.
fn finish(terminal: &mut Terminal) {
    terminal.shows("Write these settings").keys(ENTER);
    // Only where the desktop program is installed beside it can something start at login.
    if Path::new(env!("CARGO_BIN_EXE_outtray")).with_file_name("outtray-desktop").is_file() {
        terminal.shows("login").keys(ENTER);
    }
    terminal.shows("Settings are in");
}

/// Takes what is proposed about personal data.
fn personal(terminal: &mut Terminal) {
    terminal.shows("What happens to personal data?").shows("Ctrl-C").keys(ENTER);
}

fn unconfigured() -> App {
    let app = App::new();
    fs::remove_file(app.home.join("config.toml")).unwrap();
    app
}

#[test]
fn five_steps_lead_to_settings_that_work() {
    let app = unconfigured();
    app.put("a.json", b"{}");
    let mut terminal = wizard(&app, "");
    terminal.shows("1 of 5").shows("API URL").keys("nonsense").keys(ENTER).shows("not a web address");
    terminal.keys([CLEAR, &app.cloud.api_url(), ENTER].concat());
    terminal.shows("2 of 5").shows("device-").keys([CLEAR, "desk 9", ENTER].concat()).shows("letters, digits");
    terminal.keys([CLEAR, "desk-9", ENTER].concat());
    terminal.shows("3 of 5").shows("Folder:").keys(["memory", ENTER].concat()).shows("1 file waits there");
    personal(&mut terminal);
    terminal.shows("5 of 5").shows("Upload").shows("arrived at s3://").shows("Rename").shows("What now?");
    assert!(!app.home.join("config.toml").exists(), "nothing is written before the end");
    finish(&mut terminal);
    assert_eq!(terminal.exit_code(), 0);
    assert_eq!(fs::metadata(app.home.join("config.toml")).unwrap().permissions().mode() & 0o777, 0o600);
    app.run(&["sync"]).ends(0);
    assert_eq!(app.names(), ["a.json.synced"]);
    assert_eq!(app.json(&["status"])["device_id"], "desk-9");
}

#[test]
fn whoever_leaves_has_changed_nothing() {
    let app = unconfigured();
    let mut terminal = wizard(&app, "");
    terminal.shows("API URL").keys([&app.cloud.api_url(), ENTER].concat()).shows("Device ID").keys(ENTER);
    terminal.shows("Folder:").keys(["new-folder", ENTER].concat());
    personal(&mut terminal);
    terminal.shows("What now?").keys(CTRL_C).shows("nothing was written");
    assert_eq!(terminal.exit_code(), 2);
    assert!(!app.home.join("config.toml").exists() && !app.place.path().join("new-folder").exists());

    let app = App::new();
    let before = app.config();
    let mut terminal = wizard(&app, "");
    terminal.shows("API URL").keys(ENTER).shows("Device ID").keys(CTRL_C);
    assert_eq!(terminal.exit_code(), 2);
    assert_eq!(app.config(), before);
}

#[test]
fn a_refused_device_is_told_and_one_may_go_back_or_on() {
    let app = App::new();
    app.write_config(&format!("# mine\n{}", app.config()));
    let body = br#"{"message":"Forbidden"}"#.to_vec();
    let rule = app.cloud.faults().add(Rule::presign(Fault::Status { status: 403, headers: vec![], body }).always());
    let mut terminal = wizard(&app, "");
    terminal.shows("API URL").keys(ENTER).shows("Device ID").keys(ENTER).shows("Folder:").keys(ENTER);
    personal(&mut terminal);
    terminal.shows("does not accept this device").shows("What now?").shows("Try again").keys(ESC);
    terminal
        .shows("4 of 5")
        .shows("What happens")
        .keys(ESC)
        .shows("3 of 5")
        .shows("Folder:")
        .keys(ESC)
        .shows("2 of 5")
        .shows("Device ID");
    rule.end();
    terminal.keys([CLEAR, "desk-2", ENTER].concat()).shows("Folder:").keys(ENTER);
    personal(&mut terminal);
    terminal.shows("desk-2 is accepted").shows("What now?");
    finish(&mut terminal);
    assert_eq!(terminal.exit_code(), 0);
    assert!(app.config().starts_with("# mine\n") && app.config().contains("\"desk-2\""), "{}", app.config());
}

#[test]
fn a_broken_file_is_never_replaced() {
    let app = App::new();
    app.write_config("api_url = \n");
    let mut terminal = wizard(&app, "");
    terminal.shows("line 1");
    assert_eq!(terminal.exit_code(), 3);
    let words = ["setup", "--api-url", "https://a.example/x", "--device-id", "d", "--watch-dir", "m", "--yes"];
    app.run(&words).ends(3);
    assert_eq!(app.config(), "api_url = \n");
}

#[test]
fn a_line_of_another_computer_is_enough_for_the_first_step() {
    let app = App::new();
    let line = app.run(&["setup", "--export"]).ends(0).out;
    fs::remove_file(app.home.join("config.toml")).unwrap();
    let mut terminal = wizard(&app, "");
    terminal.shows("API URL").keys([line.trim(), ENTER].concat()).shows("The line brings http://127.0.0.1");
    terminal.shows("Device ID").keys(ENTER).shows("Folder:").keys(["memory", ENTER].concat());
    personal(&mut terminal);
    terminal.shows("What now?");
    finish(&mut terminal);
    assert_eq!(terminal.exit_code(), 0);
    assert_eq!(app.run(&["config", "get", "files.settle_ms"]).ends(0).out.trim(), "50");
}

#[test]
fn where_nobody_can_answer_everything_must_be_said() {
    let app = unconfigured();
    let refused = app.run(&["setup", "--device-id", "desk-1"]).ends(2);
    assert!(refused.err.contains("missing: --api-url, --watch-dir, --yes"), "{refused:?}");
    let refused = app.run(&["setup", "--device-id", "desk-1", "--yes"]).ends(2);
    assert!(refused.err.contains("missing: --api-url, --watch-dir"), "{refused:?}");
    assert!(!app.home.join("config.toml").exists());
    app.run(&["setup", "--gui", "--yes"]).ends(2);
}

#[test]
fn a_key_is_asked_for_tried_and_kept() {
    const KEY: &str = "otk_correct-horse-battery-staple";
    let app = App::new();
    app.cloud.change(|behaviour| behaviour.api_key = Some(KEY.into()));
    let mut terminal = wizard(&app, "");
    terminal.shows("API URL").keys(ENTER).shows("Device ID").keys(ENTER).shows("Folder:").keys(ENTER);
    personal(&mut terminal);
    terminal.shows("What now?").shows("> My presigner needs a key").shows("Ctrl-C").keys(ENTER);
    terminal.shows("API key or token:").shows("keychain").keys([KEY, ENTER].concat());
    terminal.shows("as you gave it").shows("accepted with its key").shows("What now?");
    finish(&mut terminal);
    assert_eq!(terminal.exit_code(), 0);
    assert!(!terminal.everything().contains("horse"), "{}", terminal.everything());
    assert!(app.config().contains("api_key_header = \"x-api-key\"") && !app.config().contains("horse"));
    app.put("a.json", b"{}");
    app.run(&["sync"]).ends(0);
}

#[test]
fn the_guard_is_turned_off_only_with_a_word() {
    let app = App::new();
    let mut terminal = wizard(&app, "");
    terminal.shows("API URL").keys(ENTER).shows("Device ID").keys(ENTER).shows("Folder:").keys(ENTER);
    let up = "\x1b[A"; // from the first to the last
    terminal.shows("What happens").shows("Ctrl-C").keys([up, ENTER].concat());
    terminal.shows("Type off").keys(["no", ENTER].concat()).shows("Type off, or press Esc").keys(ESC);
    terminal.shows("4 of 5").shows("What happens").shows("> redact").shows("Ctrl-C").keys([up, ENTER].concat());
    terminal.shows("Type off").keys(["off", ENTER].concat()).shows("What now?");
    finish(&mut terminal);
    assert_eq!(terminal.exit_code(), 0);
    assert_eq!(app.run(&["config", "get", "guard.mode"]).ends(0).out.trim(), "off");
}
