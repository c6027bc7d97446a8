//! What is remembered of customers under the default policy, when only loads come and times ascend.

use anyhow::Result;

use super::line::Line;
use super::slots::Slots;

const DAILY_COUNT: u32 = 3;
const DAILY_AMOUNT: u32 = 500_000;
const WEEKLY_AMOUNT: u32 = 2_000_000;

/// Accounts by customer, sixteen bytes each.
#[derive(Default)]
pub(super) struct Accounts(Slots<16>);

/// One account: its latest day with its week, as no earlier one is asked for. Whoever only loads has the funds.
struct Account {
    customer: u32,
    day: u32,
    /// How many were accepted on that day.
    count: u32,
    /// Their sum in minor units.
    day_loads: u32,
    /// The sum of its week in minor units.
    week_loads: u32,
}

impl Accounts {
    /// Something of the slot that a customer's account will be looked for in.
    #[inline]
    pub(super) fn peek(&self, customer: u32) -> u8 {
        self.0.peek(hash(customer))
    }

    /// Accepts and counts a line, or leaves everything as it was.
    ///
    /// # Errors
    ///
    /// If there is no memory.
    #[inline]
    pub(super) fn accept(&mut self, line: &Line) -> Result<bool> {
        self.0.reserve(|slot| hash(Account::read(slot).customer))?;
        let slot = self.0.find(hash(line.customer), |slot| Account::read(slot).customer == line.customer);
        let mut account = Account::read(slot);
        let is_new = account.customer == 0;
        account.customer = line.customer;
        account.turn_to(line.day);
        let accepted = account.count < DAILY_COUNT
            && account.day_loads.saturating_add(line.amount) <= DAILY_AMOUNT
            && account.week_loads.saturating_add(line.amount) <= WEEKLY_AMOUNT;
        if accepted {
            account.count += 1;
            account.day_loads += line.amount;
            account.week_loads += line.amount;
        }
        *slot = account.written();
        if is_new {
            self.0.count_one();
        }
        Ok(accepted)
    }
}

impl Account {
    #[inline]
    fn read(slot: &[u8; 16]) -> Self {
        let word = u128::from_le_bytes(*slot);
        let part = |bits: u32| (word >> bits) as u32;
        Self { customer: part(0), day: part(32) >> 2, count: part(32) & 3, day_loads: part(64), week_loads: part(96) }
    }

    #[inline]
    fn written(&self) -> [u8; 16] {
        // A day of a year with four digits needs 22 bits, and the count is at most 3.
        let day = u128::from(self.day << 2 | self.count) << 32;
        let loads = u128::from(self.day_loads) << 64 | u128::from(self.week_loads) << 96;
        (u128::from(self.customer) | day | loads).to_le_bytes()
    }

    /// Begins a day, and with it perhaps a week, if it is not the one at hand.
    #[inline]
    fn turn_to(&mut self, day: u32) {
        if day != self.day {
            if week(day) != week(self.day) {
                self.week_loads = 0;
            }
            (self.day, self.count, self.day_loads) = (day, 0, 0);
        }
    }
}

/// The number of a day's week; 1970-01-01 was a Thursday, and weeks begin on Mondays.
#[inline]
const fn week(day: u32) -> u32 {
    (day + 3) / 7
}

#[inline]
const fn hash(customer: u32) -> u64 {
    (customer as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
