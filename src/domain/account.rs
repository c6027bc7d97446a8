//! The aggregate: one customer's account.

use super::judge::{Judge, Stretches};
use super::judgement::{Totals, judge, room};
use super::leeway::{Leeway, Noting};
use super::limit::Used;
use super::past::Past;
use super::prefetch::prefetch_front;
use super::room::room_left;
use super::rule::Rule;
use super::{
    AccountEvent, AccountEventKind, Amount, Day, Direction, LimitDirection, Memory, Policy, Stretch, TimeSpan,
    Timestamp, Transaction, Usage, Window,
};

/// One customer's account: what it holds and what it has used of every window.
///
/// [`Account::decide`] looks and [`Account::apply`] changes; neither does the other's work. The state does not depend on
/// the policy, so that a changed limit counts what was used before it; only how much of the past is at hand does, which
/// is the account's [`Memory`].
///
/// The latest day in UTC with an accepted transaction is open, and with it its week and month: their usage is at hand,
/// and for limits on them an account costs the same per transaction whatever its history. Earlier days are closed and
/// looked up, and for all other windows each transaction is.
///
/// An account fills four cache lines. The first is all that a decision looks at, unless it accepts; with the second an
/// acceptance gets by that closes no day; both others are closed days.
#[derive(Clone, Debug, PartialEq)]
#[repr(C, align(128))]
pub struct Account {
    version: u32,
    /// The latest day with an accepted transaction.
    open_day: Day,
    /// The last day of that day's week.
    open_week_end: Day,
    /// The last day of that day's month.
    open_month_end: Day,
    day: Usage,
    week: Usage,
    /// Accepted loads since the beginning, in minor units.
    loads: u64,
    /// Accepted withdrawals since the beginning, in minor units.
    withdrawals: u64,
    month: Usage,
    past: Past,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            loads: 0,
            withdrawals: 0,
            version: 0,
            open_day: Day::BEFORE_ALL,
            open_week_end: Day::BEFORE_ALL,
            open_month_end: Day::BEFORE_ALL,
            day: Usage::ZERO,
            week: Usage::ZERO,
            month: Usage::ZERO,
            past: Past::default(),
        }
    }
}

/// What an account has used, as the limits ask for it.
struct AccountUsed<'a> {
    account: &'a Account,
    policy: &'a Policy,
    stretches: &'a mut Stretches,
    time: Timestamp,
    /// The day of that time in UTC.
    day: Day,
}

impl AccountUsed<'_> {
    /// What has been used of a window that is no day, week or month in UTC.
    fn of_stretch(&mut self, rule: &Rule) -> Usage {
        let (Some(movements), Some(limit)) = (self.account.past.movements(), self.policy.limit_of(rule)) else {
            return Usage::ZERO;
        };
        match rule.window {
            Window::Lifetime => movements.total(),
            _ => movements.sum(self.stretches.of(usize::from(rule.place), limit, self.time)),
        }
    }
}

impl Used for AccountUsed<'_> {
    #[inline]
    fn of_window(&mut self, rule: &Rule) -> Usage {
        if rule.fits_days { self.account.used(rule.window, self.day) } else { self.of_stretch(rule) }
    }

    fn within(&mut self, span: TimeSpan) -> Usage {
        let stretch = Stretch::around(self.time, span);
        self.account.past.movements().map_or(Usage::ZERO, |movements| movements.sum(stretch))
    }

    fn balance(&mut self) -> i64 {
        // Both totals are within 63 bits.
        self.account.balance() as i64
    }
}

impl Account {
    /// An account without events that remembers so much.
    pub fn new(memory: Memory) -> Self {
        Self { past: Past::new(memory), ..Self::default() }
    }

