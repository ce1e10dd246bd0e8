//! From sources to settings: lays the layers over each other, applies every rule, reports every problem.
//!
//! In: [`Sources`]. Out: [`Loaded`], or all problems at once.
//! Not here: reading files (`sources`), shapes and ranges (`value`), the single rules (`rules`, `folder`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::folder::Start;
use super::keys::{self, KEYS, Key};
use super::layers::{self, Found, Layer, Owner};
use super::problem::{Kind, Problem, Problems, Spot, shown_value};
use super::rules;
use super::shown::{Loaded, Origin, Settled};
use super::sources::Sources;
use super::value::{Shape, Value};
use super::{
    Config, DeviceId, Files, Guard, GuardMode, Log, LogFormat, LogLevel, Managed, Network, Notify, NotifyLevel, Retry,
    Ui,
};
use crate::files::Patterns;

impl Sources {
    /// The settings in force, or everything that is wrong.
    pub fn check(&self) -> Result<Loaded, Problems> {
        let mut problems = Vec::new();
        let mut layer = |source: &Option<super::sources::Source>, owner| match source {
            Some(source) => layers::of_file(&source.text, &source.file, owner, &mut problems),
            None => Layer::new(),
        };
        let owner = if self.administers { Owner::Organisation } else { Owner::User };
        let user = layer(&self.user, owner);
        let machine = if self.administers { user.clone() } else { layer(&self.machine, Owner::Organisation) };
        let environment = layers::of_environment(&self.overrides, &mut problems);
        // A text that cannot be read as TOML would make every key look missing.
        if problems.iter().any(|problem| problem.kind == Kind::Syntax) {
            return Err(Problems::of(problems).expect("one is there"));
        }
        let mut desk = Desk { sources: self, settled: BTreeMap::new(), problems };
        let managed = desk.policy(&machine);
        for key in KEYS.iter().filter(|key| !key.is_policy()) {
            desk.settle(key, &managed, [&environment, &user, &machine]);
        }
        let config = desk.config(managed);
        match (config, Problems::of(desk.problems)) {
            (Some(config), None) => Ok(Loaded { config, settled: desk.settled }),
            (_, Some(problems)) => Err(problems),
            (None, None) => unreachable!("a rule that yields nothing has reported why"),
        }
    }

    /// What the organisation has fixed, as far as its file can be read.
    pub(super) fn policy(&self) -> Managed {
        let mut problems = Vec::new();
        let Some(machine) = &self.machine else { return Managed::default() };
        let layer = layers::of_file(&machine.text, &machine.file, Owner::Organisation, &mut problems);
        Desk { sources: self, settled: BTreeMap::new(), problems }.policy(&layer)
    }
}

/// Where settings are laid out while they are checked.
struct Desk<'a> {
    sources: &'a Sources,
    settled: BTreeMap<&'static str, Settled>,
    problems: Vec<Problem>,
}

