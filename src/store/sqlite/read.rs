//! Questions to the tables, asked alike by those who read and by the one who writes.

use rusqlite::types::FromSql;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Params, Row, Transaction, params};

use super::INDEX_VIEWS;
use super::index::IndexKeys;
use super::records::{BatchRecord, OpenSegment, StoredReject, StoredSegment, ViewState};
use crate::domain::{CivilTime, Timestamp};
use crate::store::{BatchIdentity, CommitRecord, Hash, Head, StoreError, StoredEvent, codec};

/// The columns of a [`CommitRecord`], in order.
const COMMIT_COLUMNS: &str = "number, batch, complete, policy, first_position, events, accepted, declined, rejected, \
     first_line, lines, first_byte, bytes, hashed_from, input_hash, rejects_hash, recorded_at, root, chain";

/// An error of SQLite's, told apart by whether the file is at fault or the world.
pub(super) fn failed(error: rusqlite::Error) -> StoreError {
    use rusqlite::Error as E;
    let at_fault = match &error {
        E::SqliteFailure(failure, _) => is_damage(failure),
        E::FromSqlConversionFailure(..)
        | E::IntegralValueOutOfRange(..)
        | E::Utf8Error(..)
        | E::InvalidColumnType(..)
        | E::SqlInputError { .. }
        | E::QueryReturnedNoRows => true,
        _ => false,
    };
    let what = match error {
        // The question itself tells nobody anything.
        E::SqlInputError { msg, .. } => msg,
        error => error.to_string(),
    };
    if at_fault {
        StoreError::Damaged(format!("the store is damaged: {what}"))
    } else {
        StoreError::Failed(format!("the store failed: {what}"))
    }
}

/// Whether SQLite failed for what the file holds: a page that ends before it should is the file's fault too.
pub(crate) fn is_damage(failure: &rusqlite::ffi::Error) -> bool {
    matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        || failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHORT_READ
}

/// Lets all questions see the same commits for as long as what is given lives, unless they do already.
pub(super) fn reading(connection: &Connection) -> Result<Option<Transaction<'_>>, StoreError> {
    let begun = connection.is_autocommit().then(|| connection.unchecked_transaction());
    begun.transpose().map_err(failed)
}

/// The version of the tables.
pub(crate) fn schema_version(connection: &Connection) -> Result<u32, StoreError> {
    first(connection, "PRAGMA user_version", [], get::<u32>)?
        .ok_or_else(|| StoreError::Damaged("the store is damaged: its tables have no version".to_owned()))
}

/// All rows of a question, each made into something.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    make: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let ask = || -> rusqlite::Result<Vec<T>> {
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_map(params, make)?.collect()
    };
    ask().map_err(failed)
}

/// The first row of a question, if there is one.
pub(super) fn first<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    make: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, StoreError> {
    let ask = || connection.prepare_cached(sql)?.query_row(params, make).optional();
    ask().map_err(failed)
}

