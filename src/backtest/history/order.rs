//! The rows of a part, account by account.

use super::part::PartRow;

/// Where the rows of each of a part's accounts stand among all of them: finding them costs one walk through the rows,
/// whoever asks for which account.
#[derive(Debug)]
pub(super) struct Order {
    /// By the account's number, where its places end; they begin where those of the account before end.
    ends: Vec<u32>,
    /// The places of rows, account by account, ascending for each.
    places: Vec<u32>,
}

impl Order {
    /// The order of fewer than 2^32 rows, of which each account has so many.
    pub(super) fn of(rows: &[PartRow], counts: &[u32]) -> Self {
        let mut sum = 0u32;
        let starts = counts.iter().map(|count| {
            let start = sum;
            sum = sum.wrapping_add(*count);
            start
        });
        // Where the next place of each account goes, which is where they end once all are there.
        let mut ends: Vec<u32> = starts.collect();
        let mut places = vec![0; rows.len()];
        for (place, row) in (0..).zip(rows) {
            let Some(next) = ends.get_mut(row.account as usize) else { continue };
            if let Some(to) = places.get_mut(*next as usize) {
                *to = place;
            }
            *next = next.wrapping_add(1);
        }
        Self { ends, places }
    }

    /// The places of an account's rows.
    #[inline]
    pub(super) fn of_account(&self, account: u32) -> &[u32] {
        let account = account as usize;
        let end = |account: usize| self.ends.get(account).map_or(0, |end| *end as usize);
        let start = account.checked_sub(1).map_or(0, end);
        self.places.get(start..end(account)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backtest::Code;
    use crate::domain::{Amount, Timestamp};

    #[test]
    fn rows_of_each_account_stand_in_their_order() {
        let row =
            |account| PartRow { time: Timestamp::MIN, amount: Amount::from_minor(0), account, then: Code::ACCEPTED };
        let rows = [0, 1, 0, 2, 4, 1, 0].map(row);
        let order = Order::of(&rows, &[3, 2, 1, 0, 1]);
        let places: Vec<_> = (0..6).map(|account| order.of_account(account).to_vec()).collect();
        assert_eq!(places, [vec![0, 2, 6], vec![1, 5], vec![3], vec![], vec![4], vec![]]);
        assert!(Order::of(&[], &[]).of_account(0).is_empty());
    }
}
