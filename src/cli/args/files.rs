//! What can be typed after `retry` and `guard`: single files, and what is to become of them.
//!
//! In: words of the command line. Out: their arguments. Not here: the other commands (`args`).

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub struct RetryArgs {
    /// Paths or bare names [default: all of them]
    pub files: Vec<PathBuf>,
    /// Send files that the guard holds back, with everything hidden that it finds
    #[arg(long, requires = "files", conflicts_with = "as_is")]
    pub redacted: bool,
    /// Send files that the guard holds back, as they are
    #[arg(long, requires = "files")]
    pub as_is: bool,
}

#[derive(Debug, Args)]
pub struct GuardArgs {
    /// A file, or - for stdin
    pub file: PathBuf,
    /// Write the exact bytes that would be sent to this file, or - for stdout
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Show what was found, not only where; others may see your screen
    #[arg(long)]
    pub show: bool,
}
