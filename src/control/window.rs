//! How a window is begun: the command line between the tray program and the window's process.
//!
//! The window is a process of its own, started from the same executable: closing it gives everything back that a
//! graphics stack takes. In and out: an [`Opening`]. Not here: that there is only one window (`desktop`), starting the
//! process (`tray`), drawing (`window`).

use std::ffi::OsString;

use super::protocol::{Request, Show};

/// The first argument of such a process. Not for people.
pub const FLAG: &str = "--window-process";

/// The window is there because this desktop shows no tray icons.
const NO_TRAY: &str = "--no-tray";

/// What the window begins with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opening {
    pub show: Show,
    pub no_tray: bool,
}

impl Opening {
    /// Arguments for the executable.
    pub fn args(&self) -> Vec<OsString> {
        let show = Request::Show(self.show.clone()).line();
        let mut args = vec![FLAG.into(), show.trim_end().into()];
        if self.no_tray {
            args.push(NO_TRAY.into());
        }
        args
    }

    /// What stands behind the executable's name; `None` when this process is to be no window.
    pub fn of_args(mut args: impl Iterator<Item = OsString>) -> Option<Self> {
        if args.next()? != FLAG {
            return None;
        }
        let mut opening = Self::default();
        for arg in args {
            match Request::parse(arg.as_encoded_bytes()) {
                Ok(Request::Show(show)) => opening.show = show,
                _ => opening.no_tray |= arg == NO_TRAY,
            }
        }
        Some(opening)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::protocol::Page;

    #[test]
    fn the_window_hears_what_it_is_to_show() {
        let show = Show { page: Some(Page::Settings), field: Some("files.settle_ms".into()) };
        for opening in [Opening::default(), Opening { show, no_tray: true }] {
            assert_eq!(Opening::of_args(opening.args().into_iter()), Some(opening));
        }
        assert_eq!(Opening::of_args(["--window".into()].into_iter()), None);
        assert_eq!(Opening::of_args(std::iter::empty()), None);
    }
}
