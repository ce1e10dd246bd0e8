//! The rungs of `outtray doctor`, shown as they are climbed.
//!
//! In: what each step found. Out: a line a rung, a list for programs. Not here: the steps (`doctor`).

use serde::Serialize;

use super::failure::Failure;
use super::output::{Output, style};

/// One step and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rung {
    pub name: &'static str,
    pub ok: bool,
    pub detail: String,
    pub kind: Option<String>,
    pub hint: Option<String>,
}

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

    pub fn good(&mut self, name: &'static str, detail: &str) -> Result<(), Failure> {
        self.put(&style::green("✓"), Rung { name, ok: true, detail: detail.into(), kind: None, hint: None })
    }

    /// Worth a word, but no reason to stop.
    pub fn odd(&mut self, name: &'static str, detail: &str, hint: &str) -> Result<(), Failure> {
        let hint = Some(hint.to_owned());
        self.put(&style::yellow("!"), Rung { name, ok: true, detail: detail.into(), kind: None, hint })
    }

    /// The end of the climb.
    pub fn bad(&mut self, name: &'static str, failure: Failure) -> Result<(), Failure> {
        let (kind, hint) = (Some(failure.kind.clone()), failure.hint.clone());
        self.put(&style::red("✗"), Rung { name, ok: false, detail: failure.message.clone(), kind, hint })?;
        Err(failure)
    }

    fn put(&mut self, mark: &str, rung: Rung) -> Result<(), Failure> {
        let text = text(mark, &rung);
        self.rungs.push(rung);
        if self.out.json { Ok(()) } else { self.out.data(text) }
    }
}

fn text(mark: &str, rung: &Rung) -> String {
    const INDENT: &str = "\n             ";
    let mut text = format!("{mark} {:<11}{}", rung.name, rung.detail.replace('\n', INDENT));
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

    #[test]
    fn a_red_rung_says_what_to_do() {
        let rung = Rung {
            name: "Device",
            ok: false,
            detail: "non-200 from presign endpoint: 403".into(),
            kind: Some("presign.forbidden".into()),
            hint: Some("Ask whoever runs it.".into()),
        };
        insta::assert_snapshot!(anstream::adapter::strip_str(&text("✗", &rung)).to_string(), @r"
        ✗ Device     non-200 from presign endpoint: 403
                     → Ask whoever runs it.
        ");
    }
}
