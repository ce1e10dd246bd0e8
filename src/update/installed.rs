//! How this copy of OutTray came here, and so who replaces it by a newer one.
//!
//! In: [`Facts`]: the program's place, the receipt of a script installer, what a package has left. Out: [`Installed`].
//! Pure, but for [`Facts::of_this_program`]. Not here: where the systems keep such things (`platform::installed`), what
//! is said about each (`advice`).

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use crate::platform::installed as system;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installed {
    /// By the script of a release (`curl … | sh`); its receipt names this folder.
    Script {
        folder: PathBuf,
        receipt: PathBuf,
    },
    /// By the setup for one user of Windows, perhaps on behalf of winget.
    Setup,
    /// By an administrator, for everybody on the computer.
    Msi,
    Deb,
    Rpm,
    /// It lies among the system's programs, and no package of ours left a mark.
    System,
    Homebrew {
        cask: bool,
    },
    /// A bundle that a person or a management tool put there.
    App,
    /// Built from source, on this computer as far as can be told.
    OwnBuild,
    /// Unpacked by hand.
    Archive,
}

/// Who replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// OutTray, by renaming.
    Swap { folder: PathBuf, receipt: PathBuf },
    /// The setup of the newer version, started by OutTray.
    RunSetup,
    /// Somebody else.
    Elsewhere,
}

/// What can be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The real path of the running program.
    pub program: PathBuf,
    pub receipt: Option<Receipt>,
    /// What a package says about itself: `deb`, `rpm`, `setup` or `msi`.
    pub marker: Option<String>,
    /// Homebrew knows a cask of this name.
    pub cask: bool,
    /// Built with optimisations.
    pub is_release: bool,
}

/// What a script installer has written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub file: PathBuf,
    /// The real path of the folder that it installed into.
    pub prefix: PathBuf,
}

/// The part of the receipt that counts here.
#[derive(Debug, Deserialize)]
struct Written {
    install_prefix: PathBuf,
    provider: Provider,
}

#[derive(Debug, Deserialize)]
struct Provider {
    source: String,
}

impl Facts {
    /// Of the running program; `None` when the system does not tell where it is.
    pub fn of_this_program() -> Option<Self> {
        let program = std::env::current_exe().ok()?;
        let program = program.canonicalize().unwrap_or(program);
        let receipt = system::receipts().into_iter().find_map(|file| {
            let text = std::fs::read_to_string(&file).ok()?;
            Receipt::read(file, &text)
        });
        let marker = program.parent().and_then(system::marker);
        Some(Self { program, receipt, marker, cask: system::has_cask(), is_release: !cfg!(debug_assertions) })
    }
}

impl Receipt {
    /// `None` when somebody else wrote it.
    pub fn read(file: PathBuf, text: &str) -> Option<Self> {
        let written: Written = serde_json::from_str(text).ok()?;
        let prefix = written.install_prefix;
        (written.provider.source == "cargo-dist" && prefix.is_absolute())
            .then(|| Self { file, prefix: prefix.canonicalize().unwrap_or(prefix) })
    }
}

impl Installed {
    pub fn of(facts: &Facts) -> Self {
        let Some(folder) = facts.program.parent() else { return Self::Archive };
        // Beside the copy of the script installer there may be others, of which its receipt says nothing.
        let of_script =
            facts.receipt.as_ref().filter(|receipt| folder == receipt.prefix || folder == receipt.prefix.join("bin"));
        if let Some(receipt) = of_script {
            return Self::Script { folder: folder.into(), receipt: receipt.file.clone() };
        }
        let steps: Vec<&OsStr> = facts
            .program
            .components()
            .filter_map(|step| if let Component::Normal(name) = step { Some(name) } else { None })
            .collect();
        if steps.windows(2).any(|two| two == ["Cellar", "outtray"]) {
            return Self::Homebrew { cask: false };
        }
        let is_bundle = steps.windows(2).any(|two| two == ["Contents", "MacOS"]);
        match facts.marker.as_deref() {
            Some("deb") => Self::Deb,
            Some("rpm") => Self::Rpm,
            Some("setup") => Self::Setup,
            Some("msi") => Self::Msi,
            _ if is_bundle && facts.cask => Self::Homebrew { cask: true },
            _ if is_bundle => Self::App,
            _ if is_of_the_system(&steps) => Self::System,
            _ if !facts.is_release || is_build(&steps) => Self::OwnBuild,
            _ => Self::Archive,
        }
    }

    pub fn way(&self) -> Way {
        match self {
            Self::Script { folder, receipt } => Way::Swap { folder: folder.clone(), receipt: receipt.clone() },
            Self::Setup => Way::RunSetup,
            _ => Way::Elsewhere,
        }
    }

    /// For programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Script { .. } => "script",
            Self::Setup => "setup",
            Self::Msi => "msi",
            Self::Deb => "deb",
            Self::Rpm => "rpm",
            Self::System => "system",
            Self::Homebrew { .. } => "homebrew",
            Self::App => "app",
            Self::OwnBuild => "own_build",
            Self::Archive => "archive",
        }
    }
}

