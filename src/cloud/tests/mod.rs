//! The cloud as a client meets it: a request for a URL, then a PUT, over real sockets.
//!
//! `alone` looks at the sources. `client` is the plainest of clients; `honest` is what happens when all is well,
//! `weather` what happens when it is not.

mod alone;
mod client;
mod honest;
mod weather;
