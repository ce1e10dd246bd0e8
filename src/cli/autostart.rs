//! `outtray autostart`: whether the desktop program starts at login, as the system itself tells it.
//!
//! In: on, off or status. Out: what will happen at the next login, read back. Not here: how each system is told
//! (`platform::autostart`).

use std::path::Path;

use serde_json::{Value, json};

use super::args::AutostartCommand;
use super::failure::{Exit, Failure};
use super::output::Output;
use crate::platform::autostart::{Autostart, Status, desktop_program};

pub fn run(out: Output, command: AutostartCommand) -> Result<Exit, Failure> {
    let autostart = Autostart::of_this_user().map_err(|error| Failure::io("start at login is out of reach", &error))?;
    let program = desktop_program().map_err(|_| {
        Failure::new(Exit::Failed, "autostart.no_desktop", "this installation has no desktop program to start at login")
            .hint("Let the system's own services run `outtray run` instead.")
    })?;
    let status = match command {
        AutostartCommand::Status => autostart.status(&program),
        AutostartCommand::On => autostart.set(true, &program),
        AutostartCommand::Off => autostart.set(false, &program),
    };
    let status = status.map_err(|error| Failure::io("start at login cannot be changed or read", &error))?;
    match (command, &status) {
        (AutostartCommand::On, Status::On) | (AutostartCommand::Off, Status::Off) | (AutostartCommand::Status, _) => {}
        (_, status) => return Err(not_done(status, &program)),
    }
    out.answer(&answer(&status, &program), || words(&status, &program))?;
    Ok(Exit::Done)
}

fn not_done(status: &Status, program: &Path) -> Failure {
    let failure = Failure::new(Exit::Failed, "autostart.not_done", words(status, program));
    match status {
        Status::Blocked(_) => failure.hint("Whoever switched it off there has the last word: switch it on there."),
        _ => {
            failure.hint("The system did not take the change over. `outtray bundle` packs what support needs to know.")
        }
    }
}

fn answer(status: &Status, program: &Path) -> Value {
    let (state, reason) = match status {
        Status::On => ("on", None),
        Status::Off => ("off", None),
        Status::OnElsewhere { .. } => ("elsewhere", None),
        Status::Blocked(reason) => ("blocked", Some(reason)),
    };
    let starts = match status {
        Status::On => Some(program),
        Status::OnElsewhere { path } => Some(path.as_path()),
        Status::Off | Status::Blocked(_) => None,
    };
    json!({"autostart": state, "program": program, "starts": starts, "reason": reason})
}

fn words(status: &Status, program: &Path) -> String {
    match status {
        Status::On => format!("On: {} starts at login.", program.display()),
        Status::Off => "Off: nothing starts at login.".into(),
        Status::OnElsewhere { path } if path.exists() => {
            format!(
                "On, but another OutTray starts at login: {}. `outtray autostart on` makes it this one.",
                path.display()
            )
        }
        Status::OnElsewhere { path } => {
            format!("On, but {} is no longer there. `outtray autostart on` mends it.", path.display())
        }
        Status::Blocked(reason) => format!("Off: {reason}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_will_happen() {
        let program = Path::new("/opt/outtray-desktop");
        let elsewhere = Status::OnElsewhere { path: "/gone/outtray-desktop".into() };
        assert!(words(&elsewhere, program).contains("no longer there"));
        assert_eq!(
            answer(&elsewhere, program),
            json!({"autostart": "elsewhere", "program": program, "starts": "/gone/outtray-desktop", "reason": null})
        );
        let blocked = Status::Blocked("it is switched off in Task Manager, Startup apps".into());
        assert_eq!(words(&blocked, program), "Off: it is switched off in Task Manager, Startup apps.");
        assert!(not_done(&blocked, program).hint.unwrap().contains("there"));
    }
}
