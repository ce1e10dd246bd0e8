//! Takes a body in and hashes it on the way.
//!
//! In: the pieces of a body. Out: [`Received`], only when the whole of it came. Without checks only CRC64NVME is
//! computed, which costs next to nothing. Not here: comparing the hashes (`rules`).

use std::fmt::Write as _;
use std::io;

use bytes::Bytes;
use crc_fast::{CrcAlgorithm, Digest as Crc};
use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::super::http::Wire;

/// Bodies up to this size are given their room at once.
const ROOM: u64 = 16 * 1024 * 1024;

/// A whole body.
#[derive(Debug, Clone)]
pub struct Received {
    pub size: u64,
    pub crc64nvme: [u8; 8],
    /// MD5 and SHA-256, unless checks are off.
    pub hashes: Option<([u8; 16], [u8; 32])>,
    /// Unless nobody wants them.
    pub bytes: Option<Bytes>,
}

struct Intake {
    size: u64,
    crc: Crc,
    hashes: Option<(Md5, Sha256)>,
    bytes: Option<Vec<u8>>,
}

impl Intake {
    fn new(length: u64, hashed: bool, kept: bool) -> Self {
        Self {
            size: 0,
            crc: Crc::new(CrcAlgorithm::Crc64Nvme),
            hashes: hashed.then(|| (Md5::new(), Sha256::new())),
            bytes: kept.then(|| Vec::with_capacity(length.min(ROOM) as usize)),
        }
    }

    fn take(&mut self, piece: &[u8]) {
        self.size += piece.len() as u64;
        self.crc.update(piece);
        if let Some((md5, sha256)) = &mut self.hashes {
            md5.update(piece);
            sha256.update(piece);
        }
        if let Some(bytes) = &mut self.bytes {
            bytes.extend_from_slice(piece);
        }
    }

    fn finish(self) -> Received {
        Received {
            size: self.size,
            crc64nvme: self.crc.finalize().to_be_bytes(),
            hashes: self.hashes.map(|(md5, sha256)| (md5.finalize().into(), sha256.finalize().into())),
            bytes: self.bytes.map(Bytes::from),
        }
    }
}

/// The body of the current request; an error when the client leaves in the middle of it.
pub async fn receive(wire: &mut Wire, length: u64, hashed: bool, kept: bool) -> io::Result<Received> {
    let mut intake = Intake::new(length, hashed, kept);
    while let Some(piece) = wire.piece(usize::MAX).await? {
        intake.take(&piece);
    }
    Ok(intake.finish())
}

impl Received {
    /// In lower-case hex; empty without checks.
    pub fn sha256_hex(&self) -> String {
        self.hashes.map_or_else(String::new, |(_, sha256)| hex(&sha256))
    }

    /// The same body as a broken line or memory might have left it. An empty one stays as it is.
    pub fn with_a_flipped_bit(&self, hashed: bool) -> Self {
        let mut bytes = self.bytes.as_deref().unwrap_or_default().to_vec();
        let middle = bytes.len() / 2;
        if let Some(byte) = bytes.get_mut(middle) {
            *byte ^= 1;
        }
        let mut intake = Intake::new(self.size, hashed, true);
        intake.take(&bytes);
        intake.finish()
    }
}

pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(bytes: &[u8]) -> Received {
        let mut intake = Intake::new(0, true, true);
        bytes.chunks(4).for_each(|piece| intake.take(piece));
        intake.finish()
    }

    #[test]
    fn the_known_check_values() {
        let nine = received(b"123456789");
        assert_eq!(hex(&nine.crc64nvme), "ae8b14860a799888");
        assert_eq!(hex(&nine.hashes.unwrap().0), "25f9e794323b453885f5181f1b624d0b");
        assert_eq!(nine.sha256_hex(), "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
    }

    #[test]
    fn a_flipped_bit_changes_every_hash_but_not_the_size() {
        let (sent, kept) = (received(b"abcdef"), received(b"abcdef").with_a_flipped_bit(true));
        assert_eq!(kept.bytes.as_deref(), Some(&b"abceef"[..]));
        assert_eq!(kept.size, sent.size);
        assert_ne!(kept.crc64nvme, sent.crc64nvme);
        assert_ne!(kept.hashes, sent.hashes);
    }
}
