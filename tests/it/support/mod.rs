//! What several promises need to be tested.

#[cfg(all(unix, feature = "demo"))]
pub mod app;
#[cfg(feature = "demo")]
pub mod raw_http;
#[cfg(feature = "demo")]
pub mod seaweed;
#[cfg(all(target_os = "linux", feature = "demo"))]
pub mod strace;
#[cfg(all(unix, feature = "demo"))]
pub mod terminal;
#[cfg(feature = "demo")]
pub mod tray;
#[cfg(all(target_os = "linux", feature = "demo"))]
pub mod wall_clock;
