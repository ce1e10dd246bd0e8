//! One program for each person, and an end that loses nothing.

use std::time::Duration;

use outtray::cloud::faults::{Fault, Gate, Rule};

use super::session::wait;
use super::world::{World, block_on};

#[test]
fn started_twice_it_runs_once() {
    let mut world = World::running();
    let again = world.program(&[]).status().unwrap();
    assert!(again.success(), "{again}");
    assert!(world.runs());
    assert_eq!(world.session.items().len(), 1);
    wait("the window of the first one", || world.windows() == 1);
}

#[test]
fn quit_lets_an_upload_finish() {
    let mut world = World::running();
    let gate = Gate::default();
    world.cloud.faults().add(Rule::put(Fault::Hold(gate.clone())));
    world.put("a.json");
    block_on(gate.arrived(1));
    let icon = world.icon();
    wait("the icon of sending", || icon.shows("syncing"));
    icon.click("Quit");
    // Time enough for one that does not wait.
    std::thread::sleep(Duration::from_secs(1));
    assert!(world.runs() && !world.is_synced("a.json"));
    gate.open();
    assert_eq!(world.ended(), Some(0));
    assert!(world.is_synced("a.json"));
    assert_eq!(world.cloud.objects_of("a.json").len(), 1);
}
