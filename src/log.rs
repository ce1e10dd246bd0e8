//! The log: one line for each thing that happened, a file a day, old days removed.
//!
//! In: `tracing` events of this crate alone; other crates may print addresses that hold secrets, so theirs are dropped.
//! Out: lines in `outtray.<day>.log`, and on stderr where a command asks for that.
//! Not here: the wording of the lines (`sync::event`), showing the log to people (`cli::logs`).

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use jiff::Timestamp;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::fmt::MakeWriter as _;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

const PREFIX: &str = "outtray";
const SUFFIX: &str = "log";

/// What the log is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    pub level: Level,
    /// One JSON object a line instead of text.
    pub json: bool,
    /// Daily files that are kept.
    pub keep_days: u32,
}

/// What is shown on stderr beside the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Echo {
    pub level: Level,
    /// Whether each line begins with its time.
    pub timed: bool,
}

/// The running log. Settings that a person changes take effect through [`Log::apply`].
#[derive(Debug, Clone)]
pub struct Log {
    settings: Arc<Settings>,
}

#[derive(Debug)]
struct Settings {
    level: AtomicU8,
    json: AtomicBool,
}

/// Starts logging into `folder`, which must exist. A second start in one process changes nothing.
///
/// Without a file (a full or read-only disk) the echo still works: the log never stops the program.
pub fn start(folder: &Path, options: Options, echo: Option<Echo>) -> Log {
    let settings = Arc::new(Settings { level: AtomicU8::new(0), json: AtomicBool::new(false) });
    let log = Log { settings: Arc::clone(&settings) };
    log.apply(options);
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix(PREFIX)
        .filename_suffix(SUFFIX)
        .max_log_files(options.keep_days.max(1) as usize)
        .build(folder)
        .ok();
    let lines = Lines { settings, file, echo };
    // An error says that this process logs already.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines));
    log
}

impl Log {
    /// Level and form change at once; the number of days that are kept at the next start.
    pub fn apply(&self, options: Options) {
        self.settings.level.store(rank(options.level), Ordering::Relaxed);
        self.settings.json.store(options.json, Ordering::Relaxed);
    }
}

/// Today's file (days are those of UTC).
pub fn path(folder: &Path) -> PathBuf {
    let day = Timestamp::now().strftime("%Y-%m-%d");
    folder.join(format!("{PREFIX}.{day}.{SUFFIX}"))
}

/// The files that there are, oldest first.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(&format!("{PREFIX}.")) && name.ends_with(&format!(".{SUFFIX}")) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

struct Lines {
    settings: Arc<Settings>,
    file: Option<RollingFileAppender>,
    echo: Option<Echo>,
}

impl Lines {
    fn file_wants(&self, level: Level) -> bool {
        self.file.is_some() && rank(level) <= self.settings.level.load(Ordering::Relaxed)
    }

    fn echo_wants(&self, level: Level) -> bool {
        self.echo.is_some_and(|echo| level <= echo.level)
    }
}

impl<S: Subscriber> Layer<S> for Lines {
    // The level can change while the program runs: nothing but the origin may be remembered for a place in the code.
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if is_ours(metadata.target()) { Interest::sometimes() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let level = *metadata.level();
        is_ours(metadata.target()) && (self.file_wants(level) || self.echo_wants(level))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let (level, target) = (*event.metadata().level(), event.metadata().target());
        let mut words = Words::default();
        event.record(&mut words);
        let now = Timestamp::now();
        if let Some(file) = self.file.as_ref().filter(|_| self.file_wants(level)) {
            let line = if self.settings.json.load(Ordering::Relaxed) {
                json_line(now, level, target, &words)
            } else {
                format!("{now:.0} {}\n", text_of(level, target, &words))
            };
            // One write for one line: several processes may append to the file.
            let _ = file.make_writer().write_all(line.as_bytes());
        }
        if let Some(echo) = self.echo.filter(|_| self.echo_wants(level)) {
            let text = text_of(level, target, &words);
            let line = if echo.timed { format!("{now:.0} {text}\n") } else { format!("{text}\n") };
            let _ = io::stderr().lock().write_all(line.as_bytes());
        }
    }
}

