//! The panel comes late, goes, comes back, or never was there; the program lives on.

use std::time::Duration;

use super::session::{Session, wait};
use super::world::World;

#[test]
fn a_new_panel_has_the_icon_again() {
    let mut world = World::running();
    let name = world.icon().name;
    for _ in 0..2 {
        world.session.kill_panel();
        assert!(world.runs());
        world.session.start_panel();
        let took = wait("the icon on the new panel", || world.session.items().len() == 1);
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
    let icon = world.icon();
    assert_eq!(icon.name, name, "the same program");
    world.put("a.json");
    wait("the file on its way", || world.is_synced("a.json"));
    wait("the ready icon", || icon.shows("ready"));
}

#[test]
fn a_panel_that_comes_late_has_the_icon() {
    let mut world = World::new(Session::start());
    world.start();
    world.put("a.json");
    wait("the file on its way", || world.is_synced("a.json"));
    assert!(world.session.items().is_empty());
    world.session.start_panel();
    let took = wait("the icon on the panel", || world.session.items().len() == 1);
    assert!(took < Duration::from_secs(10), "{took:?}");
    wait("the ready icon", || world.icon().shows("ready"));
}

#[test]
fn without_a_panel_files_go_all_the_same() {
    let mut world = World::new(Session::start());
    world.start();
    for name in ["a.json", "b.json"] {
        world.put(name);
        wait("the file on its way", || world.is_synced(name));
    }
    assert!(world.runs());
    // There is a way in without an icon: starting it again.
    let settings = world.program(&["--settings"]).status().unwrap();
    assert!(settings.success());
    wait("the window", || world.windows() == 1);
    assert!(world.program(&["--quit"]).status().unwrap().success());
    assert_eq!(world.ended(), Some(0));
}
