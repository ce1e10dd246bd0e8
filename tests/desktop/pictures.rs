//! The menu under a real mouse, and the pictures that README shows.
//!
//! Pictures are only kept where `OUTTRAY_TEST_PICTURES` names a folder for them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

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
    // The only icon of the panel stands at its right end.
    mouse(session, &["mousemove", "1262", "16"]);
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
fn the_six_icons() {
    let Some(folder) = folder() else { return };
    let mut montage = Command::new("montage");
    for state in ["ready", "syncing", "paused", "offline", "attention", "setup"] {
        let file = format!("{}/icons/generated/{state}-dark-48.png", env!("CARGO_MANIFEST_DIR"));
        montage.args(["-label", state, &file]);
    }
    let look = ["-background", "#20242a", "-fill", "#e8e8e8", "-font", "DejaVu-Sans", "-pointsize", "13"];
    montage.args(look).args(["-geometry", "+22+10", "-tile", "6x1", "-strip"]).arg(folder.join("tray-icons.png"));
    assert!(montage.status().unwrap().success());
}

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("OUTTRAY_TEST_PICTURES")?;
    Some(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
}

fn mouse(session: &Session, words: &[&str]) {
    assert!(session.command("xdotool").args(words).status().unwrap().success());
}

/// The panel with the open menu below it.
fn picture(session: &Session, menu: &Window, file: &Path) {
    std::thread::sleep(Duration::from_secs(1)); // until it is drawn
    let (width, height) = (SCREEN - menu.x + 24, menu.y + menu.height + 16);
    let mut convert = session.command("convert");
    convert.args(["x:root", "-crop", &format!("{width}x{height}+{}+0", SCREEN - width), "+repage"]);
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
