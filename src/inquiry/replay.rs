//! The log folded again from its first event, and what its state comes down to.
//!
//! The *state hash* is the SHA-256 of a text, a line for each account behind one that names the form:
//!
//! ```text
//! ["tidegate accounts",1]
//! ["11",3,[["2000-01-01","2082.50","0.00",1,0],["2000-01-10","1007.48","0.00",1,0]]]
//! ```
//!
//! An account's line is a JSON array without spaces: the customer's id, the number of decisions, and for each day with
//! accepted transactions, ascending, an array of the day (UTC), the sum of loads, the sum of withdrawals without its
//! sign, and the number of each. Sums have two decimals. Accounts come in the order of their ids' bytes, and every line
//! ends with a line feed. Another version of the form would have another number in the first line.
//!
//! It depends on the decisions alone: not on batches, commits, threads or the index. The `sqlite3` program makes the
//! text as well, from the view `decisions` (`sqlite3 ledger.db < state.sql | sha256sum`; for an earlier state, put
//! `WHERE position <= P` behind `FROM decisions`):
//!
//! ```sql
#![doc = include_str!("state.sql")]
//! ```

use std::collections::HashMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{AsOf, damaged};
use crate::domain::{Account, Day, LimitDirection, Usage, decimal};
use crate::store::{Hash, Ledger, StoreError, StoredDecision, StoredEvent};

/// How many events are read at a time.
const PAGE_LEN: usize = 4_096;

/// The first line of the text that is hashed.
const FORM: &str = "[\"tidegate accounts\",1]\n";

/// What a log comes to when it is folded from its first event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayReport {
    /// The position of the last event that was folded; 0 if there was none.
    pub position: u64,
    /// How many accounts there are.
    pub accounts: u64,
    /// How many transactions were accepted.
    pub accepted: u64,
    /// How many transactions were declined.
    pub declined: u64,
    /// The sum of all balances, in minor units.
    pub balance: u128,
    /// The hash of the state; the module says of what.
    pub state: Hash,
}

/// Folds the log again from its first event up to a position, or to what had been recorded by a time, or to its end.
///
/// Nothing but the events themselves is read, neither the index nor its checkpoints. Memory grows with the accounts and
/// their days alone.
///
/// # Errors
///
/// A usage error if the log does not reach as far as was asked; [`StoreError::Damaged`] if an event is missing or does
/// not follow from those before it; other [`StoreError`]s if the ledger can't be read.
pub fn replay(ledger: &Ledger, to: Option<AsOf>) -> anyhow::Result<ReplayReport> {
    let position = match to {
        None => ledger.head()?.size,
        Some(to) => to.position(ledger, "--to")?,
    };
    let mut fold = Fold::default();
    while fold.position < position {
        let left = usize::try_from(position - fold.position).unwrap_or(usize::MAX);
        let page = ledger.events(fold.position, left.min(PAGE_LEN))?;
        if page.is_empty() {
            return Err(missing(fold.position + 1).into());
        }
        page.iter().try_for_each(|event| fold.take(event))?;
    }
    Ok(fold.report()?)
}

/// All accounts as the events so far leave them.
#[derive(Debug, Default)]
struct Fold {
    position: u64,
    accepted: u64,
    declined: u64,
    accounts: HashMap<Vec<u8>, Account>,
}

impl Fold {
    /// Takes in the next event.
    fn take(&mut self, event: &StoredEvent) -> Result<(), StoreError> {
        self.position += 1;
        if event.position() != self.position {
            return Err(missing(self.position));
        }
        match event {
            // The state does not depend on the policy.
            StoredEvent::PolicyActivated(_) => Ok(()),
            StoredEvent::Decision(decision) => self.follow(decision),
        }
    }

    fn follow(&mut self, decision: &StoredDecision) -> Result<(), StoreError> {
        let StoredDecision { position, customer_id, event, .. } = decision;
        let follows = match self.accounts.get_mut(customer_id) {
            Some(account) => account.follow(event),
            None => self.accounts.entry(customer_id.clone()).or_default().follow(event),
        };
        if !follows {
            return Err(damaged(&format!("the event at position {position} does not follow from those before it")));
        }
        *if event.kind.is_accepted() { &mut self.accepted } else { &mut self.declined } += 1;
        Ok(())
    }

    fn report(self) -> Result<ReplayReport, StoreError> {
        let mut accounts: Vec<_> = self.accounts.iter().collect();
        accounts.sort_unstable_by_key(|(customer_id, _)| *customer_id);
        let mut hasher = Sha256::new_with_prefix(FORM);
        let mut line = Vec::new();
        for (customer_id, account) in &accounts {
            line.clear();
            push_line(&mut line, customer_id, account)?;
            hasher.update(&line);
        }
        Ok(ReplayReport {
            position: self.position,
            accounts: accounts.len() as u64,
            accepted: self.accepted,
            declined: self.declined,
            balance: accounts.iter().map(|(_, account)| u128::from(account.balance())).sum(),
            state: hasher.finalize().into(),
        })
    }
}

fn missing(position: u64) -> StoreError {
    damaged(&format!("there is no event at position {position}"))
}

/// Appends the line of an account.
fn push_line(line: &mut Vec<u8>, customer_id: &[u8], account: &Account) -> Result<(), StoreError> {
    let customer_id = str::from_utf8(customer_id).map_err(|_| damaged("an id of a customer is no text"))?;
    let days: Vec<_> = account.days().map(DayLine::from).collect();
    // Texts and numbers always have a JSON form, and memory takes it.
    let _ = serde_json::to_writer(&mut *line, &(customer_id, account.version(), days));
    line.push(b'\n');
    Ok(())
}

/// A day, the sums of loads and of withdrawals, and the number of each.
#[derive(Serialize)]
struct DayLine(String, String, String, u64, u64);

impl From<(Day, Usage)> for DayLine {
    fn from((day, usage): (Day, Usage)) -> Self {
        let (load, withdrawal) = (LimitDirection::Load, LimitDirection::Withdrawal);
        let [loads, withdrawals] = [load, withdrawal].map(|direction| decimal(usage.amount(direction)));
        Self(day.to_string(), loads, withdrawals, usage.count(load), usage.count(withdrawal))
    }
}
