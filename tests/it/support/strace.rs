//! A kernel that says no: strace answers chosen system calls of the program under test in its place.
//!
//! In: orders in strace's own language (`inject=fsync:error=EIO:when=3`). Out: a command. `None` where strace is missing or
//! may not trace; on Linux alone. Not here: real full and read-only disks (`disk`).

use std::path::Path;
use std::process::Command;

/// The command under strace. `calls` are those it may look at, which keeps all others fast.
pub fn inject(command: &Command, calls: &str, order: &str) -> Option<Command> {
    if !works() {
        eprintln!("skipped: strace is not here, or may not trace");
        return None;
    }
    let mut traced = Command::new("strace");
    // -D: the process that the test starts, and ends, is the program itself and not strace before it.
    traced.args(["-D", "-f", "-qqq", "--seccomp-bpf", "-o", "/dev/null", "-e", &format!("trace={calls}")]);
    traced.args(["-e", order]).arg(command.get_program()).args(command.get_args());
    traced.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    traced.current_dir(command.get_current_dir().unwrap_or(Path::new("/")));
    Some(traced)
}

fn works() -> bool {
    let tried = Command::new("strace").args(["-qqq", "-o", "/dev/null", "true"]).output();
    let works = tried.is_ok_and(|output| output.status.success());
    assert!(works || std::env::var_os("CI").is_none(), "CI has strace, or lets too much pass");
    works
}
