//! The presigner's key, given in the window and kept by the keyring of the desktop; seen nowhere else.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::session::{Session, wait};
use super::world::World;

const KEY: &str = "otk_correct-horse-battery-staple";

/// Files that hold the key. Those of the keyring are closed with the password of the login.
fn holders(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(holders(&path)),
            Ok(kind) if kind.is_file() => {
                let bytes = fs::read(&path).unwrap_or_default();
                if bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes()) {
                    found.push(path.display().to_string());
                }
            }
            _ => {}
        }
    }
    found
}

fn with_keyring(session: &mut Session) {
    let mut daemon = session.command("gnome-keyring-daemon");
    daemon.args(["--foreground", "--components=secrets", "--unlock"]).stdin(Stdio::piped());
    let mut daemon = daemon.spawn().unwrap();
    daemon.stdin.take().unwrap().write_all(b"the password of the login").unwrap();
    session.keep(daemon);
    wait("the keyring", || session.is_owned("org.freedesktop.secrets"));
}

#[test]
fn a_key_that_is_given_in_the_window_is_used_at_once_and_kept_by_the_keyring() {
    if !Path::new("/usr/bin/gnome-keyring-daemon").exists() {
        eprintln!("skipped: gnome-keyring-daemon is not here");
        return;
    }
    let mut session = Session::with_panel();
    with_keyring(&mut session);
    let mut world = World::new(session);
    world.cloud.change(|behaviour| behaviour.api_key = Some(KEY.into()));
    world.start_with_icon();
    world.put("a.json");
    let icon = world.icon();
    wait("the icon that asks for attention", || icon.shows("attention"));
    assert!(world.program(&["--settings", "api_key"]).status().unwrap().success());
    wait("the window", || world.windows() == 1);
    let config = || fs::read_to_string(world.home.join("config.toml")).unwrap();
    // What is typed before the row is drawn is lost, so it is typed until it counts.
    wait("the key in its place", || {
        world.keys(&["Return"]);
        std::thread::sleep(Duration::from_millis(700));
        world.keys(&["ctrl+a"]);
        world.type_text(KEY);
        world.keys(&["Return"]);
        std::thread::sleep(Duration::from_millis(1500)); // between two tries
        config().contains("api_key_header = \"x-api-key\"")
    });
    icon.click("Sync now");
    wait("the file on its way", || world.is_synced("a.json"));
    let found = holders(world.session.place.path());
    assert!(found.is_empty(), "{found:?}");
    let presigns = world.cloud.presigns();
    assert!(presigns.last().unwrap().headers.iter().any(|(name, value)| name == "x-api-key" && value == KEY));
}
