//! Putting new programs in the place of old ones, so that at every moment each name leads to a program that runs.
//!
//! In: new programs, side by side in a folder of ours beside the old ones. Out: they stand under the old names; or, when a
//! step fails, the old ones do. Power that goes between two steps is made good by [`finish`] at the next start.
//! Not here: where the new programs come from (`package`).
//!
//! ```text
//! FOLDER/outtray, outtray-desktop        what runs
//! FOLDER/.outtray-update/new/            the new ones, whole and tried
//!                       /ready           written when they are: from here on it goes forward
//!                       /old/            the old ones, until all is done
//!                       /away/           what Windows does not let go while it runs
//! ```

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use semver::Version;

use crate::platform::{places, replace};

const OURS: &str = ".outtray-update";

/// The desktop program first: whoever starts `outtray update` again after a blackout runs the old one and goes on.
const STEMS: [&str; 2] = ["outtray-desktop", "outtray"];

/// New programs that wait to be put in place.
#[derive(Debug)]
pub(super) struct Staging {
    folder: PathBuf,
}

impl Staging {
    /// An empty one. What an interrupted download has left is thrown away.
    pub(super) fn begin(folder: &Path) -> io::Result<Self> {
        let staging = Self { folder: folder.into() };
        staging.clear();
        places::create_private_folder(&staging.at("new"))?;
        Ok(staging)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.join(OURS).join(name)
    }

    /// Where the new programs belong.
    pub(super) fn new_programs(&self) -> PathBuf {
        self.at("new")
    }

    /// The programs of this installation: a machine without a desktop may have one alone.
    pub(super) fn names(&self) -> Vec<String> {
        names(&self.folder)
    }

    /// Nothing of it was any good.
    pub(super) fn discard(self) {
        self.clear();
    }

    /// Each under the name of the old one, all or none.
    pub(super) fn put_in_place(self, version: &Version) -> io::Result<()> {
        replace::replace_file(&self.at("ready"), version.to_string().as_bytes())?;
        fail::fail_point!("update_ready");
        self.go_on()
    }

    fn go_on(&self) -> io::Result<()> {
        let names: Vec<String> = self.names().into_iter().filter(|name| self.at("new").join(name).is_file()).collect();
        places::create_private_folder(&self.at("old"))?;
        let mut placed = Vec::new();
        for name in &names {
            let step = self.keep_old(name).and_then(|()| self.place(&self.at("new").join(name), name));
            if let Err(error) = step {
                for back in placed {
                    if let Err(error) = self.place(&self.at("old").join(back), back) {
                        tracing::error!(target: "outtray", "⚠️  {back} cannot be put back: {error}");
                    }
                }
                self.clear();
                return Err(error);
            }
            fail::fail_point!("update_placed");
            placed.push(name);
        }
        places::sync_folder(&self.folder)?;
        self.clear();
        Ok(())
    }

    fn keep_old(&self, name: &str) -> io::Result<()> {
        let (current, old) = (self.folder.join(name), self.at("old").join(name));
        _ = fs::remove_file(&old); // of an earlier try
        // A second name for the same file costs nothing; not every file system has such.
        fs::hard_link(&current, &old).or_else(|_| fs::copy(&current, &old).map(|_| ()))
    }

    /// Over the old one in a single step; where the system does not allow that, because it runs, in two.
    fn place(&self, from: &Path, name: &str) -> io::Result<()> {
        let to = self.folder.join(name);
        fs::rename(from, &to).or_else(|_| self.place_in_two_steps(from, name))
    }

    fn place_in_two_steps(&self, from: &Path, name: &str) -> io::Result<()> {
        let (to, away) = (self.folder.join(name), self.at("away"));
        places::create_private_folder(&away)?;
        let away = away.join(format!("{name}-{:08x}", fastrand::u32(..)));
        fs::rename(&to, &away)?;
        fs::rename(from, &to).inspect_err(|_| {
            if let Err(error) = fs::rename(&away, &to) {
                tracing::error!(target: "outtray", "⚠️  {name} is now {}: {error}", away.display());
            }
        })
    }

    /// The mark first: without it nothing of the rest counts. What Windows holds stays until the next time.
    fn clear(&self) {
        _ = fs::remove_file(self.at("ready"));
        for part in ["new", "old", "away"] {
            _ = fs::remove_dir_all(self.at(part));
        }
        _ = fs::remove_dir(self.folder.join(OURS));
    }
}

