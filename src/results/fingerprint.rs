//! What tells the input and the output of a run apart from any others.

use sha2::{Digest as _, Sha256};

use crate::formats::Format;

/// What tells bytes apart from any others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Their SHA-256.
    pub sha256: [u8; 32],
    /// How many there are.
    pub bytes: u64,
}

/// What tells the input of a run that came to its end and what it wrote apart from any others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprints {
    /// The input, from where its hashing began.
    pub input: Fingerprint,
    /// The format of the input, if a line of it has told.
    pub input_format: Option<Format>,
    /// The verdicts, with the header before them.
    pub output: Fingerprint,
}

/// Takes the fingerprint of bytes as they come.
#[derive(Clone, Debug, Default)]
pub(super) struct Fingerprinter {
    hasher: Sha256,
    bytes: u64,
}

impl Fingerprinter {
    /// Takes in some more bytes.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// The fingerprint of all bytes so far.
    pub(super) fn finish(self) -> Fingerprint {
        Fingerprint { sha256: self.hasher.finalize().into(), bytes: self.bytes }
    }
}
