//! A fresh home and folder for one measurement, removed afterwards.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::{Result, ensure};

pub struct Place {
    pub home: PathBuf,
    pub folder: PathBuf,
    config: String,
}

impl Place {
    pub fn new(api_url: &str, concurrency: usize) -> Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let home = std::env::temp_dir().join(format!("outtray-bench-{}-{number}", std::process::id()));
        let folder = home.join("memory");
        std::fs::create_dir_all(&folder)?;
        let config = format!(
            "api_url = \"{api_url}\"\ndevice_id = \"bench\"\nwatch_dir = \"./memory\"\nconcurrency = {concurrency}\n"
        );
        std::fs::write(home.join("config.toml"), &config)?;
        Ok(Self { home, folder, config })
    }

    pub fn scan_every(&self, seconds: u32) -> Result<()> {
        let text = format!("{}scan_interval_secs = {seconds}\n", self.config);
        Ok(std::fs::write(self.home.join("config.toml"), text)?)
    }

    /// Finished documents of about `size` bytes that have been still for a while.
    pub fn files(&self, count: usize, size: usize) -> Result<()> {
        let still = SystemTime::now() - Duration::from_secs(10);
        let filler = "x".repeat(size.saturating_sub(40));
        for number in 0..count {
            let part = self.folder.join("part.tmp");
            std::fs::write(&part, format!("{{\"n\":{number},\"text\":\"{filler}\"}}"))?;
            std::fs::File::options().write(true).open(&part)?.set_modified(still)?;
            std::fs::rename(&part, self.folder.join(format!("conversation_{number:05}.json")))?;
        }
        Ok(())
    }

    pub fn marked(&self, count: usize) -> Result<()> {
        for number in 0..count {
            std::fs::File::create(self.folder.join(format!("old_{number:07}.json.synced")))?;
        }
        Ok(())
    }

    pub fn all_marked(&self, count: usize) -> Result<()> {
        let marked = std::fs::read_dir(&self.folder)?
            .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().extension().is_some_and(|e| e == "synced")))
            .count();
        ensure!(marked == count, "only {marked} of {count} files were marked: this run measured nothing");
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What cannot be removed from a temporary folder, the system removes.
        let _ = std::fs::remove_dir_all(&self.home);
    }
}
