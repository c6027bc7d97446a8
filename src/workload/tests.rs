use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde::Deserialize;

use super::*;
use crate::domain::{
    Accounts, Amount, CustomerHasher, DEFAULT_GROUP, Direction, Judge, Memory, Policy, Timestamp, Transaction,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    customer_id: String,
    load_amount: String,
    time: String,
}

impl Line {
    fn amount(&self) -> Amount {
        Amount::parse(self.load_amount.as_bytes()).unwrap()
    }

    fn time(&self) -> Timestamp {
        Timestamp::parse_rfc3339(self.time.as_bytes()).unwrap()
    }

    fn seconds_from_start(&self) -> i64 {
        let start = Timestamp::parse_rfc3339(b"2000-01-01T00:00:00Z").unwrap();
        (self.time().micros() - start.micros()) / 1_000_000
    }
}

fn text(lines: u64, seed: u64, mix: bool) -> String {
    let mut out = Vec::new();
    Workload { lines, seed, mix }.write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn lines(lines: u64, seed: u64, mix: bool) -> Vec<Line> {
    text(lines, seed, mix).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The share of the lines that something holds for, in percent.
fn percent(lines: &[Line], holds: impl Fn(&Line) -> bool) -> f64 {
    100.0 * lines.iter().filter(|line| holds(line)).count() as f64 / lines.len() as f64
}

/// FNV-1a in 64 bits.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn first_lines_are_these_for_ever() {
    let expected = r#"{"id":"1","customer_id":"11","load_amount":"$2082.50","time":"1999-12-31T16:00:00-08:00"}
{"id":"2","customer_id":"36","load_amount":"$254.95","time":"2000-01-01T01:26:24Z"}
{"id":"3","customer_id":"6","load_amount":"$3399.38","time":"2000-01-01T02:52:48Z"}
"#;
    assert!(text(1_000, 7, true).starts_with(expected));
}

#[test]
fn hundred_thousand_lines_are_these_for_ever() {
    assert_eq!(fnv(&text(100_000, 7, false)), 13_417_805_366_834_683_243);
    assert_eq!(fnv(&text(100_000, 7, true)), 8_245_287_940_584_188_975);
}

#[test]
fn seeds_make_different_workloads() {
    assert_ne!(text(100, 1, false), text(100, 2, false));
}

#[test]
fn there_are_as_many_lines_as_asked_for() {
    for count in [0, 1, 19, 999] {
        assert_eq!(text(count, 1, true).matches('\n').count() as u64, count);
    }
}

#[test]
fn plain_lines_are_loads_in_order_of_time_over_sixty_days() {
    let lines = lines(20_000, 1, false);
    assert!(lines.is_sorted_by_key(Line::time));
    assert_eq!(lines.first().map(|line| line.time.as_str()), Some("2000-01-01T00:00:00Z"));
    assert_eq!(lines.last().map(|line| line.time.as_str()), Some("2000-02-29T23:55:40Z"));
    assert!(lines.iter().all(|line| (1..=600_000).contains(&line.amount().minor())));
    assert!(lines.iter().all(|line| line.load_amount.starts_with('$') && line.time.ends_with('Z')));
}

#[test]
fn amounts_are_uniform_up_to_six_thousand() {
    let lines = lines(100_000, 1, false);
    for bound in [60_000, 300_000, 540_000] {
        let below = percent(&lines, |line| line.amount().minor() <= bound);
        assert!((below - bound as f64 / 6_000.0).abs() < 1.0, "{below} % up to {bound}");
    }
}

#[test]
fn one_line_in_a_hundred_repeats_the_ids_of_an_earlier_one() {
    let mut seen = HashSet::new();
    let mut repeated = 0;
    for (index, line) in lines(100_000, 1, false).into_iter().enumerate() {
        let running_number = (index + 1).to_string();
        if line.id == running_number {
            assert!(seen.insert((line.customer_id, line.id)));
        } else {
            assert!(seen.contains(&(line.customer_id, line.id)), "line {running_number}");
            repeated += 1;
        }
    }
    assert!((900..1_100).contains(&repeated), "{repeated}");
}

#[test]
fn busiest_customer_has_the_share_of_zipfs_law() {
    let mut counts: HashMap<String, f64> = HashMap::new();
    for line in lines(100_000, 1, false) {
        *counts.entry(line.customer_id).or_default() += 1.0;
    }
    let weights: f64 = (1..=5_000).map(|rank| f64::from(rank).powf(-0.8)).sum();
    for (customer, power) in [("1", 1.0), ("2", 2f64.powf(-0.8)), ("10", 10f64.powf(-0.8))] {
        let expected = 100_000.0 * power / weights;
        let count = counts[customer];
        assert!((count / expected - 1.0).abs() < 0.2, "{customer}: {count} for {expected}");
    }
    assert!(counts.keys().all(|customer| (1..=5_000).contains(&customer.parse().unwrap())));
    assert!(counts.len() > 4_500, "{}", counts.len());
}

#[test]
fn mix_has_withdrawals_in_both_spellings() {
    let lines = lines(20_000, 1, true);
    assert!(
        lines
            .iter()
            .all(|line| line.load_amount.starts_with('$') || line.amount().direction() == Direction::Withdrawal)
    );
    for prefix in ["-$", "$-"] {
        let share = percent(&lines, |line| line.load_amount.starts_with(prefix));
        assert!((6.5..8.5).contains(&share), "{prefix}: {share} %");
    }
}

#[test]
fn mix_has_late_lines_up_to_seven_days_back() {
    let lines = lines(20_000, 1, true);
    let late_by = |index: usize, line: &Line| index as i64 * 5_184_000 / 20_000 - line.seconds_from_start();
    let lates: Vec<i64> =
        lines.iter().enumerate().map(|(index, line)| late_by(index, line)).filter(|late| *late != 0).collect();
    assert!((300..500).contains(&lates.len()), "{}", lates.len());
    assert!(lates.iter().all(|late| (1..=7 * 86_400).contains(late)));
    assert!(lates.iter().any(|late| *late > 6 * 86_400));
}

#[test]
fn mix_writes_some_times_with_offsets() {
    let lines = lines(20_000, 1, true);
    let share = percent(&lines, |line| !line.time.ends_with('Z'));
    assert!((9.0..11.0).contains(&share), "{share} %");
    for offset in ["-08:00", "+02:00", "+05:30", "+09:00"] {
        assert!(lines.iter().any(|line| line.time.ends_with(offset)), "{offset}");
    }
}

#[test]
fn thousand_mixed_lines_meet_every_verdict_of_the_default_policy() {
    let hasher = CustomerHasher::default();
    let mut accounts = Accounts::new(hasher.clone(), Memory::Days);
    let mut judge = Judge::new(Arc::new(Policy::default()));
    let mut verdicts: BTreeMap<String, u32> = BTreeMap::new();
    for line in lines(1_000, 7, true) {
        let customer_id = line.customer_id.as_bytes();
        let (id, group) = (line.id.as_bytes(), DEFAULT_GROUP.as_bytes());
        let transaction = Transaction { id, customer_id, amount: line.amount(), time: line.time(), group };
        let located = accounts.locate(customer_id, hasher.hash(customer_id), id);
        let event = accounts.process(&located, &transaction, false, &mut judge).unwrap();
        *verdicts.entry(event.kind.reason(judge.policy()).unwrap_or("accepted").to_owned()).or_default() += 1;
    }
    for verdict in ["accepted", "duplicate", "daily_count", "daily_amount", "weekly_amount", "insufficient_funds"] {
        assert!(verdicts.get(verdict).is_some_and(|count| *count >= 5), "{verdict}: {verdicts:?}");
    }
}

/// Fails at its second write.
struct Full(bool);

impl io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if std::mem::replace(&mut self.0, true) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn failure_of_the_output_is_reported() {
    let workload = Workload { lines: 10_000, seed: 1, mix: false };
    let error = workload.write(&mut Full(false)).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
}
