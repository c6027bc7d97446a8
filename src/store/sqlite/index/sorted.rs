//! The decisions on customers of a range of keys, in order.

use std::collections::BTreeMap;

use super::damaged;
use super::key::CustomerKey;
use super::page::TransactionEntry;
use super::part::{AccountNote, DecisionNote, Part};
use crate::domain::{Amount, Day, DayTotals, Outcome, StatementLine, Usage};
use crate::store::StoreError;

const TOO_MUCH: &str = "amounts of an account add up to more than 63 bits";

/// A [`Part`] in order of keys.
#[derive(Clone, Debug, Default)]
pub(super) struct SortedPart {
    ids: Vec<u8>,
    /// Sorted by key and customer.
    accounts: Vec<Account>,
    /// The days of the accounts, each account's behind those of the one before.
    days: Vec<(Day, Usage)>,
    /// Sorted.
    transactions: Vec<TransactionEntry>,
    /// The position of the first decision of all parts.
    base: u64,
    /// The decisions of the accounts, in order of position, each account's behind those of the one before.
    decisions: Vec<DecisionNote>,
    day_totals: BTreeMap<Day, DayTotals>,
    /// Where the next decision of an account is to stand, by the account's place in its part; used again for each part.
    next: Vec<u32>,
    /// The movements of an account; used again for each.
    movements: Vec<(Day, Amount)>,
}

#[derive(Clone, Copy, Debug)]
struct Account {
    note: AccountNote,
    version: u32,
    /// Where the account stands in the order in which accounts came.
    place: u32,
    /// Where its decisions end, among all.
    decisions_end: usize,
    /// Where its days end, among all.
    days_end: usize,
}

/// What a [`SortedPart`] adds to an account.
#[derive(Clone, Copy, Debug)]
pub(super) struct SortedAccount<'a> {
    pub(super) key: CustomerKey,
    pub(super) customer_id: &'a [u8],
    pub(super) version: u32,
    pub(super) days: &'a [(Day, Usage)],
    base: u64,
    decisions: &'a [DecisionNote],
}

impl<'a> SortedAccount<'a> {
    /// The statement, in order.
    pub(super) fn lines(&self) -> impl Iterator<Item = StatementLine> + use<'a> {
        let Self { base, decisions, .. } = *self;
        decisions.iter().map(move |decision| decision.line(base))
    }
}

impl SortedPart {
    /// The accounts, sorted by key and customer.
    pub(super) fn accounts(&self) -> impl Iterator<Item = SortedAccount<'_>> {
        (0..self.accounts.len()).filter_map(|place| self.account(place))
    }

    /// The transactions, sorted.
    pub(super) fn transactions(&self) -> &[TransactionEntry] {
        &self.transactions
    }

    /// Adds what was decided on each day, over all accounts.
    pub(super) fn add_day_totals(&self, totals: &mut BTreeMap<Day, DayTotals>) {
        for (day, own) in &self.day_totals {
            totals.entry(*day).or_default().merge(own);
        }
    }

    /// What was added to a customer's account, if anything.
    pub(super) fn find(&self, key: CustomerKey, customer_id: &[u8]) -> Option<SortedAccount<'_>> {
        let wanted = (key, customer_id);
        let order = |account: &Account| (account.note.key, account.note.id(&self.ids)).cmp(&wanted);
        self.account(self.accounts.binary_search_by(order).ok()?)
    }

    fn account(&self, place: usize) -> Option<SortedAccount<'_>> {
        let account = self.accounts.get(place)?;
        let (decisions_start, days_start) = self.starts(place);
        Some(SortedAccount {
            key: account.note.key,
            customer_id: account.note.id(&self.ids),
            version: account.version,
            days: self.days.get(days_start..account.days_end).unwrap_or_default(),
            base: self.base,
            decisions: self.decisions.get(decisions_start..account.decisions_end).unwrap_or_default(),
        })
    }

    /// Where an account's decisions and days begin: where those of the one before end.
    fn starts(&self, place: usize) -> (usize, usize) {
        let before = place.checked_sub(1).and_then(|before| self.accounts.get(before));
        before.map_or((0, 0), |before| (before.decisions_end, before.days_end))
    }
}

impl SortedPart {
    /// Puts a part in order, in place of the one before; `base` is the position of the first decision of all parts.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] if an account's amounts add up to more than 63 bits.
    pub(super) fn fill(&mut self, part: &Part, base: u64) -> Result<(), StoreError> {
        self.base = base;
        self.ids.clone_from(&part.ids);
        self.sort_accounts(part);
        self.group(&part.decisions);
        self.sort_transactions();
        self.count_days(&part.decisions);
        self.add_up().ok_or_else(|| damaged(TOO_MUCH))
    }

