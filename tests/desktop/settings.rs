//! Settings that come late or change, notices that wait until tomorrow, and starts that disturb nobody.

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
    assert!(icon.tooltip().contains("device_idd"), "{}", icon.tooltip());
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
    // A cause of another kind has its notice: by then the first would have had its own.
    std::fs::write(world.folder.join("b.json"), "").unwrap();
    wait("the notice of the other cause", || world.notices().len() > 1);
    let notices = world.notices();
    assert_eq!(notices.len(), 2, "{notices:?}");
    assert!(notices[1].0.contains("cannot be sent"), "{notices:?}");
    refusals.end();
}

#[test]
fn a_level_of_none_is_in_force_at_once() {
    let world = World::running();
    let icon = world.icon();
    wait("the ready icon", || icon.shows("ready"));
    let file = world.home.join("config.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("[notify]\n", "[notify]\nlevel = \"none\"\n")).unwrap();
    world.plug(false);
    // The engine reads the same change.
    wait("the new settings", || world.log().contains("settings"));
    world.put("a.json");
    wait("the icon without connection", || icon.shows("offline"));
    std::thread::sleep(std::time::Duration::from_secs(6)); // longer than the grace: for a notice that must not come
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
