//! The status page, driven by the names of its controls.

use eframe::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::*;
use crate::guard::Choice;
use crate::sync::double;
use crate::sync::event::{FileState, FileStatus, Obstacle, Receipt};
use crate::sync::inspect::Hour;
use crate::window::cut_off;
use crate::window::picture::AsItIs;

struct Seen {
    picture: Picture,
    asks: Vec<Ask>,
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn shown(picture: Picture) -> Harness<'static, Seen> {
    rust_i18n::set_locale("en");
    let clock = Clock { now: at("2026-01-27T12:00:00Z"), zone: TimeZone::UTC };
    let draw = move |ui: &mut egui::Ui, seen: &mut Seen| draw(ui, &seen.picture, &clock, &mut seen.asks);
    let seen = Seen { picture, asks: Vec::new() };
    let builder = Harness::builder().with_size([800.0, 1600.0]).with_context_setup(theme::wear);
    let mut harness = builder.build_ui_state(draw, seen);
    harness.run();
    harness
}

fn running(status: Status) -> Picture {
    Picture { engine: Engine::Runs, status, ..Picture::default() }
}

fn file(name: &str, state: FileState, reason: &str) -> FileStatus {
    FileStatus {
        name: name.into(),
        state,
        reason: reason.into(),
        kind: None,
        attempts: 3,
        next_try: (state == FileState::Waiting).then(|| at("2026-01-27T12:10:00Z")),
        size: 2_000_000,
        sent: 500_000,
    }
}

fn receipt() -> Receipt {
    Receipt {
        time: at("2026-01-27T10:30:00Z"),
        file: "sent.json".into(),
        size: 1_234,
        sha256: "ab".into(),
        bucket: "ingest".into(),
        key: "uploads/dev001/x_sent.json".into(),
        guard: None,
        proof: "sha256".into(),
    }
}

fn full() -> Picture {
    let files = vec![
        file("bad.json", FileState::Rejected, "it is not whole JSON"),
        file("big.json", FileState::Uploading, "being sent"),
        file("late.json", FileState::Waiting, "calling presign endpoint: no connection"),
    ];
    let obstacle = Obstacle {
        state: State::Offline,
        kind: "network.dns".into(),
        reason: "no connection to api.example".into(),
        hint: Some("Check the network.".into()),
    };
    let status = Status {
        state: State::Offline,
        waiting: 1,
        uploading: 1,
        rejected: 1,
        files,
        obstacles: vec![obstacle],
        ..double::status()
    };
    let hour = |number: i64| Hour { start: at("2026-01-26T13:00:00Z") + number.hours(), files: 2, bytes: 700 };
    Picture { receipts: vec![receipt()], hours: (0..24).map(hour).collect(), ..running(status) }
}

#[test]
fn everything_that_a_person_wants_to_know_is_there() {
    let page = shown(full());
    for text in [
        "No connection; 2 files wait here, next try at 12:10.",
        "no connection to api.example",
        "Check the network.",
        "it is not whole JSON",
        "tried 3 times · stays as it is until it changes, or until you retry",
        "tried 3 times · next try at 12:10",
        "500 KB of 2.0 MB",
        "s3://ingest/uploads/dev001/x_sent.json",
        "48 files sent",
        "10:30",
    ] {
        assert!(page.query_all_by_label_contains(text).next().is_some(), "{text}");
    }
}

#[test]
fn each_button_asks_for_its_matter() {
    let mut page = shown(full());
    for (label, ask) in [
        ("Sync now", Ask::Sync),
        ("Open folder", Ask::OpenFolder),
        ("Retry bad.json", Ask::Retry(Some("bad.json".into()))),
        ("Show late.json in its folder", Ask::Reveal("late.json".into())),
        ("Why late.json is still here", Ask::Why("late.json".into())),
        ("Copy the place of sent.json", Ask::Copy("s3://ingest/uploads/dev001/x_sent.json".into())),
        ("Open logs", Ask::OpenLogs),
        ("Make support bundle", Ask::Bundle),
    ] {
        page.get_by_label(label).click();
        page.run();
        assert_eq!(page.state_mut().asks.pop(), Some(ask), "{label}");
        assert!(page.state().asks.is_empty(), "{label}");
    }
}

#[test]
fn a_pause_has_three_lengths_and_an_end() {
    let mut page = shown(running(double::status()));
    for (label, ask) in [
        ("for 1 hour", Ask::Pause(Some(3600))),
        ("until tomorrow", Ask::Pause(Some(12 * 3600))),
        ("until I resume", Ask::Pause(None)),
    ] {
        page.get_by_label("Pause").click();
        page.run();
        page.get_by_label(label).click();
        page.run();
        assert_eq!(page.state_mut().asks.pop(), Some(ask), "{label}");
    }
    page.state_mut().picture.status.paused_until = Some(Timestamp::MAX);
    page.run();
    assert!(page.query_by_label("Pause").is_none());
    page.get_by_label("Resume").click();
    page.run();
    assert_eq!(page.state_mut().asks.pop(), Some(Ask::Resume));
}

