//! Reading rows that anything may stand in.

use rusqlite::types::ValueRef;
use rusqlite::{ErrorCode, Row};

use crate::store::{Hash, StoreError, is_damage};

/// Why a part of a ledger could not be checked to its end.
#[derive(Debug)]
pub(super) enum Fault {
    /// The file is at fault.
    File(String),
    /// The world is.
    World(StoreError),
}

/// A column that holds something which is never written there, as half a sentence.
#[derive(Debug)]
pub(super) struct Unfit(pub(super) String);

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        use ErrorCode as E;
        let code = error.sqlite_error_code();
        let damage = matches!(&error, rusqlite::Error::SqliteFailure(failure, _) if is_damage(failure));
        let world = matches!(
            code,
            Some(
                E::PermissionDenied
                    | E::OperationAborted
                    | E::DatabaseBusy
                    | E::DatabaseLocked
                    | E::OutOfMemory
                    | E::ReadOnly
                    | E::OperationInterrupted
                    | E::SystemIoFailure
                    | E::DiskFull
                    | E::CannotOpen
                    | E::FileLockingProtocolFailed
                    | E::NoLargeFileSupport
                    | E::AuthorizationForStatementDenied
            )
        );
        if world && !damage {
            Self::World(StoreError::Failed(format!("the store failed: {error}")))
        } else {
            Self::File(error.to_string())
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged(why) | StoreError::Refused(why) => Self::File(why),
            error => Self::World(error),
        }
    }
}

/// A whole number from 0.
pub(super) fn number(row: &Row<'_>, column: usize) -> Result<u64, Unfit> {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(number)) => u64::try_from(number).ok(),
        _ => None,
    }
    .ok_or_else(|| unfit(row, column, "a whole number from 0"))
}

/// 0 or 1.
pub(super) fn flag(row: &Row<'_>, column: usize) -> Result<bool, Unfit> {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(0)) => Ok(false),
        Ok(ValueRef::Integer(1)) => Ok(true),
        _ => Err(unfit(row, column, "0 or 1")),
    }
}

/// A text.
pub(super) fn text<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a str, Unfit> {
    optional_text(row, column)?.ok_or_else(|| unfit(row, column, "a text"))
}

/// A text or nothing.
pub(super) fn optional_text<'a>(row: &'a Row<'_>, column: usize) -> Result<Option<&'a str>, Unfit> {
    match row.get_ref(column) {
        Ok(ValueRef::Null) => Ok(None),
        Ok(ValueRef::Text(text)) => str::from_utf8(text).map(Some).map_err(|_| unfit(row, column, "a text")),
        _ => Err(unfit(row, column, "a text")),
    }
}

/// Bytes.
pub(super) fn blob<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a [u8], Unfit> {
    match row.get_ref(column) {
        Ok(ValueRef::Blob(blob)) => Ok(blob),
        _ => Err(unfit(row, column, "a blob")),
    }
}

/// A hash.
pub(super) fn hash(row: &Row<'_>, column: usize) -> Result<Hash, Unfit> {
    blob(row, column)?.try_into().map_err(|_| unfit(row, column, "a hash of 32 bytes"))
}

fn unfit(row: &Row<'_>, column: usize, expected: &str) -> Unfit {
    let name = row.as_ref().column_name(column).unwrap_or("a column");
    Unfit(format!("{name} is not {expected}"))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    fn read<T>(sql: &str, read: impl Fn(&Row<'_>, usize) -> Result<T, Unfit>) -> Result<T, String> {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .query_row(&format!("SELECT {sql} AS it"), [], |row| Ok(read(row, 0)))
            .unwrap()
            .map_err(|Unfit(why)| why)
    }

    #[test]
    fn each_column_takes_only_what_is_written_there() {
        assert_eq!(read("7", number), Ok(7));
        for other in ["-1", "7.0", "'7'", "NULL", "x'07'"] {
            assert_eq!(read(other, number), Err("it is not a whole number from 0".to_owned()), "{other}");
        }
        assert_eq!((read("1", flag), read("0", flag)), (Ok(true), Ok(false)));
        for other in ["2", "-1", "'1'", "NULL"] {
            assert_eq!(read(other, flag), Err("it is not 0 or 1".to_owned()), "{other}");
        }
        assert_eq!(read("'é'", |row, column| text(row, column).map(str::to_owned)), Ok("é".to_owned()));
        for other in ["7", "NULL", "x'41'", "CAST(x'ff' AS TEXT)"] {
            assert!(read(other, |row, column| text(row, column).map(str::to_owned)).is_err(), "{other}");
        }
        assert_eq!(read("zeroblob(32)", hash), Ok([0; 32]));
        for other in ["zeroblob(31)", "'a'", "NULL"] {
            assert!(read(other, hash).is_err(), "{other}");
        }
    }
}
