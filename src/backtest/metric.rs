//! The figures that a backtest is judged by.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Summary;

/// A figure that gates, tables and sweeps know by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Metric {
    /// `transactions`.
    Transactions,
    /// `customers`.
    Customers,
    /// `accepted_then`.
    AcceptedThen,
    /// `accepted_now`.
    AcceptedNow,
    /// `accepted_change`.
    AcceptedChange,
    /// `declined_then`.
    DeclinedThen,
    /// `declined_now`.
    DeclinedNow,
    /// `accepted_rate_then`.
    AcceptedRateThen,
    /// `accepted_rate_now`.
    AcceptedRateNow,
    /// `accepted_change_pp`.
    AcceptedChangePp,
    /// `flips`.
    Flips,
    /// `flips_to_declined`.
    FlipsToDeclined,
    /// `flips_to_accepted`.
    FlipsToAccepted,
    /// `flip_rate`.
    FlipRate,
    /// `reason_changes`.
    ReasonChanges,
    /// `loads_then`.
    LoadsThen,
    /// `loads_now`.
    LoadsNow,
    /// `loads_change`.
    LoadsChange,
    /// `loads_lost`.
    LoadsLost,
    /// `loads_gained`.
    LoadsGained,
    /// `withdrawals_then`.
    WithdrawalsThen,
    /// `withdrawals_now`.
    WithdrawalsNow,
    /// `withdrawals_change`.
    WithdrawalsChange,
    /// `withdrawals_lost`.
    WithdrawalsLost,
    /// `withdrawals_gained`.
    WithdrawalsGained,
    /// `customers_affected`.
    CustomersAffected,
    /// `customers_affected_rate`.
    CustomersAffectedRate,
    /// `customers_relieved`.
    CustomersRelieved,
}

/// The exact value of a [`Metric`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// What it is a value of, which says how it is written.
    pub unit: Unit,
    /// Above the line.
    pub numerator: i128,
    /// Below the line; never zero.
    pub denominator: u128,
}

/// What a [`Value`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Transactions, or customers.
    Count,
    /// Per cent, or percentage points.
    Percent,
    /// Money, in major units.
    Money,
}

