//! To come, soon.
