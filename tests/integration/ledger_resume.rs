//! Runs on a ledger that end before their input does, and those that go on from there.

use rustix::process::Signal;

use crate::ledger::{Ledger, verdicts_at_once};
use crate::support::{code, stderr, stdout};
use crate::transactions::{BAD, accepted, all_accepted, load, load_of, loads};

/// Where the inputs of these tests are broken off: behind so many lines.
const DONE: u64 = 37;

/// How many lines they have.
const LINES: u64 = 60;

const CSV_HEADER: &str = "time,id,customer_id,load_amount\n";

/// Loads of six customers, so that the limits of a day matter, and every account is met on either side of the break.
fn day() -> String {
    (1..=LINES).map(|id| load_of(id, &format!("c{}", id % 6))).collect()
}

/// The lines of a text from one number to another, both from 1 and included.
fn lines(text: &str, numbers: std::ops::RangeInclusive<u64>) -> String {
    let (from, to) = (*numbers.start() as usize, *numbers.end() as usize);
    text.split_inclusive('\n').take(to).skip(from - 1).collect()
}

fn csv_records(ids: std::ops::RangeInclusive<u64>) -> String {
    ids.map(|id| format!("2000-01-01T00:00:00Z,{id},c{id},$1.00\n")).collect()
}

/// A ledger whose batch `day.jsonl` was broken off behind [`DONE`] lines, and the input in full as a file.
fn broken_off(signal: Signal) -> Ledger {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", day());
    ledger.break_off("- --batch day.jsonl", &lines(&day(), 1..=DONE), signal);
    assert_eq!(ledger.batch("day.jsonl")["complete"], false);
    assert_eq!(ledger.head().size, DONE + 1);
    ledger
}

/// Asserts that the ledger holds what one run would have left.
fn must_be_whole(ledger: &Ledger) {
    assert_eq!(ledger.verdicts("day.jsonl"), verdicts_at_once(ledger, &day(), ""));
    assert_eq!(ledger.batch("day.jsonl")["complete"], true);
    assert_eq!(ledger.head().size, LINES + 1);
}

#[test]
fn run_that_was_broken_off_goes_on_from_the_file_as_if_it_had_not_been() {
    for signal in [Signal::INT, Signal::TERM, Signal::KILL] {
        let ledger = broken_off(signal);
        ledger.must_run(0, "day.jsonl --reasons -o out.jsonl --threads 4");
        assert_eq!(ledger.read("out.jsonl"), verdicts_at_once(&ledger, &day(), ""), "{signal:?}");
        must_be_whole(&ledger);
    }
}

#[test]
fn run_that_was_broken_off_goes_on_from_a_pipe_that_begins_anew() {
    for signal in [Signal::INT, Signal::KILL] {
        let ledger = broken_off(signal);
        let verdicts = ledger.must_feed(0, "- --batch day.jsonl --reasons", day());
        assert_eq!(verdicts, verdicts_at_once(&ledger, &day(), ""), "{signal:?}");
        must_be_whole(&ledger);
    }
}

#[test]
fn run_may_be_broken_off_again_and_again() {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", day());
    for (done, signal) in
        [(1, Signal::INT), (2, Signal::KILL), (2, Signal::KILL), (20, Signal::INT), (59, Signal::KILL)]
    {
        ledger.break_off("- --batch day.jsonl", &lines(&day(), 1..=done), signal);
        assert_eq!(ledger.head().size, done + 1);
    }
    ledger.must_run(0, "day.jsonl");
    must_be_whole(&ledger);
}

#[test]
fn verdict_that_was_read_from_a_pipe_is_in_the_ledger_whatever_happens_then() {
    let ledger = Ledger::new();
    let expected = verdicts_at_once(&ledger, &day(), "");
    for done in 1..=8 {
        ledger.break_off("- --batch day.jsonl --threads 4", &lines(&day(), 1..=done), Signal::KILL);
        assert_eq!(ledger.verdicts("day.jsonl"), lines(&expected, 1..=done));
    }
}

