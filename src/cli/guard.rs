//! `outtray guard FILE`: what would be hidden in a file before it is sent, and the exact bytes that would be.
//!
//! In: a file or stdin, the settings in force. Out: kinds, counts and places, values only with `--show`. Sends nothing.
//! Not here: finding and hiding (`crate::guard`).

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::Path;

use serde_json::{Value, json};

use super::args::GuardArgs;
use super::failure::{Exit, Failure, of_problems};
use super::output::{Output, style};
use crate::config::Kind as ProblemKind;
use crate::error::Explain;
use crate::guard::{Blocked, Form, Guard, Key, Mode, Passed, Policy, Role, Spot, Tally};
use crate::host::Home;
use crate::sync::inspect;

/// What would become of the file.
struct Preview {
    mode: Mode,
    spots: Vec<Spot>,
    end: Result<Passed, Blocked>,
}

pub fn run(home: &Home, out: Output, args: &GuardArgs) -> Result<Exit, Failure> {
    let guard = guard(home)?;
    let to_stdout = args.output.as_deref() == Some(Path::new("-"));
    if to_stdout && out.json {
        let message = "--json and --output - would both write to stdout";
        return Err(Failure::new(Exit::Usage, "usage", message).hint("Name a file after --output."));
    }
    let bytes = read(&args.file, guard.policy().max_bytes)?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let preview = Preview {
        mode: guard.policy().mode,
        spots: guard.spots(&bytes, Form::Any).unwrap_or_default(),
        end: guard.pass(&bytes, &name, Form::Any, None),
    };
    if let (Some(path), Ok(passed)) = (&args.output, &preview.end) {
        write(path, passed.wire.as_deref().unwrap_or(&bytes))?;
    }
    let text = || preview.text(&bytes, args.show);
    if out.json {
        out.object(&preview.object(&name, &bytes, args.show))?;
    } else if to_stdout {
        out.note(text());
    } else {
        out.data(text())?;
    }
    Ok(if preview.end.is_ok() { Exit::Done } else { Exit::Failed })
}

/// As an engine with these settings would use it; without any, as one with the defaults.
fn guard(home: &Home) -> Result<Guard, Failure> {
    match home.read() {
        Ok(_) => Ok(inspect::guard(&home.setup()?)?),
        Err(problems) if problems.first().kind == ProblemKind::Missing => {
            Ok(Guard::new(Policy::default(), Key([0; 32])))
        }
        Err(problems) => Err(of_problems(&problems)),
    }
}

/// One byte more than is allowed, at most: the guard says that it is too much.
fn read(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| Failure::io(format_args!("cannot read {}", path.display()), &error);
    let mut bytes = Vec::new();
    let input: Box<dyn Read> =
        if path == Path::new("-") { Box::new(io::stdin().lock()) } else { Box::new(File::open(path).map_err(failed)?) };
    input.take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written =
        if path == Path::new("-") { io::stdout().lock().write_all(bytes) } else { std::fs::write(path, bytes) };
    written.map_err(|error| Failure::io(format_args!("cannot write {}", path.display()), &error))
}

impl Preview {
    fn counts(&self) -> Tally {
        match &self.end {
            Ok(passed) => passed.guarded.findings.clone(),
            Err(_) => self.spots.iter().map(|spot| spot.kind).collect(),
        }
    }

