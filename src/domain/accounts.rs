//! The accounts of one shard of customers.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use super::id_key::{IdKey, IdTexts};
use super::id_table::{Entry, IdTable};
use super::seen::{SeenIds, SoughtId};
use super::{Account, AccountEvent, Judge, Memory, Timestamp, Transaction};

/// Hashes customer ids, the same for all who share a clone: the hash chooses a customer's shard and its place there.
///
/// Its seed is random, so that nobody can prepare customer ids which collide; no verdict depends on it.
#[derive(Clone, Debug, Default)]
pub struct CustomerHasher(RandomState);

impl CustomerHasher {
    /// The hash of a customer's id.
    #[inline]
    pub fn hash(&self, customer_id: &[u8]) -> u64 {
        match IdKey::of_number(customer_id) {
            Some(key) => self.hash_key(key),
            None => self.0.hash_one(customer_id),
        }
    }

    #[inline]
    fn hash_key(&self, key: IdKey) -> u64 {
        self.0.hash_one(key.word())
    }
}

/// An account's place in its [`Accounts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountSlot(u32);

impl AccountSlot {
    /// The place, from 0, in the order in which customers first appeared.
    pub const fn index(self) -> u32 {
        self.0
    }
}

/// The accounts of one shard of customers, and the transaction ids that they have seen.
///
/// Nearly all that deciding costs is waiting for memory, as an account and an id each stand in a random place. So
/// transactions are located first and decided on later, and in between the processor is asked for what will be needed:
/// [`Accounts::prefetch_customer`], [`Accounts::prefetch`] and [`Accounts::prefetch_past`] change nothing but the time that
/// it takes.
#[derive(Debug, Default)]
pub struct Accounts {
    hasher: CustomerHasher,
    memory: Memory,
    /// The customers, by the keys of their ids, with their accounts' places.
    directory: IdTable,
    texts: IdTexts,
    accounts: Vec<Account>,
    seen: SeenIds,
}

/// Where a transaction will be decided on: its account, and its id as it will be looked for there.
#[derive(Clone, Copy, Debug)]
pub struct Located(SoughtId);

impl Located {
    /// The account's place.
    pub const fn slot(&self) -> AccountSlot {
        self.0.account
    }
}

impl Accounts {
    /// No accounts yet; customers will be looked up by this hasher's hashes, and accounts remember so much.
    pub fn new(hasher: CustomerHasher, memory: Memory) -> Self {
        Self { hasher, memory, ..Self::default() }
    }

    /// The same, which expect so many transactions; they take more and fewer, only not as fast or in as little memory.
    pub fn expecting(self, transactions: usize) -> Self {
        Self { seen: SeenIds::with_room(transactions), ..self }
    }

    /// The place of a customer's account, which is opened empty if there is none; `hash` is the customer's.
    #[inline]
    pub fn open(&mut self, customer_id: &[u8], hash: u64) -> AccountSlot {
        let Self { hasher, memory, directory, texts, accounts, .. } = self;
        let number = IdKey::of_number(customer_id);
        let vacancy = match directory.find(hash, |entry| is_of(entry, number, customer_id, texts)) {
            Ok(entry) => return AccountSlot(entry.number),
            Err(vacancy) => vacancy,
        };
        // Memory ends long before four billion accounts.
        let slot = AccountSlot(accounts.len() as u32);
        accounts.push(Account::new(*memory));
        let key = number.unwrap_or_else(|| texts.keep(customer_id));
        directory.fill(vacancy, Entry { number: slot.0, key }, |entry| match texts.text(entry.key) {
            Some(id) => hasher.hash(id),
            None => hasher.hash_key(entry.key),
        });
        slot
    }

    /// The place of a customer's account, if there is one; `hash` is the customer's.
    pub fn find(&self, customer_id: &[u8], hash: u64) -> Option<AccountSlot> {
        let number = IdKey::of_number(customer_id);
        let found = self.directory.find(hash, |entry| is_of(entry, number, customer_id, &self.texts));
        found.ok().map(|entry| AccountSlot(entry.number))
    }

