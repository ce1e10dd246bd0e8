//! The protocol against every order of events: a small world of one file, its producer, S3, the ledger and crashes.
//!
//! The steps come from the real [`Delivery`] and the real [`Round`](crate::remote::Round) is left out: what a
//! round can do to S3 (stored or not, answer lost, another URL) is a choice of the world. Not here: the stories that are told in it (`stories`).

use std::collections::BTreeSet;

use super::super::ledger::Progress;
use super::*;
use crate::platform::dir::FileId;

/// A file: which inode, and which version of the content it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct File {
    inode: u64,
    version: u8,
}

impl File {
    fn identity(self) -> Identity {
        Identity { id: FileId { device: 1, inode: self.inode }, size: 1, mtime_ns: i64::from(self.version) }
    }
}

fn hash(version: u8) -> Sha256 {
    [version; 32]
}

/// What may happen beside the engine's steps.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub(super) struct Rules {
    /// The presigner gives one key for one content, and S3 refuses to store it twice.
    pub new_presigner: bool,
    /// Marked files are looked at later.
    pub audit: bool,
    pub crashes: u8,
    pub writes: u8,
    pub bad_puts: u8,
    /// The producer keeps its handle and writes after the mark.
    pub late_writer: bool,
    /// A marked file of that name was there before.
    pub older: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct World {
    /// `x.json`, `x.json.synced`, `x.json.1.synced`.
    names: [Option<File>; 3],
    /// Objects: key and version.
    objects: BTreeSet<(String, u8)>,
    ledger: [Option<Row>; 3],
    /// Receipts: place, inode, version.
    receipts: Vec<(usize, File)>,
    /// The delivery under way: where it began, and its state as text with the machine itself.
    delivery: Option<(usize, Machine)>,
    versions: u8,
    inodes: u64,
    keys: u8,
    crashes: u8,
    writes: u8,
    bad_puts: u8,
}

/// `Delivery` with the hash that a visited set needs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Machine(Delivery);

impl std::hash::Hash for Machine {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        format!("{:?}", self.0).hash(state);
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row(Open);

impl std::hash::Hash for Row {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        format!("{:?}", self.0).hash(state);
    }
}

/// Tells the delivery what was seen, in a world that was changed by it.
type Saw<'a> = dyn Fn(Seen, &dyn Fn(&mut World)) -> World + 'a;

const NAMES: [&str; 3] = ["x.json", "x.json.synced", "x.json.1.synced"];

fn place(name: &str) -> usize {
    NAMES.iter().position(|known| *known == name).expect("the world knows three names")
}

impl World {
    pub(super) fn new(rules: Rules) -> Self {
        let older = rules.older.then_some(File { inode: 90, version: 90 });
        let objects = older.iter().map(|file| ("older".to_owned(), file.version)).collect();
        Self {
            names: [Some(File { inode: 1, version: 1 }), older, None],
            objects,
            ledger: [None, None, None],
            receipts: Vec::new(),
            delivery: None,
            versions: 1,
            inodes: 1,
            keys: 0,
            crashes: 0,
            writes: 0,
            bad_puts: 0,
        }
    }

    /// Every world that may come next.
    pub(super) fn next(&self, rules: Rules) -> Vec<World> {
        let mut next = self.engine(rules);
        next.extend(self.surroundings(rules));
        next
    }

