//! `outtray update`: whether there is a newer version, and how it comes here.
//!
//! In: the settings, the release server. Out: the newer programs in place and the desktop program started again; or who
//! has to do it, in one sentence. Not here: how it is done (`update`).

use clap::Args;
use semver::Version;
use serde_json::{Value, json};

use super::failure::{Exit, Failure};
use super::output::{Output, style};
use crate::control::desktop::{DoorError, Only, Start, Wish, start};
use crate::host::Home;
use crate::update::advice::Advice;
use crate::update::installed::Facts;
use crate::update::{
    self, Channel, Found, Installed, Keys, Newest, Place, Release, Settings, UpdateError, Way, install, start_setup,
};

#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Only say whether there is one
    #[arg(long)]
    check: bool,
}

pub async fn run(home: &Home, out: Output, args: &UpdateArgs) -> Result<Exit, Failure> {
    let settings = Settings::read(&home.paths);
    if settings.is_left_to_organisation() {
        return Err(managed(settings.organisation(), settings.managed.help_url.as_deref()));
    }
    let installed = Facts::of_this_program().map_or(Installed::Archive, |facts| Installed::of(&facts));
    let channel = Channel::new(&settings, Keys::of_this_build(), update::running())?;
    let Newest::Found(found) = channel.newest(None).await? else {
        return Err(UpdateError::BadList.into());
    };
    if args.check || !found.newer {
        out.answer(&answer(&found, &installed), || words(&found, &installed))?;
        return Ok(Exit::Done);
    }
    let newer = &found.release.version;
    match installed.way() {
        Way::Elsewhere => Err(elsewhere(&installed, newer)),
        _ if !found.signed => Err(UpdateError::NoKey.into()),
        Way::RunSetup => {
            start_setup(&channel, &found, &home.paths.state_dir).await?;
            out.answer(
                &json!({"version": update::running().to_string(), "newest": newer.to_string(), "newer": true,
                "installed": false, "setup_started": true}),
                || {
                    format!(
                        "The setup of OutTray {newer} runs now. It closes OutTray, replaces it and starts it again."
                    )
                },
            )?;
            Ok(Exit::Done)
        }
        Way::Swap { folder, receipt } => {
            update::tidy(&folder);
            out.note(format!("Fetching OutTray {newer}…"));
            install(&channel, &found, &Place { folder, receipt, state_dir: home.paths.state_dir.clone() }).await?;
            let desktop = start_again(home).await;
            // Whatever answers now and was not started again is an `outtray run` with the old program.
            let old_engine = desktop != Desktop::StartedAgain && home.client().await.is_some();
            let told = json!({"version": update::running().to_string(), "newest": newer.to_string(), "newer": true,
                "installed": true, "restarted": desktop == Desktop::StartedAgain,
                "old_one_runs": old_engine || desktop == Desktop::Stays});
            out.answer(&told, || done(newer, desktop, old_engine))?;
            Ok(Exit::Done)
        }
    }
}

/// What became of the desktop program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Desktop {
    NotThere,
    StartedAgain,
    /// It runs on with the old version.
    Stays,
}

/// It ends, and starts itself from its own surroundings: those of a terminal may have no screen.
async fn start_again(home: &Home) -> Desktop {
    match start(&home.paths.state_dir, Only::Program, &Wish::Restart).await {
        Ok(Start::HandedOver) => Desktop::StartedAgain,
        Ok(Start::First(_)) | Err(DoorError::Folder(_)) => Desktop::NotThere,
        Err(error) => {
            tracing::debug!(target: "outtray", "the desktop program stays: {error}");
            Desktop::Stays
        }
    }
}

fn done(newer: &Version, desktop: Desktop, old_engine: bool) -> String {
    let mut lines = vec![format!("{} OutTray is {newer} now; it was {}.", style::green("✓"), update::running())];
    match desktop {
        Desktop::StartedAgain => lines.push("The desktop program has started again.".into()),
        Desktop::Stays => lines.push("The desktop program runs on as it was: quit it and start it again.".into()),
        Desktop::NotThere => {}
    }
    if old_engine && desktop == Desktop::NotThere {
        lines.push(
            "An `outtray run` goes on with the old version: end it and start it again, as a service with \
             `systemctl --user restart outtray`."
                .into(),
        );
    }
    lines.join("\n")
}

/// Nobody was asked.
fn managed(organisation: &str, help_url: Option<&str>) -> Failure {
    let message = format!("updates of OutTray are installed by {organisation}");
    let failure = Failure::new(Exit::Failed, "update.managed", message);
    match help_url {
        Some(url) => failure.hint(format!("See {url}")),
        None => failure.hint("Ask whoever manages this computer."),
    }
}

fn elsewhere(installed: &Installed, newer: &Version) -> Failure {
    let Advice { sentence, command } = Advice::for_copy(installed, newer);
    let message = format!("OutTray {newer} is there, but this copy is not replaced by itself");
    let run = command.map_or_else(String::new, |command| format!(" Run `{command}`."));
    Failure::new(Exit::Failed, "update.elsewhere", message).hint(format!("{sentence}{run}"))
}

