//! Every line of the menu does what it says.

use outtray::cloud::faults::{Fault, Rule};

use super::session::{Session, wait};
use super::world::World;

#[test]
fn sync_now_sends_what_waits() {
    let world = World::running();
    let icon = world.icon();
    wait("the ready icon", || icon.shows("ready"));
    let refusals = world.cloud.faults().add(Rule::presign(Fault::status(503)).always());
    world.put("a.json");
    wait("the icon without connection", || icon.shows("offline"));
    refusals.end();
    // Left alone, the next try is minutes away.
    icon.click("Sync now");
    wait("the file on its way", || world.is_synced("a.json"));
    wait("the ready icon", || icon.shows("ready"));
    assert_eq!(world.cloud.objects_of("a.json").len(), 1);
}

#[test]
fn pause_stops_and_resume_goes_on() {
    let world = World::running();
    let icon = world.icon();
    wait("the ready icon", || icon.shows("ready"));
    for length in ["for 1 hour", "until tomorrow", "until I resume"] {
        icon.click(length);
        wait("the paused icon", || icon.shows("paused"));
        assert!(icon.line("Pause").is_none() && icon.line("until tomorrow").is_none(), "{:?}", icon.lines());
        let name = format!("{length}.json");
        world.put(&name);
        wait("the waiting file in the tooltip", || icon.tooltip().contains("1 file"));
        assert!(world.cloud.objects_of(&name).is_empty());
        icon.click("Resume");
        wait("the file on its way", || world.is_synced(&name));
        wait("the offer to pause", || icon.line("Resume").is_none() && icon.line("Pause").is_some());
    }
    wait("the ready icon", || icon.shows("ready"));
}

#[test]
fn lines_that_open_something_open_it() {
    let world = World::running();
    let icon = world.icon();
    wait("the ready icon", || icon.shows("ready"));
    let log = outtray::log::path(&world.home.join("logs")).display().to_string();
    let lines = [("Open logs", &log), ("Open folder", &world.folder.display().to_string())];
    for (count, (line, target)) in lines.into_iter().enumerate() {
        icon.click(line);
        wait("the opened thing", || world.opened().len() > count);
        assert_eq!(world.opened().last(), Some(target), "{line}");
    }
    assert!(std::path::Path::new(&log).exists());
}

#[test]
fn start_at_login_is_written_and_read_back() {
    let world = World::running();
    let icon = world.icon();
    let entries = world.session.place.path().join(".config/autostart");
    let count = || std::fs::read_dir(&entries).map_or(0, Iterator::count);
    wait("the line, once the system was asked", || icon.line("Start at login").is_some_and(|line| line.enabled));
    icon.click("Start at login");
    wait("the entry", || count() == 1);
    icon.click("Start at login");
    wait("no entry, or one that is off", || {
        let texts = std::fs::read_dir(&entries).into_iter().flatten().filter_map(Result::ok);
        let mut texts = texts.map(|entry| std::fs::read_to_string(entry.path()).unwrap_or_default());
        texts.all(|text| text.contains("Hidden=true"))
    });
}

#[test]
fn a_newer_version_has_a_line_that_shows_where_it_is() {
    let mut world = World::new(Session::with_panel());
    // As it was told yesterday; nobody is asked again before tomorrow.
    let known = format!(r#"{{"asked":"{}","newest":"900.1.0","told":"900.1.0"}}"#, jiff::Timestamp::now());
    std::fs::create_dir(world.home.join("state")).unwrap();
    std::fs::write(world.home.join("state/update.json"), known).unwrap();
    world.start_with_icon();
    let icon = world.icon();
    wait("the line", || icon.line("Update to 900.1.0…").is_some());
    icon.click("Update to 900.1.0…");
    // Built from source, it is replaced by whoever built it.
    wait("the page of the release", || world.opened().last().is_some_and(|page| page.ends_with("/tag/v900.1.0")));
    world.configure("[update]\nmode = \"off\"\n");
    wait("no line", || icon.line("Update to 900.1.0…").is_none());
}
