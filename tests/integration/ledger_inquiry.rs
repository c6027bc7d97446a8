//! Questions to a ledger beside the oracle: how accounts stood, and why transactions were decided so.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::process::Output;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};
use serde_json::Value;
use tidegate::commands::account;
use tidegate::commands::explain::json_line;
use tidegate::domain::{Amount, GroupName, Timestamp};
use tidegate::inquiry::{self, AsOf, Moment, Question};
use tidegate::store::Ledger as Store;

use crate::ledger::{Ledger, NAME, records};
use crate::oracle::{Asked, Case, GROUPS_FILE, History, any_batches, cents, shown, transactions_wanted};
use crate::running::Running;
use crate::support::{code, stderr, stdout, tidegate};

/// How many decisions and how many questions about other moments are compared at least in every test run.
const DECISIONS_MIN: usize = 3_000;

const BATCHES_MAX: usize = 4;
const LINES_PER_CASE_MAX: usize = 120;

/// How many of the questions of each kind are asked about each case, and how many of them through the program.
const QUESTIONS: usize = 60;
const THROUGH_THE_PROGRAM: usize = 3;

/// How many of the transactions that used a limit are told, and how many of an account's last events.
const TOLD: usize = 3;

/// How many questions must be answered in each way at least, so that nothing is compared in name only.
const EACH_MIN: usize = 50;

/// How many rounds of ten histories it may take until there is enough of everything: usually two or three.
const ROUNDS_MAX: usize = 30;

/// A history, decided on in batches under several policies.
struct Lived {
    ledger: Ledger,
    store: Store,
    history: History,
    /// When each position was recorded.
    recorded_at: Vec<String>,
}

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

impl Lived {
    /// Decides on batches, of which one has a line at least.
    fn through(batches: &[Case], dice: &mut Dice) -> Self {
        let (ledger, mut history) = (Ledger::new(), History::default());
        for (number, batch) in batches.iter().enumerate().filter(|(_, batch)| !batch.lines.is_empty()) {
            let name = format!("{number}.jsonl");
            ledger.write("tidegate.toml", &batch.config);
            ledger.write(GROUPS_FILE, batch.groups_file.as_deref().unwrap_or_default());
            ledger.write(&name, batch.input());
            ledger.must_run(0, &format!("{name} --quiet --threads {}", 1 + number % 2 * 3));
            history.decide(&name, batch);
            if dice.below(3) == 0 {
                // So few events get no index by themselves; what comes later lies behind it.
                ledger.ask("rebuild");
            }
        }
        let recorded_at =
            ledger.events().iter().map(|event| event["recorded_at"].as_str().unwrap().to_owned()).collect();
        let store = Store::open(&ledger.path(NAME)).unwrap();
        Self { ledger, store, history, recorded_at }
    }

    /// The last position that was recorded by then.
    fn recorded_by(&self, time: &str) -> u64 {
        self.recorded_at.iter().filter(|recorded| recorded.as_str() <= time).count() as u64
    }

    fn ask(&self, command: &str, arguments: &[String]) -> Value {
        let mut program = tidegate(self.ledger.directory());
        program.args([command, "--store", NAME, "--json"]).args(arguments);
        let output: Output = Running::start(&mut program).finish();
        assert_eq!((code(&output), stderr(&output)), (0, ""), "{command} {arguments:?}");
        records(stdout(&output)).remove(0)
    }
}

/// What an answer is taken for: the same question may be asked through the library or through the program.
struct Answers {
    counts: RefCell<BTreeMap<String, usize>>,
    decisions: Cell<usize>,
}

impl Answers {
    fn count(&self, what: &str) {
        *self.counts.borrow_mut().entry(what.to_owned()).or_default() += 1;
    }

    /// The ways in which too few questions have been answered so far.
    fn rare(&self) -> Vec<String> {
        let reasons = ["accepted", "a limit", "too_late", "total_overflow", "insufficient_funds"];
        let marks = ["flags", "shadow", "group", "lateness"];
        let alternatives = ["largest: an amount", "largest: none", "earliest: a time", "earliest: none"];
        let explained = ["decided", "supposed"].into_iter().flat_map(|kind| {
            reasons.into_iter().chain(marks).chain(alternatives).map(move |what| format!("{kind}: {what}"))
        });
        let others = [
            "decided: duplicate",
            "account: none",
            "account: balance below zero",
            "account: balance zero or more",
            "account: nothing yet",
            "through the program",
        ];
        let counts = self.counts.borrow();
        let is_rare = |what: &String| counts.get(what).is_none_or(|count| *count < EACH_MIN);
        explained.chain(others.map(str::to_owned)).filter(is_rare).collect()
    }

