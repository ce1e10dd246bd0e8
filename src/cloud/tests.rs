//! The cloud as a client meets it: a plain request for a URL, a plain PUT.

use super::*;
