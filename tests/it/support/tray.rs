//! A watched folder with settings for it, and a producer that finishes files there.
//!
//! Not here: who carries them away (`crash::world`, `delivery::desk`).

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

/// The text of a `config.toml` for a loopback cloud: quick, and watching `tray` beside it. `more` are further lines of
/// `[files]`, the last table.
pub fn settings(api_url: &str, more: &str) -> String {
    format!(
        "api_url = {api_url:?}\ndevice_id = \"dev001\"\nwatch_dir = \"tray\"\nscan_interval_secs = 1\nconcurrency = 2\n\
         [retry]\npresign_delays_ms = [1, 1, 1]\nupload_base_ms = 1\n\
         [network]\nproxy = \"none\"\nallow_insecure_http = true\n\
         [files]\nsettle_ms = 50\n{more}\n"
    )
}

/// Finishes a file as a good producer does: by a rename over whatever stands there. It looks as if it was a while ago.
pub fn finish(path: &Path, text: &str) {
    let half = path.with_added_extension("tmp");
    fs::write(&half, text).expect("written");
    age(&half);
    fs::rename(&half, path).expect("renamed");
}

/// Ten seconds ago nobody wrote any more.
pub fn age(path: &Path) {
    let file = fs::File::options().append(true).open(path).expect("it opens");
    file.set_modified(SystemTime::now() - Duration::from_secs(10)).expect("its time can be set");
}

/// The names in a folder with this ending, in order.
pub fn names(folder: &Path, ending: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("Unicode"));
    let mut names: Vec<String> = names.filter(|name| name.ends_with(ending)).collect();
    names.sort();
    names
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
