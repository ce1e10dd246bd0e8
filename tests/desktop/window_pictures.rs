//! The window as README shows it.
//!
//! Pictures are only made where `OUTTRAY_TEST_PICTURES` names a folder for them. Not here: what the window does (`window`).

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use super::pictures::folder;
use super::session::wait;
use super::world::World;

#[test]
fn the_window_as_people_see_it() {
    let Some(folder) = folder() else { return };
    let world = World::running();
    let icon = world.icon();
    wait("the ready icon", || icon.shows("ready"));
    for number in 1..=6 {
        let name = format!("conversation_{number}.json");
        let part = world.folder.join(format!("{name}.tmp"));
        // Something to redact in the last of them.
        let said =
            if number == 6 { "Write to anna@example.org or bob@example.org, or call +49 30 901820." } else { "" };
        fs::write(&part, format!("{{\"text\":\"{said}{}\"}}", "x ".repeat(number * 4_500))).unwrap();
        fs::rename(part, world.folder.join(&name)).unwrap();
        wait("the file on its way", || world.is_synced(&name));
    }
    let part = world.folder.join("conversation_7.json.tmp");
    fs::write(&part, "{\"text\":").unwrap();
    let long_ago = SystemTime::now() - Duration::from_mins(5);
    File::options().append(true).open(&part).unwrap().set_modified(long_ago).unwrap();
    fs::rename(part, world.folder.join("conversation_7.json")).unwrap();
    wait("the icon that asks for attention", || icon.shows("attention"));
    for (wish, page) in [("--window", "status"), ("--settings", "settings")] {
        assert!(world.program(&[wish]).status().unwrap().success());
        wait("the window", || world.windows() == 1);
        let file = shot(&world, &folder, page);
        assert!(fs::metadata(file).unwrap().len() > 10_000, "nothing is drawn");
    }
}

fn shot(world: &World, folder: &Path, page: &str) -> PathBuf {
    let _ = world.session.command("dunstctl").arg("close-all").status(); // a notice would cover a corner
    std::thread::sleep(Duration::from_secs(3)); // until it is drawn, on a busy machine too
    let find = ["search", "--onlyvisible", "--name", "^OutTray$"];
    let found = world.session.command("xdotool").args(find).stdout(Stdio::piped()).output().unwrap();
    let file = folder.join(format!("window-{page}.png"));
    let mut convert = world.session.command("convert");
    convert.arg(format!("x:{}", String::from_utf8(found.stdout).unwrap().trim())).arg("-strip").arg(&file);
    assert!(convert.status().unwrap().success());
    file
}
