//! The wizard on a terminal: the same steps as in the window, as questions.
//!
//! In: what there is already. Out: written settings; or nothing at all when the person leaves with Ctrl-C.
//! Enter goes forward, Esc goes back. Not here: what may be answered and what follows (`setup::wizard`).

use std::cell::RefCell;

use inquire::error::InquireError;
use inquire::validator::Validation;
use inquire::{Confirm, Select, Text};

use crate::cli::failure::{Exit, Failure};
use crate::cli::ladder;
use crate::cli::output::{Output, style};
use crate::host::Home;
use crate::phrase;
use crate::setup::begin::Beginning;
use crate::setup::enrolment::Settings;
use crate::setup::errand;
use crate::setup::finish::{Finished, starts_at_login};
use crate::setup::folder::{self, Look};
use crate::setup::wizard::{Act, Ending, Field, Finish, Looked, Page, Proof, STEPS, Shown, Step, Wish, Wizard};

const KEYS: &str = "Enter goes on, Esc goes back, Ctrl-C leaves everything as it is.";

pub async fn ask(home: &Home, beginning: Beginning, given: &Settings, out: Output) -> Result<Finished, Failure> {
    let mut wizard = Wizard::new(beginning, starts_at_login());
    wizard.take_over(given.clone());
    let asker = Asker { home, wizard: RefCell::new(wizard), out };
    // Which way a step is passed that has nothing to ask.
    let mut onward = Act::Forward;
    loop {
        let page = asker.wizard.borrow().page();
        let act = match page {
            Page::Connect { address, .. } => {
                asker.heading(
                    Step::Connect,
                    "The address to which this computer sends; whoever runs it gave it to you.",
                );
                asker.field(Field::Address, "API URL, or enrolment line:", &address, &onward)?
            }
            Page::Computer { device } => {
                asker.heading(
                    Step::Computer,
                    "A name that no other of your computers has. It becomes part of what is stored.",
                );
                asker.field(Field::Device, "Device ID:", &device, &onward)?
            }
            Page::Folder { folder, .. } => {
                asker.heading(Step::Folder, "The folder into which the other program writes its finished files.");
                asker.field(Field::Folder, "Folder:", &folder, &onward)?
            }
            Page::Finish(Finish { ending: Ending::Done(done), .. }) => return Ok(done),
            Page::Finish(finish) => asker.finish(&finish)?,
        };
        onward = if matches!(act, Act::Back) { Act::Back } else { Act::Forward };
        asker.act(act).await;
    }
}

struct Asker<'a> {
    home: &'a Home,
    wizard: RefCell<Wizard>,
    out: Output,
}