    /// Finds the account of a transaction, as [`Accounts::open`] does, and prepares to look for its id.
    #[inline]
    pub fn locate(&mut self, customer_id: &[u8], hash: u64, id: &[u8]) -> Located {
        let slot = self.open(customer_id, hash);
        Located(self.seen.sought(slot, id))
    }

    /// Asks the processor for what will be needed to find a customer's account, by the customer's hash.
    #[inline]
    pub fn prefetch_customer(&self, hash: u64) {
        self.directory.prefetch(hash);
    }

    /// Asks the processor for an account and the place of an id.
    #[inline]
    pub fn prefetch(&self, located: &Located) {
        if let Some(account) = self.get(located.slot()) {
            account.prefetch();
        }
        self.seen.prefetch(&located.0);
    }

    /// Asks the processor for where an account's past goes on, if a transaction of this time would close its open day; the
    /// account should be there by now.
    #[inline]
    pub fn prefetch_past(&self, located: &Located, time: Timestamp) {
        if let Some(account) = self.get(located.slot()) {
            account.prefetch_past(time);
        }
    }

    /// How many accounts there are: the place that the next one takes.
    pub fn count(&self) -> usize {
        self.accounts.len()
    }

    /// Gives the account at a place the state that its history left it in, before anything is decided on it.
    pub fn restore(&mut self, slot: AccountSlot, account: Account) {
        if let Some(place) = self.accounts.get_mut(slot.0 as usize) {
            *place = account;
        }
    }

    /// Whether the account at a place has been sent a transaction of this id since it was opened or restored.
    pub fn has_seen(&self, slot: AccountSlot, id: &[u8]) -> bool {
        self.seen.contains(&self.seen.sought(slot, id), id)
    }

    /// The account at a place.
    #[inline]
    pub fn get(&self, slot: AccountSlot) -> Option<&Account> {
        self.accounts.get(slot.0 as usize)
    }

    /// Decides on a transaction where it is located and applies the decision; none if there is no such account.
    ///
    /// `seen_before` says that its id was seen before the account was restored. The accounts must remember what the
    /// policy needs.
    #[inline(always)]
    pub fn process(
        &mut self,
        located: &Located,
        transaction: &Transaction<'_>,
        seen_before: bool,
        judge: &mut Judge,
    ) -> Option<AccountEvent> {
        let account = self.accounts.get_mut(located.slot().0 as usize)?;
        // Whatever is decided, the id counts as seen from now on.
        let seen = !self.seen.insert(&located.0, transaction.id) || seen_before;
        Some(account.process(transaction, seen, judge, self.memory))
    }
}

/// Whether an entry of the directory is that of a customer, whose id has this key if it is a number.
#[inline]
fn is_of(entry: Entry, number: Option<IdKey>, customer_id: &[u8], texts: &IdTexts) -> bool {
    match number {
        Some(number) => entry.key == number,
        None => texts.text(entry.key) == Some(customer_id),
    }
}

