//! A file that takes another's name only when it is whole.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::num::NonZeroU64;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use rustix::fs::{Advice, OFlags, fadvise};

use super::identity::Identity;
use crate::console::printable_path;

/// The most symbolic links that are followed from one name, as the Linux kernel does.
const LINKS_MAX: usize = 40;

/// How many bytes are sent to the disk at once.
const SENT_AT_ONCE: u64 = 1 << 20;

/// The size of a page, or a multiple of it: a page that is on its way is better not written to.
const PAGE_LEN: u64 = 4_096;

/// Where a file will stand, and where it is written until it is whole.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The final path, links resolved.
    pub(super) path: PathBuf,
    /// The temporary file beside it, of a fixed name, so that what a killed run left is used again.
    pub(super) partial: PathBuf,
}

/// A temporary file that is written, to be given its final name at the end or removed.
#[derive(Debug)]
pub(super) struct Replacement {
    file: File,
    place: Place,
    /// How many bytes have been written.
    written: u64,
    /// Up to where they have been sent on their way to the disk.
    sent: u64,
    finished: bool,
}

impl Place {
    /// The place of a file that a path names, whether it exists or not.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let path = resolve(path)?;
        let mut name = path.file_name().map(OsString::from).ok_or(io::ErrorKind::InvalidFilename)?;
        name.push(".partial");
        Ok(Self { partial: path.with_file_name(name), path })
    }

    /// The files that stand at the two paths now.
    pub(super) fn identities(&self) -> impl Iterator<Item = Identity> {
        let existing = [&self.path, &self.partial].into_iter().filter_map(|path| fs::metadata(path).ok());
        existing.filter_map(|metadata| Identity::of_regular(&metadata))
    }
}

/// Follows the links of a path whose last part need not exist.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..LINKS_MAX {
        let parent = match path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        match fs::read_link(&path) {
            Ok(target) => path = parent.join(target),
            Err(_) => {
                let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
                return Ok(fs::canonicalize(parent)?.join(name));
            }
        }
    }
    Err(io::Error::from(rustix::io::Errno::LOOP))
}

impl Replacement {
    /// Opens the temporary file, empty, with the mode of the file it will replace.
    pub(super) fn open(place: Place) -> anyhow::Result<Self> {
        let partial = printable_path(&place.partial);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .custom_flags(OFlags::NOFOLLOW.bits() as i32)
            .open(&place.partial)
            .with_context(|| partial.clone())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => anyhow::bail!("another run is writing {partial}"),
            Err(TryLockError::Error(error)) => return Err(error).with_context(|| format!("{partial}: can't lock it")),
        }
        // A run that held the lock until a moment ago may have given this very file its final name.
        let metadata = file.metadata()?;
        let still_there = fs::symlink_metadata(&place.partial).is_ok_and(|now| now.ino() == metadata.ino());
        if !still_there || !metadata.is_file() || metadata.nlink() > 1 {
            anyhow::bail!("{partial} is not a file of this program's: something else is changing it");
        }
        let prepare = || -> io::Result<()> {
            file.set_len(0)?;
            match fs::metadata(&place.path) {
                Ok(replaced) => file.set_permissions(replaced.permissions()),
                Err(_) => Ok(()),
            }
        };
        prepare().with_context(|| partial)?;
        Ok(Self { file, place, written: 0, sent: 0, finished: false })
    }

    /// The temporary file.
    pub(super) const fn file(&self) -> &File {
        &self.file
    }

    /// Takes note that so many more bytes have been written, and now and then sends what has gathered to the disk: what
    /// is on its way while the run goes on needn't be waited for at its end.
    pub(super) fn note_written(&mut self, len: usize) {
        self.written += len as u64;
        let whole_pages = self.written / PAGE_LEN * PAGE_LEN;
        if whole_pages - self.sent >= SENT_AT_ONCE {
            // The kernel begins to write what it is told is not needed, and drops only what is on the disk already, which
            // this is not yet. It is advice: where nobody takes it, the end of a run takes longer.
            let gathered = NonZeroU64::new(whole_pages - self.sent);
            let _ = fadvise(&self.file, self.sent, gathered, Advice::DontNeed);
            self.sent = whole_pages;
        }
    }

    /// The temporary file's path.
    pub(super) fn partial(&self) -> &Path {
        &self.place.partial
    }

    /// Makes the content durable and gives the file its final name.
    pub(super) fn commit(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.place.partial, &self.place.path)?;
        self.finished = true;
        // The new name is durable only once its directory is.
        match self.place.path.parent() {
            Some(parent) => File::open(parent)?.sync_all(),
            None => Ok(()),
        }
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if !self.finished {
            // What stays behind if this fails is a partial file by name, which the next run uses again.
            let _ = fs::remove_file(&self.place.partial);
        }
    }
}
