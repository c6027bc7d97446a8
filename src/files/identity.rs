//! Which file is which, whatever its name.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

/// A file's device and inode: two names, or a name and an open descriptor, mean the same file if these are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// The identity of a regular file. Others, such as a terminal or `/dev/null`, can be read and written at once.
    pub(super) fn of_regular(metadata: &Metadata) -> Option<Self> {
        metadata.is_file().then(|| Self { device: metadata.dev(), inode: metadata.ino() })
    }
}
