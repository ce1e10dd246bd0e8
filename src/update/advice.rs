//! Who replaces this copy by a newer version, in one sentence, and the command where there is one.
//!
//! In: how it was installed, the newer version. Out: words. Pure. Not here: finding out (`installed`).

use semver::Version;

use super::{Installed, RELEASES, page};

/// What a person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// With its full stop.
    pub sentence: String,
    /// For a terminal.
    pub command: Option<String>,
}

impl Advice {
    pub fn for_copy(installed: &Installed, newer: &Version) -> Self {
        let (sentence, command) = match installed {
            Installed::Script { .. } | Installed::Setup => {
                ("OutTray installs it.".to_owned(), Some("outtray update".into()))
            }
            Installed::Msi => ("Whoever manages this computer installs it.".into(), None),
            Installed::Deb => (
                format!("This copy is a deb package: take the newer one from {}.", page(newer)),
                Some(format!("sudo apt install ./outtray_{newer}_{}.deb", debian_architecture())),
            ),
            Installed::Rpm => (
                "This copy is an rpm package: the system's package manager replaces it.".into(),
                Some(format!(
                    "sudo dnf install {RELEASES}/download/v{newer}/outtray-{newer}-1.{}.rpm",
                    std::env::consts::ARCH
                )),
            ),
            Installed::System => ("The package manager of this system installs it.".into(), None),
            Installed::Homebrew { cask: false } => {
                ("Homebrew installs it.".into(), Some("brew upgrade outtray".into()))
            }
            Installed::Homebrew { cask: true } => {
                ("Homebrew installs it.".into(), Some("brew upgrade --cask outtray".into()))
            }
            Installed::App => (
                format!(
                    "Drag the newer OutTray into the Applications folder: the disk image is at {}. Where an \
                     organisation manages this computer, it does that.",
                    page(newer)
                ),
                None,
            ),
            Installed::OwnBuild => ("This copy was built from source: build the newer one the same way.".into(), None),
            Installed::Archive => {
                (format!("This copy was unpacked by hand: take the newer archive from {}.", page(newer)), None)
            }
        };
        Self { sentence, command }
    }
}

fn debian_architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_told_what_to_do() {
        let all = [
            Installed::Script { folder: "/b".into(), receipt: "/r".into() },
            Installed::Setup,
            Installed::Msi,
            Installed::System,
            Installed::Homebrew { cask: false },
            Installed::Homebrew { cask: true },
            Installed::App,
            Installed::OwnBuild,
            Installed::Archive,
        ];
        let told: Vec<String> = all
            .iter()
            .map(|installed| {
                let Advice { sentence, command } = Advice::for_copy(installed, &Version::new(1, 4, 0));
                let sentence = sentence.replace(RELEASES, "RELEASES");
                format!(
                    "{}: {sentence}{}",
                    installed.word(),
                    command.map_or_else(String::new, |text| format!(" [{text}]"))
                )
            })
            .collect();
        insta::assert_snapshot!(told.join("\n"), @"
        script: OutTray installs it. [outtray update]
        setup: OutTray installs it. [outtray update]
        msi: Whoever manages this computer installs it.
        system: The package manager of this system installs it.
        homebrew: Homebrew installs it. [brew upgrade outtray]
        homebrew: Homebrew installs it. [brew upgrade --cask outtray]
        app: Drag the newer OutTray into the Applications folder: the disk image is at RELEASES/tag/v1.4.0. Where an organisation manages this computer, it does that.
        own_build: This copy was built from source: build the newer one the same way.
        archive: This copy was unpacked by hand: take the newer archive from RELEASES/tag/v1.4.0.
        ");
    }

    #[test]
    fn packages_are_named_as_the_release_names_them() {
        let newer = Version::new(1, 4, 0);
        let deb = Advice::for_copy(&Installed::Deb, &newer).command.expect("a command");
        assert_eq!(deb, format!("sudo apt install ./outtray_1.4.0_{}.deb", debian_architecture()));
        let rpm = Advice::for_copy(&Installed::Rpm, &newer).command.expect("a command");
        assert!(rpm.contains("/download/v1.4.0/outtray-1.4.0-1."), "{rpm}");
    }
}
