//! What can be typed: commands, flags, and the help that explains them.
//!
//! In: the words of the command line. Out: [`Cli`]. Not here: what the commands do (one file each).

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::setup::SetupArgs;
use super::span::Span;
use super::update::UpdateArgs;

mod files;

pub use files::{GuardArgs, RetryArgs};

/// Carries each finished JSON file of a folder to S3, proves that it arrived, and marks it.
#[derive(Debug, Parser)]
#[command(
    name = "outtray",
    version,
    max_term_width = 100,
    help_template = "{about}\n\n{usage-heading} {usage}\n\n{before-help}Options:\n{options}{after-help}",
    before_help = COMMANDS,
    after_help = "`outtray help COMMAND` explains a command; `outtray --help` shows examples and exit codes.",
    after_long_help = MORE,
    disable_help_subcommand = false,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(flatten)]
    pub globals: Globals,
    #[command(subcommand)]
    pub command: Command,
}

#[cfg(feature = "demo")]
macro_rules! demo_line {
    () => {
        "  demo         See it all work on this computer, without AWS\n"
    };
}
#[cfg(not(feature = "demo"))]
macro_rules! demo_line {
    () => {
        ""
    };
}

/// The commands as a person looks for them. A test compares the list with [`Command`].
const COMMANDS: &str = concat!(
    "\
Every day:
  status       How things are: what waits, and why
  sync         Send everything that waits, now
  why          The one reason why a file is still here, or its receipt
  history      What was sent, newest first
  pause        Send nothing for a while, or until you resume
  resume       Go on sending
  retry        Try files again that failed or were rejected
  guard        What would be hidden in a file before it is sent

Setting up:
  setup        Write the first configuration, or take one over from elsewhere
  config       Look at settings, check them, change them
  auth         The API key or device token: store it, or take one for a code
  doctor       Try every step of the way to S3, and say what is wrong
  run          Watch the folder and send, until Ctrl-C
  autostart    Start at login: on, off, or how it stands

Help and support:
  logs         The log
  bundle       Pack logs and settings for support, without secrets
  update       Look for a newer version, and install it
",
    demo_line!(),
    "  completions  Tab completion for your shell
  man          The manual page
  help         Explain a command

"
);

const SETUP_EXAMPLES: &str = "\
Examples:
  outtray setup --api-url https://abc123.execute-api.us-west-2.amazonaws.com/ingest/new \\
                --device-id laptop-01 --watch-dir ~/memory --yes
  outtray setup --export                      on a computer that is set up
  outtray setup --import outtray1.eyJ... --device-id laptop-02 --watch-dir ~/memory --yes";

const MORE: &str = "\
Examples:
  outtray demo                   see it work, without AWS
  outtray setup                  asks for presigner, device and folder
  outtray setup --api-url https://upload.example.org/ingest/new \\
                --device-id laptop-01 --watch-dir ~/memory --yes
  outtray doctor                 is everything ready?
  outtray run                    watch and send; Ctrl-C ends it
  outtray why conversation_7.json
  outtray pause 2h
  outtray --json status          for programs

Exit codes:
  0  done
  1  some files failed or were rejected; they stay where they are
  2  the command line is wrong
  3  the configuration is missing or wrong
  4  the server or the network cannot be reached
  5  another OutTray holds the folder and cannot be asked
  6  refused: the device or the key is not accepted

Environment:
  OUTTRAY_HOME      keep configuration, state and logs under this folder
  OUTTRAY_CONFIG    the configuration file
  OUTTRAY_API_URL, OUTTRAY_FILES_SETTLE_MS, …
                    override one setting each: OUTTRAY_, table, key
  OUTTRAY_API_KEY   the API key or device token, for servers; wins over what is stored
  NO_COLOR          no colours";

