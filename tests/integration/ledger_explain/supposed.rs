//! What would become of a transaction.

use insta::assert_snapshot;

use super::{SUNDAY, explain, ledger};
use crate::ledger::records;

#[test]
fn supposed_transactions_say_what_is_known_and_where_their_time_comes_from() {
    let ledger = ledger();
    assert_snapshot!(explain(&ledger, "--account 528 --amount 900"), @"
    supposed, on account 528: a load of 900.00 at 2000-01-02T12:00:00Z, the time of its latest transaction
    as recorded up to position 13; policy at position 10
    would be accepted

    limit   window                        used     this      of    left
    single  each transaction              0.00  +900.00  900.00  900.00  passes, nothing is left
    out     month 2000-01-01..2000-01-31                                 for withdrawals only
    in      week 1999-12-27..2000-01-02      3       +1       5       2  passes
    funds   balance                                                      not needed for a load

    the largest load that would pass: 900.00
    ");
    assert_snapshot!(explain(&ledger, "--account 528 --amount -50 --time 2000-02-01T00:00:00Z"), @"
    supposed, on account 528: a withdrawal of 50.00 at 2000-02-01T00:00:00Z
    as recorded up to position 13; policy at position 10
    would be accepted

    limit   window                        used    this      of     left
    single  each transaction              0.00  +50.00  900.00   900.00  passes
    out     month 2000-02-01..2000-02-29     0      +1       2        2  passes
    out     month 2000-02-01..2000-02-29  0.00  +50.00  750.00   750.00  passes
    in      week 2000-01-31..2000-02-06                                  for loads only
    funds   balance                             +50.00          1450.00  passes

    the largest withdrawal that would pass: 750.00
    ");
    assert_snapshot!(explain(&ledger, "--account 528 --amount 1000000 --at 2000-01-01T23:59:59Z --as-of 9"), @"
    supposed, on account 528: a load of 1,000,000.00 at 2000-01-01T23:59:59Z
    as recorded up to position 9, and only what had happened by 2000-01-01T23:59:59Z; policy at position 1
    would be declined: daily_count

    limit          window                          used         this        of      left
    daily-count    day 2000-01-01                     3           +1         3         0  exceeded by 1
    daily-amount   day 2000-01-01               2082.50  +1000000.00   5000.00   2917.50  exceeded by 997082.50
    weekly-amount  week 1999-12-27..2000-01-02  2082.50  +1000000.00  20000.00  17917.50  exceeded by 982082.50
    funds          balance                                                                not needed for a load

    daily-count was used by 3 transactions:
    position  transaction   amount  time                  batch           line
           2  1            1000.00  2000-01-01T12:00:00Z  saturday.jsonl     1
           3  2            1082.50  2000-01-01T12:00:00Z  saturday.jsonl     2
           7  5             -82.50  2000-01-01T12:00:00Z  saturday.jsonl     6

    no load would pass at this time
    this amount would pass at no time: daily-amount allows 5,000.00 at most
    ");
    assert_snapshot!(explain(&ledger, &format!("--account 529 --amount $5 --time {SUNDAY}")), @"
    supposed, on account 529: a load of 5.00 at 2000-01-02T12:00:00Z
    as recorded up to position 13, which has nothing on this account; policy at position 10
    would be accepted

    limit   window                        used   this      of    left
    single  each transaction              0.00  +5.00  900.00  900.00  passes
    out     month 2000-01-01..2000-01-31                               for withdrawals only
    in      week 1999-12-27..2000-01-02      0     +1       5       5  passes
    funds   balance                                                    not needed for a load

    the largest load that would pass: 900.00
    ");
}

#[test]
fn supposed_transaction_as_json() {
    assert_snapshot!(explain(&ledger(), "--account 528 --amount=-50 --time 2000-02-01T00:00:00Z --json"), @r#"{"account":"528","transaction_id":null,"position":null,"batch":null,"line":null,"recorded_at":null,"amount":"-50.00","time":"2000-02-01T00:00:00Z","accepted":true,"reason":null,"at":null,"as_of":13,"policy":10,"limits":[{"limit":"single","window":"transaction","direction":"any","applies":true,"from":null,"to":null,"resets":null,"count":null,"amount":{"used":"0.00","limit":"900.00","left":"900.00"},"exceeded":null,"used_by":[],"used_by_more":0},{"limit":"out","window":"month","direction":"withdrawal","applies":true,"from":"2000-02-01","to":"2000-02-29","resets":"2000-03-01T00:00:00Z","count":{"used":0,"limit":2,"left":2},"amount":{"used":"0.00","limit":"750.00","left":"750.00"},"exceeded":null,"used_by":[],"used_by_more":0},{"limit":"in","window":"week","direction":"load","applies":false,"from":"2000-01-31","to":"2000-02-06","resets":"2000-02-07T00:00:00Z","count":{"used":0,"limit":5,"left":5},"amount":null,"exceeded":null,"used_by":[],"used_by_more":0}],"balance":"1450.00","largest":"-750.00","earliest":"2000-02-01T00:00:00Z","first_sight":null,"repeats":[]}"#);
}

#[test]
fn moment_of_happening_and_moment_of_recording_are_not_the_same() {
    let ledger = ledger();
    let largest = |arguments: &str| {
        let answer = records(&ledger.ask(&format!("explain --account 528 --amount=-1 --json {arguments}"))).remove(0);
        [&answer["balance"], &answer["largest"]].map(|value| value.as_str().unwrap_or("none").to_owned()).join(" ")
    };
    // On Saturday 2000.00 remained, of which 650.00 went on Sunday; then a load of 100.00 of Saturday arrived.
    let saturday = "--at 2000-01-01T23:59:59Z";
    assert_eq!(largest(&format!("{saturday} --as-of 9")), "2000.00 none", "the policy of then allows three a day");
    assert_eq!(largest(saturday), "2100.00 -667.50", "the load counts, the withdrawal does not");
    assert_eq!(largest("--time 2000-01-01T23:59:59Z"), "1450.00 none", "both count, and the month allows two");
    let february = format!("{saturday} --time 2000-02-01T00:00:00Z");
    assert_eq!(largest(&february), "2100.00 -750.00", "what had happened by then, for a transaction of another month");
    assert_eq!(largest("--as-of 11 --time 2000-02-01T00:00:00Z"), "1350.00 -750.00", "nothing of the load is known");
    let recorded = ledger.batch("saturday.jsonl")["ended_at"].as_str().unwrap().to_owned();
    assert_eq!(largest(&format!("--as-of {recorded}")), "2000.00 -2000.00", "the end of the first batch");
}

#[test]
fn withdrawal_beyond_what_a_total_can_take_is_told_from_one_beyond_the_funds() {
    let text = explain(&ledger(), "--account 528 --as-of 9 --time 2001-01-01T00:00:00Z --amount=-92233720368547758.08");
    let total = text.lines().find(|line| line.starts_with("total")).expect("there is a row of the total");
    assert!(text.contains("would be declined: total_overflow\n"), "{text}");
    let words: Vec<_> = total.split_whitespace().collect();
    assert!(words.starts_with(&["total", "all", "withdrawals", "82.50"]), "{total}");
    assert!(total.ends_with("exceeded by 82.51"), "{total}");
}

#[test]
fn limit_is_named_as_too_low_only_for_an_amount_above_it() {
    let ledger = ledger();
    let last = |amount: &str| {
        let text = explain(&ledger, &format!("--account 529 --time {SUNDAY} --amount={amount}"));
        text.lines().last().unwrap().to_owned()
    };
    assert_eq!(last("-750"), "this amount would pass at no later time, if nothing else happens");
    assert_eq!(last("-750.01"), "this amount would pass at no time: out allows 750.00 at most");
}
