//! `outtray`: the console program.

use std::process::ExitCode;

fn main() -> ExitCode {
    outtray::platform::harden();
    outtray::cli::main()
}
