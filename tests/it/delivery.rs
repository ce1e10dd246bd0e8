//! From a finished file to its receipt: each content once, never more PUTs than allowed, nothing that changes is mistaken.
//!
//! In: an engine of the library and a loopback cloud (`desk`). Not here: the death of the process (`crash`).

mod again;
mod desk;
mod faults;
mod ground;
mod late;
mod ledger;

use std::fs;
use std::io::Write as _;
use std::time::{Duration, Instant};

use desk::{Desk, Engine};
use outtray::cloud::faults::{Fault, Gate, Rule};
use outtray::cloud::{Mode, Options, Store};
use outtray::sync::Setup;
use outtray::sync::event::State;

use crate::support::tray;

/// PUTs that have begun and were not answered.
fn in_flight(cloud: &outtray::cloud::Cloud) -> usize {
    cloud.puts().iter().filter(|put| put.status.is_none() && !put.ended).count()
}

#[tokio::test]
async fn presigns_go_ahead_of_the_puts_which_stay_within_their_number() {
    let desk = Desk::new(Mode::V1);
    let gate = Gate::default();
    desk.cloud.faults().add(Rule::put(Fault::Hold(gate.clone())).always());
    for number in 0..30 {
        desk.produce(&format!("{number}.json"), &format!("[{number}]"));
    }
    let engine = desk.start();
    let (report, most) = tokio::join!(engine.sync(), async {
        gate.arrived(2).await;
        desk.cloud_until(|cloud| cloud.presigns().iter().filter(|ask| ask.ended).count() >= 10).await;
        assert_eq!(desk.cloud.counts().1, 2, "presigned further, but no third PUT began");
        gate.open();
        let mut most = 2;
        desk.cloud_until(|cloud| {
            most = most.max(in_flight(cloud));
            cloud.objects().len() == 30
        })
        .await;
        most
    });
    assert_eq!((report.synced, most), (30, 2));
    engine.quit().await;
}

/// `concurrency = "auto"` on a far line: more lanes than it began with. A server that asks for less gets less.
#[tokio::test]
async fn lanes_are_added_while_they_pay_off() {
    let desk = Desk::with(Options { latency: Duration::from_millis(40), ..Options::default() });
    for number in 0..400 {
        desk.produce(&format!("{number}.json"), &format!("[{number}]"));
    }
    let config = desk.config(|text| *text = text.replace("concurrency = 2", "concurrency = \"auto\""));
    let engine = Engine::start(Setup { config, ..desk.setup() }).expect("it starts");
    let (report, most) = tokio::join!(engine.sync(), async {
        let mut most = 0;
        desk.cloud_until(|cloud| {
            most = most.max(in_flight(cloud));
            cloud.objects().len() == 400
        })
        .await;
        most
    });
    assert_eq!((report.synced, desk.cloud.counts()), (400, (400, 400)));
    assert!((4..=64).contains(&most), "{most} at most");
    engine.quit().await;
}

#[tokio::test]
async fn ten_thousand_small_files_arrive_exactly_once() {
    const COUNT: usize = 10_000;
    let desk = Desk::with(Options { store: Store::Nowhere, checks: false, ..Options::default() });
    for number in 0..COUNT {
        fs::write(desk.path(&format!("{number:05}.json")), format!("{{\"number\": {number}}}")).expect("written");
    }
    let config = desk.config(|text| *text = text.replace("concurrency = 2", "concurrency = 16"));
    let engine = Engine::start(Setup { config, ..desk.setup() }).expect("it starts");
    let began = Instant::now();
    let report = tokio::time::timeout(desk::LIMIT * 2, engine.handle.sync()).await.expect("in time").expect("it runs");
    println!("{COUNT} files in {:?}", began.elapsed());
    assert_eq!((report.synced, report.failed, report.waiting), (COUNT as u64, 0, 0));
    assert_eq!(desk.cloud.counts(), (COUNT, COUNT), "each was asked for and sent once");
    let mut names: Vec<String> = desk.cloud.objects().into_iter().map(|object| object.name).collect();
    names.sort();
    names.dedup();
    assert_eq!((names.len(), desk.marked().len(), desk.unsent().len()), (COUNT, COUNT, 0));
    engine.quit().await;
    assert_eq!(desk.receipts().len(), COUNT);
}

