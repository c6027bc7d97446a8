//! Several runs on one ledger: together they decide what one run would.

use rustix::process::Signal;
use tidegate::workload::Workload;

use crate::ledger::{Head, Ledger, verdicts_at_once};
use crate::oracle::{DEFAULT_POLICY, FULL_POLICY, Oracle, RICH_POLICY};
use crate::support::{code, stderr};
use crate::transactions::transaction;

const MONDAY: &str = "2024-01-01T09:00:00Z";
const TUESDAY: &str = "2024-01-02T09:00:00Z";

/// Two inputs, and what the second one's last verdict must end with.
type TwoDays = (&'static str, Vec<String>, Vec<String>, &'static str);

/// A transaction of the one customer.
fn line(id: &str, amount: &str, time: &str) -> String {
    transaction(id, "c", amount, time)
}

/// A week, from its Monday, of a load of 5,000 a day.
fn loads_of_5000(days: std::ops::RangeInclusive<u32>) -> Vec<String> {
    days.map(|day| line(&format!("d{day}"), "$5000", &format!("2024-01-{day:02}T12:00:00Z"))).collect()
}

fn two_days() -> Vec<TwoDays> {
    let one_too_many = r#""accepted":false,"reason":"daily_count"}"#;
    let accepted = r#""accepted":true,"reason":null}"#;
    vec![
        (
            "a day's count goes on",
            (1..=2).map(|id| line(&id.to_string(), "$1", MONDAY)).collect(),
            (3..=4).map(|id| line(&id.to_string(), "$1", MONDAY)).collect(),
            one_too_many,
        ),
        (
            "a week's amount goes on",
            loads_of_5000(1..=3),
            [loads_of_5000(4..=4), vec![line("more", "$0.01", "2024-01-05T00:00:00Z")]].concat(),
            r#""accepted":false,"reason":"weekly_amount"}"#,
        ),
        (
            "the next week begins anew",
            loads_of_5000(1..=4),
            vec![line("next", "$5000", "2024-01-08T00:00:00Z")],
            accepted,
        ),
        (
            "a withdrawal needs what was loaded before",
            vec![line("in", "$10", MONDAY), line("out", "-$4", MONDAY)],
            vec![line("rest", "-$6", TUESDAY), line("more", "-$0.01", TUESDAY)],
            r#""accepted":false,"reason":"insufficient_funds"}"#,
        ),
        (
            "a late line belongs to its own day",
            vec![line("1", "$4999", MONDAY), line("2", "$5000", TUESDAY)],
            vec![line("3", "$1", "2024-01-01T23:59:59Z"), line("4", "$0.01", MONDAY)],
            r#""accepted":false,"reason":"daily_amount"}"#,
        ),
        (
            "a duplicate is one in whatever file it stands",
            vec![line("1", "$1", MONDAY), line("2", "$9000", MONDAY)],
            vec![line("1", "$1", TUESDAY), line("2", "$1", TUESDAY)],
            r#""accepted":false,"reason":"duplicate"}"#,
        ),
        (
            "a declined transaction used nothing",
            vec![line("1", "$5000.01", MONDAY)],
            vec![line("2", "$5000", MONDAY)],
            accepted,
        ),
    ]
}

#[test]
fn two_runs_decide_what_one_run_over_both_inputs_would() {
    for (what, monday, tuesday, ending) in two_days() {
        let ledger = Ledger::new();
        let (monday, tuesday) = (monday.concat(), tuesday.concat());
        ledger.write("monday.jsonl", &monday);
        ledger.write("tuesday.jsonl", &tuesday);
        let at_once = verdicts_at_once(&ledger, &(monday + &tuesday), "");
        assert!(at_once.trim_end().ends_with(ending), "{what}: {at_once}");
        let first = ledger.must_run(0, "monday.jsonl --reasons");
        let second = ledger.must_run(0, "tuesday.jsonl --reasons");
        assert_eq!(first.clone() + &second, at_once, "{what}");
        assert_eq!((ledger.verdicts("monday.jsonl"), ledger.verdicts("tuesday.jsonl")), (first, second), "{what}");
    }
}

/// A mixed workload: withdrawals, late lines, local times, duplicates.
fn workload(lines: u64, seed: u64) -> String {
    let mut text = Vec::new();
    Workload { lines, seed, mix: true }.write(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// Cuts a text between lines into so many pieces, the same ones for the same seed; some may be empty.
fn split(text: &str, pieces: u64, seed: u64) -> Vec<String> {
    let lines: Vec<_> = text.lines().collect();
    let mut state = seed;
    let mut cuts: Vec<_> = (1..pieces)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % (lines.len() + 1)
        })
        .chain([0, lines.len()])
        .collect();
    cuts.sort_unstable();
    cuts.windows(2).map(|cut| lines[cut[0]..cut[1]].iter().map(|line| format!("{line}\n")).collect()).collect()
}

