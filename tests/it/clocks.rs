//! Clocks that are wrong, jump, or stood still: nothing depends on them but what people read.
//!
//! Not here: certificates out of their time (`remote::tls`), the clock of a URL (`delivery::faults`).

use std::time::{Duration, SystemTime};

use outtray::cloud::faults::{Fault, Gate, Lost, Pace, Rule};

use crate::support::app::{App, Running, wait};
use crate::support::wall_clock::WallClock;

const DAY: i64 = 86_400;

/// With as many attempts as usual.
const PATIENT: &str =
    "scan_interval_secs = 1\n[files]\nsettle_ms = 50\n[retry]\npresign_delays_ms = [5]\nupload_base_ms = 5\n";

fn start(app: &App, clock: &WallClock) -> Running {
    app.start_with(|command| clock.rule(command))
}

fn is_sent(app: &App, name: &str) {
    wait("the file is sent", || app.names().contains(&format!("{name}.synced")));
}

#[test]
fn the_wall_clock_may_jump_both_ways() {
    let app = App::new();
    let Some(clock) = WallClock::new(app.place.path()) else { return };
    let running = start(&app, &clock);
    for (number, shift) in [0, -1200, DAY, -30 * DAY, 0].into_iter().enumerate() {
        clock.shift(shift);
        let name = format!("{number}.json");
        app.put(&name, format!("[{number}]"));
        is_sent(&app, &name);
        assert!(app.stored(&name).is_some());
    }
    assert_eq!(running.until("idle", |status| status["state"] == "idle")["synced_total"], 5);
}

#[test]
fn a_file_sent_while_the_clock_jumps_arrives_once() {
    let app = App::new();
    let Some(clock) = WallClock::new(app.place.path()) else { return };
    for (number, shift) in [-1200, DAY].into_iter().enumerate() {
        clock.shift(0);
        let running = start(&app, &clock);
        let gate = Gate::default();
        app.cloud.faults().add(Rule::put(Fault::Hold(gate.clone())));
        let name = format!("{number}.json");
        app.put(&name, format!("[{number}]"));
        running.until("it is on its way", |status| status["uploading"] == 1);
        clock.shift(shift);
        gate.open();
        is_sent(&app, &name);
        assert!(app.stored(&name).is_some(), "once");
    }
}

/// Only a sleep lets the wall clock run ahead of the other one. What was open then is not trusted, and the folder is looked
/// at; the URL has died meanwhile, and a new one is asked for.
#[test]
fn after_a_sleep_everything_begins_afresh() {
    let app = App::new();
    app.configure(PATIENT);
    let Some(clock) = WallClock::new(app.place.path()) else { return };
    let running = start(&app, &clock);
    let kill = |signal: &str| {
        let pid = running.pid().to_string();
        assert!(std::process::Command::new("kill").args([signal, &pid]).status().unwrap().success());
    };
    app.cloud.faults().add(Rule::put(Fault::LostAnswer(Lost::Reset)));
    app.cloud.faults().add(Rule::put(Fault::Delay(Duration::from_millis(300))));
    app.put("a.json", "[1]");
    running.until("it is on its way", |status| status["uploading"] == 1);
    kill("-STOP");
    app.cloud.clock().advance(Duration::from_mins(10));
    clock.shift(600);
    app.put("b.json", "[2]");
    kill("-CONT");
    is_sent(&app, "a.json");
    is_sent(&app, "b.json");
    wait("the sleep is noticed", || app.log().contains("the computer slept; looking at the folder again"));
    // The first object of a.json is there under the old key; nothing else was doubled.
    assert!(app.cloud.objects_of("a.json").len() <= 2 && app.cloud.objects_of("b.json").len() == 1);
}

#[test]
fn files_from_the_future_and_from_1970_are_sent() {
    let app = App::new();
    let far = SystemTime::UNIX_EPOCH + Duration::from_hours(1_139_568);
    let before = SystemTime::UNIX_EPOCH - Duration::from_hours(24);
    let times = [("future.json", far, "21000101T000000Z"), ("old.json", SystemTime::UNIX_EPOCH, "19700101T000000Z")];
    for (name, time, told) in times.into_iter().chain([("older.json", before, "19700101T000000Z")]) {
        let path = app.put(name, "{}");
        std::fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        app.run(&["sync"]).ends(0);
        assert!(app.stored(name).is_some(), "{name}");
        let presigns = app.cloud.presigns();
        assert_eq!(presigns.last().unwrap().members["createdAt"], told, "{name}");
    }
    assert_eq!(app.names(), ["future.json.synced", "old.json.synced", "older.json.synced"]);
}

/// The storage looks at the URL's age when a request begins; a slow line is no reason to begin again.
#[test]
fn an_upload_that_outlives_its_url_is_one_attempt() {
    let app = App::new();
    let pace = Pace { step: 32 * 1024, pause: Duration::from_millis(25) };
    app.cloud.faults().add(Rule::put(Fault::SlowRead(pace)));
    app.put("a.json", format!("\"{}\"", "x".repeat(4_000_000)));
    let running = app.start();
    running.until("it is on its way", |status| status["uploading"] == 1);
    app.cloud.clock().advance(Duration::from_mins(10));
    is_sent(&app, "a.json");
    assert_eq!(app.cloud.counts(), (1, 1), "one URL and one PUT");
}
