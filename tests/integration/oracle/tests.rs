//! The oracle itself, on histories so small that anyone can tell the verdicts.

use super::Oracle;
use super::policy::{Outcome, Policy};
use super::rules::Judgement;

/// What a policy makes of a customer's transactions, each an amount, a time, and what must become of it: `+`, with the
/// codes of the limits that mark it behind, or the reason, for a limit with the bound and what was used of it.
fn must_decide(config: &str, transactions: &[(&str, &str, &str)]) {
    let grouped: Vec<_> = transactions.iter().map(|(amount, time, what)| (*amount, *time, "", *what)).collect();
    must_decide_in_groups(config, None, &grouped);
}

/// The same, with what follows the amount and the time in each line.
fn must_decide_in_groups(config: &str, groups_file: Option<&str>, transactions: &[(&str, &str, &str, &str)]) {
    let mut oracle = Oracle::under(Policy::new(config, groups_file));
    for (id, (amount, time, more, what)) in transactions.iter().enumerate() {
        let more = if more.is_empty() { String::new() } else { format!(",{more}") };
        let line = format!(r#"{{"id":"{id}","customer_id":"7","load_amount":"{amount}","time":"{time}"{more}}}"#);
        let (transaction, judgement) = oracle.judge(&line);
        oracle.remember(&transaction, judgement.as_ref());
        assert_eq!(told(&oracle, &judgement.expect("no id comes twice")), *what, "{id}: {line}\n{config}");
    }
}

fn told(oracle: &Oracle, judgement: &Judgement) -> String {
    let codes = |outcome, how: &str| -> String {
        let places = judgement.marked(&oracle.policy, outcome);
        places.into_iter().map(|place| format!(" {how} {}", oracle.policy.limits[place].code())).collect()
    };
    match (judgement.reason(&oracle.policy), judgement) {
        (None, _) => format!("+{}{}", codes(Outcome::Flag, "flag"), codes(Outcome::Shadow, "shadow")),
        (Some(reason), Judgement::LimitExceeded { exceeded, .. }) => {
            format!("{reason} {} {}", exceeded.bound, exceeded.used)
        }
        (Some(reason), _) => reason,
    }
}

/// A configuration of one limit.
fn limit(keys: &str) -> String {
    format!("limits = [{{ name = \"a\", {keys} }}]")
}

#[test]
fn bounds_of_a_limit_are_checked_in_their_order_and_may_be_reached() {
    let config = limit(
        r#"window = "day", direction = "load", minimum_amount = "1.00", maximum_amount = "5", cooldown = "10m",
           count = 3, amount = "12.00", maximum_balance = "12.00""#,
    );
    must_decide(
        &config,
        &[
            ("$0.99", "2026-06-15T12:00:00Z", "a minimum_amount 0"),
            ("$5.01", "2026-06-15T12:00:00Z", "a maximum_amount 0"),
            ("$5", "2026-06-15T12:00:00Z", "+"),
            ("$5.01", "2026-06-15T12:09:59Z", "a maximum_amount 0"),
            ("$1", "2026-06-15T12:09:59.999999Z", "a cooldown 1"),
            ("$1", "2026-06-15T11:50:00.000001Z", "a cooldown 1"),
            ("$1", "2026-06-15T12:00:00Z", "a cooldown 1"),
            ("$1", "2026-06-15T12:10:00Z", "+"),
            ("-$0.01", "2026-06-15T12:10:00Z", "+"),
            ("$5", "2026-06-15T11:50:00Z", "+"),
            ("$1", "2026-06-15T13:00:00Z", "a count 3"),
            ("$1.02", "2026-06-16T13:00:00Z", "a maximum_balance 1099"),
            ("$1.01", "2026-06-16T13:00:00Z", "+"),
        ],
    );
    let config = limit(r#"window = "day", amount = "10", count = 9"#);
    must_decide(
        &config,
        &[
            ("$6", "2026-06-15T00:00:00Z", "+"),
            ("-$3", "2026-06-15T23:59:59.999999Z", "+"),
            ("-$1.01", "2026-06-15T12:00:00Z", "a amount 900"),
            ("$1", "2026-06-15T12:00:00Z", "+"),
            ("$10", "2026-06-16T00:00:00Z", "+"),
        ],
    );
}

#[test]
fn calendar_windows_hold_what_shares_their_days_whatever_the_order() {
    for (window, first, last, behind) in [
        ("day", "2024-02-29T00:00:00Z", "2024-02-29T23:59:59.999999Z", "2024-03-01T00:00:00Z"),
        ("week", "2024-02-26T00:00:00Z", "2024-03-03T23:59:59.999999Z", "2024-03-04T00:00:00Z"),
        ("month", "2024-02-01T00:00:00Z", "2024-02-29T23:59:59.999999Z", "2024-03-01T00:00:00Z"),
        ("quarter", "2024-01-01T00:00:00Z", "2024-03-31T23:59:59.999999Z", "2024-04-01T00:00:00Z"),
        ("year", "2024-01-01T00:00:00Z", "2024-12-31T23:59:59.999999Z", "2025-01-01T00:00:00Z"),
        ("lifetime", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", ""),
    ] {
        let config = limit(&format!(r#"window = "{window}", count = 1"#));
        must_decide(&config, &[("$1", last, "+"), ("$1", first, "a count 1")]);
        must_decide(&config, &[("$1", first, "+"), ("$1", last, "a count 1")]);
        if !behind.is_empty() {
            must_decide(&config, &[("$1", last, "+"), ("$1", behind, "+")]);
        }
    }
}

#[test]
fn weeks_begin_on_the_day_that_the_limit_or_else_the_policy_says() {
    let saturday_sunday =
        |second: &'static str| [("$1", "2024-03-02T12:00:00Z", "+"), ("$1", "2024-03-03T12:00:00Z", second)];
    must_decide(&limit(r#"window = "week", count = 1"#), &saturday_sunday("a count 1"));
    must_decide(&limit(r#"window = "week", count = 1, week_starts = "sunday""#), &saturday_sunday("+"));
    let sunday = "policy.week_starts = \"sunday\"\n".to_owned();
    must_decide(&(sunday.clone() + &limit(r#"window = "week", count = 1"#)), &saturday_sunday("+"));
    let own = limit(r#"window = "week", count = 1, week_starts = "saturday""#);
    must_decide(&(sunday + &own), &saturday_sunday("a count 1"));
}

#[test]
fn days_are_those_of_the_zone() {
    // A day of 25 hours.
    let config = limit(r#"window = "day", count = 1, zone = "America/Toronto""#);
    must_decide(
        &config,
        &[
            ("$1", "2018-11-04T04:00:00Z", "+"),
            ("$1", "2018-11-05T04:59:59.999999Z", "a count 1"),
            ("$1", "2018-11-05T05:00:00Z", "+"),
            ("$1", "2018-11-04T03:59:59.999999Z", "+"),
        ],
    );
    // A day that has begun goes on where clocks go back over midnight.
    let config = "policy.zone = \"America/St_Johns\"\n".to_owned() + &limit(r#"window = "day", count = 1"#);
    must_decide(
        &config,
        &[
            ("$1", "2006-10-29T02:30:30Z", "+"),
            ("$1", "2006-10-29T02:31:00Z", "a count 1"),
            ("$1", "2006-10-29T02:29:59Z", "+"),
        ],
    );
    // A day that was left out.
    let config = limit(r#"window = "day", count = 1, zone = "Pacific/Apia", from = "2011-12-30", until = 2011-12-30"#);
    must_decide(&config, &[("$1", "2011-12-30T10:00:00Z", "+"), ("$1", "2011-12-30T10:00:00Z", "+")]);
}

#[test]
fn trailing_window_ends_with_the_transaction_and_leaves_out_its_beginning() {
    let config = limit(r#"window = "24h", count = 1"#);
    must_decide(
        &config,
        &[
            ("$1", "2026-06-15T12:00:00Z", "+"),
            ("$1", "2026-06-15T12:00:00Z", "a count 1"),
            ("$1", "2026-06-16T11:59:59.999999Z", "a count 1"),
            ("$1", "2026-06-16T12:00:00Z", "+"),
            // What came later in time does not count.
            ("$1", "2026-06-15T11:59:59.999999Z", "+"),
        ],
    );
    must_decide(
        &limit(r#"window = "1d", amount = "1""#),
        &[("$1", "2026-06-15T12:00:00Z", "+"), ("$0.01", "2026-06-15T13:00:00Z", "a amount 100")],
    );
}

#[test]
fn net_amounts_leave_out_what_went_the_other_way_but_never_fall_below_zero() {
    let day = "2026-06-15T12:00:00Z";
    let config = limit(r#"window = "day", direction = "load", measure = "net", amount = "10", count = 4"#);
    must_decide(
        &config,
        &[
            ("$10", day, "+"),
            ("$0.01", day, "a amount 1000"),
            ("-$4", day, "+"),
            ("$4.01", day, "a amount 600"),
            ("$4", day, "+"),
            ("-$10", day, "+"),
            ("$5", "2026-06-16T12:00:00Z", "+"),
            ("-$5", "2026-06-16T12:00:00Z", "+"),
            ("$10", "2026-06-16T12:00:00Z", "+"),
            ("$10", day, "+"),
            // The count is of loads alone and stays gross.
            ("$0", day, "+"),
            ("$0", day, "a count 4"),
        ],
    );
    let config = limit(r#"window = "lifetime", direction = "withdrawal", measure = "net", amount = "3""#);
    must_decide(
        &config,
        &[
            ("$4", day, "+"),
            ("-$3.01", day, "a amount 0"),
            ("-$3", day, "+"),
            ("-$1", day, "+"),
            ("$1", day, "+"),
            ("-$1", day, "+"),
        ],
    );
}

#[test]
fn balance_is_bounded_for_loads_alone() {
    let day = "2026-06-15T12:00:00Z";
    must_decide(
        &limit(r#"maximum_balance = "10""#),
        &[
            ("$10", day, "+"),
            ("$0.01", day, "a maximum_balance 1000"),
            ("$0", day, "+"),
            ("-$1", day, "+"),
            ("$1", day, "+"),
            ("-$11", day, "insufficient_funds"),
        ],
    );
}

#[test]
fn cooldown_is_between_transactions_of_its_direction() {
    must_decide(
        &limit(r#"cooldown = "1h", direction = "withdrawal""#),
        &[
            ("$10", "2026-06-15T12:00:00Z", "+"),
            ("-$1", "2026-06-15T12:00:00Z", "+"),
            ("$10", "2026-06-15T12:00:00Z", "+"),
            ("-$1", "2026-06-15T12:59:59.999999Z", "a cooldown 1"),
            ("-$1", "2026-06-15T11:00:00.000001Z", "a cooldown 1"),
            ("-$1", "2026-06-15T11:00:00Z", "+"),
            ("-$1", "2026-06-15T11:30:00Z", "a cooldown 2"),
            ("-$1", "2026-06-15T13:00:00Z", "+"),
        ],
    );
}

#[test]
fn limit_holds_from_the_first_to_the_last_of_its_days() {
    let config =
        limit(r#"window = "lifetime", amount = "1", zone = "Europe/Berlin", from = 2026-01-01, until = "2026-12-31""#);
    must_decide(
        &config,
        &[
            ("$9", "2025-12-31T22:59:59.999999Z", "+"),
            ("$9", "2025-12-31T23:00:00Z", "a amount 900"),
            ("$9", "2026-12-31T22:59:59.999999Z", "a amount 900"),
            ("$9", "2026-12-31T23:00:00Z", "+"),
        ],
    );
}

#[test]
fn flags_and_shadows_mark_what_is_accepted_and_nothing_else() {
    let day = "2026-06-15T12:00:00Z";
    let config = r#"limits = [
        { name = "big", maximum_amount = "5", outcome = "flag" },
        { name = "many", window = "day", count = 1, outcome = "shadow" },
        { name = "full", maximum_balance = "20" },
        { name = "big-too", maximum_amount = "5", outcome = "flag" },
    ]"#;
    must_decide(
        config,
        &[
            ("$5", day, "+"),
            ("$6", day, "+ flag big flag big_too shadow many"),
            ("$10", day, "full maximum_balance 1100"),
            ("-$12", day, "insufficient_funds"),
            ("-$1", day, "+ shadow many"),
        ],
    );
}

#[test]
fn late_transactions_are_declined_before_any_limit() {
    let config = "policy.late_after = \"7d\"\n".to_owned() + &limit(r#"maximum_amount = "5""#);
    must_decide(
        &config,
        &[
            ("$6", "2026-06-20T12:00:00Z", "a maximum_amount 0"),
            ("$1", "2026-06-15T12:00:00Z", "+"),
            ("$1", "2026-06-08T12:00:00Z", "+"),
            ("$6", "2026-06-08T11:59:59.999999Z", "too_late"),
            ("$1", "2026-06-08T12:00:00Z", "+"),
        ],
    );
}

#[test]
fn group_is_that_of_the_line_else_of_the_file_else_the_default_one() {
    let config = r#"
        policy.groups_file = "groups.csv"
        limits = [
            { name = "gold", maximum_amount = "1", groups = ["gold", "new"] },
            { name = "others", maximum_amount = "2", groups = ["default"] },
            { name = "all", maximum_amount = "3" },
        ]"#;
    let day = "2026-06-15T12:00:00Z";
    let gold = "gold maximum_amount 0";
    let others = "others maximum_amount 0";
    let file = "group,customer_id\ngold,7\n";
    must_decide_in_groups(
        config,
        Some(file),
        &[
            ("$2", day, "", gold),
            ("$2", day, r#""group":null"#, gold),
            ("$2", day, r#""group":"new""#, gold),
            ("$2", day, r#""group":"silver""#, "+"),
            ("$4", day, r#""group":"silver""#, "all maximum_amount 0"),
            ("$3", day, r#""group":"default""#, others),
        ],
    );
    let nobody = "{\"customer_id\":\"8\",\"group\":\"gold\"}";
    must_decide_in_groups(config, Some(nobody), &[("$3", day, "", others), ("$2", day, r#""group":"gold""#, gold)]);
    must_decide_in_groups(&limit(r#"maximum_amount = "1""#), None, &[("$1", day, r#""group":17"#, "+")]);
}

#[test]
fn totals_and_funds_come_behind_all_limits() {
    let day = "2026-06-15T12:00:00Z";
    must_decide(
        &limit(r#"direction = "withdrawal", minimum_amount = "1""#),
        &[
            ("-$0.50", day, "a minimum_amount 0"),
            ("-$1", day, "insufficient_funds"),
            ("$92233720368547758.07", day, "+"),
            ("$0.01", day, "total_overflow"),
            ("-$92233720368547758.07", day, "+"),
            ("-$1", day, "total_overflow"),
        ],
    );
}