fn is_ours(target: &str) -> bool {
    target == "outtray" || target.starts_with("outtray::")
}

/// 0 for errors to 4 for trace.
fn rank(level: Level) -> u8 {
    match level {
        Level::ERROR => 0,
        Level::WARN => 1,
        Level::INFO => 2,
        Level::DEBUG => 3,
        Level::TRACE => 4,
    }
}

/// What one event says: its message, then its fields.
#[derive(Default)]
struct Words {
    message: String,
    fields: Vec<(&'static str, String)>,
}

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, escaped(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.take(field, escaped(&format!("{value:?}")));
    }
}

impl Words {
    fn take(&mut self, field: &Field, text: String) {
        if field.name() == "message" {
            self.message = text;
        } else {
            self.fields.push((field.name(), text));
        }
    }
}

/// Nothing that is logged can end its line or steer a terminal.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            let _ = write!(safe, "{}", character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

fn text_of(level: Level, target: &str, words: &Words) -> String {
    let mut text = match level {
        Level::DEBUG | Level::TRACE => format!("{} {target}: ", level.as_str().to_ascii_lowercase()),
        _ => String::new(),
    };
    text.push_str(&words.message);
    for (name, value) in &words.fields {
        let _ = write!(text, " {name}={value}");
    }
    text
}

fn json_line(now: Timestamp, level: Level, target: &str, words: &Words) -> String {
    let mut object = serde_json::Map::new();
    object.insert("time".into(), format!("{now:.0}").into());
    object.insert("level".into(), level.as_str().to_ascii_lowercase().into());
    object.insert("target".into(), target.into());
    object.insert("message".into(), words.message.clone().into());
    for (name, value) in &words.fields {
        object.insert((*name).to_owned(), value.clone().into());
    }
    format!("{}\n", serde_json::Value::Object(object))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(options: Options, act: impl FnOnce(&Log)) -> String {
        let folder = tempfile::tempdir().unwrap();
        let settings =
            Arc::new(Settings { level: AtomicU8::new(rank(options.level)), json: AtomicBool::new(options.json) });
        let file = RollingFileAppender::builder().filename_prefix(PREFIX).filename_suffix(SUFFIX).build(folder.path());
        let lines = Lines { settings: Arc::clone(&settings), file: file.ok(), echo: None };
        let log = Log { settings };
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), || act(&log));
        files(folder.path()).unwrap().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    const TEXT: Options = Options { level: Level::INFO, json: false, keep_days: 14 };

    #[test]
    fn writes_the_message_after_the_second() {
        let text = logged(TEXT, |_| tracing::info!(target: "outtray", "✅ uploaded: a.json"));
        let (time, message) = text.split_once(' ').unwrap();
        assert_eq!(message, "✅ uploaded: a.json\n");
        assert!(time.len() == "2026-01-27T10:30:00Z".len() && time.ends_with('Z'), "{time}");
    }

    #[test]
    fn drops_what_other_crates_say() {
        let loud = Options { level: Level::TRACE, ..TEXT };
        let text = logged(loud, |_| {
            tracing::error!(target: "hyper::client", "PUT https://host/?X-Amz-Signature=1");
            tracing::error!(target: "outtraycks", "no relation");
            tracing::trace!(target: "outtray::sync", "a look");
        });
        assert!(text.ends_with("trace outtray::sync: a look\n") && text.lines().count() == 1, "{text}");
    }

    #[test]
    fn a_line_cannot_be_forged() {
        let text = logged(TEXT, |_| tracing::warn!(target: "outtray", file = "a\nb", "odd\u{1b}[2J name"));
        assert!(text.contains("odd\\u{1b}[2J name file=a\\u{a}b\n"), "{text}");
        assert_eq!(text.lines().count(), 1);
    }

    #[test]
    fn level_and_form_change_while_it_runs() {
        let text = logged(TEXT, |log| {
            tracing::debug!(target: "outtray", "not yet");
            log.apply(Options { level: Level::DEBUG, json: true, keep_days: 14 });
            tracing::debug!(target: "outtray", count = 2, "now");
        });
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&value["message"], &value["level"], &value["count"]),
            (&"now".into(), &"debug".into(), &"2".into())
        );
    }
}
