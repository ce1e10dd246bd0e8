//! Where words go: data to stdout, everything else to stderr, colours only where a terminal shows them.
//!
//! In: lines and JSON values. Out: bytes on the two streams. Not here: what is said (each command).

use std::io::{IsTerminal as _, Write as _};

use serde::Serialize;

use super::failure::Failure;

/// How the person wants to be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    /// One JSON object on stdout instead of text.
    pub json: bool,
    /// Nothing but results and problems.
    pub quiet: bool,
    /// 0, 1 (`-v`), 2 or more (`-vv`).
    pub verbose: u8,
}

#[allow(clippy::unused_self, reason = "all words go one way, whether or not a flag can silence them")]
impl Output {
    /// A line of data.
    pub fn data(self, line: impl AsRef<str>) -> Result<(), Failure> {
        written(writeln!(anstream::stdout().lock(), "{}", line.as_ref()))
    }

    /// A JSON object as a line of data.
    pub fn object(self, value: &impl Serialize) -> Result<(), Failure> {
        // Written as it is made: the list of a long pass would fill the memory. Our shapes always serialise.
        let mut stream = std::io::BufWriter::with_capacity(32 * 1024, std::io::stdout().lock());
        let made = serde_json::to_writer(&mut stream, value).map_err(std::io::Error::from);
        written(made.and_then(|()| writeln!(stream)).and_then(|()| stream.flush()))
    }

    /// The answer of a command: the text for people, or the object for programs.
    pub fn answer(self, value: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json { self.object(value) } else { self.data(text()) }
    }

    /// A word beside the data, left out with `-q`.
    pub fn note(self, line: impl AsRef<str>) {
        if !self.quiet {
            self.problem(line);
        }
    }

    /// A word that even `-q` does not silence.
    pub fn problem(self, line: impl AsRef<str>) {
        let _ = writeln!(anstream::stderr().lock(), "{}", line.as_ref());
    }

    /// The end of a command that failed.
    pub fn failure(self, failure: &Failure) {
        if failure.message.is_empty() {
            return;
        }
        if self.json {
            // Nobody is left to be told that stdout is closed.
            let _ = self.object(&failure.json());
        } else {
            let (message, hint) = (style::red("error:"), failure.hint.as_deref());
            self.problem(format!("{message} {}", failure.message));
            if let Some(hint) = hint {
                self.problem(format!("{} {hint}", style::dim("hint:")));
            }
        }
    }
}

/// Whether a person looks at stderr: then a bar may move there.
pub fn stderr_moves() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

pub fn stdin_is_terminal() -> bool {
    std::io::stdin().is_terminal()
}

fn written(result: std::io::Result<()>) -> Result<(), Failure> {
    result.map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::nobody_reads(),
        _ => Failure::io("writing the output", &error),
    })
}

/// A few restrained styles. The streams strip them where nobody can see colours, or `NO_COLOR` is set.
pub mod style {
    pub fn green(text: &str) -> String {
        format!("\x1b[32m{text}\x1b[0m")
    }

    pub fn yellow(text: &str) -> String {
        format!("\x1b[33m{text}\x1b[0m")
    }

    pub fn red(text: &str) -> String {
        format!("\x1b[31m{text}\x1b[0m")
    }

    pub fn bold(text: &str) -> String {
        format!("\x1b[1m{text}\x1b[0m")
    }

    pub fn dim(text: &str) -> String {
        format!("\x1b[2m{text}\x1b[0m")
    }
}