    /// The account after so many events, by its accepted transactions in any order; it remembers each of them.
    ///
    /// None if no events leave an account so: totals beyond 63 bits, more withdrawn than loaded, or no version left for
    /// another event.
    pub fn from_movements(version: u32, movements: impl IntoIterator<Item = (Timestamp, Amount)>) -> Option<Self> {
        let mut account = Self { version, ..Self::new(Memory::Transactions) };
        let mut total = Usage::ZERO;
        for (time, amount) in movements {
            total = total.plus(&Usage::of(amount)?)?;
            account.accept(time, amount);
        }
        account.loads = total.amount(LimitDirection::Load);
        account.withdrawals = total.amount(LimitDirection::Withdrawal);
        (account.withdrawals <= account.loads && version < u32::MAX).then_some(account)
    }

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
        self.past.days(self.open_day).into_iter().chain(open)
    }

    /// The number of events applied.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// Accepted loads minus accepted withdrawals, in minor units; never below zero.
    pub const fn balance(&self) -> u64 {
        self.loads - self.withdrawals
    }

    /// Asks the processor for what most transactions need of the account.
    #[inline]
    pub(super) fn prefetch(&self) {
        prefetch_front::<_, 2>(self);
    }

    /// Asks the processor for the place where the open day will be kept if a transaction of this time closes it.
    #[inline]
    pub(super) fn prefetch_past(&self, time: Timestamp) {
        if time.day() > self.open_day {
            self.past.prefetch_end();
        }
    }

    /// What accepted transactions have used of the day, week from Monday on, or month in UTC that holds a day.
    #[inline]
    fn used(&self, window: Window, day: Day) -> Usage {
        let (open, open_end) = match window {
            Window::Day => (&self.day, self.open_day),
            Window::Week => (&self.week, self.open_week_end),
            Window::Month => (&self.month, self.open_month_end),
            _ => return Usage::ZERO,
        };
        if day > open_end {
            Usage::ZERO
        } else if day >= self.open_day {
            *open
        } else {
            self.used_until(window, day, open, open_end)
        }
    }

    /// The same of a day before the one that is open; the window that is open ends with a day.
    #[inline(never)]
    fn used_until(&self, window: Window, day: Day, open: &Usage, open_end: Day) -> Usage {
        let (first, last) = match window {
            Window::Day => (day, day),
            Window::Week => (day.monday(), day.sunday()),
            _ => (day.first_of_month(), day.last_of_month()),
        };
        if last == open_end { *open } else { self.past.sum(first..=last) }
    }

    /// Decides on a transaction; `seen` says whether its customer has sent its id before.
    ///
    /// The checks come in order of precedence, and the first that fails is the reason: duplicate, lateness, each limit in
    /// the policy's order, overflow of a total, funds. The account must remember what the policy needs.
    #[inline(always)]
    pub fn decide(&self, transaction: &Transaction<'_>, seen: bool, judge: &mut Judge) -> AccountEvent {
        let Transaction { amount, time, .. } = *transaction;
        let kind = if seen { AccountEventKind::DuplicateTxn } else { self.judge(transaction, judge) };
        AccountEvent { version: self.version + 1, kind, amount, time }
    }

    /// Decides on a transaction and applies the decision; the account remembers as much as it is told here, which is what
    /// it was made with.
    #[inline(always)]
    pub fn process(
        &mut self,
        transaction: &Transaction<'_>,
        seen: bool,
        judge: &mut Judge,
        memory: Memory,
    ) -> AccountEvent {
        let event = self.decide(transaction, seen, judge);
        self.take_in(&event, judge, memory);
        event
    }

    /// Decides on a transaction and applies the decision as [`Account::process`] does, and notes of each limit's bounds
    /// between which others all that was decided would have been the same.
    pub fn process_with_leeway(
        &mut self,
        transaction: &Transaction<'_>,
        seen: bool,
        by: &mut Judge,
        memory: Memory,
        leeway: &mut Leeway,
    ) -> AccountEvent {
        let Transaction { amount, time, .. } = *transaction;
        let kind = if seen {
            AccountEventKind::DuplicateTxn
        } else {
            let (policy, stretches) = by.parts();
            let used = AccountUsed { account: self, policy, stretches, time, day: time.day() };
            judge(transaction, policy, self.totals(), &mut Noting { used, amount, leeway })
        };
        let event = AccountEvent { version: self.version + 1, kind, amount, time };
        self.take_in(&event, by, memory);
        event
    }

    /// Applies a decision of [`Account::decide`], and forgets what no later one needs if the account is to.
    #[inline(always)]
    pub fn take_in(&mut self, event: &AccountEvent, judge: &Judge, memory: Memory) {
        let open_day = self.open_day;
        self.apply(event);
        // Once a day is often enough, and finding the instant costs as much as a decision.
        if memory == Memory::Recent
            && self.open_day != open_day
            && let Some(needed) = self.latest().and_then(|latest| judge.needs_from(latest))
        {
            self.past.forget_before(needed);
        }
    }

    /// What a transaction leaves, if it is accepted, of the limit that it comes nearest to, in whole per cent of it; none if
    /// it uses up no limit.
    pub fn room_left(&self, transaction: &Transaction<'_>, judge: &mut Judge) -> Option<u8> {
        let (policy, stretches) = judge.parts();
        let time = transaction.time;
        let mut used = AccountUsed { account: self, policy, stretches, time, day: time.day() };
        room_left(transaction, policy, &mut used)
    }

    #[inline(always)]
    fn judge(&self, transaction: &Transaction<'_>, by: &mut Judge) -> AccountEventKind {
        let (policy, stretches) = by.parts();
        let time = transaction.time;
        let mut used = AccountUsed { account: self, policy, stretches, time, day: time.day() };
        judge(transaction, policy, self.totals(), &mut used)
    }

    #[inline(always)]
    fn totals(&self) -> Totals {
        Totals { loads: self.loads, withdrawals: self.withdrawals, latest: self.latest() }
    }

    /// The latest time of an accepted transaction, if each is remembered.
    pub fn latest(&self) -> Option<Timestamp> {
        self.past.movements()?.latest()
    }

    /// Takes in an event that [`Account::decide`] made of this very state.
    #[inline]
    pub fn apply(&mut self, event: &AccountEvent) {
        self.version = event.version;
        match event.kind {
            AccountEventKind::AccountDeposited { .. } => self.loads += event.amount.magnitude(),
            AccountEventKind::AccountWithdrawn { .. } => self.withdrawals += event.amount.magnitude(),
            _ => return,
        }
        self.accept(event.time, event.amount);
    }

    /// Counts an accepted transaction but for the account's totals.
    fn accept(&mut self, time: Timestamp, amount: Amount) {
        self.past.record(time, amount);
        let day = time.day();
        if day < self.open_day {
            self.apply_late(day, amount);
            return;
        }
        if day > self.open_day {
            self.open(day);
        }
        self.day.add(amount);
        self.week.add(amount);
        self.month.add(amount);
    }

    /// Takes in an event that was read from somewhere, if it can be one that [`Account::decide`] made of this state; tells
    /// whether it did.
    ///
    /// Whether the limits were kept is not looked at, as they are no part of the state.
    pub fn follow(&mut self, event: &AccountEvent) -> bool {
        let magnitude = event.amount.magnitude();
        let possible = match event.kind {
            AccountEventKind::AccountDeposited { .. } => {
                event.amount.direction() == Direction::Load
                    && magnitude <= room(Direction::Load, self.loads, self.withdrawals)
            }
            AccountEventKind::AccountWithdrawn { .. } => {
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
        self.past.add(day, amount);
        if day.sunday() == self.open_week_end {
            self.week.add(amount);
        }
        if day.last_of_month() == self.open_month_end {
            self.month.add(amount);
        }
    }

    /// Closes the open day, and its week and month where they end, and opens a later day.
    fn open(&mut self, day: Day) {
        if self.open_day != Day::BEFORE_ALL {
            self.past.push(self.open_day, self.day);
        }
        if day > self.open_week_end {
            self.week = Usage::ZERO;
            self.open_week_end = day.sunday();
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