impl Metric {
    /// Every metric, in the order in which they are listed.
    pub const ALL: [Self; 28] = [
        Self::Transactions,
        Self::Customers,
        Self::AcceptedThen,
        Self::AcceptedNow,
        Self::AcceptedChange,
        Self::DeclinedThen,
        Self::DeclinedNow,
        Self::AcceptedRateThen,
        Self::AcceptedRateNow,
        Self::AcceptedChangePp,
        Self::Flips,
        Self::FlipsToDeclined,
        Self::FlipsToAccepted,
        Self::FlipRate,
        Self::ReasonChanges,
        Self::LoadsThen,
        Self::LoadsNow,
        Self::LoadsChange,
        Self::LoadsLost,
        Self::LoadsGained,
        Self::WithdrawalsThen,
        Self::WithdrawalsNow,
        Self::WithdrawalsChange,
        Self::WithdrawalsLost,
        Self::WithdrawalsGained,
        Self::CustomersAffected,
        Self::CustomersAffectedRate,
        Self::CustomersRelieved,
    ];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        self.told().0
    }

    /// What it is, as half a sentence.
    pub const fn describe(self) -> &'static str {
        self.told().1
    }

    const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Transactions => ("transactions", "transactions reported on, duplicates included"),
            Self::Customers => ("customers", "customers who sent any of them"),
            Self::AcceptedThen => ("accepted_then", "transactions that were accepted"),
            Self::AcceptedNow => ("accepted_now", "transactions that would have been accepted"),
            Self::AcceptedChange => ("accepted_change", "accepted_now less accepted_then"),
            Self::DeclinedThen => ("declined_then", "transactions that were declined"),
            Self::DeclinedNow => ("declined_now", "transactions that would have been declined"),
            Self::AcceptedRateThen => ("accepted_rate_then", "accepted_then in per cent of transactions"),
            Self::AcceptedRateNow => ("accepted_rate_now", "accepted_now in per cent of transactions"),
            Self::AcceptedChangePp => ("accepted_change_pp", "accepted_rate_now less accepted_rate_then, in points"),
            Self::Flips => ("flips", "decisions that change between accepted and declined"),
            Self::FlipsToDeclined => ("flips_to_declined", "those that were accepted"),
            Self::FlipsToAccepted => ("flips_to_accepted", "those that were declined"),
            Self::FlipRate => ("flip_rate", "flips in per cent of transactions"),
            Self::ReasonChanges => ("reason_changes", "declined then and now, for another reason"),
            Self::LoadsThen => ("loads_then", "money let in"),
            Self::LoadsNow => ("loads_now", "money that would have been let in"),
            Self::LoadsChange => ("loads_change", "loads_now less loads_then"),
            Self::LoadsLost => ("loads_lost", "money that was let in and would not have been"),
            Self::LoadsGained => ("loads_gained", "money that was not let in and would have been"),
            Self::WithdrawalsThen => ("withdrawals_then", "money let out"),
            Self::WithdrawalsNow => ("withdrawals_now", "money that would have been let out"),
            Self::WithdrawalsChange => ("withdrawals_change", "withdrawals_now less withdrawals_then"),
            Self::WithdrawalsLost => ("withdrawals_lost", "money that was let out and would not have been"),
            Self::WithdrawalsGained => ("withdrawals_gained", "money that was not let out and would have been"),
            Self::CustomersAffected => ("customers_affected", "customers with a flip to declined"),
            Self::CustomersAffectedRate => ("customers_affected_rate", "customers_affected in per cent of customers"),
            Self::CustomersRelieved => ("customers_relieved", "customers with a flip to accepted"),
        }
    }

    /// The metric of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.as_str() == name)
    }

    /// Its value; a rate of nothing is zero.
    pub fn value(self, summary: &Summary) -> Value {
        let Summary { transactions, customers, then, now, lost, gained, .. } = summary;
        let percent = |part: i128, whole: u64| Value::percent(part, whole);
        match self {
            Self::Transactions => Value::count(*transactions),
            Self::Customers => Value::count(*customers),
            Self::AcceptedThen => Value::count(then.count),
            Self::AcceptedNow => Value::count(now.count),
            Self::AcceptedChange => Value::of(Unit::Count, i128::from(now.count) - i128::from(then.count), 1),
            Self::DeclinedThen => Value::count(transactions - then.count),
            Self::DeclinedNow => Value::count(transactions - now.count),
            Self::AcceptedRateThen => percent(then.count.into(), *transactions),
            Self::AcceptedRateNow => percent(now.count.into(), *transactions),
            Self::AcceptedChangePp => percent(i128::from(now.count) - i128::from(then.count), *transactions),
            Self::Flips => Value::count(summary.flips()),
            Self::FlipsToDeclined => Value::count(lost.count),
            Self::FlipsToAccepted => Value::count(gained.count),
            Self::FlipRate => percent(summary.flips().into(), *transactions),
            Self::ReasonChanges => Value::count(summary.reason_changes),
            Self::LoadsThen => Value::money(then.loads),
            Self::LoadsNow => Value::money(now.loads),
            Self::LoadsChange => Value::money_change(then.loads, now.loads),
            Self::LoadsLost => Value::money(lost.loads),
            Self::LoadsGained => Value::money(gained.loads),
            Self::WithdrawalsThen => Value::money(then.withdrawals),
            Self::WithdrawalsNow => Value::money(now.withdrawals),
            Self::WithdrawalsChange => Value::money_change(then.withdrawals, now.withdrawals),
            Self::WithdrawalsLost => Value::money(lost.withdrawals),
            Self::WithdrawalsGained => Value::money(gained.withdrawals),
            Self::CustomersAffected => Value::count(summary.customers_affected),
            Self::CustomersAffectedRate => percent(summary.customers_affected.into(), *customers),
            Self::CustomersRelieved => Value::count(summary.customers_relieved),
        }
    }
}

/// As far as rates are written: to so many parts of one per cent.
const PERCENT_PARTS: u128 = 10_000;

impl Value {
    const fn of(unit: Unit, numerator: i128, denominator: u128) -> Self {
        Self { unit, numerator, denominator }
    }

    fn count(count: u64) -> Self {
        Self::of(Unit::Count, count.into(), 1)
    }

    fn percent(part: i128, whole: u64) -> Self {
        match whole {
            0 => Self::of(Unit::Percent, 0, 1),
            whole => Self::of(Unit::Percent, part * 100, whole.into()),
        }
    }

    /// So many minor units; a sum of fewer than 2^64 amounts of 63 bits fits.
    fn money(minor: u128) -> Self {
        Self::money_change(0, minor)
    }

    fn money_change(then: u128, now: u128) -> Self {
        let signed = |minor| i128::try_from(minor).unwrap_or(i128::MAX);
        Self::of(Unit::Money, signed(now).saturating_sub(signed(then)), 100)
    }

