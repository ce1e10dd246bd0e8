//! The MD5 of what was sent, worked out only when an answer of S3 rests on nothing better.
//!
//! In: a [`Wire`]. Out: the MD5 of exactly the announced bytes, or the finding that they are not there any more. Amazon's
//! own answers carry a checksum that costs a tenth of it. Not here: when it is needed (`proof`).

use std::fs::File;
use std::io;
use std::sync::Arc;

use md5::{Digest as _, Md5};
use sha2::Sha256;

use super::body::{Source, Wire};
use super::failure::{Class, Failure, Stage};
use crate::platform::read_at;

const PIECE: usize = 128 * 1024;

/// Reads a file once more, on another thread. Other bytes than those that were announced have no MD5 here.
pub(super) async fn md5_of(wire: &Wire) -> Result<[u8; 16], Failure> {
    match &wire.source {
        Source::Memory(bytes) => Ok(Md5::digest(bytes).into()),
        Source::File(file) => {
            let (file, size, sha256) = (Arc::clone(file), wire.size, wire.sha256);
            let read = tokio::task::spawn_blocking(move || both(&file, size)).await;
            match read.unwrap_or_else(|error| Err(io::Error::other(error.to_string()))) {
                Ok((md5, same)) if same == sha256 => Ok(md5),
                Ok(_) => Err(lost("it changed while it was sent".into())),
                Err(error) => Err(lost(error.kind().to_string())),
            }
        }
    }
}

fn lost(cause: String) -> Failure {
    Failure::new(Stage::Reading, Class::Reread, "file.read", cause)
}

fn both(file: &File, size: u64) -> io::Result<([u8; 16], [u8; 32])> {
    let (mut md5, mut sha256) = (Md5::new(), Sha256::new());
    let mut piece = vec![0; PIECE];
    let mut offset = 0;
    while offset < size {
        let most = usize::try_from(size - offset).unwrap_or(PIECE).min(PIECE);
        match read_at(file, &mut piece[..most], offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                md5.update(&piece[..count]);
                sha256.update(&piece[..count]);
                offset += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((md5.finalize().into(), sha256.finalize().into()))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[tokio::test]
    async fn only_the_announced_bytes_have_one() {
        let bytes = vec![b'x'; 3 * PIECE + 7];
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(&bytes).expect("written");
        let wire = Wire {
            size: bytes.len() as u64,
            sha256: Sha256::digest(&bytes).into(),
            crc64nvme: 0,
            source: Source::File(Arc::new(file)),
        };
        let expected: [u8; 16] = Md5::digest(&bytes).into();
        assert_eq!(md5_of(&wire).await.ok(), Some(expected));
        let in_memory = Wire { source: Source::Memory(bytes.into()), ..wire.clone() };
        assert_eq!(md5_of(&in_memory).await.ok(), Some(expected));
        for other in [Wire { sha256: [0; 32], ..wire.clone() }, Wire { size: wire.size + 1, ..wire }] {
            assert!(md5_of(&other).await.is_err_and(|failure| failure.kind == "file.read"));
        }
    }
}
