//! What is told of a sweep, in each form.

use insta::assert_snapshot;
use serde_json::json;

use super::csv::csv;
use super::json as as_json;
use super::report::Report;
use super::text::text;
use crate::backtest::report::About;
use crate::backtest::{Flow, Gate, Metric, Summary};
use crate::commands::canvas::Canvas;
use crate::domain::{Day, Policy, Timestamp};
use crate::sweep::{Axis, Candidate, Invalid, Tried, unchanged};

fn summary(accepted: u64, loads: u128, customers_affected: u64) -> Summary {
    let flow = |count, loads| Flow { count, loads, withdrawals: 0 };
    Summary {
        transactions: 3_000,
        customers: 70,
        then: flow(2_000, 123_456_789),
        now: flow(accepted, loads),
        lost: flow(customers_affected, 1),
        gained: flow(accepted + customers_affected - 2_000, 2),
        customers_affected,
        ..Summary::default()
    }
}

fn axes() -> Vec<Axis> {
    let axis = |key: &str, values: &[&str]| Axis {
        key: key.to_owned(),
        values: values.iter().map(ToString::to_string).collect(),
    };
    vec![axis("a.amount", &["1000", "9000", "30000"]), axis("b.groups", &["=gold"])]
}

fn gates(gates: &[&str]) -> Vec<Gate> {
    gates.iter().map(|gate| gate.parse().unwrap()).collect()
}

fn report<'a>(axes: &'a [Axis], summaries: &[Summary], gates: &'a [Gate]) -> Report<'a> {
    let values = |first: &str| vec![first.to_owned(), "=gold".to_owned()];
    let candidate = |index: usize| {
        let first = axes[0].values.get(index).cloned().unwrap_or_else(|| index.to_string());
        Candidate { values: values(&first), policy: Policy::default() }
    };
    Report {
        about: About {
            source: "a \u{1b}[31m.db".to_owned(),
            head: Some("9:ab:cd".to_owned()),
            from: Some(Day::from_number(10_957)),
            to: None,
            first: Some(Timestamp::parse_rfc3339(b"2000-01-01T00:00:00Z").unwrap()),
            last: Some(Timestamp::parse_rfc3339(b"2000-03-01T23:59:59.5Z").unwrap()),
        },
        rejected: 2,
        notes: vec!["A note.".to_owned()],
        axes,
        then: unchanged(&summaries[0]),
        tried: Tried::all((0..summaries.len()).map(candidate).collect(), summaries, gates),
        invalid: vec![Invalid { values: values("30000"), why: "a \"b\" \u{1b}[31m".to_owned() }],
        gates,
    }
}

fn two() -> [Summary; 2] {
    [summary(1_999, 120_000_000, 5), summary(2_100, 130_000_000, 5)]
}

