//! The command line: one file per command.
//!
//! In: words, the environment, a terminal or a pipe. Out: data on stdout, everything else on stderr, an exit code.
//!
//! ```text
//! args ──Command──▶ one file per command ──▶ control (a running engine) or sync (an engine here, a look at its files)
//!                                    └────▶ output, failure: the only ways out
//! ```
//!
//! Not here: anything that sends (`sync`, `remote`).

use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

mod args;
mod auth;
mod autostart;
mod bundle;
mod config;
#[cfg(feature = "demo")]
mod demo;
mod doctor;
mod failure;
mod generate;
mod guard;
mod history;
mod ladder;
mod logs;
mod output;
mod pass;
mod pause;
mod preset;
mod producer;
mod progress;
mod retry;
mod run;
#[cfg(feature = "demo")]
mod serve;
mod setup;
mod span;
mod status;
mod sync;
mod update;
mod why;

use crate::control::client::frozen;
use crate::host::Home;
use args::{Cli, Command};
pub use failure::Exit;
use failure::Failure;
use output::Output;

/// All that can be typed, as generated documentation and checks of written documentation need it.
pub fn definition() -> clap::Command {
    Cli::command()
}

/// The whole program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misunderstood(&error),
    };
    let out = Output { json: cli.globals.json, quiet: cli.globals.quiet, verbose: cli.globals.verbose };
    let home = Home::find(cli.globals.config.as_deref());
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = Failure::io("the system gives no event queue", &error);
            out.failure(&failure);
            return failure.exit.into();
        }
    };
    let end = runtime.block_on(dispatch(cli.command, &home, out));
    // A blocking read that never ends must not keep the program.
    runtime.shutdown_background();
    match end {
        Ok(exit) => exit.into(),
        Err(mut failure) => {
            if failure.kind == "control.silent"
                && let Some(holder) = home.holder()
            {
                failure.hint = Some(frozen(&holder));
            }
            out.failure(&failure);
            failure.exit.into()
        }
    }
}

async fn dispatch(command: Command, home: &Home, out: Output) -> Result<Exit, Failure> {
    match command {
        Command::Run => run::run(home, out).await,
        Command::Sync => sync::run(home, out).await,
        Command::Status(args) => status::run(home, out, args.watch).await,
        Command::Why { file } => why::run(home, out, &file).await,
        Command::History { number } => history::run(home, out, number),
        Command::Retry(args) => retry::run(home, out, &args).await,
        Command::Guard(args) => guard::run(home, out, &args),
        Command::Pause { time } => pause::pause(home, out, time).await,
        Command::Resume => pause::resume(home, out).await,
        Command::Config(command) => config::run(home, out, command),
        Command::Setup(args) => setup::run(home, out, args).await,
        Command::Auth(command) => auth::run(home, out, command).await,
        Command::Doctor { producer: false, .. } => doctor::run(home, out).await,
        Command::Doctor { seconds, .. } => producer::run(home, out, Duration::from_secs(seconds)).await,
        Command::Autostart(command) => autostart::run(out, command),
        Command::Logs(args) => logs::run(home, out, &args).await,
        Command::Update(args) => update::run(home, out, &args).await,
        Command::Bundle { file } => bundle::run(home, out, file).await,
        #[cfg(feature = "demo")]
        Command::Demo { keep } => demo::run(out, keep).await,
        #[cfg(feature = "demo")]
        Command::Cloud(args) => serve::run(out, &args).await,
        Command::Completions { shell } => generate::completions(out, shell),
        Command::Man => generate::man(out),
    }
}

/// Help and version go to stdout and are no error; everything else is the caller's mistake.
fn misunderstood(error: &clap::Error) -> ExitCode {
    // Nobody is left to be told when the stream is closed.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done.into(),
        _ => {
            if std::env::args_os().any(|word| word == "--json") {
                let text = error.to_string();
                let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
                let failure =
                    Failure::new(Exit::Usage, "usage", message).hint("`outtray --help` shows what can be typed.");
                let _ = Output { json: true, quiet: false, verbose: 0 }.object(&failure.json());
            }
            Exit::Usage.into()
        }
    }
}
