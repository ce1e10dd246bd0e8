//! `outtray config`: where the settings are, what is in force, what is wrong with them, one of them changed.
//!
//! In: the configuration files. Out: values on stdout, every problem on stderr. Not here: the rules (`config`).

use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::ConfigCommand;
use super::failure::of_problems;
use super::failure::{Exit, Failure};
use super::output::{Output, style};
use super::why::current_dir;
use crate::config::{Problems, Sources, edit, keys, left_out};
use crate::host::Home;
use crate::platform::places;

pub fn run(home: &Home, out: Output, command: ConfigCommand) -> Result<Exit, Failure> {
    match command {
        ConfigCommand::Path => path(home, out),
        ConfigCommand::Show => show(home, out),
        ConfigCommand::Get { key } => one(home, out, &key),
        ConfigCommand::Set { key, value } => set(home, out, &key, &value),
        ConfigCommand::Check { file, machine } => check(home, out, file, machine),
    }
}

fn path(home: &Home, out: Output) -> Result<Exit, Failure> {
    let paths = &home.paths;
    let exists = paths.config.exists();
    let value = json!({
        "config": paths.config, "exists": exists, "machine_config": paths.machine_config,
        "state_dir": paths.state_dir, "log_dir": paths.log_dir,
    });
    out.answer(&value, || paths.config.display().to_string())?;
    if !exists && !out.json {
        out.note("This file does not exist yet; `outtray setup` writes it.");
    }
    Ok(Exit::Done)
}

fn show(home: &Home, out: Output) -> Result<Exit, Failure> {
    let lines = home.read().map_err(|problems| of_problems(&problems))?.shown();
    let value = json!({"config": home.paths.config, "settings": lines});
    out.answer(&value, || {
        let width = lines.iter().map(|line| line.key.len() + line.value.len()).filter(|width| *width < 60).max();
        let width = width.unwrap_or_default() + 5;
        let shown = lines.iter().map(|line| {
            let setting = format!("{} = {}", line.key, line.value);
            format!("{setting:<width$}{}", style::dim(&format!("# {}", line.origin)))
        });
        shown.collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Done)
}

fn one(home: &Home, out: Output, key: &str) -> Result<Exit, Failure> {
    let loaded = home.read().map_err(|problems| of_problems(&problems))?;
    let Some(value) = loaded.value(key) else {
        let shown = crate::files::shown(key.as_ref());
        return Err(Failure::new(Exit::Usage, "config.unknown_key", format!("there is no setting {shown}"))
            .hint(keys::suggestion(key)));
    };
    let origin = loaded.origin(key).map(ToString::to_string);
    out.answer(&json!({"key": key, "value": value, "origin": origin}), || value.clone())?;
    Ok(Exit::Done)
}

fn set(home: &Home, out: Output, key: &str, value: &str) -> Result<Exit, Failure> {
    let env = |name: &str| std::env::var_os(name);
    edit::set_in_file(&home.paths, &env, key, value).map_err(|problems| of_problems(&problems))?;
    out.answer(&json!({"ok": true, "key": key, "value": value, "config": home.paths.config}), || {
        format!("{key} = {value}, written to {}.", home.paths.config.display())
    })?;
    Ok(Exit::Done)
}

fn check(home: &Home, out: Output, file: Option<PathBuf>, for_everybody: bool) -> Result<Exit, Failure> {
    let mut own = Vec::new();
    let (file, result) = match file {
        None => {
            let read = home.read();
            own = read.as_ref().map(|loaded| left_out(&home.paths, &loaded.config)).unwrap_or_default();
            (home.paths.config.clone(), read.map(|_| ()))
        }
        Some(file) => {
            let file = current_dir()?.join(file);
            let result = alone(&file, for_everybody)?;
            (file, result)
        }
    };
    match result {
        Ok(()) => {
            out.answer(&json!({"ok": true, "config": file, "problems": []}), || {
                format!("{} {} is good.", style::green("✓"), file.display())
            })?;
            for own in own.iter().filter(|_| !out.json) {
                out.note(format!("Left out, because OutTray keeps its own files there: {}", own.display()));
            }
            Ok(Exit::Done)
        }
        Err(problems) => {
            if out.json {
                out.object(&json!({
                    "ok": false, "config": file, "problems": problems, "error": of_problems(&problems).json()["error"],
                }))?;
            } else {
                tell(&problems, out);
            }
            Ok(Exit::Config)
        }
    }
}

/// A file by itself, with nothing above or below it. One for everybody may leave to each user what it does not say.
fn alone(file: &Path, for_everybody: bool) -> Result<Result<(), Problems>, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure {
        exit: Exit::Config,
        kind: "config.unreadable".into(),
        ..Failure::io(format_args!("cannot read {}", file.display()), &error)
    })?;
    let sources = Sources { administers: for_everybody, home: places::home(), ..Sources::of_text(&text, file) };
    let found = sources.check().err();
    Ok((if for_everybody { found.and_then(Problems::besides_missing) } else { found }).map_or(Ok(()), Err))
}

fn tell(problems: &Problems, out: Output) {
    for problem in problems.list() {
        out.problem(format!("{} {}", style::red("✗"), problem.message));
        if let Some(hint) = &problem.hint {
            out.problem(format!("  {} {hint}", style::dim("hint:")));
        }
    }
    let count = problems.list().len();
    out.problem(if count == 1 { "1 problem.".into() } else { format!("{count} problems.") });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_for_everybody_need_not_say_everything() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("roll-out.toml");
        let check = |text: &str, for_everybody| {
            std::fs::write(&file, text).unwrap();
            alone(&file, for_everybody).unwrap().is_ok()
        };
        let text = "api_url = \"https://api.example/new\"\nwatch_dir = \"~/out\"\n[managed]\nlocked = [\"api_url\"]\n";
        assert!(check(text, true) && !check(text, false));
        assert!(!check(&text.replace("\"api_url\"]", "\"no_such_key\"]"), true));
        assert!(!check(&text.replace("https://", "ftp://"), true));
    }
}
