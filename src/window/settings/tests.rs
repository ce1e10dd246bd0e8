//! The settings page, driven by the names of its controls.
