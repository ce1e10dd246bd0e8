//! A fresh home and folder for one measurement, removed afterwards.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::{Result, ensure};

use crate::chats::chat;
use crate::exchange::DEVICE;
use crate::sink::Sink;

#[derive(Debug)]
pub struct Place {
    pub home: PathBuf,
    pub folder: PathBuf,
}

/// How OutTray is set up for a measurement; what is not said here is as people have it.
#[derive(Debug, Clone)]
pub struct Settings {
    pub concurrency: usize,
    pub guard: bool,
    /// Lines for config.toml, tables last.
    pub more: String,
}

impl Settings {
    pub fn with(concurrency: usize) -> Self {
        Self { concurrency, guard: true, more: String::new() }
    }
}

impl Place {
    pub fn new() -> Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let home = std::env::temp_dir().join(format!("outtray-bench-{}-{number}", std::process::id()));
        let folder = home.join("memory");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { home, folder })
    }

    pub fn set_up(&self, sink: &Sink, settings: &Settings) -> Result<()> {
        let Settings { concurrency, guard, more } = settings;
        let guard = if *guard { "" } else { "[guard]\nmode = \"off\"\n" };
        let ca_file = match &sink.ca_pem {
            None => String::new(),
            Some(pem) => {
                let path = self.home.join("ca.pem");
                std::fs::write(&path, pem)?;
                format!("[network]\nca_file = '{}'\n", path.display())
            }
        };
        let text = format!(
            "api_url = \"{}\"\ndevice_id = \"{DEVICE}\"\nwatch_dir = \"./memory\"\nconcurrency = {concurrency}\n{more}{guard}{ca_file}",
            sink.api_url
        );
        Ok(std::fs::write(self.home.join("config.toml"), text)?)
    }

    /// Finished conversations of about `size` bytes that have been still for a while.
    pub fn files(&self, count: usize, size: usize) -> Result<()> {
        let still = SystemTime::now() - Duration::from_secs(10);
        let large = (size > 64 * 1024).then(|| chat(0, size));
        for number in 0..count {
            let part = self.folder.join("part.tmp");
            let text = large.clone().unwrap_or_else(|| chat(number, size));
            std::fs::write(&part, text)?;
            std::fs::File::options().write(true).open(&part)?.set_modified(still)?;
            std::fs::rename(&part, self.folder.join(format!("conversation_{number:06}.json")))?;
        }
        Ok(())
    }

    pub fn marked(&self, count: usize) -> Result<()> {
        for number in 0..count {
            std::fs::File::create(self.folder.join(format!("old_{number:07}.json.synced")))?;
        }
        Ok(())
    }

    /// A run that left something behind measured nothing.
    pub fn all_marked(&self, count: usize) -> Result<()> {
        let marked = names(&self.folder)?.filter(|name| name.ends_with(".synced")).count();
        ensure!(marked == count, "only {marked} of {count} files were marked: this run measured nothing");
        Ok(())
    }
}

fn names(folder: &Path) -> Result<impl Iterator<Item = String>> {
    let entries = std::fs::read_dir(folder)?;
    Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()))
}

impl Drop for Place {
    fn drop(&mut self) {
        // What cannot be removed from a temporary folder, the system removes.
        let _left = std::fs::remove_dir_all(&self.home);
    }
}