#[test]
fn table_tells_candidates_in_their_order_and_what_makes_no_policy() {
    let axes = axes();
    assert_snapshot!(text(&report(&axes, &two(), &[]), None), @r#"
        3,000 transactions of 70 customers from 2000-01-01 to 2000-03-01: 66.67 % were accepted, 1,234,567.89 let in
        left out: 2 lines that could not be read
        A note.

           a.amount  b.groups  accepted %  change  money let in      change  affected  flips
        *      1000  =gold          66.63   -0.03  1,200,000.00  -34,567.89         5      9
        *      9000  =gold          70.00   +3.33  1,300,000.00  +65,432.11         5    110

        *  no other accepts as many, lets in no more money, affects no more customers, and is better in one of these
        affected: customers of whom something accepted would be declined

        1 combination makes no policy:
          a "b" \u{1b}[31m
    "#);
}

#[test]
fn table_tells_gates_if_there_are_any() {
    let axes = axes();
    let worse = [two()[0], two()[1], summary(1_998, 120_000_000, 5)];
    assert_snapshot!(text(&report(&axes, &worse, &gates(&["accepted_change < 0", "flips>10"])), None), @r#"
        3,000 transactions of 70 customers from 2000-01-01 to 2000-03-01: 66.67 % were accepted, 1,234,567.89 let in
        left out: 2 lines that could not be read
        A note.

           a.amount  b.groups  accepted %  change  money let in      change  affected  flips  fails
        *      1000  =gold          66.63   -0.03  1,200,000.00  -34,567.89         5      9  accepted_change < 0
        *      9000  =gold          70.00   +3.33  1,300,000.00  +65,432.11         5    110  flips > 10
              30000  =gold          66.60   -0.07  1,200,000.00  -34,567.89         5      8  accepted_change < 0

        *  no other accepts as many, lets in no more money, affects no more customers, and is better in one of these
        affected: customers of whom something accepted would be declined

        1 combination makes no policy:
          a "b" \u{1b}[31m
    "#);
}

#[test]
fn terminal_gets_bars_and_only_the_best_of_many() {
    let axes = axes();
    let canvas = Some(Canvas { columns: 120, is_coloured: false });
    let told = text(&report(&axes, &two(), &[]), canvas);
    assert!(told.contains('█'), "{told}");
    // All of them are beaten but the last, and those above 50 fail.
    let many: Vec<_> = (0..60).map(|number| summary(2_000 + number, 100, 60 - number)).collect();
    let gates = gates(&["accepted_now > 2050"]);
    let listed = text(&report(&axes, &many, &gates), canvas);
    let first: Vec<_> = listed.lines().filter(|line| line.contains("=gold")).collect();
    assert_eq!(first.len(), 40, "{listed}");
    assert!(first[0].trim_start().starts_with("50 "), "{listed}");
    assert!(listed.contains("\n40 of 60 candidates, first those that pass all gates, then "), "{listed}");
    let all = text(&report(&axes, &many, &gates), None);
    assert_eq!(all.lines().filter(|line| line.contains("=gold")).count(), 60);
}

#[test]
fn what_makes_no_policy_is_told_by_reasons_and_not_all_if_they_are_many() {
    let axes = axes();
    let mut report = report(&axes, &two(), &[]);
    let reason = |number: usize| Invalid { why: format!("reason {number}"), ..report.invalid[0].clone() };
    report.invalid = (0..1_006).map(|number| reason(number % 7)).collect();
    let told = text(&report, None);
    let (_, told) = told.split_once("\n\n1,006 combinations make no policy:\n").unwrap();
    assert!(told.starts_with("  reason 0 (144)\n  reason 1 (144)\n"), "{told}");
    assert!(told.ends_with("\n  reason 4 (144)\n  and for 2 reasons more\n"), "{told}");
    report.invalid.clear();
    assert!(!text(&report, None).contains("no policy"));
}

#[test]
fn rows_of_csv_have_the_values_all_metrics_and_the_judgement() {
    let axes = axes();
    let text = csv(&report(&axes, &two(), &gates(&["flips>3", "loads_now>1"])));
    let mut reader = ::csv::Reader::from_reader(text.as_slice());
    let header: Vec<_> = reader.headers().unwrap().iter().map(ToOwned::to_owned).collect();
    let metrics = Metric::ALL.map(Metric::as_str);
    assert_eq!(header, [&["a.amount", "b.groups"][..], &metrics, &["unbeaten", "failed_gates"]].concat());
    let rows: Vec<Vec<String>> = reader.deserialize().map(Result::unwrap).collect();
    let expected = ["1000", "9000"].iter().zip(two()).map(|(value, summary)| {
        let values = Metric::ALL.map(|metric| metric.value(&summary).to_string());
        // A spreadsheet is told that the second one is no formula.
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        [texts(&[value, "'=gold"]), values.to_vec(), texts(&["true", "flips > 3; loads_now > 1"])].concat()
    });
    assert_eq!(rows, expected.collect::<Vec<_>>());
}

#[test]
fn json_has_all_of_it() {
    let axes = axes();
    let text = as_json::json(&report(&axes, &two()[..1], &gates(&["flips>3"]))).unwrap();
    assert_eq!(text.lines().count(), 1);
    let mut object: serde_json::Value = serde_json::from_str(&text).unwrap();
    let metrics = object["candidates"][0].as_object_mut().unwrap().remove("metrics").unwrap();
    let then = object.as_object_mut().unwrap().remove("then").unwrap();
    for (metrics, summary) in [(metrics, two()[0]), (then, unchanged(&two()[0]))] {
        let expected = Metric::ALL.map(|metric| (metric.as_str().to_owned(), json!(metric.value(&summary))));
        assert_eq!(metrics, serde_json::Value::Object(expected.into_iter().collect()));
    }
    assert_snapshot!(serde_json::to_string_pretty(&object).unwrap(), @r#"
        {
          "candidates": [
            {
              "failed_gates": [
                "flips > 3"
              ],
              "is_unbeaten": true,
              "sha256": "ba171218bbdaff47015eb95e43dc7362952400009b093b42dab7ddad5ef3a97f",
              "values": [
                "1000",
                "=gold"
              ]
            }
          ],
          "first": "2000-01-01T00:00:00Z",
          "from": "2000-01-01",
          "head": "9:ab:cd",
          "invalid": [
            {
              "values": [
                "30000",
                "=gold"
              ],
              "why": "a \"b\" \u001b[31m"
            }
          ],
          "last": "2000-03-01T23:59:59.500000Z",
          "notes": [
            "A note."
          ],
          "rejected": 2,
          "source": "a \u001b[31m.db",
          "to": null,
          "vary": [
            {
              "key": "a.amount",
              "values": [
                "1000",
                "9000",
                "30000"
              ]
            },
            {
              "key": "b.groups",
              "values": [
                "=gold"
              ]
            }
          ]
        }
    "#);
    // Keys in the order that is promised; what was read back has them by name.
    let keys = ["source", "head", "from", "to", "first", "last", "rejected", "notes", "vary", "then", "candidates"];
    let places: Vec<_> = keys.iter().map(|key| text.find(&format!("\"{key}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
}
