//! What moves while a pass goes on: a bar on a terminal, one line a file everywhere.
//!
//! In: events. Out: lines on stdout, a bar on stderr. Not here: the end of the story (`pass`).

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{Output, stderr_moves, style};
use crate::sync::event::Event;

/// Between two pictures while nothing happens.
const TICK: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub struct Progress {
    out: Output,
    /// Not drawn before there is something to send, nor where nobody would see it move.
    bar: ProgressBar,
    moves: bool,
    started: u64,
    sent: u64,
}

impl Progress {
    pub fn new(out: Output) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
        // The template is a literal: were it wrong, the default bar would do.
        if let Ok(form) = ProgressStyle::with_template("{bar:24} {pos}/{len}  {wide_msg}") {
            bar.set_style(form);
        }
        let moves = !out.json && !out.quiet && out.verbose == 0 && stderr_moves();
        Self { out, bar, moves, started: 0, sent: 0 }
    }

    /// At least so many files are there in all.
    fn reach(&mut self, files: u64) {
        if self.bar.length().unwrap_or_default() < files {
            self.bar.set_length(files);
        }
        if self.moves && self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(TICK);
        }
    }

    pub fn show(&mut self, event: &Event) {
        match event {
            Event::Uploading { file, .. } => {
                self.started += 1;
                self.bar.set_message(file.clone());
                self.reach(self.started);
            }
            Event::Progress { file, sent, size } if *size > 0 => {
                self.bar.set_message(format!("{file} {} %", sent.saturating_mul(100) / size));
            }
            Event::State { waiting, .. } if *waiting > 0 => self.reach(self.sent + waiting),
            Event::Uploaded { receipt } => {
                self.sent += 1;
                self.bar.set_position(self.sent);
                if !self.out.json && !self.out.quiet {
                    let line = format!("{} {}  →  {}", style::green("✓"), receipt.file, style::dim(&receipt.place()));
                    // A reader that went away does not stop the pass.
                    let _ = self.bar.suspend(|| self.out.data(line));
                }
            }
            _ => {}
        }
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