/// A text or blob, as it is.
fn bytes(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<u8>> {
    Ok(row.get_ref(column)?.as_bytes()?.to_vec())
}

fn get<T: FromSql>(row: &Row<'_>) -> rusqlite::Result<T> {
    row.get(0)
}

/// The head of the log.
pub(super) fn head(connection: &Connection) -> Result<Head, StoreError> {
    Ok(last_commit(connection)?.map_or_else(Head::empty, |commit| head_after(&commit)))
}

/// The head of the log after a commit.
pub(super) fn head_after(commit: &CommitRecord) -> Head {
    Head { size: (commit.first_position + commit.events).saturating_sub(1), root: commit.root, chain: commit.chain }
}

/// The log's last commit.
pub(super) fn last_commit(connection: &Connection) -> Result<Option<CommitRecord>, StoreError> {
    let sql = format!("SELECT {COMMIT_COLUMNS} FROM commits ORDER BY number DESC LIMIT 1");
    first(connection, &sql, [], commit_record)
}

/// The commits after a number, at most so many.
pub(super) fn commits(connection: &Connection, after: u64, max: usize) -> Result<Vec<CommitRecord>, StoreError> {
    let sql = format!("SELECT {COMMIT_COLUMNS} FROM commits WHERE number > ?1 ORDER BY number LIMIT ?2");
    all(connection, &sql, params![clamp(after), limit(max)], commit_record)
}

/// The commits of a batch after a number, at most so many.
pub(super) fn batch_commits(
    connection: &Connection,
    batch: u32,
    after: u64,
    max: usize,
) -> Result<Vec<CommitRecord>, StoreError> {
    let sql = format!("SELECT {COMMIT_COLUMNS} FROM commits WHERE batch = ?1 AND number > ?2 ORDER BY number LIMIT ?3");
    all(connection, &sql, params![batch, clamp(after), limit(max)], commit_record)
}

/// The commit that wrote the event at a position.
pub(super) fn commit_of(connection: &Connection, position: u64) -> Result<Option<CommitRecord>, StoreError> {
    let sql = format!(
        "SELECT {COMMIT_COLUMNS} FROM commits WHERE number = (SELECT commit_number FROM segments \
         WHERE first_position <= ?1 AND first_position + count > ?1 ORDER BY first_position DESC LIMIT 1)"
    );
    first(connection, &sql, params![clamp(position)], commit_record)
}

/// The last position that was recorded at a time or before; 0 if nothing was.
pub(super) fn position_recorded_by(connection: &Connection, time: Timestamp) -> Result<u64, StoreError> {
    // No commit is recorded before the one that it follows, and times of one form sort as texts.
    let CivilTime { year, month, day, hour, minute, second, micro, .. } = time.to_civil();
    let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z");
    let last = last_commit_that(connection, |commit| commit.recorded_at <= text)?;
    Ok(last.map_or(0, |commit| head_after(&commit).size))
}

/// The last commit that something holds for, which must hold for all commits before it and for none behind it; none if
/// it holds for no commit.
pub(super) fn last_commit_that(
    connection: &Connection,
    holds: impl Fn(&CommitRecord) -> bool,
) -> Result<Option<CommitRecord>, StoreError> {
    let mut last = None;
    let (mut known, mut end) = (0, last_commit(connection)?.map_or(0, |commit| commit.number) + 1);
    while end - known > 1 {
        let middle = known + (end - known) / 2;
        let commit = commits(connection, middle - 1, 1)?.pop().filter(|commit| commit.number == middle);
        let commit =
            commit.ok_or_else(|| StoreError::Damaged(format!("the store is damaged: there is no commit {middle}")))?;
        if holds(&commit) {
            (known, last) = (middle, Some(commit));
        } else {
            end = middle;
        }
    }
    Ok(last)
}

fn commit_record(row: &Row<'_>) -> rusqlite::Result<CommitRecord> {
    Ok(CommitRecord {
        number: row.get(0)?,
        batch: row.get(1)?,
        complete: row.get(2)?,
        policy: row.get(3)?,
        first_position: row.get(4)?,
        events: row.get(5)?,
        accepted: row.get(6)?,
        declined: row.get(7)?,
        rejected: row.get(8)?,
        first_line: row.get(9)?,
        lines: row.get(10)?,
        first_byte: row.get(11)?,
        bytes: row.get(12)?,
        hashed_from: row.get(13)?,
        input_hash: row.get(14)?,
        rejects_hash: row.get(15)?,
        recorded_at: row.get(16)?,
        root: row.get(17)?,
        chain: row.get(18)?,
    })
}

/// Every batch by its number: what tells it apart.
pub(super) fn identities(connection: &Connection) -> Result<Vec<BatchIdentity>, StoreError> {
    all(
        connection,
        "SELECT number, name, format, header, time_format FROM batch_records ORDER BY number",
        [],
        to_identity,
    )
}

/// The highest number of a batch.
pub(super) fn last_batch(connection: &Connection) -> Result<u32, StoreError> {
    let sql = "SELECT max(number) FROM batch_records";
    Ok(first(connection, sql, [], get::<Option<u32>>)?.flatten().unwrap_or(0))
}

/// What tells one batch apart.
pub(super) fn identity_of(connection: &Connection, name: &str) -> Result<Option<BatchIdentity>, StoreError> {
    let sql = "SELECT number, name, format, header, time_format FROM batch_records WHERE name = ?1";
    first(connection, sql, [name], to_identity)
}

/// What tells the batch of a number apart.
pub(super) fn identity(connection: &Connection, number: u32) -> Result<Option<BatchIdentity>, StoreError> {
    let sql = "SELECT number, name, format, header, time_format FROM batch_records WHERE number = ?1";
    first(connection, sql, [number], to_identity)
}

fn to_identity(row: &Row<'_>) -> rusqlite::Result<BatchIdentity> {
    Ok(BatchIdentity {
        number: row.get(0)?,
        name: row.get(1)?,
        format: row.get(2)?,
        header: row.get(3)?,
        time_format: row.get(4)?,
    })
}

/// A batch with its sums.
pub(super) fn batch_record(connection: &Connection, identity: BatchIdentity) -> Result<BatchRecord, StoreError> {
    struct Sums {
        started_at: String,
        accepted: u64,
        declined: u64,
        rejected: u64,
    }
    let sql = "SELECT min(recorded_at), sum(accepted), sum(declined), sum(rejected) \
               FROM commits WHERE batch = ?1";
    let sums = first(connection, sql, [identity.number], |row| {
        Ok(Sums { started_at: row.get(0)?, accepted: row.get(1)?, declined: row.get(2)?, rejected: row.get(3)? })
    })?;
    let sql = format!("SELECT {COMMIT_COLUMNS} FROM commits WHERE batch = ?1 ORDER BY number DESC LIMIT 1");
    let last = first(connection, &sql, [identity.number], commit_record)?;
    let (Some(sums), Some(last)) = (sums, last) else {
        return Err(StoreError::Damaged(format!("the store is damaged: batch {} has no commit", identity.number)));
    };
    Ok(BatchRecord {
        number: identity.number,
        name: identity.name,
        format: identity.format,
        header: identity.header,
        time_format: identity.time_format,
        complete: last.complete,
        policy: last.policy,
        started_at: sums.started_at,
        head: head_after(&last),
        ended_at: last.recorded_at,
        last_commit: last.number,
        lines: (last.first_line + last.lines).saturating_sub(1),
        bytes: last.first_byte + last.bytes,
        accepted: sums.accepted,
        declined: sums.declined,
        rejected: sums.rejected,
    })
}

/// The segments that hold the events after a position, up to so many events or one segment more.
pub(super) fn segments(connection: &Connection, after: u64, max: usize) -> Result<Vec<StoredSegment>, StoreError> {
    let sql = "SELECT first_position, commit_number, count, events FROM segments WHERE first_position >= \
               coalesce((SELECT max(first_position) FROM segments WHERE first_position <= ?1), 0) \
               ORDER BY first_position";
    let ask = || -> rusqlite::Result<Vec<StoredSegment>> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([clamp(after.saturating_add(1))])?;
        let (mut segments, mut events) = (Vec::new(), 0u64);
        while let Some(row) = rows.next()? {
            let segment = StoredSegment::new(row.get(0)?, row.get(1)?, row.get(2)?, bytes(row, 3)?);
            let last = segment.last_position();
            // The first may end before the events that are asked for begin.
            if last <= after {
                continue;
            }
            events += segment.count.min(last - after);
            segments.push(segment);
            if events >= max as u64 {
                break;
            }
        }
        Ok(segments)
    };
    ask().map_err(failed)
}