/// Decides on a workload in several batches; every one must get the verdicts of an oracle that has seen those before.
fn decide_in_batches(lines: u64, seed: u64) {
    let ledger = Ledger::new();
    let policy = [DEFAULT_POLICY, RICH_POLICY, FULL_POLICY][seed as usize % 3];
    ledger.write("tidegate.toml", policy);
    let mut oracle = Oracle::new(policy);
    for (number, piece) in split(&workload(lines, seed), 2 + seed % 5, seed).iter().enumerate() {
        let threads = if number % 2 == 0 { 1 } else { 4 };
        let name = format!("{number}.jsonl");
        ledger.write(&name, piece);
        let actual = ledger.must_run(0, &format!("{name} --reasons --quiet --threads {threads}"));
        let expected = oracle.verdicts(piece);
        let same = expected.lines().zip(actual.lines()).take_while(|(one, other)| one == other).count();
        let line = |text: &str| text.lines().nth(same).unwrap_or("nothing").to_owned();
        let (is, should) = (line(&actual), line(&expected));
        assert!(actual == expected, "seed {seed}, batch {number}, verdict {same}: {is}\nrather than\n{should}");
    }
    // The policy is an event as well.
    assert_eq!(ledger.head().size, lines + 1, "seed {seed}");
}

#[test]
fn any_split_of_an_input_into_batches_gives_the_verdicts_of_the_oracle() {
    const SEEDS: u64 = 10;
    const LINES: u64 = 20_000;
    // The oracle takes most of the time, so two of them work beside each other.
    std::thread::scope(|scope| {
        for seeds in [1..=SEEDS / 2, SEEDS / 2 + 1..=SEEDS] {
            scope.spawn(|| seeds.for_each(|seed| decide_in_batches(LINES, seed)));
        }
    });
}

/// The head after a run on a file.
fn head_after(input: &str, arguments: &str) -> Head {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", input);
    ledger.must_run(0, &format!("day.jsonl -o verdicts.jsonl {arguments}"));
    ledger.head()
}

#[test]
fn root_depends_on_neither_threads_nor_pace_nor_interruptions() {
    let input = workload(6_000, 7);
    let expected = head_after(&input, "--threads 1");
    assert_eq!(expected.size, 6_001);
    assert_eq!(head_after(&input, "--threads 4").events(), expected.events(), "on four threads");

    let trickled = Ledger::new();
    let mut running = trickled.start("- --batch day.jsonl --threads 4");
    for piece in input.as_bytes().chunks(4_001) {
        running.write(piece);
    }
    assert_eq!(code(&running.finish()), 0);
    assert_eq!(trickled.head().events(), expected.events(), "trickled");

    for signal in [Signal::INT, Signal::KILL] {
        let ledger = Ledger::new();
        ledger.write("day.jsonl", &input);
        let head: String = input.lines().take(1_000).map(|line| format!("{line}\n")).collect();
        ledger.break_off("- --batch day.jsonl", &head, signal);
        assert!(ledger.head().size < expected.size);
        ledger.must_run(0, "day.jsonl -o verdicts.jsonl");
        assert_eq!(ledger.head().events(), expected.events(), "after {signal:?}");
    }
}

#[test]
fn root_tells_one_history_from_another() {
    let ledger = Ledger::new();
    let heads: Vec<_> = [line("1", "$1", MONDAY), line("1", "$2", MONDAY), line("1", "$1", TUESDAY)]
        .iter()
        .map(|input| head_after(input, "").root)
        .collect();
    assert!(heads[0] != heads[1] && heads[0] != heads[2] && heads[1] != heads[2], "{heads:?}");
    ledger.write("empty.jsonl", "");
    ledger.must_run(0, "empty.jsonl");
    assert!(!heads.contains(&ledger.head().root));
}

#[test]
fn summary_ends_with_the_head_and_quiet_drops_it() {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", line("1", "$1", MONDAY));
    let output = ledger.run("day.jsonl");
    let head = stderr(&output).lines().find_map(|line| line.strip_prefix("head ")).expect("the head is told");
    assert_eq!(Head::parse(head), ledger.head());
    assert_eq!(ledger.ask("head"), format!("{head}\n"));
    ledger.write("next.jsonl", line("2", "$1", MONDAY));
    assert_eq!(stderr(&ledger.run("next.jsonl --quiet")), "");
    assert_ne!(Head::parse(head), ledger.head());
}
