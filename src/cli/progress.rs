//! What moves while a pass goes on: a bar on a terminal, one line a file everywhere.
//!
//! In: events. Out: lines on stdout, a bar on stderr. Not here: the end of the story (`pass`).

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::output::{Output, stderr_moves, style};
use crate::sync::event::Event;

#[derive(Debug)]
pub struct Progress {
    out: Output,
    /// Hidden where nobody would see it move.
    bar: ProgressBar,
    sent: u64,
}

impl Progress {
    pub fn new(out: Output) -> Self {
        let bar = if out.json || out.quiet || out.verbose > 0 || !stderr_moves() {
            ProgressBar::hidden()
        } else {
            let bar = ProgressBar::new(0);
            // The template is a literal: were it wrong, the default bar would do.
            if let Ok(form) = ProgressStyle::with_template("{bar:24} {pos}/{len}  {wide_msg}") {
                bar.set_style(form);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        };
        Self { out, bar, sent: 0 }
    }

    pub fn show(&mut self, event: &Event) {
        match event {
            Event::Uploading { file, .. } => self.bar.set_message(file.clone()),
            Event::Progress { file, sent, size } if *size > 0 => {
                self.bar.set_message(format!("{file} {} %", sent.saturating_mul(100) / size));
            }
            Event::State { waiting, .. } => self.bar.set_length(self.sent + waiting),
            Event::Uploaded { receipt } => {
                self.sent += 1;
                self.bar.set_position(self.sent);
                if self.bar.length().is_some_and(|length| length < self.sent) {
                    self.bar.set_length(self.sent);
                }
                if !self.out.json && !self.out.quiet {
                    let place = format!("s3://{}/{}", receipt.bucket, receipt.key);
                    let line = format!("{} {}  →  {}", style::green("✓"), receipt.file, style::dim(&place));
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
