//! The menu under a real mouse, and the pictures that README shows.
//!
//! Pictures are only kept where `OUTTRAY_TEST_PICTURES` names a folder for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use outtray::cloud::faults::{Fault, Gate, Rule};

use super::portal::Portal;
use super::session::{Session, wait};
use super::world::World;

/// Pixels: the screen's width, and a height that only the menu has.
const SCREEN: i64 = 1280;
const MENU: i64 = 150;

#[test]
fn a_mouse_opens_the_menu_and_chooses_a_line() {
    let world = World::running();
    let icon = world.icon();
    wait("the ready icon", || icon.shows("ready"));
    for name in ["a.json", "b.json", "c.json"] {
        world.put(name);
        wait("the file on its way", || world.is_synced(name));
    }
    wait("the ready icon", || icon.shows("ready") && icon.tooltip().contains("All 3 files"));
    let session = &world.session;
    // The only icon of the panel stands at its right end, with a gap behind it.
    mouse(session, &["mousemove", "1254", "16"]);
    wait("the tooltip", || windows(session).iter().any(|window| window.height < MENU));
    mouse(session, &["click", "3"]);
    let mut menu = None;
    wait("the open menu", || {
        menu = windows(session).into_iter().find(|window| window.height >= MENU);
        menu.is_some()
    });
    if let Some(folder) = folder() {
        picture(session, &menu.unwrap(), &folder.join("tray-menu.png"));
    }
    // Up from nothing is the last line.
    mouse(session, &["key", "Up", "Return"]);
    drop(icon);
    let mut world = world;
    assert_eq!(world.ended(), Some(0));
}

#[test]
fn each_state_has_its_icon_on_a_dark_and_on_a_bright_panel() {
    let shots = ["dark", "light"].map(six);
    let Some(folder) = folder() else { return };
    let mut montage = Command::new("montage");
    for (state, shot) in shots.iter().flatten() {
        montage.args(["-label", state]).arg(shot.path());
    }
    let look = ["-background", "#46586b", "-fill", "#f0f0f0", "-font", "DejaVu-Sans", "-pointsize", "13"];
    montage
        .args(look)
        .args(["-geometry", "+14+8", "-tile", "6x2", "-depth", "8", "-strip"])
        .arg(folder.join("tray-icons.png"));
    assert!(montage.status().unwrap().success());
}

/// Goes through all states, with a picture of the panel's corner in each.
fn six(ground: &str) -> Vec<(&'static str, tempfile::NamedTempFile)> {
    let mut session = Session::start();
    if ground == "light" {
        session = session.with_bright_panel();
    }
    session.start_panel();
    let mut world = World::new(session);
    world.desktop = "KDE"; // there the panel is what the portal says
    let _portal = Portal::start(&world.session.bus(), if ground == "light" { 2 } else { 1 });
    let settings = world.home.join("config.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::remove_file(&settings).unwrap();
    world.start_with_icon();
    let (icon, session) = (world.icon(), &world.session);
    let mut shots = Vec::new();
    let mut state = |state: &'static str| {
        wait(&format!("{state} on {ground}"), || icon.shows_on(state, ground));
        if folder().is_some() {
            let shot = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
            root(session, "40x32+1240+0", shot.path());
            shots.push((state, shot));
        }
    };
    state("setup");
    fs::write(&settings, text).unwrap();
    state("ready");
    icon.click("until I resume");
    state("paused");
    icon.click("Resume");
    wait("the end of the pause", || icon.shows_on("ready", ground));
    let refusals = world.cloud.faults().add(Rule::presign(Fault::api_error(403, "Forbidden")).always());
    world.put("a.json");
    state("attention");
    refusals.end();
    icon.click("Sync now");
    wait("the end of the refusals", || icon.shows_on("ready", ground));
    world.plug(false);
    world.put("b.json");
    state("offline");
    world.plug(true);
    icon.click("Sync now");
    wait("the connection", || icon.shows_on("ready", ground));
    let gate = Gate::default();
    world.cloud.faults().add(Rule::put(Fault::Hold(gate.clone())));
    world.put("c.json");
    state("syncing");
    gate.open();
    shots
}

#[test]
fn a_notice_of_a_failure_is_to_be_seen() {
    let world = World::running();
    let icon = world.icon();
    wait("the ready icon", || icon.shows("ready"));
    wait("no notice", || windows(&world.session).is_empty());
    world.plug(false);
    for number in 0..12 {
        world.put(&format!("conversation_{number}.json"));
    }
    let mut notice = None;
    wait("the notice on the screen", || {
        notice = windows(&world.session).into_iter().next();
        notice.is_some()
    });
    assert_eq!(world.notices()[0].0, "No connection");
    if let Some(folder) = folder() {
        picture(&world.session, &notice.unwrap(), &folder.join("tray-notice.png"));
    }
}

pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("OUTTRAY_TEST_PICTURES")?;
    Some(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
}

fn mouse(session: &Session, words: &[&str]) {
    assert!(session.command("xdotool").args(words).status().unwrap().success());
}

/// The panel with the open menu below it.
fn picture(session: &Session, menu: &Window, file: &Path) {
    let (width, height) = (SCREEN - menu.x + 24, menu.y + menu.height + 16);
    root(session, &format!("{width}x{height}+{}+0", SCREEN - width), file);
}

/// A part of the screen.
fn root(session: &Session, part: &str, file: &Path) {
    std::thread::sleep(Duration::from_secs(1)); // until it is drawn
    let mut convert = session.command("convert");
    convert.args(["x:root", "-crop", part, "+repage"]);
    // Nothing is on the desktop but black.
    convert.args(["-fill", "#46586b", "-opaque", "black", "-strip"]).arg(file);
    assert!(convert.status().unwrap().success());
}

/// What pops up below the panel, in pixels.
#[derive(Debug)]
struct Window {
    x: i64,
    y: i64,
    height: i64,
}

/// The windows that are to be seen below the panel; desktop and panel are not among them.
fn windows(session: &Session) -> Vec<Window> {
    let mut search = session.command("xdotool");
    search.args(["search", "--onlyvisible", "--name", ".*", "getwindowgeometry", "--shell", "%@"]);
    let found = search.stdout(Stdio::piped()).output().unwrap();
    let found = String::from_utf8(found.stdout).unwrap();
    let number = |text: &str, name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)).and_then(|number| number.parse().ok()).unwrap_or(0)
    };
    let windows = found.split("WINDOW=").map(|text| Window {
        x: number(text, "X="),
        y: number(text, "Y="),
        height: number(text, "HEIGHT="),
    });
    windows.filter(|window| window.y > 20 && window.x > 0).collect()
}