    /// The value as a whole number of parts, rounded half away from zero.
    const fn in_parts(&self, parts: u128) -> (bool, u128) {
        let scaled = self.numerator.unsigned_abs().saturating_mul(parts);
        let rounded = scaled.saturating_add(self.denominator / 2) / self.denominator;
        (self.numerator < 0 && rounded > 0, rounded)
    }
}

/// A count as it is, money with two decimals, a rate with four at most.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, width) = match self.unit {
            Unit::Count => (1, 0),
            Unit::Money => (100, 2),
            Unit::Percent => (PERCENT_PARTS, 4),
        };
        let (is_negative, rounded) = self.in_parts(parts);
        let sign = if is_negative { "-" } else { "" };
        let (whole, fraction) = (rounded / parts, rounded % parts);
        match self.unit {
            Unit::Count => write!(f, "{sign}{whole}"),
            Unit::Money => write!(f, "{sign}{whole}.{fraction:0width$}"),
            Unit::Percent => {
                let digits = format!("{fraction:0width$}");
                let digits = digits.trim_end_matches('0');
                write!(f, "{sign}{whole}{}{digits}", if digits.is_empty() { "" } else { "." })
            }
        }
    }
}

/// Counts and rates are numbers, money is a text, since readers of JSON round numbers.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.to_string();
        match self.unit {
            Unit::Count => serializer.serialize_i128(self.numerator),
            Unit::Money => serializer.serialize_str(&text),
            // A number of four decimals that people read stands in JSON as it is written.
            Unit::Percent => serializer.serialize_f64(text.parse().unwrap_or(0.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::backtest::Flow;

    fn summary() -> Summary {
        let flow = |count, loads, withdrawals| Flow { count, loads, withdrawals };
        Summary {
            transactions: 3,
            customers: 8,
            then: flow(2, 12_345, 5),
            now: flow(1, 345, 7),
            lost: flow(2, 12_345, 0),
            gained: flow(1, 345, 2),
            reason_changes: 4,
            customers_affected: 1,
            customers_relieved: 6,
        }
    }

    fn told(summary: &Summary) -> String {
        let told = |metric: Metric| format!("{} {}", metric.as_str(), metric.value(summary));
        Metric::ALL.map(told).join("\n")
    }

    #[test]
    fn every_metric_is_of_what_its_name_says() {
        insta::assert_snapshot!(told(&summary()), @r"
        transactions 3
        customers 8
        accepted_then 2
        accepted_now 1
        accepted_change -1
        declined_then 1
        declined_now 2
        accepted_rate_then 66.6667
        accepted_rate_now 33.3333
        accepted_change_pp -33.3333
        flips 3
        flips_to_declined 2
        flips_to_accepted 1
        flip_rate 100
        reason_changes 4
        loads_then 123.45
        loads_now 3.45
        loads_change -120.00
        loads_lost 123.45
        loads_gained 3.45
        withdrawals_then 0.05
        withdrawals_now 0.07
        withdrawals_change 0.02
        withdrawals_lost 0.00
        withdrawals_gained 0.02
        customers_affected 1
        customers_affected_rate 12.5
        customers_relieved 6
        ");
    }

    #[test]
    fn rates_of_nothing_are_zero() {
        assert!(told(&Summary::default()).lines().all(|line| line.ends_with(" 0") || line.ends_with(" 0.00")));
    }

    #[test]
    fn names_are_all_different_and_lead_back() {
        let names: BTreeSet<_> = Metric::ALL.iter().map(|metric| metric.as_str()).collect();
        assert_eq!(names.len(), Metric::ALL.len());
        assert!(Metric::ALL.iter().all(|metric| Metric::named(metric.as_str()) == Some(*metric)));
        assert_eq!(Metric::named("flip"), None);
    }

    #[test]
    fn values_stand_in_json_as_they_are_written() {
        let json = |metric: Metric| serde_json::to_string(&metric.value(&summary())).unwrap();
        assert_eq!(json(Metric::AcceptedChange), "-1");
        assert_eq!(json(Metric::AcceptedChangePp), "-33.3333");
        assert_eq!(json(Metric::LoadsChange), "\"-120.00\"");
    }

    #[test]
    fn rates_are_rounded_half_away_from_zero_and_have_no_negative_zero() {
        let percent = |numerator, denominator| Value { unit: Unit::Percent, numerator, denominator }.to_string();
        assert_eq!(percent(1, 20_000), "0.0001");
        assert_eq!(percent(-1, 20_000), "-0.0001");
        assert_eq!(percent(-1, 20_001), "0");
        assert_eq!(percent(-3, 2), "-1.5");
    }
}
