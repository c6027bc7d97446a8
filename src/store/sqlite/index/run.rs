//! Which runs there are.

use std::sync::Arc;

use rusqlite::{Connection, Row};

use super::filter::Filter;
use super::{damaged, failed, from_sql};
use crate::store::StoreError;

/// One run of the index: a range of positions, and what its filters hold.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(super) number: i64,
    pub(super) first_position: u64,
    pub(super) last_position: u64,
    /// The number of decisions.
    pub(super) transactions: u64,
    /// The number of accounts that they are about.
    accounts: u64,
    filters: Option<Filters>,
}

#[derive(Clone, Debug)]
struct Filters {
    transactions: Filter,
    accounts: Filter,
}

/// The runs of the index, in order of their positions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    runs: Vec<Run>,
}

impl Run {
    /// The position of the first event covered.
    #[cfg(test)]
    pub(crate) const fn first_position(&self) -> u64 {
        self.first_position
    }

    /// The position of the last event covered.
    #[cfg(test)]
    pub(crate) const fn last_position(&self) -> u64 {
        self.last_position
    }

    /// The number of events covered.
    pub(super) const fn len(&self) -> u64 {
        self.last_position - self.first_position + 1
    }

    /// Whether a position is covered.
    pub(super) const fn covers(&self, position: u64) -> bool {
        self.first_position <= position && position <= self.last_position
    }

    /// Whether the run may hold a transaction of this key.
    pub(super) fn may_have_transaction(&self, key: u64) -> bool {
        self.filters.as_ref().is_none_or(|filters| filters.transactions.contains(key))
    }

    /// Whether the run may hold an account of this key.
    pub(super) fn may_have_account(&self, key: u64) -> bool {
        self.filters.as_ref().is_none_or(|filters| filters.accounts.contains(key))
    }

    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let number = |column| from_sql(row.get(column).map_err(failed)?);
        Ok(Self {
            number: row.get(0).map_err(failed)?,
            first_position: number(1)?,
            last_position: number(2)?,
            transactions: number(3)?,
            accounts: number(4)?,
            filters: None,
        })
    }
}

impl Runs {
    /// The runs and their filters, two bytes for each decision and account, for all to look into.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub(crate) fn load(connection: &Connection) -> Result<Arc<Self>, StoreError> {
        let mut runs = Self::ranges(connection)?;
        let sql = "SELECT transaction_filter, account_filter FROM runs WHERE run = ?1";
        let mut statement = connection.prepare(sql).map_err(failed)?;
        for run in &mut runs.runs {
            let filter = |row: &Row<'_>, column, keys| {
                let bytes = row.get_ref(column)?;
                Ok::<_, rusqlite::Error>(Filter::from_bytes(bytes.as_blob()?).filter(|filter| filter.is_for(keys)))
            };
            let filters = statement
                .query_row([run.number], |row| Ok((filter(row, 0, run.transactions)?, filter(row, 1, run.accounts)?)))
                .map_err(failed)?;
            let (Some(transactions), Some(accounts)) = filters else {
                return Err(damaged("a filter is not of its run's size"));
            };
            run.filters = Some(Filters { transactions, accounts });
        }
        Ok(Arc::new(runs))
    }

    /// The runs without their filters, as few look-ups need none.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub(crate) fn ranges(connection: &Connection) -> Result<Self, StoreError> {
        let sql = "SELECT run, first_position, last_position, transactions, accounts FROM runs ORDER BY first_position";
        let mut statement = connection.prepare(sql).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut runs = Self::default();
        while let Some(row) = rows.next().map_err(failed)? {
            let run = Run::from_row(row)?;
            let follows = run.first_position == runs.checkpoint() + 1;
            if !follows || run.last_position < run.first_position || run.transactions > run.len() {
                return Err(damaged("its runs do not cover the log's beginning without a gap"));
            }
            runs.runs.push(run);
        }
        Ok(runs)
    }

    /// The position up to which the runs cover the log; 0 if there are none.
    pub(crate) fn checkpoint(&self) -> u64 {
        self.runs.last().map_or(0, |run| run.last_position)
    }

    /// The runs, in order of their positions.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Run> {
        self.runs.iter()
    }
}
