//! The same input under the same policy has the same certificate, however it came.

use super::{POLICY, certified, csv_day, day, directory, json, sha256, verified};
use crate::ledger::Ledger;
use crate::support::{code, run, stderr, stdout};
use crate::transactions::{BAD, load, loads};

/// Enough lines for several batches of the engine.
const LINES: u64 = 6_500;

#[test]
fn certificate_does_not_depend_on_threads_nor_on_how_the_input_comes() {
    let mut certificates = Vec::new();
    for (name, input) in [("day.jsonl", day(LINES)), ("day.csv", csv_day(LINES))] {
        let directory = directory();
        directory.write(name, &input);
        for shape in ["", "--reasons", "--output-format csv", "--reasons --output-format csv"] {
            let first = certified(&directory, 3, &format!("{name} -o out --threads 1 --rejects bad {shape}"), "");
            let certificate = json(&first);
            assert_eq!(certificate["input"]["sha256"], sha256(&input), "{name}");
            assert_eq!(certificate["input"]["bytes"], input.len(), "{name}");
            let output = directory.read("out");
            assert_eq!(certificate["verdicts"]["sha256"], sha256(&output), "{name} {shape}");
            assert_eq!(certificate["verdicts"]["bytes"], output.len(), "{name} {shape}");
            for threads in [2, 4, 8] {
                let from_file = certified(&directory, 3, &format!("{name} -o out --threads {threads} {shape}"), "");
                let from_pipe = certified(&directory, 3, &format!("- --threads {threads} {shape} --quiet"), &input);
                assert!(from_file == first && from_pipe == first, "{name} {threads} {shape}");
            }
            verified(&directory, 0, &format!("{name} --groups groups.csv"));
            certificates.push(first);
        }
    }
    certificates.sort();
    certificates.dedup();
    assert_eq!(certificates.len(), 8, "each shape of each input has a certificate of its own");
}

#[test]
fn totals_are_those_of_the_summary_and_everything_is_met() {
    let directory = directory();
    directory.write("day.jsonl", day(LINES));
    let output = run(directory.directory(), "run day.jsonl -o out --certificate c.json");
    let certificate = json(&directory.read("c.json"));
    let totals = &certificate["totals"];
    let count = |key: &str| totals[key].as_u64().unwrap();
    assert_eq!(count("read"), LINES + LINES / 701);
    assert_eq!(count("read"), count("accepted") + count("declined") + count("ignored") + count("rejected"));
    let reasons = totals["reasons"].as_array().unwrap();
    let told: Vec<_> =
        reasons.iter().map(|reason| format!("{} {}", reason["reason"].as_str().unwrap(), reason["count"])).collect();
    let summary = stderr(&output).lines().find(|line| line.starts_with("declined: ")).unwrap();
    assert_eq!(summary.replace(',', ""), format!("declined: {}", told.join(" ")));
    for reason in ["duplicate", "too_late", "daily_count", "weekly_amount", "insufficient_funds"] {
        assert!(told.iter().any(|told| told.starts_with(reason)), "{told:?}");
    }
    assert_eq!(
        certificate["groups"]["sha256"],
        certificate["policy"]["text"].as_str().unwrap().split('"').nth(5).unwrap()
    );
    assert_eq!(certificate["policy"]["sha256"], sha256(certificate["policy"]["text"].as_str().unwrap()));
}

#[test]
fn duplicates_that_are_ignored_are_counted_apart() {
    let directory = Ledger::new();
    directory.write("tidegate.toml", "[policy]\nduplicates = \"ignore\"\n");
    directory.write("day.jsonl", load(1) + &load(1) + &load(1) + &load(2));
    let certificate = json(&certified(&directory, 0, "day.jsonl -o out", ""));
    assert_eq!(certificate["totals"]["ignored"], 2);
    assert_eq!((&certificate["totals"]["declined"], &certificate["totals"]["accepted"]), (&0.into(), &2.into()));
    assert!(verified(&directory, 0, "day.jsonl").contains("2 duplicates ignored"));
}