    /// Takes in an explanation: of what kind it is.
    fn explained(&self, kind: &str, answer: &Value) {
        let reason = answer["reason"].as_str().unwrap_or("accepted");
        let reason = if reason.starts_with("limit_") { "a limit" } else { reason };
        self.count(&format!("{kind}: {reason}"));
        for key in ["flags", "shadow", "group", "lateness"].into_iter().filter(|key| answer.get(key).is_some()) {
            self.count(&format!("{kind}: {key}"));
        }
        for (key, given) in [("largest", "an amount"), ("earliest", "a time")] {
            self.count(&format!("{kind}: {key}: {}", if answer[key].is_null() { "none" } else { given }));
        }
    }
}

fn timestamp(time: DateTime<Utc>) -> Timestamp {
    Timestamp::from_micros(time.timestamp_micros()).unwrap()
}

/// Compares an explanation with what the oracle says; `is_new` says whether the transaction's id is.
fn compare(history: &History, asked: &Asked<'_>, is_new: bool, mut answer: Value, expected: Value) {
    let object = answer.as_object_mut().unwrap();
    let largest = object.remove("largest").unwrap();
    let earliest = object.remove("earliest").unwrap();
    assert_eq!(answer, expected);
    if !is_new {
        assert_eq!((largest, earliest), (Value::Null, Value::Null), "{answer}");
        return;
    }
    assert!(history.is_largest(asked, largest.as_str().map(cents)), "largest {largest}: {answer}");
    let time = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc);
    assert!(history.is_earliest(asked, earliest.as_str().map(time)), "earliest {earliest}: {answer}");
}

/// Every decision, explained as the oracle explains it.
fn explain_decisions(lived: &Lived, dice: &mut Dice, answers: &Answers) {
    let Lived { store, history, .. } = lived;
    let through_program: Vec<_> = (0..THROUGH_THE_PROGRAM).map(|_| dice.below(history.decisions().len())).collect();
    for (place, one) in history.decisions().iter().enumerate() {
        let first = history.decisions().iter().find(|old| old.account == one.account && old.id == one.id).unwrap();
        let is_new = first.position == one.position;
        let position = (!is_new || dice.below(2) == 0).then_some(one.position);
        let answer = if through_program.contains(&place) {
            let mut arguments = vec![format!("--account={}", one.account), format!("--uses={TOLD}")];
            arguments.extend(position.map(|position| format!("--position={position}")));
            arguments.extend(["--".to_owned(), one.id.clone()]);
            answers.count("through the program");
            lived.ask("explain", &arguments)
        } else {
            let question = Question::Decided { transaction_id: one.id.as_bytes(), position };
            let report = inquiry::explain(store, one.account.as_bytes(), question, TOLD).unwrap();
            serde_json::from_str(&json_line(&report).unwrap()).unwrap()
        };
        answers.explained("decided", &answer);
        answers.decisions.set(answers.decisions.get() + 1);
        let expected = history.explain_decided(one, &lived.recorded_at, TOLD);
        compare(history, &one.asked(), is_new, answer, expected);
    }
}

/// An account, most often one that there is, and any moment, most often one at which something is known of it.
fn any_moment<'a>(lived: &'a Lived, dice: &mut Dice) -> (Asked<'a>, Moment, Option<GroupName>, Vec<String>) {
    let decisions = lived.history.decisions();
    let one = dice.pick(decisions);
    let account = if dice.below(20) == 0 { "nobody" } else { &one.account };
    let mut arguments = Vec::new();
    let at = (dice.below(2) == 0).then(|| {
        let time = dice.pick(decisions).time + TimeDelta::microseconds(dice.below(3) as i64 - 1);
        time.clamp(moment_of(Timestamp::MIN), moment_of(Timestamp::MAX))
    });
    arguments.extend(at.map(|at| format!("--at={}", shown(at))));
    let (position, as_of) = match dice.below(3) {
        0 => (lived.history.size(), None),
        1 => {
            let position = 1 + dice.below(lived.history.size() as usize) as u64;
            arguments.push(format!("--as-of={position}"));
            (position, Some(AsOf::Position(position)))
        }
        _ => {
            let recorded = dice.pick(&lived.recorded_at);
            arguments.push(format!("--as-of={recorded}"));
            let time = Timestamp::parse_rfc3339(recorded.as_bytes()).unwrap();
            (lived.recorded_by(recorded), Some(AsOf::Recorded(time)))
        }
    };
    let mut asked = Asked { account, group: "default", cents: 0, time: one.time, position, at };
    let said = (lived.history.decides_by_groups(position) && dice.below(2) == 0).then_some(one.group.as_str());
    asked.group = said.unwrap_or_else(|| lived.history.group_assumed(&asked));
    arguments.extend(said.map(|group| format!("--group={group}")));
    let group = said.map(|group| GroupName::new(group).unwrap());
    (asked, Moment { at: at.map(timestamp), as_of }, group, arguments)
}

