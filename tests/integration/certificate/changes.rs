//! Whatever is changed of a certificate is found, and so is a change of what it is about.

use super::{GROUPS, certified, day, directory, json, parts, verified};
use crate::ledger::Ledger;
use crate::support::code;
use crate::transactions::{BAD, loads};

/// Other values for a value of a certificate, as JSON.
fn others(value: &str) -> Vec<String> {
    let is_hash = value.len() == 66 && !value.contains(' ');
    match value {
        "null" => vec!["\"%Y\"".to_owned(), format!("{{\"sha256\": \"{}\"}}", "ab".repeat(32))],
        "true" => vec!["false".to_owned()],
        "false" => vec!["true".to_owned()],
        "\"jsonl\"" => vec!["\"csv\"".to_owned(), "null".to_owned()],
        _ if is_hash => {
            let digit = |digit: &str| if digit == "0" { "1" } else { "0" };
            let first = format!("\"{}{}", digit(&value[1..2]), &value[2..]);
            let last = format!("{}{}\"", &value[..64], digit(&value[64..65]));
            vec![first, last]
        }
        _ if value.starts_with('"') => {
            vec![format!("{}x\"", &value[..value.len() - 1]), "\"\"".to_owned(), "null".to_owned()]
        }
        number => {
            let number: u64 = number.parse().unwrap();
            [number.checked_add(1), number.checked_sub(1), Some(u64::MAX)]
                .into_iter()
                .flatten()
                .map(|n| n.to_string())
                .collect()
        }
    }
}

/// Changes every value of the certificate in `c.json` by itself, and gives the keys of those of which no change was found.
fn unfound(directory: &Ledger, arguments: &str) -> Vec<String> {
    let certificate = directory.read("c.json");
    let (mut unfound, mut tried) = (Vec::new(), 0);
    for (place, line) in certificate.lines().enumerate() {
        let Some((key, value)) = line.split_once("\": ") else { continue };
        let value = value.trim_end_matches(',');
        if ["{", "[", "[]"].contains(&value) {
            continue;
        }
        for other in others(value) {
            let lines = certificate.lines().enumerate();
            let changed: String = lines
                .map(|(at, line)| if at == place { line.replacen(value, &other, 1) } else { line.to_owned() } + "\n")
                .collect();
            assert_ne!(changed, certificate);
            directory.write("c.json", &changed);
            let status = code(&directory.command(&format!("verify-certificate c.json {arguments}")));
            tried += 1;
            if status == 0 {
                unfound.push(format!("{} {other}", key.trim_start().trim_start_matches('"')));
            }
            assert!([0, 2, 4].contains(&status), "{line} to {other}: {status}");
        }
    }
    directory.write("c.json", &certificate);
    verified(directory, 0, arguments);
    assert!(tried > 30, "{tried}");
    unfound
}

const NONE: [String; 0] = [];

#[test]
fn every_change_of_a_certificate_is_found() {
    let directory = directory();
    directory.write("day.jsonl", day(400) + BAD);
    certified(&directory, 3, "day.jsonl -o out --reasons", "");
    assert_eq!(unfound(&directory, "day.jsonl --groups groups.csv"), NONE);
}

#[test]
fn every_change_of_a_certificate_on_top_of_a_ledger_is_found() {
    let directory = directory();
    directory.write("first.jsonl", day(100));
    directory.write("day.jsonl", day(200));
    certified(&directory, 0, "--store ledger.db first.jsonl -o out", "");
    // The name of the batch is in the ledger alone.
    let names = ["batch \"first.jsonlx\"", "batch \"\""].map(str::to_owned);
    assert_eq!(unfound(&directory, "first.jsonl --groups groups.csv"), names);
    assert_eq!(unfound(&directory, "first.jsonl --groups groups.csv --store ledger.db"), NONE);
    certified(&directory, 0, "--store ledger.db day.jsonl -o out", "");
    assert_eq!(unfound(&directory, "day.jsonl --groups groups.csv --store ledger.db"), NONE);
}

#[test]
fn certificate_in_other_bytes_is_found() {
    let directory = directory();
    directory.write("day.jsonl", loads(1..=9));
    let certificate = certified(&directory, 0, "day.jsonl -o out", "");
    let without_groups = certificate.replace("  \"log\": null\n", "").replace("]\n  },\n}", "]\n  }\n}");
    for other in [
        certificate.trim_end().to_owned(),
        certificate.clone() + "\n",
        certificate.replacen("  ", "\t", 1),
        serde_json::to_string(&json(&certificate)).unwrap(),
        without_groups,
        certificate.replace("[policy]", "\\u005bpolicy]"),
    ] {
        assert_ne!(other, certificate);
        directory.write("c.json", other);
        assert_eq!(parts(&directory, "day.jsonl --groups groups.csv"), ["form"]);
    }
}

