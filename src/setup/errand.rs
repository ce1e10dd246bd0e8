//! Doing what the wizard wishes: looking, climbing, writing.
//!
//! In: a [`Wish`], the keychain in which a key is kept. Out: acts that tell the wizard what came of it, as soon as each is known.
//! Not here: which wishes there are and when (`wizard`).

use super::finish::{Finished, finish};
use super::folder::look;
use super::key;
use super::ladder::Climb;
use super::wizard::{Act, Refused, Wish};
use crate::host::Home;
use crate::platform::keychain::Keychain;

/// Looking and writing block; call it where nobody minds.
pub async fn run(home: &Home, keychain: fn() -> Keychain, wish: Wish, tell: &mut dyn FnMut(Act)) {
    match wish {
        Wish::Look(folder, files) => {
            let found = look(&folder, &files);
            tell(Act::Looked(folder, found));
        }
        Wish::Climb { run, config, key } => {
            let mut climb = Climb::new(home.clone(), *config).making_the_folder().with_key(key);
            while let Some(rung) = climb.next().await {
                tell(Act::Climbed { run, rung, next: climb.under_way() });
            }
            tell(Act::AtTheTop { run });
        }
        Wish::Write(plan, new) => {
            let kept = match new {
                Some(new) => key::keep(home, *new, keychain()).await.map(Some),
                None => Ok(None),
            };
            let done = match kept {
                Ok(key) => {
                    finish(&plan).map(|done| Finished { key, ..done }).map_err(|error| Refused::of_error(&error))
                }
                Err(unready) => Err(Refused::of_error(&unready)),
            };
            tell(Act::Written(done));
        }
    }
}
