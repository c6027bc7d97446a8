//! Opening the file.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Error, ErrorCode, OpenFlags, TransactionBehavior};

use super::read::is_damage;

use crate::console::printable_path;
use crate::store::StoreError;

/// The bytes of a page of a new ledger; an older one keeps those that it has.
///
/// A segment fills many pages, each of which is written twice by two system calls. Those at the right edge of each table
/// are written again with every commit, which is why they are not larger still.
const PAGE_LEN: u32 = 16 << 10;

/// What tells a ledger from other SQLite databases: "Tide".
pub(super) const APPLICATION_ID: i32 = 0x5469_6465;

/// What each version of the tables makes of the one before: more tables, other views.
const SCHEMAS: [&str; 3] = [include_str!("schema_1.sql"), include_str!("schema_2.sql"), include_str!("schema_3.sql")];

/// The version of the tables that this release makes.
pub(crate) const SCHEMA_VERSION: u32 = SCHEMAS.len() as u32;

/// What makes the tables of one version those of another.
pub(crate) fn schema(after_version: u32, to_version: u32) -> String {
    let parts = SCHEMAS.iter().zip(1..).filter(|(_, version)| (after_version + 1..=to_version).contains(version));
    parts.map(|(sql, _)| *sql).collect()
}

/// The length in bytes of the shortest database: one page of the smallest size.
const DATABASE_LEN_MIN: u64 = 512;

/// How long to wait for a lock that SQLite itself holds for a moment, such as while a writer's log is recovered.
const BUSY_MAX: Duration = Duration::from_secs(10);

/// The path of a store with its links resolved, so that a store has one name whatever path it is opened by.
pub(super) fn resolve(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return path.to_owned() };
    let parent = if parent == Path::new("") { Path::new(".") } else { parent };
    parent.canonicalize().map_or_else(|_| path.to_owned(), |parent| parent.join(name))
}

/// Opens a ledger to write to it, and makes one if there is no file or an empty database.
///
/// # Errors
///
/// [`StoreError::Refused`] if the file is something else, [`StoreError::Failed`] if it can't be opened.
pub(super) fn open_writable(path: &Path) -> Result<Connection, StoreError> {
    // SQLite takes what is shorter than any database for an empty one, and would write over it.
    if fs::metadata(path).is_ok_and(|metadata| (1..DATABASE_LEN_MIN).contains(&metadata.len())) {
        return Err(not_a_ledger());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = open(path, flags)?;
    // What can't be opened to be written is opened to be read, and would fail at the first commit.
    if connection.is_readonly("main").map_err(|error| opening(path, &error))? {
        return Err(StoreError::Failed(format!("can't open {} to write to it", printable_path(path))));
    }
    let fresh = is_fresh(&connection).map_err(|error| opening(path, &error))?;
    if !fresh {
        check(path, &connection)?;
    }
    prepare(&mut connection, fresh).map_err(|error| opening(path, &error))?;
    if fresh {
        sync_directory(path)?;
    }
    Ok(connection)
}

/// Opens a ledger to read it; a run may write to it meanwhile.
///
/// # Errors
///
/// [`StoreError::Refused`] if there is no such file or it is something else, [`StoreError::Failed`] if it can't be
/// opened.
pub(super) fn open_readable(path: &Path) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::Refused("there is no such ledger".to_owned()));
    }
    // A connection that may not write would leave the files behind that SQLite keeps beside an open database. Where the
    // file can't be written to, SQLite opens it to be read all the same.
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.execute_batch("PRAGMA query_only = ON").map_err(|error| opening(path, &error))?;
    check(path, &connection)?;
    Ok(connection)
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let open = || {
        // With extended codes an error tells a file that ends too early from a disk that fails.
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_EXRESCODE)?;
        connection.busy_timeout(BUSY_MAX)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    };
    open().map_err(|error| opening(path, &error))
}

/// Whether nothing has been made of the database yet.
fn is_fresh(connection: &Connection) -> rusqlite::Result<bool> {
    let objects: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    Ok(objects == 0 && (application == 0 || application == APPLICATION_ID))
}

/// Refuses what is no ledger, or one of a later release.
fn check(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let pragma = |name: &str| -> rusqlite::Result<i32> { connection.query_row(name, [], |row| row.get(0)) };
    let identity = pragma("PRAGMA application_id").and_then(|id| Ok((id, pragma("PRAGMA user_version")?)));
    match identity.map(|(id, version)| (id, version, u32::try_from(version))) {
        Ok((APPLICATION_ID, _, Ok(1..=SCHEMA_VERSION))) => Ok(()),
        Ok((APPLICATION_ID, version @ ..1, _)) => {
            Err(StoreError::Refused(format!("its tables are of version {version}, which no release makes")))
        }
        Ok((APPLICATION_ID, version, _)) => Err(StoreError::Refused(format!(
            "its tables are of version {version}, of a newer release than this one, which knows version {SCHEMA_VERSION}"
        ))),
        Ok(_) => Err(not_a_ledger()),
        Err(error) => Err(opening(path, &error)),
    }
}

/// Settles how the writer works, and makes the tables of a fresh database.
fn prepare(connection: &mut Connection, fresh: bool) -> rusqlite::Result<()> {
    if fresh {
        connection.pragma_update(None, "page_size", PAGE_LEN)?;
    }
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // A commit is durable when it returns: the write-ahead log is synced each time.
    connection.execute_batch("PRAGMA synchronous = FULL")?;
    // The log is brought into the file by the store itself, since SQLite would pass over an error of its own doing.
    connection.execute_batch("PRAGMA wal_autocheckpoint = 0")?;
    if fresh {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(&schema(0, SCHEMA_VERSION))?;
        transaction.execute("INSERT INTO meta (key, value) VALUES ('hash_key', randomblob(16))", [])?;
        transaction.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
        ))?;
        transaction.commit()?;
    }
    Ok(())
}

/// A new file is there after a power loss only if its directory was synced.
fn sync_directory(path: &Path) -> Result<(), StoreError> {
    let directory = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    let synced = File::open(directory).and_then(|directory| directory.sync_all());
    synced.map_err(|error| StoreError::Failed(format!("can't sync {}: {error}", printable_path(directory))))
}

fn not_a_ledger() -> StoreError {
    StoreError::Refused("it is not a Tidegate ledger".to_owned())
}

/// Why a file could not be opened as a ledger.
fn opening(path: &Path, error: &rusqlite::Error) -> StoreError {
    let name = printable_path(path);
    match error {
        Error::SqliteFailure(failure, _) if failure.code == ErrorCode::NotADatabase => not_a_ledger(),
        Error::SqliteFailure(failure, _) if is_damage(failure) => {
            StoreError::Damaged(format!("{name} is damaged: {error}"))
        }
        _ if path.is_dir() => StoreError::Refused("it is a directory, not a ledger".to_owned()),
        _ => StoreError::Failed(format!("can't open {name}: {error}")),
    }
}
