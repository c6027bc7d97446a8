//! A copy of a ledger, whole and of one moment.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rusqlite::types::{ToSqlOutput, ValueRef};

use super::connect::APPLICATION_ID;
use super::ledger::Ledger;
use super::read::failed;
use crate::console::printable_path;
use crate::store::{Head, StoreError};

/// What every SQLite file begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Where the application's id stands in an SQLite file, in big-endian order.
const APPLICATION_ID_AT: usize = 68;

/// What stands beside a file that is written to, or whose writer was killed.
const JOURNALS: [&str; 2] = ["-wal", "-journal"];

impl Ledger {
    /// Copies the ledger into a file that is empty or does not exist; gives the copy's head.
    ///
    /// A run may write to the ledger meanwhile: the copy is of the moment at which it was begun. It is not synced. A
    /// ledger that is [`Ledger::pinned`] can't be copied.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the ledger can't be read or the copy can't be written.
    pub fn copy_to(&self, path: &Path) -> Result<Head, StoreError> {
        let name = ToSqlOutput::Borrowed(ValueRef::Text(path.as_os_str().as_bytes()));
        // A connection that may only ask may not even write another file.
        let connection = self.connection();
        connection.execute_batch("PRAGMA query_only = OFF").map_err(failed)?;
        let copied = connection.execute("VACUUM INTO ?1", [name]).map_err(failed);
        connection.execute_batch("PRAGMA query_only = ON").map_err(failed)?;
        copied?;
        Self::open(path)?.head()
    }
}

/// Refuses to replace a file that is something else than a ledger, or one that is written to; there may be none.
///
/// This looks at the file's first bytes instead of opening it as a database, which would leave traces beside it.
///
/// # Errors
///
/// [`StoreError::Refused`] says why it must not be replaced, [`StoreError::Failed`] that it can't be read.
pub fn check_replaceable(path: &Path) -> Result<(), StoreError> {
    let name = printable_path(path);
    let mut start = Vec::new();
    match File::open(path).and_then(|file| file.take(100).read_to_end(&mut start)) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StoreError::Failed(format!("can't read {name}: {error}"))),
    }
    for suffix in JOURNALS {
        let mut journal = path.as_os_str().to_owned();
        journal.push(suffix);
        if fs::metadata(&journal).is_ok_and(|metadata| metadata.len() > 0) {
            let journal = printable_path(Path::new(&journal));
            // It would be taken for the journal of the file that replaces the one it belongs to.
            return Err(StoreError::Refused(format!("{name} is in use, as {journal} beside it shows")));
        }
    }
    let id = start.get(APPLICATION_ID_AT..APPLICATION_ID_AT + 4);
    if start.starts_with(MAGIC) && id == Some(&APPLICATION_ID.to_be_bytes()) {
        Ok(())
    } else {
        Err(StoreError::Refused(format!("{name} is not a Tidegate ledger, and is left as it is")))
    }
}
