//! What came since the last run of the index, in order.

use std::collections::BTreeMap;

use super::damaged;
use super::key::CustomerKey;
use super::page::TransactionEntry;
use super::recent::{AccountNote, DecisionNote};
use crate::domain::{Amount, Day, DayTotals, Outcome, StatementLine, Usage};
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
    days: Days,
    /// Sorted.
    transactions: Vec<TransactionEntry>,
    /// The position of the first decision.
    base: u64,
    /// The decisions of the accounts, in order of position, each account's behind those of the one before.
    decisions: Vec<DecisionNote>,
    day_totals: BTreeMap<Day, DayTotals>,
}

/// The days of accounts, each account's behind those of the one before.
type Days = Vec<(Day, Usage)>;

#[derive(Clone, Copy, Debug)]
struct SortedAccount {
    note: AccountNote,
    /// Where the account stands in the order in which accounts came.
    place: u32,
    /// Where its decisions begin and end, among all.
    decisions: (usize, usize),
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
    /// The tail's.
    base: u64,
    decisions: &'a [DecisionNote],
}

impl<'a> TailAccount<'a> {
    /// The statement, in order.
    pub(super) fn lines(&self) -> impl Iterator<Item = StatementLine> + use<'a> {
        let Self { base, decisions, .. } = *self;
        decisions.iter().map(move |decision| decision.line(base))
    }
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

    /// What was decided on each day, over all accounts.
    pub(super) const fn day_totals(&self) -> &BTreeMap<Day, DayTotals> {
        &self.day_totals
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
        let SortedAccount { note, days, decisions, .. } = *account;
        TailAccount {
            key: note.key,
            customer_id: note.id(&self.ids),
            version: note.version,
            days: self.days.get(days.0..days.1).unwrap_or_default(),
            base: self.base,
            decisions: self.decisions.get(decisions.0..decisions.1).unwrap_or_default(),
        }
    }
}

/// Puts notes in order, and adds up each account's days.
pub(super) fn sort(
    ids: Vec<u8>,
    notes: Vec<AccountNote>,
    base: u64,
    decisions: Vec<DecisionNote>,
) -> Result<Tail, StoreError> {
    // As many accounts as decisions at most, of which a run has fewer than 2^32.
    let account = |(place, note)| SortedAccount { note, place, decisions: (0, 0), days: (0, 0) };
    let mut accounts: Vec<_> = (0..).zip(notes).map(account).collect();
    let (_, day_totals) = rayon::join(
        || {
            accounts.sort_unstable_by(|one, other| {
                one.note.key.cmp(&other.note.key).then_with(|| one.note.id(&ids).cmp(other.note.id(&ids)))
            });
        },
        || day_totals(&decisions),
    );
    let decisions = group(&mut accounts, &decisions);
    let mut tail = Tail { ids, base, decisions, day_totals, ..Tail::default() };
    let (transactions, days) = rayon::join(|| tail.sorted_transactions(&accounts), || tail.added_up(&accounts));
    let (days, ends) = days.ok_or_else(|| damaged(TOO_MUCH))?;
    let mut start = 0;
    for (account, end) in accounts.iter_mut().zip(ends) {
        account.days = (start, end);
        start = end;
    }
    (tail.transactions, tail.days, tail.accounts) = (transactions, days, accounts);
    Ok(tail)
}

/// What a decision moved, if it moved anything.
fn movement(decision: &DecisionNote) -> Option<(Day, Amount)> {
    (decision.outcome == Outcome::Accepted).then(|| (decision.time.day(), decision.amount))
}

impl Tail {
    fn decisions_of(&self, account: &SortedAccount) -> &[DecisionNote] {
        let (start, end) = account.decisions;
        self.decisions.get(start..end).unwrap_or_default()
    }

    /// The days of the accounts, and where each account's end; none if a sum does not fit.
    fn added_up(&self, accounts: &[SortedAccount]) -> Option<(Days, Vec<usize>)> {
        let (mut days, mut ends) = (Vec::new(), Vec::with_capacity(accounts.len()));
        let mut movements = Vec::new();
        for account in accounts {
            movements.clear();
            movements.extend(self.decisions_of(account).iter().filter_map(movement));
            movements.sort_by_key(|(day, _)| *day);
            add_up(&movements, &mut days)?;
            ends.push(days.len());
        }
        Some((days, ends))
    }

    /// The transactions of all accounts, which are almost in order already.
    fn sorted_transactions(&self, accounts: &[SortedAccount]) -> Vec<TransactionEntry> {
        let mut transactions = Vec::with_capacity(self.decisions.len());
        // Customers whose keys begin alike share the range of their transactions' keys.
        for neighbours in accounts.chunk_by(|one, next| one.note.key.transactions() == next.note.key.transactions()) {
            let first = transactions.len();
            for account in neighbours {
                let high = account.note.key.transactions();
                transactions.extend(self.decisions_of(account).iter().map(|decision| TransactionEntry {
                    key: high | u64::from(decision.transaction),
                    position: self.base + u64::from(decision.offset),
                }));
            }
            if let Some(own) = transactions.get_mut(first..) {
                // As one number each, since entries of two are compared with a branch that no processor foresees.
                own.sort_unstable_by_key(|entry| u128::from(entry.key) << 64 | u128::from(entry.position));
            }
        }
        transactions
    }
}

/// Groups decisions by account, in the order of the accounts and of positions, and tells each account where its own are.
fn group(accounts: &mut [SortedAccount], decisions: &[DecisionNote]) -> Vec<DecisionNote> {
    let mut next = vec![0u32; accounts.len()];
    let mut end = 0u32;
    for account in accounts {
        if let Some(next) = next.get_mut(account.place as usize) {
            *next = end;
        }
        let start = end as usize;
        end += account.note.decisions;
        account.decisions = (start, end as usize);
    }
    let mut places = vec![0u32; decisions.len()];
    for (place, decision) in (0..).zip(decisions) {
        if let Some(next) = next.get_mut(decision.account as usize)
            && let Some(slot) = places.get_mut(*next as usize)
        {
            *slot = place;
            *next += 1;
        }
    }
    // Fetched in a loop that does nothing else, so that the processor can wait for several at once.
    let mut grouped = Vec::with_capacity(places.len());
    grouped.extend(places.iter().filter_map(|place| decisions.get(*place as usize)));
    grouped
}

/// What was decided on each day, over all accounts.
fn day_totals(decisions: &[DecisionNote]) -> BTreeMap<Day, DayTotals> {
    let mut days: BTreeMap<Day, DayTotals> = BTreeMap::new();
    // Most decisions are of the same day as the one before.
    for of_a_day in decisions.chunk_by(|one, next| one.time.day() == next.time.day()) {
        let Some(first) = of_a_day.first() else { continue };
        let totals = days.entry(first.time.day()).or_default();
        of_a_day.iter().for_each(|decision| totals.count(decision.outcome.is_accepted(), decision.amount));
    }
    days
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
