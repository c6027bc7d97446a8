//! A batch is a named input, and is decided on once.

use crate::ledger::{Ledger, verdicts_at_once};
use crate::support::{code, stderr, stdout};
use crate::transactions::{BAD, WHY_BAD, accepted, all_accepted, load, load_of, loads};

const CSV: &str = "time,id,customer_id,load_amount\n2000-01-01T00:00:00Z,1,c1,$1\n2000-01-01T00:00:00Z,2,c2,$1\n";

/// A ledger with a directory that holds one input.
fn ledger_with(name: &str, content: impl AsRef<[u8]>) -> Ledger {
    let ledger = Ledger::new();
    ledger.write(name, content);
    ledger
}

/// Inputs of all kinds, and the status that a run on each exits with.
fn inputs() -> Vec<(&'static str, Vec<u8>, i32)> {
    let overlong = format!("{{\"id\":\"{}\"}}\n", "x".repeat(200_000));
    let csv_of_several_lines = "id,customer_id,load_amount,time,note\n\
                                1,c,$1.00,2000-01-01T00:00:00Z,\"two\nlines\"\n2,c,$1.00,2000-01-32T00:00:00Z,\n";
    vec![
        ("loads.jsonl", loads(1..=5).into(), 0),
        ("bad.jsonl", (load(1) + BAD + "\n" + &load(2) + "[]\n").into(), 3),
        ("only-rejects.jsonl", BAD.repeat(30).into(), 3),
        ("empty.jsonl", Vec::new(), 0),
        ("empty.csv", Vec::new(), 0),
        ("blank.jsonl", "\n \r\n\n".into(), 0),
        ("day.csv", CSV.into(), 0),
        ("header.csv", "time,id,customer_id,load_amount\n".into(), 0),
        ("notes.csv", csv_of_several_lines.into(), 3),
        ("mark.jsonl", ("\u{feff}".to_owned() + &load(1)).into(), 0),
        ("mark.csv", ("\u{feff}".to_owned() + CSV).into(), 0),
        ("crlf.jsonl", loads(1..=3).replace('\n', "\r\n").into(), 0),
        ("unended.jsonl", loads(1..=2).trim_end().into(), 0),
        ("cut.jsonl", (load(1) + "{\"id\":").into(), 3),
        ("overlong.jsonl", (load(1) + &overlong + &load(2)).into(), 3),
        ("overlong-at-the-end.jsonl", (load(1) + overlong.trim_end()).into(), 3),
        ("bytes.jsonl", [load(1).as_bytes(), b"\xff\x00\n", load(2).as_bytes()].concat(), 3),
    ]
}

#[test]
fn completed_batch_comes_again_as_it_came_and_decides_nothing() {
    for (name, input, status) in inputs() {
        let ledger = ledger_with(name, &input);
        let plain = ledger.command(&format!("run {name} -o plain.jsonl --rejects plain-rejects.jsonl --reasons"));
        assert_eq!(code(&plain), status, "{name}");
        let (verdicts, rejects) = (ledger.read("plain.jsonl"), ledger.read("plain-rejects.jsonl"));
        let mut heads = Vec::new();
        for threads in [4, 1, 4] {
            let arguments = format!("{name} -o out.jsonl --rejects rejects.jsonl --reasons --threads {threads}");
            ledger.must_run(status, &arguments);
            assert_eq!(ledger.read("out.jsonl"), verdicts, "{name}");
            assert_eq!(ledger.read("rejects.jsonl"), rejects, "{name}");
            heads.push(ledger.head());
        }
        assert!(heads.iter().all(|head| *head == heads[0]), "{name}: {heads:?}");
        assert_eq!(ledger.verdicts(name), verdicts, "{name}");
        assert_eq!(ledger.batch(name)["complete"], true, "{name}");
    }
}

#[test]
fn summary_says_that_a_batch_was_decided_before_and_counts_it_all_the_same() {
    let ledger = ledger_with("day.jsonl", load_of(1, "c") + &load_of(1, "c") + BAD);
    let first = ledger.run("day.jsonl");
    let second = ledger.run("day.jsonl");
    assert_eq!((code(&first), code(&second)), (3, 3));
    assert_eq!(stdout(&first), stdout(&second));
    for output in [&first, &second] {
        assert!(stderr(output).starts_with(&format!("day.jsonl:3: {WHY_BAD}\n")), "{}", stderr(output));
        assert!(stderr(output).contains("read 3: 1 accepted, 1 declined, 1 rejected"), "{}", stderr(output));
    }
    assert!(!stderr(&first).contains("already"), "{}", stderr(&first));
    assert!(stderr(&second).contains("already"), "{}", stderr(&second));
}

