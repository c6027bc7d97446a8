//! What was decided on each day, over all accounts, in the range of a run.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};

use super::{Run, damaged, failed, from_sql};
use crate::domain::{Day, DayTotals, Tally, Timestamp};
use crate::store::StoreError;

const COLUMNS: &str = "day, accepted_loads, accepted_load_count, accepted_withdrawals, accepted_withdrawal_count, \
    declined_loads, declined_load_count, declined_withdrawals, declined_withdrawal_count";

/// Writes the days of a run.
pub(super) fn write(connection: &Connection, run: i64, days: &BTreeMap<Day, DayTotals>) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO day_totals (run, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    let mut statement = connection.prepare(&sql).map_err(failed)?;
    for (day, totals) in days {
        let [loads, withdrawals] = [&totals.accepted_loads, &totals.accepted_withdrawals];
        let [declined_loads, declined_withdrawals] = [&totals.declined_loads, &totals.declined_withdrawals];
        let row = params![
            run,
            day.number(),
            loads.sum.to_string(),
            loads.count,
            withdrawals.sum.to_string(),
            withdrawals.count,
            declined_loads.sum.to_string(),
            declined_loads.count,
            declined_withdrawals.sum.to_string(),
            declined_withdrawals.count,
        ];
        statement.execute(row).map_err(failed)?;
    }
    Ok(())
}

/// Adds the days of a run.
pub(super) fn add(connection: &Connection, run: &Run, days: &mut BTreeMap<Day, DayTotals>) -> Result<(), StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM day_totals WHERE run = ?1");
    let mut statement = connection.prepare_cached(&sql).map_err(failed)?;
    let mut rows = statement.query([run.number]).map_err(failed)?;
    let mut left = run.transactions;
    while let Some(row) = rows.next().map_err(failed)? {
        let number: i32 = row.get(0).map_err(failed)?;
        let day = Day::from_number(number);
        if !(Timestamp::MIN.day()..=Timestamp::MAX.day()).contains(&day) {
            return Err(damaged("a day lies outside the years 0001 to 9999"));
        }
        let totals = DayTotals {
            accepted_loads: tally(row, 1, &mut left)?,
            accepted_withdrawals: tally(row, 3, &mut left)?,
            declined_loads: tally(row, 5, &mut left)?,
            declined_withdrawals: tally(row, 7, &mut left)?,
        };
        days.entry(day).or_default().merge(&totals);
    }
    if left == 0 { Ok(()) } else { Err(damaged("the days of a run have fewer decisions than the run")) }
}

/// A sum, and behind it a number that is taken from those that are left.
fn tally(row: &Row<'_>, column: usize, left: &mut u64) -> Result<Tally, StoreError> {
    let count = from_sql(row.get(column + 1).map_err(failed)?)?;
    *left = left.checked_sub(count).ok_or_else(|| damaged("the days of a run have more decisions than the run"))?;
    let ValueRef::Text(text) = row.get_ref(column).map_err(failed)? else {
        return Err(damaged("the sum of a day is no text"));
    };
    let sum = str::from_utf8(text).ok().and_then(|text| text.parse().ok().filter(|sum: &u128| sum.to_string() == text));
    // A count fits into 63 bits, and so does the absolute amount of a transaction, or just not.
    let possible = sum.filter(|sum| *sum <= u128::from(count) << 63);
    Ok(Tally {
        sum: possible.ok_or_else(|| damaged("the sum of a day is none that its transactions can have"))?,
        count,
    })
}
