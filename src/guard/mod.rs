//! The guard finds personal data in a document and hides it before the document leaves.
//!
//! In: text. Out: findings, and text in which they are replaced. Pure: no files, no network, no clock.
//! Not here: reading and sending documents (`sync`), the settings as they are written (`config`).

pub mod find;
pub mod kind;
pub mod names;
pub mod tables;
pub mod view;
