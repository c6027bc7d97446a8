//! A batch that was broken off has the certificate of one that was not; a run that did not come to its end has none.

use rustix::process::Signal;

use super::{certified, csv_day, day, directory, json, sha256, verified};
use crate::ledger::Ledger;
use crate::running::Running;
use crate::support::{code, stderr, tidegate};
use crate::transactions::{BAD, load, loads};

const LINES: u64 = 60;

/// The certificate of the second of two batches that nobody broke off.
fn unbroken(input: &str, flags: &str) -> String {
    let directory = directory();
    directory.must_feed(0, "- --batch first --set weekly-amount.amount=50", loads(1..=5));
    certified(&directory, 0, &format!("--store ledger.db - --batch day {flags}"), input)
}

#[test]
fn batch_that_was_broken_off_and_repeated_has_the_certificate_of_one_that_was_not() {
    for (input, flags) in [(day(LINES), ""), (csv_day(LINES), "--reasons --output-format csv")] {
        let expected = unbroken(&input, flags);
        for signal in [Signal::INT, Signal::KILL] {
            let directory = directory();
            directory.must_feed(0, "- --batch first --set weekly-amount.amount=50", loads(1..=5));
            for done in [1, 20, 20, 43] {
                let part: String = input.split_inclusive('\n').take(done).collect();
                let mut running = directory.start("- --batch day");
                running.write(part.as_bytes());
                let header = usize::from(input.starts_with("id,"));
                for _ in header..done {
                    running.stdout.next();
                }
                running.signal(signal);
                running.wait();
            }
            directory.write("day", &input);
            let arguments = format!("--store ledger.db day {flags}");
            assert_eq!(certified(&directory, 0, &arguments, ""), expected, "{signal:?}");
            assert_eq!(certified(&directory, 0, &arguments, ""), expected, "repeated");
            directory.must_feed(0, "- --batch third --set weekly-amount.amount=70", loads(6..=9));
            // What the configuration says now has no say in what was decided then.
            directory.write("tidegate.toml", "[io]\ntime_format = \"%d.%m.%Y\"\n");
            assert_eq!(certified(&directory, 0, &arguments, ""), expected, "repeated later");
            verified(&directory, 0, "day --store ledger.db --groups groups.csv");
        }
    }
}

#[test]
fn input_of_a_batch_that_went_on_at_a_line_is_certified_once_it_is_repeated() {
    let directory = Ledger::new();
    directory.break_off("- --batch day", &loads(1..=10), Signal::KILL);
    let rest = loads(11..=15);
    let refused = directory.must_refuse("- --batch day --resume-at-line 11 --certificate c.json", &rest);
    assert!(refused.contains("'--resume-at-line <N>' cannot be used with '--certificate <FILE>'"), "{refused}");
    directory.must_feed(0, "- --batch day --resume-at-line 11", &rest);
    let certificate = certified(&directory, 0, "--store ledger.db - --batch day", &loads(1..=15));
    assert_eq!(json(&certificate)["input"]["sha256"], sha256(loads(1..=15)));
    directory.write("day", loads(1..=15));
    verified(&directory, 0, "day --store ledger.db");
    verified(&directory, 0, "day");
}

#[test]
fn run_that_goes_on_behind_a_line_that_was_resumed_at_is_refused() {
    let directory = Ledger::new();
    directory.break_off("- --batch day", &loads(1..=10), Signal::KILL);
    directory.break_off("- --batch day --resume-at-line 11", &loads(11..=12), Signal::KILL);
    let refused = directory.must_refuse("- --batch day --certificate c.json", loads(1..=15));
    assert!(refused.starts_with("tidegate: --certificate: batch day once went on by --resume-at-line"), "{refused}");
    directory.must_feed(0, "- --batch day", loads(1..=15));
    certified(&directory, 0, "--store ledger.db - --batch day", &loads(1..=15));
    directory.write("day", loads(1..=15));
    verified(&directory, 0, "day --store ledger.db");
}

