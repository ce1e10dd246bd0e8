//! From a fresh home to the first file in S3, by the keyboard alone; and the picture of the last step.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::session::{Session, wait};
use super::world::World;

#[test]
fn the_keyboard_leads_from_nothing_to_the_first_file() {
    let mut world = World::new(Session::with_panel());
    let config = world.home.join("config.toml");
    fs::remove_file(&config).unwrap();
    world.start_with_icon();
    let (icon, session) = (world.icon(), &world.session);
    wait("the icon that asks for a set-up", || icon.shows("setup"));
    wait("the window", || !windows(session).is_empty());
    let answers = [world.cloud.api_url(), "desk-7".into(), world.folder.display().to_string()];
    // What is typed before the window is drawn is lost, so it is typed until the ladder was climbed.
    wait("the test object", || {
        for _ in 0..3 {
            keys(session, &["key", "Escape"]);
        }
        for answer in &answers {
            keys(session, &["key", "ctrl+a"]);
            keys(session, &["type", "--delay", "5", answer]);
            keys(session, &["key", "Return"]);
        }
        std::thread::sleep(Duration::from_secs(1)); // between two tries
        world.cloud.counts().1 > 0
    });
    assert!(!config.exists(), "nothing is written before the end");
    picture(session);
    wait("the settings", || {
        keys(session, &["key", "Return"]);
        std::thread::sleep(Duration::from_millis(300)); // between two tries
        config.exists()
    });
    wait("the ready icon", || icon.shows("ready"));
    world.put("a.json");
    wait("the file on its way", || world.is_synced("a.json"));
    assert!(world.cloud.objects_of("a.json")[0].key.contains("desk-7"));
    wait("the sentence", || icon.tooltip().contains("1 file") || icon.tooltip().contains("one file"));
}

/// As fast as a person, who sees a page before they type into it.
fn keys(session: &Session, words: &[&str]) {
    assert!(session.command("xdotool").args(words).status().unwrap().success());
    std::thread::sleep(Duration::from_millis(250));
}

fn windows(session: &Session) -> Vec<String> {
    let mut search = session.command("xdotool");
    search.args(["search", "--onlyvisible", "--name", "^OutTray$"]).stdout(Stdio::piped());
    let found = String::from_utf8(search.output().unwrap().stdout).unwrap();
    found.lines().map(str::to_owned).collect()
}

/// Kept only where `OUTTRAY_TEST_PICTURES` names a folder for it.
fn picture(session: &Session) {
    let Some(folder) = std::env::var_os("OUTTRAY_TEST_PICTURES") else { return };
    std::thread::sleep(Duration::from_secs(1)); // until it is drawn
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join("wizard.png");
    let mut import = session.command("import");
    import.args(["-window", &windows(session)[0], "-strip"]).arg(file);
    assert!(import.status().unwrap().success());
}