/// The events after a position, at most so many.
pub(super) fn events(connection: &Connection, after: u64, max: usize) -> Result<Vec<StoredEvent>, StoreError> {
    let mut events = Vec::new();
    for segment in segments(connection, after, max)? {
        for (position, leaf) in segment.events().filter(|(position, _)| *position > after) {
            if events.len() >= max {
                return Ok(events);
            }
            events.push(decode(position, leaf)?);
        }
    }
    Ok(events)
}

/// The canonical bytes of the event at a position; the segment that holds it is kept, as the next may be asked of it too.
pub(super) fn leaf_at<'s>(
    connection: &Connection,
    kept: &'s mut Option<OpenSegment>,
    position: u64,
) -> Result<&'s [u8], StoreError> {
    if kept.as_ref().is_none_or(|segment| !segment.holds(position)) {
        *kept = segments(connection, position.saturating_sub(1), 1)?.pop().map(OpenSegment::new);
    }
    kept.as_ref().and_then(|segment| segment.leaf(position)).ok_or_else(|| missing(position))
}

/// That the log has no event at a position, where it must have one.
pub(super) fn missing(position: u64) -> StoreError {
    StoreError::Damaged(format!("the store is damaged: there is no event at position {position}"))
}

/// The event at a position.
pub(super) fn event_at(connection: &Connection, position: u64) -> Result<StoredEvent, StoreError> {
    let found = match position.checked_sub(1) {
        Some(before) => events(connection, before, 1)?.pop(),
        None => None,
    };
    found.filter(|event| event.position() == position).ok_or_else(|| missing(position))
}

