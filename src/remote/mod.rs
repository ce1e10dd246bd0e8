//! THE NETWORK EDGE: HTTP, and nothing of folders.
//!
//! In: what to say about a document, and its bytes. Out: a [`Grant`], then a [`Proof`], or a [`Failure`] that says which
//! class of trouble it is. Not here: when to try again (`retry` decides, `sync` waits), what becomes of the file (`sync`).
