//! The accounts of customers by the index, in the order in which they were asked for.

use rusqlite::Connection;

use super::Wanted;
use crate::domain::{Account, Amount, StatementLine, Timestamp};
use crate::store::StoreError;
use crate::store::sqlite::index::look_up::LookUp;
use crate::store::sqlite::index::sorted::add_days;
use crate::store::sqlite::index::statements::StatementLookUp;
use crate::store::sqlite::index::{Runs, Tail, damaged};

/// The accounts with what was used on each day; the customers come in order of their keys.
pub(super) fn of_days(
    connection: &Connection,
    runs: &Runs,
    tail: &Tail,
    wanted: &[Wanted<'_>],
) -> Result<Vec<Option<Account>>, StoreError> {
    let mut parts: Vec<_> = wanted.iter().map(|_| (0, Vec::new())).collect();
    let mut look_up = LookUp::new(connection)?;
    for run in runs.iter() {
        for (key, place, id) in wanted.iter().filter(|(key, ..)| run.may_have_account(key.number())) {
            let Some((version, days)) = parts.get_mut(*place) else { continue };
            if let Some(later) = look_up.account(run, *key, id, days)? {
                *version = later.max(*version);
            }
        }
    }
    for (key, place, id) in wanted {
        if let (Some((version, days)), Some(part)) = (parts.get_mut(*place), tail.find(*key, id)) {
            *version = part.version;
            days.extend_from_slice(part.days);
        }
    }
    let account = |(version, mut days): (u32, Vec<_>)| {
        if version == 0 && days.is_empty() {
            return Ok(None);
        }
        add_days(&mut days)?;
        possible(Account::from_days(version, days)).map(Some)
    };
    parts.into_iter().map(account).collect()
}

/// The accounts with each accepted transaction; the customers come in order of their keys.
pub(super) fn of_statements(
    connection: &Connection,
    runs: &Runs,
    tail: &Tail,
    wanted: &[Wanted<'_>],
) -> Result<Vec<Option<Account>>, StoreError> {
    let mut parts: Vec<_> = wanted.iter().map(|_| Part::default()).collect();
    // Tables without statements have no runs to be asked.
    if runs.checkpoint() > 0 {
        add_runs(connection, runs, wanted, &mut parts)?;
    }
    for (key, place, id) in wanted {
        if let (Some(part), Some(later)) = (parts.get_mut(*place), tail.find(*key, id)) {
            part.add(later.lines());
            if part.version != u64::from(later.version) {
                return Err(damaged("a statement is not as long as its account's version says"));
            }
        }
    }
    parts.into_iter().map(Part::account).collect()
}

/// Adds what runs have of statements.
fn add_runs(connection: &Connection, runs: &Runs, wanted: &[Wanted<'_>], parts: &mut [Part]) -> Result<(), StoreError> {
    let mut look_up = StatementLookUp::new(connection)?;
    let mut lines = Vec::new();
    for run in runs.iter() {
        for (key, place, id) in wanted.iter().filter(|(key, ..)| run.may_have_account(key.number())) {
            let Some(part) = parts.get_mut(*place) else { continue };
            lines.clear();
            look_up.add(run, *key, id, &mut lines)?;
            part.add(lines.iter().copied());
        }
    }
    Ok(())
}

/// What of a statement an account is made of.
#[derive(Debug, Default)]
struct Part {
    /// The number of lines: each is a version.
    version: u64,
    /// The accepted ones, in the order in which they were decided.
    movements: Vec<(Timestamp, Amount)>,
}

impl Part {
    fn add(&mut self, lines: impl Iterator<Item = StatementLine>) {
        for line in lines {
            self.version += 1;
            if line.outcome.is_accepted() {
                self.movements.push((line.time, line.amount));
            }
        }
    }

    fn account(self) -> Result<Option<Account>, StoreError> {
        if self.version == 0 {
            return Ok(None);
        }
        let version = u32::try_from(self.version).ok();
        possible(version.and_then(|version| Account::from_movements(version, self.movements))).map(Some)
    }
}

fn possible(account: Option<Account>) -> Result<Account, StoreError> {
    account.ok_or_else(|| damaged("an account is in a state that no events lead to"))
}
