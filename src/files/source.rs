//! Where lines come from.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use anyhow::Context;

use super::identity::Identity;
use crate::console::printable_path;

/// An opened input: a file, or standard input.
#[derive(Debug)]
pub struct Source {
    pub(super) identity: Option<Identity>,
    file: File,
    name: String,
    size: Option<u64>,
}

impl Source {
    /// Opens a file, or standard input if the path is `-`.
    ///
    /// # Errors
    ///
    /// The error names the path, and says if it is a directory.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let name = printable_path(path);
        let opened = if path == Path::new("-") {
            // The descriptor rather than `std::io::stdin`, whose buffer would hide from `poll` what it holds.
            io::stdin().as_fd().try_clone_to_owned().map(File::from)
        } else {
            File::open(path)
        };
        let file = opened.with_context(|| format!("can't read {name}"))?;
        let metadata = file.metadata().with_context(|| format!("can't read {name}"))?;
        if metadata.is_dir() {
            anyhow::bail!("can't read {name}: is a directory");
        }
        let identity = Identity::of_regular(&metadata);
        Ok(Self { size: identity.map(|_| metadata.len()), identity, file, name })
    }

    /// A source that is open already.
    #[cfg(test)]
    pub(crate) fn of_file(file: File, name: &str) -> Self {
        Self { identity: None, file, name: name.to_owned(), size: None }
    }

    /// What messages call the input: its path as it may be printed, or `-`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The size in bytes, if it is a regular file.
    pub const fn size(&self) -> Option<u64> {
        self.size
    }

    /// The open file.
    pub const fn file(&self) -> &File {
        &self.file
    }
}
