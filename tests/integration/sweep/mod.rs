//! `tidegate sweep`: each candidate is its backtest, and what is told of all of them.

mod candidates;
mod judgement;
mod mistakes;
mod terminal;

use std::process::Output;

use serde_json::Value;

use crate::ledger::{Ledger, NAME};
use crate::support::{code, stderr, stdout, tidegate};

/// A configuration in which groups and time zones decide.
const RICH: &str = "\
[policy]
zone = \"America/Toronto\"
late_after = \"5d\"

[[limits]]
name = \"a-day\"
window = \"day\"
direction = \"load\"
amount = 4000
count = 4

[[limits]]
name = \"gold\"
window = \"72h\"
amount = 9000
groups = [\"gold\"]

[[limits]]
name = \"least\"
minimum_amount = 100
";

/// A directory with a workload as `day.jsonl`, the file of groups `members.csv`, and a ledger in which the default limits
/// decided on the first half of the workload and others on the second.
fn history() -> Ledger {
    let ledger = Ledger::new();
    assert_eq!(code(&ledger.command("generate --lines 1500 --mix --seed 7 -o day.jsonl")), 0);
    let customers: String =
        (1..=75).map(|number| format!("{number},{}\n", if number % 3 == 0 { "gold" } else { "basic" })).collect();
    ledger.write("members.csv", format!("customer_id,group\n{customers}"));
    ledger.write("rich.toml", RICH.replace("[policy]\n", "[policy]\ngroups_file = \"members.csv\"\n"));
    let day = ledger.read("day.jsonl");
    let half = day.match_indices('\n').nth(749).map(|(place, _)| place + 1).expect("there are so many lines");
    ledger.must_feed(0, "- --batch first --quiet", &day[..half]);
    ledger.must_feed(0, "- --batch second --quiet --config rich.toml", &day[half..]);
    ledger
}

/// The program with arguments that may hold spaces.
fn command(ledger: &Ledger, arguments: &[&str]) -> Output {
    tidegate(ledger.directory()).args(arguments).output().expect("the program starts")
}

/// What a sweep of the ledger writes that ends well.
fn swept(ledger: &Ledger, arguments: &str) -> String {
    let output = ledger.command(&format!("sweep --quiet --store {NAME} {arguments}"));
    assert_eq!((code(&output), stderr(&output)), (0, ""), "{arguments}");
    stdout(&output).to_owned()
}

/// One JSON object.
fn object(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A candidate of a sweep by its values.
fn candidate<'a>(sweep: &'a Value, values: &[&str]) -> &'a Value {
    let all = sweep["candidates"].as_array().expect("there are candidates");
    let found =
        all.iter().find(|candidate| candidate["values"].as_array().is_some_and(|found| found.iter().eq(values)));
    found.unwrap_or_else(|| panic!("there is no candidate {values:?}: {sweep}"))
}
