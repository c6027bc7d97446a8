//! What candidates there are, and that each comes to what its backtest does.

use serde_json::json;

use super::{candidate, history, object, swept};
use crate::ledger::{Ledger, NAME};
use crate::support::{code, stderr, stdout};
use crate::transactions::load;

/// A sweep beside a backtest of each of its candidates, under the same arguments but for the ones of the sweep alone.
fn assert_like_backtests(arguments: &str, keys: &[&str], all: &[&[&str]]) {
    let ledger = history();
    let before = ledger.bytes();
    let vary: Vec<_> = keys
        .iter()
        .enumerate()
        .map(|(place, key)| {
            let mut values: Vec<&str> = all.iter().map(|values| values[place]).collect();
            values.sort_unstable();
            values.dedup();
            format!("--vary {key}={}", values.join(","))
        })
        .collect();
    let output = ledger.command(&format!("sweep --json --quiet {arguments} {}", vary.join(" ")));
    assert_eq!((code(&output), stderr(&output)), (0, ""), "{arguments}");
    let sweep = object(stdout(&output));
    for values in all {
        let set: Vec<_> = keys.iter().zip(*values).map(|(key, value)| format!("--set {key}={value}")).collect();
        let output = ledger.command(&format!("backtest --json --quiet {arguments} {}", set.join(" ")));
        assert_eq!((code(&output), stderr(&output)), (0, ""), "{arguments}");
        let backtest = object(stdout(&output));
        let candidate = candidate(&sweep, values);
        assert_eq!(candidate["metrics"], backtest["metrics"], "{arguments} {values:?}");
        assert_eq!(candidate["sha256"], backtest["now"][0]["sha256"], "{arguments} {values:?}");
        for key in ["source", "head", "from", "to", "first", "last", "rejected", "notes"] {
            assert_eq!(sweep[key], backtest[key], "{arguments} {key}");
        }
        for then in ["transactions", "customers", "accepted_then", "loads_then", "withdrawals_then"] {
            assert_eq!(sweep["then"][then], backtest["metrics"][then], "{arguments} {then}");
        }
    }
    let flips = |candidate: &serde_json::Value| candidate["metrics"]["flips"].as_u64();
    let candidates = sweep["candidates"].as_array().unwrap();
    assert!(candidates.iter().any(|candidate| flips(candidate) > Some(20)), "{sweep}");
    assert_eq!(ledger.bytes(), before);
}

#[test]
fn candidates_of_a_ledger_are_like_backtests_of_its_last_policy_with_changes() {
    let arguments = format!("--store {NAME}");
    assert_like_backtests(&arguments, &["a-day.amount", "gold.window"], &[&["1000", "24h"], &["2500.50", "week"]]);
}

#[test]
fn candidates_of_a_ledger_are_like_backtests_of_a_configuration_with_changes() {
    let arguments = format!("--store {NAME} --config rich.toml --from 2000-01-10 --to 2000-02-10");
    assert_like_backtests(&arguments, &["gold.groups"], &[&["gold"], &["basic"]]);
}

#[test]
fn candidates_of_an_input_are_like_backtests_of_it() {
    let arguments = "day.jsonl --baseline rich.toml --from 2000-02-01";
    assert_like_backtests(arguments, &["daily-amount.amount", "daily-count.count"], &[&["500", "1"], &["900.5", "9"]]);
}

#[test]
fn groups_that_only_candidates_decide_by_are_those_that_the_input_tells() {
    let ledger = history();
    let with_groups: String = ledger
        .read("day.jsonl")
        .lines()
        .enumerate()
        .map(|(place, line)| match (place % 3, line.strip_suffix('}')) {
            (0, Some(line)) => format!("{line},\"group\":\"gold\"}}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    ledger.write("groups.jsonl", with_groups);
    let arguments = "groups.jsonl --set daily-amount.amount=700";
    let sweep = ledger.command(&format!("sweep --json --quiet {arguments} --vary daily-amount.groups=gold,silver"));
    let sweep = object(stdout(&sweep));
    let mut flips = Vec::new();
    for group in ["gold", "silver"] {
        let set = format!("--set daily-amount.groups={group}");
        let backtest = ledger.command(&format!("backtest --json --quiet {arguments} {set}"));
        let backtest = object(stdout(&backtest));
        assert_eq!(candidate(&sweep, &[group])["metrics"], backtest["metrics"]);
        flips.push(backtest["metrics"]["flips"].as_u64());
    }
    assert_ne!(flips[0], flips[1]);
}

#[test]
fn groups_that_a_ledger_does_not_tell_are_noted() {
    let ledger = Ledger::new();
    ledger.must_feed(0, "- --batch first --quiet", load(1));
    let sweep = object(&swept(&ledger, "--json --vary daily-amount.groups=gold"));
    let backtest = object(&ledger.ask("backtest --json --quiet --set daily-amount.groups=gold"));
    assert_eq!(sweep["notes"], backtest["notes"]);
    assert_eq!(sweep["notes"].as_array().map(Vec::len), Some(1));
    let text = swept(&ledger, "--vary daily-amount.groups=gold");
    assert!(text.contains("\nthe ledger tells no customer's group, "), "{text}");
}

#[test]
fn changes_of_all_candidates_lie_below_what_is_varied() {
    let ledger = history();
    let set = "--set a-day.count=1 --set a-day.amount=7";
    let changed = object(&swept(&ledger, &format!("--json {set} --vary a-day.amount=3000,4000")));
    let backtest = object(&ledger.ask("backtest --json --set a-day.count=1 --set a-day.amount=3000"));
    assert_eq!(candidate(&changed, &["3000"])["metrics"], backtest["metrics"]);
}

#[test]
fn candidates_are_all_combinations_in_the_order_of_the_flags() {
    let ledger = history();
    let sweep = object(&swept(&ledger, "--json --vary a-day.amount=1000..2000/500 --vary a-day.count=2,10"));
    let values: Vec<_> = sweep["candidates"].as_array().unwrap().iter().map(|candidate| &candidate["values"]).collect();
    let expected = ["1000", "1500", "2000"].iter().flat_map(|amount| [json!([amount, "2"]), json!([amount, "10"])]);
    assert_eq!(values, expected.collect::<Vec<_>>().iter().collect::<Vec<_>>());
    let vary = json!([
        { "key": "a-day.amount", "values": ["1000", "1500", "2000"] },
        { "key": "a-day.count", "values": ["2", "10"] },
    ]);
    assert_eq!(sweep["vary"], vary);
    assert_eq!(sweep["invalid"], json!([]));
}

#[test]
fn everything_that_is_written_is_the_same_on_any_number_of_threads() {
    let ledger = history();
    let vary = "--vary a-day.amount=500..9000/500 --vary gold.amount=4000,5000 --vary a-day.window=day,week,30h";
    let mut all = Vec::new();
    for threads in [1, 2, 4] {
        let arguments = format!("{vary} --threads {threads} --html s{threads}.html --csv s{threads}.csv");
        let json = swept(&ledger, &format!("{arguments} --json"));
        let text = swept(&ledger, &arguments);
        all.push((json, text, ledger.read(&format!("s{threads}.html")), ledger.read(&format!("s{threads}.csv"))));
    }
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
    let (json, _, html, csv) = &all[0];
    assert_eq!(object(json)["candidates"].as_array().unwrap().len(), 108);
    assert_eq!(csv.lines().count(), 109);
    assert!(html.trim_start().starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"), "{html}");
}
