//! The status page, driven by the names of its controls.
