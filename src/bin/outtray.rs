//! `outtray`: the console program.

use std::process::ExitCode;

fn main() -> ExitCode {
    outtray::platform::harden();
    #[cfg(feature = "failpoints")]
    outtray::failpoints::arm();
    outtray::cli::main()
}