/// `/usr/bin` and the like; `/usr/local` is people's own.
fn is_of_the_system(steps: &[&OsStr]) -> bool {
    match steps {
        [first, second, ..] if *first == "usr" => *second != "local",
        [first, ..] => ["bin", "nix", "snap", "app"].iter().any(|known| first == known),
        [] => false,
    }
}

/// Cargo's own folders, or where `cargo install` puts things.
fn is_build(steps: &[&OsStr]) -> bool {
    let built = ["debug", "release", "dist"];
    let folder = steps.len().checked_sub(2).map(|at| steps[at]);
    let in_target = steps.iter().any(|step| *step == "target");
    let by_cargo = steps.windows(2).any(|two| two == [".cargo", "bin"]);
    by_cargo || (in_target && folder.is_some_and(|folder| built.iter().any(|known| folder == *known)))
}

/// The folder of the program of these facts.
pub fn folder_of(program: &Path) -> &Path {
    program.parent().unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(program: &str) -> Facts {
        Facts { program: program.into(), receipt: None, marker: None, cask: false, is_release: true }
    }

    fn of(program: &str) -> Installed {
        Installed::of(&facts(program))
    }

    fn with_receipt(program: &str, prefix: &str) -> Installed {
        let receipt = Some(Receipt { file: "/r.json".into(), prefix: prefix.into() });
        Installed::of(&Facts { receipt, ..facts(program) })
    }

    #[test]
    fn a_receipt_counts_for_its_own_folder_alone() {
        for prefix in ["/home/me/.local/bin", "/home/me/.local"] {
            let installed = with_receipt("/home/me/.local/bin/outtray", prefix);
            let (folder, receipt) = ("/home/me/.local/bin".into(), "/r.json".into());
            assert_eq!(installed, Installed::Script { folder, receipt }, "{prefix}");
            assert!(matches!(installed.way(), Way::Swap { .. }));
        }
        assert_eq!(with_receipt("/home/me/new/outtray", "/home/me/.local/bin"), Installed::Archive);
        assert_eq!(with_receipt("/home/me/.local/bin/more/outtray", "/home/me/.local/bin"), Installed::Archive);
        assert_eq!(with_receipt("/usr/bin/outtray", "/home/me/.local/bin"), Installed::System);
    }

    #[test]
    fn receipts_of_others_are_not_read() {
        let text = |source: &str| {
            format!(
                r#"{{"binaries":["outtray"],"install_layout":"flat","install_prefix":"/opt/o","modify_path":true,"provider":{{"source":"{source}","version":"0.34.0"}},"version":"0.1.0"}}"#
            )
        };
        let file = PathBuf::from("/r.json");
        let read = Receipt::read(file.clone(), &text("cargo-dist"));
        assert_eq!(read, cfg!(unix).then(|| Receipt { file: file.clone(), prefix: "/opt/o".into() }));
        for odd in [text("another"), "{}".into(), String::new(), text("cargo-dist").replace("/opt/o", "opt/o")] {
            assert_eq!(Receipt::read(file.clone(), &odd), None, "{odd}");
        }
    }

    #[test]
    fn packages_say_what_they_are() {
        let marked = |marker: &str| Installed::of(&Facts { marker: Some(marker.into()), ..facts("/usr/bin/outtray") });
        assert_eq!((marked("deb"), marked("rpm")), (Installed::Deb, Installed::Rpm));
        assert_eq!((marked("setup"), marked("msi")), (Installed::Setup, Installed::Msi));
        assert_eq!(marked("something else"), Installed::System);
        assert_eq!(Installed::Setup.way(), Way::RunSetup);
        assert_eq!(Installed::Msi.way(), Way::Elsewhere);
    }

    #[test]
    fn places_tell_the_rest() {
        for (program, installed) in [
            ("/usr/bin/outtray", Installed::System),
            ("/nix/store/abc-outtray/bin/outtray", Installed::System),
            ("/usr/local/bin/outtray", Installed::Archive),
            ("/home/me/Downloads/outtray/outtray", Installed::Archive),
            ("/opt/homebrew/Cellar/outtray/0.1.0/bin/outtray", Installed::Homebrew { cask: false }),
            ("/Applications/OutTray.app/Contents/MacOS/outtray", Installed::App),
            ("/home/me/src/outtray/target/release/outtray", Installed::OwnBuild),
            ("/home/me/src/outtray/target/x86_64-unknown-linux-musl/release/outtray", Installed::OwnBuild),
            ("/home/me/.cargo/bin/outtray", Installed::OwnBuild),
            ("/home/me/release/outtray", Installed::Archive),
        ] {
            assert_eq!(of(program), installed, "{program}");
        }
        let bundle = facts("/Applications/OutTray.app/Contents/MacOS/outtray");
        assert_eq!(Installed::of(&Facts { cask: true, ..bundle }), Installed::Homebrew { cask: true });
        let debug = Facts { is_release: false, ..facts("/home/me/bin/outtray") };
        assert_eq!(Installed::of(&debug), Installed::OwnBuild);
    }
}