impl Desk<'_> {
    /// What the organisation says about the others; read first, because it decides who wins.
    fn policy(&mut self, machine: &Layer) -> Managed {
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
    fn settle<const N: usize>(&mut self, key: &'static Key, managed: &Managed, strongest_first: [&Layer; N]) {
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

    fn config(&mut self, managed: Managed) -> Option<Config> {
        let insecure = self.switch("network.allow_insecure_http");
        let api_url = self.rule("api_url", |text| rules::api_url(text, insecure));
        let device_id = self.rule("device_id", |text| DeviceId::parse(text).map_err(str::to_owned));
        let watch_dir = self.path("watch_dir");
        let files = self.files();
        let network = self.network(insecure);
        let guard = self.guard();
        let language = self.rule("ui.language", rules::language);
        Some(Config {
            api_url: api_url?,
            device_id: device_id?,
            watch_dir: watch_dir?,
            scan_interval: Duration::from_secs(self.integer("scan_interval_secs")),
            concurrency: self.integer("concurrency") as usize,
            files: files?,
            retry: self.retry(),
            network: network?,
            guard: guard?,
            notify: self.notify(),
            log: self.log(),
            ui: Ui { language: language?, tray: self.switch("ui.tray") },
            managed,
        })
    }

    fn files(&mut self) -> Option<Files> {
        let include = self.patterns("files.include");
        let exclude = self.patterns("files.exclude");
        let keep_synced = self.rule("files.keep_synced", rules::keep_synced);
        let patterns = Patterns::new(&include?, &exclude?).map_err(|bad| self.refuse("files.include", bad.to_string()));
        Some(Files {
            patterns: patterns.ok()?,
            recursive: self.switch("files.recursive"),
            settle: Duration::from_millis(self.integer("files.settle_ms")),
            require_json: self.switch("files.require_json"),
            keep_synced: keep_synced?,
        })
    }

    fn patterns(&mut self, name: &'static str) -> Option<Vec<String>> {
        if name == "files.include" && self.words(name).is_empty() {
            self.refuse(name, "must hold at least one pattern, such as \"*.json\"".into());
            return None;
        }
        self.each_word(name, |pattern| {
            if pattern.is_empty() || pattern.contains(['/', '\\']) {
                return Err("must hold patterns of names, without folders".into());
            }
            Patterns::new(&[pattern.to_owned()], &[]).map(|_| pattern.to_owned()).map_err(|bad| bad.to_string())
        })
    }

    fn retry(&self) -> Retry {
        let milliseconds = |number: &i64| Duration::from_millis(number.unsigned_abs());
        let delays = match self.value("retry.presign_delays_ms") {
            Some(Value::Integers(delays)) => delays.iter().map(milliseconds).collect(),
            _ => Vec::new(),
        };
        let factor = match self.value("retry.factor") {
            Some(Value::Number(factor)) => *factor,
            _ => 1.0,
        };
        Retry {
            presign_delays: delays,
            upload_attempts: self.integer("retry.upload_attempts") as u32,
            upload_base: Duration::from_millis(self.integer("retry.upload_base_ms")),
            factor,
            cap: Duration::from_millis(self.integer("retry.cap_ms")),
        }
    }

    fn network(&mut self, allow_insecure_http: bool) -> Option<Network> {
        let proxy = self.rule("network.proxy", rules::proxy);
        let upload_limit = self.rule("network.upload_limit", rules::upload_limit);
        let bucket_hosts = self.each_word("network.bucket_hosts", rules::bucket_host);
        let ca_file = if self.text("network.ca_file").is_empty() { None } else { self.path("network.ca_file") };
        Some(Network {
            proxy: proxy?,
            ca_file,
            connect_timeout: Duration::from_secs(self.integer("network.connect_timeout_secs")),
            stall_timeout: Duration::from_secs(self.integer("network.stall_timeout_secs")),
            upload_limit: upload_limit?,
            allow_insecure_http,
            bucket_hosts: bucket_hosts?,
        })
    }

    /// Whoever asks for protection must never get none: the words are known, but refused.
    fn guard(&mut self) -> Option<Guard> {
        if self.text("guard.mode") == "off" {
            return Some(Guard { mode: GuardMode::Off });
        }
        let reason = "this version cannot redact personal data yet, so nothing would be sent; \
                      the only choice is \"off\", which sends files as they are";
        self.refuse("guard.mode", reason.into());
        None
    }

    fn notify(&self) -> Notify {
        let level = match self.text("notify.level").as_str() {
            "problems" => NotifyLevel::Problems,
            "none" => NotifyLevel::None,
            _ => NotifyLevel::All,
        };
        let minutes = self.integer("notify.repeat_mins");
        Notify {
            level,
            grace: Duration::from_secs(self.integer("notify.grace_secs")),
            repeat: Duration::from_secs(60 * minutes),
        }
    }

    fn log(&self) -> Log {
        let level = match self.text("log.level").as_str() {
            "error" => LogLevel::Error,
            "warn" => LogLevel::Warn,
            "debug" => LogLevel::Debug,
            "trace" => LogLevel::Trace,
            _ => LogLevel::Info,
        };
        let format = if self.text("log.format") == "json" { LogFormat::Json } else { LogFormat::Text };
        Log { level, keep_days: self.integer("log.keep_days") as u32, format }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.settled.get(name).map(|settled| &settled.value)
    }

    fn text(&self, name: &str) -> String {
        match self.value(name) {
            Some(Value::Text(text) | Value::Secret(text)) => text.clone(),
            _ => String::new(),
        }
    }

    /// Never negative: every range of `keys` begins at 0 or above.
    fn integer(&self, name: &str) -> u64 {
        match self.value(name) {
            Some(Value::Integer(number)) => number.unsigned_abs(),
            _ => 0,
        }
    }

    fn switch(&self, name: &str) -> bool {
        matches!(self.value(name), Some(Value::Switch(true)))
    }

    fn words(&self, name: &str) -> Vec<String> {
        match self.value(name) {
            Some(Value::Words(words)) => words.clone(),
            _ => Vec::new(),
        }
    }

    /// None when the key is not settled (which is reported) or the rule refuses it (which is reported here).
    fn rule<T>(&mut self, name: &'static str, rule: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        self.settled.get(name)?;
        rule(&self.text(name)).map_err(|reason| self.refuse(name, reason)).ok()
    }

    fn each_word<T>(&mut self, name: &'static str, rule: impl Fn(&str) -> Result<T, String>) -> Option<Vec<T>> {
        let words: Result<_, _> = self.words(name).iter().map(|word| rule(word)).collect();
        words.map_err(|reason| self.refuse(name, reason)).ok()
    }

    /// A relative path starts at the file in which it stands; one from the environment, at the user's file.
    fn path(&mut self, name: &'static str) -> Option<PathBuf> {
        let sources = self.sources;
        let file = match self.settled.get(name)?.spot.clone() {
            Some(Spot::Line { file, .. } | Spot::File(file)) => file,
            _ => sources.user_file.clone(),
        };
        let folder = file.parent().unwrap_or(Path::new("/"));
        let start = Start { folder, home: sources.home.as_deref(), spelling: sources.spelling };
        self.rule(name, |text| start.resolve(text))
    }

    fn refuse(&mut self, name: &'static str, reason: String) {
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
