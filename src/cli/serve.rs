//! `outtray cloud` (hidden): the loopback cloud alone, for benchmarks and for programs under test.
//!
//! In: how slow and how strict it is. Out: one line with its `api_url`; then it serves until Ctrl-C, and tells how
//! often it was asked.
//! Not here: the cloud (`cloud`), the story around it (`demo`).

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::failure::{Exit, Failure};
use super::output::Output;
use crate::cloud::{Behaviour, Cloud, Mode, Options, Store};
use crate::platform::signals::Stop;

#[derive(Debug, Args)]
pub struct CloudArgs {
    /// Added to every request, in milliseconds
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Verify no signature and keep no bytes: as fast as it gets
    #[arg(long)]
    sink: bool,
    /// Which kind of presigner answers
    #[arg(long, value_enum, default_value = "sigv4")]
    presigner: Presigner,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Presigner {
    Sigv2,
    Sigv4,
    V1,
}

pub async fn run(out: Output, args: &CloudArgs) -> Result<Exit, Failure> {
    let mode = match args.presigner {
        Presigner::Sigv2 => Mode::SigV2,
        Presigner::Sigv4 => Mode::SigV4,
        Presigner::V1 => Mode::V1,
    };
    let options = Options {
        behaviour: Behaviour { mode, ..Behaviour::default() },
        latency: Duration::from_millis(args.latency_ms),
        checks: !args.sink,
        store: if args.sink { Store::Nowhere } else { Store::Memory },
        ..Options::default()
    };
    let ports = |error: std::io::Error| Failure::io("cannot open ports on this computer", &error);
    let cloud = Cloud::start(options).map_err(ports)?;
    out.data(cloud.api_url())?;
    let mut stop = Stop::listen().map_err(|error| Failure::io("cannot listen for Ctrl-C", &error))?;
    stop.next().await;
    let (presigns, puts) = cloud.counts();
    out.data(format!("{presigns} uploads asked for, {puts} PUTs"))?;
    Ok(Exit::Done)
}
