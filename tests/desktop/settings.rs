//! Settings that come late or change, notices that wait until tomorrow, and starts that disturb nobody.

use std::thread::sleep;
use std::time::Duration;

use outtray::cloud::faults::{Fault, Rule};

use super::session::{Session, wait};
use super::world::World;

#[test]
fn settings_that_come_late_are_taken_up_at_once() {
    let mut world = World::new(Session::with_panel());
    let file = world.home.join("config.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    world.start_with_icon();
    let icon = world.icon();
    wait("the icon that asks for a set-up", || icon.shows("setup"));
    std::fs::write(&file, &text).unwrap();
    wait("the ready icon", || icon.shows("ready"));
    world.put("a.json");
    wait("the file on its way", || world.is_synced("a.json"));
}

#[test]
fn broken_settings_are_mended_by_their_file() {
    let mut world = World::new(Session::with_panel());
    let file = world.home.join("config.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("device_id", "device_idd")).unwrap();
    world.start_with_icon();
    let icon = world.icon();
    wait("the icon that asks for attention", || icon.shows("attention"));
    assert!(icon.tooltip().contains("evice_id"), "{}", icon.tooltip());
    std::fs::write(&file, text).unwrap();
    wait("the ready icon", || icon.shows("ready"));
}

#[test]
fn not_today_holds_notices_of_that_cause_over_a_restart() {
    let mut world = World::running();
    let refusals = world.cloud.faults().add(Rule::presign(Fault::api_error(403, "Forbidden")).always());
    world.put("a.json");
    wait("the notice", || !world.notices().is_empty());
    assert!(world.last_buttons().contains(&"Not today".to_owned()), "{:?}", world.last_buttons());
    world.press("not-today");
    let kept = world.home.join("state/snoozed.json");
    wait("what is kept", || kept.exists());
    world.start_again();
    let icon = world.icon();
    wait("the icon that asks for attention", || icon.shows("attention"));
    sleep(Duration::from_secs(6)); // longer than the grace: for a notice that must not come
    assert_eq!(world.notices().len(), 1, "{:?}", world.notices());
    // Another cause has its notice.
    std::fs::write(world.home.join("config.toml"), "nonsense").unwrap();
    wait("the notice of the other cause", || world.notices().len() > 1);
    assert_eq!(world.notices()[1].0, "There is a mistake in the settings");
    refusals.end();
}

#[test]
fn a_level_of_none_is_in_force_at_once() {
    let world = World::running();
    let icon = world.icon();
    wait("the ready icon", || icon.shows("ready"));
    let file = world.home.join("config.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replace("laptop-01", "laptop-02").replace("[notify]\n", "[notify]\nlevel = \"none\"\n");
    std::fs::write(&file, text).unwrap();
    wait("the new settings", || icon.lines().iter().any(|line| line.text.contains("laptop-02")));
    world.plug(false);
    world.put("a.json");
    wait("the icon without connection", || icon.shows("offline"));
    sleep(Duration::from_secs(6)); // longer than the grace: for a notice that must not come
    assert_eq!(world.notices(), []);
}

#[test]
fn a_start_at_login_opens_nothing() {
    let mut world = World::running();
    assert!(world.program(&["--background"]).status().unwrap().success());
    assert!(world.program(&["--sync"]).status().unwrap().success());
    assert!(world.runs());
    assert_eq!(world.session.items().len(), 1);
    assert_eq!(world.window_processes().len() + world.windows(), 0, "these starts disturb nobody");
    assert!(world.program(&[]).status().unwrap().success());
    wait("the window", || world.windows() == 1);
    assert!(world.opened().is_empty(), "{:?}", world.opened());
}
