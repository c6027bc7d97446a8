//! `tidegate account`.

use std::process::Stdio;

use insta::assert_snapshot;

use super::{ODD, ledger, masked, refused, told};
use crate::ledger::{Ledger, NAME, records};
use crate::running::Running;
use crate::support::{code, stderr, stdout, tidegate};
use crate::transactions::transaction;

/// What `tidegate account` says of a customer, whose id may have spaces and hyphens in it.
fn of_customer(ledger: &Ledger, customer: &str, arguments: &str) -> String {
    let mut command = tidegate(ledger.directory());
    command.args(["account", "--store", NAME]).args(arguments.split_whitespace()).args(["--", customer]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = Running::start_as_it_is(command).finish();
    assert_eq!((code(&output), stderr(&output)), (0, ""), "{customer}");
    stdout(&output).to_owned()
}

#[test]
fn text_has_figures_limits_and_the_last_decisions() {
    assert_snapshot!(told(&ledger(), "account 528"), @"
    account 528
    balance      11994.98
    loads        12095.48  4 transactions
    withdrawals    100.50  1 transaction
    declined     2 transactions
    moment       all that is recorded, up to position 11
    limits at    2000-01-04T20:00:00Z, the time of the latest transaction, by the policy at position 1

    limit          counts  window                     used        of      left  resets
    daily-count    both    2000-01-04                    1         3         2  2000-01-05
    daily-amount   loads   2000-01-04              4500.00   5000.00    500.00  2000-01-05
    weekly-amount  loads   2000-01-03..2000-01-09  8777.01  20000.00  11222.99  2000-01-10

    7 decisions
    position  transaction   amount  time                  verdict        balance  batch          line  recorded
           2  1            3318.47  2000-01-01T00:00:00Z  accepted       3318.47  monday.jsonl      1  RECORDED-WITH-MONDAY-......
           3  2            -100.50  2000-01-03T10:00:00Z  accepted       3217.97  monday.jsonl      2  RECORDED-WITH-MONDAY-......
           4  3            4200.00  2000-01-03T11:00:00Z  accepted       7417.97  monday.jsonl      3  RECORDED-WITH-MONDAY-......
           5  4             900.00  2000-01-03T12:00:00Z  daily_amount   7417.97  monday.jsonl      4  RECORDED-WITH-MONDAY-......
           6  1               1.00  2000-01-03T13:00:00Z  duplicate      7417.97  monday.jsonl      5  RECORDED-WITH-MONDAY-......
           8  6              77.01  2000-01-03T09:00:00Z  accepted       7494.98  tuesday.jsonl     1  RECORDED-WITH-TUESDAY......
           9  7            4500.00  2000-01-04T20:00:00Z  accepted      11994.98  tuesday.jsonl     2  RECORDED-WITH-TUESDAY......
    ");
}

#[test]
fn only_so_many_decisions_are_listed_as_were_asked_for() {
    let ledger = ledger();
    assert_snapshot!(told(&ledger, "account 528 --events 2"), @"
    account 528
    balance      11994.98
    loads        12095.48  4 transactions
    withdrawals    100.50  1 transaction
    declined     2 transactions
    moment       all that is recorded, up to position 11
    limits at    2000-01-04T20:00:00Z, the time of the latest transaction, by the policy at position 1

    limit          counts  window                     used        of      left  resets
    daily-count    both    2000-01-04                    1         3         2  2000-01-05
    daily-amount   loads   2000-01-04              4500.00   5000.00    500.00  2000-01-05
    weekly-amount  loads   2000-01-03..2000-01-09  8777.01  20000.00  11222.99  2000-01-10

    the last 2 of 7 decisions
    position  transaction   amount  time                  verdict    balance  batch          line  recorded
           8  6              77.01  2000-01-03T09:00:00Z  accepted   7494.98  tuesday.jsonl     1  RECORDED-WITH-TUESDAY......
           9  7            4500.00  2000-01-04T20:00:00Z  accepted  11994.98  tuesday.jsonl     2  RECORDED-WITH-TUESDAY......
    ");
    let without = told(&ledger, "account 528 --events 0");
    assert!(!without.contains("decision") && without.contains("weekly-amount"), "{without}");
}

#[test]
fn json_has_the_same_in_keys_of_this_order() {
    assert_snapshot!(told(&ledger(), "account 528 --json --events 2"), @r#"{"account":"528","at":null,"as_of":11,"limits_at":"2000-01-04T20:00:00Z","balance":"11994.98","loads":"12095.48","load_count":4,"withdrawals":"100.50","withdrawal_count":1,"accepted":5,"declined":2,"policy":1,"limits":[{"limit":"daily-count","window":"day","direction":"any","from":"2000-01-04","to":"2000-01-04","resets":"2000-01-05T00:00:00Z","count":{"used":1,"limit":3,"left":2},"amount":null},{"limit":"daily-amount","window":"day","direction":"load","from":"2000-01-04","to":"2000-01-04","resets":"2000-01-05T00:00:00Z","count":null,"amount":{"used":"4500.00","limit":"5000.00","left":"500.00"}},{"limit":"weekly-amount","window":"week","direction":"load","from":"2000-01-03","to":"2000-01-09","resets":"2000-01-10T00:00:00Z","count":null,"amount":{"used":"8777.01","limit":"20000.00","left":"11222.99"}}],"events":[{"position":8,"batch":"tuesday.jsonl","line":1,"transaction_id":"6","amount":"77.01","time":"2000-01-03T09:00:00Z","accepted":true,"reason":null,"recorded_at":"RECORDED-WITH-TUESDAY......","balance":"7494.98"},{"position":9,"batch":"tuesday.jsonl","line":2,"transaction_id":"7","amount":"4500.00","time":"2000-01-04T20:00:00Z","accepted":true,"reason":null,"recorded_at":"RECORDED-WITH-TUESDAY......","balance":"11994.98"}]}"#);
}

#[test]
fn account_on_which_nothing_had_happened_stands_at_zero() {
    let ledger = ledger();
    assert_snapshot!(told(&ledger, "account 528 --at 1999-12-31T23:59:59Z"), @"
    account 528
    balance      0.00
    loads        0.00  0 transactions
    withdrawals  0.00  0 transactions
    declined     0 transactions
    moment       nothing had happened on this account by 1999-12-31T23:59:59Z, of all that is recorded, up to position 11
    limits at    1999-12-31T23:59:59Z, as asked, by the policy at position 1

    limit          counts  window                  used        of      left  resets
    daily-count    both    1999-12-31                 0         3         3  2000-01-01
    daily-amount   loads   1999-12-31              0.00   5000.00   5000.00  2000-01-01
    weekly-amount  loads   1999-12-27..2000-01-02  0.00  20000.00  20000.00  2000-01-03
    ");
    assert_snapshot!(told(&ledger, "account 528 --at 1999-12-31T23:59:59Z --json"), @r#"{"account":"528","at":"1999-12-31T23:59:59Z","as_of":11,"limits_at":"1999-12-31T23:59:59Z","balance":"0.00","loads":"0.00","load_count":0,"withdrawals":"0.00","withdrawal_count":0,"accepted":0,"declined":0,"policy":1,"limits":[{"limit":"daily-count","window":"day","direction":"any","from":"1999-12-31","to":"1999-12-31","resets":"2000-01-01T00:00:00Z","count":{"used":0,"limit":3,"left":3},"amount":null},{"limit":"daily-amount","window":"day","direction":"load","from":"1999-12-31","to":"1999-12-31","resets":"2000-01-01T00:00:00Z","count":null,"amount":{"used":"0.00","limit":"5000.00","left":"5000.00"}},{"limit":"weekly-amount","window":"week","direction":"load","from":"1999-12-27","to":"2000-01-02","resets":"2000-01-03T00:00:00Z","count":null,"amount":{"used":"0.00","limit":"20000.00","left":"20000.00"}}],"events":[]}"#);
}

#[test]
fn limit_of_a_count_and_an_amount_has_a_row_for_each() {
    let ledger = Ledger::new();
    ledger.write(
        "tidegate.toml",
        "[[limits]]\nname = \"a-month\"\nwindow = \"month\"\ndirection = \"withdrawal\"\ncount = 2\namount = \"50\"\n\
         [[limits]]\nname = \"at-once\"\nwindow = \"transaction\"\ndirection = \"any\"\namount = \"100\"\n",
    );
    let input = transaction("1", "c", "100", "2000-02-01T00:00:00Z")
        + &transaction("2", "c", "-49.99", "2000-02-29T00:00:00Z")
        + &transaction("3", "c", "-0.02", "2000-02-29T00:00:00Z");
    ledger.must_feed(0, "- --batch day --quiet", input);
    let text = ledger.ask("account c --events 0");
    let (_, limits) = text.split_once("\n\n").unwrap();
    assert_snapshot!(limits, @"
    limit    counts       window                   used      of    left  resets
    a-month  withdrawals  2000-02-01..2000-02-29      1       2       1  2000-03-01
    a-month  withdrawals  2000-02-01..2000-02-29  49.99   50.00    0.01  2000-03-01
    at-once  both         each transaction         0.00  100.00  100.00
    ");
    let account = records(&ledger.ask("account c --events 0 --json")).remove(0);
    assert_snapshot!(account["limits"].to_string(), @r#"[{"amount":{"left":"0.01","limit":"50.00","used":"49.99"},"count":{"left":1,"limit":2,"used":1},"direction":"withdrawal","from":"2000-02-01","limit":"a-month","resets":"2000-03-01T00:00:00Z","to":"2000-02-29","window":"month"},{"amount":{"left":"100.00","limit":"100.00","used":"0.00"},"count":null,"direction":"any","from":null,"limit":"at-once","resets":null,"to":null,"window":"transaction"}]"#);
}

#[test]
fn window_at_the_end_of_time_never_resets() {
    let ledger = Ledger::new();
    ledger.must_feed(0, "- --batch day --quiet", transaction("1", "c", "1", "9999-12-31T00:00:00Z"));
    let account = records(&ledger.ask("account c --json")).remove(0);
    assert_eq!(account["limits"][0]["resets"], serde_json::Value::Null);
    assert!(ledger.ask("account c").contains("daily-count    both    9999-12-31"));
}

#[test]
fn ids_of_any_letters_are_found_and_shown_so_that_they_do_no_harm() {
    let ledger = ledger();
    let text = of_customer(&ledger, "日曜 \u{202e},\"=", "--events 1");
    assert!(text.starts_with("account \"日曜 \\u{202e},\\\"=\"\nbalance      20.00\n"), "{text}");
    let account = records(&of_customer(&ledger, "日曜 \u{202e},\"=", "--json")).remove(0);
    assert_eq!(account["account"], serde_json::from_str::<serde_json::Value>(&format!("\"{ODD}\"")).unwrap());
    assert_snapshot!(masked(&ledger, of_customer(&ledger, "-x", "")), @"
    account -x
    balance      5000.00
    loads        5000.00  1 transaction
    withdrawals     0.00  0 transactions
    declined     1 transaction
    moment       all that is recorded, up to position 11
    limits at    2000-01-04T22:00:00Z, the time of the latest transaction, by the policy at position 1

    limit          counts  window                     used        of      left  resets
    daily-count    both    2000-01-04                    1         3         2  2000-01-05
    daily-amount   loads   2000-01-04              5000.00   5000.00      0.00  2000-01-05
    weekly-amount  loads   2000-01-03..2000-01-09  5000.00  20000.00  15000.00  2000-01-10

    2 decisions
    position  transaction    amount  time                  verdict             balance  batch          line  recorded
          10  8             5000.00  2000-01-04T22:00:00Z  accepted            5000.00  tuesday.jsonl     3  RECORDED-WITH-TUESDAY......
          11  9            -6000.00  2000-01-04T22:00:00Z  insufficient_funds  5000.00  tuesday.jsonl     4  RECORDED-WITH-TUESDAY......
    ");
}

#[test]
fn account_that_is_not_there_is_named() {
    let ledger = ledger();
    for (question, expected) in [
        ("account nobody", "tidegate: CUSTOMER nobody: the ledger has no such account"),
        ("account nobody --json", "tidegate: CUSTOMER nobody: the ledger has no such account"),
        ("account a\u{1b}[2J", "tidegate: CUSTOMER \"a\\u{1b}[2J\": the ledger has no such account"),
        ("account 528 --as-of 1", "tidegate: --as-of: up to position 1 nothing had been recorded of account 528"),
        ("account nobody --as-of 1", "tidegate: CUSTOMER nobody: the ledger has no such account"),
        (
            "account 528 --as-of 1999-01-01T00:00:00Z",
            "tidegate: --as-of: up to position 0 nothing had been recorded of account 528",
        ),
    ] {
        assert_eq!(refused(&ledger, question), expected);
    }
    assert!(refused(&ledger, "account").contains("required arguments were not provided"));
}
