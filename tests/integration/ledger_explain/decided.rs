//! Why a transaction was accepted or declined.

use insta::assert_snapshot;

use super::{SATURDAY, explain, ledger, refused};
use crate::ledger::Ledger;
use crate::transactions::transaction;

#[test]
fn decline_by_a_limit_names_who_used_it_what_would_have_passed_and_when() {
    assert_snapshot!(explain(&ledger(), "--account 528 3"), @"
    transaction 3 of account 528: a load of 3,318.47 at 2000-01-01T12:00:00Z
    batch saturday.jsonl line 3, position 4, recorded 0000-00-00T00:00:00.000000Z, policy at position 1
    declined: daily_amount
    sent again at position 13: a duplicate

    limit          window                          used      this        of      left
    daily-count    day 2000-01-01                     2        +1         3         1  passes, nothing is left
    daily-amount   day 2000-01-01               2082.50  +3318.47   5000.00   2917.50  exceeded by 400.97
    weekly-amount  week 1999-12-27..2000-01-02  2082.50  +3318.47  20000.00  17917.50  passes
    funds          balance                                                             not needed for a load

    daily-amount was used by 2 transactions:
    position  transaction   amount  time                  batch           line
           2  1            1000.00  2000-01-01T12:00:00Z  saturday.jsonl     1
           3  2            1082.50  2000-01-01T12:00:00Z  saturday.jsonl     2

    the largest load that would have passed: 2,917.50
    the earliest time at which this amount would have passed, had nothing else happened: 2000-01-02T00:00:00Z
    ");
}

#[test]
fn users_are_the_last_ones_as_many_as_are_asked_for() {
    let ledger = ledger();
    let tail = |uses: &str| {
        let text = explain(&ledger, &format!("--account 528 3 --uses {uses}"));
        text.split("\n\n").nth(2).unwrap().to_owned()
    };
    assert_snapshot!(tail("1"), @"
    daily-amount was used by 2 transactions:
    position  transaction   amount  time                  batch           line
           3  2            1082.50  2000-01-01T12:00:00Z  saturday.jsonl     2
    and 1 more before
    ");
    assert_snapshot!(tail("0"), @"daily-amount was used by 2 transactions");
}

#[test]
fn accepted_transaction_that_was_sent_again() {
    assert_snapshot!(explain(&ledger(), "--account 528 1"), @"
    transaction 1 of account 528: a load of 1,000.00 at 2000-01-01T12:00:00Z
    batch saturday.jsonl line 1, position 2, recorded 0000-00-00T00:00:00.000000Z, policy at position 1
    accepted
    sent again 2 times, at positions 5, 9: duplicates

    limit          window                       used      this        of      left
    daily-count    day 2000-01-01                  0        +1         3         3  passes
    daily-amount   day 2000-01-01               0.00  +1000.00   5000.00   5000.00  passes
    weekly-amount  week 1999-12-27..2000-01-02  0.00  +1000.00  20000.00  20000.00  passes
    funds          balance                                                          not needed for a load

    the largest load that would have passed: 5,000.00
    ");
}

#[test]
fn duplicate_names_its_first_sight() {
    assert_snapshot!(explain(&ledger(), "--account 528 1 --position 5"), @"
    transaction 1 of account 528: a load of 1.00 at 2000-01-01T12:00:00Z
    batch saturday.jsonl line 4, position 5, recorded 0000-00-00T00:00:00.000000Z, policy at position 1
    declined: duplicate

    first seen: a load of 1,000.00 at 2000-01-01T12:00:00Z, accepted
    batch saturday.jsonl line 1, position 2, recorded 0000-00-00T00:00:00.000000Z
    nothing with this id can pass any more
    under another id it would have been accepted
    sent again 2 times, at positions 5, 9: duplicates

    limit          window                          used   this        of      left
    daily-count    day 2000-01-01                     2     +1         3         1  passes, nothing is left
    daily-amount   day 2000-01-01               2082.50  +1.00   5000.00   2917.50  passes
    weekly-amount  week 1999-12-27..2000-01-02  2082.50  +1.00  20000.00  17917.50  passes
    funds          balance                                                          not needed for a load
    ");
}

#[test]
fn duplicate_without_a_verdict_is_explained_as_well() {
    assert_snapshot!(explain(&ledger(), "--account 528 3 --position 13"), @"
    transaction 3 of account 528: a load of 1,000.00 at 2000-01-02T12:00:00Z
    batch sunday.jsonl line 3, position 13, recorded 0000-00-00T00:00:00.000000Z, policy at position 10
    declined: duplicate
    the policy ignores duplicates: no verdict was written

    first seen: a load of 3,318.47 at 2000-01-01T12:00:00Z, declined: daily_amount
    batch saturday.jsonl line 3, position 4, recorded 0000-00-00T00:00:00.000000Z
    nothing with this id can pass any more
    under another id it would have been declined: single

    limit   window                        used      this      of    left
    single  each transaction              0.00  +1000.00  900.00  900.00  exceeded by 100.00
    out     month 2000-01-01..2000-01-31                                  for withdrawals only
    in      week 1999-12-27..2000-01-02      3        +1       5       2  passes
    funds   balance                                                       not needed for a load
    ");
}

#[test]
fn withdrawal_of_more_than_the_balance() {
    assert_snapshot!(explain(&ledger(), "--account 528 4"), @"
    transaction 4 of account 528: a withdrawal of 2,082.51 at 2000-01-01T12:00:00Z
    batch saturday.jsonl line 5, position 6, recorded 0000-00-00T00:00:00.000000Z, policy at position 1
    declined: insufficient_funds

    limit          window                       used      this  of     left
    daily-count    day 2000-01-01                  2        +1   3        1  passes, nothing is left
    daily-amount   day 2000-01-01                                            for loads only
    weekly-amount  week 1999-12-27..2000-01-02                               for loads only
    funds          balance                            +2082.51      2082.50  short by 0.01

    the largest withdrawal that would have passed: 2,082.50
    this amount would have passed at no later time, had nothing else happened
    ");
}

#[test]
fn count_that_is_full_declines_and_one_that_becomes_full_lets_pass() {
    assert_snapshot!(explain(&ledger(), "--account 528 6"), @"
    transaction 6 of account 528: a load of 1.00 at 2000-01-01T12:00:00Z
    batch saturday.jsonl line 7, position 8, recorded 0000-00-00T00:00:00.000000Z, policy at position 1
    declined: daily_count

    limit          window                          used   this        of      left
    daily-count    day 2000-01-01                     3     +1         3         0  exceeded by 1
    daily-amount   day 2000-01-01               2082.50  +1.00   5000.00   2917.50  passes
    weekly-amount  week 1999-12-27..2000-01-02  2082.50  +1.00  20000.00  17917.50  passes
    funds          balance                                                          not needed for a load

    daily-count was used by 3 transactions:
    position  transaction   amount  time                  batch           line
           2  1            1000.00  2000-01-01T12:00:00Z  saturday.jsonl     1
           3  2            1082.50  2000-01-01T12:00:00Z  saturday.jsonl     2
           7  5             -82.50  2000-01-01T12:00:00Z  saturday.jsonl     6

    no load would have passed at this time
    the earliest time at which this amount would have passed, had nothing else happened: 2000-01-02T00:00:00Z
    ");
    assert_snapshot!(explain(&ledger(), "--account 528 7"), @"
    transaction 7 of account 528: a withdrawal of 650.00 at 2000-01-02T12:00:00Z
    batch sunday.jsonl line 1, position 11, recorded 0000-00-00T00:00:00.000000Z, policy at position 10
    accepted

    limit   window                         used     this      of     left
    single  each transaction               0.00  +650.00  900.00   900.00  passes
    out     month 2000-01-01..2000-01-31      1       +1       2        1  passes, nothing is left
    out     month 2000-01-01..2000-01-31  82.50  +650.00  750.00   667.50  passes
    in      week 1999-12-27..2000-01-02                                    for loads only
    funds   balance                              +650.00          2000.00  passes

    the largest withdrawal that would have passed: 667.50
    ");
}

#[test]
fn decision_as_json() {
    assert_snapshot!(explain(&ledger(), "--account 528 3 --uses 1 --json"), @r#"{"account":"528","transaction_id":"3","position":4,"batch":"saturday.jsonl","line":3,"recorded_at":"0000-00-00T00:00:00.000000Z","amount":"3318.47","time":"2000-01-01T12:00:00Z","accepted":false,"reason":"daily_amount","at":null,"as_of":3,"policy":1,"limits":[{"limit":"daily-count","window":"day","direction":"any","applies":true,"from":"2000-01-01","to":"2000-01-01","resets":"2000-01-02T00:00:00Z","count":{"used":2,"limit":3,"left":1},"amount":null,"exceeded":null,"used_by":[{"position":3,"transaction_id":"2","amount":"1082.50","time":"2000-01-01T12:00:00Z","batch":"saturday.jsonl","line":2}],"used_by_more":1},{"limit":"daily-amount","window":"day","direction":"load","applies":true,"from":"2000-01-01","to":"2000-01-01","resets":"2000-01-02T00:00:00Z","count":null,"amount":{"used":"2082.50","limit":"5000.00","left":"2917.50"},"exceeded":"amount","used_by":[{"position":3,"transaction_id":"2","amount":"1082.50","time":"2000-01-01T12:00:00Z","batch":"saturday.jsonl","line":2}],"used_by_more":1},{"limit":"weekly-amount","window":"week","direction":"load","applies":true,"from":"1999-12-27","to":"2000-01-02","resets":"2000-01-03T00:00:00Z","count":null,"amount":{"used":"2082.50","limit":"20000.00","left":"17917.50"},"exceeded":null,"used_by":[{"position":3,"transaction_id":"2","amount":"1082.50","time":"2000-01-01T12:00:00Z","batch":"saturday.jsonl","line":2}],"used_by_more":1}],"balance":"2082.50","largest":"2917.50","earliest":"2000-01-02T00:00:00Z","first_sight":null,"repeats":[13]}"#);
    assert_snapshot!(explain(&ledger(), "--account 528 1 --position 5 --json"), @r#"{"account":"528","transaction_id":"1","position":5,"batch":"saturday.jsonl","line":4,"recorded_at":"0000-00-00T00:00:00.000000Z","amount":"1.00","time":"2000-01-01T12:00:00Z","accepted":false,"reason":"duplicate","at":null,"as_of":4,"policy":1,"limits":[{"limit":"daily-count","window":"day","direction":"any","applies":true,"from":"2000-01-01","to":"2000-01-01","resets":"2000-01-02T00:00:00Z","count":{"used":2,"limit":3,"left":1},"amount":null,"exceeded":null,"used_by":[{"position":2,"transaction_id":"1","amount":"1000.00","time":"2000-01-01T12:00:00Z","batch":"saturday.jsonl","line":1},{"position":3,"transaction_id":"2","amount":"1082.50","time":"2000-01-01T12:00:00Z","batch":"saturday.jsonl","line":2}],"used_by_more":0},{"limit":"daily-amount","window":"day","direction":"load","applies":true,"from":"2000-01-01","to":"2000-01-01","resets":"2000-01-02T00:00:00Z","count":null,"amount":{"used":"2082.50","limit":"5000.00","left":"2917.50"},"exceeded":null,"used_by":[{"position":2,"transaction_id":"1","amount":"1000.00","time":"2000-01-01T12:00:00Z","batch":"saturday.jsonl","line":1},{"position":3,"transaction_id":"2","amount":"1082.50","time":"2000-01-01T12:00:00Z","batch":"saturday.jsonl","line":2}],"used_by_more":0},{"limit":"weekly-amount","window":"week","direction":"load","applies":true,"from":"1999-12-27","to":"2000-01-02","resets":"2000-01-03T00:00:00Z","count":null,"amount":{"used":"2082.50","limit":"20000.00","left":"17917.50"},"exceeded":null,"used_by":[{"position":2,"transaction_id":"1","amount":"1000.00","time":"2000-01-01T12:00:00Z","batch":"saturday.jsonl","line":1},{"position":3,"transaction_id":"2","amount":"1082.50","time":"2000-01-01T12:00:00Z","batch":"saturday.jsonl","line":2}],"used_by_more":0}],"balance":"2082.50","largest":null,"earliest":null,"first_sight":{"position":2,"batch":"saturday.jsonl","line":1,"amount":"1000.00","time":"2000-01-01T12:00:00Z","accepted":true,"reason":null,"recorded_at":"0000-00-00T00:00:00.000000Z"},"repeats":[5,9]}"#);
}

#[test]
fn only_the_first_positions_of_a_transaction_that_was_sent_often_are_listed() {
    let ledger = Ledger::new();
    let times = |count: usize| transaction("1", "528", "1", SATURDAY).repeat(count);
    ledger.must_feed(0, "- --batch few --quiet", times(11));
    let repeats = || explain(&ledger, "--account 528 1").lines().nth(3).unwrap().to_owned();
    assert_eq!(repeats(), "sent again 10 times, at positions 3, 4, 5, 6, 7, 8, 9, 10, 11, 12: duplicates");
    ledger.must_feed(0, "- --batch more --quiet", times(2));
    assert_eq!(repeats(), "sent again 12 times, at positions 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, and 2 more: duplicates");
    let expected = "tidegate: --position 15: transaction 1 was decided at 2, 3, 4, 5, 6, ...\n";
    assert_eq!(refused(&ledger, "--account 528 1 --position 15"), expected);
}
