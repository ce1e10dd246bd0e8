//! From sources to settings: lays the layers over each other, applies every rule, reports every problem.
//!
//! In: [`Sources`]. Out: [`Loaded`], or all problems at once.
//! Not here: reading files (`sources`), who wins (`desk`), shapes and ranges (`value`), single texts (`rules`, `folder`).

use std::collections::BTreeMap;
use std::time::Duration;

use super::api_key::{self, ApiKey, Unready};
use super::desk::Desk;
use super::keys::{self, KEYS};
use super::layers::{self, Layer, Owner};
use super::problem::{Kind, Problems};
use super::rules;
use super::shown::Loaded;
use super::sources::Sources;
use super::value::Value;
use super::{
    Concurrency, Config, DeviceId, Files, Fleet, Log, LogFormat, LogLevel, Managed, Network, Notify, NotifyLevel,
    Retry, Ui, UpdateMode,
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
    pub fn policy(&self) -> Managed {
        let mut problems = Vec::new();
        let Some(machine) = &self.machine else { return Managed::default() };
        let layer = layers::of_file(&machine.text, &machine.file, Owner::Organisation, &mut problems);
        Desk { sources: self, settled: BTreeMap::new(), problems }.policy(&layer)
    }

    /// `update.mode` and whether the organisation fixed it, also where the rest is missing or wrong: a mistake elsewhere
    /// must not switch on what was switched off.
    pub fn update_mode(&self) -> (UpdateMode, bool) {
        const NAME: &str = "update.mode";
        let mut passed_over = Vec::new();
        let mut layer = |source: &Option<super::sources::Source>, owner| match source {
            Some(source) => layers::of_file(&source.text, &source.file, owner, &mut passed_over),
            None => Layer::new(),
        };
        let (user, machine) = (layer(&self.user, Owner::User), layer(&self.machine, Owner::Organisation));
        let environment = layers::of_environment(&self.overrides, &mut passed_over);
        let managed = self.policy();
        let mut desk = Desk { sources: self, settled: BTreeMap::new(), problems: Vec::new() };
        desk.settle(keys::find(NAME).expect("it is a key"), &managed, [&environment, &user, &machine]);
        (update_mode(&desk.text(NAME)), managed.locked.iter().any(|locked| locked == NAME))
    }
}

fn update_mode(text: &str) -> UpdateMode {
    match text {
        "off" => UpdateMode::Off,
        "auto" => UpdateMode::Auto,
        _ => UpdateMode::Notify,
    }
}

impl Desk<'_> {
    fn config(&mut self, managed: Managed) -> Option<Config> {
        let insecure = self.switch("network.allow_insecure_http");
        let api_url = self.rule("api_url", |text| rules::api_url(text, insecure).map_err(|bad| bad.to_string()));
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
            concurrency: self.concurrency(),
            files: files?,
            retry: self.retry(),
            network: network?,
            guard: guard?,
            notify: self.notify(),
            log: self.log(),
            ui: Ui { language: language?, tray: self.switch("ui.tray") },
            fleet: self.fleet(),
            update: update_mode(&self.text("update.mode")),
            managed,
        })
    }

    fn concurrency(&self) -> Concurrency {
        match self.settled.get("concurrency").map(|settled| &settled.value) {
            Some(Value::Text(_)) => Concurrency::Auto,
            _ => Concurrency::Fixed(self.integer("concurrency") as usize),
        }
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
        let header = self.rule("network.api_key_header", api_key::header);
        let ca_file = if self.text("network.ca_file").is_empty() { None } else { self.path("network.ca_file") };
        Some(Network {
            proxy: proxy?,
            ca_file,
            connect_timeout: Duration::from_secs(self.integer("network.connect_timeout_secs")),
            stall_timeout: Duration::from_secs(self.integer("network.stall_timeout_secs")),
            upload_limit: upload_limit?,
            allow_insecure_http,
            bucket_hosts: bucket_hosts?,
            api_key: header?.map(|header| ApiKey { header, secret: Err(Unready::Missing) }),
        })
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

    fn fleet(&self) -> Fleet {
        let minutes = self.integer("fleet.heartbeat_mins");
        Fleet { heartbeat: (minutes > 0).then(|| Duration::from_secs(60 * minutes)) }
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
}
