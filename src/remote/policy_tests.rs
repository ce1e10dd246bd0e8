//! Replies that are accepted, replies that are not, and replies that nobody thought of.
