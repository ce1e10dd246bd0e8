//! A wall clock that a test sets for one program, by a few lines of C that are loaded into it.
//!
//! In: seconds. Out: a command that lives in that time. Linux alone. Not here: the cloud's clock (`cloud::Clock`).

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct WallClock {
    library: PathBuf,
    file: PathBuf,
}

impl WallClock {
    /// Its parts lie in this folder. `None` where there is no C compiler.
    pub fn new(folder: &Path) -> Option<Self> {
        let clock = Self { library: folder.join("wall_clock.so"), file: folder.join("wall_clock") };
        let source = folder.join("wall_clock.c");
        fs::write(&source, include_str!("wall_clock.c")).expect("written");
        let built =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&clock.library).arg(&source).status();
        if !built.is_ok_and(|status| status.success()) {
            eprintln!("skipped: no C compiler");
            return None;
        }
        fs::write(&clock.file, 0_i64.to_ne_bytes()).expect("written");
        Some(clock)
    }

    pub fn rule(&self, command: &mut Command) {
        command.env("LD_PRELOAD", &self.library).env("WALL_CLOCK_FILE", &self.file);
    }

    /// From now on the wall clock is wrong by so much.
    pub fn shift(&self, secs: i64) {
        let file = File::options().write(true).open(&self.file).expect("it is there");
        file.write_all_at(&secs.to_ne_bytes(), 0).expect("written");
    }
}