    fn sort_accounts(&mut self, part: &Part) {
        let Self { ids, accounts, .. } = self;
        accounts.clear();
        let notes = (0..).zip(&part.accounts).zip(&part.versions);
        accounts.extend(notes.map(|((place, note), version)| Account {
            note: *note,
            version: *version,
            place,
            decisions_end: 0,
            days_end: 0,
        }));
        accounts.sort_unstable_by(|one, other| {
            one.note.key.cmp(&other.note.key).then_with(|| one.note.id(ids).cmp(other.note.id(ids)))
        });
    }

    /// Groups decisions by account, in the order of the accounts and of positions.
    fn group(&mut self, decisions: &[DecisionNote]) {
        let Self { accounts, next, decisions: grouped, .. } = self;
        // First how many decisions each account has, then where the next of it is to stand.
        next.clear();
        next.resize(accounts.len(), 0);
        for decision in decisions {
            if let Some(count) = next.get_mut(decision.account as usize) {
                *count += 1;
            }
        }
        let mut end = 0;
        for account in accounts.iter_mut() {
            if let Some(next) = next.get_mut(account.place as usize) {
                let start = end;
                end += *next;
                *next = start;
            }
            account.decisions_end = end as usize;
        }
        // As many slots as there are decisions, each of which takes one.
        grouped.clear();
        grouped.extend_from_slice(decisions);
        for decision in decisions {
            if let Some(next) = next.get_mut(decision.account as usize)
                && let Some(slot) = grouped.get_mut(*next as usize)
            {
                *slot = *decision;
                *next += 1;
            }
        }
    }

    /// The transactions of all accounts, which are almost in order already.
    fn sort_transactions(&mut self) {
        let Self { accounts, decisions, transactions, base, .. } = self;
        transactions.clear();
        let mut start = 0;
        // Customers whose keys begin alike share the range of their transactions' keys.
        for neighbours in accounts.chunk_by(|one, next| one.note.key.transactions() == next.note.key.transactions()) {
            let Some(last) = neighbours.last() else { continue };
            let high = last.note.key.transactions();
            let own = decisions.get(start..last.decisions_end).unwrap_or_default();
            transactions.extend(own.iter().map(|decision| TransactionEntry {
                key: high | u64::from(decision.transaction),
                position: *base + u64::from(decision.offset),
            }));
            if let Some(own) = transactions.get_mut(start..) {
                // As one number each, since entries of two are compared with a branch that no processor foresees.
                own.sort_unstable_by_key(|entry| u128::from(entry.key) << 64 | u128::from(entry.position));
            }
            start = last.decisions_end;
        }
    }

    /// What was decided on each day, over all accounts; the decisions come in order of position.
    fn count_days(&mut self, decisions: &[DecisionNote]) {
        self.day_totals.clear();
        // Most decisions are of the same day as the one before.
        for of_a_day in decisions.chunk_by(|one, next| one.time.day() == next.time.day()) {
            let Some(first) = of_a_day.first() else { continue };
            let totals = self.day_totals.entry(first.time.day()).or_default();
            of_a_day.iter().for_each(|decision| totals.count(decision.outcome.is_accepted(), decision.amount));
        }
    }

    /// Adds up the days of each account; none if a sum does not fit.
    fn add_up(&mut self) -> Option<()> {
        let Self { accounts, days, decisions, movements, .. } = self;
        days.clear();
        let mut start = 0;
        for account in accounts {
            movements.clear();
            let own = decisions.get(start..account.decisions_end).unwrap_or_default();
            movements.extend(own.iter().filter_map(movement));
            movements.sort_by_key(|(day, _)| *day);
            add_up(movements, days)?;
            account.days_end = days.len();
            start = account.decisions_end;
        }
        Some(())
    }
}

/// What a decision moved, if it moved anything.
fn movement(decision: &DecisionNote) -> Option<(Day, Amount)> {
    (decision.outcome == Outcome::Accepted).then(|| (decision.time.day(), decision.amount))
}

/// Adds up movements in order of days behind the days of other accounts; none if a sum does not fit.
fn add_up(movements: &[(Day, Amount)], days: &mut Vec<(Day, Usage)>) -> Option<()> {
    for of_a_day in movements.chunk_by(|(day, _), (next, _)| day == next) {
        let mut sum = Usage::ZERO;
        for (_, amount) in of_a_day {
            sum = sum.plus(&Usage::of(*amount)?)?;
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
