//! The window: a process of its own, one at a time, that changes settings live and gives back what it took.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use super::session::{Session, wait};
use super::world::World;

/// Bytes that the program that stays may grow by what a window was.
const GROWTH: u64 = 4 << 20;

#[test]
fn settings_open_at_a_field_and_a_change_is_live() {
    let world = World::running();
    let icon = world.icon();
    wait("the ready icon", || icon.shows("ready"));
    let file = world.home.join("config.toml");
    let text = fs::read_to_string(&file).unwrap().replace("device_id", "# on its label\ndevice_id");
    fs::write(&file, &text).unwrap();
    assert!(world.program(&["--settings", "device_id"]).status().unwrap().success());
    wait("the window", || world.windows() == 1);
    // What is typed before the window is drawn is lost, so it is typed until it counts.
    wait("the saved change", || {
        world.keys(&["ctrl+a"]);
        world.type_text("desk-02");
        world.keys(&["ctrl+s"]);
        std::thread::sleep(Duration::from_millis(500)); // between two tries
        fs::read_to_string(&file).unwrap().contains("device_id = \"desk-02\"")
    });
    let took = wait("the new name in the menu", || icon.line("Device ID: desk-02…").is_some());
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text.replace("laptop-01", "desk-02"), "all else is as it was");
    world.put("a.json");
    wait("the file on its way", || world.is_synced("a.json"));
    assert!(world.cloud.objects_of("a.json")[0].key.contains("desk-02"));
}

#[test]
fn there_is_one_window_and_it_gives_everything_back() {
    let mut world = World::running();
    let icon = world.icon();
    wait("the ready icon", || icon.shows("ready"));
    let before = resident(world.pid());
    for line in ["Recent uploads…", "Settings…", "API URL: 127.0.0.1", "About OutTray"] {
        let lines = icon.lines();
        let line = lines.iter().find(|known| known.text.starts_with(line)).unwrap_or_else(|| panic!("{lines:#?}"));
        icon.click(&line.text);
        wait("the window", || world.windows() == 1);
        wait("the end of those that handed over", || world.window_processes().len() == 1);
    }
    assert_eq!(world.windows(), 1);
    let maps = fs::read_to_string(format!("/proc/{}/maps", world.pid())).unwrap();
    let graphics: Vec<_> = maps.lines().filter(|line| line.contains("libGL") || line.contains("libEGL")).collect();
    assert!(graphics.is_empty(), "the program that stays holds graphics: {graphics:#?}");
    let window = world.window_processes()[0];
    println!("the window (debug build): {:.1} MB resident", resident(window) as f64 / 1e6);
    wait("the closed window", || {
        world.keys(&["ctrl+w"]);
        world.window_processes().is_empty()
    });
    let after = resident(world.pid());
    println!("the program that stays: {:.1} MB before, {:.1} MB after", before as f64 / 1e6, after as f64 / 1e6);
    assert!(after < before + GROWTH, "{before} became {after}");
    assert!(world.opened().is_empty(), "nothing opened instead: {:?}", world.opened());
    icon.click("Settings…");
    wait("the window", || world.windows() == 1);
    icon.click("Quit");
    drop(icon);
    assert_eq!(world.ended(), Some(0));
    wait("the end of the window", || world.window_processes().is_empty());
}

#[test]
fn the_first_start_leads_through_the_first_steps() {
    let mut world = World::new(Session::with_panel());
    fs::remove_file(world.home.join("config.toml")).unwrap();
    world.start();
    wait("the window", || world.windows() == 1);
    wait("the icon on the panel", || world.session.items().len() == 1);
    assert!(world.icon().shows("setup"));
}

#[test]
fn a_desktop_without_a_tray_shows_the_window() {
    let mut world = World::new(Session::start());
    world.start();
    wait("the window", || world.windows() == 1);
    wait("the closed window", || {
        world.keys(&["ctrl+w"]);
        world.window_processes().is_empty()
    });
    world.put("a.json");
    wait("the file on its way", || world.is_synced("a.json"));
    assert!(world.runs());
}

#[test]
fn where_there_can_be_no_window_it_says_what_else_there_is() {
    let world = World::new(Session::start());
    let mut command = world.program(&["--window-process"]);
    let output = command.env_remove("DISPLAY").stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the window cannot be opened") && said.contains("outtray status"), "{said}");
    assert!(said.contains("outtray setup"), "{said}");
    assert!(world.log().contains("the window cannot be opened"), "{}", world.log());
}

#[test]
fn without_a_display_the_file_opens_in_an_editor() {
    let mut world = World::new(Session::start());
    world.start_without_display();
    world.put("a.json");
    wait("the file on its way", || world.is_synced("a.json"));
    assert!(world.opened().is_empty(), "nobody asked for anything: {:?}", world.opened());
    let settings = world.home.join("config.toml").display().to_string();
    assert!(world.program(&["--settings"]).status().unwrap().success());
    wait("the settings in an editor", || world.opened().contains(&settings));
    let log = outtray::log::path(&world.home.join("logs"));
    assert!(world.program(&["--window"]).status().unwrap().success());
    wait("the log", || world.opened().contains(&log.display().to_string()));
    assert!(log.exists());
}

#[test]
fn the_program_loads_what_every_system_has() {
    let told = std::process::Command::new("ldd").arg(env!("CARGO_BIN_EXE_outtray-desktop")).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    let usual = ["linux-vdso", "libc.so", "libm.so", "libgcc_s.so", "ld-linux"];
    let odd: Vec<_> = told.lines().filter(|line| !usual.iter().any(|name| line.contains(name))).collect();
    assert!(odd.is_empty() && told.contains("libc.so"), "{told}");
}

fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    1024 * line.split_whitespace().next().unwrap().parse::<u64>().unwrap()
}
