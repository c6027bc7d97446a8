//! What is counted.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{LOWER, day, history, report, tested};
use crate::ledger::{Ledger, NAME};
use crate::support::{code, stderr, stdout};
use crate::transactions::{BAD, transaction};

/// A report without its ledger's chain, which the clock is part of.
fn comparable(mut report: Value) -> Value {
    report["head"] = Value::Null;
    report
}

#[test]
fn every_figure_is_what_one_counts_by_hand() {
    let metrics = &report(&history(), LOWER)["metrics"];
    let expected = json!({
        "transactions": 9, "customers": 3,
        "accepted_then": 6, "accepted_now": 3, "accepted_change": -3, "declined_then": 3, "declined_now": 6,
        "accepted_rate_then": 66.6667, "accepted_rate_now": 33.3333, "accepted_change_pp": -33.3333,
        "flips": 5, "flips_to_declined": 4, "flips_to_accepted": 1, "flip_rate": 55.5556, "reason_changes": 0,
        "loads_then": "13600.00", "loads_now": "7000.00", "loads_change": "-6600.00",
        "loads_lost": "8600.00", "loads_gained": "2000.00",
        "withdrawals_then": "3500.00", "withdrawals_now": "0.00", "withdrawals_change": "-3500.00",
        "withdrawals_lost": "3500.00", "withdrawals_gained": "0.00",
        "customers_affected": 3, "customers_affected_rate": 100.0, "customers_relieved": 1,
    });
    assert_eq!(*metrics, expected);
}

#[test]
fn every_table_is_what_one_counts_by_hand() {
    let report = report(&history(), LOWER);
    let reason = |reason: Value, then: u64, now: u64, then_sum: &str, now_sum: &str| json!({"reason": reason, "then": then, "now": now, "then_sum": then_sum, "now_sum": now_sum});
    let reasons = json!([
        reason(Value::Null, 6, 3, "17100.00", "7000.00"),
        reason("daily_amount".into(), 2, 4, "4500.00", "11100.00"),
        reason("duplicate".into(), 1, 1, "4000.00", "4000.00"),
        reason("insufficient_funds".into(), 0, 1, "0.00", "3500.00"),
    ]);
    assert_eq!(report["reasons"], reasons);
    let flips = json!([
        {"to": "declined", "reason": "daily_amount", "flips": 3, "loads": "8600.00", "withdrawals": "0.00"},
        {"to": "declined", "reason": "insufficient_funds", "flips": 1, "loads": "0.00", "withdrawals": "3500.00"},
        {"to": "accepted", "reason": "daily_amount", "flips": 1, "loads": "2000.00", "withdrawals": "0.00"},
    ]);
    assert_eq!(report["flips_by_reason"], flips);
    let rows = |table: &str, keys: &[&str]| -> Vec<String> {
        let sums = ["transactions", "accepted_then", "accepted_now", "to_declined", "to_accepted"];
        let money = ["loads_then", "loads_now", "loads_lost", "loads_gained"];
        let rows = report[table].as_array().unwrap().iter();
        let text = |row: &Value, key: &&str| row[key].to_string().replace('"', "");
        rows.map(|row| [keys, &sums, &money].concat().iter().map(|key| text(row, key)).collect::<Vec<_>>().join(" "))
            .collect()
    };
    let all = "9 6 3 4 1 13600.00 7000.00 8600.00 2000.00";
    assert_eq!(rows("groups", &["group"]), [format!("default {all}")]);
    let first_week = "2000-W01 2000-01-03 8 5 2 4 1 11600.00 5000.00 8600.00 2000.00";
    let second_week = "2000-W02 2000-01-10 1 1 1 0 0 2000.00 2000.00 0.00 0.00";
    assert_eq!(rows("weeks", &["week", "monday"]), [first_week, second_week]);
    let days = [
        "2000-01-03 3 2 1 1 0 4000.00 3000.00 1000.00 0.00",
        "2000-01-04 1 1 0 1 0 4000.00 0.00 4000.00 0.00",
        "2000-01-05 1 1 0 1 0 0.00 0.00 0.00 0.00",
        "2000-01-06 2 1 1 1 1 3600.00 2000.00 3600.00 2000.00",
        "2000-01-07 1 0 0 0 0 0.00 0.00 0.00 0.00",
        "2000-01-10 1 1 1 0 0 2000.00 2000.00 0.00 0.00",
    ];
    assert_eq!(rows("days", &["day"]), days);
    // Those with two flips first, of them the one who loses more.
    let customers = [
        "b 3 2 0 2 0 4000.00 0.00 4000.00 0.00",
        "=c 2 1 1 1 1 3600.00 2000.00 3600.00 2000.00",
        "a 4 3 2 1 0 6000.00 5000.00 1000.00 0.00",
    ];
    assert_eq!(rows("customers", &["account"]), customers);
}