#[test]
fn output_of_a_completed_batch_can_be_had_in_another_format() {
    let ledger = ledger_with("day.jsonl", load_of(1, "c") + &load_of(1, "c"));
    ledger.must_run(0, "day.jsonl");
    let csv = "id,customer_id,accepted,reason\n1,c,true,\n1,c,false,duplicate\n";
    assert_eq!(ledger.must_run(0, "day.jsonl --reasons --output-format csv"), csv);
    assert_eq!(ledger.ask("verdicts --batch day.jsonl --reasons --output-format csv"), csv);
    assert_eq!(ledger.ask("verdicts --batch day.jsonl -o again.csv --reasons --output-format csv"), "");
    assert_eq!(ledger.read("again.csv"), csv);
}

#[test]
fn other_content_under_the_name_of_a_batch_is_refused_and_nothing_is_written() {
    let day = loads(1..=3);
    let others = [
        ("one byte", day.replacen("$1.00", "$1.01", 1)),
        ("one byte at the end", day.replace("\"id\":\"3\"", "\"id\":\"4\"")),
        ("spacing alone", day.replacen("\":\"", "\": \"", 1)),
        ("a line more", loads(1..=4)),
        ("a blank line more", day.clone() + "\n"),
        ("a line less", loads(1..=2)),
        ("no end of the last line", day.trim_end().to_owned()),
        ("nothing", String::new()),
    ];
    for (what, other) in others {
        let ledger = ledger_with("day.jsonl", &day);
        ledger.must_run(0, "day.jsonl");
        let head = ledger.head();
        ledger.write("day.jsonl", &other);
        ledger.write("out.jsonl", "before");
        let message = ledger.must_refuse("day.jsonl -o out.jsonl --rejects rejects.jsonl", "");
        assert!(message.contains("day.jsonl") && message.contains("--batch"), "{what}: {message}");
        assert_eq!(ledger.head(), head, "{what}");
        assert_eq!(ledger.read("out.jsonl"), "before", "{what}");
        assert!(!ledger.path("rejects.jsonl").exists(), "{what}");
        ledger.must_run(0, "day.jsonl --batch corrected");
        ledger.write("day.jsonl", &day);
        assert_eq!(ledger.must_run(0, "day.jsonl"), all_accepted(1..=3), "{what}");
    }
}

#[test]
fn empty_batch_is_complete_and_content_under_its_name_comes_too_late() {
    let ledger = ledger_with("day.jsonl", "");
    assert_eq!(ledger.must_run(0, "day.jsonl"), "");
    ledger.write("day.jsonl", load(1));
    ledger.must_refuse("day.jsonl", "");
    assert_eq!(ledger.verdicts("day.jsonl"), "");
}

#[test]
fn batch_is_called_by_the_base_name_of_its_file_unless_it_is_named() {
    let ledger = Ledger::new();
    std::fs::create_dir(ledger.path("inbox")).unwrap();
    ledger.write("inbox/monday.jsonl", loads(1..=2));
    ledger.must_run(0, "inbox/monday.jsonl");
    assert_eq!(ledger.verdicts("monday.jsonl").lines().count(), 2);
    ledger.write("monday.jsonl", loads(1..=3));
    ledger.must_refuse("monday.jsonl", "");
    ledger.must_run(0, "monday.jsonl --batch second-monday");
    assert_eq!(ledger.verdicts("second-monday").lines().count(), 3);
}

#[test]
fn standard_input_needs_a_name() {
    let ledger = Ledger::new();
    let message = ledger.must_refuse("-", load(1));
    assert!(message.contains("--batch"), "{message}");
    assert!(!ledger.path("ledger.db").exists(), "nothing was begun");
    assert_eq!(ledger.must_feed(0, "- --batch day", load(1)), accepted(1));
    assert_eq!(ledger.must_feed(0, "- --batch day", load(1)), accepted(1));
    ledger.write("day", load(1));
    assert_eq!(ledger.must_run(0, "day"), accepted(1), "the same batch, from a file");
    assert_eq!(ledger.head().size, 2);
}