#[test]
fn the_keyboard_reaches_the_first_button() {
    let mut page = shown(running(double::status()));
    for _ in 0..12 {
        if page.get_by_label("Sync now").is_focused() {
            break;
        }
        page.key_press(egui::Key::Tab);
        page.run();
    }
    page.key_press(egui::Key::Enter);
    page.run();
    assert_eq!(page.state().asks, [Ask::Sync]);
}

#[test]
fn without_an_engine_it_offers_to_start_it() {
    let mut page = shown(Picture { engine: Engine::Off(None), ..full() });
    page.get_by_label("Start OutTray").click();
    page.get_by_label("Sync now").click();
    page.get_by_label("Retry bad.json").click();
    page.run();
    assert_eq!(page.state().asks, [Ask::Start], "nothing else can be asked of nobody");
    let reason = "concurrency = 0: must be a whole number".to_owned();
    let mut page = shown(Picture { engine: Engine::Off(Some(reason.clone())), ..full() });
    assert!(page.query_by_label(&reason).is_some());
    page.get_by_label("Open the settings file").click();
    page.run();
    assert_eq!(page.state().asks, [Ask::OpenSettings]);
}

#[test]
fn at_the_beginning_it_says_what_will_be_here() {
    let page = shown(running(Status { synced_total: 0, last_success: None, ..double::status() }));
    assert!(page.query_by_label("Nothing to send yet.").is_some());
    assert!(page.query_by_label_contains("Nothing was sent yet.").is_some());
    let mut page = shown(Picture { engine: Engine::SetupNeeded, ..Picture::default() });
    page.get_by_label("Set up").click();
    page.run();
    assert_eq!(page.state().asks, [Ask::Go(Show { page: Some(Page::Setup), field: None })]);
}

#[test]
fn progress_moves_while_a_large_file_is_sent() {
    let mut page = shown(full());
    page.state_mut().picture.progress.insert("big.json".into(), 1_500_000);
    page.run();
    assert!(page.query_by_label("1.5 MB of 2.0 MB").is_some());
}

#[test]
fn nothing_is_cut_off_in_a_small_window() {
    cut_off::nothing_is(2800.0, || shown(full()));
    cut_off::nothing_is(2800.0, || shown(with_held()));
}

fn held(name: &str, kind: &str, reason: &str) -> FileStatus {
    FileStatus { kind: Some(kind.into()), attempts: 0, ..file(name, FileState::Rejected, reason) }
}

fn with_held() -> Picture {
    let found = "it holds personal data (3 e-mail addresses and 1 phone number), and guard.mode is \"block\"";
    let files = vec![held("a.json", "guard.blocked", found), held("b.json", "guard.slow", "it took too long")];
    let status = Status { state: State::Attention, rejected: 2, files, ..double::status() };
    let guard = serde_json::from_str(r#"{"mode":"redact","findings":{"EMAIL":2,"CARD":1}}"#).expect("JSON");
    let redacted = serde_json::from_str(r#"{"EMAIL":4}"#).expect("JSON");
    Picture { receipts: vec![Receipt { guard, ..receipt() }], redacted, ..running(status) }
}

#[test]
fn what_was_redacted_is_told_for_the_day_and_for_each_file() {
    let page = shown(with_held());
    for text in [
        "In the last 24 hours: 4 e-mail addresses were redacted.",
        "2 e-mail addresses and 1 card number were redacted.",
        "It holds personal data: 3 e-mail addresses and 1 phone number. It is held back until you decide.",
    ] {
        assert!(page.query_by_label(text).is_some(), "{text}");
    }
    let page = shown(full());
    assert!(page.query_by_label_contains("redacted").is_none(), "nothing is said about nothing");
}

#[test]
fn a_file_that_is_held_back_is_the_persons_to_decide() {
    let mut page = shown(with_held());
    assert!(page.query_by_label("Retry a.json").is_none() && page.query_by_label("Send b.json redacted").is_none());
    page.get_by_label("Send a.json redacted").click();
    page.run();
    assert_eq!(page.state_mut().asks.pop(), Some(Ask::Decide("a.json".into(), Choice::Redact)));
    for (name, holds) in [("a.json", Some("3 e-mail addresses and 1 phone number".to_owned())), ("b.json", None)] {
        page.get_by_label(&format!("Send {name} as it is")).click();
        page.run();
        let ask = Ask::SendAsItIs(AsItIs { file: name.into(), holds });
        assert_eq!(page.state_mut().asks.pop(), Some(ask), "nothing is sent without a question");
    }
}
