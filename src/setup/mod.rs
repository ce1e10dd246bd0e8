//! SETTING UP: from nothing to a configuration that is proven to work.
//!
//! ```text
//! keys, clicks ──Act──▶ wizard ──Page──▶ window or terminal
//!                 ▲        │
//!                 └──Act── errand ◀──Wish    (look into the folder · climb the ladder · write)
//! ```
//!
//! In: what a person types, the settings that there are, another computer's line. Out: a config.toml, written at the very
//! end and not before. The wizard itself is plain state: it touches neither disk nor network.
//! Not here: questions on a terminal (`cli::setup`), pictures of the pages (`window`).

pub mod begin;
pub mod compose;
pub mod enrolment;
pub mod errand;
pub mod finish;
pub mod folder;
pub mod key;
pub mod ladder;
mod way;
pub mod wizard;
