//! The text of a launch agent, as launchd.plist(5) describes it.
//!
//! In: a program, or the text of an agent. Out: the text, or what it starts.
//! Not here: where agents lie (`launchd`).

use std::path::{Path, PathBuf};

use super::Entry;
use crate::platform::identity::{APP_ID, AT_LOGIN};

/// `None` when the path cannot be written as XML.
pub fn that_starts(program: &Path) -> Option<String> {
    let path = program.to_str().filter(|path| !path.contains(char::is_control))?;
    Some(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n\
         <dict>\n\
         \t<key>Label</key>\n\
         \t<string>{APP_ID}</string>\n\
         \t<key>ProgramArguments</key>\n\
         \t<array>\n\
         \t\t<string>{}</string>\n\
         \t\t<string>{AT_LOGIN}</string>\n\
         \t</array>\n\
         \t<key>RunAtLoad</key>\n\
         \t<true/>\n\
         \t<key>ProcessType</key>\n\
         \t<string>Interactive</string>\n\
         </dict>\n\
         </plist>\n",
        path.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    ))
}

/// What an agent starts.
pub fn read(text: &str) -> Entry {
    if after(text, "Disabled").is_some_and(|value| value.starts_with("<true")) {
        return Entry::Off;
    }
    let program = after(text, "ProgramArguments")
        .and_then(|value| value.strip_prefix("<array>")?.trim_start().strip_prefix("<string>")?.split_once("</string>"))
        .map(|(path, _)| path);
    match program {
        Some(path) if !path.is_empty() => Entry::Starts(PathBuf::from(unescape(path))),
        _ => Entry::Blocked("the launch agent of OutTray cannot be read".into()),
    }
}

/// What stands behind a key.
fn after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.split_once(&format!("<key>{key}</key>")).map(|(_, value)| value.trim_start())
}

fn unescape(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    named.iter().fold(text.to_owned(), |text, (escaped, character)| text.replace(escaped, character))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_agents_of_others() {
        let text = "<dict><key>ProgramArguments</key> <array> <string>/A/R&amp;D/x</string><string>-v</string></array>";
        assert_eq!(read(text), Entry::Starts("/A/R&D/x".into()));
        assert_eq!(read(&format!("{text}<key>Disabled</key>\n<true/>")), Entry::Off);
        assert_eq!(read(&format!("{text}<key>Disabled</key>\n<false/>")), Entry::Starts("/A/R&D/x".into()));
        assert!(matches!(read("bplist00\u{fffd}"), Entry::Blocked(_)));
    }

    proptest! {
        #[test]
        fn every_path_comes_back(path in "/\\PC{1,40}") {
            let text = that_starts(Path::new(&path)).unwrap();
            prop_assert_eq!(text.matches("<string>").count(), 4, "a path forged an argument");
            prop_assert_eq!(read(&text), Entry::Starts(PathBuf::from(path)));
        }
    }
}
