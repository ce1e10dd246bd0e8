//! The integration tests: one program, one file for each promise.

mod architecture;