#[test]
fn rest_alone_is_enough_where_it_is_said_at_which_line_it_begins() {
    for signal in [Signal::INT, Signal::KILL] {
        let ledger = broken_off(signal);
        let rest = lines(&day(), DONE + 1..=LINES);
        let verdicts =
            ledger.must_feed(0, &format!("- --batch day.jsonl --reasons --resume-at-line {}", DONE + 1), &rest);
        assert_eq!(verdicts, lines(&verdicts_at_once(&ledger, &day(), ""), DONE + 1..=LINES), "{signal:?}");
        must_be_whole(&ledger);
        // The batch is what both parts make, and is known by it.
        assert_eq!(ledger.must_run(0, "day.jsonl --reasons"), verdicts_at_once(&ledger, &day(), ""));
        ledger.write("day.jsonl", day().replace("\"id\":\"50\"", "\"id\":\"51\""));
        ledger.must_refuse("day.jsonl", "");
    }
}

#[test]
fn rejects_behind_a_resumed_line_have_their_numbers_in_the_whole_input() {
    let ledger = broken_off(Signal::INT);
    let output = ledger.feed(&format!("- --batch day.jsonl --resume-at-line {}", DONE + 1), load(1_000) + BAD);
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains(&format!(":{}: load_amount: ", DONE + 2)), "{}", stderr(&output));
}

#[test]
fn wrong_line_to_go_on_from_is_refused_and_the_right_one_named() {
    let ledger = broken_off(Signal::INT);
    let head = ledger.head();
    for wrong in [1, DONE, DONE + 2] {
        let message = ledger.must_refuse(&format!("- --batch day.jsonl --resume-at-line {wrong}"), load(1_000));
        assert!(message.contains(&format!("line {}", DONE + 1)), "{message}");
    }
    assert_eq!(ledger.head(), head);
    ledger.must_refuse("- --batch day.jsonl --resume-at-line 0", load(1_000));
    ledger.must_refuse("- --batch unknown --resume-at-line 5", load(1_000));
    ledger.must_run(0, "day.jsonl");
    ledger.must_refuse(&format!("- --batch day.jsonl --resume-at-line {}", LINES + 1), load(1_000));
    must_be_whole(&ledger);
}

#[test]
fn rest_of_a_csv_file_is_read_by_the_header_that_was_seen_before() {
    let ledger = Ledger::new();
    let mut running = ledger.start("- --batch day.csv");
    running.write((CSV_HEADER.to_owned() + &csv_records(1..=2)).as_bytes());
    assert_eq!([running.stdout.next(), running.stdout.next()], [accepted(1).trim_end(), accepted(2).trim_end()]);
    running.signal(Signal::INT);
    assert_eq!(running.wait().code(), Some(130));
    let message = ledger.must_refuse("- --batch day.csv --resume-at-line 3", csv_records(3..=4));
    assert!(message.contains("line 4"), "{message}");
    let rest = ledger.must_feed(0, "- --batch day.csv --resume-at-line 4", csv_records(3..=4));
    assert_eq!(rest, all_accepted(3..=4));
    ledger.write("day.csv", CSV_HEADER.to_owned() + &csv_records(1..=4));
    assert_eq!(ledger.must_run(0, "day.csv"), all_accepted(1..=4));
}

#[test]
fn csv_file_goes_on_from_its_beginning_as_well() {
    let ledger = Ledger::new();
    let mut running = ledger.start("- --batch day.csv");
    running.write((CSV_HEADER.to_owned() + &csv_records(1..=2)).as_bytes());
    running.stdout.next();
    running.stdout.next();
    running.signal(Signal::KILL);
    running.wait();
    ledger.write("day.csv", CSV_HEADER.to_owned() + &csv_records(1..=4));
    assert_eq!(ledger.must_run(0, "day.csv"), all_accepted(1..=4));
    assert_eq!(ledger.count("AccountDeposited"), 4);
}

