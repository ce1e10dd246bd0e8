//! The key of the presigner and the question about personal data, as a person meets them.

use super::*;

const KEY: &str = "otk_correct-horse-battery-staple";
const OFF: &str = "Type the word off to turn the guard off:";

fn with_key() -> World {
    let world = World::new();
    world.cloud.change(|behaviour| behaviour.api_key = Some(KEY.into()));
    world
}

impl Window {
    fn pastes_key(&mut self, key: &str) -> &mut Self {
        self.0.run_steps(2);
        self.0.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.0.event(Event::Paste(key.into()));
        self.0.run_steps(2);
        self.key(Key::Enter)
    }
}

/// Files below the place that hold the key.
fn holders(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holders(&path));
        } else if fs::read(&path).unwrap().windows(KEY.len()).any(|part| part == KEY.as_bytes()) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

#[test]
fn a_presigner_that_wants_a_key_is_given_one() {
    let world = with_key();
    let mut window = world.open();
    window
        .answers_all(&world)
        .shows("The server answers")
        .shows("The server wants a key")
        .pastes_key("otk_wrong-horse");
    window.shows("does not accept this key either").pastes_key(KEY).shows("Everything works").shows("Your key is used");
    assert!(window.lacks("horse"), "{}", window.words());
    assert!(holders(world.place.path()).is_empty(), "nothing is kept before the end");
    window.click("Finish").shows("OutTray is set up").shows("has no keychain, so the key is in a file");
    assert_eq!(holders(world.place.path()), ["credential"]);
    assert!(world.config().contains("api_key_header = \"x-api-key\""), "{}", world.config());
}

#[test]
fn a_key_can_be_given_unasked_and_taken_back() {
    let world = World::new();
    let mut window = world.open();
    window.answers_all(&world).shows("Everything works").click("My presigner needs a key").pastes_key(KEY);
    window.shows("Your key is used").shows("Everything works").click("Use no key").shows("Everything works");
    window.click("Finish").shows("OutTray is set up");
    assert!(holders(world.place.path()).is_empty() && !world.config().contains("api_key_header = \"x"));
    let sent = world.cloud.presigns();
    let with_key = |headers: &[(String, String)]| headers.iter().any(|(_, value)| value == KEY);
    assert!(sent.iter().any(|call| with_key(&call.headers)) && !with_key(&sent.last().unwrap().headers));
}

#[test]
fn a_key_that_was_being_typed_is_gone_with_the_page() {
    let world = with_key();
    let mut window = world.open();
    window.answers_all(&world).shows("The server wants a key");
    window.0.event(Event::Paste(KEY.into()));
    window.0.run_steps(2);
    window.click("Back").personal().shows("The server wants a key").click("Show the key");
    let field = window.0.get_by_role_and_label(Role::TextInput, "API key");
    assert_eq!(field.value().unwrap_or_default(), "");
}

#[test]
fn the_guard_is_turned_off_only_with_a_word() {
    let world = World::new();
    let mut window = world.open();
    window.types(ADDRESS, &world.cloud.api_url()).key(Key::Enter).types(DEVICE, "desk-9").key(Key::Enter);
    window.types(FOLDER, &world.folder().display().to_string()).shows("1 file waits there").key(Key::Enter);
    window.0.get_by_role_and_label(Role::RadioButton, "Do not look").click();
    window.0.run_steps(3);
    window.click("Continue").shows("the guard stays on").shows("Step 4 of 5");
    window.0.get_by_role_and_label(Role::TextInput, OFF).focus();
    window.0.run_steps(2);
    window.types(OFF, " Off").click("Continue").shows("Everything works").shows("Do not look");
    window.click("Finish").shows("OutTray is set up");
    assert!(world.config().contains("mode = \"off\""), "{}", world.config());
}

#[test]
fn what_the_organisation_decided_about_personal_data_is_shown() {
    let world = World::new();
    let managed = "[guard]\nmode = \"block\"\n[managed]\nlocked = [\"guard.mode\"]\nby = \"Lab\"\n";
    fs::write(&world.home.paths.machine_config, managed).unwrap();
    let mut window = world.open();
    window.types(ADDRESS, &world.cloud.api_url()).key(Key::Enter).types(DEVICE, "desk-9").key(Key::Enter);
    window.types(FOLDER, &world.folder().display().to_string()).shows("1 file waits there").key(Key::Enter);
    window.shows("Managed by Lab");
    let off = window.0.get_by_role_and_label(Role::RadioButton, "Do not look");
    assert!(off.accesskit_node().is_disabled());
}