/// Understood before and after the command.
#[derive(Debug, Clone, Args)]
pub struct Globals {
    /// The configuration file [default: looked for in the usual places, see `outtray config path`]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// One JSON object on stdout, errors too
    #[arg(long, global = true)]
    pub json: bool,
    /// Only results and problems
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more; twice for even more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Watch the folder and send what is finished, until Ctrl-C or SIGTERM
    ///
    /// At the end an upload in flight may finish (five seconds); a second Ctrl-C ends at once. Nothing is lost either
    /// way: what was not proven to have arrived is sent again. With --json every event is a JSON object on stdout.
    Run,
    /// Send everything that waits, now, and tell how it went
    ///
    /// If OutTray runs already, it is asked to do so. Files that are still being written are left for later.
    Sync,
    /// How things are: what waits, and why
    Status(StatusArgs),
    /// The one reason why a file is still here, or its receipt
    Why {
        /// A path, or the bare name of a file in the watched folder
        file: PathBuf,
    },
    /// What was sent, newest first
    History {
        /// How many
        #[arg(short = 'n', long = "number", value_name = "N", default_value_t = 20)]
        number: usize,
    },
    /// Try files again that failed or were rejected
    Retry(RetryArgs),
    /// What would be hidden in a file before it is sent
    ///
    /// Reads the file, or stdin for `-`, by the settings in force, and sends nothing. Exits with 1 when the file would be
    /// held back.
    Guard(GuardArgs),
    /// Send nothing for a while, or until you resume
    ///
    /// Holds across restarts. Files are still noticed and wait.
    Pause {
        /// 30m, 2h, 1d, or `today` for until midnight [default: until `outtray resume`]
        #[arg(value_name = "TIME")]
        time: Option<Span>,
    },
    /// Go on sending
    Resume,
    /// Look at settings, check them, change them
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Write the first configuration, or take over one from another computer
    ///
    /// Asks for what is missing. An existing configuration keeps its comments and everything that is not asked for.
    #[command(after_help = SETUP_EXAMPLES)]
    Setup(SetupArgs),
    /// The API key or device token: store it, take one for a code, see where it is
    ///
    /// It lies in the keychain of the system, never in config.toml, and is sent to the host of api_url alone. The variable
    /// OUTTRAY_API_KEY wins over it.
    #[command(subcommand)]
    Auth(AuthCommand),
    /// Try every step of the way to S3, and say what is wrong
    ///
    /// Stops at the first step that fails. A small probe object is stored; nothing of yours is sent.
    Doctor {
        /// Watch how the program writes into the folder for a while, and grade it
        #[arg(long)]
        producer: bool,
        /// How long to watch, in seconds
        #[arg(long, value_name = "N", default_value_t = 60, requires = "producer", value_parser = clap::value_parser!(u64).range(1..=3600))]
        seconds: u64,
    },
    /// Start at login: on, off, or how it stands
    ///
    /// For the desktop program and this user. The system is asked afterwards whether it took the change over.
    #[command(subcommand)]
    Autostart(AutostartCommand),
    /// The log
    Logs(LogsArgs),
    /// Pack logs, settings and state for support, without secrets
    ///
    /// Works while nothing runs, and when the configuration is broken. Look into the zip file before you send it.
    Bundle {
        /// The zip file to make [default: outtray-support-DATE.zip here]
        file: Option<PathBuf>,
    },
    /// Look for a newer version, and install it
    ///
    /// By the way in which this copy was installed; where somebody else has to do it, says who and how. With --check it
    /// only looks, and exits with 0 whether there is one or not: `newer` in its JSON tells.
    Update(UpdateArgs),
    /// See it all work on this computer, without AWS
    ///
    /// Starts a presigner and an S3 that only this computer can reach, writes three sample conversations, and shows what
    /// becomes of them. It uses a temporary folder; your settings and files are not touched.
    #[cfg(feature = "demo")]
    Demo {
        /// Go on until Ctrl-C, so that you can put files into the folder yourself
        #[arg(long)]
        keep: bool,
    },
    /// Serve the demo's presigner and S3 alone, until Ctrl-C, and print the `api_url`
    #[cfg(feature = "demo")]
    #[command(hide = true)]
    Cloud(super::serve::CloudArgs),
    /// Tab completion for your shell
    Completions { shell: clap_complete::Shell },
    /// The manual page, in troff
    Man,
}

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Stay, and show each change
    #[arg(short, long)]
    pub watch: bool,
}

