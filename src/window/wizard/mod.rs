//! The first steps, from nothing to the first file that is sent: the wizard as a page of the window.
//!
//! In: the home, what a person types. Out: written settings, [`Ask`]s. What takes time happens on threads of its own and
//! comes back as acts.
//! ```text
//! steps, finish (drawn from a Page) ──Act──▶ setup::wizard ──Wish──▶ a thread: setup::errand ──Act──▶ back here
//! ```
//! Not here: what follows from what (`setup::wizard`), single steps (`steps`, `finish`).

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};

use eframe::egui::{Context, Key, Modifiers, Ui};
use rust_i18n::t;

use super::parts::{Tone, banner, first_button, heading, page, weak};
use super::picture::Ask;
use crate::config::Problems;
use crate::host::Home;
use crate::platform::keychain::Keychain;
use crate::setup::begin::{Beginning, device_name};
use crate::setup::errand;
use crate::setup::finish::starts_at_login;
use crate::setup::wizard::{self as state, Act, Field, Page, Wish};

mod finish;
mod fix;
mod foot;
mod key;
mod personal;
mod steps;
#[cfg(all(test, feature = "demo"))]
mod tests;

pub use fix::remedy;

/// The name under which the folder is asked for and comes back.
const FOLDER: &str = "setup.watch_dir";

/// Points.
const SMALL: f32 = 400.0;

/// The wizard, kept for as long as the window is open.
#[derive(Debug)]
pub struct Wizard {
    home: Home,
    /// Where a key is kept.
    keychain: fn() -> Keychain,
    stage: Stage,
    tell: Sender<Act>,
    told: Receiver<Act>,
    /// One look at a time: a network drive may take long, and a person types on.
    looking: bool,
    next_look: Option<Wish>,
    /// The step was entered, or its answer refused: the keyboard belongs to its field.
    focus: bool,
    /// What is typed on pages that ask for more than settings.
    typed: Typed,
    /// The settings were written since the last question for it.
    finished: bool,
}

#[derive(Debug, Default)]
struct Typed {
    key: key::Desk,
    /// The word without which the guard is not turned off.
    word: String,
}

#[derive(Debug)]
enum Stage {
    /// Nobody has looked at the settings yet.
    Unread,
    /// The file is somebody's unfinished work; it is not touched.
    Broken(Problems),
    Asking(Box<state::Wizard>),
}

impl Wizard {
    pub fn new(home: Home, keychain: fn() -> Keychain) -> Self {
        let (tell, told) = channel();
        let (stage, next_look) = (Stage::Unread, None);
        Self {
            home,
            keychain,
            stage,
            tell,
            told,
            looking: false,
            next_look,
            focus: true,
            typed: Typed::default(),
            finished: false,
        }
    }

    /// Something was chosen for the control of that name.
    pub fn chosen(&mut self, field: &str, path: &Path, ctx: &Context) {
        if field == FOLDER {
            self.act(Act::Type(Field::Folder, path.display().to_string()), ctx);
        }
    }

    /// Another page is shown: a key that was being typed is gone.
    pub fn leave(&mut self, ctx: &Context) {
        self.typed.key.field.clear(ctx);
    }

    /// True once after the settings were written.
    pub fn take_finished(&mut self) -> bool {
        std::mem::take(&mut self.finished)
    }

    fn read(&mut self) {
        let device = device_name(&mut fastrand::Rng::new());
        let beginning = Beginning::read(&self.home.paths, &|name| std::env::var_os(name), device);
        self.stage = match beginning {
            Ok(beginning) => Stage::Asking(Box::new(state::Wizard::new(beginning, starts_at_login()))),
            Err(problems) => Stage::Broken(problems),
        };
        self.focus = true;
    }

    fn act(&mut self, act: Act, ctx: &Context) {
        let Stage::Asking(wizard) = &mut self.stage else { return };
        let before = (wizard.step(), wizard.is_done());
        self.focus |= matches!(act, Act::Forward | Act::Back);
        let wish = wizard.act(act);
        if before.0 != wizard.step() {
            self.focus = true;
            self.typed.word.clear();
            self.typed.key.field.clear(ctx);
        }
        self.finished |= wizard.is_done() && !before.1;
        match wish {
            Some(look @ Wish::Look(..)) if self.looking => self.next_look = Some(look),
            Some(wish) => self.run(wish, ctx),
            None => {}
        }
    }

