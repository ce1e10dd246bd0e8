//! The network goes and comes, the folder too; settings change, people pause: what waits is sent afterwards.

use std::fs;
use std::time::Duration;

use outtray::cloud::Mode;
use outtray::error::Explain as _;
use outtray::sync::event::{Event, FileState, State};
use outtray::sync::{Setup, StartError, Trouble};

use super::desk::{Desk, Engine};

#[tokio::test]
async fn an_outage_heals_by_itself() {
    let desk = Desk::new(Mode::SigV4);
    desk.cloud.plug(false).await;
    let mut engine = desk.start();
    desk.produce("a.json", "[1]");
    desk.produce("b.json", "[2]");
    engine.hears_state(State::Offline).await;
    let status = engine.status().await;
    assert_eq!((status.waiting + status.uploading, status.rejected), (2, 0), "{status:?}");
    desk.cloud.plug(true).await;
    engine.hears_state(State::Idle).await;
    assert_eq!(desk.marked(), ["a.json.synced", "b.json.synced"]);
    assert_eq!((desk.copies("a.json", "[1]"), desk.copies("b.json", "[2]")), (1, 1));
    engine.quit().await;
}

/// A cable that is pulled in the middle of the PUTs.
#[tokio::test]
async fn an_outage_during_uploads_loses_nothing() {
    let desk = Desk::new(Mode::V1);
    let gate = outtray::cloud::faults::Gate::default();
    let hold = outtray::cloud::faults::Fault::Hold(gate.clone());
    desk.cloud.faults().add(outtray::cloud::faults::Rule::put(hold).times(2));
    let mut engine = desk.start();
    for number in 0..5 {
        desk.produce(&format!("{number}.json"), &format!("[{number}]"));
    }
    gate.arrived(2).await;
    desk.cloud.plug(false).await;
    gate.open();
    engine.hears_state(State::Offline).await;
    desk.cloud.plug(true).await;
    engine.hears_state(State::Idle).await;
    assert_eq!(desk.marked().len(), 5);
    for number in 0..5 {
        assert_eq!(desk.copies(&format!("{number}.json"), &format!("[{number}]")), 1, "{number}");
    }
    engine.quit().await;
}

/// As `cp -p` does it: same file, same size, same time of change. Only the system's own time tells.
#[cfg(unix)]
#[tokio::test]
async fn a_copy_over_the_file_that_keeps_its_time_is_noticed() {
    let desk = Desk::new(Mode::V1);
    let gate = outtray::cloud::faults::Gate::default();
    desk.cloud.faults().add(outtray::cloud::faults::Rule::put(outtray::cloud::faults::Fault::Hold(gate.clone())));
    let mut engine = desk.start();
    desk.produce("a.json", "[1]");
    gate.arrived(1).await;
    let time = fs::metadata(desk.path("a.json")).and_then(|facts| facts.modified()).expect("a time");
    fs::write(desk.path("a.json"), "[2]").expect("written");
    fs::File::options().write(true).open(desk.path("a.json")).and_then(|file| file.set_modified(time)).expect("set");
    gate.open();
    engine.hears_uploaded("a.json").await;
    engine.hears_state(State::Idle).await;
    assert_eq!(desk.marked(), ["a.json.synced"]);
    assert_eq!(desk.copies("a.json", "[2]"), 1, "the newer content is in S3");
    assert_eq!(fs::read_to_string(desk.path("a.json.synced")).expect("read"), "[2]");
    engine.quit().await;
}

/// Windows does not let anybody move a folder that is held open.
#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_is_moved_away_is_looked_for() {
    let desk = Desk::new(Mode::SigV4);
    desk.produce("a.json", "[1]");
    let mut engine = desk.start();
    engine.hears_uploaded("a.json").await;
    let elsewhere = desk.home.path().join("elsewhere");
    fs::rename(desk.path(""), &elsewhere).expect("moved");
    engine.hears(|event| matches!(event, Event::Trouble { kind, .. } if kind == "folder.missing")).await;
    assert_eq!(engine.status().await.state, State::Attention);
    crate::support::tray::finish(&elsewhere.join("b.json"), "[2]");
    fs::rename(&elsewhere, desk.path("")).expect("moved back");
    engine.hears_uploaded("b.json").await;
    engine.hears_state(State::Idle).await;
    assert_eq!(desk.marked(), ["a.json.synced", "b.json.synced"]);
    assert_eq!(desk.cloud.objects().len(), 2);
    engine.quit().await;
}

