//! The records of commits.

use rusqlite::Row;

use super::cells::{self, Unfit};
use crate::domain::Timestamp;
use crate::store::CommitRecord;

/// All commits, in order of their numbers.
pub(super) const SQL: &str = "SELECT number, batch, complete, policy, first_position, events, accepted, declined, \
     rejected, first_line, lines, first_byte, bytes, hashed_from, input_hash, rejects_hash, recorded_at, root, chain \
     FROM commits ORDER BY number";

/// The length of a time with six decimals.
const RECORDED_AT_LEN: usize = "2000-01-01T00:00:00.000000Z".len();

/// The length of a time up to its seconds.
const SECONDS_LEN: usize = "2000-01-01T00:00:00".len();

/// A row that [`SQL`] gives.
pub(super) fn commit_record(row: &Row<'_>) -> Result<CommitRecord, Unfit> {
    let number = |column| cells::number(row, column);
    Ok(CommitRecord {
        number: number(0)?,
        batch: u32::try_from(number(1)?).map_err(|_| Unfit("batch is not below 2^32".to_owned()))?,
        complete: cells::flag(row, 2)?,
        policy: number(3)?,
        first_position: number(4)?,
        events: number(5)?,
        accepted: number(6)?,
        declined: number(7)?,
        rejected: number(8)?,
        first_line: number(9)?,
        lines: number(10)?,
        first_byte: number(11)?,
        bytes: number(12)?,
        hashed_from: number(13)?,
        input_hash: cells::hash(row, 14)?,
        rejects_hash: cells::hash(row, 15)?,
        recorded_at: cells::text(row, 16)?.to_owned(),
        root: cells::hash(row, 17)?,
        chain: cells::hash(row, 18)?,
    })
}

/// Whether this is a time as commits have it: RFC 3339 in UTC with six decimals.
pub(super) fn is_recorded_at(text: &str) -> bool {
    // With this length and a Z at its end, the decimals are six or the rest is no time.
    let whole = text.len() == RECORDED_AT_LEN && text.ends_with('Z');
    let time = Timestamp::parse_rfc3339(text.as_bytes()).map(|time| time.to_string());
    whole && time.is_ok_and(|time| time.get(..SECONDS_LEN) == text.get(..SECONDS_LEN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_of_a_commit_has_one_form() {
        assert!(is_recorded_at("2000-01-01T00:00:00.000000Z"));
        for other in [
            "",
            "2000-01-01T00:00:00Z",
            "2000-01-01T00:00:00.00000Z",
            "2000-01-01T00:00:00.0000000Z",
            "2000-01-01T00:00:00.0000000",
            "2000-01-01T00:00:00.0+00:00",
            "2000-13-01T00:00:00.000000Z",
            "2000-01-01t00:00:00.000000Z",
            "2000-01-01T00:00:60.000000Z",
        ] {
            assert!(!is_recorded_at(other), "{other}");
        }
    }
}