#[test]
fn changed_input_is_found_in_everything_that_follows_from_it() {
    let directory = directory();
    let input = day(300);
    directory.write("day.jsonl", &input);
    certified(&directory, 0, "day.jsonl -o out", "");
    let blank = input.clone() + "\n";
    let spaced = input.replacen("\":\"", "\": \"", 1);
    let decided: String = input.lines().skip(1).map(|line| line.to_owned() + "\n").collect();
    for (other, expected) in [
        (blank, &["input.sha256", "input.bytes"][..]),
        (spaced, &["input.sha256", "input.bytes"]),
        (input.replacen("\"id\":\"1\"", "\"id\":\"0\"", 1), &["input.sha256", "verdicts.sha256"]),
        (
            decided,
            &[
                "input.sha256",
                "input.bytes",
                "verdicts.sha256",
                "verdicts.bytes",
                "totals.read",
                "totals.declined",
                "totals.reasons",
            ],
        ),
        (
            String::new(),
            &[
                "input.sha256",
                "input.bytes",
                "input.format",
                "verdicts.sha256",
                "verdicts.bytes",
                "totals.read",
                "totals.accepted",
                "totals.declined",
                "totals.reasons",
            ],
        ),
    ] {
        directory.write("day.jsonl", &other);
        assert_eq!(parts(&directory, "day.jsonl --groups groups.csv"), expected);
    }
    let said = verified(&directory, 4, "day.jsonl --groups groups.csv");
    assert!(said.contains(&format!("input.bytes: certified is {}, and it is 0\n", input.len())), "{said}");
    assert!(said.ends_with("the certificate does NOT hold\n"), "{said}");
}

#[test]
fn input_whose_header_was_changed_is_found() {
    let directory = Ledger::new();
    directory.write("day.csv", super::csv_day(20));
    certified(&directory, 0, "day.csv -o out", "");
    directory.write("day.csv", super::csv_day(20).replacen("time", "when", 1));
    assert_eq!(parts(&directory, "day.csv"), ["input"]);
    let said = verified(&directory, 4, "day.csv");
    assert!(said.contains("day.csv:1: header: the CSV header has no time"), "{said}");
}

#[test]
fn other_groups_are_found_and_another_file_of_the_same_is_not() {
    let directory = directory();
    directory.write("day.jsonl", day(300));
    certified(&directory, 0, "day.jsonl -o out", "");
    let mut lines: Vec<_> = GROUPS.lines().collect();
    lines[1..].reverse();
    directory.write("turned.csv", lines.join("\n"));
    verified(&directory, 0, "day.jsonl --groups turned.csv");
    directory.write("others.csv", GROUPS.replace("c2,silver", "c2,bronze"));
    assert_eq!(parts(&directory, "day.jsonl --groups others.csv"), ["groups.sha256"], "nothing was decided by silver");
    directory.write("others.csv", GROUPS.replace("c0,gold", "c0,silver"));
    let found = parts(&directory, "day.jsonl --groups others.csv");
    assert!(found.contains(&"groups.sha256".to_owned()) && found.contains(&"verdicts.sha256".to_owned()), "{found:?}");
}

#[test]
fn policy_that_was_exchanged_with_its_hash_is_found_where_it_matters() {
    let directory = Ledger::new();
    let input = day(300);
    directory.write("day.jsonl", &input);
    let certificate = certified(&directory, 0, "day.jsonl -o out", "");
    let other = certified(&directory, 0, "day.jsonl -o out --set daily-count.count=2", "");
    let policy = |certificate: &str| serde_json::to_string_pretty(&json(certificate)["policy"]["text"]).unwrap();
    let hash = |certificate: &str| json(certificate)["policy"]["sha256"].as_str().unwrap().to_owned();
    let forged = certificate.replace(&policy(&certificate), &policy(&other));
    directory.write("c.json", forged.replace(&hash(&certificate), &hash(&other)));
    let found = parts(&directory, "day.jsonl");
    assert!(found.contains(&"verdicts.sha256".to_owned()) && !found.contains(&"policy.sha256".to_owned()), "{found:?}");
}
