//! What a backtest comes to.

use super::{plain, wrapped};
use crate::backtest::report::Report;
use crate::backtest::{Metric, Summary, Unit, Value};
use crate::commands::figures::{Form, counted, figure};
use crate::commands::table::{Column, Table};
use crate::console::grouped;
use crate::domain::decimal;

const COLUMNS: [Column; 4] =
    [Column::Text(""), Column::Number("then"), Column::Number("now"), Column::Number("change")];

/// The result in a sentence or two.
pub(super) fn sentence(report: &Report) -> String {
    let summary = &report.metrics.0;
    let text = match (summary.transactions, summary.flips(), report.is_check) {
        (0, ..) => match report.about.from.or(report.about.to) {
            Some(_) => "There are no transactions on these days.".to_owned(),
            None => "There are no transactions.".to_owned(),
        },
        (_, 0, true) if summary.reason_changes == 0 => checked(summary),
        (_, _, true) => mistakes(summary),
        (_, 0, false) => unflipped(summary),
        (..) => flipped(report),
    };
    wrapped(&text, 0)
}

/// A check that found nothing.
fn checked(summary: &Summary) -> String {
    format!(
        "Every decision is what its policy decides: {} of {}, {} accepted.",
        counted(summary.transactions, "transaction"),
        counted(summary.customers, "customer"),
        number(summary.then.count),
    )
}

/// A check that found something.
fn mistakes(summary: &Summary) -> String {
    let wrong = summary.flips() + summary.reason_changes;
    let are = if wrong == 1 { "is" } else { "are" };
    let kinds = [
        (summary.lost.count, "accepted and must have been declined"),
        (summary.gained.count, "declined and must have been accepted"),
        (summary.reason_changes, "declined for another reason than its policy has"),
    ];
    let kinds = kinds.into_iter().filter(|(count, _)| *count > 0);
    let kinds: Vec<_> = kinds.map(|(count, what)| format!("{} {what}", number(count))).collect();
    let all = counted(summary.transactions, "decision");
    format!("{} of {all} {are} not what the policy decides: {}.", number(wrong), kinds.join(", "))
}

fn unflipped(summary: &Summary) -> String {
    match (summary.reason_changes, summary.transactions) {
        (0, 1) => "Nothing flips: the one decision stays as it is.".to_owned(),
        (0, all) => format!("Nothing flips: all {} decisions stay as they are.", number(all)),
        (1, _) => "Nothing flips; 1 decline has another reason.".to_owned(),
        (count, _) => format!("Nothing flips; {} declines have another reason.", number(count)),
    }
}

fn flipped(report: &Report) -> String {
    let summary = &report.metrics.0;
    let (flips, flip) = (summary.flips(), if summary.flips() == 1 { "flips" } else { "flip" });
    let rate = Metric::AcceptedChangePp.value(summary);
    let accepted = match rate.numerator {
        0 => "As many are accepted".to_owned(),
        change => format!("{} pp {} are accepted", magnitude(&rate), if change < 0 { "fewer" } else { "more" }),
    };
    let loads = Metric::LoadsChange.value(summary);
    let let_in = match loads.numerator {
        0 => "as much money is let in".to_owned(),
        change => format!("{} {} is let in", magnitude(&loads), if change < 0 { "less" } else { "more" }),
    };
    format!(
        "{} of {} {flip} ({} %): {} to declined, {} to accepted. {accepted}, and {let_in}.",
        number(flips),
        counted(summary.transactions, "decision"),
        plain(report, Metric::FlipRate),
        number(summary.lost.count),
        number(summary.gained.count),
    )
}

/// What was accepted and what would have been.
pub(super) fn table(report: &Report) -> String {
    use Metric::{
        AcceptedChange, AcceptedChangePp, AcceptedNow, AcceptedRateNow, AcceptedRateThen, AcceptedThen, DeclinedNow,
        DeclinedThen, LoadsChange, LoadsNow, LoadsThen, WithdrawalsChange, WithdrawalsNow, WithdrawalsThen,
    };
    let signed = |value: &Value| figure(value, Form::Signed);
    let summary = &report.metrics.0;
    let accepted = AcceptedChange.value(summary);
    let declined = Value { numerator: -accepted.numerator, unit: Unit::Count, denominator: 1 };
    let rate = |metric| format!("{} %", plain(report, metric));
    let row = |name: &str, then: String, now: String, change: String| vec![name.to_owned(), then, now, change];
    let plain = |metric| plain(report, metric);
    Table::new(&COLUMNS).lines([
        row("accepted", plain(AcceptedThen), plain(AcceptedNow), signed(&accepted)),
        row("declined", plain(DeclinedThen), plain(DeclinedNow), signed(&declined)),
        row(
            "accepted of all",
            rate(AcceptedRateThen),
            rate(AcceptedRateNow),
            format!("{} pp", signed(&AcceptedChangePp.value(summary))),
        ),
        row("money let in", plain(LoadsThen), plain(LoadsNow), signed(&LoadsChange.value(summary))),
        row("money let out", plain(WithdrawalsThen), plain(WithdrawalsNow), signed(&WithdrawalsChange.value(summary))),
    ])
}

/// Who feels it.
pub(super) fn customers(report: &Report) -> String {
    let summary = &report.metrics.0;
    let feels = |name: &str, customers: u64, flow: &crate::backtest::Flow, what: &str| {
        if customers == 0 {
            return String::new();
        }
        let mut moved: Vec<_> = Vec::new();
        for (sum, way) in [(flow.loads, "in"), (flow.withdrawals, "out")] {
            if sum > 0 {
                moved.push(format!("{} {what} let {way}", grouped(&decimal(sum))));
            }
        }
        let moved = if moved.is_empty() { String::new() } else { format!(": {}", moved.join(", ")) };
        let share = Value {
            unit: Unit::Percent,
            numerator: i128::from(customers) * 100,
            denominator: summary.customers.max(1).into(),
        };
        let share = figure(&share, Form::Plain);
        let text = format!("{} of {} ({share} %){moved}", number(customers), counted(summary.customers, "customer"));
        format!("{name:10}{}", wrapped(&text, 10))
    };
    let affected = feels("affected", summary.customers_affected, &summary.lost, "no longer");
    affected + &feels("relieved", summary.customers_relieved, &summary.gained, "newly")
}

fn number(count: u64) -> String {
    grouped(&count.to_string())
}

/// A change without its sign.
fn magnitude(value: &Value) -> String {
    figure(&Value { numerator: value.numerator.saturating_abs(), ..*value }, Form::Plain)
}
