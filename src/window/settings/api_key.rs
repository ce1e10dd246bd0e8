//! The row of the API key: where it lies, and buttons to set, replace and remove it. The key itself is never shown.
//!
//! In: a [`KeyState`]. Out: [`Ask`]s. Not here: what keeps it (`keys`), the settings around it (`form`).

use eframe::egui::{Align, Context, RichText, Ui};
use rust_i18n::t;

use super::form::by_whom;
use crate::auth::Place;
use crate::config::Unready;
use crate::window::key_field::KeyField;
use crate::window::keys::{Kept, KeyAsk, KeyState, told};
use crate::window::parts::{small, weak};
use crate::window::picture::Ask;
use crate::window::theme::colours;

/// Kept for as long as the window is open.
#[derive(Debug, Default)]
pub struct KeyRow {
    state: Option<KeyState>,
    stage: Stage,
    /// Somebody was asked where it is, and the answer may still come.
    asked: bool,
    /// The keychain is at work, or waits for its person.
    busy: bool,
    /// The first button of the row is to have the keyboard, as soon as there is one.
    pub wanted: bool,
}

#[derive(Debug, Default)]
enum Stage {
    #[default]
    Shown,
    Typing(KeyField),
    /// Remove it, really?
    Doubting,
}

/// The name under which other programs ask for this row.
pub const NAME: &str = "api_key";

impl KeyRow {
    pub fn hear(&mut self, state: Option<KeyState>) {
        (self.state, self.busy) = (state, false);
    }

    /// Device, presigner or header may be others now.
    pub fn look_again(&mut self) {
        self.asked = false;
    }

    /// What was typed is gone.
    pub fn leave(&mut self, ctx: &Context) {
        if let Stage::Typing(mut field) = std::mem::take(&mut self.stage) {
            field.clear(ctx);
        }
    }

    fn ask(&mut self, ask: KeyAsk, asks: &mut Vec<Ask>) {
        self.busy = ask != KeyAsk::Find;
        self.stage = Stage::Shown;
        asks.push(Ask::Key(ask));
    }

    pub fn draw(&mut self, ui: &mut Ui, asks: &mut Vec<Ask>) {
        if !std::mem::replace(&mut self.asked, true) {
            asks.push(Ask::Key(KeyAsk::Find));
        }
        ui.label(RichText::new(t!("key.heading")).strong());
        let Some(state) = self.state.clone() else {
            small(ui, t!("key.about"));
            return;
        };
        let look = colours(ui);
        let colour = if matches!(state.kept, Kept::Not(_)) { look.error } else { look.text };
        ui.label(RichText::new(if self.busy { t!("key.busy").into_owned() } else { told(state.kept) }).color(colour));
        match (&state.fixed, state.kept) {
            (Some(fixed), _) => drop(ui.label(RichText::new(by_whom(fixed)).small().color(look.warning))),
            (None, Kept::At(Place::Environment)) => {}
            (None, kept) => ui.add_enabled_ui(!self.busy, |ui| self.buttons(ui, kept, asks)).inner,
        }
        small(ui, format!("{} {}", t!("key.about"), t!("key.account", account = state.account)));
    }

