//! The same content under the same name is one object, whatever happens to the file's times while it is sent.
//!
//! What was wrong: the time of the last write, which is part of the key, was read anew at every try.

use std::fs;

use outtray::cloud::Mode;
use outtray::cloud::faults::{Fault, Gate, Lost, Rule};

use super::desk::Desk;
use crate::support::tray;

const TEXT: &str = "[1, \"once\"]";

/// The one object, the one mark, and nothing more.
#[track_caller]
fn is_once(desk: &Desk) {
    assert_eq!((desk.copies("a.json", TEXT), desk.cloud.objects().len()), (1, 1));
    assert_eq!((desk.marked(), desk.unsent()), (vec!["a.json.synced".to_owned()], vec![]));
    assert_eq!(desk.receipts().len(), 1);
}

/// Other producers write the same bytes into a new file and rename it over the old one.
fn write_again(desk: &Desk) {
    fs::remove_file(desk.path("a.json")).expect("removed");
    desk.produce("a.json", TEXT);
    tray::age(&desk.path("a.json"));
}

/// It is stored, nobody is told, and the rest of the round comes to nothing.
async fn lose_the_answer(desk: &Desk) {
    desk.cloud.faults().add(Rule::put(Fault::LostAnswer(Lost::Reset)));
    desk.cloud.faults().add(Rule::put(Fault::status(500)).always());
    desk.produce("a.json", TEXT);
    assert_eq!(desk.pass().await.synced, 0);
    assert_eq!(desk.cloud.objects().len(), 1);
}

#[tokio::test]
async fn touched_or_written_again_while_it_is_sent() {
    for change in [|desk: &Desk| tray::age(&desk.path("a.json")), write_again] {
        let desk = Desk::new(Mode::V1);
        let gate = Gate::default();
        desk.cloud.faults().add(Rule::put(Fault::Hold(gate.clone())));
        desk.produce("a.json", TEXT);
        let engine = desk.start();
        gate.arrived(1).await;
        change(&desk);
        gate.open();
        engine.sync().await;
        engine.quit().await;
        is_once(&desk);
    }
}

#[tokio::test]
async fn touched_or_written_again_after_a_lost_answer() {
    for change in [|desk: &Desk| tray::age(&desk.path("a.json")), write_again] {
        let desk = Desk::new(Mode::V1);
        lose_the_answer(&desk).await;
        change(&desk);
        desk.cloud.faults().clear();
        assert_eq!(desk.pass().await.synced, 1);
        is_once(&desk);
    }
}

#[tokio::test]
async fn other_content_is_another_object() {
    let desk = Desk::new(Mode::V1);
    lose_the_answer(&desk).await;
    fs::write(desk.path("a.json"), "[2, \"once\"]").expect("written");
    desk.cloud.faults().clear();
    assert_eq!(desk.pass().await.synced, 1);
    assert_eq!((desk.copies("a.json", "[2, \"once\"]"), desk.cloud.objects().len()), (1, 2));
}
