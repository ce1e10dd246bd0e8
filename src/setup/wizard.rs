//! The wizard as plain state: five steps, what is typed, what was found, what may happen next.
//!
//! ```text
//! Connect ──▶ This computer ──▶ Folder ──▶ Personal data ──▶ Check and finish
//!                                            forward only past good answers; back at any time
//! ```
//! In: an [`Act`] of the person or of the world. Out: wishes for the world, and [`Wizard::page`], all that is to be shown.
//! It waits for nothing and touches nothing, so that each state can be made and looked at in a test.
//! Not here: doing what is wished (`errand`), words and pictures (whoever shows it).

use std::path::PathBuf;

use super::begin::Beginning;
use super::compose::{Draft, compose};
use super::enrolment::Settings;
use super::finish::{Finished, Plan};
use super::folder::Look;
use super::key::NewKey;
use super::ladder::{self, Rung};
use crate::config::{Config, Files, NotifyLevel, Problems};
use crate::guard::Mode;
use crate::secret::Secret;

mod entry;
mod guard;
mod key;
mod page;
#[cfg(test)]
mod tests;

pub use entry::{Entry, Fault, Field};
pub use guard::{MODES, Personal, word};
pub use key::Asked;
pub use page::{Ending, Finish, Looked, Page, Proof, Shown};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Connect,
    Computer,
    Folder,
    /// What is done about personal data.
    Guard,
    Finish,
}

pub const STEPS: [Step; 5] = [Step::Connect, Step::Computer, Step::Folder, Step::Guard, Step::Finish];

/// What happens to the wizard.
#[derive(Debug, Clone)]
pub enum Act {
    Type(Field, String),
    Forward,
    Back,
    Guard(Mode),
    /// The word was typed without which the guard is not turned off, or was taken back.
    Agree(bool),
    /// The presigner's key, to be tried at once and kept at the end; `None` forgets the one that was typed.
    Key(Option<Secret>),
    StartAtLogin(bool),
    Notify(bool),
    /// Climb the ladder once more.
    TryAgain,
    /// Write it all, green or not.
    Finish,
    /// A look into a folder came back.
    Looked(PathBuf, Look),
    /// A rung of climb number `run` is known; `next` is being tried.
    Climbed {
        run: u32,
        rung: Rung,
        next: Option<ladder::Step>,
    },
    /// Climb number `run` has no more rungs.
    AtTheTop {
        run: u32,
    },
    Written(Result<Finished, Refused>),
}

/// Why the end was not reached, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub message: String,
    pub hint: Option<String>,
}

/// What the wizard wants from the world; the answer comes as an [`Act`].
#[derive(Debug, Clone)]
pub enum Wish {
    Look(PathBuf, Box<Files>),
    /// A later climb makes the answers of an earlier one worthless.
    Climb {
        run: u32,
        config: Box<Config>,
        /// Used instead of the one that is stored.
        key: Option<Secret>,
    },
    /// A typed key is kept first: whoever reads the settings then finds it.
    Write(Plan, Option<Box<NewKey>>),
}

#[derive(Debug)]
pub struct Wizard {
    beginning: Beginning,
    step: Step,
    address: Entry,
    device: Entry,
    folder: Entry,
    /// Further settings of an enrolment line.
    shared: Settings,
    guard: guard::Answer,
    key: Option<Secret>,
    /// The person wanted to go on and could not: an empty field is a fault now.
    pressed: bool,
    look: Option<(PathBuf, Look)>,
    climb: ClimbState,
    /// `None` where nothing can start at login.
    start_at_login: Option<Choice>,
    ending: Ending,
}

/// A switch: how it was and how it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Choice {
    was: bool,
    wanted: bool,
}

#[derive(Debug, Default)]
struct ClimbState {
    run: u32,
    rungs: Vec<Rung>,
    under_way: Option<ladder::Step>,
}

impl Wizard {
    /// `starts_at_login` is `None` where there is nothing that could.
    pub fn new(beginning: Beginning, starts_at_login: Option<bool>) -> Self {
        let entry = |field: Field, proposal: &str| Entry::new(field, &beginning, proposal);
        Self {
            step: Step::Connect,
            address: entry(Field::Address, ""),
            device: entry(Field::Device, &beginning.device),
            folder: entry(Field::Folder, ""),
            shared: Settings::new(),
            guard: guard::Answer::default(),
            key: None,
            pressed: false,
            look: None,
            climb: ClimbState::default(),
            // A first set-up proposes what nearly everybody wants; afterwards the person's choice stands.
            start_at_login: starts_at_login.map(|was| Choice { was, wanted: was || beginning.sources.user.is_none() }),
            ending: Ending::Open,
            beginning,
        }
    }

