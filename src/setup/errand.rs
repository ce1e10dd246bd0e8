//! Doing what the wizard wishes: looking, climbing, writing.
//!
//! In: a [`Wish`]. Out: acts that tell the wizard what came of it, as soon as each is known.
//! Not here: which wishes there are and when (`wizard`).

use super::finish::finish;
use super::folder::look;
use super::ladder::Climb;
use super::wizard::{Act, Refused, Wish};
use crate::error::{Explain as _, chain};
use crate::host::Home;

/// Looking and writing block; call it where nobody minds.
pub async fn run(home: &Home, wish: Wish, tell: &mut dyn FnMut(Act)) {
    match wish {
        Wish::Look(folder, files) => {
            let found = look(&folder, &files);
            tell(Act::Looked(folder, found));
        }
        Wish::Climb { run, config } => {
            let mut climb = Climb::new(home.clone(), *config).making_the_folder();
            while let Some(rung) = climb.next().await {
                tell(Act::Climbed { run, rung, next: climb.under_way() });
            }
            tell(Act::AtTheTop { run });
        }
        Wish::Write(plan) => {
            let done = finish(&plan);
            tell(Act::Written(done.map_err(|error| Refused { message: chain(&error), hint: error.hint() })));
        }
    }
}
