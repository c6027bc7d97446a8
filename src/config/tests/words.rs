//! What configurations mean, in words.

use insta::assert_snapshot;

use super::*;
use crate::config::{Finding, describe, sentences};

fn described(file: &str) -> String {
    let home = Home::new().with("work/tidegate.toml", file);
    let (config, mut origin) = home.load(None, &[], &[]).unwrap();
    origin.file = Some(PathBuf::from("tidegate.toml"));
    describe(&config, &origin, &[])
}

/// The sentences about limits, each given as an inline table without its name.
fn said(policy: &str, limits: &[&str]) -> String {
    let tables: Vec<_> =
        limits.iter().enumerate().map(|(place, limit)| format!("{{ name = \"l{place}\", {limit} }}")).collect();
    let config = layered(format!("limits = [{}]\n[policy]\n{policy}", tables.join(", ")), &[], &[]).unwrap();
    sentences(&config.policy).join("\n")
}

#[test]
fn defaults_in_words() {
    let (config, origin) = Home::new().load(None, &[], &[]).unwrap();
    assert_snapshot!(describe(&config, &origin, &[]), @r#"
    The defaults, as there is no configuration file: 3 limits, checked in this order

      1. daily-count    At most 3 transactions a day, loads and withdrawals together.
      2. daily-amount   At most 5,000.00 loaded a day.
      3. weekly-amount  At most 20,000.00 loaded a week.

    A day, a week (Monday to Sunday) and a month are those of the UTC calendar; only accepted transactions count.
    Reaching a limit exactly is allowed.
    A withdrawal is never more than the balance.
    An id that its customer has sent before is a duplicate and declined.
    Times are in the format of RFC 3339, unless a transaction has its own.
    Reads input.txt and writes output.txt, unless the command line says otherwise.
    "#);
}

#[test]
fn changes_in_words() {
    let env = [("TIDEGATE_IO__INPUT", "-"), ("TIDEGATE_POLICY__DUPLICATES", "ignore")];
    let (config, origin) = Home::new().load(None, &env, &["daily-count.count=1"]).unwrap();
    assert_snapshot!(describe(&config, &origin, &[]), @r#"
    The defaults, as there is no configuration file, changed by TIDEGATE_IO__INPUT, TIDEGATE_POLICY__DUPLICATES, --set daily-count.count=1: 3 limits, checked in this order

      1. daily-count    At most 1 transaction a day, loads and withdrawals together.
      2. daily-amount   At most 5,000.00 loaded a day.
      3. weekly-amount  At most 20,000.00 loaded a week.

    A day, a week (Monday to Sunday) and a month are those of the UTC calendar; only accepted transactions count.
    Reaching a limit exactly is allowed.
    A withdrawal is never more than the balance.
    An id that its customer has sent before is a duplicate and gets no verdict.
    Times are in the format of RFC 3339, unless a transaction has its own.
    Reads standard input and writes output.txt, unless the command line says otherwise.
    "#);
}

#[test]
fn no_limits_in_words() {
    let file = "limits = []\nio.input = \"a\\u001b\"\nio.output = \"-\"\nio.time_format = \"%d/%m/%Y\"\n";
    assert_snapshot!(described(file), @r#"
    tidegate.toml: no limits

    A withdrawal is never more than the balance.
    An id that its customer has sent before is a duplicate and declined.
    Times are in the format "%d/%m/%Y", and in UTC where they have no offset, unless a transaction has its own.
    Reads "a\u{1b}" and writes standard output, unless the command line says otherwise.
    "#);
}

#[test]
fn every_kind_of_limit_in_words() {
    let mut file = String::new();
    for window in ["day", "week", "month", "transaction"] {
        for direction in ["load", "withdrawal", "any"] {
            for bounds in ["count = 1000", "amount = \"1234567.5\"", "count = 1000\namount = \"1234567.5\""] {
                let name = format!("limit-{}", file.matches("name").count());
                file +=
                    &format!("[[limits]]\nname = {name:?}\nwindow = {window:?}\ndirection = {direction:?}\n{bounds}\n");
            }
        }
    }
    assert_snapshot!(described(&file), @r#"
    tidegate.toml: 36 limits, checked in this order

       1. limit-0   At most 1,000 loads a day.
       2. limit-1   At most 1,234,567.50 loaded a day.
       3. limit-2   At most 1,000 loads and 1,234,567.50 loaded a day.
       4. limit-3   At most 1,000 withdrawals a day.
       5. limit-4   At most 1,234,567.50 withdrawn a day.
       6. limit-5   At most 1,000 withdrawals and 1,234,567.50 withdrawn a day.
       7. limit-6   At most 1,000 transactions a day, loads and withdrawals together.
       8. limit-7   At most 1,234,567.50 a day, loads and withdrawals together.
       9. limit-8   At most 1,000 transactions and 1,234,567.50 a day, loads and withdrawals together.
      10. limit-9   At most 1,000 loads a week.
      11. limit-10  At most 1,234,567.50 loaded a week.
      12. limit-11  At most 1,000 loads and 1,234,567.50 loaded a week.
      13. limit-12  At most 1,000 withdrawals a week.
      14. limit-13  At most 1,234,567.50 withdrawn a week.
      15. limit-14  At most 1,000 withdrawals and 1,234,567.50 withdrawn a week.
      16. limit-15  At most 1,000 transactions a week, loads and withdrawals together.
      17. limit-16  At most 1,234,567.50 a week, loads and withdrawals together.
      18. limit-17  At most 1,000 transactions and 1,234,567.50 a week, loads and withdrawals together.
      19. limit-18  At most 1,000 loads a month.
      20. limit-19  At most 1,234,567.50 loaded a month.
      21. limit-20  At most 1,000 loads and 1,234,567.50 loaded a month.
      22. limit-21  At most 1,000 withdrawals a month.
      23. limit-22  At most 1,234,567.50 withdrawn a month.
      24. limit-23  At most 1,000 withdrawals and 1,234,567.50 withdrawn a month.
      25. limit-24  At most 1,000 transactions a month, loads and withdrawals together.
      26. limit-25  At most 1,234,567.50 a month, loads and withdrawals together.
      27. limit-26  At most 1,000 transactions and 1,234,567.50 a month, loads and withdrawals together.
      28. limit-27  A count of 1,000, which declines nothing as each load is counted alone.
      29. limit-28  At most 1,234,567.50 in any one load.
      30. limit-29  At most 1,234,567.50 in any one load and a count of 1,000, which declines nothing as each load is counted alone.
      31. limit-30  A count of 1,000, which declines nothing as each withdrawal is counted alone.
      32. limit-31  At most 1,234,567.50 in any one withdrawal.
      33. limit-32  At most 1,234,567.50 in any one withdrawal and a count of 1,000, which declines nothing as each withdrawal is counted alone.
      34. limit-33  A count of 1,000, which declines nothing as each transaction is counted alone.
      35. limit-34  At most 1,234,567.50 in any one transaction.
      36. limit-35  At most 1,234,567.50 in any one transaction and a count of 1,000, which declines nothing as each transaction is counted alone.

    A day, a week (Monday to Sunday) and a month are those of the UTC calendar; only accepted transactions count.
    Reaching a limit exactly is allowed.
    A withdrawal is never more than the balance.
    An id that its customer has sent before is a duplicate and declined.
    Times are in the format of RFC 3339, unless a transaction has its own.
    Reads input.txt and writes output.txt, unless the command line says otherwise.
    "#);
}

#[test]
fn every_kind_of_window_and_bound_in_words() {
    let limits = [
        r#"window = "quarter", direction = "load", amount = "3000""#,
        r#"window = "year", direction = "withdrawal", count = 1"#,
        r#"window = "lifetime", amount = "9""#,
        r#"window = "24h", direction = "load", count = 2, amount = "3000""#,
        r#"window = "90d", amount = "3000""#,
        r#"window = "month", direction = "load", measure = "net", amount = "3000""#,
        r#"window = "90m", direction = "withdrawal", measure = "net", count = 2, amount = "3000""#,
        r#"minimum_amount = "10""#,
        r#"direction = "load", maximum_amount = "500""#,
        r#"direction = "withdrawal", minimum_amount = "10", maximum_amount = "500""#,
        r#"minimum_amount = "10", maximum_amount = "10""#,
        r#"maximum_balance = "20000""#,
        r#"cooldown = "10m""#,
        r#"direction = "load", cooldown = "1d""#,
        r#"window = "day", direction = "load", count = 3, minimum_amount = "10", cooldown = "1m", maximum_balance = "9""#,
    ];
    assert_snapshot!(said("", &limits), @r#"
    At most 3,000.00 loaded a quarter.
    At most 1 withdrawal a year.
    At most 9.00 ever, loads and withdrawals together.
    At most 2 loads and 3,000.00 loaded in any 24 hours.
    At most 3,000.00 in any 90 days, loads and withdrawals together.
    At most 3,000.00 of loads less withdrawals a month.
    At most 2 withdrawals and 3,000.00 of withdrawals less loads in any 90 minutes.
    At least 10.00 in any one transaction.
    At most 500.00 in any one load.
    From 10.00 to 500.00 in any one withdrawal.
    Exactly 10.00 in any one transaction.
    A balance of at most 20,000.00 after a load.
    At least 10 minutes between two transactions.
    At least 24 hours between two loads.
    At most 3 loads a day, at least 10.00 in any one load, at least 1 minute between two loads, and a balance of at most 9.00 after a load.
    "#);
}

#[test]
fn calendars_dates_and_groups_in_words() {
    let limits = [
        r#"window = "day", direction = "load", amount = "3000", from = "2026-01-01", until = 2026-12-31, groups = ["gold"]"#,
        r#"window = "week", count = 3, from = "2026-02-03""#,
        r#"window = "week", week_starts = "sunday", count = 3, zone = "utc", until = "2026-02-03""#,
        r#"window = "24h", count = 3, zone = "Etc/GMT+5", from = "2026-02-03", until = "2026-02-03""#,
        r#"window = "24h", count = 3, groups = ["gold", "default", "KYC 2"]"#,
        r#"maximum_balance = "1", groups = ["default"]"#,
    ];
    assert_snapshot!(said("zone = \"America/New_York\"", &limits), @r#"
    At most 3,000.00 loaded a day (New York time), from 1 January 2026 to 31 December 2026, for group gold.
    At most 3 transactions a week (Monday to Sunday, New York time), loads and withdrawals together, from 3 February 2026 on.
    At most 3 transactions a week (Sunday to Saturday, UTC), loads and withdrawals together, until 3 February 2026.
    At most 3 transactions in any 24 hours, loads and withdrawals together, on 3 February 2026 (Etc/GMT+5).
    At most 3 transactions in any 24 hours, loads and withdrawals together, for groups "KYC 2" and gold and customers of no group.
    A balance of at most 1.00 after a load, for customers of no group.
    "#);
    assert_snapshot!(said("zone = \"utc\"\nweek_starts = \"saturday\"", &[r#"window = "week", count = 3"#]), @r#"
    At most 3 transactions a week (Saturday to Friday), loads and withdrawals together.
    "#);
}

#[test]
fn outcomes_in_words() {
    let limits = [
        r#"window = "day", count = 3"#,
        r#"window = "day", count = 3, outcome = "flag""#,
        r#"minimum_amount = "1", outcome = "shadow""#,
        r#"cooldown = "1h", outcome = "flag""#,
        r#"minimum_amount = "1", maximum_amount = "2", outcome = "flag""#,
    ];
    assert_snapshot!(said("", &limits), @r#"
    At most 3 transactions a day, loads and withdrawals together; more is declined.
    At most 3 transactions a day, loads and withdrawals together; more is accepted and flagged.
    At least 1.00 in any one transaction; less is only counted: the limit is being tried.
    At least 1 hour between two transactions; what comes sooner is accepted and flagged.
    From 1.00 to 2.00 in any one transaction; anything else is accepted and flagged.
    "#);
}

#[test]
fn what_limits_have_in_common_in_words() {
    let groups = "customer_id,group\n1,gold\n2,silver\n3,gold\n";
    let home = Home::new().with("work/groups.csv", groups).with(
        "work/tidegate.toml",
        "[policy]\nzone = \"Europe/Berlin\"\nlate_after = \"90d\"\ngroups_file = \"groups.csv\"\n\
         [[limits]]\nname = \"a\"\nwindow = \"year\"\ncount = 3\n\
         [[limits]]\nname = \"b\"\nwindow = \"7d\"\ncount = 3\n",
    );
    let (config, mut origin) = home.load(None, &[], &[]).unwrap();
    origin.file = Some(PathBuf::from("tidegate.toml"));
    let warning = Finding {
        place: "tidegate.toml:4: policy.groups_file".to_owned(),
        file: None,
        line: None,
        key: None,
        message: "makes no difference".to_owned(),
    };
    assert_snapshot!(describe(&config, &origin, &[warning]), @r#"
    tidegate.toml: 2 limits, checked in this order

      1. a  At most 3 transactions a year (Berlin time), loads and withdrawals together.
      2. b  At most 3 transactions in any 7 days, loads and withdrawals together.

    A day, a week (Monday to Sunday), a month and a year are those of the clocks in Europe/Berlin; only accepted transactions count.
    A span such as 24 hours ends with the transaction that is judged: later ones don't count.
    Reaching a limit exactly is allowed.
    A withdrawal is never more than the balance.
    An id that its customer has sent before is a duplicate and declined.
    A transaction more than 90 days older than its customer's latest accepted one is too late and declined.
    Groups are those of groups.csv, unless a transaction names its own: gold (2 customers) and silver (1 customer).
    Times are in the format of RFC 3339, unless a transaction has its own.
    Reads input.txt and writes output.txt, unless the command line says otherwise.

    warnings:
    tidegate.toml:4: policy.groups_file: makes no difference
    "#);
    assert_snapshot!(described("[[limits]]\nname = \"a\"\ncooldown = \"1h\"\ngroups = [\"gold\"]\n"), @r#"
    tidegate.toml: 1 limit

      1. a  At least 1 hour between two transactions, for group gold.

    Only accepted transactions count.
    Reaching a limit exactly is allowed.
    A withdrawal is never more than the balance.
    An id that its customer has sent before is a duplicate and declined.
    A customer's group is the one that the transaction names.
    Times are in the format of RFC 3339, unless a transaction has its own.
    Reads input.txt and writes output.txt, unless the command line says otherwise.
    "#);
    let two = "zone = \"Asia/Tokyo\", week_starts = \"sunday\"";
    let two = format!(
        "limits = [{{ name = \"a\", window = \"quarter\", count = 1 }}, {{ name = \"b\", window = \"day\", count = 1, {two} }}]"
    );
    assert_snapshot!(described(&two), @r#"
    tidegate.toml: 2 limits, checked in this order

      1. a  At most 1 transaction a quarter (UTC), loads and withdrawals together.
      2. b  At most 1 transaction a day (Tokyo time), loads and withdrawals together.

    A day, a week, a month and a quarter are those of the time that each limit names; only accepted transactions count.
    Reaching a limit exactly is allowed.
    A withdrawal is never more than the balance.
    An id that its customer has sent before is a duplicate and declined.
    Times are in the format of RFC 3339, unless a transaction has its own.
    Reads input.txt and writes output.txt, unless the command line says otherwise.
    "#);
}

#[test]
fn parts_that_hold_commas_are_told_apart_and_a_limit_that_declines_nothing_says_no_more() {
    let limits = [
        r#"window = "day", count = 5, cooldown = "1s""#,
        r#"window = "transaction", count = 1"#,
        r#"direction = "load", maximum_amount = 5, maximum_balance = 6, outcome = "flag""#,
    ];
    assert_snapshot!(said("", &limits), @"
    At most 5 transactions a day, loads and withdrawals together, and at least 1 second between two transactions; anything else is declined.
    A count of 1, which declines nothing as each transaction is counted alone.
    At most 5.00 in any one load and a balance of at most 6.00 after a load; more is accepted and flagged.
    ");
}