#[tokio::test]
async fn two_engines_on_one_folder_exclude_each_other() {
    let desk = Desk::new(Mode::SigV4);
    let first = desk.start();
    let other_state = desk.home.path().join("other");
    fs::create_dir(&other_state).expect("a folder");
    let second = || Engine::start(Setup { state_dir: other_state.clone(), ..desk.setup() });
    let refused = second().err().expect("the folder is held");
    assert!(
        matches!(&refused, StartError::Held { folder, .. } if *folder == desk.path("").components().collect::<std::path::PathBuf>()),
        "{refused:?}"
    );
    assert_eq!(refused.kind(), "instance.held");
    let same_state = Engine::start(desk.setup()).err().expect("the state is held");
    assert_eq!(same_state.kind(), "instance.held");
    desk.produce("a.json", "[1]");
    assert_eq!(first.sync().await.synced, 1);
    first.quit().await;
    let second = second().expect("the folder is free");
    second.sync().await;
    second.quit().await;
    assert_eq!(desk.cloud.objects().len(), 1);
}

#[tokio::test]
async fn new_settings_are_in_force_at_once() {
    let desk = Desk::new(Mode::SigV4);
    let mut engine = desk.start();
    desk.produce("a.json", "[1]");
    engine.hears_uploaded("a.json").await;

    let other = desk.home.path().join("other");
    fs::create_dir(&other).expect("a folder");
    crate::support::tray::finish(&other.join("b.json"), "[2]");
    let config = desk.config(|text| *text = text.replace("dev001", "dev002").replace("\"tray\"", "\"other\""));
    engine.handle.reload(Ok(config)).await.expect("it runs").expect("good settings");
    engine.hears_uploaded("b.json").await;
    let devices: Vec<_> = desk.cloud.presigns().iter().map(|ask| ask.members["deviceId"].clone()).collect();
    assert_eq!(devices, ["dev001", "dev002"]);

    // The folder before is nobody's business now.
    desk.produce("c.json", "[3]");
    let broken = Trouble { kind: "config.syntax".into(), message: "line 3 makes no sense".into(), hint: None };
    engine.handle.reload(Err(broken)).await.expect("it runs").expect_err("broken settings");
    engine.hears_state(State::Attention).await;
    crate::support::tray::finish(&other.join("d.json"), "[4]");
    engine.hears_uploaded("d.json").await;
    assert_eq!(
        engine.status().await.last_error.as_deref(),
        Some("line 3 makes no sense"),
        "an upload is good news, but the trouble lasts"
    );
    assert_eq!(engine.status().await.state, State::Attention, "the last good settings go on, and it is shown");

    engine.handle.reload(Ok(desk.config(|_| ()))).await.expect("it runs").expect("good settings");
    engine.hears_uploaded("c.json").await;
    engine.hears_state(State::Idle).await;
    engine.quit().await;
}

#[tokio::test]
async fn a_pause_holds_new_files_and_outlives_a_restart() {
    let desk = Desk::new(Mode::SigV4);
    let engine = desk.start();
    let until = jiff::Timestamp::now() + Duration::from_hours(1);
    engine.handle.pause(until).await.expect("it runs");
    engine.quit().await;

    let mut engine = desk.start();
    desk.produce("a.json", "[1]");
    engine.hears(|event| matches!(event, Event::State { waiting: 1, .. })).await;
    let status = engine.status().await;
    assert_eq!((status.state, status.waiting), (State::Paused, 1));
    assert!(status.paused_until.is_some_and(|told| told <= until), "{status:?}");
    assert_eq!(status.files[0].state, FileState::Waiting);
    assert!(status.files[0].reason.contains("paused"), "{}", status.files[0].reason);
    assert_eq!(desk.cloud.counts(), (0, 0));

    engine.handle.resume().await.expect("it runs");
    engine.hears_uploaded("a.json").await;
    engine.hears_state(State::Idle).await;
    engine.quit().await;
}

#[tokio::test]
async fn a_pause_ends_when_its_time_is_over() {
    let desk = Desk::new(Mode::SigV4);
    let mut engine = desk.start();
    engine.handle.pause(jiff::Timestamp::now() + Duration::from_secs(2)).await.expect("it runs");
    desk.produce("a.json", "[1]");
    engine.hears_state(State::Paused).await;
    engine.hears_uploaded("a.json").await;
    engine.quit().await;
}