fn moment_of(time: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(time.micros()).unwrap()
}

/// Supposed transactions at any moment.
fn explain_supposed(lived: &Lived, dice: &mut Dice, answers: &Answers) {
    let history = &lived.history;
    for round in 0..QUESTIONS {
        let (mut asked, moment, group, mut arguments) = any_moment(lived, dice);
        let like = dice.pick(history.decisions());
        asked.cents = like.cents + dice.below(3) as i128 - 1;
        asked.cents = asked.cents.clamp(i64::MIN.into(), i64::MAX.into());
        let said = (dice.below(2) == 0).then_some(like.time);
        let Some(time) = said.or(asked.at).or(history.latest(&asked)) else { continue };
        asked.time = time;
        let amount = Amount::from_minor(asked.cents as i64);
        let answer = if round < THROUGH_THE_PROGRAM {
            arguments.extend(said.map(|said| format!("--time={}", shown(said))));
            arguments.extend(["--account".to_owned(), asked.account.to_owned(), format!("--uses={TOLD}")]);
            arguments.extend(["--amount".to_owned(), amount.to_string()]);
            answers.count("through the program");
            lived.ask("explain", &arguments)
        } else {
            let question = Question::Supposed { amount, time: said.map(timestamp), moment, group: group.as_ref() };
            let report = inquiry::explain(&lived.store, asked.account.as_bytes(), question, TOLD).unwrap();
            serde_json::from_str(&json_line(&report).unwrap()).unwrap()
        };
        answers.explained("supposed", &answer);
        compare(history, &asked, true, answer, history.explain_supposed(&asked, TOLD));
    }
}

/// Accounts at any moment.
fn show_accounts(lived: &Lived, dice: &mut Dice, answers: &Answers) {
    for round in 0..QUESTIONS {
        let (asked, moment, group, arguments) = any_moment(lived, dice);
        let expected = lived.history.account(&asked, &lived.recorded_at, TOLD);
        let answer = if round < THROUGH_THE_PROGRAM && expected.is_some() {
            answers.count("through the program");
            let account = [format!("--events={TOLD}"), "--".to_owned(), asked.account.to_owned()];
            Some(lived.ask("account", &[arguments, account.to_vec()].concat()))
        } else {
            let report =
                inquiry::account(&lived.store, asked.account.as_bytes(), moment, group.as_ref(), TOLD).unwrap();
            report.map(|report| serde_json::from_str(&account::json_line(&report).unwrap()).unwrap())
        };
        assert_eq!(answer, expected, "{moment:?}");
        let Some(answer) = answer else {
            answers.count("account: none");
            continue;
        };
        let balance = answer["balance"].as_str().unwrap();
        let sign = if balance.starts_with('-') { "below zero" } else { "zero or more" };
        answers.count(&format!("account: balance {sign}"));
        if answer["accepted"] == 0 && answer["declined"] == 0 {
            answers.count("account: nothing yet");
        }
    }
}

/// Asks all that can be asked about random histories until there is enough of everything.
#[test]
fn answers_about_random_histories_are_those_of_the_oracle() {
    let answers = Answers { counts: RefCell::default(), decisions: Cell::new(0) };
    // A failure shows its whole input, which makes a better test than a seed would, so none is kept.
    let config = Config { cases: 10, failure_persistence: None, max_shrink_iters: 100, ..Config::default() };
    let wanted = transactions_wanted(DECISIONS_MIN);
    let histories = (any_batches(BATCHES_MAX, LINES_PER_CASE_MAX), any::<u64>());
    for round in 1.. {
        let result = TestRunner::new(config.clone()).run(&histories, |(batches, seed)| {
            if batches.iter().all(|batch| batch.lines.is_empty()) {
                return Ok(());
            }
            let mut dice = Dice(seed);
            let lived = Lived::through(&batches, &mut dice);
            explain_decisions(&lived, &mut dice, &answers);
            explain_supposed(&lived, &mut dice, &answers);
            show_accounts(&lived, &mut dice, &answers);
            Ok(())
        });
        match result {
            Ok(()) => {}
            Err(TestError::Fail(why, (batches, seed))) => panic!("{why}\n{batches:?}\nseed {seed}"),
            Err(TestError::Abort(why)) => panic!("{why}"),
        }
        let rare = answers.rare();
        if rare.is_empty() && answers.decisions.get() >= wanted {
            break;
        }
        assert!(answers.decisions.get() < wanted || round < ROUNDS_MAX, "{rare:?} are rare: {:?}", answers.counts);
    }
}
