//! An icon that never lies: no connection, a refusal, and the way back, each told once.

use std::time::Duration;

use outtray::cloud::faults::{Fault, Rule};

use super::session::wait;
use super::world::World;

#[test]
fn a_dead_presigner_is_shown_at_once_told_once_and_so_is_its_return() {
    let world = World::running();
    let icon = world.icon();
    wait("the ready icon", || icon.shows("ready"));
    world.plug(false);
    for name in ["a.json", "b.json", "c.json"] {
        world.put(name);
    }
    let at_once = wait("the icon without connection", || icon.shows("offline"));
    assert!(at_once < Duration::from_secs(3), "{at_once:?}");
    assert_eq!(world.notices(), [], "the grace is not over");
    wait("the notice", || !world.notices().is_empty());
    assert!(icon.tooltip().contains("3 files"), "{}", icon.tooltip());
    // More tries, more failures: nothing more is said.
    for _ in 0..3 {
        icon.click("Sync now");
        std::thread::sleep(Duration::from_secs(1)); // for a notice that must not come
    }
    let notices = world.notices();
    assert_eq!(notices.len(), 1, "{notices:?}");
    let (title, text) = &notices[0];
    assert!(title == "No connection" && text.contains("3 files wait here"), "{notices:?}");
    world.plug(true);
    icon.click("Sync now");
    wait("the ready icon", || icon.shows("ready"));
    wait("the second notice", || world.notices().len() > 1);
    let notices = world.notices();
    assert_eq!(notices[1].0, "OutTray is sending again", "{notices:?}");
    assert_eq!(notices.len(), 2);
    assert!(["a.json", "b.json", "c.json"].iter().all(|name| world.is_synced(name)));
}

#[test]
fn a_refusal_asks_for_attention_and_says_why() {
    let world = World::running();
    let icon = world.icon();
    let refusals = world.cloud.faults().add(Rule::presign(Fault::api_error(403, "Forbidden")).always());
    world.put("a.json");
    wait("the icon that asks for attention", || icon.shows("attention"));
    let tooltip = icon.tooltip();
    assert!(tooltip.contains("The server does not accept this device (403)"), "{tooltip}");
    assert!(tooltip.contains("1 file waits here") && !tooltip.contains("endpoint"), "{tooltip}");
    wait("the notice", || !world.notices().is_empty());
    let notices = world.notices();
    assert_eq!(notices[0].0, "The server does not accept this device", "{notices:?}");
    refusals.end();
    icon.click("Sync now");
    wait("the ready icon", || icon.shows("ready"));
    assert!(world.is_synced("a.json"));
}