#[cfg(test)]
mod recent_tests;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::{
        AccountEventKind, Amount, DEFAULT_GROUP, GroupName, Limit, LimitName, Policy, PolicyParts, Timestamp, Window,
    };

    fn judge() -> Judge {
        Judge::new(Arc::new(Policy::default()))
    }

    fn open(accounts: &mut Accounts, customer_id: &str) -> AccountSlot {
        let hash = accounts.hasher.hash(customer_id.as_bytes());
        accounts.open(customer_id.as_bytes(), hash)
    }

    fn locate(accounts: &mut Accounts, id: &[u8], customer_id: &str) -> Located {
        let hash = accounts.hasher.hash(customer_id.as_bytes());
        accounts.locate(customer_id.as_bytes(), hash, id)
    }

    fn load<'a>(id: &'a str, customer_id: &'a str, cents: i64) -> Transaction<'a> {
        Transaction {
            id: id.as_bytes(),
            customer_id: customer_id.as_bytes(),
            amount: Amount::from_minor(cents),
            time: Timestamp::MIN,
            group: DEFAULT_GROUP.as_bytes(),
        }
    }

    fn process(accounts: &mut Accounts, transaction: &Transaction<'_>) -> AccountEventKind {
        let customer_id = std::str::from_utf8(transaction.customer_id).unwrap();
        let located = locate(accounts, transaction.id, customer_id);
        accounts.process(&located, transaction, false, &mut judge()).unwrap().kind
    }

    #[test]
    fn customers_are_told_apart_by_the_bytes_of_their_ids() {
        let mut accounts = Accounts::default();
        let ids = ["7", "007", "0", "00", "ann", "Ann", "1000000000000000000", "١"];
        for (index, id) in ids.iter().enumerate() {
            assert_eq!(open(&mut accounts, id).index(), index as u32, "{id} is new");
        }
        for (index, id) in ids.iter().enumerate() {
            assert_eq!(open(&mut accounts, id).index(), index as u32, "{id} is known");
            let found = accounts.find(id.as_bytes(), accounts.hasher.hash(id.as_bytes()));
            assert_eq!(found.map(AccountSlot::index), Some(index as u32), "{id} is found");
        }
        assert_eq!(accounts.find(b"07", accounts.hasher.hash(b"07")), None);
        assert_eq!(accounts.count(), ids.len(), "looking opens nothing");
    }

    #[test]
    fn customers_are_found_again_among_many() {
        let mut accounts = Accounts::new(CustomerHasher::default(), Memory::Days);
        let ids = || (0..20_000).map(|number| if number % 2 == 0 { number.to_string() } else { format!("c-{number}") });
        for _ in 0..2 {
            for (index, id) in ids().enumerate() {
                assert_eq!(open(&mut accounts, &id).index(), index as u32);
            }
        }
    }

    #[test]
    fn clones_of_a_hasher_agree() {
        let hasher = CustomerHasher::default();
        for id in ["7", "007", "ann"] {
            assert_eq!(hasher.hash(id.as_bytes()), hasher.clone().hash(id.as_bytes()));
        }
    }

    #[test]
    fn place_without_an_account_has_no_decision() {
        let nowhere = locate(&mut Accounts::default(), b"1", "7");
        let mut accounts = Accounts::default();
        assert_eq!(accounts.get(nowhere.slot()), None);
        accounts.prefetch(&nowhere);
        accounts.prefetch_past(&nowhere, Timestamp::MAX);
        assert_eq!(accounts.process(&nowhere, &load("1", "7", 100), false, &mut judge()), None);
    }

    #[test]
    fn id_is_a_duplicate_for_the_same_customer_alone() {
        use AccountEventKind::DuplicateTxn;
        let mut accounts = Accounts::default();
        for (id, customer_id, expected) in [
            ("1", "7", AccountEventKind::DEPOSITED),
            ("1", "007", AccountEventKind::DEPOSITED),
            ("01", "7", AccountEventKind::DEPOSITED),
            ("1", "7", DuplicateTxn),
            ("01", "7", DuplicateTxn),
            ("1", "007", DuplicateTxn),
            ("x", "7", AccountEventKind::DEPOSITED),
            ("x", "ann", AccountEventKind::DEPOSITED),
            ("x", "7", DuplicateTxn),
        ] {
            assert_eq!(process(&mut accounts, &load(id, customer_id, 100)), expected, "{id} of {customer_id}");
        }
    }

    #[test]
    fn id_of_a_declined_transaction_is_seen_too() {
        let mut accounts = Accounts::default();
        let declined = process(&mut accounts, &load("1", "7", 500_001));
        assert!(matches!(declined, AccountEventKind::AccountLimitExceeded { .. }), "{declined:?}");
        assert_eq!(process(&mut accounts, &load("1", "7", 1)), AccountEventKind::DuplicateTxn);
    }

    #[test]
    fn limit_of_a_group_restricts_whoever_is_in_it_at_the_time_of_the_decision() {
        let gold = Limit {
            maximum_amount: Some(Amount::from_minor(99)),
            groups: vec![GroupName::new("gold").unwrap()],
            ..Limit::new(LimitName::new("gold").unwrap(), Window::Transaction)
        };
        let ungrouped = Limit {
            name: LimitName::new("ungrouped").unwrap(),
            groups: vec![GroupName::new(DEFAULT_GROUP).unwrap()],
            maximum_amount: Some(Amount::from_minor(199)),
            ..gold.clone()
        };
        let policy = Policy::new(PolicyParts { limits: vec![gold, ungrouped], ..PolicyParts::default() }).unwrap();
        let (mut accounts, mut judge) = (Accounts::default(), Judge::new(Arc::new(policy)));
        let slot = open(&mut accounts, "7");
        let mut exceeded = |id: &str, group: &str, cents: i64| {
            let transaction = Transaction { group: group.as_bytes(), ..load(id, "7", cents) };
            let located = locate(&mut accounts, id.as_bytes(), "7");
            match accounts.process(&located, &transaction, false, &mut judge).unwrap().kind {
                AccountEventKind::AccountLimitExceeded { limit, .. } => Some(limit),
                kind => kind.is_accepted().then_some(9),
            }
        };
        assert_eq!([exceeded("1", "gold", 99), exceeded("2", "gold", 100)], [Some(9), Some(0)]);
        assert_eq!([exceeded("3", DEFAULT_GROUP, 199), exceeded("4", DEFAULT_GROUP, 200)], [Some(9), Some(1)]);
        assert_eq!([exceeded("5", "Gold", 200), exceeded("6", "gol", 200)], [Some(9), Some(9)]);
        let account = accounts.get(slot).unwrap();
        assert_eq!((account.balance(), account.version()), (99 + 199 + 400, 6), "a group is no part of the state");
    }

    #[test]
    fn restored_account_goes_on_where_its_history_ended() {
        let mut before = Accounts::default();
        process(&mut before, &load("1", "7", 100));
        process(&mut before, &load("2", "7", 100));
        let slot = open(&mut before, "7");
        let history = before.get(slot).unwrap().clone();

        let mut accounts = Accounts::default();
        open(&mut accounts, "8");
        assert_eq!(accounts.count(), 1);
        let slot = open(&mut accounts, "7");
        accounts.restore(slot, history);
        assert!(!accounts.has_seen(slot, b"1"), "only the history knows");
        let mut judge = judge();
        let located = locate(&mut accounts, b"1", "7");
        let event = accounts.process(&located, &load("1", "7", 100), true, &mut judge).unwrap();
        assert_eq!((event.kind, event.version), (AccountEventKind::DuplicateTxn, 3));
        assert!(accounts.has_seen(slot, b"1"));
        let located = locate(&mut accounts, b"3", "7");
        let event = accounts.process(&located, &load("3", "7", -200), false, &mut judge).unwrap();
        assert_eq!((event.kind, event.version), (AccountEventKind::WITHDRAWN, 4));
        let other = open(&mut accounts, "8");
        assert!(!accounts.has_seen(other, b"3"));
    }

    #[test]
    fn decisions_are_applied() {
        let mut accounts = Accounts::default();
        process(&mut accounts, &load("1", "7", 100));
        process(&mut accounts, &load("1", "7", 100));
        process(&mut accounts, &load("2", "7", -30));
        let slot = open(&mut accounts, "7");
        let account = accounts.get(slot).unwrap();
        assert_eq!((account.balance(), account.version()), (70, 3));
    }
}
