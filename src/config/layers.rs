//! Reading one source at a time: a file or the environment becomes known keys with well-shaped values.
//!
//! In: the text of a file, or the variables that are set. Out: a [`Layer`]; everything odd goes to the problems.
//! Not here: which layer wins and what the texts mean (`check`).

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use toml_edit::{Document, Item, TableLike};

use super::keys::{self, Key, MANAGED};
use super::problem::{Kind, Problem, Spot, line_at, shown_value};
use super::value::{Shape, Value};

/// Well-shaped values by dotted name, each with its place.
pub(super) type Layer = BTreeMap<&'static str, Found>;

#[derive(Debug, Clone)]
pub(super) struct Found {
    pub value: Value,
    pub spot: Spot,
    /// As it stands there, for messages.
    pub written: String,
}

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    User,
    Organisation,
}

/// Reads a whole file; a syntax error ends it, anything else is collected.
pub(super) fn of_file(text: &str, file: &Path, owner: Owner, problems: &mut Vec<Problem>) -> Layer {
    let mut reader = Reader { text, file, owner, problems, layer: Layer::new() };
    match Document::parse(text) {
        Ok(document) => reader.table(document.as_table(), None),
        Err(error) => reader.problems.extend(syntax_problems(text, file, &error)),
    }
    reader.layer
}

/// Every fault of a text that is no TOML, one a line of it; `first` stands in should the second look find none.
fn syntax_problems(text: &str, file: &Path, first: &toml_edit::TomlError) -> Vec<Problem> {
    // The editing parser stops at one fault; its sister goes on and tells them all.
    let (_, faults) = toml::de::DeTable::parse_recoverable(text);
    let mut found: Vec<_> = faults.iter().map(|fault| (fault.span(), fault.message())).collect();
    if found.is_empty() {
        found.push((first.span(), first.message()));
    }
    let mut problems = Vec::<Problem>::new();
    for (span, message) in found {
        let line = line_at(text, span.map_or(text.len(), |span| span.start));
        if problems.iter().any(|problem| problem.line == Some(line)) {
            continue;
        }
        let spot = Spot::Line { file: file.into(), line };
        // The parser's words may have several lines.
        let reason = message.lines().map(str::trim).collect::<Vec<_>>().join(", ");
        let hint = "Texts need quotes at both ends, every line is key = value, tables are written [name]. \
                    The file is left as it is.";
        let message = format!("the file is not valid TOML: {}", shown_value(&reason, false));
        problems.push(Problem::new(Kind::Syntax, &spot, message).hinting(hint));
    }
    problems
}

struct Reader<'a> {
    text: &'a str,
    file: &'a Path,
    owner: Owner,
    problems: &'a mut Vec<Problem>,
    layer: Layer,
}

impl Reader<'_> {
    fn table(&mut self, table: &dyn TableLike, inside: Option<&str>) {
        for (name, item) in table.iter() {
            let dotted = inside.map_or(name.to_owned(), |inside| format!("{inside}.{name}"));
            let place = table.key(name).and_then(toml_edit::Key::span).or_else(|| item.span());
            let line = line_at(self.text, place.map_or(0, |span| span.start));
            let spot = Spot::Line { file: self.file.into(), line };
            if inside.is_none() && keys::is_table(name) {
                self.known_table(name, item, &spot);
            } else if let Some(key) = keys::find(&dotted).filter(|_| !name.contains('.')) {
                // A quoted name with a dot in it is one odd key, no table.
                self.known_key(key, item, spot);
            } else {
                let shown = shown_value(&dotted, false);
                let what = if item.is_table() || item.is_array_of_tables() { "unknown table" } else { "unknown key" };
                let problem = Problem::new(Kind::UnknownKey, &spot, format_args!("{what} {shown}"));
                self.problems.push(problem.of_key(&shown).hinting(keys::suggestion(&dotted)));
            }
        }
    }

    fn known_table(&mut self, name: &str, item: &Item, spot: &Spot) {
        if name == MANAGED && self.owner == Owner::User {
            let message =
                "[managed] belongs into the machine-wide file, which an administrator writes; here it has no power";
            let hint = "Remove the table [managed] from this file.";
            self.problems.push(Problem::new(Kind::Managed, spot, message).of_key(name).hinting(hint));
        } else if let Some(table) = item.as_table_like() {
            self.table(table, Some(name));
        } else {
            let reason = format!("must be a table: a line [{name}], and its keys below");
            let problem = Problem::with_value(Kind::WrongType, spot, name, item.type_name(), reason);
            self.problems.push(problem);
        }
    }

    fn known_key(&mut self, key: &'static Key, item: &Item, spot: Spot) {
        let span = item.as_value().and_then(toml_edit::Value::span);
        let written = span.and_then(|span| self.text.get(span)).unwrap_or(item.type_name());
        let written = shown_value(written, key.shape == Shape::Secret);
        let read = match item.as_value() {
            Some(value) => key.shape.read(value),
            None => Err((Kind::WrongType, format!("must be {}", key.shape.allowed()))),
        };
        match read {
            Ok(value) => {
                self.layer.insert(key.name, Found { value, spot, written });
            }
            Err((kind, reason)) => {
                let problem = Problem::with_value(kind, &spot, key.name, &written, with_unit(reason, key));
                self.problems.push(problem.hinting(key.advice()));
            }
        }
    }
}

/// `must be a whole number from 1 to 256 uploads`.
pub(super) fn with_unit(reason: String, key: &Key) -> String {
    if key.unit.is_empty() { reason } else { format!("{reason} {}", key.unit) }
}

/// Variables that are set to something; an empty variable counts as not set.
pub(super) fn of_environment(overrides: &[(&'static Key, OsString)], problems: &mut Vec<Problem>) -> Layer {
    let mut layer = Layer::new();
    for (key, typed) in overrides {
        let spot = Spot::Environment { variable: key.variable() };
        let lossy = typed.to_string_lossy();
        let written = shown_value(&lossy, key.shape == Shape::Secret);
        let read = match typed.to_str() {
            Some(text) => key.shape.read_words(text),
            None => Err((Kind::BadValue, "must be text in UTF-8".into())),
        };
        match read {
            Ok(value) => {
                layer.insert(key.name, Found { value, spot, written });
            }
            Err((kind, reason)) => {
                let problem = Problem::with_value(kind, &spot, key.name, &written, with_unit(reason, key));
                problems.push(problem.hinting(key.advice()));
            }
        }
    }
    layer
}
