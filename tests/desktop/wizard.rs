//! From a fresh home to the first file in S3, by the keyboard alone; and two pictures of the way.

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
    wait("the window", || world.windows() == 1);
    let answers = [world.cloud.api_url(), "desk-7".into(), world.folder.display().to_string()];
    // What is typed before a page is drawn is lost, so it is typed, more slowly each time, until the ladder was climbed.
    let mut pause = Duration::from_millis(150);
    let mut tried = 0;
    while world.cloud.counts().1 == 0 {
        assert!(tried < 5, "never came: the test object");
        let key = |key: &str| {
            world.keys(&[key]);
            std::thread::sleep(pause);
        };
        for _ in 0..4 {
            key("Escape");
        }
        for answer in &answers {
            key("ctrl+a");
            world.type_text(answer);
            std::thread::sleep(pause);
            key("Return");
        }
        std::thread::sleep(pause);
        key("Return"); // what is proposed for personal data
        std::thread::sleep(pause * 4);
        (pause, tried) = (pause * 2, tried + 1);
    }
    assert!(!config.exists(), "nothing is written before the end");
    picture(session, "wizard.png");
    wait("the settings", || {
        world.keys(&["Return"]);
        std::thread::sleep(Duration::from_millis(300)); // between two tries
        config.exists()
    });
    wait("the ready icon", || icon.shows("ready"));
    world.put("a.json");
    wait("the file on its way", || world.is_synced("a.json"));
    assert!(world.cloud.objects_of("a.json")[0].key.contains("desk-7"));
    wait("the sentence", || icon.tooltip().contains("1 file") || icon.tooltip().contains("one file"));
    assert!(world.program(&["--window"]).status().unwrap().success());
    wait("the window", || world.windows() == 1);
    picture(session, "first-file.png");
}

fn windows(session: &Session) -> Vec<String> {
    let mut search = session.command("xdotool");
    search.args(["search", "--onlyvisible", "--name", "^OutTray$"]).stdout(Stdio::piped());
    let found = String::from_utf8(search.output().unwrap().stdout).unwrap();
    found.lines().map(str::to_owned).collect()
}

/// Kept only where `OUTTRAY_TEST_PICTURES` names a folder for it.
fn picture(session: &Session, name: &str) {
    let Some(folder) = std::env::var_os("OUTTRAY_TEST_PICTURES") else { return };
    // Away from the corner where notices are shown.
    let window = &windows(session)[0];
    assert!(session.command("xdotool").args(["windowmove", window, "20", "120"]).status().unwrap().success());
    std::thread::sleep(Duration::from_secs(1)); // until it is drawn
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
    let mut import = session.command("import");
    import.args(["-window", window, "-strip"]).arg(file);
    assert!(import.status().unwrap().success());
}
