//! The aggregate: one customer's account.

use super::days::Days;
use super::judgement::{judge, room};
use super::{
    AccountEvent, AccountEventKind, Amount, Day, Direction, LimitDirection, Policy, Timestamp, Transaction, Usage,
    Window,
};

/// One customer's account: what it holds and what it has used of every window.
///
/// [`Account::decide`] looks and [`Account::apply`] changes; neither does the other's work. The state does not depend on
/// the policy, so that a changed limit counts what was used before it.
///
/// The latest day with an accepted transaction is open, and with it its week and month: their usage is at hand, and an
/// account costs the same per transaction whatever its history. Earlier days are closed and looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Accepted loads since the beginning, in minor units.
    loads: u64,
    /// Accepted withdrawals since the beginning, in minor units.
    withdrawals: u64,
    version: u32,
    /// The latest day with an accepted transaction.
    open_day: Day,
    /// The last day of that day's month.
    open_month_end: Day,
    day: Usage,
    week: Usage,
    month: Usage,
    closed: Days,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            loads: 0,
            withdrawals: 0,
            version: 0,
            open_day: Day::BEFORE_ALL,
            open_month_end: Day::BEFORE_ALL,
            day: Usage::ZERO,
            week: Usage::ZERO,
            month: Usage::ZERO,
            closed: Days::default(),
        }
    }
}

impl Account {
    /// The account after so many events, by the usage of every day with accepted transactions, ascending: a state is no
    /// more than that.
    ///
    /// None if no events leave an account so: days that don't ascend or that no transaction can have, totals beyond 63
    /// bits, more withdrawn than loaded, or no version left for another event.
    pub fn from_days(version: u32, days: impl IntoIterator<Item = (Day, Usage)>) -> Option<Self> {
        let mut account = Self { version, ..Self::default() };
        let mut total = Usage::ZERO;
        for (day, usage) in days {
            let possible = Timestamp::MIN.day() <= day && day <= Timestamp::MAX.day();
            if !possible || day <= account.open_day {
                return None;
            }
            total = total.plus(&usage)?;
            account.open(day);
            account.day.merge(&usage);
            account.week.merge(&usage);
            account.month.merge(&usage);
        }
        account.loads = total.amount(LimitDirection::Load);
        account.withdrawals = total.amount(LimitDirection::Withdrawal);
        (account.withdrawals <= account.loads && version < u32::MAX).then_some(account)
    }

    /// The days with accepted transactions and what they used, ascending.
    pub fn days(&self) -> impl Iterator<Item = (Day, Usage)> {
        let open = (self.open_day != Day::BEFORE_ALL).then_some((self.open_day, self.day));
        self.closed.iter().chain(open)
    }

    /// The number of events applied.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// Accepted loads minus accepted withdrawals, in minor units; never below zero.
    pub const fn balance(&self) -> u64 {
        self.loads - self.withdrawals
    }

    /// What accepted transactions have used of the window that holds a day.
    pub fn used(&self, window: Window, day: Day) -> Usage {
        let (open, (first, last)) = match window {
            Window::Transaction => return Usage::ZERO,
            Window::Day => (&self.day, (day, day)),
            Window::Week => (&self.week, window.days(day)),
            Window::Month => (&self.month, window.days(day)),
        };
        if first > self.open_day {
            Usage::ZERO
        } else if self.open_day <= last {
            *open
        } else {
            self.closed.sum(first..=last)
        }
    }

    /// Decides on a transaction; `seen` says whether its customer has sent its id before.
    ///
    /// The checks come in order of precedence, and the first that fails is the reason: duplicate, each limit in the
    /// policy's order, overflow of a total, funds.
    pub fn decide(&self, transaction: &Transaction<'_>, seen: bool, policy: &Policy) -> AccountEvent {
        let Transaction { amount, time, .. } = *transaction;
        let kind = if seen { AccountEventKind::DuplicateTxn } else { self.judge(amount, time.day(), policy) };
        AccountEvent { version: self.version + 1, kind, amount, time }
    }

    fn judge(&self, amount: Amount, day: Day, policy: &Policy) -> AccountEventKind {
        judge(amount, policy, self.loads, self.withdrawals, |window| self.used(window, day))
    }

    /// Takes in an event that [`Account::decide`] made of this very state.
    pub fn apply(&mut self, event: &AccountEvent) {
        self.version = event.version;
        match event.kind {
            AccountEventKind::AccountDeposited => self.loads += event.amount.magnitude(),
            AccountEventKind::AccountWithdrawn => self.withdrawals += event.amount.magnitude(),
            _ => return,
        }
        let day = event.time.day();
        if day < self.open_day {
            self.apply_late(day, event.amount);
            return;
        }
        if day > self.open_day {
            self.open(day);
        }
        self.day.add(event.amount);
        self.week.add(event.amount);
        self.month.add(event.amount);
    }

    /// Takes in an event that was read from somewhere, if it can be one that [`Account::decide`] made of this state; tells
    /// whether it did.
    ///
    /// Whether the limits were kept is not looked at, as they are no part of the state.
    pub fn follow(&mut self, event: &AccountEvent) -> bool {
        let magnitude = event.amount.magnitude();
        let possible = match event.kind {
            AccountEventKind::AccountDeposited => {
                event.amount.direction() == Direction::Load
                    && magnitude <= room(Direction::Load, self.loads, self.withdrawals)
            }
            AccountEventKind::AccountWithdrawn => {
                event.amount.direction() == Direction::Withdrawal && magnitude <= self.balance()
            }
            _ => true,
        };
        let follows = possible && self.version.checked_add(1) == Some(event.version);
        if follows {
            self.apply(event);
        }
        follows
    }

    /// Counts an accepted transaction of a closed day, whose week or month may still be open.
    fn apply_late(&mut self, day: Day, amount: Amount) {
        self.closed.add(day, amount);
        if day.monday() == self.open_day.monday() {
            self.week.add(amount);
        }
        if day.last_of_month() == self.open_month_end {
            self.month.add(amount);
        }
    }

    /// Closes the open day, and its week and month where they end, and opens a later day.
    fn open(&mut self, day: Day) {
        if self.open_day != Day::BEFORE_ALL {
            self.closed.push(self.open_day, self.day);
        }
        if day.monday() != self.open_day.monday() {
            self.week = Usage::ZERO;
        }
        if day > self.open_month_end {
            self.month = Usage::ZERO;
            self.open_month_end = day.last_of_month();
        }
        self.day = Usage::ZERO;
        self.open_day = day;
    }
}

#[cfg(test)]
mod tests;
