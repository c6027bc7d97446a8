//! `--at` and `--as-of`, by the example of a load of Monday that came on Tuesday.

use super::{ledger, recorded, refused, told};
use crate::ledger::{Ledger, records};

const MONDAY: &str = "2000-01-03T23:59:59Z";

/// The balance and the number of accepted and declined transactions of the account with the late load.
fn standing(ledger: &Ledger, moment: &str) -> (String, u64, u64) {
    let [account] = &records(&ledger.ask(&format!("account 528 --json {moment}")))[..] else { panic!("one account") };
    let rows = records(&ledger.ask(&format!("accounts --json {moment}")));
    let row = rows.iter().find(|row| row["account"] == "528").expect("it is among all");
    for key in ["balance", "loads", "load_count", "withdrawals", "withdrawal_count", "accepted", "declined"] {
        assert_eq!(account[key], row[key], "{moment}: {key}");
    }
    let number = |key: &str| account[key].as_u64().expect("a number");
    (account["balance"].as_str().expect("text").to_owned(), number("accepted"), number("declined"))
}

#[test]
fn late_load_counts_by_when_it_happened_or_by_when_it_was_known() {
    let ledger = ledger();
    let [monday, tuesday] = recorded(&ledger);
    let (without, with, all) = ("7417.97", "7494.98", "11994.98");
    for (moment, expected) in [
        (String::new(), (all, 5, 2)),
        (format!("--at {MONDAY}"), (with, 4, 2)),
        (format!("--as-of {monday}"), (without, 3, 2)),
        ("--as-of 7".to_owned(), (without, 3, 2)),
        ("--as-of 11".to_owned(), (all, 5, 2)),
        (format!("--as-of {tuesday}"), (all, 5, 2)),
        (format!("--at {MONDAY} --as-of {monday}"), (without, 3, 2)),
        (format!("--at {MONDAY} --as-of {tuesday}"), (with, 4, 2)),
        (format!("--at {MONDAY} --as-of 8"), (with, 4, 2)),
        ("--at 2000-01-03T09:00:00Z".to_owned(), ("3395.48", 2, 0)),
        ("--at 2000-01-03T08:59:59.999999Z".to_owned(), ("3318.47", 1, 0)),
        ("--at 2000-01-03T10:00:00+01:00".to_owned(), ("3395.48", 2, 0)),
        ("--at now --as-of now".to_owned(), (all, 5, 2)),
    ] {
        let (balance, accepted, declined) = expected;
        assert_eq!(standing(&ledger, &moment), (balance.to_owned(), accepted, declined), "{moment}");
    }
}

#[test]
fn balance_is_below_zero_where_money_went_out_before_it_came_in() {
    let ledger = Ledger::new();
    let input = crate::transactions::transaction("1", "c", "5", "2000-01-02T00:00:00Z")
        + &crate::transactions::transaction("2", "c", "-3", "2000-01-01T00:00:00Z");
    ledger.must_feed(0, "- --batch day --quiet", input);
    let text = ledger.ask("account c --at 2000-01-01T00:00:00Z --events 0");
    assert!(text.contains("\nbalance      -3.00\nloads         0.00  0 transactions\n"), "{text}");
    assert!(ledger.ask("accounts --at 2000-01-01T00:00:00Z").contains("\nc          -3.00   0.00"));
    let row = records(&ledger.ask("accounts --json")).remove(0);
    assert_eq!((&row["first"], &row["latest"]), (&"2000-01-01T00:00:00Z".into(), &"2000-01-02T00:00:00Z".into()));
}

#[test]
fn moment_is_told_with_how_it_was_chosen() {
    let ledger = ledger();
    let [_, tuesday] = recorded(&ledger);
    let lines = |moment: &str| -> Vec<String> {
        let text = told(&ledger, &format!("account 528 {moment}"));
        let chosen = text.lines().filter(|line| line.starts_with("moment") || line.starts_with("limits at"));
        chosen.map(str::to_owned).collect()
    };
    let latest =
        |time: &str| format!("limits at    {time}, the time of the latest transaction, by the policy at position 1");
    let asked = format!("limits at    {MONDAY}, as asked, by the policy at position 1");
    for (moment, expected, limits) in [
        (String::new(), "all that is recorded, up to position 11".to_owned(), latest("2000-01-04T20:00:00Z")),
        (
            format!("--at {MONDAY}"),
            format!("what had happened by {MONDAY}, of all that is recorded, up to position 11"),
            asked.clone(),
        ),
        ("--as-of 5".to_owned(), "what had been recorded up to position 5".to_owned(), latest("2000-01-03T12:00:00Z")),
        (
            format!("--as-of {tuesday}"),
            "what had been recorded by RECORDED-WITH-TUESDAY......, up to position 11".to_owned(),
            latest("2000-01-04T20:00:00Z"),
        ),
        (
            format!("--at {MONDAY} --as-of 8"),
            format!("what had happened by {MONDAY}, of what had been recorded up to position 8"),
            asked,
        ),
    ] {
        assert_eq!(lines(&moment), [format!("moment       {expected}"), limits], "{moment}");
    }
}

#[test]
fn moments_that_there_are_not_are_refused() {
    let ledger = ledger();
    for command in ["account 528", "accounts"] {
        for (moment, expected) in [
            ("--as-of 12", "tidegate: --as-of 12: the log ends at position 11"),
            ("--at 2000-01-03", "not an RFC 3339 time, such as 2000-01-04T15:00:00Z"),
            ("--at yesterday", "not an RFC 3339 time, such as 2000-01-04T15:00:00Z"),
            ("--as-of 2000-01-03", "neither a position nor a time: not an RFC 3339 time, such as 2000-01-04T15:00:00Z"),
            ("--as-of=-1", "neither a position nor a time"),
        ] {
            let said = refused(&ledger, &format!("{command} {moment}"));
            assert!(said.contains(expected), "{command} {moment}: {said}");
        }
    }
}