#[test]
fn ledger_gives_the_same_certificate_on_any_number_of_threads() {
    let (first_day, second_day) = (day(LINES), csv_day(LINES / 2));
    let mut certificates = Vec::new();
    for threads in [1, 2, 4, 8] {
        let directory = directory();
        directory.write("first.jsonl", &first_day);
        let first = certified(&directory, 3, &format!("--store ledger.db first.jsonl -o out --threads {threads}"), "");
        let arguments = format!("--store ledger.db - --batch second --threads {threads} -q");
        let second = certified(&directory, 3, &arguments, &second_day);
        let head = directory.head();
        assert_eq!(json(&second)["log"]["after"]["root"], head.root);
        assert_eq!(json(&second)["log"]["after"]["size"], head.size);
        certificates.push([first, second]);
    }
    certificates.dedup();
    assert_eq!(certificates.len(), 1);
    let [first, second] = certificates.pop().unwrap().map(|certificate| json(&certificate));
    assert_eq!(first["log"]["before"]["size"], 0);
    assert_eq!(first["log"]["after"], second["log"]["before"]);
    assert_eq!((&second["log"]["batch"], &second["log"]["number"]), (&"second".into(), &2.into()));
}

#[test]
fn input_without_a_transaction_has_a_certificate_too() {
    for (name, input, format) in [
        ("empty.jsonl", String::new(), None),
        ("blank.csv", "\n \n\n".to_owned(), None),
        ("header.csv", csv_day(0), Some("csv")),
        ("bom.csv", format!("\u{feff}{}", csv_day(0)), Some("csv")),
        ("bad.jsonl", BAD.to_owned(), Some("jsonl")),
    ] {
        let status = if name == "bad.jsonl" { 3 } else { 0 };
        let directory = Ledger::new();
        directory.write(name, &input);
        let from_file = certified(&directory, status, &format!("{name} -o out.jsonl"), "");
        assert_eq!(json(&from_file)["input"]["format"].as_str(), format, "{name}");
        assert_eq!(json(&from_file)["input"]["sha256"], sha256(&input), "{name}");
        let from_pipe = certified(&directory, status, "-", &input);
        assert_eq!(from_pipe, from_file, "{name}");
        verified(&directory, 0, name);
        for batch in ["one", "two"] {
            certified(&directory, status, &format!("--store ledger.db {name} --batch {batch}"), "");
            verified(&directory, 0, &format!("{name} --store ledger.db"));
        }
        let log = &json(&directory.read("c.json"))["log"];
        assert_eq!((&log["before"], &log["number"]), (&log["after"], &2.into()), "{name}");
        assert_eq!(log["after"]["size"], 1, "the policy came with the first batch");
    }
}

#[test]
fn time_format_is_certified() {
    let directory = Ledger::new();
    directory.write("tidegate.toml", "[io]\ntime_format = \"%d.%m.%Y\"\n");
    directory.write("day.jsonl", load(1).replace("2000-01-01T00:00:00Z", "01.02.2000"));
    let certificate = json(&certified(&directory, 0, "day.jsonl -o out", ""));
    assert_eq!(certificate["input"]["time_format"], "%d.%m.%Y");
    directory.write("tidegate.toml", "");
    verified(&directory, 0, "day.jsonl");
}

#[test]
fn neither_configuration_nor_environment_has_a_say_in_the_verification() {
    let directory = directory();
    directory.write("day.jsonl", day(300));
    certified(&directory, 0, "day.jsonl -o out", "");
    directory.write("tidegate.toml", POLICY.replace("count = 3", "count = 1") + "nonsense");
    let said = verified(&directory, 0, "day.jsonl --groups groups.csv");
    assert!(said.contains("the certificate holds\nnot proved: "), "{said}");
    let output = run(directory.directory(), "verify-certificate c.json day.jsonl --groups groups.csv --json");
    let report = json(stdout(&output));
    assert_eq!((code(&output), &report["holds"], &report["findings"]), (0, &true.into(), &serde_json::json!([])));
    assert_eq!(report["decided"], json(&directory.read("c.json"))["totals"]);
}

#[test]
fn verification_leaves_nothing_behind() {
    let directory = Ledger::new();
    directory.write("day.jsonl", loads(1..=20));
    certified(&directory, 0, "--store ledger.db day.jsonl -o out", "");
    let files = || {
        let mut names: Vec<_> =
            std::fs::read_dir(directory.directory()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let (before, ledger) = (files(), directory.bytes());
    verified(&directory, 0, "day.jsonl");
    verified(&directory, 0, "day.jsonl --store ledger.db");
    assert_eq!((files(), directory.bytes()), (before, ledger));
}
