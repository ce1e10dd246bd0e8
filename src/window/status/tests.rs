//! The status page, driven by the names of its controls.

use eframe::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable};

use super::*;
use crate::sync::double;
use crate::sync::event::{FileState, FileStatus, Obstacle, Receipt};
use crate::sync::inspect::Hour;

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
    for (width, locale) in [(380.0, "en"), (400.0, "de"), (800.0, "de")] {
        let mut page = shown(full());
        rust_i18n::set_locale(locale);
        page.set_size(egui::vec2(width, 2400.0));
        page.run();
        let beyond: Vec<_> = page
            .root()
            .children_recursive()
            .filter(|node| node.accesskit_node().bounding_box().is_some_and(|place| place.x1 > f64::from(width) + 1.0))
            .map(|node| format!("{node:?}"))
            .collect();
        assert!(beyond.is_empty(), "{width} {locale}: {beyond:#?}");
    }
    rust_i18n::set_locale("en");
}
