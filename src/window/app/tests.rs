//! The window as a whole: pages turn, news arrive, and what was typed is not lost.

use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};

use eframe::egui::accesskit::Role;
use eframe::egui::{self, ViewportEvent, ViewportId};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::super::picture::Engine;
use super::*;
use crate::paths::Paths;
use crate::sync::double;

const GOOD: &str =
    "# mine\napi_url = \"https://a.example/new\"\ndevice_id = \"dev\"\nwatch_dir = \"m\"\nconcurrency = 2 # two\n";

struct World {
    place: tempfile::TempDir,
    window: Harness<'static, App>,
    news: SyncSender<News>,
}

fn world(text: Option<&str>, show: Show) -> World {
    rust_i18n::set_locale("en");
    let place = tempfile::tempdir().expect("a folder");
    if let Some(text) = text {
        std::fs::write(place.path().join("config.toml"), text).expect("written");
    }
    let paths = Paths::below(place.path());
    let (news, inbox) = sync_channel(8);
    let opening = Opening { show, no_tray: false };
    let app = App::new(Home { paths }, opening, None, inbox, &Context::default());
    let draw = |ui: &mut egui::Ui, app: &mut App| {
        let ctx = ui.ctx().clone();
        app.hear(&ctx);
        app.draw(ui);
    };
    let builder = Harness::builder().with_size([900.0, 700.0]).with_context_setup(theme::wear);
    let mut window = builder.build_ui_state(draw, app);
    window.run();
    World { place, window, news }
}

impl World {
    fn text(&self) -> String {
        std::fs::read_to_string(self.place.path().join("config.toml")).expect("there is one")
    }

    fn type_into(&mut self, label: &str, text: &str) {
        self.window.get_by_label(label).focus();
        self.window.run();
        self.window.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.window.get_by_label(label).type_text(text);
        self.window.run();
    }

    /// As the button of the window's frame does it; true when the window stays.
    fn close(&mut self) -> bool {
        let input = self.window.input_mut();
        input.viewports.entry(ViewportId::ROOT).or_default().events.push(ViewportEvent::Close);
        self.window.step();
        let stays = commands(&self.window).contains(&ViewportCommand::CancelClose);
        self.window.run();
        stays
    }
}

fn commands(window: &Harness<'static, App>) -> Vec<ViewportCommand> {
    window.output().viewport_output.get(&ViewportId::ROOT).map(|output| output.commands.clone()).unwrap_or_default()
}

fn settings(field: &str) -> Show {
    Show { page: Some(Page::Settings), field: Some(field.into()) }
}

#[test]
fn what_was_typed_is_not_lost_without_a_question() {
    let mut world = world(Some(GOOD), settings("concurrency"));
    assert!(!world.close(), "nothing is changed");
    world.type_into("Uploads side by side", "7");
    assert!(world.close());
    world.window.get_by_label("Go on editing").click();
    world.window.run();
    assert!(world.window.query_by_label("Save your changes?").is_none());
    assert!(world.close());
    world.window.get_by_label("Close without saving").click();
    world.window.run();
    assert_eq!(world.text(), GOOD);
    assert!(!world.close(), "it was given up");
}

#[test]
fn saving_changes_one_value_and_keeps_the_rest() {
    let mut world = world(Some(GOOD), settings("concurrency"));
    world.type_into("Uploads side by side", "7");
    world.window.key_press_modifiers(Modifiers::COMMAND, Key::S);
    world.window.run();
    assert_eq!(world.text(), GOOD.replace("= 2 #", "= 7 #"));
    assert!(world.window.query_by_label("Saved. The new settings are in force.").is_some());
    assert!(!world.close());
}

#[test]
fn somebody_elses_change_comes_in_and_the_typed_text_stays() {
    let mut world = world(Some(GOOD), settings("device_id"));
    world.type_into("Device ID", "desk-02");
    let theirs = GOOD.replace("= 2 #", "= 5 #");
    std::fs::write(world.place.path().join("config.toml"), &theirs).expect("written");
    world.news.send(News::Settings).expect("heard");
    world.window.run();
    world.window.key_press_modifiers(Modifiers::COMMAND, Key::S);
    world.window.run();
    assert_eq!(world.text(), theirs.replace("\"dev\"", "\"desk-02\""));
}

