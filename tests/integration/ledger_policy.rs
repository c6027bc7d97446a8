//! The policy is part of what a ledger tells: every decision stands behind the rules that it was made under.

use serde_json::Value;

use crate::ledger::Ledger;
use crate::support::{code, run, stderr, stdout};
use crate::transactions::load_of;

/// Two limits, of which the first is mostly the one that matters, as loads are of a dollar.
fn policy(count: u32) -> String {
    format!(
        "[policy]\nduplicates = \"decline\"\n\n\
         [[limits]]\nname = \"a-day\"\nwindow = \"day\"\ndirection = \"any\"\ncount = {count}\n\n\
         [[limits]]\nname = \"a-week\"\nwindow = \"week\"\ndirection = \"load\"\namount = \"2000.00\"\n"
    )
}

/// The same as [`policy`] of 3, in other words: comments, other order of keys, other spelling of values, and more.
const THREE_IN_OTHER_WORDS: &str = r#"
    # What comes in, and where it goes.
    [io]
    input = "day.jsonl"

    [[limits]]
    count = 3         # a day
    direction = "any"
    window = "day"
    name = "a-day"

    [[limits]]
    amount = "2000"
    name = "a-week"
    direction = "load"
    window = "week"
"#;

/// Loads of one customer on one day.
fn loads_of_one(ids: std::ops::RangeInclusive<u64>) -> String {
    ids.map(|id| load_of(id, "c")).collect()
}

/// A ledger whose first batch was decided under [`policy`] of 3: three loads, and one too many.
fn ledger() -> Ledger {
    let ledger = Ledger::new();
    ledger.write("tidegate.toml", policy(3));
    ledger.write("monday.jsonl", loads_of_one(1..=4));
    assert_eq!(reasons(&ledger.must_run(0, "monday.jsonl --reasons")), ["null", "null", "null", "\"a_day\""]);
    ledger
}

/// Decides on a batch of one load.
fn decide(ledger: &Ledger, id: u64, arguments: &str) -> String {
    let input = loads_of_one(id..=id);
    ledger.must_feed(0, &format!("- --batch one-{id} --reasons {arguments}"), input)
}

fn reasons(verdicts: &str) -> Vec<&str> {
    verdicts.lines().map(|line| line.rsplit_once("\"reason\":").unwrap().1.trim_end_matches('}')).collect()
}

/// The types of all events, in order, by their first letter.
fn types(ledger: &Ledger) -> String {
    let first = |event: &Value| event["type"].as_str().unwrap().trim_start_matches("Account").chars().next().unwrap();
    ledger.events().iter().map(first).collect()
}

#[test]
fn first_event_is_the_policy() {
    let ledger = ledger();
    assert_eq!(types(&ledger), "PDDDL");
    let events = ledger.events();
    let positions: Vec<_> = events.iter().map(|event| event["position"].as_u64().unwrap()).collect();
    assert_eq!(positions, [1, 2, 3, 4, 5]);
    assert_eq!(events[0]["type"], "PolicyActivated");
    // Whatever else is told of it, the rules are.
    let text = events[0].to_string();
    assert!(text.contains("a-day") && text.contains("a-week") && text.contains("2000"), "{text}");
}

#[test]
fn policy_is_told_again_only_when_the_rules_are_others() {
    let ledger = ledger();
    decide(&ledger, 5, "");
    ledger.write("tidegate.toml", THREE_IN_OTHER_WORDS);
    decide(&ledger, 6, "");
    ledger.write("tidegate.toml", policy(9));
    decide(&ledger, 7, "--set a-day.count=3");
    decide(&ledger, 8, "--set a-day.count=3 --strict --threads 4");
    assert_eq!(types(&ledger), "PDDDLLLLL", "the same rules");
    decide(&ledger, 9, "");
    assert_eq!(types(&ledger), "PDDDLLLLLPD", "a limit");
    ledger.write("tidegate.toml", policy(9).replace("decline", "ignore"));
    decide(&ledger, 10, "");
    assert_eq!(types(&ledger), "PDDDLLLLLPDPD", "what becomes of duplicates");
    ledger.write("tidegate.toml", policy(3));
    decide(&ledger, 11, "");
    assert_eq!(types(&ledger), "PDDDLLLLLPDPDPL", "the first rules again");
}