fn answer(found: &Found, installed: &Installed) -> Value {
    let Release { version, date, .. } = &found.release;
    let advice = found.newer.then(|| advice(found, installed));
    json!({
        "version": update::running().to_string(),
        "newest": version.to_string(),
        "newer": found.newer,
        "date": date.to_string(),
        "signed": found.newer.then_some(found.signed),
        "installed_by": installed.word(),
        "by_itself": installed.way() != Way::Elsewhere && found.signed,
        "advice": advice.as_ref().map(|advice| &advice.sentence),
        "command": advice.as_ref().and_then(|advice| advice.command.as_ref()),
        "page": update::page(version),
    })
}

fn advice(found: &Found, installed: &Installed) -> Advice {
    let newer = &found.release.version;
    if installed.way() != Way::Elsewhere && !found.signed {
        let sentence = format!(
            "This OutTray was built without the key of its publishers and installs nothing by itself: take the newer \
             one from {}.",
            update::page(newer)
        );
        return Advice { sentence, command: None };
    }
    Advice::for_copy(installed, newer)
}

fn words(found: &Found, installed: &Installed) -> String {
    let (running, Release { version, date, .. }) = (update::running(), &found.release);
    if !found.newer {
        return if version.cmp_precedence(&running).is_lt() || !version.pre.is_empty() {
            format!("OutTray {running} runs here; the release server has {version}, which is not newer.")
        } else {
            format!("OutTray {running} is the newest version.")
        };
    }
    let Advice { sentence, command } = advice(found, installed);
    let command = command.map_or_else(String::new, |command| format!("\n  {command}"));
    format!(
        "OutTray {version} of {} is there; {running} runs here.\n{sentence}{command}\nWhat is new: {}",
        date.strftime("%Y-%m-%d"),
        update::page(version)
    )
}

impl From<UpdateError> for Failure {
    fn from(error: UpdateError) -> Self {
        let exit = match error {
            UpdateError::Fetch(_) => Exit::Unreachable,
            UpdateError::Network(_) | UpdateError::CaFile { .. } | UpdateError::BadBase => Exit::Config,
            _ => Exit::Failed,
        };
        Self::of(exit, &error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(version: &str, signed: bool) -> Found {
        let version = Version::parse(version).unwrap();
        let date = "2026-03-01T10:00:00Z".parse().unwrap();
        let newer = version > update::running();
        Found { release: Release { version, date, files: Vec::new() }, newer, signed: newer && signed, etag: None }
    }

    fn script() -> Installed {
        Installed::Script { folder: "/b".into(), receipt: "/r".into() }
    }

    #[test]
    fn says_what_is_there_and_who_installs_it() {
        let told = [
            words(&found("900.1.0", true), &script()),
            words(&found("900.1.0", false), &script()),
            words(&found("900.1.0", true), &Installed::Homebrew { cask: false }),
            words(&found("0.0.1", true), &script()),
            words(&found(env!("CARGO_PKG_VERSION"), true), &script()),
        ];
        let told = told.join("\n---\n").replace(concat!(" ", env!("CARGO_PKG_VERSION"), " "), " RUNNING ");
        insta::assert_snapshot!(told, @"
        OutTray 900.1.0 of 2026-03-01 is there; RUNNING runs here.
        OutTray installs it.
          outtray update
        What is new: https://github.com/outtray/outtray/releases/tag/v900.1.0
        ---
        OutTray 900.1.0 of 2026-03-01 is there; RUNNING runs here.
        This OutTray was built without the key of its publishers and installs nothing by itself: take the newer one from https://github.com/outtray/outtray/releases/tag/v900.1.0.
        What is new: https://github.com/outtray/outtray/releases/tag/v900.1.0
        ---
        OutTray 900.1.0 of 2026-03-01 is there; RUNNING runs here.
        Homebrew installs it.
          brew upgrade outtray
        What is new: https://github.com/outtray/outtray/releases/tag/v900.1.0
        ---
        OutTray RUNNING runs here; the release server has 0.0.1, which is not newer.
        ---
        OutTray RUNNING is the newest version.
        ");
    }

    #[test]
    fn programs_get_the_same_in_members() {
        let told = answer(&found("900.1.0", true), &script());
        assert_eq!((&told["newer"], &told["signed"], &told["by_itself"]), (&json!(true), &json!(true), &json!(true)));
        assert_eq!(told["command"], "outtray update");
        let told = answer(&found("0.0.1", true), &Installed::Msi);
        assert_eq!((&told["newer"], &told["signed"], &told["advice"]), (&json!(false), &Value::Null, &Value::Null));
        let failure = elsewhere(&Installed::Msi, &Version::new(900, 1, 0));
        assert_eq!((failure.exit, failure.kind.as_str()), (Exit::Failed, "update.elsewhere"));
        assert_eq!(failure.hint.as_deref(), Some("Whoever manages this computer installs it."));
        let failure = managed("Example Ltd", Some("https://help.example.org"));
        assert_eq!(
            (failure.exit, failure.message.as_str()),
            (Exit::Failed, "updates of OutTray are installed by Example Ltd")
        );
        assert_eq!(failure.hint.as_deref(), Some("See https://help.example.org"));
    }
}