/// A handle that was kept, or opened again, after the mark: the newer content is sent from where it stands.
#[tokio::test]
async fn what_is_written_after_the_mark_is_sent_too() {
    for mode in [Mode::SigV4, Mode::V1] {
        let desk = Desk::new(mode);
        let mut engine = desk.start();
        desk.produce("a.json", "[1]");
        engine.hears_uploaded("a.json").await;
        let mut late =
            fs::File::options().write(true).truncate(true).open(desk.path("a.json.synced")).expect("it opens");
        late.write_all(b"[1, \"late\"]").expect("written");
        drop(late);
        let receipt = engine.hears_uploaded("a.json").await;
        assert_eq!(receipt.sha256, tray::sha256(b"[1, \"late\"]"));
        engine.hears_state(State::Idle).await;
        engine.quit().await;
        assert_eq!((desk.marked(), desk.unsent()), (vec!["a.json.synced".to_owned()], vec![]));
        assert_eq!((desk.copies("a.json", "[1]"), desk.copies("a.json", "[1, \"late\"]")), (1, 1));
    }
}

/// The same while nothing runs: the next start looks at what was marked lately.
#[tokio::test]
async fn what_is_written_after_the_mark_while_nothing_runs_is_sent_too() {
    let desk = Desk::new(Mode::SigV4);
    desk.produce("a.json", "[1]");
    desk.pass().await;
    fs::write(desk.path("a.json.synced"), "[1, \"late\"]").expect("written");
    assert_eq!(desk.pass().await.synced, 1);
    assert_eq!(desk.copies("a.json", "[1, \"late\"]"), 1);
    // A touch alone is no new content.
    tray::age(&desk.path("a.json.synced"));
    assert_eq!(desk.pass().await.synced, 0);
    assert_eq!(desk.cloud.objects().len(), 2);
}

/// The producer acts while the answer to the PUT is on its way.
async fn meanwhile(mode: Mode, act: impl FnOnce(&Desk)) -> Desk {
    let desk = Desk::new(mode);
    let gate = Gate::default();
    desk.cloud.faults().add(Rule::put(Fault::Hold(gate.clone())));
    desk.produce("a.json", "[1]");
    let mut engine = desk.start();
    gate.arrived(1).await;
    act(&desk);
    gate.open();
    engine.hears_state(State::Idle).await;
    engine.sync().await;
    engine.quit().await;
    desk.no_mark_lies();
    desk
}

#[tokio::test]
async fn replaced_while_it_is_sent_the_newer_content_is_sent_too() {
    for mode in [Mode::SigV4, Mode::SigV2, Mode::V1] {
        let desk = meanwhile(mode, |desk| desk.produce("a.json", "[2]")).await;
        assert_eq!((desk.marked(), desk.unsent()), (vec!["a.json.synced".to_owned()], vec![]), "{mode:?}");
        assert_eq!((desk.copies("a.json", "[1]"), desk.copies("a.json", "[2]")), (1, 1), "{mode:?}");
        assert_eq!(fs::read(desk.path("a.json.synced")).expect("there"), b"[2]");
    }
}

#[tokio::test]
async fn rewritten_in_place_while_it_is_sent_the_newer_content_is_sent_too() {
    let desk = meanwhile(Mode::V1, |desk| fs::write(desk.path("a.json"), "[2]").expect("written")).await;
    assert_eq!((desk.copies("a.json", "[1]"), desk.copies("a.json", "[2]")), (1, 1));
    assert_eq!(fs::read(desk.path("a.json.synced")).expect("there"), b"[2]");
}

#[tokio::test]
async fn removed_while_it_is_sent_it_is_forgotten() {
    let desk = meanwhile(Mode::V1, |desk| fs::remove_file(desk.path("a.json")).expect("removed")).await;
    assert_eq!((desk.marked(), desk.unsent()), (vec![], vec![]));
    assert_eq!(desk.copies("a.json", "[1]"), 1);
}

/// The marked name appears while the file is sent: it is not overwritten, and the mark gets a number.
#[tokio::test]
async fn a_marked_name_that_appears_meanwhile_is_respected() {
    let desk = meanwhile(Mode::V1, |desk| fs::write(desk.path("a.json.synced"), "[1]").expect("written")).await;
    assert_eq!(desk.marked(), ["a.json.1.synced", "a.json.synced"]);
    assert_eq!(desk.cloud.objects().len(), 1);
}