#[test]
fn input_whose_beginning_has_changed_does_not_go_on() {
    let head = lines(&day(), 1..=DONE);
    let beginnings = [
        ("a byte of the first line", head.replacen("$1.00", "$1.01", 1)),
        ("a byte of the last line", head.replace(&format!("\"id\":\"{DONE}\""), "\"id\":\"99\"")),
        ("a blank line", "\n".to_owned() + &head),
        ("too little", lines(&day(), 1..=DONE - 1)),
        ("nothing", String::new()),
    ];
    for (what, beginning) in beginnings {
        let ledger = broken_off(Signal::INT);
        let before = ledger.head();
        let rest = if beginning.lines().count() < head.lines().count() {
            String::new()
        } else {
            lines(&day(), DONE + 1..=LINES)
        };
        ledger.write("day.jsonl", beginning + &rest);
        let message = ledger.must_refuse("day.jsonl -o out.jsonl", "");
        assert!(message.contains("day.jsonl") && message.contains("--batch"), "{what}: {message}");
        assert_eq!(ledger.head(), before, "{what}");
        assert!(!ledger.path("out.jsonl").exists(), "{what}");
        ledger.write("day.jsonl", day());
        ledger.must_run(0, "day.jsonl");
        must_be_whole(&ledger);
    }
}

#[test]
fn input_that_ends_where_it_was_broken_off_is_complete_with_that() {
    let ledger = broken_off(Signal::INT);
    ledger.write("day.jsonl", lines(&day(), 1..=DONE));
    let expected = verdicts_at_once(&ledger, &lines(&day(), 1..=DONE), "");
    assert_eq!(ledger.must_run(0, "day.jsonl --reasons"), expected);
    assert_eq!(ledger.batch("day.jsonl")["complete"], true);
    assert_eq!(ledger.head().size, DONE + 1);
    ledger.write("day.jsonl", day());
    ledger.must_refuse("day.jsonl", "");
}

#[test]
fn unfinished_batch_goes_on_under_its_own_policy_alone() {
    let ledger = broken_off(Signal::INT);
    let head = ledger.head();
    let message = ledger.must_refuse("day.jsonl --set daily-count.count=9", "");
    assert!(message.contains("day.jsonl") && message.contains("policy"), "{message}");
    assert_eq!(ledger.head(), head);
    ledger.write("other.jsonl", load(1_000));
    assert_eq!(ledger.must_run(0, "other.jsonl --set daily-count.count=9"), accepted(1_000));
    ledger.must_refuse("day.jsonl --set daily-count.count=9", "");
    // The policy that the batch began under decides on the rest of it, though another one came between.
    ledger.must_run(0, "day.jsonl");
    assert_eq!(ledger.verdicts("day.jsonl"), verdicts_at_once(&ledger, &day(), ""));
    assert_eq!(ledger.count("PolicyActivated"), 3);
}

#[test]
fn other_batches_may_be_decided_while_one_is_unfinished() {
    let ledger = broken_off(Signal::KILL);
    // These are the loads that the unfinished batch still has to come, so that they will be its duplicates.
    ledger.write("other.jsonl", lines(&day(), DONE + 1..=LINES));
    ledger.must_run(0, "other.jsonl");
    ledger.must_run(0, "day.jsonl");
    let verdicts = ledger.verdicts("day.jsonl");
    assert_eq!(lines(&verdicts, 1..=DONE), lines(&verdicts_at_once(&ledger, &day(), ""), 1..=DONE));
    assert!(lines(&verdicts, DONE + 1..=LINES).lines().all(|line| line.ends_with("\"duplicate\"}")), "{verdicts}");
}

#[test]
fn unfinished_batch_shows_its_verdicts_so_far() {
    let ledger = broken_off(Signal::INT);
    let so_far = lines(&verdicts_at_once(&ledger, &day(), ""), 1..=DONE);
    assert_eq!(ledger.verdicts("day.jsonl"), so_far);
    let output = ledger.command("verify --store ledger.db");
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
}

#[test]
fn quiet_pipe_that_was_interrupted_before_its_first_line_begins_at_line_1() {
    let ledger = Ledger::new();
    let mut running = ledger.start("- --batch day.jsonl --output-format csv");
    assert_eq!(running.stdout.next(), "id,customer_id,accepted");
    running.signal(Signal::INT);
    assert_eq!(running.wait().code(), Some(130));
    assert_eq!(ledger.must_feed(0, "- --batch day.jsonl", loads(1..=2)), all_accepted(1..=2));
}