    /// Answers that were given in another way; what somebody else has the say over stays as it is.
    pub fn take_over(&mut self, mut given: Settings) {
        given.retain(|key, _| self.beginning.lock(key).is_none());
        for field in [Field::Address, Field::Device, Field::Folder] {
            if let Some(value) = given.remove(field.key()) {
                self.entry_mut(field).set(&value);
            }
        }
        self.shared = given;
    }

    pub fn step(&self) -> Step {
        self.step
    }

    pub fn is_done(&self) -> bool {
        matches!(self.ending, Ending::Done(_))
    }

    /// Changes the state; what comes back is to be done for it.
    pub fn act(&mut self, act: Act) -> Option<Wish> {
        if matches!(self.ending, Ending::Writing | Ending::Done(_)) && !matches!(act, Act::Written(_)) {
            return None;
        }
        match act {
            Act::Type(field, text) => return self.typed(field, &text),
            Act::Forward => return self.forward(),
            Act::Back => self.back(),
            Act::StartAtLogin(on) => self.start_at_login.iter_mut().for_each(|choice| choice.wanted = on),
            Act::Notify(on) => self.notify(on),
            Act::Guard(mode) => (self.guard.mode, self.guard.agreed, self.pressed) = (Some(mode), false, false),
            Act::Agree(agreed) => self.guard.agreed = agreed,
            Act::Key(key) => {
                self.key = key.filter(|_| self.key_asked().lock.is_none());
                return self.climb();
            }
            Act::TryAgain => return self.climb(),
            Act::Finish => return self.finish(),
            Act::Looked(folder, look) => {
                if self.folder_path().as_ref() == Ok(&folder) {
                    self.look = Some((folder, look));
                }
            }
            Act::Climbed { run, rung, next } if run == self.climb.run && self.step == Step::Finish => {
                self.climb.rungs.push(rung);
                self.climb.under_way = next;
            }
            Act::AtTheTop { run } if run == self.climb.run => self.climb.under_way = None,
            Act::Climbed { .. } | Act::AtTheTop { .. } => {}
            Act::Written(Ok(done)) => (self.ending, self.key) = (Ending::Done(done), None),
            Act::Written(Err(refused)) => self.ending = Ending::Refused(refused),
        }
        None
    }

    fn typed(&mut self, field: Field, text: &str) -> Option<Wish> {
        self.pressed = false;
        let entry = self.entry_mut(field);
        if entry.lock.is_some() {
            return None;
        }
        let before = entry.value().to_owned();
        entry.set(text);
        if field != Field::Folder && entry.value() != before {
            self.key = None; // it was meant for another presigner, or for another device
        }
        if field == Field::Address {
            self.take_over_line();
        }
        (field == Field::Folder).then(|| self.look_wish()).flatten()
    }

    /// A line of another computer fills whatever it holds, except what somebody else has the say over.
    fn take_over_line(&mut self) {
        if let Some(Ok(line)) = self.address.line() {
            self.take_over(line);
        }
    }

    fn forward(&mut self) -> Option<Wish> {
        self.pressed = true;
        let next = match self.step {
            Step::Connect if self.fault(Field::Address).is_none() => Step::Computer,
            Step::Computer if self.fault(Field::Device).is_none() => Step::Folder,
            Step::Folder if self.fault(Field::Folder).is_none() && !self.refuses_folder() => Step::Guard,
            Step::Guard if self.is_agreed() => Step::Finish,
            Step::Finish => return self.finish(),
            _ => return None,
        };
        (self.step, self.pressed) = (next, false);
        match next {
            Step::Folder => self.look_wish(),
            Step::Finish => self.climb(),
            Step::Connect | Step::Computer | Step::Guard => None,
        }
    }

