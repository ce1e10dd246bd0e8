//! What a release says of itself: version, date, and the bytes of each of its files.
//!
//! In: the text of its list, and the running version. Out: a [`Release`], and whether it may take the place of what runs.
//! Pure. Not here: whether the text is the publisher's (`keys`), fetching it (`channel`).

use jiff::Timestamp;
use semver::Version;
use serde::Deserialize;

/// The list, beside the files of the release.
pub(super) const LIST: &str = "outtray-release.json";
/// Its signature.
pub(super) const SIGNATURE: &str = "outtray-release.json.minisig";

/// No file of ours is nearly as large, in bytes.
const FILE_MAX: u64 = 512 * 1024 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    pub version: Version,
    pub date: Timestamp,
    pub files: Vec<ReleaseFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseFile {
    pub name: String,
    /// Bytes.
    pub size: u64,
    pub sha256: [u8; 32],
}

#[derive(Debug, Deserialize)]
struct Written {
    version: String,
    date: Timestamp,
    files: Vec<WrittenFile>,
}

#[derive(Debug, Deserialize)]
struct WrittenFile {
    name: String,
    size: u64,
    sha256: String,
}

impl Release {
    /// `None` when the text is no list of a release. Members that this version does not know are left alone.
    pub fn read(text: &[u8]) -> Option<Self> {
        let written: Written = serde_json::from_slice(text).ok()?;
        let files = written.files.into_iter().map(|file| {
            let is_plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-');
            // It becomes part of an address and of a path.
            let named = file.name.bytes().all(is_plain) && !file.name.starts_with('.') && !file.name.is_empty();
            let sha256 = bytes_of(&file.sha256)?;
            (named && file.size <= FILE_MAX).then_some(ReleaseFile { name: file.name, size: file.size, sha256 })
        });
        Some(Self {
            version: Version::parse(&written.version).ok()?,
            date: written.date,
            files: files.collect::<Option<_>>()?,
        })
    }

    pub(super) fn file(&self, name: &str) -> Option<&ReleaseFile> {
        self.files.iter().find(|file| file.name == name)
    }
}

/// Whether one may take the other's place: only upwards, and to what is not finished only from such a version.
pub fn is_newer(running: &Version, offered: &Version) -> bool {
    let may_be_unfinished = !running.pre.is_empty();
    offered.cmp_precedence(running).is_gt() && (offered.pre.is_empty() || may_be_unfinished)
}

/// 64 hexadecimal digits.
fn bytes_of(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(name: &str, size: u64, sha256: &str) -> String {
        format!(
            r#"{{"v":1,"version":"1.4.0","date":"2026-03-01T10:00:00Z","new":[],"files":[{{"name":"{name}","size":{size},"sha256":"{sha256}"}}]}}"#
        )
    }

    #[test]
    fn reads_a_list() {
        let release = Release::read(list("outtray-x.tar.gz", 9, &"0a".repeat(32)).as_bytes()).expect("a release");
        assert_eq!(release.version, Version::new(1, 4, 0));
        let file = ReleaseFile { name: "outtray-x.tar.gz".into(), size: 9, sha256: [10; 32] };
        assert_eq!((release.file("outtray-x.tar.gz"), release.file("x")), (Some(&file), None));
    }

    #[test]
    fn odd_lists_are_none() {
        let good = "0a".repeat(32);
        for (name, size, hash) in [
            ("../../etc/x", 9, good.as_str()),
            (".hidden", 9, &good),
            ("a b", 9, &good),
            ("", 9, &good),
            ("x", 1 << 40, &good),
            ("x", 9, "0a"),
            ("x", 9, &"zz".repeat(32)),
            ("x", 9, &"ä".repeat(32)),
        ] {
            assert_eq!(Release::read(list(name, size, hash).as_bytes()), None, "{name} {size} {hash}");
        }
        assert_eq!(Release::read(b"<html>"), None);
        assert_eq!(Release::read(list("x", 9, &good).replace("1.4.0", "1.4").as_bytes()), None);
    }

    #[test]
    fn only_upwards() {
        let newer = |running: &str, offered: &str| {
            is_newer(&Version::parse(running).expect("a version"), &Version::parse(offered).expect("a version"))
        };
        assert!(newer("0.9.0", "0.10.0") && newer("1.3.9", "1.4.0") && newer("1.4.0-rc.1", "1.4.0"));
        assert!(newer("1.4.0-rc.1", "1.4.0-rc.2") && newer("1.4.0-rc.1", "1.5.0-beta.1"));
        assert!(!newer("1.4.0", "1.4.0") && !newer("1.4.0", "1.3.9") && !newer("1.4.0", "1.4.0+build.7"));
        assert!(!newer("1.4.0", "1.4.0-rc.1"), "it comes before");
        assert!(!newer("1.4.0", "1.5.0-rc.1"), "not finished, and nobody asked for that");
    }

    fn version() -> impl Strategy<Value = Version> {
        (0..3_u64, 0..3_u64, 0..3_u64, prop_oneof![Just(""), Just("-rc.1"), Just("-rc.2")])
            .prop_map(|(a, b, c, pre)| Version::parse(&format!("{a}.{b}.{c}{pre}")).expect("a version"))
    }

    proptest! {
        /// However often it updates, it never comes back to what it was.
        #[test]
        fn there_is_no_way_back(one in version(), two in version(), three in version()) {
            prop_assert!(!(is_newer(&one, &two) && is_newer(&two, &one)));
            if is_newer(&one, &two) && is_newer(&two, &three) {
                prop_assert!(!is_newer(&three, &one));
            }
        }
    }
}