#[test]
fn batch_in_pieces_has_no_certificate() {
    let directory = Ledger::new();
    directory.break_off("- --batch day", &loads(1..=10), Signal::KILL);
    directory.must_feed(0, "- --batch other", loads(21..=22));
    let torn = "tidegate: --certificate: other batches were recorded between the parts of batch day";
    let refused = directory.must_refuse("- --batch day --certificate c.json", loads(1..=15));
    assert!(refused.starts_with(torn), "{refused}");
    assert_eq!(directory.batch("day")["complete"], false);
    directory.must_feed(0, "- --batch day", loads(1..=15));
    let refused = directory.must_refuse("- --batch day --certificate c.json", loads(1..=15));
    assert!(refused.starts_with(torn), "{refused}");
    assert!(!directory.path("c.json").exists());
}

#[test]
fn batch_whose_last_events_came_before_another_is_in_one_piece() {
    let directory = Ledger::new();
    directory.break_off("- --batch day", &loads(1..=10), Signal::KILL);
    directory.must_feed(0, "- --batch other", loads(21..=22));
    // Nothing more comes but the end of the input.
    directory.must_feed(0, "- --batch day", loads(1..=10));
    let certificate = json(&certified(&directory, 0, "--store ledger.db - --batch day", &loads(1..=10)));
    assert_eq!((&certificate["log"]["before"]["size"], &certificate["log"]["after"]["size"]), (&0.into(), &11.into()));
    directory.write("day", loads(1..=10));
    verified(&directory, 0, "day");
    verified(&directory, 0, "day --store ledger.db");
}

#[test]
fn run_that_does_not_come_to_its_end_leaves_the_certificate_as_it_was() {
    for store in ["", "--store ledger.db --batch day"] {
        let directory = Ledger::new();
        directory.write("c.json", "before");
        let command = format!("run - {store} --certificate c.json");
        let mut running = Running::start(tidegate(directory.directory()).args(command.split_whitespace()));
        running.write(load(1).as_bytes());
        running.stdout.next();
        running.signal(Signal::INT);
        assert_eq!(running.wait().code(), Some(130));
        running.stderr.find("no certificate is written, as the run did not come to its end");
        assert_eq!(directory.read("c.json"), "before");
        assert!(!directory.path("c.json.partial").exists());
    }
}

#[test]
fn strict_run_that_stops_has_no_certificate_and_the_mended_one_has() {
    let directory = Ledger::new();
    directory.write("day.jsonl", loads(1..=5) + BAD + &loads(6..=9));
    let output = directory.run("day.jsonl --strict -o out --certificate c.json");
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("no certificate is written"), "{}", stderr(&output));
    assert!(!directory.path("c.json").exists());
    directory.write("day.jsonl", loads(1..=9));
    let certificate = certified(&directory, 0, "--store ledger.db day.jsonl --strict", "");
    assert_eq!(json(&certificate)["input"]["sha256"], sha256(loads(1..=9)));
    verified(&directory, 0, "day.jsonl --store ledger.db");
}

#[test]
fn output_that_nobody_reads_to_its_end_has_no_certificate() {
    for store in ["", "--store ledger.db", "--store ledger.db"] {
        let directory = Ledger::new();
        directory.write("day.jsonl", day(5_000));
        if !store.is_empty() {
            directory.run("day.jsonl -o out");
        }
        let program = env!("CARGO_BIN_EXE_tidegate");
        let script =
            format!("({program} run {store} day.jsonl --certificate c.json; echo $? >&2) | head -c 1 >/dev/null");
        let output =
            std::process::Command::new("bash").args(["-c", &script]).current_dir(directory.directory()).output();
        let output = output.unwrap();
        assert!(stderr(&output).ends_with("so there is no certificate\n1\n"), "{}", stderr(&output));
        assert!(!directory.path("c.json").exists());
    }
}