/// Goes on where a blackout has ended an update, and throws away what never was ready.
pub(super) fn finish(folder: &Path, running: &Version) -> io::Result<()> {
    let staging = Staging { folder: folder.into() };
    let ready = match fs::read_to_string(staging.at("ready")) {
        Ok(text) => Version::parse(text.trim()).ok(),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    match ready {
        // The same version: one of the two programs had its turn already.
        Some(ready) if ready.cmp_precedence(running).is_ge() => staging.go_on(),
        // Somebody has installed a newer one meanwhile; or nothing was ready.
        _ => {
            if staging.folder.join(OURS).exists() {
                staging.clear();
            }
            Ok(())
        }
    }
}

fn names(folder: &Path) -> Vec<String> {
    let name = |stem: &str| format!("{stem}{}", std::env::consts::EXE_SUFFIX);
    STEMS.iter().map(|stem| name(stem)).filter(|name| folder.join(name).is_file()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct World {
        place: tempfile::TempDir,
    }

    impl World {
        fn new() -> Self {
            let world = Self { place: tempfile::tempdir().expect("a folder") };
            for stem in STEMS {
                fs::write(world.path(stem), "old").expect("written");
            }
            world
        }

        fn path(&self, stem: &str) -> PathBuf {
            self.place.path().join(format!("{stem}{}", std::env::consts::EXE_SUFFIX))
        }

        fn staged(&self) -> Staging {
            let staging = Staging::begin(self.place.path()).expect("begun");
            for name in staging.names() {
                fs::write(staging.new_programs().join(name), "new").expect("written");
            }
            staging
        }

        /// What the two programs are now.
        fn programs(&self) -> [String; 2] {
            STEMS.map(|stem| fs::read_to_string(self.path(stem)).unwrap_or_else(|_| "missing".into()))
        }

        fn is_clean(&self) -> bool {
            fs::read_dir(self.place.path()).expect("listed").count() == 2
        }

        fn finish(&self, running: &str) {
            finish(self.place.path(), &Version::parse(running).expect("a version")).expect("finished");
        }
    }

    fn next() -> Version {
        Version::new(1, 4, 0)
    }

    #[test]
    fn both_are_replaced_and_nothing_is_left_over() {
        let world = World::new();
        world.staged().put_in_place(&next()).expect("in place");
        assert_eq!(world.programs(), ["new", "new"]);
        assert!(world.is_clean());
    }

    #[test]
    fn a_machine_without_a_desktop_gets_one() {
        let world = World::new();
        fs::remove_file(world.path("outtray-desktop")).expect("gone");
        let staging = world.staged();
        assert_eq!(staging.names().len(), 1);
        staging.put_in_place(&next()).expect("in place");
        assert_eq!(world.programs(), ["missing", "new"]);
    }

    /// The old one of the second cannot be kept: a folder is in its way.
    #[test]
    fn a_step_that_fails_brings_the_first_back() {
        let world = World::new();
        let staging = world.staged();
        let name = world.path("outtray").file_name().expect("a name").to_owned();
        fs::create_dir_all(staging.at("old").join(&name).join("in the way")).expect("made");
        assert!(staging.put_in_place(&next()).is_err());
        assert_eq!(world.programs(), ["old", "old"]);
        assert!(world.is_clean());
    }

    #[test]
    fn where_a_running_program_cannot_be_written_over_it_steps_aside() {
        let world = World::new();
        let staging = world.staged();
        let name = staging.names().pop().expect("a name");
        let from = staging.new_programs().join(&name);
        staging.place_in_two_steps(&from, &name).expect("placed");
        assert_eq!(world.programs(), ["old", "new"]);
        assert!(staging.place_in_two_steps(Path::new("/nowhere/x"), &name).is_err());
        assert_eq!(world.programs(), ["old", "new"], "it came back");
    }

    /// Power that goes after any step: old or new, never none; and the next start ends it.
    #[test]
    fn a_blackout_at_any_step_leaves_programs_and_is_made_good() {
        for step in 0..6 {
            let world = World::new();
            let staging = world.staged();
            let names = staging.names();
            let mut steps: Vec<Box<dyn Fn() + '_>> = Vec::new();
            steps.push(Box::new(|| fs::write(staging.at("ready"), "1.4.0").expect("written")));
            steps.push(Box::new(|| places::create_private_folder(&staging.at("old")).expect("made")));
            for name in &names {
                let (staging, name) = (&staging, name.clone());
                let placed = name.clone();
                steps.push(Box::new(move || staging.keep_old(&name).expect("kept")));
                steps.push(Box::new(move || {
                    staging.place(&staging.new_programs().join(&placed), &placed).expect("placed");
                }));
            }
            for done in &steps[..step] {
                done();
            }
            assert!(world.programs().iter().all(|program| program != "missing"), "step {step}");
            // Whichever program starts next, the old or the new one.
            let running = if step < 4 { "1.3.0" } else { "1.4.0" };
            world.finish(running);
            let wanted = if step == 0 { "old" } else { "new" };
            assert_eq!(world.programs(), [wanted, wanted], "step {step}");
            assert!(world.is_clean(), "step {step}");
        }
    }

    #[test]
    fn what_waited_too_long_goes_no_way_back() {
        let world = World::new();
        let staging = world.staged();
        fs::write(staging.at("ready"), "1.4.0").expect("written");
        world.finish("1.5.0");
        assert_eq!(world.programs(), ["old", "old"]);
        assert!(world.is_clean());
        world.finish("1.5.0");
    }
}