#[test]
fn the_language_changes_when_it_is_saved() {
    let mut world = world(Some(GOOD), settings("ui.language"));
    world.type_into("Language", "de");
    world.window.key_press_modifiers(Modifiers::COMMAND, Key::S);
    world.window.run();
    assert!(world.window.query_all_by_label("Einstellungen").next().is_some());
    assert!(world.window.query_by_label("Settings").is_none());
    rust_i18n::set_locale("en");
}

#[test]
fn another_start_turns_the_page_and_wants_the_keyboard() {
    let mut world = world(Some(GOOD), Show::default());
    let status = Box::new(Picture { engine: Engine::Runs, status: double::status(), ..Picture::default() });
    world.news.send(News::Picture(status)).expect("heard");
    world.window.run();
    assert!(world.window.query_by_label_contains("All 42 files are sent").is_some());
    world.news.send(News::Show(settings("device_id"))).expect("heard");
    world.window.step();
    assert!(commands(&world.window).contains(&ViewportCommand::Focus));
    world.window.run();
    assert!(world.window.get_by_role_and_label(egui::accesskit::Role::TextInput, "Device ID").is_focused());
}

#[test]
fn a_new_home_begins_with_the_first_steps() {
    let world = world(None, Show::default());
    assert!(world.window.query_by_label("Set up").is_some());
    assert_eq!(world.window.state().page, Some(Page::Setup));
    assert!(!Path::new(&world.place.path().join("config.toml")).exists());
}

#[test]
fn the_keyboard_turns_pages() {
    let mut world = world(Some(GOOD), Show::default());
    for (key, page) in [(Key::Num2, Page::Settings), (Key::Num4, Page::About), (Key::Num1, Page::Status)] {
        world.window.key_press_modifiers(Modifiers::COMMAND, key);
        world.window.run();
        assert_eq!(world.window.state().page, Some(page));
    }
}

#[test]
fn nothing_leaves_as_it_is_without_a_question() {
    let mut world = world(Some(GOOD), Show::default());
    let file = |holds: Option<&str>| AsItIs { file: "a.json".into(), holds: holds.map(str::to_owned) };
    let ask = |world: &mut World, holds| {
        let ctx = world.window.ctx.clone();
        world.window.state_mut().answer(vec![Ask::SendAsItIs(file(holds))], &ctx);
        world.window.run();
    };
    ask(&mut world, Some("3 names"));
    assert!(world.window.query_by_label_contains("3 names would leave this computer").is_some());
    assert!(world.window.get_by_label("Keep it here").is_focused(), "the harmless answer has the keyboard");
    world.window.key_press(Key::Enter);
    world.window.run();
    assert!(world.window.query_by_label("Send a.json as it is?").is_none());
    ask(&mut world, None);
    assert!(world.window.query_by_label_contains("Everything in this file would leave").is_some());
    world.window.get_by_label("Send as it is").click();
    world.window.run();
    assert!(world.window.state().as_it_is.is_none());
}

#[test]
fn the_secret_parts_of_an_address_are_seen_only_while_it_is_edited() {
    let text = GOOD.replace("/new", "/new?code=s3cret");
    let mut world = world(Some(&text), Show { page: Some(Page::Settings), field: None });
    let value =
        |world: &World| world.window.get_by_role_and_label(Role::TextInput, "API URL").value().unwrap_or_default();
    assert_eq!(value(&world), "https://a.example/new?code=***");
    world.window.get_by_label("Show the whole API URL").click();
    world.window.run();
    assert_eq!(value(&world), "https://a.example/new?code=s3cret");
    world.window.get_by_label("Hide the secret parts of API URL").click();
    world.window.run();
    assert_eq!(value(&world), "https://a.example/new?code=***");
    world.window.get_by_role_and_label(Role::TextInput, "API URL").focus();
    world.window.run();
    assert_eq!(value(&world), "https://a.example/new?code=s3cret");
    world.window.event(egui::Event::Paste("x".into()));
    world.window.run();
    world.window.key_press_modifiers(Modifiers::COMMAND, Key::S);
    world.window.run();
    assert!(world.text().contains("s3cret") && !world.text().contains("***"), "{}", world.text());
}