    fn back(&mut self) {
        self.step = match self.step {
            Step::Connect | Step::Computer => Step::Connect,
            Step::Folder => Step::Computer,
            Step::Guard => Step::Folder,
            Step::Finish => Step::Guard,
        };
        // Whatever is still found out belongs to answers that may change now.
        self.climb = ClimbState { run: self.climb.run + 1, ..ClimbState::default() };
        (self.pressed, self.ending) = (false, Ending::Open);
    }

    fn notify(&mut self, on: bool) {
        let was_off = self.beginning.known.config.notify.level == NotifyLevel::None;
        // A level between the two, chosen elsewhere, is not ours to change.
        match (on, was_off) {
            (true, false) | (false, true) => self.shared.remove(page::NOTIFY),
            (true, true) => self.shared.insert(page::NOTIFY.into(), "all".into()),
            (false, false) => self.shared.insert(page::NOTIFY.into(), "none".into()),
        };
    }

    fn climb(&mut self) -> Option<Wish> {
        if self.step != Step::Finish {
            return None;
        }
        let draft = self.draft();
        let under_way = draft.is_ok().then_some(ladder::Step::Folder);
        self.climb = ClimbState { run: self.climb.run + 1, rungs: Vec::new(), under_way };
        self.ending = Ending::Open;
        let config = Box::new(draft.ok()?.loaded.config);
        Some(Wish::Climb { run: self.climb.run, config, key: self.key.clone() })
    }

    fn finish(&mut self) -> Option<Wish> {
        if self.step != Step::Finish {
            return None;
        }
        let draft = match self.draft() {
            Ok(draft) => draft,
            Err(problems) => {
                self.ending = Ending::Refused(Refused::of(&problems));
                return None;
            }
        };
        self.ending = Ending::Writing;
        let key = self.new_key(&draft.loaded.config);
        let plan = Plan {
            file: self.beginning.sources.user_file.clone(),
            before: self.beginning.sources.user.as_ref().map(|user| user.text.clone()),
            text: draft.text,
            folder: draft.loaded.config.watch_dir,
            start_at_login: self
                .start_at_login
                .filter(|choice| choice.was != choice.wanted)
                .map(|choice| choice.wanted),
        };
        Some(Wish::Write(plan, key))
    }

    /// What would be written now.
    fn draft(&self) -> Result<Draft, Problems> {
        let mut settings = self.shared.clone();
        for entry in [&self.address, &self.device, &self.folder] {
            if let Some(value) = entry.changed(&self.beginning) {
                settings.insert(entry.field.key().into(), value);
            }
        }
        self.guard.put(&self.beginning, &mut settings);
        self.put_header(&mut settings);
        compose(&self.beginning.sources, &settings)
    }

    fn look_wish(&self) -> Option<Wish> {
        let config = self.folder_path().ok().and_then(|_| self.draft().ok())?.loaded.config;
        Some(Wish::Look(config.watch_dir, Box::new(config.files)))
    }

    /// The folder cannot be used. One that stood there before may be out of reach only today, on a drive that is not plugged in.
    pub fn refuses_folder(&self) -> bool {
        let Ok(path) = self.folder_path() else { return true };
        self.folder.changed(&self.beginning).is_some()
            && matches!(&self.look, Some((folder, Look::Bad(_))) if *folder == path)
    }

    fn is_agreed(&self) -> bool {
        self.guard.agreed || !self.guard.shown(&self.beginning, &self.shared, true).asks_twice
    }

    fn folder_path(&self) -> Result<PathBuf, Fault> {
        self.folder.path(&self.beginning)
    }

    /// What is wrong with the text as it stands.
    pub fn fault(&self, field: Field) -> Option<Fault> {
        let entry = self.entry(field);
        match field {
            Field::Address => entry.address(self.allows_plain_http()).err(),
            Field::Device => entry.device().err(),
            Field::Folder => self.folder_path().err(),
        }
    }

    fn allows_plain_http(&self) -> bool {
        let shared = self.shared.get("network.allow_insecure_http").map(|value| value == "true");
        shared.unwrap_or(self.beginning.known.config.network.allow_insecure_http)
    }

    fn entry(&self, field: Field) -> &Entry {
        match field {
            Field::Address => &self.address,
            Field::Device => &self.device,
            Field::Folder => &self.folder,
        }
    }

    fn entry_mut(&mut self, field: Field) -> &mut Entry {
        match field {
            Field::Address => &mut self.address,
            Field::Device => &mut self.device,
            Field::Folder => &mut self.folder,
        }
    }
}
