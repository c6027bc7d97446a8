//! One writer at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::console::printable_path;
use crate::store::StoreError;

/// The right to write to a store: a lock on a file beside it, which names the process that holds it.
///
/// The lock is the operating system's and ends with the process; the file is removed if it ends well. It is a file of
/// its own because closing any descriptor of the database file would drop the locks that SQLite holds on that.
#[derive(Debug)]
pub(super) struct WriterLock {
    path: PathBuf,
    /// Holds the lock for as long as it is open.
    _file: File,
}

impl WriterLock {
    /// Takes the right to write to the store at a path.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] that names the process which has it, or says why the lock can't be taken.
    pub(super) fn acquire(store: &Path) -> Result<Self, StoreError> {
        let mut name = store.as_os_str().to_owned();
        name.push("-lock");
        let path = PathBuf::from(name);
        let failed = |error: io::Error| StoreError::Failed(format!("can't lock {}: {error}", printable_path(&path)));
        loop {
            let mut file =
                OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(StoreError::Failed(busy(store, &mut file))),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            // A holder that has just ended may have removed the very file that was opened; then there is another.
            let locked = file.metadata().map_err(failed)?.ino();
            if fs::metadata(&path).is_ok_and(|now| now.ino() == locked) {
                file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(failed)?;
                return Ok(Self { path, _file: file });
            }
        }
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // What stays behind if this fails is a file that nobody has locked.
        let _ = fs::remove_file(&self.path);
    }
}

/// The refusal of a second writer.
fn busy(store: &Path, file: &mut File) -> String {
    let mut holder = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut holder));
    let store = printable_path(store);
    match (read, holder.trim()) {
        (Ok(_), pid) if !pid.is_empty() => format!("{store}: process {pid} is writing to it"),
        _ => format!("{store}: another process is writing to it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_writer_is_refused_by_the_name_of_the_first_and_let_in_behind_it() {
        let directory = tempfile::tempdir().unwrap();
        let store = directory.path().join("a.db");
        let first = WriterLock::acquire(&store).unwrap();
        let refused = WriterLock::acquire(&store).unwrap_err().to_string();
        let pid = std::process::id();
        assert_eq!(refused, format!("{}: process {pid} is writing to it", store.display()));
        drop(first);
        WriterLock::acquire(&store).unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0, "nothing stays behind");
    }

    #[test]
    fn file_that_a_killed_writer_left_is_no_lock() {
        let directory = tempfile::tempdir().unwrap();
        let store = directory.path().join("a.db");
        fs::write(directory.path().join("a.db-lock"), "1\n").unwrap();
        WriterLock::acquire(&store).unwrap();
    }
}
