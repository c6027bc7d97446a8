//! Certificates of runs, and what finds out whether they hold.

mod changes;
mod ledgers;
mod refusals;
mod resumed;
mod same_bytes;

use std::ops::RangeInclusive;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ledger::Ledger;
use crate::support::{code, feed, stderr, stdout};
use crate::transactions::BAD;

/// Limits of which each declines something of [`day`], some by groups that a file tells.
const POLICY: &str = r#"
[policy]
groups_file = "groups.csv"
late_after = "5d"

[[limits]]
name = "daily-count"
window = "day"
zone = "America/Toronto"
count = 3
groups = ["gold"]

[[limits]]
name = "weekly-amount"
window = "week"
amount = "400"

[[limits]]
name = "seen"
window = "24h"
amount = "15"
outcome = "flag"
"#;

const GROUPS: &str = "customer_id,group\nc0,gold\nc1,gold\nc2,silver\n";

/// The fields of a transaction of the day, from its number.
fn fields(number: u64) -> [String; 4] {
    // Some repeat another's id, and some come much later than they happened.
    let id = if number.is_multiple_of(97) { number - 7 } else { number };
    let day = if number.is_multiple_of(89) { 1 } else { 1 + number / 400 % 28 };
    let amount =
        if number.is_multiple_of(11) { format!("-{}.50", number % 13) } else { format!("{}.25", 1 + number % 17) };
    let time = format!("2000-01-{day:02}T{:02}:{:02}:00Z", number / 60 % 24, number % 60);
    [id.to_string(), format!("c{}", number % 7), amount, time]
}

/// So many transactions as JSON lines, with bad lines among them.
fn day(lines: u64) -> String {
    days(1..=lines)
}

/// The transactions of these numbers as JSON lines, with bad lines among them.
fn days(numbers: RangeInclusive<u64>) -> String {
    let line = |number| {
        let [id, customer, amount, time] = fields(number);
        let (sign, amount) = amount.strip_prefix('-').map_or(("", &*amount), |amount| ("-", amount));
        let ids = format!("\"id\":\"{id}\",\"customer_id\":\"{customer}\"");
        let line = format!("{{{ids},\"load_amount\":\"{sign}${amount}\",\"time\":\"{time}\"}}\n");
        if number.is_multiple_of(701) { line + BAD } else { line }
    };
    numbers.map(line).collect()
}

/// The same transactions as CSV.
fn csv_day(lines: u64) -> String {
    let line = |number| {
        let [id, customer, amount, time] = fields(number);
        let line = format!("{id},{customer},{amount},{time}\n");
        if number.is_multiple_of(701) { line + "x,x,bad,x\n" } else { line }
    };
    "id,customer_id,load_amount,time\n".to_owned() + &(1..=lines).map(line).collect::<String>()
}

/// A directory with the policy and its groups.
fn directory() -> Ledger {
    let directory = Ledger::new();
    directory.write("tidegate.toml", POLICY);
    directory.write("groups.csv", GROUPS);
    directory
}

/// Runs, must end with a status, and gives the certificate that was written to `c.json`.
fn certified(directory: &Ledger, status: i32, arguments: &str, input: &str) -> String {
    let command = format!("run {arguments} --certificate c.json");
    let output = feed(directory.directory(), &command, input.as_bytes());
    assert_eq!(code(&output), status, "{command}: {}", stderr(&output));
    directory.read("c.json")
}

/// What is said of the certificate in `c.json`; it must come out with a status.
fn verified(directory: &Ledger, status: i32, arguments: &str) -> String {
    let output = directory.command(&format!("verify-certificate c.json {arguments}"));
    let said = stdout(&output).to_owned() + stderr(&output);
    assert_eq!(code(&output), status, "{arguments}: {said}");
    said
}

/// The findings about a changed certificate, by part.
fn parts(directory: &Ledger, arguments: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(&verified(directory, 4, &format!("{arguments} --json"))).unwrap();
    assert_eq!(report["holds"], false);
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["part"].as_str().unwrap().to_owned()).collect()
}

fn json(certificate: &str) -> Value {
    serde_json::from_str(certificate).expect("a certificate is JSON")
}

fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(bytes))
}
