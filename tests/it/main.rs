//! Promises, each tested from outside: through the library's face, over loopback sockets.

mod remote;
