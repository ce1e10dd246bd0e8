//! What outlives a run: build folders and tools, in one place that CI may keep between runs.
//!
//! Out: paths under `$XDG_CACHE_HOME/outtray-ci`, else `~/.cache/outtray-ci`.
//! Not here: cargo's own downloads (`CARGO_HOME`).

use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// A folder of the cache; made if missing.
pub fn folder(name: &str) -> Result<PathBuf> {
    let path = top()?.join(name);
    std::fs::create_dir_all(&path).with_context(|| format!("making the cache folder {}", path.display()))?;
    Ok(path)
}

fn top() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = match set("XDG_CACHE_HOME") {
        Some(caches) => caches,
        None => std::env::home_dir().context("there is no home folder to keep the cache in")?.join(".cache"),
    };
    Ok(caches.join("outtray-ci"))
}
