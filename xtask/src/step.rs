//! One step after the other: a heading, the tool's own output, the time it took; the first failure ends it all.
//!
//! In: a heading and a command. Out: an error that holds the command line, ready to be run by hand.
//! Not here: which steps there are (`ci`, `tests`, `cross`, `deny`).

use std::io::{Write as _, stdout};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// Runs steps. The time of a step is told when the next one begins, so that the last lines of a run are those of
/// the last tool, which is a test runner.
#[derive(Default)]
pub struct Steps {
    /// On the clock, and of processors where the system tells.
    last: Option<(Duration, Option<Duration>)>,
}

impl Steps {
    pub fn run(&mut self, heading: &str, command: &mut Command) -> Result<()> {
        self.heading(heading);
        let (begin, before) = (Instant::now(), processor_time());
        let line = shown(command);
        let status = command.status().with_context(|| format!("{heading}: cannot start it; by hand:\n  {line}"))?;
        let used = before.zip(processor_time()).map(|(before, after)| after.saturating_sub(before));
        self.last = Some((begin.elapsed(), used));
        if status.success() { Ok(()) } else { bail!("{heading} failed ({status}); by hand:\n  {line}") }
    }

    /// A step that cannot be done here, and why.
    pub fn skip(&mut self, heading: &str, reason: &str) {
        self.heading(heading);
        println!("skipped: {reason}");
    }

    /// What was found out.
    pub fn say(&mut self, heading: &str, lines: &str) {
        self.heading(heading);
        println!("{lines}");
    }

    /// Whether everything is there that a step needs: programs of the search path or files, each with the package that has
    /// it. On a developer's machine a missing one skips the step; in CI it is a failure.
    pub fn is_ready(&mut self, heading: &str, needed: &[(&str, &str)]) -> Result<bool> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<_> = std::env::split_paths(&path).collect();
        let is_there =
            |what: &str| Path::new(what).is_file() || folders.iter().any(|folder| folder.join(what).is_file());
        let missing: Vec<_> = needed.iter().filter(|(what, _)| !is_there(what)).map(|(_, package)| *package).collect();
        if missing.is_empty() {
            return Ok(true);
        }
        let reason = format!("it needs {}", missing.join(" "));
        if is_ci() {
            bail!("{heading}: {reason}");
        }
        self.skip(heading, &reason);
        Ok(false)
    }

    fn heading(&mut self, heading: &str) {
        if let Some((took, used)) = self.last.take() {
            // On a busy machine only the second tells what a step costs.
            let used = used.map_or_else(String::new, |used| format!(", {:.1} s of processors", used.as_secs_f32()));
            println!("    {:.1} s{used}", took.as_secs_f32());
        }
        println!("\n=== {heading}");
        // A closed terminal is no reason to stop.
        let _ = stdout().flush();
    }
}

/// The top of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies one level below the top").to_path_buf()
}

/// The cargo that runs us, at the top of the repository.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    command
}

/// Whether a machine watches and no person: then nothing is skipped.
pub fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// What all ended children and theirs have used until now; Linux tells, in hundredths of a second.
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name in brackets, which may hold blanks; there the fields are counted from the third.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let hundredths: u64 = fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(hundredths * 10))
}

/// The command as a shell would take it, with the variables that were set for it.
fn shown(command: &Command) -> String {
    let variables = command.get_envs().filter_map(|(name, value)| {
        value.map(|value| format!("{}={}", name.to_string_lossy(), quoted(&value.to_string_lossy())))
    });
    let program = command.get_program().to_string_lossy();
    let words = std::iter::once(program).chain(command.get_args().map(|word| word.to_string_lossy()));
    variables.chain(words.map(|word| quoted(&word))).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.into() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_processors_that_a_child_used_are_counted() {
        let before = processor_time().expect("Linux tells");
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        Steps::default().run("busy", Command::new("sh").args(["-c", busy])).expect("it counts");
        assert!(processor_time().expect("Linux tells") > before);
    }

    #[test]
    fn a_failure_shows_a_line_that_a_shell_can_run() {
        let mut command = Command::new("false");
        command.args(["--all", "-D warnings", "it's"]).env("RUSTDOCFLAGS", "-D warnings").env_remove("HOME");
        let error = Steps::default().run("nothing", &mut command).expect_err("`false` fails").to_string();
        assert!(error.contains(r"RUSTDOCFLAGS='-D warnings' false --all '-D warnings' 'it'\''s'"), "{error}");
    }
}
