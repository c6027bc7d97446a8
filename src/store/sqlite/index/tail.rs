//! What came since the last run of the index, in order.

use super::damaged;
use super::key::CustomerKey;
use super::page::TransactionEntry;
use super::recent::{AccountNote, Movement};
use crate::domain::{Amount, Day, Direction, Usage};
use crate::store::StoreError;

const TOO_MUCH: &str = "amounts of an account add up to more than 63 bits";

/// A [`super::Recent`] in order of keys: a run of the index that is still in memory.
///
/// The next run is written from it, and until then histories look into it.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    ids: Vec<u8>,
    /// Sorted by key and customer.
    accounts: Vec<SortedAccount>,
    /// The days of the accounts, each account's behind those of the one before.
    days: Vec<(Day, Usage)>,
    /// Sorted.
    transactions: Vec<TransactionEntry>,
}

#[derive(Clone, Copy, Debug)]
struct SortedAccount {
    note: AccountNote,
    /// Where the days begin and end, among all.
    days: (usize, usize),
}

/// What a [`Tail`] adds to an account.
#[derive(Clone, Copy, Debug)]
pub(super) struct TailAccount<'a> {
    pub(super) key: CustomerKey,
    pub(super) customer_id: &'a [u8],
    pub(super) version: u32,
    pub(super) days: &'a [(Day, Usage)],
}

impl Tail {
    /// The accounts, sorted by key and customer.
    pub(super) fn accounts(&self) -> impl ExactSizeIterator<Item = TailAccount<'_>> {
        self.accounts.iter().map(|account| self.account(account))
    }

    /// The transactions, sorted.
    pub(super) fn transactions(&self) -> &[TransactionEntry] {
        &self.transactions
    }

    /// What was added to a customer's account, if anything.
    pub(super) fn find(&self, key: CustomerKey, customer_id: &[u8]) -> Option<TailAccount<'_>> {
        let wanted = (key, customer_id);
        let place =
            self.accounts.binary_search_by(|account| (account.note.key, account.note.id(&self.ids)).cmp(&wanted));
        Some(self.account(self.accounts.get(place.ok()?)?))
    }

    /// The highest position, up to a bound, of a transaction of this key.
    pub(super) fn last_position(&self, key: u64, max: u64) -> Option<u64> {
        let end = self.transactions.partition_point(|entry| *entry <= TransactionEntry { key, position: max });
        let entry = self.transactions.get(end.checked_sub(1)?)?;
        (entry.key == key).then_some(entry.position)
    }

    fn account(&self, account: &SortedAccount) -> TailAccount<'_> {
        let SortedAccount { note, days: (start, end) } = *account;
        TailAccount {
            key: note.key,
            customer_id: note.id(&self.ids),
            version: note.version,
            days: self.days.get(start..end).unwrap_or_default(),
        }
    }
}

/// Puts notes in order, and adds up each account's days.
pub(super) fn sort(
    ids: Vec<u8>,
    accounts: &[AccountNote],
    movements: &[Movement],
    mut transactions: Vec<TransactionEntry>,
) -> Result<Tail, StoreError> {
    // As one number each, since entries of two are compared with a branch that no processor foresees.
    transactions.sort_unstable_by_key(|entry| u128::from(entry.key) << 64 | u128::from(entry.position));
    let (mut by_account, ends) = group(accounts.len(), movements);
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let ranges = starts.zip(ends.iter().copied());
    let mut accounts: Vec<_> =
        accounts.iter().zip(ranges).map(|(note, days)| SortedAccount { note: *note, days }).collect();
    accounts.sort_unstable_by(|one, other| {
        one.note.key.cmp(&other.note.key).then_with(|| one.note.id(&ids).cmp(other.note.id(&ids)))
    });
    let mut days = Vec::with_capacity(movements.len());
    for account in &mut accounts {
        let (start, end) = account.days;
        let first = days.len();
        if let Some(own) = by_account.get_mut(start..end) {
            own.sort_by_key(|(day, _)| *day);
            add_up(own, &mut days).ok_or_else(|| damaged(TOO_MUCH))?;
        }
        account.days = (first, days.len());
    }
    Ok(Tail { ids, accounts, days, transactions })
}

/// Groups movements by account, in the order in which they came, and tells where each account's end.
fn group(accounts: usize, movements: &[Movement]) -> (Vec<(Day, Amount)>, Vec<usize>) {
    let mut places = vec![0; accounts];
    for movement in movements {
        if let Some(count) = places.get_mut(movement.account as usize) {
            *count += 1;
        }
    }
    let mut start = 0;
    for place in &mut places {
        let count = std::mem::replace(place, start);
        start += count;
    }
    let mut grouped = vec![(Day::BEFORE_ALL, Amount::default()); start];
    for movement in movements {
        if let Some(place) = places.get_mut(movement.account as usize)
            && let Some(slot) = grouped.get_mut(*place)
        {
            *slot = (movement.day, movement.amount);
            *place += 1;
        }
    }
    (grouped, places)
}

/// Adds up movements in order of days behind the days of other accounts; none if a sum does not fit.
fn add_up(movements: &[(Day, Amount)], days: &mut Vec<(Day, Usage)>) -> Option<()> {
    for of_a_day in movements.chunk_by(|(day, _), (next, _)| day == next) {
        let mut sum = Usage::ZERO;
        for (_, amount) in of_a_day {
            let usage = match amount.direction() {
                Direction::Load => Usage::from_parts(amount.magnitude(), 0, 1, 0),
                Direction::Withdrawal => Usage::from_parts(0, amount.magnitude(), 0, 1),
            };
            sum = sum.plus(&usage?)?;
        }
        days.extend(of_a_day.first().map(|(day, _)| (*day, sum)));
    }
    Some(())
}

/// Puts the days of several stretches of an account's time in order, each day once.
///
/// # Errors
///
/// [`StoreError::Damaged`] if a sum does not fit into 63 bits.
pub(super) fn add_days(days: &mut Vec<(Day, Usage)>) -> Result<(), StoreError> {
    days.sort_by_key(|(day, _)| *day);
    let mut fits = true;
    days.dedup_by(|(day, usage), (kept, sum)| {
        let same = day == kept;
        if same {
            fits &= sum.plus(usage).map(|more| *sum = more).is_some();
        }
        same
    });
    if fits { Ok(()) } else { Err(damaged(TOO_MUCH)) }
}