impl Asker<'_> {
    /// Does what follows as well; rungs of the ladder appear as they are climbed.
    async fn act(&self, act: Act) {
        let wish = self.wizard.borrow_mut().act(act);
        let Some(wish) = wish else { return };
        if matches!(wish, Wish::Climb { .. }) {
            self.heading(Step::Finish, "Every step of the way is tried. Nothing of yours is sent.");
        }
        errand::run(self.home, wish, &mut |told| {
            if let Act::Climbed { rung, .. } = &told {
                self.out.problem(ladder::text(rung));
            }
            self.wizard.borrow_mut().act(told);
        })
        .await;
    }

    fn heading(&self, step: Step, about: &str) {
        let number = STEPS.iter().position(|known| *known == step).map_or(0, |at| at + 1);
        let name = match step {
            Step::Connect => "Connect",
            Step::Computer => "This computer",
            Step::Folder => "Folder",
            Step::Finish => "Check and finish",
        };
        self.out.problem(format!("\n{}", style::bold(&format!("{number} of {}  {name}", STEPS.len()))));
        self.out.problem(style::dim(about));
    }

    fn field(&self, field: Field, question: &str, shown: &Shown, onward: &Act) -> Result<Act, Failure> {
        if let Some(lock) = &shown.lock {
            self.out.problem(format!("{question} {} ({lock})", shown.text));
            // Nothing lies before the first step.
            return Ok(if field == Field::Address { Act::Forward } else { onward.clone() });
        }
        let check = |text: &str| {
            Ok(self.fault(field, text).map_or(Validation::Valid, |fault| Validation::Invalid(fault.into())))
        };
        let text = Text::new(question).with_initial_value(&shown.text).with_help_message(KEYS).with_validator(check);
        let Some(answer) = answered(text.prompt())? else { return Ok(Act::Back) };
        // A line of another computer shows what it held, to be agreed to.
        self.fault(field, &answer);
        match self.wizard.borrow().page() {
            Page::Folder { look: Looked::Found(look), .. } => self.out.problem(format!("  {}", found(&look))),
            Page::Connect { address, taken_over } if taken_over > 0 => {
                let more =
                    if taken_over == 1 { "1 further setting" } else { &format!("{taken_over} further settings") };
                self.out.problem(format!("  The line brings {} and {more}.", address.text));
            }
            _ => {}
        }
        Ok(Act::Forward)
    }

    /// Why this answer cannot be taken.
    fn fault(&self, field: Field, text: &str) -> Option<String> {
        let mut wizard = self.wizard.borrow_mut();
        let wish = wizard.act(Act::Type(field, text.to_owned()));
        if let Some(fault) = wizard.fault(field) {
            return Some(fault.to_string());
        }
        let Some(Wish::Look(folder, files)) = wish else { return None };
        let found = folder::look(&folder, &files);
        let fault = match &found {
            Look::Bad(bad) => Some(bad.to_string()),
            Look::Good { .. } | Look::New => None,
        };
        wizard.act(Act::Looked(folder, found));
        fault.filter(|_| wizard.refuses_folder())
    }

    fn finish(&self, finish: &Finish) -> Result<Act, Failure> {
        if let Ending::Refused(refused) = &finish.ending {
            self.out.problem(format!("{} {}", style::red("error:"), refused.message));
            if let Some(hint) = &refused.hint {
                self.out.problem(format!("{} {hint}", style::dim("hint:")));
            }
        }
        let (file, folder) = (finish.file.display(), finish.folder.display());
        self.out.problem(format!("\nSettings   {file}\nAPI URL    {}", finish.address));
        self.out.problem(format!("Device     {}\nFolder     {folder}\n", finish.device));
        let (write, again, back) = (closing(finish.proof), "Try again", "Go back");
        let choices = match finish.proof {
            Proof::Green | Proof::Climbing => vec![write, back],
            Proof::Red => vec![again, back, write],
            Proof::Impossible => vec![back],
        };
        let asked = Select::new("What now?", choices).with_help_message(KEYS).without_filtering();
        let Some(choice) = answered(asked.prompt())? else { return Ok(Act::Back) };
        if choice == again {
            return Ok(Act::TryAgain);
        }
        if choice == back {
            return Ok(Act::Back);
        }
        if let Some(on) = finish.start_at_login {
            let asked = Confirm::new("Start OutTray at login?").with_default(on);
            let Some(on) = answered(asked.prompt())? else { return Ok(Act::Back) };
            self.wizard.borrow_mut().act(Act::StartAtLogin(on));
        }
        Ok(Act::Finish)
    }
}

fn closing(proof: Proof) -> &'static str {
    match proof {
        Proof::Green | Proof::Climbing => "Write these settings",
        Proof::Red | Proof::Impossible => "Write these settings all the same; files wait until the ✗ above is mended",
    }
}

fn found(look: &Look) -> String {
    match look {
        Look::Good { waiting: 0 } => "OutTray can read this folder and mark what it sends; no file waits there.".into(),
        Look::Good { waiting } => {
            let files = phrase::files(*waiting as u64);
            let wait = if *waiting == 1 { "waits" } else { "wait" };
            format!("OutTray can read this folder and mark what it sends; {files} {wait} there.")
        }
        Look::New => "It is not there yet, and is made when you finish.".into(),
        Look::Bad(bad) => bad.to_string(),
    }
}

/// `None` for Esc. Whoever leaves with Ctrl-C has changed nothing.
fn answered<T>(prompted: Result<T, InquireError>) -> Result<Option<T>, Failure> {
    match prompted {
        Ok(answer) => Ok(Some(answer)),
        Err(InquireError::OperationCanceled) => Ok(None),
        Err(InquireError::OperationInterrupted) => {
            Err(Failure::new(Exit::Usage, "setup.declined", "nothing was written"))
        }
        Err(error) => Err(Failure::new(Exit::Failed, "setup.terminal", format!("this terminal cannot ask: {error}"))
            .hint("Say everything at once: `outtray help setup` shows an example.")),
    }
}
