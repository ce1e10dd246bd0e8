//! The field for a key: hidden until a person wants to see it, and gone with all that was typed when it is left.
//!
//! In: typing. Out: a [`Secret`], once it is one. Neither undo nor a picture of the field keeps the text.
//! Not here: where the key goes (`keys`, `wizard`).

use std::fmt;

use eframe::egui::text_edit::TextEditState;
use eframe::egui::{Button, Context, Id, Key, Margin, RichText, TextEdit, Ui};
use rust_i18n::t;

use super::theme::colours;
use crate::secret::{BadSecret, Secret, wipe};

/// Points; room for the two buttons at its side.
const BESIDE: f32 = 270.0;

pub struct KeyField {
    id: Id,
    text: String,
    shown: bool,
    /// Why what was typed is no key.
    bad: Option<BadSecret>,
    focus: bool,
}

impl KeyField {
    pub fn new(name: &'static str) -> Self {
        Self { id: Id::unique(name), text: String::new(), shown: false, bad: None, focus: true }
    }

    /// Below a heading that says what it is. The key, when it is given with Enter or the button; the field is empty then.
    pub fn draw(&mut self, ui: &mut Ui, button: &str) -> Option<Secret> {
        let mut given = false;
        ui.horizontal_wrapped(|ui| {
            let width = (ui.available_width() - BESIDE).max(180.0).min(ui.available_width());
            let edit = TextEdit::singleline(&mut self.text).id(self.id).password(!self.shown).desired_width(width);
            let edit = ui.add(edit.margin(Margin::symmetric(8, 6))).accessible_name(t!("key.field"));
            if std::mem::take(&mut self.focus) {
                edit.request_focus();
                edit.scroll_to_me(None);
            }
            if edit.changed() {
                self.bad = None;
            }
            given = edit.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let (text, named) =
                if self.shown { (t!("key.hide"), t!("key.hide_name")) } else { (t!("key.show"), t!("key.show_name")) };
            if ui.button(&*text).accessible_name(named).clicked() {
                self.shown = !self.shown;
            }
            given |= ui.add_enabled(!self.text.is_empty(), Button::new(button)).clicked();
        });
        if let Some(bad) = self.bad {
            ui.label(RichText::new(bad_words(bad)).color(colours(ui).error));
        }
        if !given {
            return None;
        }
        match Secret::parse(&self.text) {
            Ok(secret) => {
                self.clear(ui.ctx());
                Some(secret)
            }
            Err(bad) => {
                (self.bad, self.focus) = (Some(bad), true);
                None
            }
        }
    }

    /// Nothing of what was typed is left, neither here nor in what undo remembers.
    pub fn clear(&mut self, ctx: &Context) {
        wipe(std::mem::take(&mut self.text));
        (self.shown, self.bad, self.focus) = (false, None, true);
        ctx.data_mut(|data| data.remove::<TextEditState>(self.id));
    }
}

impl Drop for KeyField {
    fn drop(&mut self) {
        wipe(std::mem::take(&mut self.text));
    }
}

impl fmt::Debug for KeyField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyField").field("shown", &self.shown).finish_non_exhaustive()
    }
}

fn bad_words(bad: BadSecret) -> String {
    match bad {
        BadSecret::Empty => t!("key.empty"),
        BadSecret::TooLong => t!("key.too_long"),
        BadSecret::Characters => t!("key.characters"),
    }
    .into_owned()
}

#[cfg(test)]
mod tests {
    use eframe::egui;
    use eframe::egui::accesskit::Role;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    const KEY: &str = "otk_correct-horse";

    type Window = Harness<'static, (KeyField, Vec<Secret>)>;

    fn shown() -> Window {
        rust_i18n::set_locale("en");
        let draw = |ui: &mut Ui, (field, given): &mut (KeyField, Vec<Secret>)| given.extend(field.draw(ui, "Give"));
        let builder = Harness::builder().with_size([700.0, 200.0]).with_context_setup(super::super::theme::wear);
        let mut window = builder.build_ui_state(draw, (KeyField::new("a key"), Vec::new()));
        window.run();
        window
    }

    fn field(window: &Window) -> (bool, String) {
        let node = window.query_by_role_and_label(Role::PasswordInput, "API key");
        let node = node.unwrap_or_else(|| window.get_by_role_and_label(Role::TextInput, "API key"));
        (node.is_focused(), node.value().unwrap_or_default())
    }

    #[test]
    fn it_is_hidden_until_a_person_wants_to_see_it() {
        let mut window = shown();
        assert!(field(&window).0, "the keyboard is with it");
        window.event(egui::Event::Paste(KEY.into()));
        window.run();
        assert!(!field(&window).1.contains("horse"), "{:?}", field(&window));
        window.get_by_label("Show the key").click();
        window.run();
        assert_eq!(field(&window).1, KEY);
        window.get_by_label("Hide the key").click();
        window.run();
        assert!(!field(&window).1.contains("horse"));
        assert!(!format!("{:?}", window.state()).contains("horse"));
    }

    #[test]
    fn it_is_given_with_enter_and_nothing_of_it_stays() {
        let mut window = shown();
        window.event(egui::Event::Paste(format!("{KEY} and more")));
        window.key_press(egui::Key::Enter);
        window.run();
        assert!(window.query_by_label_contains("letters, digits and signs").is_some() && window.state().1.is_empty());
        assert!(field(&window).0, "the keyboard is there again");
        window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        window.event(egui::Event::Paste(KEY.into()));
        window.run();
        window.key_press(egui::Key::Enter);
        window.run();
        assert_eq!(window.state().1.iter().map(Secret::expose).collect::<Vec<_>>(), [KEY]);
        window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
        window.run();
        assert!(window.state().0.text.is_empty(), "undo brings nothing back");
    }
}