    pub(super) fn engine(&self, rules: Rules) -> Vec<World> {
        let Some((at, Machine(delivery))) = &self.delivery else { return self.begin(rules) };
        let at = *at;
        let saw = |seen: Seen, change: &dyn Fn(&mut World)| {
            let mut world = self.clone();
            change(&mut world);
            let mut delivery = delivery.clone();
            delivery.saw(seen);
            world.delivery = Some((at, Machine(delivery)));
            world
        };
        let found = |place: usize| Seen::Found(self.names[place].map(File::identity));
        let still = &|_: &mut World| {};
        let look = |place: usize, intent: &Intent| match self.names[place] {
            Some(file) if file.identity() != intent.identity => {
                saw(Seen::Content(file.identity(), hash(file.version)), still)
            }
            _ => saw(found(place), still),
        };
        match delivery.step() {
            Step::Read => vec![match self.names[at] {
                None => saw(Seen::Gone, still),
                Some(file) => {
                    let version = file.version;
                    let intent = Intent {
                        identity: file.identity(),
                        source_sha256: hash(version),
                        wire_sha256: hash(version),
                        wire_size: 1,
                        guarded: None,
                    };
                    saw(Seen::Taken(intent), still)
                }
            }],
            Step::Intend(intent) => {
                let before =
                    self.receipts.iter().rev().find(|(_, file)| {
                        file.identity() == intent.identity && hash(file.version) == intent.source_sha256
                    });
                let before = before.map(|(place, _)| {
                    Box::new(Marked {
                        name: NAMES[0].into(),
                        target: NAMES[*place].into(),
                        intent: intent.clone(),
                        stored: stored("again"),
                        changed: None,
                        at: 0,
                    })
                });
                let row = Open::Intent { identity: intent.identity, progress: Progress::default() };
                vec![saw(Seen::Intended(before), &|world| {
                    if !matches!(world.ledger[at], Some(Row(Open::Orphan { .. }))) {
                        world.ledger[at] = Some(Row(row.clone()));
                    }
                })]
            }
            Step::Send(intent) => self.send(intent.source_sha256[0], rules, &saw),
            Step::Verify(intent, stored) => {
                let free = (1..3).find(|place| self.names[*place].is_none());
                let Some(free) = free else { return vec![self.ended()] };
                let row = Open::Verified { intent: intent.clone(), stored: stored.clone(), target: NAMES[free].into() };
                vec![saw(Seen::Chosen(NAMES[free].into()), &|world| world.ledger[at] = Some(Row(row.clone())))]
            }
            Step::LookAgain(intent, _, target) if self.names[place(target)].is_none() => vec![look(at, intent)],
            Step::LookAgain(..) => vec![saw(found(at), still)],
            Step::LookBefore(intent, ..) => vec![look(at, intent)],
            Step::Rename(_, _, target) => vec![self.rename(at, place(target), &saw)],
            Step::LookAfter(intent, _, target) => vec![look(place(target), intent)],
            Step::Close(intent, _, target) => {
                let file = File { inode: intent.identity.id.inode, version: intent.source_sha256[0] };
                let to = place(target);
                vec![saw(Seen::Well, &|world| {
                    world.ledger[at] = None;
                    world.receipts.push((to, file));
                })]
            }
            Step::PutBack(target) => vec![self.rename(place(target), at, &saw)],
            Step::Orphan(target) => {
                let to = place(target);
                vec![saw(Seen::Well, &|world| {
                    world.ledger[to] = Some(Row(Open::Orphan { origin: NAMES[0].into() }));
                    world.ledger[at] = None;
                })]
            }
            Step::Forget(_) => vec![saw(Seen::Well, &|world| world.ledger[at] = None)],
            Step::End(_) => vec![self.ended()],
        }
    }

    fn ended(&self) -> World {
        World { delivery: None, ..self.clone() }
    }

    /// The queue's part: what the ledger holds first, then what stands under the name, then the audit.
    fn begin(&self, rules: Rules) -> Vec<World> {
        let start = |at: usize, open: Option<&Open>| {
            let delivery = Machine(Delivery::begin(NAMES[at], open));
            vec![World { delivery: Some((at, delivery)), ..self.clone() }]
        };
        if let Some((at, Row(open))) = self.ledger.iter().enumerate().find_map(|(at, row)| Some((at, row.as_ref()?))) {
            return start(at, Some(open));
        }
        if self.names[0].is_some() && self.names[1..].iter().any(Option::is_none) {
            return start(0, None);
        }
        let changed = self.receipts.iter().find(|(place, file)| {
            // Only the newest receipt of a place counts.
            let newest = self.receipts.iter().rev().find(|(other, _)| other == place);
            newest.is_some_and(|newest| newest.1 == *file)
                && self.names[*place].is_some_and(|now| now.version != file.version)
        });
        match changed {
            Some((place, _)) if rules.audit => {
                let mut world = self.clone();
                world.ledger[*place] = Some(Row(Open::Orphan { origin: NAMES[0].into() }));
                vec![world]
            }
            _ => Vec::new(),
        }
    }

