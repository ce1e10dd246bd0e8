//! The wizard on a terminal: the same steps as in the window, as questions.
//!
//! In: what there is already. Out: written settings; or nothing at all when the person leaves with Ctrl-C.
//! Enter goes forward, Esc goes back. Not here: what may be answered and what follows (`setup::wizard`).

use std::cell::RefCell;

use inquire::error::InquireError;
use inquire::validator::Validation;
use inquire::{Confirm, Password, PasswordDisplayMode, Select, Text};

use crate::auth::Place;
use crate::cli::failure::{Exit, Failure};
use crate::cli::ladder;
use crate::cli::output::{Output, style};
use crate::guard::Mode;
use crate::host::Home;
use crate::phrase;
use crate::platform::keychain::Keychain;
use crate::secret::Secret;
use crate::setup::begin::Beginning;
use crate::setup::enrolment::Settings;
use crate::setup::errand;
use crate::setup::finish::{Finished, starts_at_login};
use crate::setup::folder::{self, Look};
use crate::setup::wizard::{
    Act, Ending, Field, Finish, Looked, MODES, Page, Personal, Proof, STEPS, Shown, Step, Wish, Wizard, word,
};

const KEY: &str = "My presigner needs a key";

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
            Page::Guard(shown) => {
                asker.heading(Step::Guard, "Each file is looked through for personal data before it is sent.");
                asker.guard(&shown, &onward)?
            }
            Page::Finish(Finish { ending: Ending::Done(done), .. }) => {
                asker.kept(&done);
                return Ok(done);
            }
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
        errand::run(self.home, Keychain::of_this_user, wish, &mut |told| {
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
            Step::Guard => "Personal data",
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

    fn guard(&self, shown: &Personal, onward: &Act) -> Result<Act, Failure> {
        if let Some(lock) = &shown.lock {
            self.out.problem(format!("Personal data: {} ({lock})", means(shown.mode)));
            return Ok(onward.clone());
        }
        let at = MODES.iter().position(|mode| *mode == shown.mode).unwrap_or_default();
        let asked = Select::new("What happens to personal data?", MODES.map(means).to_vec());
        let asked = asked.with_starting_cursor(at).with_help_message(KEYS).without_filtering();
        let Some(choice) = answered(asked.raw_prompt())? else { return Ok(Act::Back) };
        self.wizard.borrow_mut().act(Act::Guard(MODES[choice.index]));
        if matches!(self.wizard.borrow().page(), Page::Guard(Personal { asks_twice: true, .. })) {
            let off = word(Mode::Off);
            let check = move |text: &str| {
                let wrong = format!("Type {off}, or press Esc.");
                Ok(if text.trim().eq_ignore_ascii_case(off) {
                    Validation::Valid
                } else {
                    Validation::Invalid(wrong.into())
                })
            };
            let question = format!("Nobody looks then. Type {off} if that is right:");
            let asked = Text::new(&question).with_help_message(KEYS).with_validator(check);
            let agreed = answered(asked.prompt())?.is_some();
            let mut wizard = self.wizard.borrow_mut();
            if !agreed {
                return Ok(Act::Guard(shown.mode)); // the question is asked again
            }
            wizard.act(Act::Agree(true));
        }
        Ok(Act::Forward)
    }

    /// `None` when the person thinks better of it.
    fn key() -> Result<Option<Act>, Failure> {
        let check = |text: &str| {
            Ok(Secret::parse(text).map_or_else(
                |bad| Validation::Invalid(format!("This is no key: {bad}.").into()),
                |_| Validation::Valid,
            ))
        };
        let asked = Password::new("API key or token:").without_confirmation().with_validator(check);
        let asked = asked.with_display_mode(PasswordDisplayMode::Masked).with_display_toggle_enabled();
        let about = "It is kept in the keychain of this computer, or in a file only you can read where there is none. Ctrl-R shows it.";
        let Some(text) = answered(asked.with_help_message(about).prompt())? else { return Ok(None) };
        let secret = Secret::parse(&text).ok();
        crate::secret::wipe(text);
        Ok(secret.map(|secret| Act::Key(Some(secret))))
    }

    fn kept(&self, done: &Finished) {
        match done.key {
            Some(Place::File) => {
                self.out.problem("The key is in a file that only you can read: this computer has no keychain.");
            }
            Some(Place::Keychain | Place::Environment) => {
                self.out.problem("The key is in the keychain of this computer.");
            }
            None => {}
        }
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
        self.out.problem(format!(
            "Device     {}\nFolder     {folder}\nPersonal   {}\n",
            finish.device,
            means(finish.guard)
        ));
        let (write, again, back) = (closing(finish.proof), "Try again", "Go back");
        let mut choices = match finish.proof {
            Proof::Green | Proof::Climbing => vec![write, back],
            Proof::Red => vec![again, back, write],
            Proof::Impossible => vec![back],
        };
        if finish.key.lock.is_none() && finish.proof != Proof::Impossible {
            // First where it mends what is wrong.
            choices.insert(if finish.key.wanted { 0 } else { choices.len() }, KEY);
        }
        let asked = Select::new("What now?", choices).with_help_message(KEYS).without_filtering();
        let Some(choice) = answered(asked.prompt())? else { return Ok(Act::Back) };
        if choice == again {
            return Ok(Act::TryAgain);
        }
        if choice == KEY {
            // Trying once more asks the same questions again.
            return Ok(Self::key()?.unwrap_or(Act::TryAgain));
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

fn means(mode: Mode) -> &'static str {
    match mode {
        Mode::Redact => "redact: it is hidden in what is sent; your files stay as they are (proposed)",
        Mode::Report => "report: it is sent, and the history says how much it was",
        Mode::Block => "block: a file with personal data is held back until you decide",
        Mode::Off => "off: nobody looks, and files are sent as they are",
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
