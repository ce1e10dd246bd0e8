//! JSON as it stands in the file: where each token lies, what its strings say, and where that is in the bytes.
//!
//! In: text. Out: tokens with their places, decoded strings with the way back, JSON pointers. Nothing is built, sorted or
//! printed anew: whoever changes a value cuts it out of the original bytes.
//! Not here: which strings are looked at (`guard::leaves`), what is put in their place (`guard::rewrite`).

mod lex;
mod literal;
mod path;

pub use lex::{Broken, Lexer, Shape, Token};
pub use literal::{Way, decode};
pub use path::{Path, Pattern};
