//! `outtray setup`: the first configuration, from flags, from questions, or from another computer's line.
//!
//! In: three values that only a person knows. Out: a config.toml that is good as a whole, readable by this user alone.
//! An existing file keeps its comments and everything that was not asked for.
//! Not here: the questions (`ask`), the text of the file (`setup::compose`), the line (`setup::enrolment`).

use serde_json::json;

use super::args::SetupArgs;
use super::failure::{Exit, Failure, of_problems};
use super::output::{Output, stdin_is_terminal, style};
use super::why::current_dir;
use crate::control::protocol::Request;
use crate::host::Home;
use crate::platform::autostart::desktop_program;
use crate::platform::open;
use crate::setup::begin::{Beginning, device_name};
use crate::setup::compose::{NEEDED, compose};
use crate::setup::enrolment::{self, Settings};
use crate::setup::finish::{Finished, Plan, Unfinished, finish, from_here};

mod ask;

/// The flag for each of the three that have no default.
const FLAGS: [&str; 3] = ["--api-url", "--device-id", "--watch-dir"];

pub async fn run(home: &Home, out: Output, args: SetupArgs) -> Result<Exit, Failure> {
    if args.gui {
        return window(out);
    }
    if args.export {
        return export(home, out, args.secrets);
    }
    let env = |name: &str| std::env::var_os(name);
    let beginning = Beginning::read(&home.paths, &env, device_name(&mut fastrand::Rng::new()));
    let mut beginning = beginning.map_err(|problems| of_problems(&problems))?;
    let yes = args.yes;
    let settings = wanted(args)?;
    let done = if yes {
        silent(&beginning, settings)?
    } else if stdin_is_terminal() {
        beginning.here = Some(current_dir()?);
        ask::ask(home, beginning, &settings, out).await?
    } else {
        return Err(nobody(&beginning, &settings, "--yes"));
    };
    // A running engine sees the change by itself as well, a moment later.
    if let Some(mut host) = home.client().await {
        let _ = host.ask(&Request::Reload).await;
    }
    if let Some(trouble) = &done.login_trouble {
        out.problem(format!("{} start at login: {trouble}", style::yellow("!")));
    }
    out.answer(&json!({"ok": true, "config": done.file, "watch_dir": done.folder}), || {
        let next = "Next: `outtray doctor` tries every step, `outtray run` watches and sends.";
        format!("{} Settings are in {}.\n{next}", style::green("✓"), done.file.display())
    })?;
    Ok(Exit::Done)
}

fn window(out: Output) -> Result<Exit, Failure> {
    let program = desktop_program().map_err(|_| {
        Failure::new(Exit::Failed, "setup.no_desktop", "this installation has no desktop program with a window")
            .hint("`outtray setup` asks the same questions here.")
    })?;
    let shown = program.display();
    open::start_program(&program, &["--setup"]).map_err(|error| {
        Failure::io(format_args!("cannot start {shown}"), &error).hint("`outtray setup` asks the same questions here.")
    })?;
    out.answer(&json!({"ok": true, "started": program}), || format!("{shown} opens its window."))?;
    Ok(Exit::Done)
}

fn export(home: &Home, out: Output, secrets: bool) -> Result<Exit, Failure> {
    let loaded = home.read().map_err(|problems| of_problems(&problems))?;
    let settings = enrolment::settings_of(&loaded, secrets);
    let line = enrolment::line(&settings);
    out.answer(&json!({"line": line}), || line.clone())?;
    if settings.get("network.proxy").is_some_and(|proxy| proxy.contains('@')) {
        out.problem(format!("{} The line holds a password: send it only where that may be.", style::yellow("!")));
    }
    out.note("On the other computer: outtray setup --import LINE --device-id NAME --watch-dir FOLDER");
    Ok(Exit::Done)
}

/// What the flags and the line of another computer say; flags win.
fn wanted(args: SetupArgs) -> Result<Settings, Failure> {
    let mut settings = match &args.import {
        Some(line) => enrolment::read(line).map_err(|bad| {
            Failure::new(Exit::Usage, "setup.bad_line", bad.to_string())
                .hint("Copy the whole line that `outtray setup --export` prints on the other computer, in quotes.")
        })?,
        None => Settings::new(),
    };
    for (key, value) in NEEDED.into_iter().zip([args.api_url, args.device_id, args.watch_dir]) {
        if let Some(value) = value {
            settings.insert(key.into(), value);
        }
    }
    Ok(settings)
}

/// Asks nothing.
fn silent(beginning: &Beginning, mut settings: Settings) -> Result<Finished, Failure> {
    if NEEDED.into_iter().any(|key| !settings.contains_key(key) && beginning.lacks(key)) {
        return Err(nobody(beginning, &settings, ""));
    }
    if let Some(folder) = settings.get_mut("watch_dir") {
        *folder = from_here(folder, &current_dir()?);
    }
    let draft = compose(&beginning.sources, &settings).map_err(|problems| of_problems(&problems))?;
    let plan = Plan {
        file: beginning.sources.user_file.clone(),
        before: beginning.sources.user.as_ref().map(|user| user.text.clone()),
        text: draft.text,
        folder: draft.loaded.config.watch_dir,
        start_at_login: None,
    };
    finish(&plan).map_err(Failure::from)
}

/// Where nobody can answer, everything must be said.
fn nobody(beginning: &Beginning, settings: &Settings, also: &'static str) -> Failure {
    let is_missing = |key: &str| !settings.contains_key(key) && beginning.lacks(key);
    let flags = NEEDED.into_iter().zip(FLAGS).filter(|(key, _)| is_missing(key)).map(|(_, flag)| flag);
    let flags: Vec<_> = flags.chain(Some(also).filter(|also| !also.is_empty())).collect();
    let message = format!("nobody can be asked here; missing: {}", flags.join(", "));
    Failure::new(Exit::Usage, "setup.incomplete", message).hint("`outtray help setup` shows an example.")
}

impl From<Unfinished> for Failure {
    fn from(error: Unfinished) -> Self {
        match &error {
            Unfinished::Settings(problems) => of_problems(problems),
            Unfinished::Folder { .. } | Unfinished::Changed { .. } => Self::of(Exit::Failed, &error),
        }
    }
}