    /// What happens, in one word.
    fn would(&self) -> &'static str {
        match &self.end {
            Err(_) => "block",
            Ok(passed) if passed.wire.is_some() || passed.told.is_some() => "redact",
            Ok(_) => "send",
        }
    }

    fn text(&self, bytes: &[u8], show: bool) -> String {
        let counts = self.counts();
        let verb = if counts.total() == 1 { "was" } else { "were" };
        let mut lines = vec![match &self.end {
            Err(blocked) => format!("{} It would not be sent: {blocked}.", style::red("✗")),
            Ok(_) if self.mode == Mode::Off => {
                let found: Tally = self.spots.iter().map(|spot| spot.kind).collect();
                format!(
                    "{} guard.mode is \"off\": it would be sent as it is, with {}.",
                    style::yellow("!"),
                    found.words()
                )
            }
            Ok(_) if counts.is_empty() => {
                format!("{} Nothing was found; it would be sent as it is.", style::green("✓"))
            }
            Ok(_) if self.mode == Mode::Redact => {
                format!("{} {} would be redacted.", style::green("✓"), counts.words())
            }
            Ok(_) => format!("{} {} {verb} found; it would be sent as it is.", style::yellow("!"), counts.words()),
        }];
        if let Ok(Passed { told: Some(told), .. }) = &self.end {
            lines.push(format!("  The file name would be told as {}.", crate::files::shown(told.name.as_ref())));
        }
        let places: Vec<_> = self.spots.iter().map(|spot| place(bytes, spot)).collect();
        let width = places.iter().map(String::len).max().unwrap_or_default();
        for (spot, place) in self.spots.iter().zip(&places) {
            let said = crate::files::shown(said(spot, show).as_ref());
            let pointer = crate::files::shown(pointer(spot).as_ref());
            lines.push(format!("  {:<11} {place:<width$}  {said}  {}", spot.kind.label(), style::dim(&pointer)));
        }
        if let Err(blocked) = &self.end
            && let Some(hint) = blocked.hint()
        {
            lines.push(format!("  {} {hint}", style::dim("hint:")));
        }
        lines.join("\n")
    }

    fn object(&self, name: &str, bytes: &[u8], show: bool) -> Value {
        let findings = self.spots.iter().map(|spot| {
            let (line, column) = line_and_column(bytes, spot.span.start);
            json!({
                "kind": spot.kind.label(), "confidence": format!("{:?}", spot.confidence).to_lowercase(),
                "detector": spot.detector, "pointer": pointer(spot), "line": line, "column": column,
                "start": spot.span.start, "end": spot.span.end, "text": said(spot, show),
            })
        });
        let blocked = self.end.as_ref().err();
        let told = self.end.as_ref().ok().and_then(|passed| passed.told.as_ref());
        json!({
            "file": name, "mode": self.mode, "would": self.would(), "counts": self.counts(),
            "name": told.map(|told| &told.name), "kind": blocked.map(Explain::kind),
            "reason": blocked.map(ToString::to_string), "findings": findings.collect::<Vec<_>>(),
        })
    }
}

/// The name of a field is what was found, when it was found there.
fn pointer(spot: &Spot) -> &str {
    match spot.role {
        Role::Key => spot.pointer.rsplit_once('/').map_or("", |(above, _)| above),
        _ => &spot.pointer,
    }
}

fn place(bytes: &[u8], spot: &Spot) -> String {
    let (line, column) = line_and_column(bytes, spot.span.start);
    format!("{line}:{column}")
}

/// Both count from one; columns are characters.
fn line_and_column(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = &bytes[..at.min(bytes.len())];
    let line = before.split(|byte| *byte == b'\n').count();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    (line, String::from_utf8_lossy(&before[start..]).chars().count() + 1)
}

/// The value, or only its shape.
fn said(spot: &Spot, show: bool) -> String {
    if show {
        return spot.said.clone();
    }
    let mask = |c: char| match c {
        c if c.is_numeric() => '9',
        c if c.is_alphabetic() => 'x',
        c => c,
    };
    spot.said.chars().take(40).map(mask).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::Words;

    fn preview(mode: Mode, document: &str) -> Preview {
        let deny = Words::new(&["tango".into(), "/[0-9]{3}-[0-9]{4}/".into()]).expect("good");
        let guard = Guard::new(Policy { mode, deny, kinds: Vec::new(), ..Policy::default() }, Key([0; 32]));
        let spots = guard.spots(document.as_bytes(), Form::Any).expect("read");
        Preview { mode, spots, end: guard.pass(document.as_bytes(), "tango.json", Form::Any, None) }
    }

    const DOCUMENT: &str = "{\n  \"content\": \"é tango 555-1234\"\n}";

    #[test]
    fn shows_places_and_shapes() {
        let found = preview(Mode::Redact, DOCUMENT);
        let text = |show| anstream::adapter::strip_str(&found.text(DOCUMENT.as_bytes(), show)).to_string();
        insta::assert_snapshot!(text(false), @r"
        ✓ 3 words of your own list would be redacted.
          The file name would be told as [CUSTOM].json.
          CUSTOM      2:17  xxxxx  /content
          CUSTOM      2:23  999-9999  /content
        ");
        assert!(text(true).contains("555-1234") && !text(false).contains("tango"));
        let object = found.object("a.json", DOCUMENT.as_bytes(), false);
        assert_eq!((&object["would"], &object["counts"]["CUSTOM"]), (&"redact".into(), &3.into()));
        assert_eq!(object["findings"][1]["line"], 2);
        assert!(!object.to_string().contains("555"));
    }

    #[test]
    fn says_what_would_be_held_back() {
        let held = preview(Mode::Redact, r#"{"tango x":1}"#);
        let text = anstream::adapter::strip_str(&held.text(b"{\"tango x\":1}", false)).to_string();
        assert!(
            text.starts_with("✗ It would not be sent: personal data (1 word of your own list) stands in"),
            "{text}"
        );
        assert!(!text.contains("tango") && text.contains("--as-is"), "{text}");
        assert_eq!(held.would(), "block");
        assert_eq!(preview(Mode::Off, DOCUMENT).would(), "send");
    }
}
