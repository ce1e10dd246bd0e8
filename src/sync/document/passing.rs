//! Hashes taken while bytes pass by.

use std::io::{self, Read};

use crc_fast::{CrcAlgorithm, Digest as Crc};
use sha2::{Digest, Sha256};

use crate::remote::{Source, Wire};

/// The sums with which S3 can prove what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) struct Sums {
    pub size: u64,
    pub sha256: [u8; 32],
    pub crc64nvme: u64,
}

impl Sums {
    pub(in crate::sync) fn wire(self, source: Source) -> Wire {
        Wire { size: self.size, sha256: self.sha256, crc64nvme: self.crc64nvme, source }
    }
}

pub(in crate::sync) fn sums_of(bytes: &[u8]) -> Sums {
    Sums {
        size: bytes.len() as u64,
        sha256: Sha256::digest(bytes).into(),
        crc64nvme: crc_fast::checksum(CrcAlgorithm::Crc64Nvme, bytes),
    }
}

/// A reader that keeps the sums of all that was read through it.
pub(super) struct Passing<R> {
    inner: R,
    size: u64,
    sha256: Sha256,
    crc64nvme: Crc,
}

impl<R: Read> Passing<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, size: 0, sha256: Sha256::new(), crc64nvme: Crc::new(CrcAlgorithm::Crc64Nvme) }
    }

    pub(super) fn finish(self) -> Sums {
        Sums { size: self.size, sha256: self.sha256.finalize().into(), crc64nvme: self.crc64nvme.finalize() }
    }
}

impl<R: Read> Read for Passing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let bytes = &buffer[..count];
        self.size += count as u64;
        self.sha256.update(bytes);
        self.crc64nvme.update(bytes);
        Ok(count)
    }
}
