//! Limits of every kind, explained.

use insta::assert_snapshot;

use super::{explain, refused};
use crate::kinds::ledger_of_every_kind;
use crate::ledger::{Ledger, NAME, records};
use crate::support::{code, stderr};
use crate::transactions::transaction;

#[test]
fn cooldown_says_until_when_it_lasts() {
    assert_snapshot!(explain(&ledger_of_every_kind(), "--account 528 2"), @"
    transaction 2 of account 528, group default: a load of 20.00 at 2026-03-07T15:05:00Z
    batch day.jsonl line 2, position 3, recorded 0000-00-00T00:00:00.000000Z, policy at position 1
    declined: pause

    limit       window                                          used    this       of     left
    lateness    30d before 2026-03-07T15:00:00Z                                                 passes
    sizes       minimum amount                                        +20.00    10.00           passes
    sizes       maximum amount                                        +20.00   500.00           passes
    sizes       balance                                       300.00  +20.00  1500.00  1200.00  passes
    pause       cooldown                                      1 near              10m           too near to 1 transaction, until 2026-03-07T10:10:00-05:00
    rolling     24h, after 2026-03-06T10:05:00-05:00, net     300.00  +20.00   600.00   300.00  passes
    weekly      week 2026-03-01..2026-03-07 America/Toronto        1      +1        5        4  passes
    gold-month  month 2026-03-01..2026-03-31 America/Toronto                                    for gold, staff only
    ever        lifetime                                           1      +1       20       19  passes
    spring      day 2026-03-07 America/Toronto                     1      +1        1        0  exceeded by 1: flags only
    trial       7d, after 2026-02-28T15:05:00Z                300.00  +20.00   400.00   100.00  passes
    funds       balance                                                                         not needed for a load

    pause found 1 transaction too near:
    position  transaction  amount  time                  batch      line
           2  1            300.00  2026-03-07T15:00:00Z  day.jsonl     1

    no load would have passed at this time
    the earliest time at which this amount would have passed, had nothing else happened: 2026-03-07T10:10:00-05:00
    ");
}

#[test]
fn net_sum_of_a_trailing_span_eases_when_its_oldest_leaves() {
    assert_snapshot!(explain(&ledger_of_every_kind(), "--account 528 4"), @"
    transaction 4 of account 528, group default: a load of 100.00 at 2026-03-07T17:00:00Z
    batch day.jsonl line 4, position 5, recorded 0000-00-00T00:00:00.000000Z, policy at position 1
    declined: rolling

    limit       window                                          used     this       of    left
    lateness    30d before 2026-03-07T16:00:00Z                                                 passes
    sizes       minimum amount                                        +100.00    10.00          passes
    sizes       maximum amount                                        +100.00   500.00          passes
    sizes       balance                                       550.00  +100.00  1500.00  950.00  passes
    pause       cooldown                                                           10m          passes
    rolling     24h, after 2026-03-06T12:00:00-05:00, net     550.00  +100.00   600.00   50.00  exceeded by 50.00
    weekly      week 2026-03-01..2026-03-07 America/Toronto        2       +1        5       3  passes
    gold-month  month 2026-03-01..2026-03-31 America/Toronto                                    for gold, staff only
    ever        lifetime                                           2       +1       20      18  passes
    spring      day 2026-03-07 America/Toronto                     2       +1        1       0  exceeded by 2: flags only
    trial       7d, after 2026-02-28T17:00:00Z                550.00  +100.00   400.00    0.00  exceeded by 250.00: shadow only
    funds       balance                                                                         not needed for a load

    rolling was used by 2 transactions:
    position  transaction  amount  time                  batch      line
           2  1            300.00  2026-03-07T15:00:00Z  day.jsonl     1
           4  3            250.00  2026-03-07T16:00:00Z  day.jsonl     3

    the largest load that would have passed: 50.00
    the earliest time at which this amount would have passed, had nothing else happened: 2026-03-08T11:00:00-04:00
    ");
}

#[test]
fn limits_that_flag_and_those_that_are_tried_are_told_apart() {
    assert_snapshot!(explain(&ledger_of_every_kind(), "--account 528 6"), @"
    transaction 6 of account 528, group gold: a load of 100.00 at 2026-03-08T03:30:00Z
    batch day.jsonl line 6, position 7, recorded 0000-00-00T00:00:00.000000Z, policy at position 1
    accepted, flagged spring, shadow trial

    limit       window                                          used     this       of     left
    lateness    30d before 2026-03-07T18:00:00Z                                                  passes
    sizes       minimum amount                                        +100.00    10.00           passes
    sizes       maximum amount                                        +100.00   500.00           passes
    sizes       balance                                       450.00  +100.00  1500.00  1050.00  passes
    pause       cooldown                                                           10m           passes
    rolling     24h, after 2026-03-06T22:30:00-05:00, net     450.00  +100.00   600.00   150.00  passes
    weekly      week 2026-03-01..2026-03-07 America/Toronto        2       +1        5        3  passes
    gold-month  month 2026-03-01..2026-03-31 America/Toronto  650.00  +100.00  5000.00  4350.00  passes
    ever        lifetime                                           2       +1       20       18  passes
    spring      day 2026-03-07 America/Toronto                     2       +1        1        0  exceeded by 2: flagged
    trial       7d, after 2026-03-01T03:30:00Z                550.00  +100.00   400.00     0.00  exceeded by 250.00: would have been declined
    funds       balance                                                                          not needed for a load

    the largest load that would have passed: 150.00
    ");
}

#[test]
fn late_transaction_says_how_late_it_could_have_been() {
    assert_snapshot!(explain(&ledger_of_every_kind(), "--account 528 8"), @"
    transaction 8 of account 528, group default: a load of 9.00 at 2026-01-08T03:40:00Z
    batch day.jsonl line 8, position 9, recorded 0000-00-00T00:00:00.000000Z, policy at position 1
    declined: too_late

    limit       window                                          used   this       of    left
    lateness    30d before 2026-03-08T03:30:00Z                                               too late: not before 2026-02-06T03:30:00Z
    sizes       minimum amount                                        +9.00    10.00          short by 1.00
    sizes       maximum amount                                        +9.00   500.00          passes
    sizes       balance                                       550.00  +9.00  1500.00  950.00  passes
    pause       cooldown                                                         10m          passes
    rolling     24h, after 2026-01-06T22:40:00-05:00, net       0.00  +9.00   600.00  600.00  passes
    weekly      week 2026-01-04..2026-01-10 America/Toronto        0     +1        5       5  passes
    gold-month  month 2026-01-01..2026-01-31 America/Toronto                                  for gold, staff only
    ever        lifetime                                           3     +1       20      17  passes
    spring      day 2026-01-07 America/Toronto                                                from 2026-03-01 on
    trial       7d, after 2026-01-01T03:40:00Z                  0.00  +9.00   400.00  400.00  passes
    funds       balance                                                                       not needed for a load

    no load would have passed at this time
    this amount would have passed at no time: sizes requires 10.00 at least
    ");
}

#[test]
fn every_kind_as_json() {
    assert_snapshot!(explain(&ledger_of_every_kind(), "--account 528 6 --uses 1 --json"), @r#"{"account":"528","transaction_id":"6","position":7,"batch":"day.jsonl","line":6,"recorded_at":"0000-00-00T00:00:00.000000Z","amount":"100.00","time":"2026-03-08T03:30:00Z","accepted":true,"reason":null,"at":null,"as_of":6,"policy":1,"limits":[{"limit":"sizes","window":"transaction","direction":"load","applies":true,"from":null,"to":null,"resets":null,"count":null,"amount":null,"exceeded":null,"used_by":[],"used_by_more":0,"minimum_amount":"10.00","maximum_amount":"500.00","maximum_balance":{"used":"450.00","limit":"1500.00","left":"1050.00"},"zone":"America/Toronto"},{"limit":"pause","window":"transaction","direction":"load","applies":true,"from":null,"to":null,"resets":null,"count":null,"amount":null,"exceeded":null,"used_by":[],"used_by_more":0,"cooldown":{"span":"10m","near":0,"resets":null},"zone":"America/Toronto"},{"limit":"rolling","window":"24h","direction":"load","applies":true,"from":null,"to":null,"resets":"2026-03-08T11:00:00-04:00","count":null,"amount":{"used":"450.00","limit":"600.00","left":"150.00"},"exceeded":null,"used_by":[{"position":6,"transaction_id":"5","amount":"-100.00","time":"2026-03-07T18:00:00Z","batch":"day.jsonl","line":5}],"used_by_more":2,"after":"2026-03-06T22:30:00-05:00","measure":"net","zone":"America/Toronto"},{"limit":"weekly","window":"week","direction":"load","applies":true,"from":"2026-03-01","to":"2026-03-07","resets":"2026-03-08T00:00:00-05:00","count":{"used":2,"limit":5,"left":3},"amount":null,"exceeded":null,"used_by":[{"position":4,"transaction_id":"3","amount":"250.00","time":"2026-03-07T16:00:00Z","batch":"day.jsonl","line":3}],"used_by_more":1,"zone":"America/Toronto"},{"limit":"gold-month","window":"month","direction":"any","applies":true,"from":"2026-03-01","to":"2026-03-31","resets":"2026-04-01T00:00:00-04:00","count":null,"amount":{"used":"650.00","limit":"5000.00","left":"4350.00"},"exceeded":null,"used_by":[{"position":6,"transaction_id":"5","amount":"-100.00","time":"2026-03-07T18:00:00Z","batch":"day.jsonl","line":5}],"used_by_more":2,"zone":"America/Toronto","groups":["gold","staff"]},{"limit":"ever","window":"lifetime","direction":"load","applies":true,"from":null,"to":null,"resets":null,"count":{"used":2,"limit":20,"left":18},"amount":null,"exceeded":null,"used_by":[{"position":4,"transaction_id":"3","amount":"250.00","time":"2026-03-07T16:00:00Z","batch":"day.jsonl","line":3}],"used_by_more":1},{"limit":"spring","window":"day","direction":"load","applies":true,"from":"2026-03-07","to":"2026-03-07","resets":"2026-03-08T00:00:00-05:00","count":{"used":2,"limit":1,"left":0},"amount":null,"exceeded":"count","used_by":[{"position":4,"transaction_id":"3","amount":"250.00","time":"2026-03-07T16:00:00Z","batch":"day.jsonl","line":3}],"used_by_more":1,"zone":"America/Toronto","holds_from":"2026-03-01","holds_until":"2026-03-31","outcome":"flag"},{"limit":"trial","window":"7d","direction":"load","applies":true,"from":null,"to":null,"resets":"2026-03-14T15:00:00Z","count":null,"amount":{"used":"550.00","limit":"400.00","left":"0.00"},"exceeded":"amount","used_by":[{"position":4,"transaction_id":"3","amount":"250.00","time":"2026-03-07T16:00:00Z","batch":"day.jsonl","line":3}],"used_by_more":1,"after":"2026-03-01T03:30:00Z","outcome":"shadow"}],"balance":"450.00","largest":"150.00","earliest":"2026-03-08T03:30:00Z","first_sight":null,"repeats":[],"group":"gold","flags":["spring"],"shadow":["trial"],"lateness":{"late_after":"30d","latest":"2026-03-07T18:00:00Z","not_before":"2026-02-05T18:00:00Z"}}"#);
}

#[test]
fn supposed_transaction_is_of_the_group_of_the_last_decision_unless_another_is_asked_for() {
    let ledger = ledger_of_every_kind();
    assert_snapshot!(explain(&ledger, "--account 528 --amount 200"), @"
    supposed, on account 528, group gold as of its last decision, at position 10: a load of 200.00 at 2026-03-09T03:40:00Z, the time of its latest transaction
    as recorded up to position 10; policy at position 1
    would be accepted, shadow trial

    limit       window                                          used     this       of     left
    lateness    30d before 2026-03-08T03:30:00Z                                                  passes
    sizes       minimum amount                                        +200.00    10.00           passes
    sizes       maximum amount                                        +200.00   500.00           passes
    sizes       balance                                       550.00  +200.00  1500.00   950.00  passes
    pause       cooldown                                                           10m           passes
    rolling     24h, after 2026-03-07T22:40:00-05:00, net       0.00  +200.00   600.00   600.00  passes
    weekly      week 2026-03-08..2026-03-14 America/Toronto        0       +1        5        5  passes
    gold-month  month 2026-03-01..2026-03-31 America/Toronto  750.00  +200.00  5000.00  4250.00  passes
    ever        lifetime                                           3       +1       20       17  passes
    spring      day 2026-03-08 America/Toronto                     0       +1        1        1  passes, nothing is left
    trial       7d, after 2026-03-02T03:40:00Z                650.00  +200.00   400.00     0.00  exceeded by 450.00: would have been declined
    funds       balance                                                                          not needed for a load

    the largest load that would pass: 500.00
    ");
    let heading = |arguments: &str| explain(&ledger, arguments).lines().next().unwrap().to_owned();
    assert_snapshot!(heading("--account 528 --amount 200 --as-of 5"), @"supposed, on account 528, group default as of its last decision, at position 5: a load of 200.00 at 2026-03-07T17:00:00Z, the time of its latest transaction");
    assert_snapshot!(heading("--account 528 --amount 200 --group st\u{e4}ff"), @"supposed, on account 528, group stäff: a load of 200.00 at 2026-03-09T03:40:00Z, the time of its latest transaction");
    assert_snapshot!(heading("--account 1 --amount 200 --time 2026-03-07T15:00:00Z"), @"supposed, on account 1, group default as no decision says otherwise: a load of 200.00 at 2026-03-07T15:00:00Z");
    let json = |arguments: &str| records(&ledger.ask(&format!("explain {arguments} --json"))).remove(0);
    let answer = json("--account 528 --amount 200 --group default");
    assert_eq!((&answer["group"], &answer["limits"][4]["applies"]), (&"default".into(), &false.into()));
}

#[test]
fn withdrawal_is_restricted_by_what_is_for_withdrawals_alone() {
    assert_snapshot!(explain(&ledger_of_every_kind(), "--account 528 --amount -551 --group staff"), @"
    supposed, on account 528, group staff: a withdrawal of 551.00 at 2026-03-09T03:40:00Z, the time of its latest transaction
    as recorded up to position 10; policy at position 1
    would be declined: insufficient_funds

    limit       window                                          used     this       of     left
    lateness    30d before 2026-03-08T03:30:00Z                                                  passes
    sizes       each transaction                                                                 for loads only
    pause       cooldown                                                                         for loads only
    rolling     24h, after 2026-03-07T22:40:00-05:00                                             for loads only
    weekly      week 2026-03-08..2026-03-14 America/Toronto                                      for loads only
    gold-month  month 2026-03-01..2026-03-31 America/Toronto  750.00  +551.00  5000.00  4250.00  passes
    ever        lifetime                                                                         for loads only
    spring      day 2026-03-08 America/Toronto                                                   for loads only
    trial       7d, after 2026-03-02T03:40:00Z                                                   for loads only
    funds       balance                                               +551.00            550.00  short by 1.00

    the largest withdrawal that would pass: 550.00
    this amount would pass at no later time, if nothing else happens
    ");
}

#[test]
fn date_on_which_a_limit_ends_is_the_earliest_time_of_what_it_never_lets_pass() {
    let ledger = Ledger::new();
    let limit = "name = \"small\"\nmaximum_amount = \"5\"\nuntil = \"2026-03-08\"\nzone = \"America/Toronto\"";
    ledger.write("tidegate.toml", format!("[[limits]]\n{limit}\n"));
    ledger.must_feed(0, "- --batch day --quiet", transaction("1", "c", "6", "2026-03-07T15:00:00Z"));
    let text = explain(&ledger, "--account c 1");
    let last = text.lines().last().unwrap();
    let expected = "the earliest time at which this amount would have passed, had nothing else happened: ";
    assert_eq!(last, format!("{expected}2026-03-09T00:00:00-04:00"));
}

#[test]
fn group_is_not_asked_for_where_nothing_is_decided_by_it() {
    let ledger = super::ledger();
    assert_eq!(
        refused(&ledger, "--account 528 --amount 5 --group gold"),
        "tidegate: --group gold: the policy at position 10 does not decide by groups\n"
    );
    for (arguments, named) in
        [("--account 528 1 --group gold", "--group"), ("--account 528 --amount 5 --group=", "must not be empty")]
    {
        assert!(refused(&ledger, arguments).contains(named), "{arguments}: {}", refused(&ledger, arguments));
    }
}

#[test]
fn decision_that_is_not_marked_as_it_must_be_is_an_error() {
    for (old, new) in [("\"flags\":[[\"spring\",6]],", ""), ("[\"spring\",6]", "[\"summer\",6]")] {
        let ledger = ledger_of_every_kind();
        let database = rusqlite::Connection::open(ledger.path(NAME)).unwrap();
        let change = "UPDATE segments SET events = replace(events, ?1, ?2) WHERE instr(events, ?1)";
        assert_eq!(database.execute(change, [old, new]).unwrap(), 1, "{old}");
        drop(database);
        let output = ledger.command(&format!("explain --store {NAME} --account 528 6"));
        let is_told = stderr(&output).contains("the event at position 7 does not follow from those before it");
        assert_eq!((code(&output), is_told), (1, true), "{old}");
    }
}
