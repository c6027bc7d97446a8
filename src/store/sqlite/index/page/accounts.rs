//! Pages of accounts.

use super::number::{Bytes, put, put_signed};
use super::{NotAPage, PAGE_LEN_MAX};
use crate::domain::{Day, LimitDirection, Usage};

/// What a run adds to an account.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct AccountEntry<'a> {
    /// The customer's key.
    pub(in super::super) key: u64,
    /// The customer.
    pub(in super::super) customer_id: &'a [u8],
    /// The account's version after the last event of the run.
    pub(in super::super) version: u32,
    days: &'a [u8],
}

/// A page on its way into the file.
///
/// Accounts of the same key share a page, and so a key leads to one page; a page with a single account may be of any
/// length.
#[derive(Debug, Default)]
pub(in super::super) struct AccountPage {
    bytes: Vec<u8>,
    first_key: Option<u64>,
    last_key: u64,
    /// The days of the account at hand.
    days: Vec<u8>,
}

impl AccountPage {
    /// Adds an account behind the last one, unless the page is full; its days ascend.
    pub(in super::super) fn push(&mut self, key: u64, customer_id: &[u8], version: u32, days: &[(Day, Usage)]) -> bool {
        self.days.clear();
        let mut last = 0;
        for (day, usage) in days {
            put_signed(&mut self.days, i64::from(day.number()) - last);
            last = i64::from(day.number());
            put(&mut self.days, usage.amount(LimitDirection::Load));
            put(&mut self.days, usage.amount(LimitDirection::Withdrawal));
            put(&mut self.days, usage.count(LimitDirection::Load));
            put(&mut self.days, usage.count(LimitDirection::Withdrawal));
        }
        let len = self.bytes.len();
        let first_key = *self.first_key.get_or_insert(key);
        let last_key = if len == 0 { first_key } else { self.last_key };
        put(&mut self.bytes, key - last_key);
        put(&mut self.bytes, customer_id.len() as u64);
        self.bytes.extend_from_slice(customer_id);
        put(&mut self.bytes, u64::from(version));
        put(&mut self.bytes, self.days.len() as u64);
        self.bytes.extend_from_slice(&self.days);
        if len > 0 && self.bytes.len() > PAGE_LEN_MAX && key != last_key {
            self.bytes.truncate(len);
            return false;
        }
        self.last_key = key;
        true
    }

    /// The page and its first key, if it has any.
    pub(in super::super) fn finished(&self) -> Option<(u64, &[u8])> {
        Some((self.first_key?, &self.bytes))
    }

    /// Empties the page for its next use.
    pub(in super::super) fn clear(&mut self) {
        self.bytes.clear();
        self.first_key = None;
    }
}

impl AccountEntry<'_> {
    /// Adds the days and their usage to a list, in order.
    ///
    /// # Errors
    ///
    /// [`NotAPage`] if they can't be read, don't ascend, or are of no possible usage.
    pub(in super::super) fn days_into(&self, days: &mut Vec<(Day, Usage)>) -> Result<(), NotAPage> {
        let mut bytes = Bytes(self.days);
        let mut last: Option<i64> = None;
        while !bytes.is_empty() {
            let day = last.unwrap_or(0).checked_add(bytes.signed_number()?).ok_or(NotAPage)?;
            if last.is_some_and(|last| day <= last) {
                return Err(NotAPage);
            }
            last = Some(day);
            let day = Day::from_number(i32::try_from(day).map_err(|_| NotAPage)?);
            let (loads, withdrawals) = (bytes.number()?, bytes.number()?);
            let (load_count, withdrawal_count) = (bytes.small_number()?, bytes.small_number()?);
            let usage = Usage::from_parts(loads, withdrawals, load_count, withdrawal_count).ok_or(NotAPage)?;
            days.push((day, usage));
        }
        Ok(())
    }
}

/// The accounts of a page; `first_key` stands beside it.
pub(in super::super) fn account_entries(
    page: &[u8],
    first_key: u64,
) -> impl Iterator<Item = Result<AccountEntry<'_>, NotAPage>> {
    let mut bytes = Bytes(page);
    let mut key = first_key;
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let mut entry = || {
            key = key.checked_add(bytes.number()?).ok_or(NotAPage)?;
            let customer_id = bytes.bytes()?;
            let version = bytes.small_number()?;
            Ok(AccountEntry { key, customer_id, version, days: bytes.bytes()? })
        };
        let entry = entry();
        if entry.is_err() {
            bytes = Bytes(&[]);
        }
        Some(entry)
    })
}
