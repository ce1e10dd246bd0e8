//! The objects of a bucket, in memory, in a folder, or counted only.
//!
//! In: whole bodies that passed every rule. Out: objects with their number of versions; 412 where only a new one was
//! allowed. Not here: which bytes are kept (a fault may change them before).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::super::options::Store;
use super::super::refusal::Refusal;
use super::intake::Received;

/// What some file system refuses in a name.
const ODD: &AsciiSet =
    &CONTROLS.add(b'%').add(b'\\').add(b':').add(b'*').add(b'?').add(b'"').add(b'<').add(b'>').add(b'|');

/// The newest version of an object.
#[derive(Debug, Clone)]
pub struct Object {
    pub key: String,
    /// The file name for which the presigner gave out this key; empty when it did not.
    pub name: String,
    pub size: u64,
    /// In hex; empty with checks off.
    pub sha256: String,
    /// How often it was stored.
    pub versions: u64,
    /// With [`Store::Memory`].
    pub bytes: Option<Bytes>,
}

#[derive(Debug)]
pub struct Objects {
    store: Store,
    all: Mutex<BTreeMap<String, Object>>,
}

impl Objects {
    pub fn new(store: Store) -> Self {
        Self { store, all: Mutex::default() }
    }

    pub fn keeps_bytes(&self) -> bool {
        !matches!(self.store, Store::Nowhere)
    }

    /// In the order of their keys.
    pub fn all(&self) -> Vec<Object> {
        self.lock().values().cloned().collect()
    }

    pub fn store(&self, key: &str, name: &str, body: &Received, only_new: bool) -> Result<(), Refusal> {
        let mut all = self.lock();
        let versions = all.get(key).map_or(0, |object| object.versions);
        if only_new && versions > 0 {
            let message = "At least one of the pre-conditions you specified did not hold";
            return Err(Refusal::new(412, "PreconditionFailed", message).with("Condition", "If-None-Match"));
        }
        let bytes = body.bytes.clone().unwrap_or_default();
        if let Store::Folder(folder) = &self.store {
            write(&place(folder, key), &bytes).map_err(|error| internal(&error))?;
        }
        let object = Object {
            key: key.to_owned(),
            name: name.to_owned(),
            size: body.size,
            sha256: body.sha256_hex(),
            versions: versions + 1,
            bytes: matches!(self.store, Store::Memory).then_some(bytes),
        };
        all.insert(key.to_owned(), object);
        Ok(())
    }

    /// The bytes of an object, if it is there. Nothing can be read back from [`Store::Nowhere`] but emptiness.
    pub fn read(&self, key: &str) -> Result<Option<Bytes>, Refusal> {
        let Some(object) = self.lock().get(key).cloned() else { return Ok(None) };
        match &self.store {
            Store::Folder(folder) => {
                fs::read(place(folder, key)).map(|bytes| Some(bytes.into())).map_err(|error| internal(&error))
            }
            Store::Memory | Store::Nowhere => Ok(Some(object.bytes.unwrap_or_default())),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Object>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn internal(error: &io::Error) -> Refusal {
    Refusal::new(500, "InternalError", format!("We encountered an internal error. Please try again. ({error})"))
}

/// Below `folder`, wherever the key points.
fn place(folder: &Path, key: &str) -> PathBuf {
    let mut place = folder.to_path_buf();
    for part in key.split('/') {
        let plain = utf8_percent_encode(part, ODD).to_string();
        // Dots alone would climb out of the folder, and Windows drops them at the end of a name.
        let dots = plain.len() - plain.trim_end_matches('.').len();
        place.push(format!("{}{}", plain.trim_end_matches('.'), "%2E".repeat(dots)));
    }
    place
}

/// Whoever looks into the folder never sees half an object.
fn write(place: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    let half = place.with_added_extension("part");
    fs::write(&half, bytes)?;
    fs::rename(half, place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &'static str) -> Received {
        let bytes = Some(Bytes::from_static(text.as_bytes()));
        Received { size: text.len() as u64, crc64nvme: [0; 8], hashes: None, bytes }
    }

    #[test]
    fn versions_are_counted_and_only_new_is_respected() {
        let objects = Objects::new(Store::Memory);
        objects.store("k", "a.json", &body("1"), true).unwrap();
        objects.store("k", "a.json", &body("22"), false).unwrap();
        assert_eq!(objects.store("k", "a.json", &body("3"), true).unwrap_err().status, 412);
        let all = objects.all();
        assert_eq!((all.len(), all[0].versions, all[0].size), (1, 2, 2));
        assert_eq!(objects.read("k").unwrap().as_deref(), Some(&b"22"[..]));
        assert_eq!(objects.read("other").unwrap(), None);
    }

    #[test]
    fn a_folder_holds_the_objects_and_no_key_leaves_it() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::new(Store::Folder(folder.path().to_path_buf()));
        for key in ["uploads/dev/a b.json", "../../out.json", "/etc/x", "up/./b:c.json"] {
            objects.store(key, "", &body(key), false).unwrap();
            assert_eq!(objects.read(key).unwrap().as_deref(), Some(key.as_bytes()), "{key}");
        }
        assert_eq!(fs::read(folder.path().join("uploads/dev/a b.json")).unwrap(), b"uploads/dev/a b.json");
        assert!(folder.path().join("%2E%2E/%2E%2E/out.json").is_file());
    }
}