#[test]
fn batch_without_a_ledger_is_a_mistake() {
    let ledger = ledger_with("day.jsonl", load(1));
    for flag in ["--batch monday", "--dry-run", "--resume-at-line 2"] {
        let output = ledger.command(&format!("run day.jsonl {flag}"));
        assert_eq!(code(&output), 2, "{flag}");
        assert!(stderr(&output).contains("--store"), "{}", stderr(&output));
    }
}

#[test]
fn same_file_under_another_name_is_another_batch_all_of_duplicates() {
    let ledger = ledger_with("day.jsonl", loads(1..=3));
    ledger.must_run(0, "day.jsonl");
    let again = ledger.must_run(0, "day.jsonl --batch again --reasons");
    assert_eq!(again.lines().count(), 3);
    assert!(again.lines().all(|line| line.ends_with("\"accepted\":false,\"reason\":\"duplicate\"}")), "{again}");
    assert_eq!((ledger.count("AccountDeposited"), ledger.count("DuplicateTxn")), (3, 3));
    assert_eq!(ledger.verdicts("again"), again);
}

#[test]
fn batches_of_either_format_share_their_accounts() {
    let ledger = ledger_with("one.csv", CSV);
    ledger.must_run(0, "one.csv");
    ledger.write("two.jsonl", loads(2..=3));
    let second = ledger.must_run(0, "two.jsonl --reasons");
    assert_eq!(
        second,
        verdicts_at_once(&ledger, &(loads(1..=2) + &loads(2..=3)), "")
            .split_inclusive('\n')
            .skip(2)
            .collect::<String>()
    );
    ledger.write("three.csv", CSV.replace(",1,c1,", ",3,c3,"));
    let third = ledger.must_run(0, "three.csv");
    assert!(third.lines().all(|line| line.ends_with("\"accepted\":false}")), "{third}");
}

#[test]
fn same_csv_text_in_two_batches_may_have_its_columns_in_any_order() {
    let ledger = ledger_with("one.csv", CSV);
    ledger.must_run(0, "one.csv");
    ledger.write(
        "two.csv",
        "customer_id,load_amount,time,id\nc1,$1,2000-01-01T00:00:00Z,1\nc1,$1,2000-01-01T00:00:00Z,9\n",
    );
    let verdicts = ledger.must_run(0, "two.csv --reasons");
    let endings: Vec<_> = verdicts.lines().map(|line| line.split_once("\"accepted\":").unwrap().1).collect();
    assert_eq!(endings, ["false,\"reason\":\"duplicate\"}", "true,\"reason\":null}"]);
}

#[test]
fn ignored_duplicates_are_events_and_get_no_verdict() {
    let ledger = ledger_with("day.jsonl", loads(1..=2) + &load(1) + &load(3));
    ledger.write("tidegate.toml", "[policy]\nduplicates = \"ignore\"\n");
    let verdicts = ledger.must_run(0, "day.jsonl");
    assert_eq!(verdicts, all_accepted(1..=3));
    ledger.write("next.jsonl", loads(3..=4));
    assert_eq!(ledger.must_run(0, "next.jsonl"), accepted(4));
    assert_eq!((ledger.count("AccountDeposited"), ledger.count("DuplicateTxn")), (4, 2));
    assert_eq!(ledger.ask("verdicts --batch day.jsonl"), verdicts);
    assert_eq!(ledger.ask("verdicts --batch next.jsonl"), accepted(4));
    // Whatever becomes of duplicates from now on, these were ignored.
    ledger.write("tidegate.toml", "");
    assert_eq!(ledger.must_run(0, "day.jsonl"), verdicts);
    assert_eq!(ledger.ask("verdicts --batch day.jsonl"), verdicts);
}

#[test]
fn verdicts_of_a_batch_that_there_is_not_are_refused_by_name() {
    let ledger = ledger_with("day.jsonl", load(1));
    ledger.must_run(0, "day.jsonl");
    let output = ledger.command("verdicts --store ledger.db --batch tuesday.jsonl");
    assert_eq!((code(&output), stdout(&output)), (2, ""));
    assert!(stderr(&output).contains("tuesday.jsonl"), "{}", stderr(&output));
}
