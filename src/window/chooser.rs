//! The system's own way to choose a folder or a file.
//!
//! In: where to begin. Out: what was chosen, or nothing. Begun on the main thread (macOS insists), awaited elsewhere.
//! Not here: typing a path, which always works beside it.

use std::path::{Path, PathBuf};

/// `None` when nothing was chosen, or when this desktop has nothing to choose with.
pub fn choose(folder: bool, from: &Path) -> impl Future<Output = Option<PathBuf>> + Send + 'static {
    let dialog = rfd::AsyncFileDialog::new();
    let dialog = if from.is_dir() { dialog.set_directory(from) } else { dialog };
    let chosen: std::pin::Pin<Box<dyn Future<Output = _> + Send>> =
        if folder { Box::pin(dialog.pick_folder()) } else { Box::pin(dialog.pick_file()) };
    async move { chosen.await.map(|handle| handle.path().to_owned()) }
}
