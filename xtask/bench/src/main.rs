//! The measurements of `cargo xtask bench`, apart so that the sink is optimised and nobody waits for the plots.
//!
//! In: which workloads (all when none is named), `--rounds N`, `--quick` (a tenth of the files), where the programs are.
//! Out: tables on stdout, `target/bench/results.json` and plots. Each figure is the median of its rounds; clients take
//! turns in every round, and ratios are taken round by round. Not here: verdicts; a busy machine moves wall times by half.

mod chats;
mod clients;
mod cost;
mod exchange;
mod folder;
mod place;
mod plot;
mod report;
mod rounds;
mod seaweed;
mod sending;
mod sign;
mod sink;
mod starting;
mod tls;
mod watching;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::clients::Client;
use crate::place::{Place, Settings};

type Workload = fn(&Bench) -> Result<Vec<Value>>;

const WORKLOADS: [(&str, Workload); 12] = [
    ("start", starting::start),
    ("w1", sending::small),
    ("w2", sending::latency),
    ("w3", sending::large),
    ("w4", folder::marked),
    ("w5", watching::soon),
    ("https", sending::https),
    ("limit", sending::limit),
    ("backlog", folder::backlog),
    ("huge", folder::huge),
    ("seaweed", sending::seaweed),
    ("idle", watching::idle),
];

pub struct Bench {
    pub program: PathBuf,
    pub desktop: PathBuf,
    pub rounds: usize,
    pub quick: bool,
}

impl Bench {
    /// So many files, or fewer when there is little time.
    #[must_use]
    pub fn count(&self, whole: usize) -> usize {
        if self.quick { whole.div_ceil(10) } else { whole }
    }

    #[must_use]
    pub fn outtray(&self, name: &'static str, settings: Settings) -> Client {
        Client::OutTray { name, program: self.program.clone(), settings }
    }

    #[must_use]
    pub fn sync(&self, place: &Place) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["--json", "sync"]).env("OUTTRAY_HOME", &place.home);
        command
    }
}

fn main() -> Result<()> {
    let (mut rounds, mut quick, mut wanted) = (5, false, Vec::new());
    let mut args = std::env::args().skip(1);
    let target = PathBuf::from(args.next().context("where are the programs?")?);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--quick" => quick = true,
            "--rounds" => rounds = args.next().context("how many rounds?")?.parse()?,
            name if WORKLOADS.iter().any(|(known, _)| *known == name) => wanted.push(arg),
            odd => {
                let known: Vec<_> = WORKLOADS.iter().map(|(name, _)| *name).collect();
                bail!("there is no workload {odd}; there are: {}", known.join(" "));
            }
        }
    }
    rise();
    let missing = clients::missing();
    if !missing.is_empty() {
        println!("not on this machine, so not compared: {}", missing.join(", "));
    }
    let bench = Bench {
        program: target.join("release/outtray"),
        desktop: target.join("release/outtray-desktop"),
        rounds,
        quick,
    };
    let folder = target.join("bench");
    for (name, workload) in WORKLOADS {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            let results = report::keep(&folder, workload(&bench)?)?;
            plot::all(&folder, &results)?;
        }
    }
    println!("\nresults and plots: {}", folder.display());
    Ok(())
}

/// Others' work on this machine should not be measured. Only root may; children inherit it.
fn rise() {
    let mut renice = Command::new("renice");
    renice.args(["-n", "-15", "-p", &std::process::id().to_string()]);
    let risen = renice.output().is_ok_and(|output| output.status.success());
    if !risen {
        println!("measured at normal priority: whatever else runs is in the numbers");
    }
}
