//! The rungs of the ladder on a terminal, shown as they are climbed.
//!
//! In: what each step found. Out: a line a rung, a list for programs. Not here: the climbing (`setup::ladder`).

use super::failure::{Exit, Failure};
use super::output::{Output, style};
use crate::setup::ladder::{Blame, Climb, Rung, Stop};

#[derive(Debug)]
pub struct Ladder {
    out: Output,
    rungs: Vec<Rung>,
}

impl Ladder {
    pub fn new(out: Output) -> Self {
        Self { out, rungs: Vec::new() }
    }

    pub fn rungs(&self) -> &[Rung] {
        &self.rungs
    }

    pub fn show(&mut self, rung: Rung) -> Result<(), Failure> {
        let text = text(&rung);
        self.rungs.push(rung);
        if self.out.json { Ok(()) } else { self.out.data(text) }
    }

    pub async fn climb(&mut self, mut climb: Climb) -> Result<(), Failure> {
        while let Some(rung) = climb.next().await {
            self.show(rung)?;
        }
        climb.stop().map_or(Ok(()), |stop| Err(stop.clone().into()))
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        let exit = match stop.blame {
            Blame::Settings => Exit::Config,
            Blame::Network => Exit::Unreachable,
            Blame::Refused => Exit::Refused,
            Blame::Other => Exit::Failed,
        };
        Self { exit, kind: stop.kind, message: stop.message, hint: stop.hint }
    }
}

/// A good rung with advice is worth a look, but no reason to stop.
pub fn text(rung: &Rung) -> String {
    const INDENT: &str = "\n             ";
    let mark = match (rung.ok, &rung.hint) {
        (true, None) => style::green("✓"),
        (true, Some(_)) => style::yellow("!"),
        (false, _) => style::red("✗"),
    };
    let mut text = format!("{mark} {:<11}{}", rung.step.name(), rung.detail.replace('\n', INDENT));
    if let Some(hint) = &rung.hint {
        for part in [INDENT, &style::dim("→"), " ", hint] {
            text.push_str(part);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::ladder::Step;

    #[test]
    fn a_red_rung_says_what_to_do() {
        let rung = Rung {
            step: Step::Device,
            ok: false,
            detail: "non-200 from presign endpoint: 403".into(),
            kind: Some("presign.forbidden".into()),
            hint: Some("Ask whoever runs it.".into()),
        };
        insta::assert_snapshot!(anstream::adapter::strip_str(&text(&rung)).to_string(), @r"
        ✗ Device     non-200 from presign endpoint: 403
                     → Ask whoever runs it.
        ");
    }
}
