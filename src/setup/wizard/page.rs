//! All that is to be shown of the wizard, as data.
//!
//! In: its state. Out: a [`Page`] that a window or a terminal puts into words; nothing else is needed to draw it.
//! Not here: changing the state (`wizard`), words (whoever shows it).

use std::path::PathBuf;

use super::entry::{Fault, Field};
use super::guard::Personal;
use super::key::Asked;
use super::{Refused, Step, Wizard};
use crate::config::{NotifyLevel, Problems, without_values};
use crate::error::{Explain, chain};
use crate::guard::Mode;
use crate::setup::begin::Lock;
use crate::setup::finish::Finished;
use crate::setup::folder::Look;
use crate::setup::ladder::{self, Rung};

pub(super) const NOTIFY: &str = "notify.level";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    Connect {
        address: Shown,
        /// Further settings that an enrolment line brought.
        taken_over: usize,
    },
    Computer {
        device: Shown,
    },
    Folder {
        folder: Shown,
        look: Looked,
    },
    Guard(Personal),
    Finish(Finish),
}

/// A field as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub text: String,
    pub lock: Option<Lock>,
    pub fault: Option<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// There is no path to look at.
    Nowhere,
    Looking,
    Found(Look),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finish {
    pub address: String,
    pub device: String,
    /// As a whole path.
    pub folder: PathBuf,
    pub file: PathBuf,
    pub rungs: Vec<Rung>,
    pub under_way: Option<ladder::Step>,
    pub proof: Proof,
    pub key: Asked,
    pub guard: Mode,
    /// `None` where there is no choice.
    pub start_at_login: Option<bool>,
    pub notify: Option<bool>,
    pub ending: Ending,
}

/// How far the ladder proves that files will arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Climbing,
    Green,
    /// It can be finished all the same: files wait until it is mended.
    Red,
    /// The settings cannot be written as they are.
    Impossible,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    Open,
    Writing,
    Refused(Refused),
    Done(Finished),
}

impl Refused {
    pub fn of_error(error: &impl Explain) -> Self {
        Self { message: chain(error), hint: error.hint() }
    }

    pub(super) fn of(problems: &Problems) -> Self {
        Self { message: problems.to_string(), hint: problems.hint() }
    }
}

impl Wizard {
    pub fn page(&self) -> Page {
        match self.step {
            Step::Connect => Page::Connect { address: self.shown(Field::Address), taken_over: self.taken_over() },
            Step::Computer => Page::Computer { device: self.shown(Field::Device) },
            Step::Folder => Page::Folder { folder: self.shown(Field::Folder), look: self.looked() },
            Step::Guard => Page::Guard(self.guard.shown(&self.beginning, &self.shared, self.pressed)),
            Step::Finish => Page::Finish(self.finish_page()),
        }
    }

    fn shown(&self, field: Field) -> Shown {
        let entry = self.entry(field);
        // Nobody is told off for a field that they have not come to yet.
        let fault = self.fault(field).filter(|fault| *fault != Fault::Empty || self.pressed);
        Shown { text: entry.text.clone(), lock: entry.lock.clone(), fault }
    }

    fn taken_over(&self) -> usize {
        self.shared.keys().filter(|key| *key != NOTIFY).count()
    }

    fn looked(&self) -> Looked {
        match (self.folder_path(), &self.look) {
            (Err(_), _) => Looked::Nowhere,
            (Ok(path), Some((folder, look))) if *folder == path => Looked::Found(look.clone()),
            (Ok(_), _) => Looked::Looking,
        }
    }

    fn finish_page(&self) -> Finish {
        let draft = self.draft();
        let ending = match (&self.ending, &draft) {
            (Ending::Open, Err(problems)) => Ending::Refused(Refused::of(problems)),
            (ending, _) => ending.clone(),
        };
        let proof = match (&draft, self.climb.under_way) {
            (Err(_), _) => Proof::Impossible,
            (Ok(_), Some(_)) => Proof::Climbing,
            (Ok(_), None) if self.climb.rungs.iter().all(|rung| rung.ok) => Proof::Green,
            (Ok(_), None) => Proof::Red,
        };
        let lock = self.beginning.lock(NOTIFY);
        let level = |draft: super::Draft| draft.loaded.config.notify.level != NotifyLevel::None;
        Finish {
            address: without_values(self.address.value()),
            device: self.device.value().to_owned(),
            folder: self.folder_path().unwrap_or_default(),
            file: self.beginning.sources.user_file.clone(),
            rungs: self.climb.rungs.clone(),
            under_way: self.climb.under_way,
            proof,
            key: self.key_asked(),
            guard: self.guard.wanted(&self.beginning, &self.shared),
            start_at_login: self.start_at_login.map(|choice| choice.wanted),
            notify: draft.ok().map(level).filter(|_| lock.is_none()),
            ending,
        }
    }
}
