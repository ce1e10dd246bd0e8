//! The control socket: how the command line and host applications speak with a running engine.
//!
//! In: one JSON object a line (`protocol`). Out: one answer a line, or a stream of events.
//! Not here: sockets and pipes themselves (`platform::endpoint`), what a command does (`sync`).

pub mod client;
pub mod desktop;
mod lines;
pub mod names;
pub mod protocol;
pub mod server;
pub mod window;
