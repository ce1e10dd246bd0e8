//! `outtray doctor`: every step of the way to S3, in order, until the first that fails.
//!
//! In: settings, the folder, the network. Out: ✓ or ✗ for each step with what to do; the exit code of the first ✗.
//! Not here: the steps and their remedies (`setup::ladder`).

use serde_json::json;

use super::failure::{Exit, Failure, of_problems};
use super::ladder::Ladder;
use super::output::Output;
use crate::host::Home;
use crate::setup::ladder::{Climb, Rung, Step};

pub async fn run(home: &Home, out: Output) -> Result<Exit, Failure> {
    let mut ladder = Ladder::new(out);
    let end = climb(home, &mut ladder).await;
    let exit = end.as_ref().map_or_else(|failure| failure.exit, |()| Exit::Done);
    if out.json {
        let mut object = json!({"ok": end.is_ok(), "rungs": ladder.rungs()});
        if let Err(failure) = &end {
            object["error"] = failure.json()["error"].clone();
        }
        out.object(&object)?;
    } else if end.is_ok() {
        out.data("All is well: finished files will be sent.")?;
    }
    Ok(exit)
}

async fn climb(home: &Home, ladder: &mut Ladder) -> Result<(), Failure> {
    let config = match home.read() {
        Ok(loaded) => loaded.config,
        Err(problems) => {
            let failure = of_problems(&problems);
            let (kind, hint) = (Some(failure.kind.clone()), failure.hint.clone());
            let rung = Rung { step: Step::Settings, ok: false, detail: failure.message.clone(), kind, hint };
            ladder.show(rung)?;
            return Err(failure);
        }
    };
    ladder.show(Rung::good(Step::Settings, home.paths.config.display().to_string()))?;
    ladder.climb(Climb::new(home.clone(), config)).await
}
