//! `tidegate accounts`, `tidegate days` and `tidegate views`.

use insta::assert_snapshot;

use super::{ledger, refused, told};
use crate::ledger::{Ledger, records};
use crate::transactions::{load, loads, transaction};

#[test]
fn accounts_are_listed_in_the_order_of_their_ids() {
    assert_snapshot!(told(&ledger(), "accounts"), @r#"
    account               balance     loads  withdrawals  accepted  declined  latest
    -x                    5000.00   5000.00         0.00         1         1  2000-01-04T22:00:00Z
    528                  11994.98  12095.48       100.50         5         2  2000-01-04T20:00:00Z
    "日曜 \u{202e},\"="     20.00     20.00         0.00         1         0  1999-12-30T00:00:00Z
    "#);
    assert_snapshot!(told(&ledger(), "accounts --json"), @r#"
    {"account":"-x","balance":"5000.00","loads":"5000.00","load_count":1,"withdrawals":"0.00","withdrawal_count":0,"accepted":1,"declined":1,"first":"2000-01-04T22:00:00Z","latest":"2000-01-04T22:00:00Z"}
    {"account":"528","balance":"11994.98","loads":"12095.48","load_count":4,"withdrawals":"100.50","withdrawal_count":1,"accepted":5,"declined":2,"first":"2000-01-01T00:00:00Z","latest":"2000-01-04T20:00:00Z"}
    {"account":"日曜 <202e>,\"=","balance":"20.00","loads":"20.00","load_count":1,"withdrawals":"0.00","withdrawal_count":0,"accepted":1,"declined":0,"first":"1999-12-30T00:00:00Z","latest":"1999-12-30T00:00:00Z"}
    "#);
}

#[test]
fn accounts_come_in_the_order_that_was_asked_for() {
    let ledger = Ledger::new();
    let sent =
        [("1", "1", "5000"), ("2", "2", "1"), ("2", "2", "1"), ("3", "3", "1"), ("4", "3", "1"), ("5", "3", "1")];
    let lines = sent.map(|(id, customer, amount)| transaction(id, customer, amount, "2000-01-01T00:00:00Z"));
    ledger.must_feed(0, "- --batch day --quiet", lines.concat());
    for (order, expected) in [("id", "123"), ("balance", "132"), ("accepted", "312"), ("declined", "213")] {
        let rows = records(&ledger.ask(&format!("accounts --json --by {order}")));
        let accounts: String = rows.iter().map(|row| row["account"].as_str().unwrap()).collect();
        assert_eq!(accounts, expected, "{order}");
    }
}

#[test]
fn only_accounts_of_the_moment_are_listed_and_no_more_than_were_asked_for() {
    let ledger = ledger();
    let accounts = |arguments: &str| -> Vec<String> {
        let rows = records(&ledger.ask(&format!("accounts --json {arguments}")));
        rows.iter().map(|row| row["account"].as_str().unwrap().chars().take(3).collect()).collect()
    };
    for (arguments, expected) in [
        ("--by balance --at 1999-12-31T00:00:00Z", &["日曜 "][..]),
        ("--by declined --as-of 5", &["528"]),
        ("--top 1", &["528"]),
        ("--top 9", &["528", "-x", "日曜 "]),
        ("--top 1 --by id", &["-x"]),
        ("--top 0", &[]),
    ] {
        assert_eq!(accounts(arguments), expected, "{arguments}");
    }
    assert_eq!(ledger.ask("accounts --top 0"), "account  balance  loads  withdrawals  accepted  declined  latest\n");
    assert!(refused(&ledger, "accounts --by name").contains("'name'"));
    assert!(refused(&ledger, "accounts --top many").contains("'many'"));
}

#[test]
fn accounts_of_more_than_a_page_have_one_header_and_a_line_each() {
    let ledger = Ledger::new();
    ledger.must_feed(0, "- --batch many --quiet", loads(1..=5_000));
    let table = ledger.ask("accounts");
    assert_eq!((table.lines().count(), table.matches("withdrawals").count()), (5_001, 1));
    assert_eq!(ledger.ask("accounts --json").lines().count(), 5_000);
    assert_eq!(ledger.ask("accounts --top 4500 --by accepted").lines().count(), 4_501);
}

#[test]
fn days_are_listed_over_all_accounts() {
    let ledger = ledger();
    assert_snapshot!(told(&ledger, "days"), @"
    day           loads  number  withdrawals  number  declined  number
    1999-12-30    20.00       1         0.00       0      0.00       0
    2000-01-01  3318.47       1         0.00       0      0.00       0
    2000-01-03  4277.01       2       100.50       1    901.00       2
    2000-01-04  9500.00       2         0.00       0   6000.00       1
    ");
    assert_snapshot!(told(&ledger, "days --json"), @r#"
    {"day":"1999-12-30","loads":"20.00","load_count":1,"withdrawals":"0.00","withdrawal_count":0,"declined_loads":"0.00","declined_load_count":0,"declined_withdrawals":"0.00","declined_withdrawal_count":0}
    {"day":"2000-01-01","loads":"3318.47","load_count":1,"withdrawals":"0.00","withdrawal_count":0,"declined_loads":"0.00","declined_load_count":0,"declined_withdrawals":"0.00","declined_withdrawal_count":0}
    {"day":"2000-01-03","loads":"4277.01","load_count":2,"withdrawals":"100.50","withdrawal_count":1,"declined_loads":"901.00","declined_load_count":2,"declined_withdrawals":"0.00","declined_withdrawal_count":0}
    {"day":"2000-01-04","loads":"9500.00","load_count":2,"withdrawals":"0.00","withdrawal_count":0,"declined_loads":"0.00","declined_load_count":0,"declined_withdrawals":"6000.00","declined_withdrawal_count":1}
    "#);
}

#[test]
fn days_are_those_from_the_first_to_the_last_that_was_asked_for() {
    let ledger = ledger();
    let days = |arguments: &str| -> Vec<String> {
        let rows = records(&ledger.ask(&format!("days --json {arguments}")));
        rows.iter().map(|row| row["day"].as_str().unwrap()[5..].to_owned()).collect()
    };
    for (arguments, expected) in [
        ("", &["12-30", "01-01", "01-03", "01-04"][..]),
        ("--from 2000-01-01", &["01-01", "01-03", "01-04"]),
        ("--to 2000-01-01", &["12-30", "01-01"]),
        ("--from 2000-01-01 --to 2000-01-03", &["01-01", "01-03"]),
        ("--from 2000-01-02 --to 2000-01-02", &[]),
        ("--from 2001-01-01", &[]),
    ] {
        assert_eq!(days(arguments), expected, "{arguments}");
    }
    assert_eq!(ledger.ask("days --from 2001-01-01"), "day  loads  number  withdrawals  number  declined  number\n");
    let behind = "tidegate: --from 2000-01-02: it is behind --to 2000-01-01";
    assert_eq!(refused(&ledger, "days --from 2000-01-02 --to 2000-01-01"), behind);
    assert!(refused(&ledger, "days --from 2000-02-30").ends_with("no such date"));
    assert!(refused(&ledger, "days --to 2000-01-01T00:00:00Z").ends_with("not a date, such as 2000-01-04"));
}

#[test]
fn views_are_listed_with_what_they_are_for() {
    assert_snapshot!(told(&ledger(), "views"), @"
    view          answers                                                position  head  lag
    accounts      how an account stands when the next transaction comes         0    11   11
    transactions  whether a transaction was seen, and where                     0    11   11
    statements    what was decided on an account                                0    11   11
    days          what was decided on each day                                  0    11   11
    ");
}

#[test]
fn lag_of_a_view_is_what_lies_between_its_checkpoint_and_the_head() {
    let ledger = ledger();
    let check = |head: u64| {
        let views = records(&ledger.ask("views --json"));
        let number = |view: &serde_json::Value, key: &str| view[key].as_u64().expect("a number");
        for view in &views {
            assert_eq!((number(view, "head"), number(view, "position") + number(view, "lag")), (head, head), "{view}");
        }
        let accounts = views.iter().find(|view| view["view"] == "accounts").expect("there is this view");
        number(accounts, "lag")
    };
    assert_eq!(check(11), 11);
    ledger.ask("rebuild");
    assert_eq!(check(11), 0);
    ledger.must_feed(0, "- --batch more --quiet", load(1));
    assert_eq!(check(12), 1);
    assert_eq!(
        ledger.ask("views --json").lines().next(),
        Some(r#"{"view":"accounts","position":11,"head":12,"lag":1}"#)
    );
}

#[test]
fn ledger_without_transactions_has_empty_lists() {
    let ledger = Ledger::new();
    ledger.must_feed(0, "- --batch nothing --quiet", "");
    for command in ["accounts", "days"] {
        assert_eq!(ledger.ask(&format!("{command} --json")), "", "{command}");
        assert_eq!(ledger.ask(command).lines().count(), 1, "{command}");
    }
}