#[derive(Debug, Args)]
pub struct LogsArgs {
    /// Only tell where the log is
    #[arg(long, conflicts_with_all = ["follow", "number"])]
    pub path: bool,
    /// Stay, and show each new line
    #[arg(short, long)]
    pub follow: bool,
    /// Only the last N lines
    #[arg(short = 'n', long = "number", value_name = "N")]
    pub number: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum AutostartCommand {
    /// Start OutTray when this user logs in
    On,
    /// Do not start it
    Off,
    /// What will happen at the next login
    Status,
}

#[derive(Debug, Subcommand)]
pub enum AuthCommand {
    /// Store the key that you were given
    ///
    /// Asks for it without showing it, or reads it from stdin: `outtray auth set - < key.txt`.
    Set {
        /// `-` reads the key from stdin [default: asks]
        #[arg(value_name = "-", value_parser = ["-"])]
        from: Option<String>,
        /// Keep it in a file that only you may read, for computers without a keychain
        #[arg(long)]
        file: bool,
    },
    /// Exchange a one-time code for a token of this device, and store the token
    Enrol(EnrolArgs),
    /// Forget the key
    Clear,
    /// Where the key is; never the key itself
    Status,
}

#[derive(Debug, Args)]
pub struct EnrolArgs {
    /// The code that whoever runs the presigner gave to you
    #[arg(value_name = "CODE")]
    pub code: String,
    /// Where to exchange it [default: /devices beside the api_url]
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Keep the token in a file that only you may read, for computers without a keychain
    #[arg(long)]
    pub file: bool,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Where the configuration file is
    Path,
    /// Every setting in force
    Show,
    /// One setting in force
    Get {
        /// For example concurrency, or files.settle_ms
        key: String,
    },
    /// Change one setting in the file; comments and order stay
    Set {
        /// For example concurrency, or files.settle_ms
        key: String,
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Every problem of a configuration file
    Check {
        /// [default: the file in force]
        file: Option<PathBuf>,
        /// FILE is one for everybody on a computer, below each user's own
        #[arg(long, requires = "file")]
        machine: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn definitions_hold_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_grouped_list_names_every_command() {
        let visible = Cli::command();
        let known: Vec<_> =
            visible.get_subcommands().filter(|c| !c.is_hide_set()).map(|c| c.get_name().to_owned()).collect();
        let listed: Vec<_> = COMMANDS
            .lines()
            .filter_map(|line| line.strip_prefix("  "))
            .filter_map(|line| line.split_whitespace().next())
            .filter(|name| *name != "help")
            .collect();
        for name in &known {
            assert!(listed.contains(&name.as_str()), "{name} is not in the list");
        }
        assert_eq!(listed.len(), known.len(), "{listed:?} lists a command that does not exist");
    }

    #[test]
    fn global_flags_work_on_both_sides() {
        for words in [["outtray", "--json", "-v", "status"], ["outtray", "status", "--json", "-v"]] {
            let cli = Cli::try_parse_from(words).unwrap();
            assert!(cli.globals.json && cli.globals.verbose == 1, "{words:?}");
        }
        assert_eq!(Cli::try_parse_from(["outtray", "-vv", "sync"]).unwrap().globals.verbose, 2);
    }

    #[test]
    fn nonsense_is_a_usage_error() {
        for words in [
            &["nonsense"][..],
            &["sync", "--no-such-flag"],
            &["pause", "forever and a day"],
            &["history", "-n", "many"],
        ] {
            let words = std::iter::once("outtray").chain(words.iter().copied());
            assert_eq!(Cli::try_parse_from(words).unwrap_err().exit_code(), 2);
        }
    }
}