    fn run(&mut self, wish: Wish, ctx: &Context) {
        self.looking |= matches!(wish, Wish::Look(..));
        let (home, keychain, tell, ctx) = (self.home.clone(), self.keychain, self.tell.clone(), ctx.clone());
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let Ok(runtime) = runtime.inspect_err(|error| tracing::warn!(target: "outtray", "{error}")) else { return };
            runtime.block_on(errand::run(&home, keychain, wish, &mut |act| {
                let _ = tell.send(act); // the window may be closed by now
                ctx.request_repaint();
            }));
        };
        if let Err(error) = std::thread::Builder::new().name("setup".into()).spawn(work) {
            tracing::warn!(target: "outtray", "⚠️  nothing can be tried: {error}");
        }
    }

    fn hear(&mut self, ctx: &Context) {
        while let Ok(act) = self.told.try_recv() {
            if matches!(act, Act::Looked(..)) {
                self.looking = false;
                if let Some(next) = self.next_look.take() {
                    self.run(next, ctx);
                }
            }
            self.act(act, ctx);
        }
    }

    pub fn draw(&mut self, ui: &mut Ui, asks: &mut Vec<Ask>) {
        let ctx = ui.ctx().clone();
        if matches!(self.stage, Stage::Unread) {
            self.read();
        }
        self.hear(&ctx);
        let focus = std::mem::take(&mut self.focus);
        let acts = match &self.stage {
            Stage::Unread => Vec::new(),
            Stage::Broken(problems) => {
                if broken(ui, problems, asks) {
                    self.read();
                }
                return;
            }
            Stage::Asking(wizard) => {
                let (page, mut again) = (wizard.page(), false);
                let acts = draw(ui, &page, focus, &mut self.typed, asks, &mut again);
                if again {
                    self.read();
                }
                acts
            }
        };
        for act in acts {
            self.act(act, &ctx);
        }
        if self.finished {
            asks.push(Ask::Reload);
        }
        if self.focus {
            ctx.request_repaint();
        }
    }
}

/// The step that is on, with its buttons; what a person did with it. `again`: from the beginning, with the settings as
/// they are now.
fn draw(ui: &mut Ui, shown: &Page, focus: bool, typed: &mut Typed, asks: &mut Vec<Ask>, again: &mut bool) -> Vec<Act> {
    let mut acts = Vec::new();
    foot::draw(ui, shown, &mut acts, asks);
    // Every step has its own place to scroll to.
    page(ui, &format!("setup-{}", steps::number(shown)), |ui| {
        // A small window needs its room for the question.
        if ui.ctx().content_rect().height() > SMALL {
            heading(ui, &t!("setup.heading"));
        }
        steps::draw_path(ui, shown);
        match shown {
            Page::Connect { address, taken_over } => steps::connect(ui, address, *taken_over, focus, asks, &mut acts),
            Page::Computer { device } => steps::computer(ui, device, focus, asks, &mut acts),
            Page::Folder { folder, look } => steps::folder(ui, folder, look, focus, asks, &mut acts),
            Page::Guard(page) => personal::draw(ui, page, &mut typed.word, asks, &mut acts),
            Page::Finish(page) => *again = finish::draw(ui, page, &mut typed.key, asks, &mut acts),
        }
    });
    // Esc closes a menu first, and gives the keyboard back; only then does it go back.
    if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        acts.push(Act::Back);
    }
    acts
}

/// True: look again.
fn broken(ui: &mut Ui, problems: &Problems, asks: &mut Vec<Ask>) -> bool {
    let mut again = false;
    page(ui, "setup-broken", |ui| {
        heading(ui, &t!("setup.heading"));
        banner(ui, Tone::Error, &t!("setup.broken"), |ui| {
            for problem in problems.list() {
                ui.label(problem.to_string());
                if let Some(hint) = &problem.hint {
                    weak(ui, hint);
                }
            }
            ui.horizontal_wrapped(|ui| {
                if first_button(ui, &t!("settings.open_file"), true).clicked() {
                    asks.push(Ask::OpenSettings);
                }
                again = ui.button(&*t!("setup.look_again")).clicked();
            });
        });
    });
    again
}
