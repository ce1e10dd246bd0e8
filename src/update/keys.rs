//! Who may publish a release: public keys, compiled in from `installer/release-key.pub`.
//!
//! In: bytes and a minisign signature. Out: whether one of the keys made it. A build without a key trusts nobody: it can
//! tell of newer versions and installs none. Not here: making keys and signing (`cargo xtask release-list`, with the way
//! to do it in docs/security.md).

use minisign_verify::{PublicKey, Signature};

const COMPILED_IN: &str = include_str!("../../installer/release-key.pub");

/// Set in development builds alone: a key that a test has made.
#[cfg(feature = "demo")]
const STAND_IN: &str = "OUTTRAY_UPDATE_KEY";

#[derive(Debug, Clone, Default)]
pub struct Keys(Vec<PublicKey>);

impl Keys {
    /// Those of this build.
    pub fn of_this_build() -> Self {
        #[cfg(feature = "demo")]
        if let Ok(text) = std::env::var(STAND_IN) {
            return Self::read(&text);
        }
        Self::read(COMPILED_IN)
    }

    /// One key a line, as minisign writes them; two while one takes the place of the other. Comments are passed over.
    pub fn read(text: &str) -> Self {
        let lines =
            text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("untrusted comment:"));
        Self(lines.filter_map(|line| PublicKey::from_base64(line).ok()).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of the keys signed these bytes. Signatures of minisign's first kind, which no tool makes any more, do not
    /// count.
    pub fn signed(&self, bytes: &[u8], signature: &str) -> bool {
        let Ok(signature) = Signature::decode(signature) else { return false };
        self.0.iter().any(|key| key.verify(bytes, &signature, false).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use minisign::KeyPair;

    use super::*;

    fn signature(pair: &KeyPair, bytes: &[u8]) -> String {
        minisign::sign(None, &pair.sk, bytes, None, None).expect("signed").into_string()
    }

    #[test]
    fn one_of_the_keys_is_enough_and_none_is_not() {
        let pair = || KeyPair::generate_unencrypted_keypair().expect("a key");
        let (old, new, foreign) = (pair(), pair(), pair());
        let text = format!("untrusted comment: old\n{}\n{}\n", old.pk.to_base64(), new.pk.to_base64());
        let keys = Keys::read(&text);
        for signer in [&old, &new] {
            let signature = signature(signer, b"list");
            assert!(keys.signed(b"list", &signature));
            assert!(!keys.signed(b"lisT", &signature));
            assert!(!keys.signed(b"list", &signature[..signature.len() - 20]));
        }
        assert!(!keys.signed(b"list", &signature(&foreign, b"list")));
        assert!(!keys.signed(b"list", ""));
        assert!(!Keys::default().signed(b"list", &signature(&new, b"list")));
    }

    #[test]
    fn the_file_of_the_repository_is_a_key_or_says_that_there_is_none() {
        let has_key =
            COMPILED_IN.lines().any(|line| !line.starts_with("untrusted comment:") && !line.trim().is_empty());
        assert_eq!(Keys::read(COMPILED_IN).is_empty(), !has_key);
    }
}
