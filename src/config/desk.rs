//! The desk on which the layers are laid over each other, and from which checked values are taken.
//!
//! In: layers, strongest first. Out: one settled value a key, with its origin; refusals become problems.
//! Not here: which settings there are in what types (`check`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Managed;
use super::folder::Start;
use super::keys::{self, KEYS, Key};
use super::layers::{Found, Layer};
use super::problem::{Kind, Problem, Spot, shown_value};
use super::rules;
use super::shown::{Origin, Settled};
use super::sources::Sources;
use super::value::{Shape, Value};

/// Where settings are laid out while they are checked.
pub(super) struct Desk<'a> {
    pub sources: &'a Sources,
    pub settled: BTreeMap<&'static str, Settled>,
    pub problems: Vec<Problem>,
}

impl Desk<'_> {
    /// What the organisation says about the others; read first, because it decides who wins.
    pub fn policy(&mut self, machine: &Layer) -> Managed {
        for key in KEYS.iter().filter(|key| key.is_policy()) {
            self.settle(key, &Managed::default(), [machine]);
        }
        let locked = self.each_word("managed.locked", |name| match keys::find(name) {
            Some(key) if !key.is_policy() => Ok(name.to_owned()),
            _ => Err(format!("lists {}, which is no key. {}", shown_value(name, false), keys::suggestion(name))),
        });
        let by = Some(self.text("managed.by")).filter(|by| !by.is_empty());
        let help_url = self.rule("managed.help_url", rules::help_url).flatten();
        Managed { locked: locked.unwrap_or_default(), by, help_url }
    }

    /// Decides which layer wins for one key.
    pub fn settle<const N: usize>(&mut self, key: &'static Key, managed: &Managed, strongest_first: [&Layer; N]) {
        let is_locked = managed.locked.iter().any(|name| name == key.name);
        let heard = if is_locked { &strongest_first[N - 1..] } else { &strongest_first[..] };
        let found = heard.iter().find_map(|layer| layer.get(key.name)).cloned();
        let (value, origin, written) = match found {
            Some(Found { value, written, .. }) if is_locked => {
                (value, Origin::Managed { by: managed.by.clone() }, written)
            }
            Some(Found { value, spot, written }) => (value, Origin::Written(spot), written),
            None => match Value::of_default(key.default, key.shape) {
                Some(value) if is_locked => (value, Origin::Managed { by: managed.by.clone() }, String::new()),
                Some(value) => (value, Origin::Default, String::new()),
                None => return self.miss(key, is_locked),
            },
        };
        let spot = heard.iter().find_map(|layer| layer.get(key.name)).map(|found| found.spot.clone());
        self.settled.insert(key.name, Settled { value, origin, spot, written });
    }

    /// A required key that nobody says; a refused value has its own problem already.
    fn miss(&mut self, key: &'static Key, is_locked: bool) {
        if self.problems.iter().any(|problem| problem.key.as_deref() == Some(key.name)) {
            return;
        }
        let place = match &self.sources.machine {
            Some(machine) if is_locked => machine.file.clone(),
            _ => self.sources.user_file.clone(),
        };
        let problem = Problem::new(Kind::MissingKey, &Spot::File(place), format_args!("{} is missing", key.name));
        let example = EXAMPLES.iter().find(|(name, _)| *name == key.name).map_or("…", |(_, example)| *example);
        let hint = format!("{} Add a line such as {} = {example}", key.about, key.name);
        self.problems.push(problem.of_key(key.name).hinting(hint));
    }

    pub fn value(&self, name: &str) -> Option<&Value> {
        self.settled.get(name).map(|settled| &settled.value)
    }

    pub fn text(&self, name: &str) -> String {
        match self.value(name) {
            Some(Value::Text(text) | Value::Secret(text)) => text.clone(),
            _ => String::new(),
        }
    }

    /// Never negative: every range of `keys` begins at 0 or above.
    pub fn integer(&self, name: &str) -> u64 {
        match self.value(name) {
            Some(Value::Integer(number)) => number.unsigned_abs(),
            _ => 0,
        }
    }

    pub fn switch(&self, name: &str) -> bool {
        matches!(self.value(name), Some(Value::Switch(true)))
    }

    pub fn words(&self, name: &str) -> Vec<String> {
        match self.value(name) {
            Some(Value::Words(words)) => words.clone(),
            _ => Vec::new(),
        }
    }

    /// None when the key is not settled (which is reported) or the rule refuses it (which is reported here).
    pub fn rule<T>(&mut self, name: &'static str, rule: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        self.settled.get(name)?;
        rule(&self.text(name)).map_err(|reason| self.refuse(name, reason)).ok()
    }

    pub fn each_word<T>(&mut self, name: &'static str, rule: impl Fn(&str) -> Result<T, String>) -> Option<Vec<T>> {
        let words: Result<_, _> = self.words(name).iter().map(|word| rule(word)).collect();
        words.map_err(|reason| self.refuse(name, reason)).ok()
    }

    /// A relative path starts at the file in which it stands; one from the environment, at the user's file.
    pub fn path(&mut self, name: &'static str) -> Option<PathBuf> {
        let sources = self.sources;
        let file = match self.settled.get(name)?.spot.clone() {
            Some(Spot::Line { file, .. } | Spot::File(file)) => file,
            _ => sources.user_file.clone(),
        };
        let folder = file.parent().unwrap_or(Path::new("/"));
        let start = Start { folder, home: sources.home.as_deref(), spelling: sources.spelling };
        self.rule(name, |text| start.resolve(text))
    }

    pub fn refuse(&mut self, name: &'static str, reason: String) {
        let settled = self.settled.get(name);
        let spot = settled.and_then(|settled| settled.spot.clone());
        let spot = spot.unwrap_or_else(|| Spot::File(self.sources.user_file.clone()));
        let written = settled.map_or(String::new(), |settled| settled.written.clone());
        let key = keys::find(name).expect("rules are for known keys");
        // An address with a login in it may stand where none is expected.
        let written = shown_value(&written, key.shape == Shape::Secret || name == "api_url");
        self.problems.push(Problem::with_value(Kind::BadValue, &spot, name, &written, reason).hinting(key.advice()));
    }
}

/// What a missing line could look like.
const EXAMPLES: [(&str, &str); 3] = [
    ("api_url", "\"https://abc123xyz.execute-api.us-west-2.amazonaws.com/ingest/new\""),
    ("device_id", "\"dev001\""),
    ("watch_dir", "\"./memory\""),
];