#[test]
fn report_has_its_keys_in_order_and_says_what_was_tried() {
    let ledger = history();
    let text = tested(&ledger, 0, &format!("--json --first 1 {LOWER}"));
    let keys = [
        "source",
        "head",
        "from",
        "to",
        "first",
        "last",
        "is_check",
        "then",
        "now",
        "changes",
        "notes",
        "rejected",
        "metrics",
        "reasons",
        "flips_by_reason",
        "groups",
        "weeks",
        "days",
        "customers",
        "room_left",
        "flips",
        "gates",
    ];
    let places: Vec<_> = keys.iter().map(|key| text.find(&format!("\"{key}\":")).unwrap()).collect();
    assert!(places[0] == 1 && text.ends_with("]}\n"), "{text}");
    let mut report = super::object(&text);
    assert_eq!(report.as_object().unwrap().len(), keys.len());
    let head = report["head"].as_str().unwrap().to_owned();
    assert_eq!(head, ledger.ask("head").trim_end());
    for told in ["metrics", "reasons", "flips_by_reason", "groups", "weeks", "days", "customers"] {
        report.as_object_mut().unwrap().remove(told);
    }
    assert_snapshot!(serde_json::to_string_pretty(&comparable(report)).unwrap(), @r#"
    {
      "changes": [
        "daily-amount: amount 3500.00, was 5000.00"
      ],
      "first": "2000-01-03T10:00:00Z",
      "flips": [
        {
          "account": "a",
          "amount": "1000.00",
          "group": null,
          "line": 3,
          "now": {
            "accepted": false,
            "limits": [
              {
                "bound": "count",
                "exceeded": false,
                "limit": "daily-count",
                "of": 3,
                "used": 1
              },
              {
                "bound": "amount",
                "exceeded": true,
                "limit": "daily-amount",
                "of": "3500.00",
                "used": "3000.00"
              },
              {
                "bound": "amount",
                "exceeded": false,
                "limit": "weekly-amount",
                "of": "20000.00",
                "used": "3000.00"
              }
            ],
            "reason": "daily_amount"
          },
          "position": 4,
          "then": {
            "accepted": true,
            "limits": [
              {
                "bound": "count",
                "exceeded": false,
                "limit": "daily-count",
                "of": 3,
                "used": 1
              },
              {
                "bound": "amount",
                "exceeded": false,
                "limit": "daily-amount",
                "of": "5000.00",
                "used": "3000.00"
              },
              {
                "bound": "amount",
                "exceeded": false,
                "limit": "weekly-amount",
                "of": "20000.00",
                "used": "3000.00"
              }
            ],
            "reason": null
          },
          "time": "2000-01-03T12:00:00Z",
          "to": "declined",
          "transaction_id": "3"
        }
      ],
      "from": null,
      "gates": [],
      "head": null,
      "is_check": false,
      "last": "2000-01-10T10:00:00Z",
      "notes": [],
      "now": [
        {
          "position": null,
          "sha256": "fa99b74bafd47e9058da5dc8cbc2cfe946fa03314271f8d760b792a0cf733b47"
        }
      ],
      "rejected": 0,
      "room_left": [
        {
          "below": 10,
          "from": 0,
          "now": 0,
          "then": 0
        },
        {
          "below": 20,
          "from": 10,
          "now": 1,
          "then": 0
        },
        {
          "below": 30,
          "from": 20,
          "now": 0,
          "then": 3
        },
        {
          "below": 40,
          "from": 30,
          "now": 0,
          "then": 0
        },
        {
          "below": 50,
          "from": 40,
          "now": 2,
          "then": 1
        },
        {
          "below": 60,
          "from": 50,
          "now": 0,
          "then": 0
        },
        {
          "below": 70,
          "from": 60,
          "now": 0,
          "then": 2
        },
        {
          "below": 80,
          "from": 70,
          "now": 0,
          "then": 0
        },
        {
          "below": 90,
          "from": 80,
          "now": 0,
          "then": 0
        },
        {
          "below": 100,
          "from": 90,
          "now": 0,
          "then": 0
        }
      ],
      "source": "ledger.db",
      "then": [
        {
          "position": 1,
          "sha256": "ba171218bbdaff47015eb95e43dc7362952400009b093b42dab7ddad5ef3a97f"
        }
      ],
      "to": null
    }
    "#);
}

#[test]
fn days_bound_what_is_told() {
    let ledger = history();
    let figures = |arguments: &str| {
        let report = report(&ledger, &format!("{LOWER} {arguments}"));
        let metrics = &report["metrics"];
        (metrics["transactions"].as_u64().unwrap(), metrics["flips"].as_u64().unwrap(), report["first"].clone())
    };
    assert_eq!(figures("--from 2000-01-05"), (5, 3, "2000-01-05T10:00:00Z".into()));
    assert_eq!(figures("--to 2000-01-05"), (5, 3, "2000-01-03T10:00:00Z".into()));
    assert_eq!(figures("--from 2000-01-05 --to 2000-01-05"), (1, 1, "2000-01-05T10:00:00Z".into()));
    assert_eq!(figures("--from 2000-02-01"), (0, 0, Value::Null));
    let text = tested(&ledger, 0, &format!("{LOWER} --from 2000-02-01"));
    assert!(text.ends_with("\nThere are no transactions on these days.\n"), "{text}");
}

#[test]
fn input_is_backtested_as_a_ledger_of_it_is() {
    let ledger = history();
    ledger.write(
        "lower.toml",
        "[[limits]]\nname = \"daily-amount\"\nwindow = \"day\"\ndirection = \"load\"\namount = 3500\n",
    );
    let of_ledger = report(&ledger, "--config lower.toml");
    for arguments in ["day.jsonl --config lower.toml", "--config lower.toml -"] {
        let output =
            crate::support::feed(ledger.directory(), &format!("backtest --json {arguments}"), day().as_bytes());
        assert_eq!((code(&output), stderr(&output)), (0, ""));
        let of_input = super::object(stdout(&output));
        for key in ["metrics", "reasons", "flips_by_reason", "weeks", "days", "customers", "changes", "room_left"] {
            assert_eq!(of_input[key], of_ledger[key], "{key}");
        }
        assert_eq!(of_input["flips"][0]["position"], Value::Null);
        assert_eq!(of_input["flips"][0]["line"], of_ledger["flips"][0]["line"]);
        assert_eq!(of_input["then"][0]["sha256"], of_ledger["then"][0]["sha256"]);
        assert_eq!(of_input["now"], of_ledger["now"]);
    }
    // The other way round what flipped flips back.
    let back = ledger.command("backtest day.jsonl --baseline lower.toml --json");
    let back = super::object(stdout(&back));
    assert_eq!((&back["metrics"]["flips_to_accepted"], &back["metrics"]["flips_to_declined"]), (&json!(4), &json!(1)));
}

#[test]
fn rejected_lines_are_counted_and_end_with_their_status() {
    let ledger = history();
    ledger.write("bad.jsonl", day() + BAD);
    let output = ledger.command(&format!("backtest bad.jsonl {LOWER}"));
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(stderr(&output).starts_with("bad.jsonl:10: load_amount: not an amount"), "{}", stderr(&output));
    assert!(stdout(&output).contains("\nrejected  1 line, which is no transaction\n"), "{}", stdout(&output));
    let same = ledger.command(&format!("backtest day.jsonl {LOWER}"));
    let (_, figures) = stdout(&output).split_once("\n\n").unwrap();
    assert_eq!(Some(figures), stdout(&same).split_once("\n\n").map(|(_, figures)| figures));
}

#[test]
fn nothing_flips_is_said_in_a_line() {
    let ledger = history();
    let text = tested(&ledger, 0, "--set daily-amount.amount=5000");
    assert!(text.contains("\nnow       the same: nothing is changed\n"), "{text}");
    assert!(text.contains("\n\nNothing flips: all 9 decisions stay as they are.\n\n"), "{text}");
    assert!(!text.contains("flips to") && !text.contains("week"), "{text}");
    // Another limit would decline the same transactions, before the one that did.
    ledger.write("other.toml", "[[limits]]\nname = \"other\"\nwindow = \"day\"\ndirection = \"load\"\namount = 5000\n");
    let text = tested(&ledger, 0, "--config other.toml");
    assert!(text.contains("\nNothing flips; 2 declines have another reason.\n"), "{text}");
    assert!(text.contains("\nother            0    2      +2\n"), "{text}");
}

#[test]
fn check_decides_by_every_policy_in_its_own_span() {
    let ledger = history();
    let more = transaction("9", "a", "$600.00", "2000-01-10T11:00:00Z")
        + &transaction("10", "a", "$1.00", "2000-01-10T12:00:00Z");
    ledger.must_feed(0, "- --batch second --quiet --set daily-amount.amount=2500", more);
    let text = tested(&ledger, 0, "");
    assert!(
        text.starts_with(
            "check     ledger.db, up to position 13\nthen      2 policies, the first at position 1, the last at 11\n"
        ),
        "{text}"
    );
    assert!(
        text.contains("\nEvery decision is what its policy decides: 11 transactions of 3 customers, 7\naccepted.\n"),
        "{text}"
    );
    let report = report(&ledger, "");
    assert_eq!((&report["is_check"], &report["metrics"]["flips"]), (&json!(true), &json!(0)));
    assert_eq!(report["then"], report["now"]);
    assert_eq!(report["then"].as_array().unwrap().len(), 2);
    // The last policy for everything is no check.
    let tried = super::report(&ledger, "--set daily-count.count=3");
    assert_eq!((&tried["is_check"], &tried["metrics"]["flips"]), (&json!(false), &json!(7)));
}

#[test]
fn groups_are_told_apart_if_there_are_several() {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", day());
    ledger.write("members.csv", "customer_id,group\na,gold\n");
    let limit = "[[limits]]\nname = \"a-day\"\nwindow = \"day\"\ndirection = \"load\"\namount = 5000\ngroups = [\"gold\", \"default\"]\n";
    ledger.write("tidegate.toml", format!("[policy]\ngroups_file = \"members.csv\"\n\n{limit}"));
    ledger.must_run(0, "day.jsonl --quiet");
    let text = tested(&ledger, 0, "--set a-day.amount=3500");
    assert!(text.contains("\ngroup    number  accepted  now  lost  gained     let in\ndefault       5         3    1     3       1  -5,600.00\ngold          4         3    2     1       0  -1,000.00\n"), "{text}");
    assert!(text.contains("transaction 3 of customer a (gold), 1000.00 at 2000-01-03T12:00:00Z"), "{text}");
}

#[test]
fn ledger_without_transactions_has_nothing_to_report_on() {
    let ledger = Ledger::new();
    ledger.must_feed(0, "- --batch none --quiet", "");
    for arguments in ["", LOWER] {
        let text = tested(&ledger, 0, arguments);
        assert!(text.contains("\nThere are no transactions.\n"), "{text}");
    }
    assert_eq!(report(&ledger, LOWER)["metrics"]["accepted_rate_now"], json!(0.0));
    ledger.write("empty.jsonl", "");
    let output = ledger.command("backtest empty.jsonl");
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    assert!(stdout(&output).ends_with("\nThere are no transactions.\n"));
}

#[test]
fn ledger_is_read_while_a_run_writes_to_it_and_not_changed() {
    let ledger = history();
    let mut running = ledger.start("- --batch second");
    running.write(transaction("11", "z", "$3600.00", "2000-01-11T10:00:00Z").as_bytes());
    running.stdout.next();
    let (head, metrics) = (ledger.head(), report(&ledger, LOWER)["metrics"].clone());
    assert_eq!((&metrics["transactions"], &metrics["flips"]), (&json!(10), &json!(6)));
    assert_eq!(ledger.head(), head);
    assert_eq!(code(&running.finish()), 0);
}

#[test]
fn same_bytes_come_of_any_number_of_threads() {
    let ledger = Ledger::new();
    assert_eq!(code(&ledger.command("generate --lines 20000 --mix --seed 3 -o day.jsonl")), 0);
    ledger.must_run(0, "day.jsonl --quiet -o /dev/null");
    for source in [format!("--store {NAME}"), "day.jsonl".to_owned()] {
        let told = |threads: u8| {
            let arguments = format!("{source} {LOWER} --json --flips flips.csv --html page.html --threads {threads}");
            let output = ledger.command(&format!("backtest {arguments}"));
            assert_eq!((code(&output), stderr(&output)), (0, ""), "{arguments}");
            (stdout(&output).to_owned(), ledger.read("flips.csv"), ledger.read("page.html"))
        };
        let one = told(1);
        assert!(one.1.lines().count() > 100 && one == told(2) && one == told(4), "{source}");
    }
}