/// An event from its canonical bytes.
pub(super) fn decode(position: u64, leaf: &[u8]) -> Result<StoredEvent, StoreError> {
    codec::decode(position, leaf)
        .map_err(|error| StoreError::Damaged(format!("the store is damaged: position {position}: {error}")))
}

/// The rejected lines of a batch after a line, at most so many.
pub(super) fn rejects(
    connection: &Connection,
    batch: u32,
    after_line: u64,
    max: usize,
) -> Result<Vec<StoredReject>, StoreError> {
    let sql = "SELECT line, error, input, truncated FROM rejects WHERE batch = ?1 AND line > ?2 ORDER BY line LIMIT ?3";
    all(connection, sql, params![batch, clamp(after_line), limit(max)], |row| {
        Ok(StoredReject { line: row.get(0)?, error: row.get(1)?, input: row.get(2)?, truncated: row.get(3)? })
    })
}

/// The keys of the index.
pub(super) fn index_keys(connection: &Connection) -> Result<IndexKeys, StoreError> {
    let sql = "SELECT value FROM meta WHERE key = 'hash_key'";
    let key = first(connection, sql, [], get::<[u8; 16]>)?;
    key.map(IndexKeys::new).ok_or_else(|| StoreError::Damaged("the store is damaged: it has no hash key".to_owned()))
}

/// Up to which position the views have folded the log.
pub(super) fn checkpoint(connection: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT min(position) FROM checkpoints";
    Ok(first(connection, sql, [], get::<Option<u64>>)?.flatten().unwrap_or(0))
}

/// Every view that is folded from the log, and how far it has been.
pub(super) fn views(connection: &Connection) -> Result<Vec<ViewState>, StoreError> {
    let position = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?));
    let checkpoints = all(connection, "SELECT view, position FROM checkpoints", [], position)?;
    let state = |name: &&str| {
        let checkpoint = checkpoints.iter().find(|(view, _)| view == name);
        ViewState { name: (*name).to_owned(), position: checkpoint.map_or(0, |(_, position)| *position) }
    };
    Ok(INDEX_VIEWS.iter().map(state).collect())
}

/// A node of the tree that is stored.
pub(super) fn node(connection: &Connection, level: u32, index: u64) -> Result<Hash, StoreError> {
    let sql = "SELECT hash FROM tree WHERE level = ?1 AND idx = ?2";
    first(connection, sql, params![level, clamp(index)], get::<Hash>)?.ok_or_else(|| {
        StoreError::Damaged(format!("the store is damaged: the tree has no node {index} at level {level}"))
    })
}

/// A number as SQLite takes it; none that is asked for lies beyond.
pub(super) fn clamp(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn limit(max: usize) -> i64 {
    i64::try_from(max).unwrap_or(i64::MAX)
}