    fn buttons(&mut self, ui: &mut Ui, kept: Kept, asks: &mut Vec<Ask>) {
        match &mut self.stage {
            Stage::Shown => {
                let there = !matches!(kept, Kept::Unused | Kept::Not(Unready::Missing | Unready::NoKeychain));
                ui.horizontal_wrapped(|ui| {
                    let set = if there { t!("key.replace") } else { t!("key.set") };
                    let set = ui.button(&*set);
                    if std::mem::take(&mut self.wanted) {
                        set.request_focus();
                        set.scroll_to_me(Some(Align::Center));
                    }
                    if set.clicked() {
                        self.stage = Stage::Typing(KeyField::new("settings.key"));
                    } else if there && ui.button(&*t!("key.remove")).clicked() {
                        self.stage = Stage::Doubting;
                    }
                });
            }
            Stage::Typing(field) => {
                let given = field.draw(ui, &t!("key.store"));
                let stop = ui.button(&*t!("key.cancel")).clicked();
                if let Some(secret) = given {
                    self.ask(KeyAsk::Keep(secret), asks);
                } else if stop {
                    self.leave(&ui.ctx().clone());
                }
            }
            Stage::Doubting => {
                weak(ui, t!("key.sure"));
                ui.horizontal_wrapped(|ui| {
                    if ui.button(&*t!("key.remove_really")).clicked() {
                        self.ask(KeyAsk::Forget, asks);
                    } else if ui.button(&*t!("key.cancel")).clicked() {
                        self.stage = Stage::Shown;
                    }
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;
    use crate::secret::Secret;
    use crate::window::theme;

    type Window = Harness<'static, (KeyRow, Vec<Ask>)>;

    fn shown(kept: Kept) -> Window {
        rust_i18n::set_locale("en");
        let draw = |ui: &mut Ui, (row, asks): &mut (KeyRow, Vec<Ask>)| row.draw(ui, asks);
        let builder = Harness::builder().with_size([700.0, 260.0]).with_context_setup(theme::wear);
        let mut window = builder.build_ui_state(draw, (KeyRow::default(), Vec::new()));
        window.run();
        assert_eq!(window.state_mut().1.pop(), Some(Ask::Key(KeyAsk::Find)), "it wants to know");
        window.state_mut().0.hear(Some(KeyState { kept, account: "dev@a.example".into(), fixed: None }));
        window.run();
        window
    }

    fn click(window: &mut Window, label: &str) {
        window.get_by_label(label).click();
        window.run();
    }

    #[test]
    fn a_key_is_set_with_the_keyboard() {
        let mut window = shown(Kept::Unused);
        assert!(window.query_by_label_contains("None is sent").is_some());
        click(&mut window, "Set…");
        window.event(eframe::egui::Event::Paste("otk_one".into()));
        window.run();
        window.key_press(eframe::egui::Key::Enter);
        window.run();
        let secret = Secret::parse("otk_one").expect("a key");
        assert_eq!(window.state().1, [Ask::Key(KeyAsk::Keep(secret))]);
        assert!(window.query_by_label_contains("keychain is being asked").is_some());
    }

    #[test]
    fn it_is_removed_after_one_question() {
        let mut window = shown(Kept::At(Place::Keychain));
        click(&mut window, "Remove…");
        assert!(window.state().1.is_empty() && window.query_by_label_contains("Nothing is sent").is_some());
        click(&mut window, "Cancel");
        click(&mut window, "Remove…");
        click(&mut window, "Remove the key");
        assert_eq!(window.state().1, [Ask::Key(KeyAsk::Forget)]);
    }

    #[test]
    fn one_of_the_environment_is_not_ours_to_change() {
        let window = shown(Kept::At(Place::Environment));
        assert!(window.query_by_label_contains("OUTTRAY_API_KEY").is_some());
        assert!(window.query_by_label("Replace…").is_none() && window.query_by_label("Remove…").is_none());
        let window = shown(Kept::Not(Unready::Locked));
        assert!(window.query_by_label("Replace…").is_some());
    }

    #[test]
    fn what_was_typed_is_gone_when_the_page_is_left() {
        let mut window = shown(Kept::Not(Unready::Missing));
        click(&mut window, "Set…");
        window.event(eframe::egui::Event::Paste("otk_one".into()));
        window.run();
        let ctx = window.ctx.clone();
        window.state_mut().0.leave(&ctx);
        window.run();
        click(&mut window, "Set…");
        window.key_press(eframe::egui::Key::Enter);
        window.run();
        assert!(window.state().1.is_empty() && window.query_by_label("Something is needed here.").is_some());
    }
}
