//! Which file is which, whatever its name.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::replacement::Place;

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

/// Whether two paths mean the same file, be it one that is still to be made.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    let identity = |path| fs::metadata(path).ok().as_ref().and_then(Identity::of_regular);
    match (identity(one), identity(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => match (Place::of(one), Place::of(other)) {
            (Ok(one), Ok(other)) => one.path == other.path,
            _ => false,
        },
        _ => false,
    }
}
