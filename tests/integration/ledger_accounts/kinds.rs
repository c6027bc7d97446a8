//! How much of every kind of limit is used.

use insta::assert_snapshot;

use super::refused;
use crate::kinds::ledger_of_every_kind;
use crate::ledger::{Ledger, records};

/// What is said of account 528, the times of recording masked.
fn told(ledger: &Ledger, arguments: &str) -> String {
    let recorded = ledger.events()[0]["recorded_at"].as_str().expect("a time is text").to_owned();
    ledger.ask(&format!("account 528 {arguments}")).replace(&recorded, "RECORDED")
}

#[test]
fn each_bound_has_a_row_and_each_decision_its_marks() {
    assert_snapshot!(told(&ledger_of_every_kind(), ""), @"
    account 528
    balance      550.00
    loads        650.00  3 transactions
    withdrawals  100.00  1 transaction
    declined     5 transactions
    moment       all that is recorded, up to position 10
    limits at    2026-03-09T03:40:00Z, the time of the latest transaction, by the policy at position 1
    group        gold, that of the last decision, at position 10

    limit       counts  window                                    used       of     left  resets                     note
    sizes       loads   minimum amount                                    10.00
    sizes       loads   maximum amount                                   500.00
    sizes       loads   balance                                 550.00  1500.00   950.00
    pause       loads   cooldown                                            10m
    rolling     loads   after 2026-03-07T22:40:00-05:00           0.00   600.00   600.00                             net
    weekly      loads   2026-03-08..2026-03-14 America/Toronto       0        5        5  2026-03-15T00:00:00-04:00
    gold-month  both    2026-03-01..2026-03-31 America/Toronto  750.00  5000.00  4250.00  2026-04-01T00:00:00-04:00  for gold, staff only
    ever        loads   lifetime                                     3       20       17
    spring      loads   2026-03-08 America/Toronto                   0        1        1  2026-03-09T00:00:00-04:00  from 2026-03-01, until 2026-03-31, flags
    trial       loads   after 2026-03-02T03:40:00Z              650.00   400.00     0.00  2026-03-14T15:00:00Z       shadow

    9 decisions
    position  transaction   amount  time                  verdict                                 balance  batch      line  recorded
           2  1             300.00  2026-03-07T15:00:00Z  accepted                                 300.00  day.jsonl     1  RECORDED
           3  2              20.00  2026-03-07T15:05:00Z  pause                                    300.00  day.jsonl     2  RECORDED
           4  3             250.00  2026-03-07T16:00:00Z  accepted, flagged spring, shadow trial   550.00  day.jsonl     3  RECORDED
           5  4             100.00  2026-03-07T17:00:00Z  rolling                                  550.00  day.jsonl     4  RECORDED
           6  5            -100.00  2026-03-07T18:00:00Z  accepted                                 450.00  day.jsonl     5  RECORDED
           7  6             100.00  2026-03-08T03:30:00Z  accepted, flagged spring, shadow trial   550.00  day.jsonl     6  RECORDED
           8  7               5.00  2026-03-08T03:40:00Z  sizes                                    550.00  day.jsonl     7  RECORDED
           9  8               9.00  2026-01-08T03:40:00Z  too_late                                 550.00  day.jsonl     8  RECORDED
          10  9               1.00  2026-03-09T03:40:00Z  sizes                                    550.00  day.jsonl     9  RECORDED
    ");
}

#[test]
fn limits_that_do_not_apply_say_why() {
    let arguments = "--group default --events 0 --at 2026-04-02T12:00:00Z";
    assert_snapshot!(told(&ledger_of_every_kind(), arguments), @"
    account 528
    balance      550.00
    loads        650.00  3 transactions
    withdrawals  100.00  1 transaction
    declined     5 transactions
    moment       what had happened by 2026-04-02T12:00:00Z, of all that is recorded, up to position 10
    limits at    2026-04-02T12:00:00Z, as asked, by the policy at position 1
    group        default, as asked

    limit       counts  window                                    used       of    left  resets                     note
    sizes       loads   minimum amount                                    10.00
    sizes       loads   maximum amount                                   500.00
    sizes       loads   balance                                 550.00  1500.00  950.00
    pause       loads   cooldown                                            10m
    rolling     loads   after 2026-04-01T08:00:00-04:00           0.00   600.00  600.00                             net
    weekly      loads   2026-03-29..2026-04-04 America/Toronto       0        5       5  2026-04-05T00:00:00-04:00
    gold-month  both    2026-04-01..2026-04-30 America/Toronto                                                      does not apply: for gold, staff only
    ever        loads   lifetime                                     3       20      17
    spring      loads   2026-04-02 America/Toronto                                                                  does not apply: until 2026-03-31
    trial       loads   after 2026-03-26T12:00:00Z                0.00   400.00  400.00                             shadow
    ");
}

#[test]
fn nothing_known_is_no_group() {
    let text = told(&ledger_of_every_kind(), "--events 0 --at 2026-01-01T00:00:00Z");
    assert!(text.contains("\ngroup        default, as no decision says otherwise\n"), "{text}");
}

#[test]
fn every_kind_as_json() {
    let ledger = ledger_of_every_kind();
    assert_snapshot!(told(&ledger, "--json --events 4"), @r#"{"account":"528","at":null,"as_of":10,"limits_at":"2026-03-09T03:40:00Z","balance":"550.00","loads":"650.00","load_count":3,"withdrawals":"100.00","withdrawal_count":1,"accepted":4,"declined":5,"policy":1,"limits":[{"limit":"sizes","window":"transaction","direction":"load","from":null,"to":null,"resets":null,"count":null,"amount":null,"minimum_amount":"10.00","maximum_amount":"500.00","maximum_balance":{"used":"550.00","limit":"1500.00","left":"950.00"},"zone":"America/Toronto"},{"limit":"pause","window":"transaction","direction":"load","from":null,"to":null,"resets":null,"count":null,"amount":null,"cooldown":{"span":"10m","near":0,"resets":null},"zone":"America/Toronto"},{"limit":"rolling","window":"24h","direction":"load","from":null,"to":null,"resets":null,"count":null,"amount":{"used":"0.00","limit":"600.00","left":"600.00"},"after":"2026-03-07T22:40:00-05:00","measure":"net","zone":"America/Toronto"},{"limit":"weekly","window":"week","direction":"load","from":"2026-03-08","to":"2026-03-14","resets":"2026-03-15T00:00:00-04:00","count":{"used":0,"limit":5,"left":5},"amount":null,"zone":"America/Toronto"},{"limit":"gold-month","window":"month","direction":"any","from":"2026-03-01","to":"2026-03-31","resets":"2026-04-01T00:00:00-04:00","count":null,"amount":{"used":"750.00","limit":"5000.00","left":"4250.00"},"zone":"America/Toronto","groups":["gold","staff"]},{"limit":"ever","window":"lifetime","direction":"load","from":null,"to":null,"resets":null,"count":{"used":3,"limit":20,"left":17},"amount":null},{"limit":"spring","window":"day","direction":"load","from":"2026-03-08","to":"2026-03-08","resets":"2026-03-09T00:00:00-04:00","count":{"used":0,"limit":1,"left":1},"amount":null,"zone":"America/Toronto","holds_from":"2026-03-01","holds_until":"2026-03-31","outcome":"flag"},{"limit":"trial","window":"7d","direction":"load","from":null,"to":null,"resets":"2026-03-14T15:00:00Z","count":null,"amount":{"used":"650.00","limit":"400.00","left":"0.00"},"after":"2026-03-02T03:40:00Z","outcome":"shadow"}],"events":[{"position":7,"batch":"day.jsonl","line":6,"transaction_id":"6","amount":"100.00","time":"2026-03-08T03:30:00Z","accepted":true,"reason":null,"recorded_at":"RECORDED","balance":"550.00","flags":["spring"],"shadow":["trial"]},{"position":8,"batch":"day.jsonl","line":7,"transaction_id":"7","amount":"5.00","time":"2026-03-08T03:40:00Z","accepted":false,"reason":"sizes","recorded_at":"RECORDED","balance":"550.00"},{"position":9,"batch":"day.jsonl","line":8,"transaction_id":"8","amount":"9.00","time":"2026-01-08T03:40:00Z","accepted":false,"reason":"too_late","recorded_at":"RECORDED","balance":"550.00"},{"position":10,"batch":"day.jsonl","line":9,"transaction_id":"9","amount":"1.00","time":"2026-03-09T03:40:00Z","accepted":false,"reason":"sizes","recorded_at":"RECORDED","balance":"550.00"}],"group":"gold"}"#);
    let other = records(&ledger.ask("account 528 --json --group staffage")).remove(0);
    assert_eq!((&other["group"], &other["limits"][4]["applies"]), (&"staffage".into(), &false.into()));
}

#[test]
fn group_is_not_asked_for_where_nothing_is_decided_by_it() {
    let expected = "tidegate: --group gold: the policy at position 1 does not decide by groups";
    assert_eq!(refused(&super::ledger(), "account 528 --group gold"), expected);
    assert!(refused(&super::ledger(), "account 528 --group=").contains("must not be empty"));
}