#[test]
fn order_of_limits_is_part_of_the_rules() {
    let ledger = ledger();
    let (head, limits) = THREE_IN_OTHER_WORDS.split_once("[[limits]]").unwrap();
    let (day, week) = limits.split_once("[[limits]]").unwrap();
    ledger.write("tidegate.toml", format!("{head}[[limits]]{week}[[limits]]{day}"));
    decide(&ledger, 5, "");
    assert_eq!(ledger.count("PolicyActivated"), 2);
}

#[test]
fn dry_runs_and_completed_batches_activate_nothing() {
    let ledger = ledger();
    let head = ledger.head();
    ledger.write("tuesday.jsonl", loads_of_one(5..=6));
    assert_eq!(
        reasons(&ledger.must_run(0, "tuesday.jsonl --dry-run --reasons --set a-day.count=4")),
        ["null", "\"a_day\""]
    );
    let again = ledger.must_run(0, "monday.jsonl --reasons --set a-day.count=1");
    assert_eq!(reasons(&again), ["null", "null", "null", "\"a_day\""]);
    assert_eq!(ledger.head(), head);
}

#[test]
fn changed_limit_judges_only_what_is_new_and_counts_what_was_used_before() {
    let ledger = ledger();
    let monday = ledger.verdicts("monday.jsonl");
    ledger.write("tuesday.jsonl", loads_of_one(5..=8));
    let raised = ledger.must_run(0, "tuesday.jsonl --reasons --set a-day.count=5");
    assert_eq!(reasons(&raised), ["null", "null", "\"a_day\"", "\"a_day\""], "two more than the three");
    ledger.write("wednesday.jsonl", loads_of_one(9..=10));
    let lowered = ledger.must_run(0, "wednesday.jsonl --reasons --set a-day.count=2");
    assert_eq!(reasons(&lowered), ["\"a_day\"", "\"a_day\""]);
    let amount = ledger.must_feed(
        0,
        "- --batch week --reasons --set a-day.count=99 --set a-week.amount=6",
        loads_of_one(11..=12),
    );
    assert_eq!(reasons(&amount), ["null", "\"a_week\""], "five dollars of six were used");
    assert_eq!(ledger.verdicts("monday.jsonl"), monday);
    assert_eq!(ledger.verdicts("tuesday.jsonl"), raised);
    assert_eq!(ledger.verdicts("wednesday.jsonl"), lowered);
}

#[test]
fn limit_of_another_window_counts_what_was_used_before_it_was_one() {
    let ledger = ledger();
    ledger.write("tidegate.toml", "[[limits]]\nname = \"a-month\"\nwindow = \"month\"\ncount = 4\n");
    ledger.write("tuesday.jsonl", loads_of_one(5..=6));
    assert_eq!(reasons(&ledger.must_run(0, "tuesday.jsonl --reasons")), ["null", "\"a_month\""]);
}

#[test]
fn reasons_are_those_of_the_policy_that_decided() {
    let ledger = ledger();
    let monday = ledger.verdicts("monday.jsonl");
    ledger.write("tidegate.toml", "[[limits]]\nname = \"other-name\"\nwindow = \"day\"\ncount = 1\n");
    ledger.write("tuesday.jsonl", loads_of_one(5..=5));
    assert_eq!(reasons(&ledger.must_run(0, "tuesday.jsonl --reasons")), ["\"other_name\""]);
    assert_eq!(ledger.verdicts("monday.jsonl"), monday);
    assert_eq!(ledger.must_run(0, "monday.jsonl --reasons"), monday);
    ledger.write("tidegate.toml", "limits = []\n");
    ledger.must_feed(0, "- --batch none", loads_of_one(6..=6));
    assert_eq!(ledger.must_run(0, "monday.jsonl --reasons"), monday);
}

#[test]
fn ledger_of_several_policies_verifies_and_rebuilds() {
    let ledger = ledger();
    for (id, count) in (5..).zip([4, 1, 9, 3, 4]) {
        decide(&ledger, id, &format!("--set a-day.count={count}"));
    }
    ledger.write("tidegate.toml", "limits = []\n[policy]\nduplicates = \"ignore\"\n");
    ledger.must_feed(0, "- --batch last", loads_of_one(5..=5));
    let head = ledger.ask("head");
    for command in ["verify", "rebuild", "verify"] {
        let output = run(ledger.directory(), &format!("{command} --store ledger.db"));
        assert_eq!(code(&output), 0, "{command}: {}{}", stdout(&output), stderr(&output));
    }
    let output = run(ledger.directory(), &format!("verify --store ledger.db --head {head}"));
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(ledger.ask("head"), head);
}
