//! What the log held before the run, asked for when it is first needed.

use crate::domain::{AccountSlot, Accounts};
use crate::store::{History, StoreError};

/// A row's account, and the ids of its customer and of its transaction.
pub(super) type Ids<'a> = (AccountSlot, (&'a [u8], &'a [u8]));

/// Brings accounts back as the log left them, each once, and finds transactions that it has decided on.
pub(super) struct Recall {
    history: Box<dyn History>,
    /// By account, whether the log has events of it.
    has_history: Vec<bool>,
    /// By row at hand, whether the log has a decision on it.
    seen: Vec<bool>,
}

impl Recall {
    pub(super) fn new(history: Box<dyn History>) -> Self {
        Self { history, has_history: Vec::new(), seen: Vec::new() }
    }

    /// Restores the accounts of these rows that were opened for them, and says of each row whether the log has a
    /// decision on it; `known` is how many accounts there were before.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub(super) fn recall(
        &mut self,
        rows: &[Ids<'_>],
        known: usize,
        accounts: &mut Accounts,
    ) -> Result<&[bool], StoreError> {
        self.restore(rows, known, accounts)?;
        self.look_up(rows, accounts)?;
        Ok(&self.seen)
    }

    fn restore(&mut self, rows: &[Ids<'_>], known: usize, accounts: &mut Accounts) -> Result<(), StoreError> {
        let mut new = Vec::new();
        for (slot, (customer_id, _)) in rows {
            // Places are given in the order in which customers first appear.
            if slot.index() as usize == known + new.len() {
                new.push((*slot, *customer_id));
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let customer_ids: Vec<_> = new.iter().map(|(_, customer_id)| *customer_id).collect();
        let found = all_answered(self.history.accounts(&customer_ids)?, new.len())?;
        for ((slot, _), account) in new.into_iter().zip(found) {
            self.has_history.push(account.is_some());
            if let Some(account) = account {
                accounts.restore(slot, account);
            }
        }
        Ok(())
    }

    fn look_up(&mut self, rows: &[Ids<'_>], accounts: &Accounts) -> Result<(), StoreError> {
        self.seen.clear();
        self.seen.resize(rows.len(), false);
        // What this run has seen itself the accounts know.
        let is_open = |(slot, (_, id)): &Ids<'_>| {
            self.has_history.get(slot.index() as usize).is_some_and(|has| *has) && !accounts.has_seen(*slot, id)
        };
        let (places, pairs): (Vec<_>, Vec<_>) = self
            .seen
            .iter_mut()
            .zip(rows)
            .filter(|(_, row)| is_open(row))
            .map(|(place, (_, ids))| (place, *ids))
            .unzip();
        if pairs.is_empty() {
            return Ok(());
        }
        let found = all_answered(self.history.seen(&pairs)?, pairs.len())?;
        for (place, seen) in places.into_iter().zip(found) {
            *place = seen;
        }
        Ok(())
    }
}

/// What a history said, if it has answered every question.
fn all_answered<T>(answers: Vec<T>, questions: usize) -> Result<Vec<T>, StoreError> {
    if answers.len() == questions {
        return Ok(answers);
    }
    Err(StoreError::Failed(format!("the store gave {} answers to {questions} questions", answers.len())))
}