    fn send(&self, version: u8, rules: Rules, saw: &Saw<'_>) -> Vec<World> {
        let key = if rules.new_presigner { format!("of {version}") } else { format!("key {}", self.keys) };
        let put = |world: &mut World| {
            let taken = world.objects.iter().any(|(known, _)| *known == key);
            if !(rules.new_presigner && taken) {
                world.objects.insert((key.clone(), version));
            }
        };
        let mut next = vec![saw(Seen::Stored(stored(&key)), &|world| {
            put(world);
            world.keys += 1;
        })];
        if self.bad_puts < rules.bad_puts {
            let bad = |change: &dyn Fn(&mut World)| {
                let mut world = self.clone();
                world.bad_puts += 1;
                change(&mut world);
                world
            };
            next.push(bad(&put)); // stored, answer lost, the same URL again
            next.push(bad(&|world| {
                put(world);
                world.keys += 1; // … or another URL
            }));
            next.push(bad(&|_| {})); // not stored, or a stranger's answer
            // The round is given up, with the object there or not.
            next.push(World { delivery: None, ..bad(&put) });
        }
        next
    }

    fn rename(&self, from: usize, to: usize, saw: &Saw<'_>) -> World {
        match (self.names[from], self.names[to]) {
            (None, _) => saw(Seen::Gone, &|_| {}),
            (_, Some(_)) => saw(Seen::NameTaken, &|_| {}),
            (Some(_), None) => saw(Seen::Well, &|world| world.names[to] = world.names[from].take()),
        }
    }

    fn surroundings(&self, rules: Rules) -> Vec<World> {
        let mut next = Vec::new();
        if self.delivery.is_some() && self.crashes < rules.crashes {
            next.push(World { delivery: None, crashes: self.crashes + 1, ..self.clone() });
        }
        if self.writes >= rules.writes {
            return next;
        }
        let mut write = |change: &dyn Fn(&mut World, u8)| {
            let mut world = self.clone();
            world.writes += 1;
            world.versions += 1;
            let version = world.versions;
            change(&mut world, version);
            next.push(world);
        };
        match self.names[0] {
            Some(file) => {
                write(&|world, version| world.names[0] = Some(File { version, ..file })); // in place
                write(&|world, version| {
                    world.inodes += 1; // by rename
                    world.names[0] = Some(File { inode: world.inodes, version });
                });
            }
            None => write(&|world, version| {
                world.inodes += 1;
                world.names[0] = Some(File { inode: world.inodes, version });
            }),
        }
        if rules.late_writer && self.names[0].is_none() {
            for place in 1..3 {
                if let Some(file) = self.names[place].filter(|file| file.inode != 90) {
                    write(&|world, version| world.names[place] = Some(File { version, ..file }));
                }
            }
        }
        next
    }

    /// Nothing is left to do.
    pub(super) fn is_quiet(&self, rules: Rules) -> bool {
        self.delivery.is_none() && self.begin(rules).is_empty()
    }

    /// Every broken promise; `at_most` objects for one content.
    pub(super) fn broken(&self, rules: Rules, at_most: usize) -> Vec<String> {
        let mut broken = Vec::new();
        let held = |version: u8| self.objects.iter().filter(|(_, held)| *held == version).count();
        if rules.older && self.names[1] != Some(File { inode: 90, version: 90 }) {
            broken.push("the older marked file was touched".into());
        }
        for version in 1..=self.versions {
            if held(version) > at_most {
                broken.push(format!("{} objects for version {version}", held(version)));
            }
        }
        if self.is_quiet(rules) {
            for (place, file) in self.names.iter().enumerate().skip(1) {
                if file.is_some_and(|file| held(file.version) == 0) {
                    broken.push(format!("{} is marked and was never stored", NAMES[place]));
                }
            }
            let full = self.names[1..].iter().all(Option::is_some);
            if self.names[0].is_some() && !full {
                broken.push("x.json was left behind".into());
            }
        }
        broken
    }
}

fn stored(key: &str) -> Stored {
    Stored { bucket: "bucket".into(), key: key.into(), proof: "sha256".into() }
}
