//! OutTray carries each finished JSON file of a folder to S3, proves that it arrived, and marks it.
//!
//! ```text
//!              rescan: start · wake · interval · Sync now · config change
//!                                   │
//! folder ──notify──▶ watch ──hint──▶ engine ──▶ document ──Document──▶ upload ──Receipt──▶ ledger ──▶ rename to .synced
//!                                   │  (settle,   (read once, JSON,     (presign, PUT,    (append,     then look again:
//!                                   │  at most N)  hashes)               verify)           fsync)      still the same file?
//!                                   ▼
//!                             event: Event + Status (logged, then published)
//!                                   │
//!        log file · control socket · status.json · command line · tray: icon, menu, notices · window
//! ```
//!
//! Who may import whom (a test in `tests/it/architecture.rs` checks it):
//!
//! ```text
//! bins      ->  cli, tray, window, control, platform::harden, failpoints
//! cli       ->  setup, host, update, control, sync, auth, guard, config, paths, platform, log, files, phrase, secret, error, cloud
//! tray      ->  host, update, control, sync, config, paths, platform, log, files, error
//! window    ->  setup, host, control, sync, auth, guard, config, paths, platform, log, files, phrase, secret, error
//! setup     ->  host, sync (probe, inspect), auth, remote, guard, config, paths, platform, files, phrase, secret, error
//! update    ->  remote, config, paths, platform, error
//! host      ->  control, sync, auth, guard, config, paths, platform, log, error
//! control   ->  sync, files, platform, error
//! sync      ->  remote, guard, files, platform (dir, lock, places, replace, spool, read_at), secret, error, and the checked value types of config
//! remote    ->  platform::read_at, secret, error
//! guard     ->  error: pure, text in, text and findings out
//! auth      ->  config, platform (keychain, places, replace), secret, error
//! config    ->  paths, files, guard (its policy), platform (places, replace), secret, error
//! paths     ->  platform::places
//! cloud     ->  crates alone: a whole S3 with its presigner on loopback, for `demo`, tests and benchmarks
//! failpoints  ->  platform (for tests alone)
//! fuzzing   ->  setup, control, sync, remote, guard, config (for tests alone)
//! platform, files, log, phrase, secret, error  ->  std and crates
//! ```
//!
//! `sync` and `remote` never name environment variables, the terminal or the operating system: folders, addresses and
//! durations arrive as values.

pub mod auth;
pub mod cli;
#[cfg(feature = "demo")]
pub mod cloud;
pub mod config;
pub mod control;
pub mod error;
#[cfg(feature = "failpoints")]
pub mod failpoints;
pub mod files;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod guard;
pub mod host;
pub mod log;
pub mod paths;
pub mod phrase;
pub mod platform;
pub mod remote;
pub mod secret;
pub mod setup;
pub mod sync;
#[cfg(feature = "desktop")]
pub mod tray;
pub mod update;
#[cfg(feature = "desktop")]
pub mod window;

#[cfg(feature = "desktop")]
rust_i18n::i18n!("src/window/words", fallback = "en");
